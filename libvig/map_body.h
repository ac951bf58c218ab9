/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/map_body.h -- the functions of one instance of map: included by map.c, once for each. Private to libvig. */
#include "libvig/map_words.h"

#include "libvig/logic/map_steps.h"

/*@ requires cells: 0 < cells;
    requires read:  \valid_read(secret + (0 .. MAP_SECRETS - 1));
    terminates \true;
    assigns  \result \from secret, cells, MAP_PASS(k);
    ensures  home:  \result == MAP_FN(home)(secret, cells, MAP_PASS(k)) < cells; */
static uint32_t MAP_FN(hash)(const uint64_t *secret, uint32_t cells, MAP_WORDS(k));

#ifndef __FRAMAC__
static uint32_t
MAP_FN(hash)(const uint64_t *secret, uint32_t cells, MAP_WORDS(k))
{
	const uint64_t key[MAP_K] = { MAP_PASS(k) };

	return (uint32_t)((flow_hash(key, MAP_K, secret) >> 32) * cells >> 32);
}
#endif

/* The key's cell; == cells: it has none. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid_read(m + (0 .. cells - 1));
    requires secret: \valid_read(secret + (0 .. MAP_SECRETS - 1));
    requires homes:  MAP_FN(homes)(secret, m, cells);
    requires paths:  MAP_FN(paths)(m, cells, -1);
    terminates \true;
    assigns  \nothing;
    ensures  range:  0 <= \result <= cells;
    ensures  found:  \result < cells ==> MAP_FN(is)(m, cells, \result, MAP_PASS(k));
    ensures  none:   \result == cells ==> \forall integer s; !MAP_FN(is)(m, cells, s, MAP_PASS(k)); */
static uint32_t
MAP_FN(search)(const uint64_t *secret, const struct MAP_FN(cell) *m, uint32_t cells, MAP_WORDS(k))
{
	uint32_t home = MAP_FN(hash)(secret, cells, MAP_PASS(k));
	uint32_t s = home;

	/*@ loop invariant range:    0 <= n <= cells && 0 <= s < cells;
	    loop invariant position: s == (home + n < cells ? home + n : home + n - cells);
	    loop invariant seen:     \forall integer x; 0 <= x < cells && (n == cells || MAP_FN(between)(home, x, s)) ==>
	                             !MAP_FN(is)(m, cells, x, MAP_PASS(k));
	    loop assigns   s, n;
	    loop variant   cells - n; */
	for (uint32_t n = 0; n < cells; n++) {
		if (m[s].mark == 0) {
			/*@ assert home: \forall integer t; MAP_FN(is)(m, cells, t, MAP_PASS(k)) ==> m[t].mark - 1 == home; */
			return cells;
		}
		if (MAP_SAME(m[s], k))
			return s;
		s = s + 1 == cells ? 0 : s + 1;
	}
	return cells;
}

/* If not all cells are taken, one is free. */
/*@ ghost
  /@ requires free:  MAP_FN(count)(m, cells) < cells;
     requires read:  \valid_read(m + (0 .. cells - 1));
     terminates \true;
     assigns  \nothing;
     ensures  found: 0 <= \result < cells && m[\result].mark == 0; @/
  uint32_t MAP_FN(free)(const struct MAP_FN(cell) *m, uint32_t cells)
  {
    uint32_t n = 0;

    /@ loop invariant range: 0 <= n < cells;
       loop invariant count: MAP_FN(count)(m, n) == n;
       loop assigns n;
       loop variant cells - n; @/
    while (m[n].mark != 0)
      n++;
    return n;
  }
*/

/* Puts a key into a free cell. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid(m + (0 .. cells - 1));
    requires cell:   s < cells && m[s].mark == 0;
    terminates \true;
    assigns  m[0 .. cells - 1];
    ensures  mine:   MAP_SAME(m[s], k) && m[s].value == value && m[s].mark == home + 1;
    ensures  others: \forall integer t; 0 <= t < cells && t != s ==> MAP_FN(alike){Pre,Post}(m, t, t);
    ensures  count:  MAP_FN(count)(m, cells) == \old(MAP_FN(count)(m, cells)) + 1; */
static void
MAP_FN(fill)(struct MAP_FN(cell) *m, uint32_t s, uint32_t home, MAP_WORDS(k), uint64_t value)
	/*@ ghost (uint32_t cells) */
{
	MAP_STORE(m[s], k);
	m[s].value = value;
	m[s].mark = (uint64_t)home + 1;
	/*@ assert mine:  \at(m[s].mark, Pre) == 0 && m[s].mark != 0; */
	/*@ assert marks: \forall integer t; 0 <= t < cells && t != s ==> m[t].mark == \at(m[t].mark, Pre); */
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= cells;
	     loop invariant count: MAP_FN(count)(m, i) == MAP_FN(count){Pre}(m, i) + (s < i ? 1 : 0);
	     loop assigns i;
	     loop variant cells - i; @/
	  for (uint32_t i = 0; i < cells; i++)
	    ;
	*/
}

/* Puts a key that has no cell into one. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid(m + (0 .. cells - 1));
    requires secret: \valid_read(secret + (0 .. MAP_SECRETS - 1)) &&
                     \separated(secret + (0 .. MAP_SECRETS - 1), m + (0 .. cells - 1));
    requires homes:  MAP_FN(homes)(secret, m, cells);
    requires paths:  MAP_FN(paths)(m, cells, -1);
    requires unique: MAP_FN(unique)(m, cells);
    requires absent: !MAP_FN(has)(m, cells, MAP_PASS(k));
    requires free:   MAP_FN(count)(m, cells) < cells;
    terminates \true;
    assigns  m[0 .. cells - 1];
    ensures  homes:  MAP_FN(homes)(secret, m, cells);
    ensures  paths:  MAP_FN(paths)(m, cells, -1);
    ensures  unique: MAP_FN(unique)(m, cells);
    ensures  count:  MAP_FN(count)(m, cells) == \old(MAP_FN(count)(m, cells)) + 1;
    ensures  put:    MAP_FN(maps)(m, cells, MAP_PASS(k), value);
    ensures  kept:   \forall MAP_INTS(x), integer w; \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) ==>
                     MAP_FN(maps)(m, cells, MAP_PASS(x), w);
    ensures  only:   \forall MAP_INTS(x), integer w; MAP_FN(maps)(m, cells, MAP_PASS(x), w) ==>
                     \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) || MAP_EQUALS(x, k); */
static void
MAP_FN(add)(const uint64_t *secret, struct MAP_FN(cell) *m, uint32_t cells, MAP_WORDS(k), uint64_t value)
{
	uint32_t home = MAP_FN(hash)(secret, cells, MAP_PASS(k));
	uint32_t s = home;

	/*@ ghost uint32_t free = MAP_FN(free)(m, cells); */
	/*@ loop invariant range:    0 <= n < cells && 0 <= s < cells;
	    loop invariant position: s == (home + n < cells ? home + n : home + n - cells);
	    loop invariant path:     \forall integer x; 0 <= x < cells && MAP_FN(between)(home, x, s) ==> m[x].mark != 0;
	    loop assigns   s, n;
	    loop variant   cells - n; */
	for (uint32_t n = 0; m[s].mark != 0; n++) {
		/*@ assert ahead: s != free && !MAP_FN(between)(home, free, s); */
		s = s + 1 == cells ? 0 : s + 1;
	}
	/*@ assert absent: \forall integer t; MAP_FN(taken)(m, cells, t) ==> !MAP_SAME(m[t], k); */
	MAP_FN(fill)(m, s, home, MAP_PASS(k), value) /*@ ghost (cells) */;
	/*@ assert mine:   MAP_FN(is)(m, cells, s, MAP_PASS(k)) && m[s].value == value && m[s].mark == home + 1; */
	/*@ assert before: \forall integer t; MAP_FN(taken){Pre}(m, cells, t) ==> t != s && MAP_FN(taken)(m, cells, t) &&
	            MAP_FN(alike){Pre,Here}(m, t, t); */
	/*@ assert after:  \forall integer t; MAP_FN(taken)(m, cells, t) && t != s ==> MAP_FN(taken){Pre}(m, cells, t) &&
	            MAP_FN(alike){Pre,Here}(m, t, t); */
}

/* Gives the key in a cell another value. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid(m + (0 .. cells - 1));
    requires secret: \separated(secret + (0 .. MAP_SECRETS - 1), m + (0 .. cells - 1));
    requires homes:  MAP_FN(homes)(secret, m, cells);
    requires paths:  MAP_FN(paths)(m, cells, -1);
    requires unique: MAP_FN(unique)(m, cells);
    requires there:  MAP_FN(is)(m, cells, s, MAP_PASS(k));
    terminates \true;
    assigns  m[0 .. cells - 1];
    ensures  homes:  MAP_FN(homes)(secret, m, cells);
    ensures  paths:  MAP_FN(paths)(m, cells, -1);
    ensures  unique: MAP_FN(unique)(m, cells);
    ensures  count:  MAP_FN(count)(m, cells) == \old(MAP_FN(count)(m, cells));
    ensures  put:    MAP_FN(maps)(m, cells, MAP_PASS(k), value);
    ensures  kept:   \forall MAP_INTS(x), integer w; \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) &&
                     !MAP_EQUALS(x, k) ==> MAP_FN(maps)(m, cells, MAP_PASS(x), w);
    ensures  only:   \forall MAP_INTS(x), integer w; MAP_FN(maps)(m, cells, MAP_PASS(x), w) ==>
                     \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) || MAP_EQUALS(x, k); */
static void
MAP_FN(change)(struct MAP_FN(cell) *m, uint32_t s, uint64_t value)
	/*@ ghost (uint32_t cells, const uint64_t *secret, MAP_WORDS(k)) */
{
	m[s].value = value;
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= cells;
	     loop invariant count: MAP_FN(count)(m, i) == MAP_FN(count){Pre}(m, i);
	     loop assigns i;
	     loop variant cells - i; @/
	  for (uint32_t i = 0; i < cells; i++)
	    ;
	*/
	/*@ assert mine:   MAP_FN(is)(m, cells, s, MAP_PASS(k)) && m[s].value == value; */
	/*@ assert others: \forall integer t; 0 <= t < cells && t != s ==> MAP_FN(alike){Pre,Here}(m, t, t); */
}

/* Whether a key whose home is `home` may not be found in cell s once `hole` is free. */
/*@ terminates \true;
    assigns  \nothing;
    ensures  told: \result == true <==> MAP_FN(between)(home, hole, s); */
static bool
MAP_FN(parted)(uint64_t home, uint64_t hole, uint64_t s)
{
	return home <= s ? home <= hole && hole < s : hole >= home || hole < s;
}

/* Moves what is in a cell to a free one on its path: the hole is then where it was. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid(m + (0 .. cells - 1));
    requires secret: \separated(secret + (0 .. MAP_SECRETS - 1), m + (0 .. cells - 1));
    requires cell:   0 <= from < cells && m[from].mark != 0;
    requires free:   0 <= to < cells && m[to].mark == 0;
    requires homes:  MAP_FN(homes)(secret, m, cells);
    requires paths:  MAP_FN(paths)(m, cells, to);
    requires unique: MAP_FN(unique)(m, cells);
    requires parted: MAP_FN(between)(m[from].mark - 1, to, from);
    terminates \true;
    assigns  m[0 .. cells - 1];
    ensures  homes:  MAP_FN(homes)(secret, m, cells);
    ensures  paths:  MAP_FN(paths)(m, cells, from);
    ensures  unique: MAP_FN(unique)(m, cells);
    ensures  kept:   \forall MAP_INTS(x), integer w; \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) ==>
                     MAP_FN(maps)(m, cells, MAP_PASS(x), w);
    ensures  only:   \forall MAP_INTS(x), integer w; MAP_FN(maps)(m, cells, MAP_PASS(x), w) ==>
                     \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w));
    ensures  left:   m[from].mark == 0 && m[to].mark != 0;
    ensures  moved:  MAP_FN(moved){Pre,Post}(m, cells, to, from);
    ensures  count:  MAP_FN(count)(m, cells) == \old(MAP_FN(count)(m, cells)); */
static void
MAP_FN(move)(struct MAP_FN(cell) *m, uint32_t to, uint32_t from) /*@ ghost (const uint64_t *secret, uint32_t cells) */
{
	MAP_COPY(m[to], m[from]);
	m[to].value = m[from].value;
	m[to].mark = m[from].mark;
	m[from].mark = 0;
	/*@ assert others: \forall integer t; 0 <= t < cells && t != from && t != to ==>
	            MAP_FN(alike){Pre,Here}(m, t, t); */
	/*@ assert moved:  MAP_FN(moved){Pre,Here}(m, cells, to, from); */
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= cells;
	     loop invariant count: MAP_FN(count)(m, i) == MAP_FN(count){Pre}(m, i) + (to < i ? 1 : 0) - (from < i ? 1 : 0);
	     loop assigns i;
	     loop variant cells - i; @/
	  for (uint32_t i = 0; i < cells; i++)
	    ;
	*/
}

/* Takes out the key in a cell: whatever can no longer be found from its home moves into the hole, which moves on. */
/*@ requires memory: 0 < cells <= 0x10000000 && \valid(m + (0 .. cells - 1));
    requires secret: \valid_read(secret + (0 .. MAP_SECRETS - 1)) &&
                     \separated(secret + (0 .. MAP_SECRETS - 1), m + (0 .. cells - 1));
    requires homes:  MAP_FN(homes)(secret, m, cells);
    requires paths:  MAP_FN(paths)(m, cells, -1);
    requires unique: MAP_FN(unique)(m, cells);
    requires there:  MAP_FN(is)(m, cells, from, MAP_PASS(k));
    requires free:   MAP_FN(count)(m, cells) < cells;
    terminates \true;
    assigns  m[0 .. cells - 1];
    ensures  homes:  MAP_FN(homes)(secret, m, cells);
    ensures  paths:  MAP_FN(paths)(m, cells, -1);
    ensures  unique: MAP_FN(unique)(m, cells);
    ensures  count:  0 <= MAP_FN(count)(m, cells) == \old(MAP_FN(count)(m, cells)) - 1;
    ensures  gone:   !MAP_FN(has)(m, cells, MAP_PASS(k));
    ensures  kept:   \forall MAP_INTS(x), integer w; \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)) &&
                     !MAP_EQUALS(x, k) ==> MAP_FN(maps)(m, cells, MAP_PASS(x), w);
    ensures  only:   \forall MAP_INTS(x), integer w; MAP_FN(maps)(m, cells, MAP_PASS(x), w) ==>
                     \old(MAP_FN(maps)(m, cells, MAP_PASS(x), w)); */
static void
MAP_FN(remove)(struct MAP_FN(cell) *m, uint32_t cells, uint32_t from)
	/*@ ghost (const uint64_t *secret, MAP_WORDS(k)) */
{
	uint32_t hole = from, s = from;

	/*@ ghost uint32_t free = MAP_FN(free)(m, cells); */
	m[hole].mark = 0;
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= cells;
	     loop invariant count: 0 <= MAP_FN(count)(m, i) == MAP_FN(count){Pre}(m, i) - (from < i ? 1 : 0);
	     loop assigns i;
	     loop variant cells - i; @/
	  for (uint32_t i = 0; i < cells; i++)
	    ;
	*/
	/*@ assert only: \forall integer t; 0 <= t < cells && m[t].mark != 0 ==> !MAP_SAME(m[t], k); */
	/*@ loop invariant range:    1 <= n <= cells && 0 <= s < cells && 0 <= hole < cells;
	    loop invariant position: s == (from + (n - 1) < cells ? from + (n - 1) : from + (n - 1) - cells);
	    loop invariant behind:   hole == s || MAP_FN(between)(from, hole, s);
	    loop invariant free:     m[free].mark == 0 && free != from && free != s && free != hole &&
	                             !MAP_FN(between)(from, free, s);
	    loop invariant count:    0 <= MAP_FN(count)(m, cells) == MAP_FN(count){Pre}(m, cells) - 1;
	    loop invariant hole:     m[hole].mark == 0;
	    loop invariant homes:    MAP_FN(homes)(secret, m, cells);
	    loop invariant paths:    MAP_FN(paths)(m, cells, hole);
	    loop invariant unique:   MAP_FN(unique)(m, cells);
	    loop invariant passed:   \forall integer x; MAP_FN(taken)(m, cells, x) && hole != s &&
	                             (x == s || MAP_FN(between)(hole, x, s)) ==>
	                             !MAP_FN(between)(m[x].mark - 1, hole, x);
	    loop invariant gone:     \forall integer t; 0 <= t < cells && m[t].mark != 0 ==> !MAP_SAME(m[t], k);
	    loop invariant kept:     \forall MAP_INTS(x), integer w; MAP_FN(maps){Pre}(m, cells, MAP_PASS(x), w) &&
	                             !MAP_EQUALS(x, k) ==> MAP_FN(maps)(m, cells, MAP_PASS(x), w);
	    loop invariant only:     \forall MAP_INTS(x), integer w; MAP_FN(maps)(m, cells, MAP_PASS(x), w) ==>
	                             MAP_FN(maps){Pre}(m, cells, MAP_PASS(x), w);
	    loop assigns   n, s, hole, m[0 .. cells - 1];
	    loop variant   cells - n; */
	for (uint32_t n = 1; n < cells; n++) {
		s = s + 1 == cells ? 0 : s + 1;
		if (m[s].mark == 0)
			break;
		if (MAP_FN(parted)(m[s].mark - 1, hole, s)) {
			MAP_FN(move)(m, hole, s) /*@ ghost (secret, cells) */;
			hole = s;
		}
	}
	/*@ assert end:   m[s].mark == 0 && s != hole && MAP_FN(between)(from, hole, s); */
	/*@ assert cases: \forall integer t; MAP_FN(taken)(m, cells, t) ==> MAP_FN(between)(hole, t, s) ||
	            MAP_FN(between)(m[t].mark - 1, s, t) || !MAP_FN(between)(m[t].mark - 1, hole, t); */
	/*@ assert clear: \forall integer t; MAP_FN(taken)(m, cells, t) ==> !MAP_FN(between)(m[t].mark - 1, hole, t); */
}

static void
MAP_FN(figures)(const void *object, uint64_t now, struct vig_figures *figures)
{
	const MAP_TYPE *map = object;

	(void)now;
	figures->live = map->size;
	figures->capacity = map->capacity;
	figures->refused = map->refused;
}

static const struct vig_kind MAP_FN(kind) = { MAP_NAME(MAP_K), MAP_FN(figures), NULL, NULL };

MAP_TYPE *
MAP_FN(make)(struct vig *vig, uint64_t capacity)
{
	MAP_TYPE *map = capacity == 0 || capacity > MAP_MAX_CAPACITY ? NULL : vig_alloc(vig, sizeof *map);

	if (map == NULL)
		return NULL;
	map->capacity = (uint32_t)capacity;
	map->cells = 2 * (uint32_t)capacity;
	flow_hash_secrets(map->secret, vig_secret(vig));
	map->cell = vig_alloc(vig, map->cells * sizeof map->cell[0]);
	return map->cell == NULL ? NULL : map;
}

MAP_TYPE *
MAP_FN(new)(struct vig *vig, const char *name, const struct record_type *key, uint64_t capacity)
{
	struct vig_block *before = vig_newest(vig);
	MAP_TYPE *map = MAP_FN(make)(vig, capacity);

	if (map != NULL)
		map->key = key;
	if (map == NULL || !vig_add(vig, name, &MAP_FN(kind), map)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return map;
}

uint32_t
MAP_FN(where)(const MAP_TYPE *map, MAP_WORDS(k))
{
	return MAP_FN(search)(map->secret, map->cell, map->cells, MAP_PASS(k));
}

bool
MAP_FN(find)(const MAP_TYPE *map, const uint64_t key[MAP_K], uint64_t *value)
{
	uint32_t s = MAP_FN(where)(map, MAP_LOAD(key));

	if (s == map->cells)
		return false;
	*value = map->cell[s].value;
	return true;
}

/* Notes how many cells are taken. */
/*@ requires memory: MAP_FN(memory)(map);
    terminates \true;
    assigns  map->size;
    ensures  size:   map->size == size;
    ensures  memory: MAP_FN(memory)(map);
    ensures  same:   MAP_FN(same){Pre,Post}(map->cell, map->cells);
    ensures  count:  MAP_FN(count)(map->cell, map->cells) == \old(MAP_FN(count)(map->cell, map->cells)); */
static void
MAP_FN(resize)(MAP_TYPE *map, uint64_t size)
{
	map->size = size;
	/*@ assert same: MAP_FN(same){Pre,Here}(map->cell, map->cells); */
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= map->cells;
	     loop invariant count: MAP_FN(count)(map->cell, i) == MAP_FN(count){Pre}(map->cell, i);
	     loop assigns i;
	     loop variant map->cells - i; @/
	  for (uint32_t i = 0; i < map->cells; i++)
	    ;
	*/
}

void
MAP_FN(refuse)(MAP_TYPE *map)
{
	map->refused++;
	/*@ assert same: MAP_FN(same){Pre,Here}(map->cell, map->cells); */
	/*@ ghost
	  /@ loop invariant range: 0 <= i <= map->cells;
	     loop invariant count: MAP_FN(count)(map->cell, i) == MAP_FN(count){Pre}(map->cell, i);
	     loop assigns i;
	     loop variant map->cells - i; @/
	  for (uint32_t i = 0; i < map->cells; i++)
	    ;
	*/
}

/* Puts a key that the map does not have, and has room for. */
/*@ requires map:     MAP_FN(Map)(map);
    requires absent:  !MAP_FN(has)(map->cell, map->cells, MAP_PASS(k));
    requires room:    map->size < map->capacity;
    terminates \true;
    assigns  map->size, map->cell[0 .. map->cells - 1];
    ensures  memory:  MAP_FN(memory)(map);
    ensures  counted: map->size == \old(map->size) + 1 == MAP_FN(count)(map->cell, map->cells);
    ensures  homes:   MAP_FN(homes)(&map->secret[0], map->cell, map->cells);
    ensures  paths:   MAP_FN(paths)(map->cell, map->cells, -1);
    ensures  unique:  MAP_FN(unique)(map->cell, map->cells);
    ensures  put:     MAP_FN(maps)(map->cell, map->cells, MAP_PASS(k), value);
    ensures  others:  \forall MAP_INTS(x), integer w; !MAP_EQUALS(x, k) ==>
                      (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                       \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w))); */
static void
MAP_FN(grow)(MAP_TYPE *map, MAP_WORDS(k), uint64_t value)
{
	const uint64_t size = map->size;

	MAP_FN(add)(map->secret, map->cell, map->cells, MAP_PASS(k), value);
	/*@ assert others: \forall MAP_INTS(x), integer w; !MAP_EQUALS(x, k) ==>
	            (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
	             MAP_FN(maps){Pre}(map->cell, map->cells, MAP_PASS(x), w)); */
	MAP_FN(resize)(map, size + 1);
}

bool
MAP_FN(store)(MAP_TYPE *map, MAP_WORDS(k), uint64_t value)
{
	uint32_t s = MAP_FN(where)(map, MAP_PASS(k));

	if (s < map->cells) {
		MAP_FN(change)(map->cell, s, value) /*@ ghost (map->cells, map->secret, MAP_PASS(k)) */;
		return true;
	}
	if (map->size == map->capacity) {
		MAP_FN(refuse)(map);
		return false;
	}
	MAP_FN(grow)(map, MAP_PASS(k), value);
	return true;
}

bool
MAP_FN(put)(MAP_TYPE *map, const uint64_t key[MAP_K], uint64_t value)
{
	return MAP_FN(store)(map, MAP_LOAD(key), value);
}

bool
MAP_FN(drop)(MAP_TYPE *map, MAP_WORDS(k))
{
	const uint64_t size = map->size;
	uint32_t s = MAP_FN(where)(map, MAP_PASS(k));

	if (s == map->cells)
		return false;
	MAP_FN(remove)(map->cell, map->cells, s) /*@ ghost (map->secret, MAP_PASS(k)) */;
	MAP_FN(resize)(map, size - 1);
	return true;
}

bool
MAP_FN(erase)(MAP_TYPE *map, const uint64_t key[MAP_K])
{
	return MAP_FN(drop)(map, MAP_LOAD(key));
}

bool
MAP_FN(at)(const MAP_TYPE *map, uint64_t cell, uint64_t key[MAP_K], uint64_t *value)
{
	if (cell >= map->cells || map->cell[cell].mark == 0)
		return false;
	for (uint32_t i = 0; i < MAP_K; i++)
		key[i] = map->cell[cell].key[i];
	*value = map->cell[cell].value;
	return true;
}

#include "libvig/map_words_end.h"
