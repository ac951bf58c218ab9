/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/map_instance.h -- one instance of map and its contracts: included by map.h once for each, with MAP_K the
 * words of a key. What the functions do is told there. */
#include "libvig/map_words.h"

/* A cell is taken iff its mark is not 0; then it is the key's home + 1. */
struct MAP_FN(cell) {
	uint64_t key[MAP_K];
	uint64_t value;
	uint64_t mark;
};

/* To be looked at in map.c and in contracts only. Invariants:
 *   - no key has two cells, and `size` of them are taken, so at least one is free;
 *   - all cells from a key's home up to its own are taken.
 * So a search may stop at the first free cell. */
MAP_TYPE {
	struct MAP_FN(cell) *cell;
	uint32_t cells; /* more than capacity */
	uint32_t capacity;
	uint64_t size;
	uint64_t refused;
	uint64_t secret[MAP_SECRETS];
	const struct record_type *key;
};

/*@ axiomatic MAP_FN(Hash) {
      // Any function of the key; `secret` says which. (TRUST-HASH-FUNCTION: no axiom says more.)
      logic integer MAP_FN(home)(uint64_t *secret, integer cells, MAP_INTS(k));
    }

    predicate MAP_FN(taken){L}(struct MAP_FN(cell) *m, integer cells, integer s) = 0 <= s < cells && m[s].mark != 0;

    predicate MAP_FN(is){L}(struct MAP_FN(cell) *m, integer cells, integer s, MAP_INTS(k)) =
      MAP_FN(taken)(m, cells, s) && MAP_SAME(m[s], k);

    // x is in the circular interval [h, s).
    predicate MAP_FN(between)(integer h, integer x, integer s) = h <= s ? h <= x < s : (x >= h || x < s);

    predicate MAP_FN(homes){L}(uint64_t *secret, struct MAP_FN(cell) *m, integer cells) =
      \forall integer s; MAP_FN(taken)(m, cells, s) ==>
        m[s].mark == MAP_FN(home)(secret, cells, MAP_LOAD(m[s].key)) + 1 && 1 <= m[s].mark <= cells;

    // `hole` is let off.
    predicate MAP_FN(paths){L}(struct MAP_FN(cell) *m, integer cells, integer hole) =
      \forall integer s, x; MAP_FN(taken)(m, cells, s) && 0 <= x < cells && x != hole &&
        MAP_FN(between)(m[s].mark - 1, x, s) ==> m[x].mark != 0;

    predicate MAP_FN(unique){L}(struct MAP_FN(cell) *m, integer cells) =
      \forall integer s, t; MAP_FN(taken)(m, cells, s) && MAP_FN(taken)(m, cells, t) && s != t ==>
        !MAP_EQUAL(m[s].key, m[t].key);

    logic integer MAP_FN(count){L}(struct MAP_FN(cell) *m, integer n) =
      n <= 0 ? 0 : MAP_FN(count){L}(m, n - 1) + (m[n - 1].mark != 0 ? 1 : 0);

    predicate MAP_FN(alike){A,B}(struct MAP_FN(cell) *m, integer s, integer t) =
      MAP_KEYS_ALIKE && \at(m[s].value, A) == \at(m[t].value, B) && \at(m[s].mark, A) == \at(m[t].mark, B);

    // The map as a set of pairs.
    predicate MAP_FN(maps){L}(struct MAP_FN(cell) *m, integer cells, MAP_INTS(k), integer v) =
      \exists integer s; MAP_FN(is)(m, cells, s, MAP_PASS(k)) && m[s].value == v;

    predicate MAP_FN(has){L}(struct MAP_FN(cell) *m, integer cells, MAP_INTS(k)) =
      \exists integer s; MAP_FN(is)(m, cells, s, MAP_PASS(k));

    predicate MAP_FN(memory){L}(MAP_TYPE *map) =
      \valid(map) && 0 < map->capacity < map->cells <= 0x10000000 && \valid(map->cell + (0 .. map->cells - 1)) &&
      \separated(map, map->cell + (0 .. map->cells - 1));

    predicate MAP_FN(Map){L}(MAP_TYPE *map) =
      MAP_FN(memory)(map) && map->size <= map->capacity && map->size == MAP_FN(count)(map->cell, map->cells) &&
      MAP_FN(homes)(&map->secret[0], map->cell, map->cells) && MAP_FN(paths)(map->cell, map->cells, -1) &&
      MAP_FN(unique)(map->cell, map->cells); */

MAP_TYPE *MAP_FN(new)(struct vig *vig, const char *name, const struct record_type *key, uint64_t capacity);

/*@ requires map:    MAP_FN(Map)(map);
    requires key:    \valid_read(key + (0 .. MAP_K - 1));
    requires out:    \valid(value) && \separated(value, map, map->cell + (0 .. map->cells - 1), key + (0 .. MAP_K - 1));
    terminates \true;
    assigns  *value;
    ensures  found:  \result == true ==> MAP_FN(maps){Pre}(map->cell, map->cells, MAP_LOAD(key), *value);
    ensures  absent: \result == false ==> !MAP_FN(has){Pre}(map->cell, map->cells, MAP_LOAD(key));
    ensures  kept:   \result == false ==> *value == \old(*value); */
bool MAP_FN(find)(const MAP_TYPE *map, const uint64_t key[MAP_K], uint64_t *value);

/*@ requires map:     MAP_FN(Map)(map);
    requires key:     \valid_read(key + (0 .. MAP_K - 1));
    requires apart:   \separated(key + (0 .. MAP_K - 1), map, map->cell + (0 .. map->cells - 1));
    terminates \true;
    assigns  map->size, map->refused, map->cell[0 .. map->cells - 1];
    ensures  memory:  MAP_FN(memory)(map);
    ensures  counted: map->size == MAP_FN(count)(map->cell, map->cells) && map->size <= map->capacity;
    ensures  homes:   MAP_FN(homes)(&map->secret[0], map->cell, map->cells);
    ensures  paths:   MAP_FN(paths)(map->cell, map->cells, -1);
    ensures  unique:  MAP_FN(unique)(map->cell, map->cells);
    ensures  room:    \result == true <==> \old(MAP_FN(has)(map->cell, map->cells, MAP_LOAD(key))) ||
                      \old(map->size) < map->capacity;
    ensures  same:    \result == false || \old(MAP_FN(has)(map->cell, map->cells, MAP_LOAD(key))) ==>
                      map->size == \old(map->size);
    ensures  grew:    \result == true && !\old(MAP_FN(has)(map->cell, map->cells, MAP_LOAD(key))) ==>
                      map->size == \old(map->size) + 1;
    ensures  put:     \result == true ==> MAP_FN(maps)(map->cell, map->cells, MAP_LOAD(key), value);
    ensures  others:  \forall MAP_INTS(x), integer w; \result == false || !MAP_IS(x, key) ==>
                      (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                       \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w))); */
bool MAP_FN(put)(MAP_TYPE *map, const uint64_t key[MAP_K], uint64_t value);

/*@ requires map:     MAP_FN(Map)(map);
    requires key:     \valid_read(key + (0 .. MAP_K - 1));
    requires apart:   \separated(key + (0 .. MAP_K - 1), map, map->cell + (0 .. map->cells - 1));
    terminates \true;
    assigns  map->size, map->cell[0 .. map->cells - 1];
    ensures  memory:  MAP_FN(memory)(map);
    ensures  counted: map->size == MAP_FN(count)(map->cell, map->cells) && map->size <= map->capacity;
    ensures  homes:   MAP_FN(homes)(&map->secret[0], map->cell, map->cells);
    ensures  paths:   MAP_FN(paths)(map->cell, map->cells, -1);
    ensures  unique:  MAP_FN(unique)(map->cell, map->cells);
    ensures  was:     \result == true <==> \old(MAP_FN(has)(map->cell, map->cells, MAP_LOAD(key)));
    ensures  shrank:  map->size == \old(map->size) - (\result == true ? 1 : 0);
    ensures  gone:    !MAP_FN(has)(map->cell, map->cells, MAP_LOAD(key));
    ensures  others:  \forall MAP_INTS(x), integer w; !MAP_IS(x, key) ==>
                      (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                       \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w))); */
bool MAP_FN(erase)(MAP_TYPE *map, const uint64_t key[MAP_K]);

bool MAP_FN(at)(const MAP_TYPE *map, uint64_t cell, uint64_t key[MAP_K], uint64_t *value);

/* For other structures of libvig. A map without a name, part of an object that has one; NULL leaves blocks behind, for
 * the caller to rewind. */
MAP_TYPE *MAP_FN(make)(struct vig *vig, uint64_t capacity);

#pragma GCC visibility push(hidden)

/* The others take keys by value, for those who are proved on top of them: a key in memory is memory that was written. */

/* The key's cell; == cells: it has none. */
/*@ requires map:    MAP_FN(Map)(map);
    terminates \true;
    assigns  \nothing;
    ensures  range:  \result <= map->cells;
    ensures  found:  \result < map->cells ==> MAP_FN(is)(map->cell, map->cells, \result, MAP_PASS(k));
    ensures  absent: \result == map->cells ==> !MAP_FN(has)(map->cell, map->cells, MAP_PASS(k)); */
uint32_t MAP_FN(where)(const MAP_TYPE *map, MAP_WORDS(k));

/* As put. */
/*@ requires map:     MAP_FN(Map)(map);
    terminates \true;
    assigns  map->size, map->refused, map->cell[0 .. map->cells - 1];
    ensures  memory:  MAP_FN(memory)(map);
    ensures  counted: map->size == MAP_FN(count)(map->cell, map->cells) && map->size <= map->capacity;
    ensures  homes:   MAP_FN(homes)(&map->secret[0], map->cell, map->cells);
    ensures  paths:   MAP_FN(paths)(map->cell, map->cells, -1);
    ensures  unique:  MAP_FN(unique)(map->cell, map->cells);
    ensures  room:    \result == true <==> \old(MAP_FN(has)(map->cell, map->cells, MAP_PASS(k))) ||
                      \old(map->size) < map->capacity;
    ensures  same:    \result == false || \old(MAP_FN(has)(map->cell, map->cells, MAP_PASS(k))) ==>
                      map->size == \old(map->size);
    ensures  grew:    \result == true && !\old(MAP_FN(has)(map->cell, map->cells, MAP_PASS(k))) ==>
                      map->size == \old(map->size) + 1;
    ensures  put:     \result == true ==> MAP_FN(maps)(map->cell, map->cells, MAP_PASS(k), value);
    ensures  others:  \forall MAP_INTS(x), integer w; \result == false || !MAP_EQUALS(x, k) ==>
                      (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                       \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w))); */
bool MAP_FN(store)(MAP_TYPE *map, MAP_WORDS(k), uint64_t value);

/* As erase. */
/*@ requires map:     MAP_FN(Map)(map);
    terminates \true;
    assigns  map->size, map->cell[0 .. map->cells - 1];
    ensures  memory:  MAP_FN(memory)(map);
    ensures  counted: map->size == MAP_FN(count)(map->cell, map->cells) && map->size <= map->capacity;
    ensures  homes:   MAP_FN(homes)(&map->secret[0], map->cell, map->cells);
    ensures  paths:   MAP_FN(paths)(map->cell, map->cells, -1);
    ensures  unique:  MAP_FN(unique)(map->cell, map->cells);
    ensures  was:     \result == true <==> \old(MAP_FN(has)(map->cell, map->cells, MAP_PASS(k)));
    ensures  shrank:  map->size == \old(map->size) - (\result == true ? 1 : 0);
    ensures  gone:    !MAP_FN(has)(map->cell, map->cells, MAP_PASS(k));
    ensures  others:  \forall MAP_INTS(x), integer w; !MAP_EQUALS(x, k) ==>
                      (MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                       \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w))); */
bool MAP_FN(drop)(MAP_TYPE *map, MAP_WORDS(k));

/* Counts a key that found no room. */
/*@ requires map:    MAP_FN(Map)(map);
    terminates \true;
    assigns  map->refused;
    ensures  map:    MAP_FN(Map)(map);
    ensures  others: \forall MAP_INTS(x), integer w; MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w) <==>
                     \old(MAP_FN(maps)(map->cell, map->cells, MAP_PASS(x), w)); */
void MAP_FN(refuse)(MAP_TYPE *map);

#pragma GCC visibility pop

#include "libvig/map_words_end.h"
