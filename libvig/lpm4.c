/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/lpm4.h"

#include <assert.h>

#include "libvig/lpm4_cells.h"
#include "libvig/lpm4_object.h"
#include "libvig/logic/lpm4_routes.h"
#include "libvig/map.h"
#include "libvig/vig_object.h"

/* Cells say what each address has. Routes say which prefixes are in: what a deleted one had covered goes to
 * the longest that remains. */
struct lpm4 {
	uint32_t *top;
	struct lpm4_group *group;
	uint32_t used, groups;
	struct map_k1 *routes; /* lpm4_key -> value */
};

/* The parts of a table lie apart. */
/*@ predicate lpm4_memory_of{L}(struct lpm4 *lpm) =
      \valid(lpm) && lpm4_memory(lpm->top, lpm->group, lpm->groups) && map_k1_memory(lpm->routes) &&
      \separated(lpm, lpm->top + (0 .. LPM4_TOP - 1), lpm->group + (0 .. lpm->groups - 1), lpm->routes,
                 lpm->routes->cell + (0 .. lpm->routes->cells - 1));

    // What stands in it may differ.
    predicate lpm4_same_parts{A,B}(struct lpm4 *lpm) =
      \at(lpm->top, A) == \at(lpm->top, B) && \at(lpm->group, A) == \at(lpm->group, B) &&
      \at(lpm->groups, A) == \at(lpm->groups, B) && \at(lpm->routes, A) == \at(lpm->routes, B) &&
      \at(lpm->routes->cell, A) == \at(lpm->routes->cell, B) &&
      \at(lpm->routes->cells, A) == \at(lpm->routes->cells, B) &&
      \at(lpm->routes->capacity, A) == \at(lpm->routes->capacity, B);

    predicate lpm4_cells_of{L}(struct lpm4 *lpm, integer used) =
      lpm4_table(lpm->top, lpm->group, used, lpm->groups) && lpm4_shorts(lpm->top);

    predicate lpm4_routes_of{L}(struct lpm4 *lpm) =
      map_k1_Map(lpm->routes) && lpm4_values(lpm->routes->cell, lpm->routes->cells);

    // Every address has the longest route that covers it.
    predicate lpm4_agree{L}(uint32_t *top, struct lpm4_group *group, struct map_k1_cell *m, integer cells) =
      \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
        lpm4_true(m, cells, LPM4_CELLS * k + j, lpm4_at(top, group, k, j)) &&
        lpm4_longest(m, cells, LPM4_CELLS * k + j, lpm4_at(top, group, k, j));

    predicate Lpm4{L}(struct lpm4 *lpm) =
      lpm4_memory_of(lpm) && lpm4_cells_of(lpm, lpm->used) && lpm4_routes_of(lpm) &&
      lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */

/*@ requires prefix: prefix < 4294967296 && length <= 32;
    terminates \true;
    assigns  \nothing;
    ensures  key: \result == lpm4_name(prefix, length); */
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
	figures->refused = lpm->routes->refused;
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

/*@ requires lpm4:    Lpm4(lpm);
    requires address: address < 4294967296;
    requires out:     \valid(value) && \separated(value, lpm, lpm->top + (0 .. LPM4_TOP - 1),
                      lpm->group + (0 .. lpm->groups - 1), lpm->routes,
                      lpm->routes->cell + (0 .. lpm->routes->cells - 1));
    terminates \true;
    assigns  *value;
    ensures  none:    \result == false ==> \old(lpm4_uncovered(lpm->routes->cell, lpm->routes->cells, address));
    ensures  kept:    \result == false ==> *value == \old(*value);
    ensures  found:   \result == true ==>
                     lpm4_answers{Pre}(\old(lpm->routes->cell), \old(lpm->routes->cells), address, *value); */
bool
lpm4_find(const struct lpm4 *lpm, uint64_t address, uint32_t *value)
{
	uint32_t route;

	assert(address < (uint64_t)LPM4_TOP * LPM4_CELLS);
	route = lpm4_cells_find(lpm->top, lpm->group, address) /*@ ghost (lpm->used, lpm->groups) */;
	/*@ assert address: address == LPM4_CELLS * (address / LPM4_CELLS) + address % LPM4_CELLS; */
	/*@ assert route:   lpm4_true(lpm->routes->cell, lpm->routes->cells, address, route); */
	/*@ assert longest: lpm4_longest(lpm->routes->cell, lpm->routes->cells, address, route); */
	if (route == 0)
		return false;
	*value = route % LPM4_UNIT;
	return true;
}

/* What cells say of many addresses: first all cells of top, so that the processor may fetch them side by side. */
/*@ requires table:   lpm4_table(top, group, used, groups);
    requires address: \valid_read(address + (0 .. count - 1));
    requires out:     \valid(value + (0 .. count - 1)) && \separated(value + (0 .. count - 1),
                      address + (0 .. count - 1), top + (0 .. LPM4_TOP - 1), group + (0 .. groups - 1));
    terminates \true;
    assigns  value[0 .. count - 1];
    ensures  told:    \forall integer i; 0 <= i < count ==> value[i] == lpm4_told(
                      \old(lpm4_at(top, group, address[i] / LPM4_CELLS, address[i] % LPM4_CELLS)), none); */
static void
lpm4_cells_find_many(const uint32_t *top, const struct lpm4_group *group, const uint32_t *address, uint64_t count,
	uint32_t none, uint32_t *value)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	/*@ loop invariant range: 0 <= i <= count;
	    loop invariant same:  lpm4_same_cells{Pre,Here}(top, group, used);
	    loop invariant asked: \forall integer k; 0 <= k < count ==> address[k] == \at(address[k], Pre);
	    loop invariant top:   \forall integer k; 0 <= k < i ==> value[k] == \at(top[address[k] / LPM4_CELLS], Pre);
	    loop assigns   i, value[0 .. count - 1];
	    loop variant   count - i; */
	for (uint64_t i = 0; i < count; i++)
		value[i] = top[address[i] / LPM4_CELLS];
	/*@ loop invariant range: 0 <= i <= count;
	    loop invariant same:  lpm4_same_cells{Pre,Here}(top, group, used);
	    loop invariant asked: \forall integer k; 0 <= k < count ==> address[k] == \at(address[k], Pre);
	    loop invariant top:   \forall integer k; i <= k < count ==>
	               value[k] == \at(top[address[k] / LPM4_CELLS], Pre);
	    loop invariant told:  \forall integer k; 0 <= k < i ==> value[k] == lpm4_told(
	               \at(lpm4_at(top, group, address[k] / LPM4_CELLS, address[k] % LPM4_CELLS), Pre), none);
	    loop assigns   i, value[0 .. count - 1];
	    loop variant   count - i; */
	for (uint64_t i = 0; i < count; i++) {
		uint32_t route = value[i];

		if (route >= LPM4_GROUP)
			route = group[route - LPM4_GROUP].cell[address[i] % LPM4_CELLS];
		value[i] = route == 0 ? none : route % LPM4_UNIT;
	}
}

/*@ requires lpm4:    Lpm4(lpm);
    requires address: \valid_read(address + (0 .. count - 1));
    requires out:     \valid(value + (0 .. count - 1)) && \separated(value + (0 .. count - 1),
                      address + (0 .. count - 1), lpm, lpm->top + (0 .. LPM4_TOP - 1),
                      lpm->group + (0 .. lpm->groups - 1), lpm->routes,
                      lpm->routes->cell + (0 .. lpm->routes->cells - 1));
    terminates \true;
    assigns  value[0 .. count - 1];
    ensures  told:    \forall integer i; 0 <= i < count ==>
                      lpm4_tells{Pre}(\old(lpm->routes->cell), \old(lpm->routes->cells), \old(address[i]),
                        value[i], none); */
void
lpm4_find_many(const struct lpm4 *lpm, const uint32_t *address, uint64_t count, uint32_t none, uint32_t *value)
{
	/*@ assert address: \forall integer i; 0 <= i < count ==> 0 <= address[i] < 4294967296 &&
	            address[i] == LPM4_CELLS * (address[i] / LPM4_CELLS) + address[i] % LPM4_CELLS; */
	/*@ assert route:   \forall integer i; 0 <= i < count ==> lpm4_true(lpm->routes->cell, lpm->routes->cells, address[i],
	            lpm4_at(lpm->top, lpm->group, address[i] / LPM4_CELLS, address[i] % LPM4_CELLS)); */
	/*@ assert longest: \forall integer i; 0 <= i < count ==> lpm4_longest(lpm->routes->cell, lpm->routes->cells,
	            address[i], lpm4_at(lpm->top, lpm->group, address[i] / LPM4_CELLS, address[i] % LPM4_CELLS)); */
	/*@ assert best:    \forall integer i; 0 <= i < count ==> lpm4_tells(lpm->routes->cell, lpm->routes->cells, address[i],
	            lpm4_told(lpm4_at(lpm->top, lpm->group, address[i] / LPM4_CELLS, address[i] % LPM4_CELLS), none),
	            none); */
	lpm4_cells_find_many(lpm->top, lpm->group, address, count, none, value) /*@ ghost (lpm->used, lpm->groups) */;
}

#ifndef NDEBUG
/*@ terminates \true;
    assigns  \nothing;
    ensures  told: lpm4_is_prefix(prefix, length) ==> \result == true; */
static bool
lpm4_is_prefix(uint64_t prefix, uint64_t length)
{
	return length <= 32 && prefix < (uint64_t)LPM4_TOP * LPM4_CELLS && prefix % lpm4_prefix_size(length) == 0;
}
#endif

/*@ requires lpm4:   Lpm4(lpm);
    requires prefix: lpm4_is_prefix(prefix, length);
    terminates \true;
    assigns  \nothing;
    ensures  has:    \result == true <==>
                     map_k1_has(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length)); */
bool
lpm4_has(const struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	assert(lpm4_is_prefix(prefix, length));
	return map_k1_where(lpm->routes, lpm4_key(prefix, length)) < lpm->routes->cells;
}

/* Whether a route of this prefix would need a group that there is not. */
/*@ requires lpm4:   Lpm4(lpm);
    requires prefix: lpm4_is_prefix(prefix, length);
    terminates \true;
    assigns  \nothing;
    ensures  lacks:  \result == true <==>
                     length > 24 && lpm->top[prefix / LPM4_CELLS] < LPM4_GROUP && lpm->used == lpm->groups; */
static bool
lpm4_lacks_group(const struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	return length > 24 && lpm->top[prefix / LPM4_CELLS] < LPM4_GROUP && lpm->used == lpm->groups;
}

/* Notes how many groups are used. */
/*@ requires memory: lpm4_memory_of(lpm);
    requires cells:  lpm4_cells_of(lpm, used);
    requires routes: lpm4_routes_of(lpm);
    requires agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells);
    terminates \true;
    assigns  lpm->used;
    ensures  lpm4:   Lpm4(lpm);
    ensures  cells:  lpm->routes->cells == \old(lpm->routes->cells); */
static void
lpm4_enter(struct lpm4 *lpm, uint32_t used)
{
	lpm->used = used;
	/*@ assert alike:  lpm4_same_parts{Pre,Here}(lpm); */
	/*@ assert top:    \forall integer k; 0 <= k < LPM4_TOP ==> lpm->top[k] == \at(lpm->top[k], Pre); */
	/*@ assert owners: \forall integer g; 0 <= g < used ==> lpm->group[g].owner == \at(lpm->group[g].owner, Pre); */
	/*@ assert groups: \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==>
	            lpm->group[g].cell[j] == \at(lpm->group[g].cell[j], Pre); */
	/*@ assert at:     \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_at(lpm->top, lpm->group, k, j) == \at(lpm4_at(lpm->top, lpm->group, k, j), Pre); */
	/*@ assert memory: lpm4_memory_of(lpm); */
	/*@ assert table:  lpm4_table(lpm->top, lpm->group, used, lpm->groups); */
	/*@ assert routes: lpm4_routes_of(lpm); */
	/*@ assert agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
}

/*@ requires lpm4:   Lpm4(lpm);
    requires prefix: lpm4_is_prefix(prefix, length);
    requires value:  value <= LPM4_MAX_VALUE;
    terminates \true;
    assigns  lpm->used, lpm->top[0 .. LPM4_TOP - 1], lpm->group[0 .. lpm->groups - 1], lpm->routes->size,
             lpm->routes->refused, lpm->routes->cell[0 .. lpm->routes->cells - 1];
    ensures  lpm4:   Lpm4(lpm);
    ensures  room:   \result == true <==> !\old(length > 24 && lpm->top[prefix / LPM4_CELLS] < LPM4_GROUP &&
                     lpm->used == lpm->groups) &&
                     (\old(map_k1_has(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length))) ||
                      \old(lpm->routes->size) < lpm->routes->capacity);
    ensures  put:    \result == true ==>
                     map_k1_maps(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length), value);
    ensures  others: \forall integer x, w; \result == false || x != lpm4_name(prefix, length) ==>
                     (map_k1_maps(lpm->routes->cell, lpm->routes->cells, x, w) <==>
                      \old(map_k1_maps(lpm->routes->cell, lpm->routes->cells, x, w))); */
bool
lpm4_add(struct lpm4 *lpm, uint64_t prefix, uint64_t length, uint64_t value)
{
	const uint64_t key = lpm4_key(prefix, length);
	uint32_t used;

	assert(lpm4_is_prefix(prefix, length));
	assert(value <= LPM4_MAX_VALUE);
	if (lpm4_lacks_group(lpm, prefix, length)) {
		map_k1_refuse(lpm->routes);
		/*@ assert alike: lpm4_alike{Pre,Here}(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert map:   map_k1_Map(lpm->routes) && lpm4_values(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert agree: lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
		return false;
	}
	if (!map_k1_store(lpm->routes, key, value)) {
		/*@ assert alike: lpm4_alike{Pre,Here}(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert map:   map_k1_Map(lpm->routes) && lpm4_values(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert agree: lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
		return false;
	}
	/*@ assert stored: lpm4_stored{Pre,Here}(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length), value); */
	/*@ assert values: lpm4_values(lpm->routes->cell, lpm->routes->cells); */
	used = lpm4_cells_add(lpm->top, lpm->group, lpm->used, prefix, length, (uint32_t)value)
		/*@ ghost (lpm->groups) */;
	/*@ assert cells:  lpm->routes->cells == \at(lpm->routes->cells, Pre); */
	/*@ assert room:   lpm->routes->capacity == \at(lpm->routes->capacity, Pre); */
	/*@ assert groups: lpm->groups == \at(lpm->groups, Pre); */
	/*@ assert added:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_added(prefix, length, value, LPM4_CELLS * k + j, \at(lpm4_at(lpm->top, lpm->group, k, j), Pre),
	              lpm4_at(lpm->top, lpm->group, k, j)); */
	/*@ assert before: \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_true{Pre}(\at(lpm->routes->cell, Pre), \at(lpm->routes->cells, Pre), LPM4_CELLS * k + j,
	              \at(lpm4_at(lpm->top, lpm->group, k, j), Pre)); */
	/*@ assert holds:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_true(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * k + j,
	              lpm4_at(lpm->top, lpm->group, k, j)); */
	/*@ assert best:   \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_longest(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * k + j,
	              lpm4_at(lpm->top, lpm->group, k, j)); */
	/*@ assert agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
	/*@ assert memory: lpm4_memory_of(lpm); */
	/*@ assert table:  lpm4_cells_of(lpm, used); */
	/*@ assert map:    map_k1_Map(lpm->routes); */
	lpm4_enter(lpm, used);
	return true;
}

/* The longest route that covers a prefix and is shorter; 0: none. */
/*@ requires map:    map_k1_Map(routes) && lpm4_values(routes->cell, routes->cells);
    requires prefix: lpm4_is_prefix(prefix, length);
    terminates \true;
    assigns  \nothing;
    ensures  range:  \result < (length + 1) * LPM4_UNIT;
    ensures  left:   lpm4_left(routes->cell, routes->cells, prefix, length, \result); */
static uint32_t
lpm4_shorter(const struct map_k1 *routes, uint64_t prefix, uint64_t length)
{
	uint64_t l = length, size = lpm4_prefix_size(length);

	/*@ loop invariant range: 0 <= l <= length && size == lpm4_size(l);
	    loop invariant bases: \forall integer a; lpm4_covers(prefix, length, a) ==>
	               lpm4_base(a, l) == lpm4_base(prefix, l);
	    loop invariant none:  \forall integer a, n; lpm4_covers(prefix, length, a) && l <= n < length ==>
	               !map_k1_has(routes->cell, routes->cells, lpm4_covering(a, n));
	    loop assigns   l, size;
	    loop variant   l; */
	while (l > 0) {
		uint32_t s, route;

		l--;
		size *= 2;
		/*@ assert size:  size == lpm4_size(l); */
		/*@ assert base:  lpm4_base(prefix, l) == prefix - prefix % size; */
		s = map_k1_where(routes, lpm4_key(prefix - prefix % size, l));
		if (s == routes->cells)
			continue;
		/*@ assert cell:  map_k1_is(routes->cell, routes->cells, s, lpm4_covering(prefix, l)); */
		/*@ assert here:  map_k1_maps(routes->cell, routes->cells, lpm4_covering(prefix, l), routes->cell[s].value); */
		/*@ assert value: routes->cell[s].value < LPM4_UNIT; */
		route = ((uint32_t)l + 1) * LPM4_UNIT + (uint32_t)routes->cell[s].value;
		/*@ assert route: route / 16777216 - 1 == l && route % 16777216 == routes->cell[s].value; */
		/*@ assert bases: \forall integer a; lpm4_covers(prefix, length, a) ==>
		            lpm4_covering(a, l) == lpm4_covering(prefix, l); */
		/*@ assert holds: \forall integer a; lpm4_covers(prefix, length, a) ==>
		            lpm4_true(routes->cell, routes->cells, a, route); */
		/*@ assert none:  \forall integer a, n; lpm4_covers(prefix, length, a) && l < n < length ==>
		            !map_k1_has(routes->cell, routes->cells, lpm4_covering(a, n)); */
		return route;
	}
	return 0;
}

/* Gives back the group below a cell of top if it is no longer needed. Answers how many are used then. */
/*@ requires memory: lpm4_memory_of(lpm);
    requires cells:  lpm4_cells_of(lpm, used);
    requires routes: lpm4_routes_of(lpm);
    requires agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells);
    requires cell:   i < LPM4_TOP && lpm->top[i] >= LPM4_GROUP;
    terminates \true;
    assigns  lpm->top[0 .. LPM4_TOP - 1], lpm->group[0 .. lpm->groups - 1];
    ensures  memory: lpm4_memory_of(lpm);
    ensures  table:  lpm4_cells_of(lpm, \result);
    ensures  routes: lpm4_routes_of(lpm);
    ensures  agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells);
    ensures  count:  lpm->routes->cells == \old(lpm->routes->cells); */
static uint32_t
lpm4_give_back(struct lpm4 *lpm, uint32_t used, uint32_t i)
{
	/*@ assert at:     \forall integer j; 0 <= j < LPM4_CELLS ==>
	            lpm4_at(lpm->top, lpm->group, i, j) == lpm->group[lpm->top[i] - LPM4_GROUP].cell[j]; */
	/*@ assert block:  \forall integer j; 0 <= j < LPM4_CELLS ==> 0 <= LPM4_CELLS * i + j < 4294967296 &&
	            LPM4_CELLS * i + j - (LPM4_CELLS * i + j) % 256 == LPM4_CELLS * i - (LPM4_CELLS * i) % 256; */
	/*@ assert first:
	            lpm4_true(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * i, lpm4_at(lpm->top, lpm->group, i, 0)) &&
	            lpm4_longest(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * i, lpm4_at(lpm->top, lpm->group, i, 0)); */
	/*@ assert each:   \forall integer j; 0 <= j < LPM4_CELLS ==>
	            lpm4_true(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * i + j, lpm4_at(lpm->top, lpm->group, i, j)) &&
	            lpm4_longest(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * i + j,
	              lpm4_at(lpm->top, lpm->group, i, j)); */
	/*@ assert same:   \forall integer j; 0 <= j < LPM4_CELLS && lpm4_at(lpm->top, lpm->group, i, j) < LPM4_LONG &&
	            lpm4_at(lpm->top, lpm->group, i, 0) < LPM4_LONG ==>
	            lpm4_at(lpm->top, lpm->group, i, j) == lpm4_at(lpm->top, lpm->group, i, 0); */
	used = lpm4_top_join(lpm->top, lpm->group, used, i) /*@ ghost (lpm->groups) */;
	/*@ assert cells:  lpm->routes->cells == \at(lpm->routes->cells, Pre); */
	/*@ assert room:   lpm->routes->capacity == \at(lpm->routes->capacity, Pre); */
	/*@ assert groups: lpm->groups == \at(lpm->groups, Pre); */
	/*@ assert memory: lpm4_memory_of(lpm); */
	return used;
}

/*@ requires lpm4:   Lpm4(lpm);
    requires prefix: lpm4_is_prefix(prefix, length);
    terminates \true;
    assigns  lpm->used, lpm->top[0 .. LPM4_TOP - 1], lpm->group[0 .. lpm->groups - 1], lpm->routes->size,
             lpm->routes->cell[0 .. lpm->routes->cells - 1];
    ensures  lpm4:   Lpm4(lpm);
    ensures  was:    \result == true <==>
                     \old(map_k1_has(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length)));
    ensures  gone:   !map_k1_has(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length));
    ensures  others: \forall integer x, w; x != lpm4_name(prefix, length) ==>
                     (map_k1_maps(lpm->routes->cell, lpm->routes->cells, x, w) <==>
                      \old(map_k1_maps(lpm->routes->cell, lpm->routes->cells, x, w))); */
bool
lpm4_delete(struct lpm4 *lpm, uint64_t prefix, uint64_t length)
{
	const uint32_t level = ((uint32_t)length + 1) * LPM4_UNIT, i = (uint32_t)(prefix / LPM4_CELLS);
	uint32_t used = lpm->used, shorter;

	assert(lpm4_is_prefix(prefix, length));
	/*@ assert first: lpm4_longest(lpm->routes->cell, lpm->routes->cells, LPM4_CELLS * i + prefix % LPM4_CELLS,
	            lpm4_at(lpm->top, lpm->group, i, prefix % LPM4_CELLS)); */
	/*@ assert group: length > 24 && map_k1_has(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length)) ==>
	            lpm->top[i] >= LPM4_GROUP; */
	if (!map_k1_drop(lpm->routes, lpm4_key(prefix, length))) {
		/*@ assert alike: lpm4_alike{Pre,Here}(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert map:   map_k1_Map(lpm->routes) && lpm4_values(lpm->routes->cell, lpm->routes->cells); */
		/*@ assert agree: lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
		return false;
	}
	/*@ assert erased: lpm4_erased{Pre,Here}(lpm->routes->cell, lpm->routes->cells, lpm4_name(prefix, length)); */
	/*@ assert values: lpm4_values(lpm->routes->cell, lpm->routes->cells); */
	shorter = lpm4_shorter(lpm->routes, prefix, length);
	lpm4_prefix_cover(lpm->top, lpm->group, prefix, length, level, level + LPM4_UNIT, shorter)
		/*@ ghost (used, lpm->groups) */;
	/*@ assert cells:  lpm->routes->cells == \at(lpm->routes->cells, Pre); */
	/*@ assert room:   lpm->routes->capacity == \at(lpm->routes->capacity, Pre); */
	/*@ assert groups: lpm->groups == \at(lpm->groups, Pre); */
	/*@ assert removed: \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
	            lpm4_removed(prefix, length, shorter, LPM4_CELLS * k + j, \at(lpm4_at(lpm->top, lpm->group, k, j), Pre),
	              lpm4_at(lpm->top, lpm->group, k, j)); */
	/*@ assert agree:  lpm4_agree(lpm->top, lpm->group, lpm->routes->cell, lpm->routes->cells); */
	/*@ assert memory: lpm4_memory_of(lpm); */
	/*@ assert table:  lpm4_cells_of(lpm, used); */
	/*@ assert map:    map_k1_Map(lpm->routes); */
	if (length > 24)
		used = lpm4_give_back(lpm, used, i);
	lpm4_enter(lpm, used);
	return true;
}
