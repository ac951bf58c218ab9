/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/map.h -- a finite map from keys to one word each, without expiry.
 *
 * Keys are 1, 2 or 5 words of 64 bits, zero-padded: exactly these three instances are compiled. MAP gives them
 * types. A map never holds more than its capacity; putting an absent key succeeds iff it holds fewer.
 *
 * Cells stand in one array, at most half of it taken; a key's home is a keyed hash of it, and its cell the first free
 * one from there. So a search is short in expectation; in the worst case it looks at capacity + 1 cells. Nothing
 * is allocated after new. */
#ifndef LIBVIG_MAP_H
#define LIBVIG_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/record.h"
#include "libvig/vig.h"

#define MAP_MAX_CAPACITY (1u << 26)
#define MAP_SECRETS 8u

/* For each instance kK (K key words):
 *
 * new    makes an empty map of that name; key describes what is stored. NULL when out of memory, or capacity is 0 or
 *        over MAP_MAX_CAPACITY.
 * find   copies a key's value out. False: absent, and nothing is written.
 * put    gives a key this value, new or not. False, and nothing changed, iff it is absent and the map is full.
 * erase  takes a key out. False, and nothing changed: it was absent.
 * at     for tools: copies what cell number `cell` holds, 0 .. cells - 1. False: nothing. */
#define MAP_K 1
#include "libvig/map_instance.h"
#define MAP_K 2
#include "libvig/map_instance.h"
#define MAP_K 5
#include "libvig/map_instance.h"

/* Types for one instance: MAP(stations, mac_key, 1) defines, for a record mac_key that fits one word,
 * stations_new, stations_find … that take struct mac_key. They only copy to zero-padded words. */
#define MAP(name, ktag, K) \
	_Static_assert(sizeof(struct ktag) <= 8 * (K), #ktag " does not fit " #K " words"); \
	static inline struct map_k##K * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity) \
	{ \
		return map_k##K##_new(vig, label, ktag##_record(), capacity); \
	} \
	static inline bool \
	name##_find(const struct map_k##K *map, const struct ktag *key, uint64_t *value) \
	{ \
		uint64_t words[K] = { 0 }; \
		ktag##_words(key, words); \
		return map_k##K##_find(map, words, value); \
	} \
	static inline bool \
	name##_put(struct map_k##K *map, const struct ktag *key, uint64_t value) \
	{ \
		uint64_t words[K] = { 0 }; \
		ktag##_words(key, words); \
		return map_k##K##_put(map, words, value); \
	} \
	static inline bool \
	name##_erase(struct map_k##K *map, const struct ktag *key) \
	{ \
		uint64_t words[K] = { 0 }; \
		ktag##_words(key, words); \
		return map_k##K##_erase(map, words); \
	}

#endif
