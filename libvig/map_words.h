/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/map_words.h -- the words of a key by MAP_K, for map_instance.h and map_body.h. Private to libvig.
 *
 * Inside, a key goes by value, word by word: contracts then speak of numbers and not of memory. */
#define MAP_PASTE_(K, name) map_k##K##_##name
#define MAP_PASTE(K, name) MAP_PASTE_(K, name)
#define MAP_FN(name) MAP_PASTE(MAP_K, name)
#define MAP_TYPE_(K) struct map_k##K
#define MAP_TYPE__(K) MAP_TYPE_(K)
#define MAP_TYPE MAP_TYPE__(MAP_K)

#if MAP_K == 1
#define MAP_INTS(p) integer p##0
#define MAP_WORDS(p) uint64_t p##0
#define MAP_PASS(p) p##0
#define MAP_LOAD(key) key[0]
#define MAP_SAME(c, p) ((c).key[0] == p##0)
#define MAP_EQUAL(a, b) ((a)[0] == (b)[0])
#define MAP_IS(p, q) (p##0 == (q)[0])
#define MAP_EQUALS(p, q) (p##0 == q##0)
#define MAP_KEYS_ALIKE (\at(m[s].key[0], A) == \at(m[t].key[0], B))
#define MAP_COPY(to, from) (to).key[0] = (from).key[0]
#define MAP_STORE(c, p) (c).key[0] = p##0
#elif MAP_K == 2
#define MAP_INTS(p) integer p##0, integer p##1
#define MAP_WORDS(p) uint64_t p##0, uint64_t p##1
#define MAP_PASS(p) p##0, p##1
#define MAP_LOAD(key) key[0], key[1]
#define MAP_SAME(c, p) ((c).key[0] == p##0 && (c).key[1] == p##1)
#define MAP_EQUAL(a, b) ((a)[0] == (b)[0] && (a)[1] == (b)[1])
#define MAP_IS(p, q) (p##0 == (q)[0] && p##1 == (q)[1])
#define MAP_EQUALS(p, q) (p##0 == q##0 && p##1 == q##1)
#define MAP_KEYS_ALIKE \
	(\at(m[s].key[0], A) == \at(m[t].key[0], B) && \at(m[s].key[1], A) == \at(m[t].key[1], B))
#define MAP_COPY(to, from) (to).key[0] = (from).key[0], (to).key[1] = (from).key[1]
#define MAP_STORE(c, p) (c).key[0] = p##0, (c).key[1] = p##1
#else
#define MAP_INTS(p) integer p##0, integer p##1, integer p##2, integer p##3, integer p##4
#define MAP_WORDS(p) uint64_t p##0, uint64_t p##1, uint64_t p##2, uint64_t p##3, uint64_t p##4
#define MAP_PASS(p) p##0, p##1, p##2, p##3, p##4
#define MAP_LOAD(key) key[0], key[1], key[2], key[3], key[4]
#define MAP_SAME(c, p) \
	((c).key[0] == p##0 && (c).key[1] == p##1 && (c).key[2] == p##2 && (c).key[3] == p##3 && (c).key[4] == p##4)
#define MAP_EQUAL(a, b) \
	((a)[0] == (b)[0] && (a)[1] == (b)[1] && (a)[2] == (b)[2] && (a)[3] == (b)[3] && (a)[4] == (b)[4])
#define MAP_IS(p, q) \
	(p##0 == (q)[0] && p##1 == (q)[1] && p##2 == (q)[2] && p##3 == (q)[3] && p##4 == (q)[4])
#define MAP_EQUALS(p, q) (p##0 == q##0 && p##1 == q##1 && p##2 == q##2 && p##3 == q##3 && p##4 == q##4)
#define MAP_KEYS_ALIKE \
	(\at(m[s].key[0], A) == \at(m[t].key[0], B) && \
	\at(m[s].key[1], A) == \at(m[t].key[1], B) && \
	\at(m[s].key[2], A) == \at(m[t].key[2], B) && \
	\at(m[s].key[3], A) == \at(m[t].key[3], B) && \
	\at(m[s].key[4], A) == \at(m[t].key[4], B))
#define MAP_COPY(to, from) \
	(to).key[0] = (from).key[0], (to).key[1] = (from).key[1], (to).key[2] = (from).key[2], (to).key[3] = (from).key[3], (to).key[4] = (from).key[4]
#define MAP_STORE(c, p) \
	(c).key[0] = p##0, (c).key[1] = p##1, (c).key[2] = p##2, (c).key[3] = p##3, (c).key[4] = p##4
#endif
