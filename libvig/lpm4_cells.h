/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/lpm4_cells.h -- the cells of a routing table (DIR-24-8). Private to libvig.
 *
 * The upper 24 bits of an address choose a cell of `top`. If a route longer than 24 bits lies below it, that cell
 * names a group of 256 cells, chosen from by the lower 8 bits. All other cells hold a route as one number: length
 * and value such that longer routes compare higher, and 0 where there is none. So "is this route at least as
 * long as what is there" is one comparison, whatever the order of insertion. Invariants:
 *   - a cell of top is a route of at most 24 bits, or LPM4_GROUP + g where g < used and group g says that it belongs
 *     to this cell;
 *   - each group below used is named by the cell that it belongs to, and holds routes only. */
#ifndef LIBVIG_LPM4_CELLS_H
#define LIBVIG_LPM4_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/logic/lpm4.h"

#define LPM4_TOP 16777216u
#define LPM4_CELLS 256u
#define LPM4_UNIT 16777216u             /* values are below it; lengths count in it */
#define LPM4_ROUTES (34u * LPM4_UNIT)   /* routes are below it */
#define LPM4_LONG (26u * LPM4_UNIT)     /* from here on they are longer than 24 bits */
#define LPM4_GROUP 0x80000000u

struct lpm4_group {
	uint32_t cell[LPM4_CELLS];
	uint32_t owner; /* the cell of top that names it */
};

/*@ predicate lpm4_tops{L}(uint32_t *top, struct lpm4_group *group, integer used) =
      \forall integer i; 0 <= i < LPM4_TOP ==> top[i] < LPM4_ROUTES ||
        (LPM4_GROUP <= top[i] < LPM4_GROUP + used && group[top[i] - LPM4_GROUP].owner == i);

    predicate lpm4_owners{L}(uint32_t *top, struct lpm4_group *group, integer used) =
      \forall integer g; 0 <= g < used ==> group[g].owner < LPM4_TOP && top[group[g].owner] == LPM4_GROUP + g;

    predicate lpm4_cells{L}(struct lpm4_group *group, integer used) =
      \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==> group[g].cell[j] < LPM4_ROUTES;

    predicate lpm4_memory{L}(uint32_t *top, struct lpm4_group *group, integer groups) =
      \valid(top + (0 .. LPM4_TOP - 1)) && \valid(group + (0 .. groups - 1)) && 0 <= groups <= LPM4_TOP &&
      \separated(top + (0 .. LPM4_TOP - 1), group + (0 .. groups - 1));

    predicate lpm4_table{L}(uint32_t *top, struct lpm4_group *group, integer used, integer groups) =
      lpm4_memory(top, group, groups) && 0 <= used <= groups && lpm4_tops(top, group, used) &&
      lpm4_owners(top, group, used) && lpm4_cells(group, used);

    predicate lpm4_shorts{L}(uint32_t *top) =
      \forall integer i; 0 <= i < LPM4_TOP ==> top[i] < LPM4_LONG || top[i] >= LPM4_GROUP;

    // The route of the address 256 i + j.
    logic integer lpm4_at{L}(uint32_t *top, struct lpm4_group *group, integer i, integer j) =
      top[i] < LPM4_GROUP ? top[i] : group[top[i] - LPM4_GROUP].cell[j];

    predicate lpm4_same_cells{A,B}(uint32_t *top, struct lpm4_group *group, integer used) =
      (\forall integer k; 0 <= k < LPM4_TOP ==> \at(top[k], A) == \at(top[k], B)) &&
      \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==>
        \at(group[g].cell[j], A) == \at(group[g].cell[j], B); */

/*@ requires table:   lpm4_table(top, group, used, groups);
    requires address: address < 4294967296;
    terminates \true;
    assigns  \nothing;
    ensures  route:   \result == lpm4_at(top, group, address / LPM4_CELLS, address % LPM4_CELLS) < LPM4_ROUTES; */
static inline uint32_t
lpm4_cells_find(const uint32_t *top, const struct lpm4_group *group, uint64_t address)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	uint32_t cell = top[address / LPM4_CELLS];

	return cell < LPM4_GROUP ? cell : group[cell - LPM4_GROUP].cell[address % LPM4_CELLS];
}

/* Gives count cells of group g, from j, a route: those whose own is in [least, below). */
/*@ requires table: lpm4_table(top, group, used, groups);
    requires group: g < used;
    requires cells: j + count <= LPM4_CELLS;
    requires route: route < LPM4_ROUTES;
    requires range: least <= below <= LPM4_ROUTES;
    terminates \true;
    assigns  group[g].cell[0 .. LPM4_CELLS - 1];
    ensures  tops:   lpm4_tops(top, group, used);
    ensures  owners: lpm4_owners(top, group, used);
    ensures  cells:  lpm4_cells(group, used);
    ensures  top:    \forall integer i; 0 <= i < LPM4_TOP ==> top[i] == \old(top[i]);
    ensures  owner:  \forall integer h; 0 <= h < used ==> group[h].owner == \old(group[h].owner);
    ensures  others: \forall integer h, c; 0 <= h < used && h != g && 0 <= c < LPM4_CELLS ==>
               group[h].cell[c] == \old(group[h].cell[c]);
    ensures  given:  \forall integer c; 0 <= c < LPM4_CELLS ==> group[g].cell[c] ==
               (j <= c < j + count && least <= \old(group[g].cell[c]) < below ? route : \old(group[g].cell[c])); */
static inline void
lpm4_group_cover(struct lpm4_group *group, uint32_t g, uint32_t j, uint32_t count, uint32_t least, uint32_t below,
	uint32_t route)
	/*@ ghost (const uint32_t *top, uint32_t used, uint32_t groups) */
{
	/*@ loop invariant range:  j <= c <= j + count;
	    loop invariant done:   \forall integer k; j <= k < c ==> group[g].cell[k] ==
	                (least <= \at(group[g].cell[k], Pre) < below ? route : \at(group[g].cell[k], Pre));
	    loop invariant before: \forall integer k; 0 <= k < j ==> group[g].cell[k] == \at(group[g].cell[k], Pre);
	    loop invariant ahead:  \forall integer k; c <= k < LPM4_CELLS ==>
	                group[g].cell[k] == \at(group[g].cell[k], Pre);
	    loop assigns   c, group[g].cell[0 .. LPM4_CELLS - 1];
	    loop variant   j + count - c; */
	for (uint32_t c = j; c < j + count; c++)
		if (least <= group[g].cell[c] && group[g].cell[c] < below)
			group[g].cell[c] = route;
}

/* Gives all addresses below one cell of top a route: those whose own is in [least, below). */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cell:   t < LPM4_TOP;
    requires route:  route < LPM4_ROUTES;
    requires range:  least <= below <= LPM4_ROUTES;
    terminates \true;
    assigns  top[t], group[0 .. used - 1];
    ensures  tops:   lpm4_tops(top, group, used);
    ensures  owners: lpm4_owners(top, group, used);
    ensures  cells:  lpm4_cells(group, used);
    ensures  owner:  \forall integer g; 0 <= g < used ==> group[g].owner == \old(group[g].owner);
    ensures  mine:   top[t] == (least <= \old(top[t]) < below ? route : \old(top[t]));
    ensures  below:  \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS && group[g].owner == t ==>
               group[g].cell[j] == (least <= \old(group[g].cell[j]) < below ? route : \old(group[g].cell[j]));
    ensures  others: \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS && group[g].owner != t ==>
               group[g].cell[j] == \old(group[g].cell[j]); */
static inline void
lpm4_cell_cover(uint32_t *top, struct lpm4_group *group, uint32_t t, uint32_t least, uint32_t below, uint32_t route)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	/*@ assert named: \forall integer g; 0 <= g < used ==> (group[g].owner == t <==> top[t] == LPM4_GROUP + g); */
	if (top[t] >= LPM4_GROUP)
		lpm4_group_cover(group, top[t] - LPM4_GROUP, 0, LPM4_CELLS, least, below, route)
			/*@ ghost (top, used, groups) */;
	else if (least <= top[t] && top[t] < below)
		top[t] = route;
}

/* Gives all addresses below count cells of top, from i, a route: those whose own is in [least, below). */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cells:  i + count <= LPM4_TOP;
    requires route:  route < LPM4_ROUTES;
    requires range:  least <= below <= LPM4_ROUTES;
    terminates \true;
    assigns  top[0 .. LPM4_TOP - 1], group[0 .. used - 1];
    ensures  tops:   lpm4_tops(top, group, used);
    ensures  owners: lpm4_owners(top, group, used);
    ensures  cells:  lpm4_cells(group, used);
    ensures  top:    \forall integer k; 0 <= k < LPM4_TOP ==> top[k] ==
               (i <= k < i + count && least <= \old(top[k]) < below ? route : \old(top[k]));
    ensures  given:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == (i <= k < i + count && least <= \old(lpm4_at(top, group, k, j)) < below ?
                 route : \old(lpm4_at(top, group, k, j))); */
static inline void
lpm4_top_cover(uint32_t *top, struct lpm4_group *group, uint32_t i, uint32_t count, uint32_t least, uint32_t below,
	uint32_t route)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	/*@ loop invariant range:  i <= t <= i + count;
	    loop invariant tops:   lpm4_tops(top, group, used);
	    loop invariant owner:  lpm4_owners(top, group, used);
	    loop invariant routed: lpm4_cells(group, used);
	    loop invariant top:    \forall integer k; 0 <= k < LPM4_TOP ==> top[k] ==
	                (i <= k < t && least <= \at(top[k], Pre) < below ? route : \at(top[k], Pre));
	    loop invariant owners: \forall integer g; 0 <= g < used ==> group[g].owner == \at(group[g].owner, Pre);
	    loop invariant cells:  \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==> group[g].cell[j] ==
	                (i <= group[g].owner < t && least <= \at(group[g].cell[j], Pre) < below ?
	                 route : \at(group[g].cell[j], Pre));
	    loop assigns   t, top[0 .. LPM4_TOP - 1], group[0 .. used - 1];
	    loop variant   i + count - t; */
	for (uint32_t t = i; t < i + count; t++)
		lpm4_cell_cover(top, group, t, least, below, route) /*@ ghost (used, groups) */;
}

/* Gives count addresses below a cell of top that has a group, from j, a route: those whose own is in [least, below). */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cell:   i < LPM4_TOP && top[i] >= LPM4_GROUP;
    requires cells:  j + count <= LPM4_CELLS;
    requires route:  route < LPM4_ROUTES;
    requires range:  least <= below <= LPM4_ROUTES;
    terminates \true;
    assigns  group[0 .. used - 1];
    ensures  tops:   lpm4_tops(top, group, used);
    ensures  owners: lpm4_owners(top, group, used);
    ensures  cells:  lpm4_cells(group, used);
    ensures  top:    \forall integer k; 0 <= k < LPM4_TOP ==> top[k] == \old(top[k]);
    ensures  here:   \forall integer c; 0 <= c < LPM4_CELLS ==> lpm4_at(top, group, i, c) ==
               (j <= c < j + count && least <= \old(lpm4_at(top, group, i, c)) < below ?
                route : \old(lpm4_at(top, group, i, c)));
    ensures  there:  \forall integer k, c; 0 <= k < LPM4_TOP && k != i && 0 <= c < LPM4_CELLS ==>
               lpm4_at(top, group, k, c) == \old(lpm4_at(top, group, k, c)); */
static inline void
lpm4_part_cover(uint32_t *top, struct lpm4_group *group, uint32_t i, uint32_t j, uint32_t count, uint32_t least,
	uint32_t below, uint32_t route)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	/*@ assert named: \forall integer k; 0 <= k < LPM4_TOP && k != i && top[k] >= LPM4_GROUP ==>
	          top[k] != top[i] && 0 <= top[k] - LPM4_GROUP < used; */
	lpm4_group_cover(group, top[i] - LPM4_GROUP, j, count, least, below, route) /*@ ghost (top, used, groups) */;
}

/* Puts a new group below a cell of top that has none. No address gets another route. */
/*@ requires table: lpm4_table(top, group, used, groups);
    requires room:  used < groups;
    requires cell:  i < LPM4_TOP && top[i] < LPM4_GROUP;
    terminates \true;
    assigns  top[i], group[used];
    ensures  tops:   lpm4_tops(top, group, used + 1);
    ensures  owners: lpm4_owners(top, group, used + 1);
    ensures  cells:  lpm4_cells(group, used + 1);
    ensures  named: top[i] == LPM4_GROUP + used;
    ensures  top:   \forall integer k; 0 <= k < LPM4_TOP && k != i ==> top[k] == \old(top[k]);
    ensures  alike: \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == \old(lpm4_at(top, group, k, j)); */
static inline void
lpm4_top_split(uint32_t *top, struct lpm4_group *group, uint32_t used, uint32_t i) /*@ ghost (uint32_t groups) */
{
	uint32_t route = top[i];

	/*@ loop invariant range: 0 <= j <= LPM4_CELLS;
	    loop invariant done:  \forall integer k; 0 <= k < j ==> group[used].cell[k] == route;
	    loop assigns   j, group[used].cell[0 .. LPM4_CELLS - 1];
	    loop variant   LPM4_CELLS - j; */
	for (uint32_t j = 0; j < LPM4_CELLS; j++)
		group[used].cell[j] = route;
	group[used].owner = i;
	top[i] = LPM4_GROUP + used;
	/*@ assert others: \forall integer k; 0 <= k < LPM4_TOP && k != i ==> top[k] == \at(top[k], Pre); */
	/*@ assert owners: \forall integer g; 0 <= g < used ==> group[g].owner == \at(group[g].owner, Pre); */
	/*@ assert below:  \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==>
	          group[g].cell[j] == \at(group[g].cell[j], Pre); */
	/*@ assert mine:   group[used].owner == i && top[i] == LPM4_GROUP + used; */
	/*@ assert new:    \forall integer j; 0 <= j < LPM4_CELLS ==> group[used].cell[j] == route; */
	/*@ assert apart:  \forall integer g; 0 <= g < used ==> group[g].owner != i; */
	/*@ assert named:  \forall integer k; 0 <= k < LPM4_TOP && k != i && top[k] >= LPM4_GROUP ==>
	          0 <= top[k] - LPM4_GROUP < used; */
	/*@ assert groups: \forall integer k, j; 0 <= k < LPM4_TOP && k != i && top[k] >= LPM4_GROUP &&
	          0 <= j < LPM4_CELLS ==> group[top[k] - LPM4_GROUP].cell[j] ==
	          \at(group[\at(top[k], Pre) - LPM4_GROUP].cell[j], Pre); */
	/*@ assert here:   \forall integer j; 0 <= j < LPM4_CELLS ==>
	          lpm4_at(top, group, i, j) == route == \at(lpm4_at(top, group, i, j), Pre); */
	/*@ assert there:  \forall integer k, j; 0 <= k < LPM4_TOP && k != i && 0 <= j < LPM4_CELLS ==>
	          lpm4_at(top, group, k, j) == \at(lpm4_at(top, group, k, j), Pre); */
}

/* How many addresses a prefix covers. */
/*@ requires length: length <= 32;
    terminates \true;
    assigns  \nothing;
    ensures  size: \result == lpm4_size(length); */
static inline uint64_t
lpm4_prefix_size(uint64_t length)
{
	uint64_t size = (uint64_t)LPM4_TOP * LPM4_CELLS;

	/*@ loop invariant range: 0 <= i <= length;
	    loop invariant size:  size == lpm4_size(i);
	    loop assigns   i, size;
	    loop variant   length - i; */
	for (uint64_t i = 0; i < length; i++)
		size /= 2;
	return size;
}

/* Gives every address that a prefix covers a route: those whose own is in [least, below). */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires prefix: lpm4_is_prefix(prefix, length);
    requires room:   length > 24 ==> top[prefix / LPM4_CELLS] >= LPM4_GROUP;
    requires route:  route < LPM4_ROUTES;
    requires range:  least <= below <= LPM4_ROUTES;
    requires shorts: lpm4_shorts(top) && (length <= 24 ==> route < LPM4_LONG);
    terminates \true;
    assigns  top[0 .. LPM4_TOP - 1], group[0 .. used - 1];
    ensures  tops:   lpm4_tops(top, group, used);
    ensures  owners: lpm4_owners(top, group, used);
    ensures  cells:  lpm4_cells(group, used);
    ensures  shorts: lpm4_shorts(top);
    ensures  long:   length > 24 ==> \forall integer k; 0 <= k < LPM4_TOP ==> top[k] == \old(top[k]);
    ensures  given:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == (prefix <= LPM4_CELLS * k + j < prefix + lpm4_size(length) &&
                 least <= \old(lpm4_at(top, group, k, j)) < below ? route : \old(lpm4_at(top, group, k, j))); */
static inline void
lpm4_prefix_cover(uint32_t *top, struct lpm4_group *group, uint64_t prefix, uint64_t length, uint32_t least,
	uint32_t below, uint32_t route)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	const uint32_t i = (uint32_t)(prefix / LPM4_CELLS), j = (uint32_t)(prefix % LPM4_CELLS);
	const uint64_t size = lpm4_prefix_size(length);

	if (length <= 24) {
		/*@ assert whole: size % LPM4_CELLS == 0 && prefix % LPM4_CELLS == 0; */
		/*@ assert fits:  prefix + size <= 4294967296; */
		/*@ assert span:  \forall integer k, j; 0 <= j < LPM4_CELLS ==> (i <= k < i + size / LPM4_CELLS <==>
		          prefix <= LPM4_CELLS * k + j < prefix + size); */
		lpm4_top_cover(top, group, i, (uint32_t)(size / LPM4_CELLS), least, below, route) /*@ ghost (used, groups) */;
		/*@ assert given: \forall integer k, c; 0 <= k < LPM4_TOP && 0 <= c < LPM4_CELLS ==>
		          lpm4_at(top, group, k, c) == (prefix <= LPM4_CELLS * k + c < prefix + size &&
		            least <= \at(lpm4_at(top, group, k, c), Pre) < below ? route :
		            \at(lpm4_at(top, group, k, c), Pre)); */
	} else {
		/*@ assert within: j + size <= LPM4_CELLS; */
		/*@ assert one:    \forall integer k, c; 0 <= c < LPM4_CELLS ==>
		          (prefix <= LPM4_CELLS * k + c < prefix + size <==> k == i && j <= c < j + size); */
		lpm4_part_cover(top, group, i, j, (uint32_t)size, least, below, route) /*@ ghost (used, groups) */;
		/*@ assert given: \forall integer k, c; 0 <= k < LPM4_TOP && 0 <= c < LPM4_CELLS ==>
		          lpm4_at(top, group, k, c) == (prefix <= LPM4_CELLS * k + c < prefix + size &&
		            least <= \at(lpm4_at(top, group, k, c), Pre) < below ? route :
		            \at(lpm4_at(top, group, k, c), Pre)); */
	}
}

/* Adds a route: every address that its prefix covers has it, unless its own is longer. Answers how many groups
 * are used now. */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires prefix: lpm4_is_prefix(prefix, length);
    requires room:   length > 24 && top[prefix / LPM4_CELLS] < LPM4_GROUP ==> used < groups;
    requires value:  value < LPM4_UNIT;
    requires shorts: lpm4_shorts(top);
    terminates \true;
    assigns  top[0 .. LPM4_TOP - 1], group[0 .. groups - 1];
    ensures  used:   used <= \result <= groups;
    ensures  tops:   lpm4_tops(top, group, \result);
    ensures  owners: lpm4_owners(top, group, \result);
    ensures  cells:  lpm4_cells(group, \result);
    ensures  shorts: lpm4_shorts(top);
    ensures  added:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==> lpm4_at(top, group, k, j) ==
               (prefix <= LPM4_CELLS * k + j < prefix + lpm4_size(length) ?
                lpm4_longer(\old(lpm4_at(top, group, k, j)), length, value) : \old(lpm4_at(top, group, k, j))); */
static inline uint32_t
lpm4_cells_add(uint32_t *top, struct lpm4_group *group, uint32_t used, uint64_t prefix, uint64_t length,
	uint32_t value)
	/*@ ghost (uint32_t groups) */
{
	const uint32_t level = ((uint32_t)length + 1) * LPM4_UNIT;

	if (length > 24 && top[prefix / LPM4_CELLS] < LPM4_GROUP) {
		lpm4_top_split(top, group, used, (uint32_t)(prefix / LPM4_CELLS)) /*@ ghost (groups) */;
		used++;
	}
	lpm4_prefix_cover(top, group, prefix, length, 0, level + LPM4_UNIT, level + value) /*@ ghost (used, groups) */;
	return used;
}

/* Whether no cell of a group holds a route that needs it: then all 256 are the same. */
/*@ requires memory: \valid_read(group + g);
    terminates \true;
    assigns  \nothing;
    ensures  idle: \result == true <==> \forall integer j; 0 <= j < LPM4_CELLS ==> group[g].cell[j] < LPM4_LONG; */
static inline bool
lpm4_group_idle(const struct lpm4_group *group, uint32_t g)
{
	/*@ loop invariant range: 0 <= j <= LPM4_CELLS;
	    loop invariant short: \forall integer k; 0 <= k < j ==> group[g].cell[k] < LPM4_LONG;
	    loop assigns   j;
	    loop variant   LPM4_CELLS - j; */
	for (uint32_t j = 0; j < LPM4_CELLS; j++)
		if (group[g].cell[j] >= LPM4_LONG)
			return false;
	return true;
}

/* Copies a group over another. */
/*@ requires memory: lpm4_memory(top, group, groups) && used <= groups;
    requires groups: to < used && from < used && to != from;
    terminates \true;
    assigns  group[to];
    ensures  top:    \forall integer i; 0 <= i < LPM4_TOP ==> top[i] == \old(top[i]);
    ensures  owner:  \forall integer g; 0 <= g < used ==>
               group[g].owner == (g == to ? \old(group[from].owner) : \old(group[g].owner));
    ensures  cells:  \forall integer g, j; 0 <= g < used && 0 <= j < LPM4_CELLS ==>
               group[g].cell[j] == (g == to ? \old(group[from].cell[j]) : \old(group[g].cell[j])); */
static inline void
lpm4_group_copy(struct lpm4_group *group, uint32_t to, uint32_t from)
	/*@ ghost (const uint32_t *top, uint32_t used, uint32_t groups) */
{
	/*@ loop invariant range: 0 <= j <= LPM4_CELLS;
	    loop invariant done:  \forall integer k; 0 <= k < j ==> group[to].cell[k] == \at(group[from].cell[k], Pre);
	    loop invariant rest:  \forall integer g, k; 0 <= g < used && g != to && 0 <= k < LPM4_CELLS ==>
	               group[g].cell[k] == \at(group[g].cell[k], Pre);
	    loop assigns   j, group[to].cell[0 .. LPM4_CELLS - 1];
	    loop variant   LPM4_CELLS - j; */
	for (uint32_t j = 0; j < LPM4_CELLS; j++)
		group[to].cell[j] = group[from].cell[j];
	group[to].owner = group[from].owner;
}

/* Takes the last group, all of whose cells are the same, from a cell of top: that holds the route itself. */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cell:   i < LPM4_TOP && top[i] == LPM4_GROUP + g;
    requires shorts: lpm4_shorts(top);
    requires idle:   \forall integer j; 0 <= j < LPM4_CELLS ==> group[g].cell[j] == group[g].cell[0] < LPM4_LONG;
    requires last:   g == used - 1;
    terminates \true;
    assigns  top[i];
    ensures  tops:   lpm4_tops(top, group, used - 1);
    ensures  owners: lpm4_owners(top, group, used - 1);
    ensures  cells:  lpm4_cells(group, used - 1);
    ensures  shorts: lpm4_shorts(top);
    ensures  alike:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == \old(lpm4_at(top, group, k, j)); */
static inline void
lpm4_top_drop(uint32_t *top, struct lpm4_group *group, uint32_t i, uint32_t g)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	top[i] = group[g].cell[0];
	/*@ assert mine:   top[i] == \at(group[g].cell[0], Pre) < LPM4_LONG; */
	/*@ assert others: \forall integer k; 0 <= k < LPM4_TOP && k != i ==> top[k] == \at(top[k], Pre); */
	/*@ assert owners: \forall integer h; 0 <= h < used ==> group[h].owner == \at(group[h].owner, Pre); */
	/*@ assert below:  \forall integer h, j; 0 <= h < used && 0 <= j < LPM4_CELLS ==>
	          group[h].cell[j] == \at(group[h].cell[j], Pre); */
	/*@ assert named:  \forall integer k; 0 <= k < LPM4_TOP && k != i && top[k] >= LPM4_GROUP ==>
	          0 <= top[k] - LPM4_GROUP < used - 1; */
	/*@ assert apart:  \forall integer h; 0 <= h < used - 1 ==> group[h].owner != i; */
}

/* The same of another group: the last one takes its place. */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cell:   i < LPM4_TOP && top[i] == LPM4_GROUP + g;
    requires shorts: lpm4_shorts(top);
    requires idle:   \forall integer j; 0 <= j < LPM4_CELLS ==> group[g].cell[j] == group[g].cell[0] < LPM4_LONG;
    requires last:   g != last && last == used - 1;
    terminates \true;
    assigns  top[0 .. LPM4_TOP - 1], group[g];
    ensures  tops:   lpm4_tops(top, group, used - 1);
    ensures  owners: lpm4_owners(top, group, used - 1);
    ensures  cells:  lpm4_cells(group, used - 1);
    ensures  shorts: lpm4_shorts(top);
    ensures  alike:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == \old(lpm4_at(top, group, k, j)); */
static inline void
lpm4_top_swap(uint32_t *top, struct lpm4_group *group, uint32_t i, uint32_t g, uint32_t last)
	/*@ ghost (uint32_t used, uint32_t groups) */
{
	const uint32_t route = group[g].cell[0], owner = group[last].owner;

	/*@ assert was:    \forall integer j; 0 <= j < LPM4_CELLS ==> lpm4_at(top, group, i, j) == route; */
	/*@ assert apart:  owner != i && owner < LPM4_TOP && top[owner] == LPM4_GROUP + last && group[g].owner == i; */
	/*@ assert named:  \forall integer k; 0 <= k < LPM4_TOP && k != i && k != owner && top[k] >= LPM4_GROUP ==>
	          0 <= top[k] - LPM4_GROUP < last && top[k] - LPM4_GROUP != g; */
	/*@ assert owners: \forall integer h; 0 <= h < last && h != g ==> group[h].owner != i && group[h].owner != owner; */
	lpm4_group_copy(group, g, last) /*@ ghost (top, used, groups) */;
	top[i] = route;
	top[owner] = LPM4_GROUP + g;
	/*@ assert mine:   top[i] == route < LPM4_LONG && top[owner] == LPM4_GROUP + g; */
	/*@ assert others: \forall integer k; 0 <= k < LPM4_TOP && k != i && k != owner ==> top[k] == \at(top[k], Pre); */
	/*@ assert whose:  \forall integer h; 0 <= h < last ==>
	          group[h].owner == (h == g ? owner : \at(group[h].owner, Pre)); */
	/*@ assert below:  \forall integer h, j; 0 <= h < last && 0 <= j < LPM4_CELLS ==>
	          group[h].cell[j] == (h == g ? \at(group[last].cell[j], Pre) : \at(group[h].cell[j], Pre)); */
	/*@ assert here:   \forall integer j; 0 <= j < LPM4_CELLS ==> lpm4_at(top, group, i, j) == route; */
	/*@ assert moved:  \forall integer j; 0 <= j < LPM4_CELLS ==>
	          lpm4_at(top, group, owner, j) == \at(group[last].cell[j], Pre); */
	/*@ assert groups: \forall integer k, j; 0 <= k < LPM4_TOP && k != i && k != owner && top[k] >= LPM4_GROUP &&
	          0 <= j < LPM4_CELLS ==> group[top[k] - LPM4_GROUP].cell[j] ==
	          \at(group[\at(top[k], Pre) - LPM4_GROUP].cell[j], Pre); */
	/*@ assert there:  \forall integer k, j; 0 <= k < LPM4_TOP && k != i && k != owner && 0 <= j < LPM4_CELLS ==>
	          lpm4_at(top, group, k, j) == \at(lpm4_at(top, group, k, j), Pre); */
}

/* Gives back the group below a cell of top, if it is no longer needed; the last group takes its place. Answers how many
 * are used now. No address gets another route. */
/*@ requires table:  lpm4_table(top, group, used, groups);
    requires cell:   i < LPM4_TOP && top[i] >= LPM4_GROUP;
    requires shorts: lpm4_shorts(top);
    requires whole:  (\forall integer j; 0 <= j < LPM4_CELLS ==> group[top[i] - LPM4_GROUP].cell[j] < LPM4_LONG) ==>
               \forall integer j; 0 <= j < LPM4_CELLS ==>
                 group[top[i] - LPM4_GROUP].cell[j] == group[top[i] - LPM4_GROUP].cell[0];
    terminates \true;
    assigns  top[0 .. LPM4_TOP - 1], group[0 .. used - 1];
    ensures  used:   \result <= used;
    ensures  tops:   lpm4_tops(top, group, \result);
    ensures  owners: lpm4_owners(top, group, \result);
    ensures  cells:  lpm4_cells(group, \result);
    ensures  shorts: lpm4_shorts(top);
    ensures  alike:  \forall integer k, j; 0 <= k < LPM4_TOP && 0 <= j < LPM4_CELLS ==>
               lpm4_at(top, group, k, j) == \old(lpm4_at(top, group, k, j)); */
static inline uint32_t
lpm4_top_join(uint32_t *top, struct lpm4_group *group, uint32_t used, uint32_t i) /*@ ghost (uint32_t groups) */
{
	const uint32_t g = top[i] - LPM4_GROUP, last = used - 1;

	if (!lpm4_group_idle(group, g))
		return used;
	if (g == last)
		lpm4_top_drop(top, group, i, g) /*@ ghost (used, groups) */;
	else
		lpm4_top_swap(top, group, i, g, last) /*@ ghost (used, groups) */;
	return last;
}

#endif
