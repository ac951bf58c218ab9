/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/list_map_object.h -- records by key as a part of another object. Private to libvig. */
#ifndef LIBVIG_LIST_MAP_OBJECT_H
#define LIBVIG_LIST_MAP_OBJECT_H

#include "libvig/list_map.h"

#pragma GCC visibility push(hidden)

/* list_map_new without a name. What a failure leaves behind is the caller's to rewind. */
struct list_map *list_map_make(struct vig *vig, const struct record_type *key, const struct record_type *value,
	uint64_t capacity);

/* Adds one record, as vig_bind does. NULL: done. Otherwise why not, and nothing changed. */
const char *list_map_add(struct list_map *map, const uint64_t (*fields)[2], size_t count);

/* Records by number, in the order in which they were added. Precondition: number is below the count. */
uint64_t list_map_count(const struct list_map *map);
const uint64_t *list_map_key_at(const struct list_map *map, uint64_t number);
const uint64_t *list_map_value_at(const struct list_map *map, uint64_t number);

#pragma GCC visibility pop

#endif
