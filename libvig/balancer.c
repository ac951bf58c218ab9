/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/balancer.h"

#include <assert.h>

#include "libvig/list_map_object.h"
#include "libvig/maglev_object.h"
#include "libvig/vig_object.h"

/* A backend's number is that of its record, and of its turn in the Maglev table. */
struct balancer {
	struct list_map *list;
	struct maglev *table;
	uint64_t weight_at; /* the value's field that is the weight; its number of fields: none is */
	uint64_t value_words;
	bool settled;
};

static void
balancer_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct balancer *balancer = object;

	(void)now;
	figures->live = list_map_count(balancer->list);
	figures->capacity = balancer->table->backends;
}

static uint64_t
balancer_weight_field(const struct record_type *value)
{
	uint64_t f = 0;

	while (f < value->fields && strcmp(value->field[f].name, "weight") != 0)
		f++;
	return f;
}

/* Who it is: of the key's numbers as they were written, so that nothing depends on how a record lies in memory. */
static uint64_t
balancer_name(const uint64_t (*fields)[2], uint64_t count)
{
	uint64_t word[2 * BALANCER_KEY_WORDS * sizeof(uint64_t)] = { 0 }; /* a field takes a byte at least */

	for (uint64_t f = 0; f < count; f++) {
		word[2 * f] = fields[f][0];
		word[2 * f + 1] = fields[f][1];
	}
	return maglev_hash(word, 2 * count);
}

static const char *
balancer_bind(void *object, const uint64_t (*fields)[2], size_t count, uint64_t ports)
{
	struct balancer *balancer = object;
	const struct record_type *key = list_map_key_record(balancer->list), *value = list_map_value_record(balancer->list);
	const uint64_t number = list_map_count(balancer->list);
	uint64_t weight = 1;
	const char *refusal;

	(void)ports;
	if (count == key->fields + value->fields && balancer->weight_at < value->fields)
		weight = fields[key->fields + balancer->weight_at][0];
	if (weight > MAGLEV_MAX_WEIGHT)
		return "the weight is over 65536";
	refusal = list_map_add(balancer->list, fields, count);
	if (refusal == NULL)
		maglev_set(balancer->table, number, balancer_name(fields, key->fields), weight);
	return refusal;
}

static void
balancer_settle(void *object)
{
	struct balancer *balancer = object;

	maglev_fill(balancer->table);
	balancer->settled = true;
}

static const struct vig_kind balancer_kind = { "balancer", balancer_figures, balancer_bind, balancer_settle };

/* What a failure leaves behind is the caller's to rewind. */
static struct balancer *
balancer_build(struct vig *vig, const struct record_type *key, const struct record_type *value, uint64_t capacity,
	uint64_t size)
{
	struct balancer *balancer = vig_alloc(vig, sizeof *balancer);

	if (balancer == NULL)
		return NULL;
	balancer->list = list_map_make(vig, key, value, capacity);
	balancer->table = maglev_make(vig, capacity, maglev_prime(size));
	balancer->weight_at = balancer_weight_field(value);
	balancer->value_words = (value->size + 7) / 8;
	return balancer->list != NULL && balancer->table != NULL ? balancer : NULL;
}

struct balancer *
balancer_new(struct vig *vig, const char *name, const struct record_type *key, const struct record_type *value,
	uint64_t capacity, uint64_t size)
{
	struct vig_block *before = vig_newest(vig);
	struct balancer *balancer;

	if (capacity > BALANCER_MAX_CAPACITY || (key->size + 7) / 8 != BALANCER_KEY_WORDS)
		return NULL;
	balancer = balancer_build(vig, key, value, capacity, size);
	if (balancer == NULL || !vig_add(vig, name, &balancer_kind, balancer)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return balancer;
}

bool
balancer_find(const struct balancer *balancer, const uint64_t *key, uint64_t *value)
{
	return list_map_find(balancer->list, key, value);
}

/* Copies out a backend that may be picked. False: it may not be, and nothing is written. */
static bool
balancer_take(const struct balancer *balancer, struct flow_table *alive, uint64_t number, uint64_t now, uint64_t *key,
	uint64_t *value)
{
	const uint64_t *const its = list_map_key_at(balancer->list, number);
	struct flow_entry_v2 entry;

	if (balancer->table->turn[number].weight == 0 || !flow_table_k2v2_find(alive, its, 0, now, &entry))
		return false;
	memcpy(key, its, BALANCER_KEY_WORDS * sizeof *key);
	memcpy(value, list_map_value_at(balancer->list, number), balancer->value_words * sizeof *value);
	return true;
}

/* The end of the order: all that are listed, from one on. */
static bool
balancer_take_any(const struct balancer *balancer, struct flow_table *alive, uint64_t hash, uint64_t now, uint64_t *key,
	uint64_t *value)
{
	const uint64_t count = list_map_count(balancer->list), first = (hash >> 32) * count >> 32;

	for (uint64_t i = 0; i < count; i++)
		if (balancer_take(balancer, alive, first + i < count ? first + i : first + i - count, now, key, value))
			return true;
	return false;
}

bool
balancer_pick(const struct balancer *balancer, struct flow_table *alive, uint64_t hash, uint64_t now, uint64_t *key,
	uint64_t *value)
{
	uint32_t number;

	assert(balancer->settled);
	assert(flow_table_key_words(alive) == BALANCER_KEY_WORDS && flow_table_value_words(alive) == 2);
	for (uint32_t i = 0; i < BALANCER_TRIES; i++) {
		if (!maglev_find(balancer->table, hash, &number)) /* nothing has a weight */
			return false;
		if (balancer_take(balancer, alive, number, now, key, value))
			return true;
		hash = maglev_hash(&hash, 1);
	}
	return balancer_take_any(balancer, alive, hash, now, key, value);
}

const struct record_type *
balancer_key_record(const struct balancer *balancer)
{
	return list_map_key_record(balancer->list);
}

const struct record_type *
balancer_value_record(const struct balancer *balancer)
{
	return list_map_value_record(balancer->list);
}
