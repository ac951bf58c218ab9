/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table_body.h -- one instance of the flow table: included by flow_table.c once for each, with
 * FLOW_K and FLOW_V the words of a key and of a value. */

#include "libvig/flow_table_names.h"

#include "libvig/flow_order.h"
#include "libvig/flow_search.h"
#include "libvig/flow_entries.h"

bool
FLOW_FN(find)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now, FLOW_FOUND *found)
{
	uint64_t tick = flow_table_tick(table, now);
	uint32_t slot = FLOW_FN(live)(table, key, FLOW_FN(guess)(table, key, hint), tick);

	if (slot == FLOW_NONE)
		return false;
	FLOW_FN(load)(table->FLOW_SLOTS, slot, found);
	return true;
}

/* The general case of refresh, apart from the frequent one, which so needs no registers saved. */
static __attribute__((noinline)) bool
FLOW_FN(refresh_any)(struct flow_table *table, const uint64_t *key, uint32_t slot, uint64_t tick, FLOW_FOUND *found)
{
	slot = FLOW_FN(live)(table, key, slot, tick);
	if (slot == FLOW_NONE)
		return false;
	FLOW_FN(touch)(table, slot, tick, table->FLOW_SLOTS[slot].class);
	FLOW_FN(load)(table->FLOW_SLOTS, slot, found);
	return true;
}

bool
FLOW_FN(refresh)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now, FLOW_FOUND *found)
{
	uint64_t tick = flow_table_tick(table, now);
	uint32_t slot = FLOW_FN(guess)(table, key, hint);

	if (slot == FLOW_NONE || table->FLOW_SLOTS[slot].tick != tick)
		return FLOW_FN(refresh_any)(table, key, slot, tick, found);
	FLOW_FN(load)(table->FLOW_SLOTS, slot, found);
	return true;
}

/* The general case of insert. An expired entry of the same key is as good as a free slot: it is used
 * again where it is. */
static __attribute__((noinline)) bool
FLOW_FN(insert_any)(struct flow_table *table, const uint64_t *key, uint32_t slot, uint64_t tick, uint32_t class,
	const uint64_t *value)
{
	if (slot == FLOW_NONE) {
		uint32_t tag = flow_hash_tag(key, FLOW_K, table->secret);

		slot = FLOW_FN(seek)(table, key, tag);
		if (slot == FLOW_NONE)
			return FLOW_FN(add)(table, key, tag, tick, class, value);
	}
	FLOW_FN(touch)(table, slot, tick, class);
	FLOW_FN(store)(table->FLOW_SLOTS, slot, value)
		/*@ ghost ((uint32_t)(table->capacity + table->classes)) */;
	return true;
}

bool
FLOW_FN(insert)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now, uint64_t class,
	const uint64_t value[FLOW_V])
{
	uint64_t tick = flow_table_tick(table, now);
	uint32_t slot = FLOW_FN(guess)(table, key, hint);

	assert(class < table->classes);
	if (slot == FLOW_NONE || table->FLOW_SLOTS[slot].tick != tick || table->FLOW_SLOTS[slot].class != class)
		return FLOW_FN(insert_any)(table, key, slot, tick, (uint32_t)class, value);
	FLOW_FN(store)(table->FLOW_SLOTS, slot, value)
		/*@ ghost ((uint32_t)(table->capacity + table->classes)) */;
	return true;
}

void
FLOW_FN(set)(struct flow_table *table, uint64_t slot, uint64_t now, uint64_t class, const uint64_t value[FLOW_V])
{
	uint64_t tick = flow_table_tick(table, now);

	assert(slot < table->capacity && table->FLOW_SLOTS[slot].tag != 0);
	assert(!FLOW_FN(expired)(table, &table->FLOW_SLOTS[slot], tick));
	assert(class < table->classes);
	FLOW_FN(touch)(table, (uint32_t)slot, tick, (uint32_t)class);
	FLOW_FN(store)(table->FLOW_SLOTS, (uint32_t)slot, value)
		/*@ ghost ((uint32_t)(table->capacity + table->classes)) */;
}

void
FLOW_FN(erase)(struct flow_table *table, uint64_t slot, uint64_t now)
{
	uint64_t tick = flow_table_tick(table, now);

	assert(slot < table->capacity && table->FLOW_SLOTS[slot].tag != 0);
	assert(!FLOW_FN(expired)(table, &table->FLOW_SLOTS[slot], tick));
	(void)tick;
	FLOW_FN(release)(table, (uint32_t)slot);
}

bool
FLOW_FN(at)(struct flow_table *table, uint64_t slot, uint64_t now, uint64_t key[FLOW_K], FLOW_FOUND *found)
{
	uint64_t tick = flow_table_tick(table, now);
	const FLOW_ENTRY *entry;

	if (slot >= table->capacity)
		return false;
	entry = &table->FLOW_SLOTS[slot];
	if (entry->tag == 0 || FLOW_FN(expired)(table, entry, tick))
		return false;
	for (uint32_t i = 0; i < FLOW_K; i++)
		key[i] = entry->key[i];
	FLOW_FN(load)(table->FLOW_SLOTS, (uint32_t)slot, found);
	return true;
}

uint64_t
FLOW_FN(hash)(const struct flow_table *table, const uint64_t key[FLOW_K])
{
	uint32_t tag = flow_hash_tag(key, FLOW_K, table->secret);

	FLOW_FETCH(&table->index.bucket[flow_index_home(table->index.buckets, tag)], 0);
	return (uint64_t)tag << 32;
}

/* Looks only as far as the bucket that hash has fetched and the next one: further on the wait would cost
 * more than the hint is worth. A home and the slot in a cell are within bounds whatever the hint. */
uint64_t
FLOW_FN(match)(const struct flow_table *table, uint64_t hint)
{
	const struct flow_bucket *bucket = table->index.bucket;
	uint32_t tag = (uint32_t)(hint >> 32);
	uint64_t at = flow_index_home(table->index.buckets, tag);

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t cell = flow_bucket_find(&bucket[at], tag, 0);

		if (cell < VIG_BUCKET_CELLS) {
			FLOW_FN(fetch)(table, bucket[at].slot[cell]);
			return (uint64_t)tag << 32 | (bucket[at].slot[cell] + 1);
		}
		if (!flow_bucket_full(bucket, at))
			break;
		at = flow_index_next(table->index.buckets, at);
	}
	return (uint64_t)tag << 32;
}

/* An entry last used in an earlier tick will change its place in line, and its neighbours with it. */
uint64_t
FLOW_FN(ready)(const struct flow_table *table, uint64_t hint)
{
	uint32_t slot = (uint32_t)hint - 1;

	if (slot < table->capacity && table->FLOW_SLOTS[slot].tick != table->latest) {
		FLOW_FETCH(&table->FLOW_SLOTS[table->FLOW_SLOTS[slot].prev].next, 1);
		FLOW_FETCH(&table->FLOW_SLOTS[table->FLOW_SLOTS[slot].next].prev, 1);
	}
	return hint;
}

static bool
FLOW_FN(entry_at)(const struct flow_table *table, uint32_t slot, struct flow_table_entry *entry)
{
	const FLOW_ENTRY *stored = &table->FLOW_SLOTS[slot];

	if (stored->tag == 0)
		return false;
	entry->key = stored->key;
	entry->value = stored->value;
	entry->class = stored->class;
	entry->tick = stored->tick;
	entry->next = stored->next;
	return true;
}

static uint32_t
FLOW_FN(first)(const struct flow_table *table, uint32_t class)
{
	return FLOW_FN(oldest)(table->FLOW_SLOTS, table->capacity, class) /*@ ghost (table->classes) */;
}

static const struct vig_kind FLOW_FN(kind) = { FLOW_TEXT(FLOW_K, FLOW_V), flow_table_figures, NULL, NULL };
static const struct flow_instance FLOW_FN(instance) = {
	FLOW_K, FLOW_V, FLOW_FN(entry_at), FLOW_FN(first)
};

struct flow_table *
FLOW_FN(new)(struct vig *vig, const char *name, const struct record_type *key, const struct record_type *value,
	uint64_t capacity, const struct flow_table_times *times)
{
	struct vig_block *before = vig_newest(vig);
	struct flow_table *table = flow_table_make(vig, capacity, times);

	if (table == NULL)
		return NULL;
	table->instance = &FLOW_FN(instance);
	table->key = key;
	table->value = value;
	table->FLOW_SLOTS = vig_alloc(vig, (capacity + times->classes) * sizeof(FLOW_ENTRY));
	if (table->FLOW_SLOTS == NULL || !vig_add(vig, name, &FLOW_FN(kind), table)) {
		vig_rewind(vig, before);
		return NULL;
	}
	FLOW_FN(order_init)(table);
	return table;
}

#include "libvig/flow_table_names_end.h"
