/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/flow_table.h"

#include <assert.h>

#include "libvig/flow_table_state.h"
#include "libvig/vig_object.h"

#define FLOW_SHIFT_MAX 40u

/* Whole ticks that last at least so many nanoseconds. */
static uint64_t
flow_table_ticks(uint64_t nanoseconds, uint32_t shift)
{
	uint64_t whole = nanoseconds >> shift;

	return whole << shift == nanoseconds ? whole : whole + 1;
}

/* The tick to act at. A clock that went back breaks the contract; without asserts it stands still
 * instead, which keeps the lines sorted. */
static inline uint64_t
flow_table_tick(struct flow_table *table, uint64_t now)
{
	uint64_t tick = now >> table->shift;

	assert(tick >= table->latest);
	if (tick > table->latest)
		table->latest = tick;
	return table->latest;
}

/* All of a table but its entries. What a failure leaves behind is the caller's to rewind. */
static struct flow_table *
flow_table_build(struct vig *vig, uint32_t capacity, const struct flow_table_times *times)
{
	struct flow_table *table = vig_alloc(vig, sizeof *table);
	const uint64_t buckets = flow_index_buckets(capacity);
	struct flow_bucket *bucket = vig_alloc(vig, buckets * sizeof *bucket);

	if (table == NULL || bucket == NULL)
		return NULL;
	table->index.bucket = bucket;
	table->index.buckets = buckets;
	table->capacity = capacity;
	flow_hash_secrets(table->secret, vig_secret(vig));
	table->shift = times->shift;
	table->classes = times->classes;
	for (uint32_t class = 0; class < times->classes; class++)
		table->lifetime[class] = flow_table_ticks(times->lifetime[class], times->shift);
	return table;
}

static struct flow_table *
flow_table_make(struct vig *vig, uint64_t capacity, const struct flow_table_times *times)
{
	struct vig_block *before = vig_newest(vig);
	struct flow_table *table;

	if (capacity == 0 || capacity > FLOW_TABLE_MAX_CAPACITY)
		return NULL;
	if (times->shift > FLOW_SHIFT_MAX || times->classes == 0 || times->classes > FLOW_TABLE_CLASSES)
		return NULL;
	table = flow_table_build(vig, (uint32_t)capacity, times);
	if (table == NULL)
		vig_rewind(vig, before);
	return table;
}

static bool
flow_table_expired(const struct flow_table *table, const struct flow_table_entry *entry, uint64_t tick)
{
	return tick > entry->tick && tick - entry->tick > table->lifetime[entry->class];
}

/* How many of a class have expired: they are its oldest, so the walk ends at the first that has not. */
static uint64_t
flow_table_expired_of(const struct flow_table *table, uint32_t class, uint64_t tick)
{
	uint32_t slot = table->instance->first(table, class);
	struct flow_table_entry entry;
	uint64_t count = 0;

	while (slot < table->capacity) {
		table->instance->entry_at(table, slot, &entry);
		if (!flow_table_expired(table, &entry, tick))
			break;
		slot = entry.next;
		count++;
	}
	return count;
}

static void
flow_table_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct flow_table *table = object;

	figures->live = (uint64_t)table->stored;
	figures->capacity = table->capacity;
	figures->refused = table->refused;
	for (uint32_t class = 0; class < table->classes; class++)
		figures->live -= flow_table_expired_of(table, class, now >> table->shift);
}

#define FLOW_K 1
#define FLOW_V 2
#include "libvig/flow_table_body.h"
#define FLOW_K 1
#define FLOW_V 4
#include "libvig/flow_table_body.h"
#define FLOW_K 2
#define FLOW_V 2
#include "libvig/flow_table_body.h"
#define FLOW_K 2
#define FLOW_V 4
#include "libvig/flow_table_body.h"
#define FLOW_K 5
#define FLOW_V 2
#include "libvig/flow_table_body.h"
#define FLOW_K 5
#define FLOW_V 4
#include "libvig/flow_table_body.h"

bool
flow_table_entry_at(const struct flow_table *table, uint64_t slot, uint64_t now, uint64_t *key, uint64_t *value,
	uint32_t *class, uint64_t *last_tick)
{
	struct flow_table_entry entry;

	if (slot >= table->capacity || !table->instance->entry_at(table, (uint32_t)slot, &entry))
		return false;
	if (flow_table_expired(table, &entry, now >> table->shift))
		return false;
	memcpy(key, entry.key, table->instance->key_words * sizeof *key);
	memcpy(value, entry.value, table->instance->value_words * sizeof *value);
	*class = entry.class;
	*last_tick = entry.tick;
	return true;
}

uint64_t
flow_table_capacity(const struct flow_table *table)
{
	return table->capacity;
}

uint64_t
flow_table_key_words(const struct flow_table *table)
{
	return table->instance->key_words;
}

uint64_t
flow_table_value_words(const struct flow_table *table)
{
	return table->instance->value_words;
}

const struct record_type *
flow_table_key_record(const struct flow_table *table)
{
	return table->key;
}

const struct record_type *
flow_table_value_record(const struct flow_table *table)
{
	return table->value;
}

uint64_t
flow_table_shift(const struct flow_table *table)
{
	return table->shift;
}

uint64_t
flow_table_classes(const struct flow_table *table)
{
	return table->classes;
}

uint64_t
flow_table_lifetime(const struct flow_table *table, uint64_t class)
{
	assert(class < table->classes);
	return table->lifetime[class];
}
