/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/map_words_end.h -- takes back what map_words.h defined. Private to libvig. */
#undef MAP_PASTE_
#undef MAP_PASTE
#undef MAP_FN
#undef MAP_TYPE_
#undef MAP_TYPE__
#undef MAP_TYPE
#undef MAP_INTS
#undef MAP_WORDS
#undef MAP_PASS
#undef MAP_LOAD
#undef MAP_SAME
#undef MAP_EQUAL
#undef MAP_IS
#undef MAP_EQUALS
#undef MAP_KEYS_ALIKE
#undef MAP_STORE
#undef MAP_COPY
#undef MAP_K
