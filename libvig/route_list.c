/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/route_list.h"

#include <assert.h>

#include "libvig/lpm4_object.h"
#include "libvig/record_read.h"
#include "libvig/vig_object.h"

/* The table's number for a prefix is that of its value's record. A full table of routes has few different next hops:
 * a value that equals one of the RECENT last ones shares its record, which keeps them in the cache. */
#define RECENT 16u

struct route_list {
	struct lpm4 *lpm;
	const struct record_type *value;
	uint64_t words;
	uint64_t capacity, routes;
	uint64_t *record; /* words of one record after the other */
	uint64_t records;
};

static void
route_list_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct route_list *list = object;

	(void)now;
	figures->live = list->routes;
	figures->capacity = list->capacity;
}

/* The number of a recent record with these words, or of the next one, which then has them. */
static uint64_t
route_list_number(const struct route_list *list, const uint64_t *value)
{
	const uint64_t oldest = list->records > RECENT ? list->records - RECENT : 0;

	for (uint64_t number = oldest; number < list->records; number++)
		if (memcmp(list->record + number * list->words, value, list->words * sizeof *value) == 0)
			return number;
	memcpy(list->record + list->records * list->words, value, list->words * sizeof *value);
	return list->records;
}

/* Why a prefix cannot be added, or NULL. */
static const char *
route_list_refusal(const struct route_list *list, uint64_t prefix, uint64_t length)
{
	if (length > 32 || prefix >> 32 != 0)
		return "its first field is no prefix of an IPv4 address";
	if ((prefix & ((UINT64_C(1) << (32 - length)) - 1)) != 0)
		return "the prefix has bits set beyond its length";
	if (lpm4_has(list->lpm, prefix, length))
		return "an earlier record has the same prefix";
	return list->routes == list->capacity ? "there is no room for more routes" : NULL;
}

static const char *
route_list_bind(void *object, const uint64_t (*fields)[2], size_t count, uint64_t ports)
{
	struct route_list *list = object;
	uint64_t value[ROUTE_LIST_VALUE_WORDS] = { 0 }, number;
	const char *refusal;

	(void)ports;
	if (count != 1 + list->value->fields)
		return "it has not a prefix and as many fields as the value that is kept of it";
	if (!record_read(value, list->value, fields + 1))
		return "a number is too large for the field that it is kept in";
	refusal = route_list_refusal(list, fields[0][0], fields[0][1]);
	if (refusal != NULL)
		return refusal;
	number = route_list_number(list, value);
	if (!lpm4_add(list->lpm, fields[0][0], fields[0][1], number))
		return "there is no room for more /24 blocks with routes longer than that";
	list->routes++;
	if (number == list->records)
		list->records++;
	return NULL;
}

static const struct vig_kind route_list_kind = { "route_list", route_list_figures, route_list_bind, NULL };

/* What a failure leaves behind is the caller's to rewind. */
static struct route_list *
route_list_build(struct vig *vig, const struct record_type *value, uint64_t capacity, uint64_t groups)
{
	struct route_list *list = vig_alloc(vig, sizeof *list);

	if (list == NULL)
		return NULL;
	list->value = value;
	list->words = (value->size + 7) / 8;
	list->capacity = capacity;
	list->record = vig_alloc(vig, capacity * list->words * sizeof *list->record);
	list->lpm = lpm4_make(vig, capacity, groups);
	return list->record != NULL && list->lpm != NULL ? list : NULL;
}

struct route_list *
route_list_new(struct vig *vig, const char *name, const struct record_type *value, uint64_t capacity, uint64_t groups)
{
	struct vig_block *before = vig_newest(vig);
	struct route_list *list;

	if (capacity == 0 || capacity > ROUTE_LIST_MAX_CAPACITY)
		return NULL;
	if (value->size == 0 || value->size > 8 * ROUTE_LIST_VALUE_WORDS)
		return NULL;
	list = route_list_build(vig, value, capacity, groups);
	if (list == NULL || !vig_add(vig, name, &route_list_kind, list)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return list;
}

bool
route_list_find(const struct route_list *list, uint64_t address, uint64_t *value)
{
	uint32_t number;

	assert(address >> 32 == 0);
	if (!lpm4_find(list->lpm, address, &number))
		return false;
	memcpy(value, list->record + number * list->words, list->words * sizeof *value);
	return true;
}

const struct record_type *
route_list_value_record(const struct route_list *list)
{
	return list->value;
}
