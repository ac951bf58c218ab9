/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/lpm4.h"

#include <assert.h>

#include "libvig/lpm4_cells.h"
#include "libvig/lpm4_object.h"
#include "libvig/map.h"
#include "libvig/vig_object.h"

/* Cells say what each address has. Routes say which prefixes are in: what a deleted one had covered goes to
 * the longest that remains. */
struct lpm4 {
	uint32_t *top;
	struct lpm4_group *group;
	uint32_t used, groups;
	struct map_k1 *routes; /* lpm4_key -> value */
	uint64_t refused;
};

static uint64_t
lpm4_key(uint64_t prefix, uint64_t length)
{
	return prefix * 64 + length;
}

static void
lpm4_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct lpm4 *lpm = object;

	(void)now;
	figures->live = lpm->routes->size;
	figures->capacity = lpm->routes->capacity;
	figures->refused = lpm->refused;
}

static const struct vig_kind lpm4_kind = { "lpm4", lpm4_figures, NULL, NULL };

/* False: out of memory. */
static bool
lpm4_allocate(struct lpm4 *lpm, struct vig *vig, uint64_t routes)
{
	lpm->top = vig_alloc(vig, LPM4_TOP * sizeof lpm->top[0]);
	lpm->group = vig_alloc(vig, (lpm->groups > 0 ? lpm->groups : 1) * sizeof lpm->group[0]);
	return lpm->top != NULL && lpm->group != NULL && (lpm->routes = map_k1_make(vig, routes)) != NULL;
}

struct lpm4 *
lpm4_make(struct vig *vig, uint64_t routes, uint64_t groups)
{
	struct lpm4 *lpm;

	if (routes == 0 || routes > LPM4_MAX_ROUTES || groups > LPM4_MAX_GROUPS)
		return NULL;
	lpm = vig_alloc(vig, sizeof *lpm);
	if (lpm == NULL)
		return NULL;
	lpm->groups = (uint32_t)groups;
	return lpm4_allocate(lpm, vig, routes) ? lpm : NULL;
}

struct lpm4 *
lpm4_new(struct vig *vig, const char *name, uint64_t routes, uint64_t groups)
{
	struct vig_block *before = vig_newest(vig);
	struct lpm4 *lpm = lpm4_make(vig, routes, groups);

	if (lpm == NULL || !vig_add(vig, name, &lpm4_kind, lpm)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return lpm;
}

/* Proved of the cells; that they agree with the routes is tested. */
/*@ requires table:   \valid_read(lpm) && lpm4_table(lpm->top, lpm->group, lpm->used, lpm->groups);
    requires address: address < 4294967296;
    requires out:     \valid(value) && \separated(value, lpm, lpm->top + (0 .. LPM4_TOP - 1),
                      lpm->group + (0 .. lpm->groups - 1));
    terminates \true;
    assigns  *value;
    ensures  none:    \result == false <==>
                      lpm4_at(lpm->top, lpm->group, address / LPM4_CELLS, address % LPM4_CELLS) == 0;
    ensures  kept:    \result == false ==> *value == \old(*value);
    ensures  found:   \result == true ==> *value ==
                      lpm4_at(lpm->top, lpm->group, address / LPM4_CELLS, address % LPM4_CELLS) % LPM4_UNIT; */
bool
lpm4_find(const struct lpm4 *lpm, uint64_t address, uint32_t *value)
{
	uint32_t route;

	assert(address < (uint64_t)LPM4_TOP * LPM4_CELLS);
	route = lpm4_cells_find(lpm->top, lpm->group, address) /*@ ghost (lpm->used, lpm->groups) */;
	if (route == 0)
		return false;
	*value = route % LPM4_UNIT;
	return true;
}

void
lpm4_find_many(const struct lpm4 *lpm, const uint32_t *address, uint64_t count, uint32_t none, uint32_t *value)
{
	for (uint64_t i = 0; i < count; i++)
		value[i] = lpm->top[address[i] / LPM4_CELLS];
	for (uint64_t i = 0; i < count; i++) {
		uint32_t route = value[i];

		if (route >= LPM4_GROUP)
			route = lpm->group[route - LPM4_GROUP].cell[address[i] % LPM4_CELLS];
		value[i] = route == 0 ? none : route % LPM4_UNIT;
	}
}

#ifndef NDEBUG
static bool
lpm4_is_prefix(uint64_t prefix, uint64_t length)
{
	return length <= 32 && prefix < (uint64_t)LPM4_TOP * LPM4_CELLS && prefix % lpm4_prefix_size(length) == 0;
}
#endif

bool
lpm4_has(const struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	const uint64_t key[1] = { lpm4_key(prefix, length) };
	uint64_t value;

	assert(lpm4_is_prefix(prefix, length));
	return map_k1_find(lpm->routes, key, &value);
}

/* Whether a route of this prefix would need a group that there is not. */
static bool
lpm4_lacks_group(const struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	return length > 24 && lpm->top[prefix / LPM4_CELLS] < LPM4_GROUP && lpm->used == lpm->groups;
}

bool
lpm4_add(struct lpm4 *lpm, uint64_t prefix, uint64_t length, uint64_t value)
{
	const uint64_t key[1] = { lpm4_key(prefix, length) };

	assert(lpm4_is_prefix(prefix, length));
	assert(value <= LPM4_MAX_VALUE);
	if (lpm4_lacks_group(lpm, prefix, length) || !map_k1_put(lpm->routes, key, value)) {
		lpm->refused++;
		return false;
	}
	lpm->used = lpm4_cells_add(lpm->top, lpm->group, lpm->used, prefix, length, (uint32_t)value)
		/*@ ghost (lpm->groups) */;
	return true;
}

/* The longest route that covers a prefix and is shorter; 0: none. */
static uint32_t
lpm4_shorter(const struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	uint64_t size = lpm4_prefix_size(length);

	while (length > 0) {
		uint64_t key[1], value;

		length--;
		size *= 2;
		key[0] = lpm4_key(prefix - prefix % size, length);
		if (map_k1_find(lpm->routes, key, &value))
			return ((uint32_t)length + 1) * LPM4_UNIT + (uint32_t)value;
	}
	return 0;
}

bool
lpm4_delete(struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	const uint64_t key[1] = { lpm4_key(prefix, length) };
	const uint32_t level = ((uint32_t)length + 1) * LPM4_UNIT;

	assert(lpm4_is_prefix(prefix, length));
	if (!map_k1_erase(lpm->routes, key))
		return false;
	lpm4_prefix_cover(lpm->top, lpm->group, prefix, length, level, level + LPM4_UNIT,
		lpm4_shorter(lpm, prefix, length)) /*@ ghost (lpm->used, lpm->groups) */;
	if (length > 24)
		lpm->used = lpm4_top_join(lpm->top, lpm->group, lpm->used, (uint32_t)(prefix / LPM4_CELLS));
	return true;
}
