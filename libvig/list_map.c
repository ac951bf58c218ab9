/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/list_map.h"

#include <assert.h>

#include "libvig/flow_hash.h"
#include "libvig/list_map_object.h"
#include "libvig/record_read.h"
#include "libvig/vig_object.h"

/* A cell of the index is 0 where it is empty, else the key's tag above and the record's number plus one below.
 * A key's cell is the first that is empty or its own, from the tag's place on. At most half of the cells are
 * used, so every search ends. */
struct list_map {
	const struct record_type *key, *value;
	uint32_t key_words, value_words;
	uint64_t capacity, count;
	uint64_t mask;    /* cells - 1: they are a power of two */
	uint64_t *cell;
	uint64_t *record; /* key words, then value words, of one record after the other */
	uint64_t secret[FLOW_HASH_SECRETS];
};

static void
list_map_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct list_map *map = object;

	(void)now;
	figures->live = map->count;
	figures->capacity = map->capacity;
}

static uint64_t *
list_map_record(const struct list_map *map, uint64_t number)
{
	return map->record + number * (map->key_words + map->value_words);
}

static bool
list_map_equal(const uint64_t *a, const uint64_t *b, uint32_t words)
{
	uint64_t differ = 0;

	for (uint32_t i = 0; i < words; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

/* The cell of a key that is listed, or the one that it would get. */
static uint64_t *
list_map_seek(const struct list_map *map, const uint64_t *key, uint32_t tag)
{
	uint64_t at = tag & map->mask;

	while (map->cell[at] != 0) {
		const uint64_t number = (uint32_t)map->cell[at] - 1;

		if (map->cell[at] >> 32 == tag && list_map_equal(list_map_record(map, number), key, map->key_words))
			break;
		at = (at + 1) & map->mask;
	}
	return &map->cell[at];
}

static void
list_map_enter(struct list_map *map, uint64_t *cell, uint32_t tag, const uint64_t *key, const uint64_t *value)
{
	uint64_t *const record = list_map_record(map, map->count);

	memcpy(record, key, map->key_words * sizeof *key);
	memcpy(record + map->key_words, value, map->value_words * sizeof *value);
	*cell = (uint64_t)tag << 32 | ++map->count;
}

const char *
list_map_add(struct list_map *map, const uint64_t (*fields)[2], size_t count)
{
	uint64_t key[LIST_MAP_KEY_WORDS] = { 0 }, value[LIST_MAP_VALUE_WORDS] = { 0 };

	if (count != map->key->fields + map->value->fields)
		return "it has not as many fields as the key and the value that are kept of it";
	if (!record_read(key, map->key, fields) || !record_read(value, map->value, fields + map->key->fields))
		return "a number is too large for the field that it is kept in";

	const uint32_t tag = flow_hash_tag(key, map->key_words, map->secret);
	uint64_t *const cell = list_map_seek(map, key, tag);

	if (*cell != 0)
		return "an earlier record has the same key";
	if (map->count == map->capacity)
		return "there is no room for more records";
	list_map_enter(map, cell, tag, key, value);
	return NULL;
}

static const char *
list_map_bind(void *object, const uint64_t (*fields)[2], size_t count, uint64_t ports)
{
	(void)ports;
	return list_map_add(object, fields, count);
}

static const struct vig_kind list_map_kind = { "list_map", list_map_figures, list_map_bind, NULL };

/* A power of two, and at least twice the capacity. */
static uint64_t
list_map_cells(uint64_t capacity)
{
	uint64_t cells = 2;

	while (cells < 2 * capacity)
		cells *= 2;
	return cells;
}

/* What a failure leaves behind is the caller's to rewind. */
static struct list_map *
list_map_build(struct vig *vig, const struct record_type *key, const struct record_type *value, uint64_t capacity)
{
	struct list_map *map = vig_alloc(vig, sizeof *map);
	const uint64_t cells = list_map_cells(capacity), words = (key->size + 7) / 8 + (value->size + 7) / 8;

	if (map == NULL)
		return NULL;
	map->cell = vig_alloc(vig, cells * sizeof *map->cell);
	map->record = vig_alloc(vig, capacity * words * sizeof *map->record);
	if (map->cell == NULL || map->record == NULL)
		return NULL;
	map->key = key;
	map->value = value;
	map->key_words = (uint32_t)((key->size + 7) / 8);
	map->value_words = (uint32_t)((value->size + 7) / 8);
	map->capacity = capacity;
	map->mask = cells - 1;
	flow_hash_secrets(map->secret, vig_secret(vig));
	return map;
}

static bool
list_map_fits(const struct record_type *type, uint64_t words)
{
	return type->size > 0 && type->size <= 8 * words;
}

struct list_map *
list_map_make(struct vig *vig, const struct record_type *key, const struct record_type *value, uint64_t capacity)
{
	if (capacity == 0 || capacity > LIST_MAP_MAX_CAPACITY)
		return NULL;
	if (!list_map_fits(key, LIST_MAP_KEY_WORDS) || !list_map_fits(value, LIST_MAP_VALUE_WORDS))
		return NULL;
	return list_map_build(vig, key, value, capacity);
}

struct list_map *
list_map_new(struct vig *vig, const char *name, const struct record_type *key, const struct record_type *value,
	uint64_t capacity)
{
	struct vig_block *before = vig_newest(vig);
	struct list_map *map = list_map_make(vig, key, value, capacity);

	if (map == NULL || !vig_add(vig, name, &list_map_kind, map)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return map;
}

bool
list_map_find(const struct list_map *map, const uint64_t *key, uint64_t *value)
{
	const uint64_t *cell;

	if (map->count == 0) /* as most lists are: not worth a hash */
		return false;
	cell = list_map_seek(map, key, flow_hash_tag(key, map->key_words, map->secret));
	if (*cell == 0)
		return false;
	memcpy(value, list_map_record(map, (uint32_t)*cell - 1) + map->key_words, map->value_words * sizeof *value);
	return true;
}

const struct record_type *
list_map_key_record(const struct list_map *map)
{
	return map->key;
}

const struct record_type *
list_map_value_record(const struct list_map *map)
{
	return map->value;
}

uint64_t
list_map_count(const struct list_map *map)
{
	return map->count;
}

const uint64_t *
list_map_key_at(const struct list_map *map, uint64_t number)
{
	assert(number < map->count);
	return list_map_record(map, number);
}

const uint64_t *
list_map_value_at(const struct list_map *map, uint64_t number)
{
	assert(number < map->count);
	return list_map_record(map, number) + map->key_words;
}
