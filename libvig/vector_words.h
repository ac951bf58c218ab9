/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vector_words.h -- names by VECTOR_V, for vector_instance.h and vector_body.h. Private to libvig. */
#define VECTOR_PASTE_(V, name) vector_v##V##_##name
#define VECTOR_PASTE(V, name) VECTOR_PASTE_(V, name)
#define VECTOR_FN(name) VECTOR_PASTE(VECTOR_V, name)
#define VECTOR_TYPE_(V) struct vector_v##V
#define VECTOR_TYPE__(V) VECTOR_TYPE_(V)
#define VECTOR_TYPE VECTOR_TYPE__(VECTOR_V)
