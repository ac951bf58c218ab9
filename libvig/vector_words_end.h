/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vector_words_end.h -- takes back what vector_words.h defined. Private to libvig. */
#undef VECTOR_PASTE_
#undef VECTOR_PASTE
#undef VECTOR_FN
#undef VECTOR_TYPE_
#undef VECTOR_TYPE__
#undef VECTOR_TYPE
#undef VECTOR_V
