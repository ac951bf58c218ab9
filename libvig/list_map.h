/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/list_map.h -- records that the configuration lists, by key.
 *
 * A map is finite: key -> value, both records. Bound to a list option of the same name: the option's fields are
 * those of the key and then those of the value, in their order, one for each:
 *
 *     NF_MAC                            mac
 *     NF_IPV4                           be32
 *     NF_IPV6                           ipv6
 *     NF_INTEGER, NF_PORT, NF_ENUM      u8 … u64, be16 … be64
 *
 * The runtime adds the records before the first packet; nothing else changes the map. No key is listed twice. */
#ifndef LIBVIG_LIST_MAP_H
#define LIBVIG_LIST_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/logic/flow_table.h"
#include "libvig/record.h"
#include "libvig/vig.h"

#define LIST_MAP_MAX_CAPACITY (1u << 20)
#define LIST_MAP_KEY_WORDS 5u   /* of 64 bits, at most */
#define LIST_MAP_VALUE_WORDS 4u

struct list_map;

/*@ axiomatic ListMaps {
      // The map's own invariant, down to its memory.
      predicate ListMap{L}(struct list_map *m) reads vig_state;

      // Fixed when the map is made.
      logic integer list_capacity{L}(struct list_map *m) reads vig_state;
      logic integer list_key_words{L}(struct list_map *m) reads vig_state;
      logic integer list_value_words{L}(struct list_map *m) reads vig_state;

      // What is listed. The value means something for listed keys only.
      predicate list_listed{L}(struct list_map *m, flow_words key) reads vig_state;
      logic flow_words list_value{L}(struct list_map *m, flow_words key) reads vig_state;

      axiom list_words{L}: \forall struct list_map *m; ListMap(m) ==>
        1 <= list_key_words(m) <= LIST_MAP_KEY_WORDS && 1 <= list_value_words(m) <= LIST_MAP_VALUE_WORDS &&
        1 <= list_capacity(m) <= LIST_MAP_MAX_CAPACITY;
    } */

/* Nothing is listed yet. NULL when out of memory, capacity is 0 or over LIST_MAP_MAX_CAPACITY, or a record is
 * empty or takes more words than a map has. key and value outlive the map. */
/*@ requires vig:     Vig(vig);
    requires name:    name == \null || \valid_read(name);
    requires records: \valid_read(key) && \valid_read(value);
    assigns  vig_state, \result \from vig_state, vig, name, key, value, capacity;
    ensures  vig:     Vig(vig);
    ensures  counted: vig_objects(vig) == \old(vig_objects(vig)) + (\result == \null ? 0 : 1);
    ensures  made:    \result != \null ==> ListMap(\result) && list_capacity(\result) == capacity;
    ensures  words:   \result != \null ==> list_key_words(\result) == (key->size + 7) / 8 &&
                      list_value_words(\result) == (value->size + 7) / 8;
    ensures  empty:   \result != \null ==> \forall flow_words k; !list_listed(\result, k); */
struct list_map *list_map_new(struct vig *vig, const char *name, const struct record_type *key,
	const struct record_type *value, uint64_t capacity);

/* Copies out what is listed for a key. False: nothing is, and nothing is written. key: the record's bytes in
 * (size + 7) / 8 words, padding zero, as value will have it.
 * The search is short in expectation: the index is at most half full, and its hash is keyed. */
/*@ requires map:    ListMap(map);
    requires key:    \valid_read(key + (0 .. list_key_words(map) - 1));
    requires out:    \valid(value + (0 .. list_value_words(map) - 1));
    requires apart:  \separated(key + (0 .. list_key_words(map) - 1), value + (0 .. list_value_words(map) - 1));
    assigns  value[0 .. list_value_words(map) - 1];
    ensures  found:  \result == true <==> list_listed(map, flow_read(key, list_key_words(map)));
    ensures  copied: \result == true ==> flow_read(value, list_value_words(map)) ==
                     list_value(map, flow_read(key, list_key_words(map)));
    ensures  kept:   \result == false ==>
                     \forall integer i; 0 <= i < list_value_words(map) ==> value[i] == \old(value[i]); */
bool list_map_find(const struct list_map *map, const uint64_t *key, uint64_t *value);

/* For tools: what a map was made with. */
/*@ requires map: ListMap(map); assigns \nothing; */
const struct record_type *list_map_key_record(const struct list_map *map);

/*@ requires map: ListMap(map); assigns \nothing; */
const struct record_type *list_map_value_record(const struct list_map *map);

/* Types for one map: LIST_MAP(statics, station, place, 1, 1) defines, for records station and place that take 1
 * word each, statics_new and statics_find that take struct station and struct place. They only copy to and
 * from zero-padded words. */
#define LIST_MAP(name, ktag, vtag, K, V) \
	_Static_assert((sizeof(struct ktag) + 7) / 8 == (K), #ktag " does not take " #K " words"); \
	_Static_assert((sizeof(struct vtag) + 7) / 8 == (V), #vtag " does not take " #V " words"); \
	static inline struct list_map * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity) \
	{ \
		return list_map_new(vig, label, ktag##_record(), vtag##_record(), capacity); \
	} \
	static inline bool \
	name##_find(const struct list_map *map, const struct ktag *key, struct vtag *value) \
	{ \
		uint64_t words[K] = { 0 }, found[V]; \
		ktag##_words(key, words); \
		if (!list_map_find(map, words, found)) \
			return false; \
		memcpy(value, found, sizeof *value); \
		return true; \
	}

#endif
