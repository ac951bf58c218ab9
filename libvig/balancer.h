/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/balancer.h -- which of the listed backends that live a flow goes to, such that only the flows of those move that
 * come or go.
 *
 * A list is finite: key -> value, both records, the key of two words. Bound to a list option of the same name: the fields
 * of the key and then those of the value, as in list_map.h. The value's field "weight", if it has one, says how large
 * a backend's share is; with weight 0 it gets no new flows. Without such a field all weigh the same.
 *
 * Who lives is what a flow_table_k2v2 of the same keys says: a backend is alive while its key is present there. When it
 * is put in, and for how long, is the caller's to decide.
 *
 * Each hash has an order of preference of all backends with a weight, that depends on the list, the size and the hash and
 * on nothing else, no secret and no history. A pick is the first in it that is alive. So
 *   - what is not alive is never picked, from the tick on in which it expired;
 *   - instances with the same list and the same backends alive pick alike;
 *   - when a backend dies, the flows that it had are the only ones that are picked otherwise; when it comes back, they return.
 * The order: the entries of a Maglev table of all listed backends (libvig/maglev.h, names are the hashes of the keys'
 * numbers), at the hash, at the hash's hash (maglev_hash of the one word), and so on, BALANCER_TRIES of them; and then all
 * backends as they are listed, from the one on at the next hash's upper 32 bits / 2^32 of the way. While backends with more than a
 * few per cent of the weight are alive, each gets its share of them as evenly as the table has it: what others would
 * have had is spread over all.
 *
 * Worst cases: a pick is one search in the flow table for each backend that is tried: 1 / (the share of the weight that is alive) in
 * expectation, BALANCER_TRIES + backends at most, and that only when almost none is alive. No packet fills a table:
 * vig_settle does, before the first one. Nothing is allocated after new. */
#ifndef LIBVIG_BALANCER_H
#define LIBVIG_BALANCER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/logic/flow_table.h"
#include "libvig/maglev.h"
#include "libvig/record.h"
#include "libvig/vig.h"

#define BALANCER_MAX_CAPACITY 4096u
#define BALANCER_KEY_WORDS 2u   /* of 64 bits, exactly */
#define BALANCER_VALUE_WORDS 4u /* at most */
#define BALANCER_TRIES 64u

struct balancer;

/*@ axiomatic Balancers {
      // The list's own invariant, down to its memory.
      predicate Balancer{L}(struct balancer *b) reads vig_state;

      // Fixed when it is made.
      logic integer balancer_capacity{L}(struct balancer *b) reads vig_state;
      logic integer balancer_value_words{L}(struct balancer *b) reads vig_state;

      // What is listed. Value and weight mean something for listed keys only.
      predicate balancer_listed{L}(struct balancer *b, flow_words key) reads vig_state;
      logic flow_words balancer_value{L}(struct balancer *b, flow_words key) reads vig_state;
      logic integer balancer_weight{L}(struct balancer *b, flow_words key) reads vig_state;

      // The place of a listed key in a hash's order of preference; no two have the same.
      logic integer balancer_place{L}(struct balancer *b, integer hash, flow_words key) reads vig_state;
    } */

/* May be picked. */
/*@ predicate balancer_alive{L}(struct balancer *b, struct flow_table *alive, flow_words key, integer tick) =
      balancer_listed(b, key) && balancer_weight(b, key) > 0 && flow_present(alive, key, tick); */

/* Nothing is listed yet. The table has as many entries as the smallest prime number that is not below size. NULL when out of
 * memory, capacity is 0, over BALANCER_MAX_CAPACITY or over that number of entries, that is over MAGLEV_MAX_SIZE, the
 * key does not take two words, or the value takes none or more than BALANCER_VALUE_WORDS. key and value outlive it. */
/*@ requires vig:     Vig(vig);
    requires name:    name == \null || \valid_read(name);
    requires records: \valid_read(key) && \valid_read(value);
    assigns  vig_state, \result \from vig_state, vig, name, key, value, capacity, size;
    ensures  vig:     Vig(vig);
    ensures  counted: vig_objects(vig) == \old(vig_objects(vig)) + (\result == \null ? 0 : 1);
    ensures  made:    \result != \null ==> Balancer(\result) && balancer_capacity(\result) == capacity;
    ensures  words:   \result != \null ==> balancer_value_words(\result) == (value->size + 7) / 8;
    ensures  empty:   \result != \null ==> \forall flow_words k; !balancer_listed(\result, k); */
struct balancer *balancer_new(struct vig *vig, const char *name, const struct record_type *key,
	const struct record_type *value, uint64_t capacity, uint64_t size);

/* Copies out what is listed for a key. False: nothing is, and nothing is written. key: the record's bytes in two
 * words, padding zero, as value will have it. */
/*@ requires list:    Balancer(balancer);
    requires key:     \valid_read(key + (0 .. 1));
    requires out:     \valid(value + (0 .. balancer_value_words(balancer) - 1));
    assigns  value[0 .. balancer_value_words(balancer) - 1];
    ensures  found:   \result == true <==> balancer_listed(balancer, flow_read(key, 2));
    ensures  copied:  \result == true ==> flow_read(value, balancer_value_words(balancer)) ==
                      balancer_value(balancer, flow_read(key, 2));
    ensures  kept:    \result == false ==>
                      \forall integer i; 0 <= i < balancer_value_words(balancer) ==> value[i] == \old(value[i]); */
bool balancer_find(const struct balancer *balancer, const uint64_t *key, uint64_t *value);

/* Copies out key and value of the backend that a flow with this hash goes to: of those alive, the first in the hash's order.
 * False, and nothing is written: no listed backend with a weight is alive.
 * alive: a flow_table_k2v2 (a precondition). It is looked at, not changed. */
/*@ requires list:    Balancer(balancer);
    requires alive:   FlowTable(alive);
    requires out:     \valid(key + (0 .. 1)) && \valid(value + (0 .. balancer_value_words(balancer) - 1));
    requires time:    flow_tick(alive, now) >= flow_latest(alive);
    assigns  vig_state, key[0 .. 1], value[0 .. balancer_value_words(balancer) - 1];
    ensures  alive:   FlowTable(alive);
    ensures  time:    flow_latest(alive) == flow_tick(alive, now);
    ensures  nothing: \forall flow_words k; flow_alike{Pre,Post}(alive, k, flow_tick(alive, now));
    ensures  found:   \result == true <==>
                      \exists flow_words k; balancer_alive(balancer, alive, k, flow_tick(alive, now));
    ensures  picked:  \result == true ==>
                      balancer_alive(balancer, alive, flow_read(key, 2), flow_tick(alive, now)) &&
                      flow_read(value, balancer_value_words(balancer)) == balancer_value(balancer, flow_read(key, 2));
    ensures  first:   \result == true ==> \forall flow_words k; balancer_alive(balancer, alive, k, flow_tick(alive, now)) ==>
                      balancer_place(balancer, hash, flow_read(key, 2)) <= balancer_place(balancer, hash, k); */
bool balancer_pick(const struct balancer *balancer, struct flow_table *alive, uint64_t hash, uint64_t now, uint64_t *key,
	uint64_t *value);

/* For tools: what it was made with. */
/*@ requires list: Balancer(balancer); assigns \nothing; */
const struct record_type *balancer_key_record(const struct balancer *balancer);

/*@ requires list: Balancer(balancer); assigns \nothing; */
const struct record_type *balancer_value_record(const struct balancer *balancer);

/* Types for one list: BALANCER(backends, address, backend, 3) defines, for records address that takes 2 words and backend
 * that takes 3, backends_new, backends_find and backends_pick that take struct address and struct backend. They only copy
 * to and from zero-padded words. */
#define BALANCER(name, ktag, vtag, V) \
	_Static_assert((sizeof(struct ktag) + 7) / 8 == BALANCER_KEY_WORDS, #ktag " does not take 2 words"); \
	_Static_assert((sizeof(struct vtag) + 7) / 8 == (V), #vtag " does not take " #V " words"); \
	static inline struct balancer * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity, uint64_t size) \
	{ \
		return balancer_new(vig, label, ktag##_record(), vtag##_record(), capacity, size); \
	} \
	static inline bool \
	name##_find(const struct balancer *balancer, const struct ktag *key, struct vtag *value) \
	{ \
		uint64_t words[BALANCER_KEY_WORDS] = { 0 }, found[V]; \
		ktag##_words(key, words); \
		if (!balancer_find(balancer, words, found)) \
			return false; \
		memcpy(value, found, sizeof *value); \
		return true; \
	} \
	static inline bool \
	name##_pick(const struct balancer *balancer, struct flow_table *alive, uint64_t hash, uint64_t now, \
		struct ktag *key, struct vtag *value) \
	{ \
		uint64_t words[BALANCER_KEY_WORDS], found[V]; \
		if (!balancer_pick(balancer, alive, hash, now, words, found)) \
			return false; \
		memcpy(key, words, sizeof *key); \
		memcpy(value, found, sizeof *value); \
		return true; \
	}

#endif
