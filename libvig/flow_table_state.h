/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table_state.h -- what a flow table is made of. Private to libvig and its tests.
 *
 * Each key that is stored has one entry, at its slot, one cell in the index, and a place in the line of its
 * class. Invariants, beside those of flow_index.h and flow_order.h:
 *   - an entry's tag is 0 iff its slot is free; if not, it is its key's tag, and no other entry has that key;
 *   - along each line ticks never decrease, and none is above `latest`.
 * So if anything of a class has expired, its oldest has, and finding that takes one look. */
#ifndef LIBVIG_FLOW_TABLE_STATE_H
#define LIBVIG_FLOW_TABLE_STATE_H

#include "libvig/flow_hash.h"
#include "libvig/flow_index.h"
#include "libvig/flow_table.h"
#include "libvig/logic/flow_order.h"
#include "libvig/logic/flow_steps.h"

#define FLOW_NONE UINT32_MAX

/* Starts fetching a line; write: it will be written. A proof need not know. The other way round with labels. */
#ifndef __FRAMAC__
#define FLOW_FETCH(address, write) __builtin_prefetch(address, write)
#define FLOW_LABEL(name)
#else
#define FLOW_FETCH(address, write) ((void)0)
#define FLOW_LABEL(name) name:
#endif

struct flow_index {
	struct flow_bucket *bucket;
	uint64_t buckets; /* 1 .. 2^32 - 1 */
};

/* An entry starts a cache line, so that one fetch answers a hit where it fits: that is all but k2v4 and k5. */
#define FLOW_SLOT(K, V) \
	struct flow_slot_k##K##v##V { \
		uint64_t key[K] __attribute__((aligned(64))); \
		uint64_t tick; \
		uint32_t tag; \
		uint32_t class; \
		uint64_t value[V]; \
		uint32_t prev, next; /* in the line of its class */ \
	};
FLOW_SLOT(1, 2)
FLOW_SLOT(1, 4)
FLOW_SLOT(2, 2)
FLOW_SLOT(2, 4)
FLOW_SLOT(5, 2)
FLOW_SLOT(5, 4)
#undef FLOW_SLOT

/* An entry seen from outside its instance. */
struct flow_table_entry {
	const uint64_t *key, *value;
	uint64_t tick;
	uint32_t class;
	uint32_t next;
};

/* What flow_table.c asks of an instance. entry_at is false for a free slot, and then copies nothing. */
struct flow_instance {
	uint32_t key_words, value_words;
	bool (*entry_at)(const struct flow_table *table, uint32_t slot, struct flow_table_entry *entry);
	uint32_t (*first)(const struct flow_table *table, uint32_t class);
};

struct flow_table {
	struct flow_index index;
	uint32_t capacity;
	/* Signed, so that a proof sees that to write them leaves all entries and cells what they are. */
	int32_t free;        /* the free slot given back last; == capacity: none */
	int32_t fresh;       /* slots from here on were never used */
	int32_t stored;      /* slots not free, expired ones included */
	uint32_t shift;
	uint64_t latest;     /* highest tick seen */
	uint32_t classes;
	uint8_t turn;        /* the class to look for expired entries in first */

	/* One of these is used: each instance its own, so that no cast is needed. */
	struct flow_slot_k1v2 *slot_k1v2;
	struct flow_slot_k1v4 *slot_k1v4;
	struct flow_slot_k2v2 *slot_k2v2;
	struct flow_slot_k2v4 *slot_k2v4;
	struct flow_slot_k5v2 *slot_k5v2;
	struct flow_slot_k5v4 *slot_k5v4;

	uint64_t secret[FLOW_HASH_SECRETS];
	uint64_t lifetime[FLOW_TABLE_CLASSES]; /* ticks */
	uint64_t refused;

	const struct flow_instance *instance;
	const struct record_type *key, *value;
};

#endif
