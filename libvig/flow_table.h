/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table.h -- who is talking to whom, and since when: a keyed table whose entries expire.
 *
 * A table is a finite map: key -> (value, class, slot, last use). Time is counted in ticks,
 * tick = now >> shift. A key is present at a tick iff it was stored and
 *     tick - last_use <= lifetime[class];
 * what has expired is absent at once. A slot is a number below capacity, fixed while the entry
 * lives, and no two live entries share one. Inserting an absent key succeeds iff fewer than
 * capacity entries are present. `now` never decreases from call to call.
 *
 * Keys are 1, 2 or 5 words of 64 bits and values 2 or 4, zero-padded: exactly these six instances
 * are compiled. FLOW_TABLE gives them types. */
#ifndef LIBVIG_FLOW_TABLE_H
#define LIBVIG_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/logic/flow_table.h"
#include "libvig/record.h"
#include "libvig/vig.h"

#define FLOW_TABLE_CLASSES 8u
#define FLOW_TABLE_MAX_CAPACITY (1u << 26)

/* Lifetimes are nanoseconds and are rounded up to whole ticks of 2^shift ns. */
struct flow_table_times {
	uint32_t shift;    /* 0 .. 40 */
	uint32_t classes;  /* 1 .. FLOW_TABLE_CLASSES */
	uint64_t lifetime[FLOW_TABLE_CLASSES];
};

struct flow_table;

/* What a call that found an entry copies out of it. */
#define FLOW_TABLE_DECLARE_ENTRY(V) \
	struct flow_entry_v##V { \
		uint64_t value[V]; \
		uint32_t slot;  /* < capacity */ \
		uint32_t class; /* < classes */ \
	};
FLOW_TABLE_DECLARE_ENTRY(2)
FLOW_TABLE_DECLARE_ENTRY(4)

#ifdef __FRAMAC__ /* contracts look into it */
#include "libvig/flow_table_state.h"
#endif

/* For each instance kKvV (K key words, V value words):
 *
 * new      makes an empty table of that name. key and value describe what is stored. NULL when out
 *          of memory, capacity is 0 or over FLOW_TABLE_MAX_CAPACITY, or times are out of range.
 * find     copies the entry of a present key out; does not refresh it. False: absent.
 * refresh  the same, and its last use is now. False: absent.
 * insert   stores key with this class and value, last use now; a present key keeps its slot and gets
 *          the new class and value. An absent one gets any slot that no live entry has: which, is the table's
 *          choice. False, and nothing changed, iff it is absent and the table full.
 * set      gives the live entry in that slot this class and value, last use now.
 *          Precondition: the slot came from a find, refresh or at at the same now, of an entry not erased since.
 * erase    ends the live entry in that slot. Precondition as for set.
 *
 * at       copies the key and the entry of the live entry in a slot out; does not refresh it. False, and nothing is
 *          written: nothing lives there, or slot is not below capacity. Any number may be asked for. No two live
 *          entries share a slot and an entry keeps its own, so the key that answers is the one whose find says
 *          this slot: what is derived from a slot (a port number, say) leads back to one key or to none.
 *
 * hash     hashes a key and starts fetching its bucket (nf_hint's stage 0); answers a hint.
 * match    with the bucket at hand, starts fetching the entry (stage 1); answers a better hint.
 * ready    with the entry at hand, starts fetching its neighbours in the order of use (stage 2).
 *          These three change nothing.
 *
 * hint: 0, or what hash, match or ready answered for the same key; a wrong one costs time only.
 * class: below times->classes (a precondition; asserted in debug builds).
 *
 * Every operation takes a bounded number of steps besides the search for its key, however many entries
 * have expired: an insertion looks at the oldest of each class and frees at most two entries.
 * The search is short in expectation, not in the worst case: the index is at most half full, and its hash
 * is keyed. */
#define FLOW_K 1
#define FLOW_V 2
#include "libvig/flow_table_instance.h"
#define FLOW_K 1
#define FLOW_V 4
#include "libvig/flow_table_instance.h"
#define FLOW_K 2
#define FLOW_V 2
#include "libvig/flow_table_instance.h"
#define FLOW_K 2
#define FLOW_V 4
#include "libvig/flow_table_instance.h"
#define FLOW_K 5
#define FLOW_V 2
#include "libvig/flow_table_instance.h"
#define FLOW_K 5
#define FLOW_V 4
#include "libvig/flow_table_instance.h"

/* For tools and telemetry: a table seen without knowing its instance. Times are in ticks.
 *
 * entry_at copies the live entry in a slot: key_words and value_words words, class, tick of the last use.
 * False: nothing lives there at `now`. Slots go from 0 to capacity - 1; it changes nothing. */
/*@ requires table: FlowTable(table);
    requires out:   \valid(class) && \valid(last_tick);
    assigns  *class, *last_tick, key[0 .. 4], value[0 .. 3];
    ensures  slot:  slot >= flow_capacity(table) ==> \result == false;
    ensures  live:  \result == true ==> *class < flow_classes(table) &&
                    flow_tick(table, now) - *last_tick <= flow_lifetime(table, *class); */
bool flow_table_entry_at(const struct flow_table *table, uint64_t slot, uint64_t now, uint64_t *key,
	uint64_t *value, uint32_t *class, uint64_t *last_tick);

/*@ requires table: FlowTable(table); assigns \nothing; ensures told: \result == flow_capacity(table); */
uint64_t flow_table_capacity(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; ensures told: \result \in { 1, 2, 5 }; */
uint64_t flow_table_key_words(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; ensures told: \result \in { 2, 4 }; */
uint64_t flow_table_value_words(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; */
const struct record_type *flow_table_key_record(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; */
const struct record_type *flow_table_value_record(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; ensures told: \result == flow_shift(table); */
uint64_t flow_table_shift(const struct flow_table *table);

/*@ requires table: FlowTable(table); assigns \nothing; ensures told: \result == flow_classes(table); */
uint64_t flow_table_classes(const struct flow_table *table);

/*@ requires table: FlowTable(table);
    requires class: class < flow_classes(table);
    assigns  \nothing;
    ensures  told:  \result == flow_lifetime(table, class); */
uint64_t flow_table_lifetime(const struct flow_table *table, uint64_t class);

/* Types for one instance: FLOW_TABLE(flows4, flow4, tcp_state, 2, 2) defines, for records flow4 and
 * tcp_state that fit 2 words each, flows4_new, flows4_find … that take struct flow4 and struct
 * tcp_state. They only copy to and from zero-padded words. */
#define FLOW_TABLE(name, ktag, vtag, K, V) \
	_Static_assert(sizeof(struct ktag) <= 8 * (K), #ktag " does not fit " #K " words"); \
	_Static_assert(sizeof(struct vtag) <= 8 * (V), #vtag " does not fit " #V " words"); \
	static inline struct flow_table * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity, const struct flow_table_times *times) \
	{ \
		return flow_table_k##K##v##V##_new(vig, label, ktag##_record(), vtag##_record(), capacity, times); \
	} \
	static inline bool \
	name##_find(struct flow_table *table, const struct ktag *key, uint64_t hint, uint64_t now, \
		struct vtag *value, uint32_t *slot, uint32_t *class) \
	{ \
		uint64_t words[K] = { 0 }; \
		struct flow_entry_v##V entry; \
		ktag##_words(key, words); \
		if (!flow_table_k##K##v##V##_find(table, words, hint, now, &entry)) \
			return false; \
		memcpy(value, entry.value, sizeof *value); \
		*slot = entry.slot; \
		*class = entry.class; \
		return true; \
	} \
	static inline bool \
	name##_refresh(struct flow_table *table, const struct ktag *key, uint64_t hint, uint64_t now, \
		struct vtag *value, uint32_t *slot, uint32_t *class) \
	{ \
		uint64_t words[K] = { 0 }; \
		struct flow_entry_v##V entry; \
		ktag##_words(key, words); \
		if (!flow_table_k##K##v##V##_refresh(table, words, hint, now, &entry)) \
			return false; \
		memcpy(value, entry.value, sizeof *value); \
		*slot = entry.slot; \
		*class = entry.class; \
		return true; \
	} \
	static inline bool \
	name##_insert(struct flow_table *table, const struct ktag *key, uint64_t hint, uint64_t now, \
		uint32_t class, const struct vtag *value) \
	{ \
		uint64_t words[K] = { 0 }, stored[V] = { 0 }; \
		ktag##_words(key, words); \
		vtag##_words(value, stored); \
		return flow_table_k##K##v##V##_insert(table, words, hint, now, class, stored); \
	} \
	static inline void \
	name##_set(struct flow_table *table, uint32_t slot, uint64_t now, uint32_t class, const struct vtag *value) \
	{ \
		uint64_t stored[V] = { 0 }; \
		vtag##_words(value, stored); \
		flow_table_k##K##v##V##_set(table, slot, now, class, stored); \
	} \
	static inline void \
	name##_erase(struct flow_table *table, uint32_t slot, uint64_t now) \
	{ \
		flow_table_k##K##v##V##_erase(table, slot, now); \
	} \
	static inline bool \
	name##_at(struct flow_table *table, uint64_t slot, uint64_t now, struct ktag *key, struct vtag *value, \
		uint32_t *class) \
	{ \
		uint64_t words[K]; \
		struct flow_entry_v##V entry; \
		if (!flow_table_k##K##v##V##_at(table, slot, now, words, &entry)) \
			return false; \
		memcpy(key, words, sizeof *key); \
		memcpy(value, entry.value, sizeof *value); \
		*class = entry.class; \
		return true; \
	} \
	static inline uint64_t \
	name##_hash(const struct flow_table *table, const struct ktag *key) \
	{ \
		uint64_t words[K] = { 0 }; \
		ktag##_words(key, words); \
		return flow_table_k##K##v##V##_hash(table, words); \
	} \
	static inline uint64_t \
	name##_match(const struct flow_table *table, uint64_t hint) \
	{ \
		return flow_table_k##K##v##V##_match(table, hint); \
	} \
	static inline uint64_t \
	name##_ready(const struct flow_table *table, uint64_t hint) \
	{ \
		return flow_table_k##K##v##V##_ready(table, hint); \
	}

#endif
