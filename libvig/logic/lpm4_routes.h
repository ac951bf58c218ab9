/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/lpm4_routes.h -- what it means that the cells of a routing table agree with its map of routes. Of one
 * address at a time: what it has is a route of the map, and none that covers it is longer. */
#ifndef LIBVIG_LOGIC_LPM4_ROUTES_H
#define LIBVIG_LOGIC_LPM4_ROUTES_H

#include "libvig/logic/lpm4.h"
#include "libvig/map.h"

/* The prefix of a length that covers an address. Spelled out as lpm4_is_prefix is. */
/*@ logic integer lpm4_base(integer a, integer length) =
      length == 0 ? 0 : length == 1 ? a - a % 2147483648 : length == 2 ? a - a % 1073741824 :
      length == 3 ? a - a % 536870912 : length == 4 ? a - a % 268435456 : length == 5 ? a - a % 134217728 :
      length == 6 ? a - a % 67108864 : length == 7 ? a - a % 33554432 : length == 8 ? a - a % 16777216 :
      length == 9 ? a - a % 8388608 : length == 10 ? a - a % 4194304 : length == 11 ? a - a % 2097152 :
      length == 12 ? a - a % 1048576 : length == 13 ? a - a % 524288 : length == 14 ? a - a % 262144 :
      length == 15 ? a - a % 131072 : length == 16 ? a - a % 65536 : length == 17 ? a - a % 32768 :
      length == 18 ? a - a % 16384 : length == 19 ? a - a % 8192 : length == 20 ? a - a % 4096 :
      length == 21 ? a - a % 2048 : length == 22 ? a - a % 1024 : length == 23 ? a - a % 512 :
      length == 24 ? a - a % 256 : length == 25 ? a - a % 128 : length == 26 ? a - a % 64 :
      length == 27 ? a - a % 32 : length == 28 ? a - a % 16 : length == 29 ? a - a % 8 :
      length == 30 ? a - a % 4 : length == 31 ? a - a % 2 : a;

    lemma lpm4_base_prefix: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l <= 32 ==>
      lpm4_is_prefix(lpm4_base(a, l), l) && lpm4_covers(lpm4_base(a, l), l, a);
    lemma lpm4_base_alone: \forall integer p, l, a; lpm4_is_prefix(p, l) && lpm4_covers(p, l, a) ==>
      lpm4_base(a, l) == p;
    lemma lpm4_base_grows: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l < 32 ==>
      lpm4_base(a, l) <= lpm4_base(a, l + 1);
    lemma lpm4_base_shorter: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l < 32 ==>
      lpm4_base(lpm4_base(a, l + 1), l) == lpm4_base(a, l);
    lemma lpm4_base_below: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l <= 24 ==>
      lpm4_base(a, l) <= a - a % 256;
    lemma lpm4_base_start: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l <= 24 ==>
      lpm4_base(a - a % 256, l) == lpm4_base(a, l);
    lemma lpm4_base_block: \forall integer a, b, l; 0 <= a < 4294967296 && 0 <= b < 4294967296 && 0 <= l <= 24 &&
      a - a % 256 == b - b % 256 ==> lpm4_base(a, l) == lpm4_base(b, l);
    lemma lpm4_base_rest: \forall integer a, l; 0 <= a < 4294967296 && 0 <= l <= 32 ==>
      lpm4_base(a, l) == a - a % lpm4_size(l);
    lemma lpm4_prefix_multiple: \forall integer p, l; lpm4_is_prefix(p, l) ==> p % lpm4_size(l) == 0; */

/* A prefix as a key of the map, and the one of a length that covers an address. */
/*@ logic integer lpm4_name(integer prefix, integer length) = prefix * 64 + length;
    logic integer lpm4_covering(integer a, integer length) = lpm4_name(lpm4_base(a, length), length);

    lemma lpm4_name_alone: \forall integer p, l, q, n; 0 <= l < 64 && 0 <= n < 64 &&
      lpm4_name(p, l) == lpm4_name(q, n) ==> p == q && l == n;
    lemma lpm4_covering_mine: \forall integer p, l, a; lpm4_is_prefix(p, l) && lpm4_covers(p, l, a) ==>
      lpm4_covering(a, l) == lpm4_name(p, l);
    lemma lpm4_covering_other: \forall integer p, l, a, n; lpm4_is_prefix(p, l) && 0 <= a < 4294967296 &&
      0 <= n <= 32 && lpm4_covering(a, n) == lpm4_name(p, l) ==> n == l && lpm4_covers(p, l, a); */

/* What an address has is a route of the map that covers it, or 0 … */
/*@ predicate lpm4_true{L}(struct map_k1_cell *m, integer cells, integer a, integer c) =
      c == 0 || (16777216 <= c < 570425344 &&
        map_k1_maps(m, cells, lpm4_covering(a, c / 16777216 - 1), c % 16777216));

    // … and no route of the map that covers it is longer.
    predicate lpm4_longest{L}(struct map_k1_cell *m, integer cells, integer a, integer c) =
      \forall integer l; 0 <= l <= 32 && map_k1_has(m, cells, lpm4_covering(a, l)) ==> (l + 1) * 16777216 <= c; */

/*@ lemma lpm4_cell_value{L}: \forall struct map_k1_cell *m, integer cells, s, x; map_k1_is(m, cells, s, x) ==>
      map_k1_maps(m, cells, x, m[s].value);
    lemma lpm4_has_value{L}: \forall struct map_k1_cell *m, integer cells, x; map_k1_has(m, cells, x) ==>
      \exists integer w; map_k1_maps(m, cells, x, w);
    lemma lpm4_value_has{L}: \forall struct map_k1_cell *m, integer cells, x, w; map_k1_maps(m, cells, x, w) ==>
      map_k1_has(m, cells, x); */

/*@ predicate lpm4_values{L}(struct map_k1_cell *m, integer cells) =
      \forall integer x, v; map_k1_maps(m, cells, x, v) ==> 0 <= v < 16777216; */

/* One key has a value now, whatever it had; all others are as before. */
/*@ predicate lpm4_stored{A,B}(struct map_k1_cell *m, integer cells, integer key, integer value) =
      map_k1_maps{B}(m, cells, key, value) && \forall integer x, w; x != key ==>
        (map_k1_maps{A}(m, cells, x, w) <==> map_k1_maps{B}(m, cells, x, w));

    lemma lpm4_stored_has{A,B}: \forall struct map_k1_cell *m, integer cells, key, value, x;
      lpm4_stored{A,B}(m, cells, key, value) && x != key && map_k1_has{B}(m, cells, x) ==> map_k1_has{A}(m, cells, x);

    lemma lpm4_one_value{L}: \forall struct map_k1_cell *m, integer cells, x, v, w; map_k1_unique(m, cells) &&
      map_k1_maps(m, cells, x, v) && map_k1_maps(m, cells, x, w) ==> v == w;
    lemma lpm4_stored_values{A,B}: \forall struct map_k1_cell *m, integer cells, key, value;
      lpm4_stored{A,B}(m, cells, key, value) && 0 <= value < 16777216 && map_k1_unique{B}(m, cells) &&
      lpm4_values{A}(m, cells) ==> lpm4_values{B}(m, cells);

    // What an address has before and after.
    predicate lpm4_added(integer p, integer l, integer v, integer a, integer c, integer now) =
      (lpm4_covers(p, l, a) ==> now == lpm4_longer(c, l, v)) && (!lpm4_covers(p, l, a) ==> now == c);

    lemma lpm4_stored_true{A,B}: \forall struct map_k1_cell *m, integer cells, p, l, v, a, c, now;
      lpm4_is_prefix(p, l) && 0 <= v < 16777216 && 0 <= a < 4294967296 &&
      lpm4_stored{A,B}(m, cells, lpm4_name(p, l), v) && lpm4_true{A}(m, cells, a, c) &&
      lpm4_added(p, l, v, a, c, now) ==> lpm4_true{B}(m, cells, a, now);
    lemma lpm4_stored_longest{A,B}: \forall struct map_k1_cell *m, integer cells, p, l, v, a, c, now;
      lpm4_is_prefix(p, l) && 0 <= v < 16777216 && 0 <= a < 4294967296 &&
      lpm4_stored{A,B}(m, cells, lpm4_name(p, l), v) && lpm4_longest{A}(m, cells, a, c) &&
      lpm4_added(p, l, v, a, c, now) ==> lpm4_longest{B}(m, cells, a, now); */

/* One key has no value any more; all others are as before. */
/*@ predicate lpm4_erased{A,B}(struct map_k1_cell *m, integer cells, integer key) =
      !map_k1_has{B}(m, cells, key) && \forall integer x, w; x != key ==>
        (map_k1_maps{A}(m, cells, x, w) <==> map_k1_maps{B}(m, cells, x, w));

    lemma lpm4_erased_has{A,B}: \forall struct map_k1_cell *m, integer cells, key, x;
      lpm4_erased{A,B}(m, cells, key) && map_k1_has{B}(m, cells, x) ==> x != key && map_k1_has{A}(m, cells, x);
    lemma lpm4_erased_values{A,B}: \forall struct map_k1_cell *m, integer cells, key;
      lpm4_erased{A,B}(m, cells, key) && lpm4_values{A}(m, cells) ==> lpm4_values{B}(m, cells);

    // What is left to addresses that a prefix covers: the longest of the shorter routes.
    predicate lpm4_left{L}(struct map_k1_cell *m, integer cells, integer p, integer l, integer c) =
      \forall integer a; lpm4_covers(p, l, a) ==> lpm4_true(m, cells, a, c) &&
        \forall integer n; 0 <= n < l && map_k1_has(m, cells, lpm4_covering(a, n)) ==> (n + 1) * 16777216 <= c;

    // What an address has before and after.
    predicate lpm4_removed(integer p, integer l, integer left, integer a, integer c, integer now) =
      (lpm4_covers(p, l, a) && (l + 1) * 16777216 <= c < (l + 2) * 16777216 ==> now == left) &&
      (!lpm4_covers(p, l, a) || c < (l + 1) * 16777216 || (l + 2) * 16777216 <= c ==> now == c);

    lemma lpm4_erased_true{A,B}: \forall struct map_k1_cell *m, integer cells, p, l, left, a, c, now;
      lpm4_is_prefix(p, l) && 0 <= a < 4294967296 && lpm4_erased{A,B}(m, cells, lpm4_name(p, l)) &&
      lpm4_left{B}(m, cells, p, l, left) && lpm4_true{A}(m, cells, a, c) && lpm4_removed(p, l, left, a, c, now) ==>
      lpm4_true{B}(m, cells, a, now);
    lemma lpm4_erased_longest{A,B}: \forall struct map_k1_cell *m, integer cells, p, l, left, a, c, now;
      lpm4_is_prefix(p, l) && 0 <= a < 4294967296 && lpm4_erased{A,B}(m, cells, lpm4_name(p, l)) &&
      lpm4_left{B}(m, cells, p, l, left) && lpm4_longest{A}(m, cells, a, c) &&
      lpm4_removed(p, l, left, a, c, now) ==> lpm4_longest{B}(m, cells, a, now); */

/* Addresses of one block whose routes are of at most 24 bits have the same. */
/*@ lemma lpm4_block_covering: \forall integer a, b, l; 0 <= a < 4294967296 && 0 <= b < 4294967296 && 0 <= l <= 24 &&
      a - a % 256 == b - b % 256 ==> lpm4_covering(a, l) == lpm4_covering(b, l);
    lemma lpm4_block_longest{L}: \forall struct map_k1_cell *m, integer cells, a, b, c, d; 0 <= a < 4294967296 &&
      0 <= b < 4294967296 && a - a % 256 == b - b % 256 && 0 < c < 436207616 && lpm4_true(m, cells, a, c) &&
      lpm4_longest(m, cells, b, d) ==> c / 16777216 <= d / 16777216;
    lemma lpm4_block_same{L}: \forall struct map_k1_cell *m, integer cells, a, b, c, d; map_k1_unique(m, cells) &&
      0 <= a < 4294967296 && 0 <= b < 4294967296 && a - a % 256 == b - b % 256 &&
      0 <= c < 436207616 && 0 <= d < 436207616 && lpm4_true(m, cells, a, c) && lpm4_longest(m, cells, a, c) &&
      lpm4_true(m, cells, b, d) && lpm4_longest(m, cells, b, d) ==> c == d; */

/* All keys are as before. */
/*@ predicate lpm4_alike{A,B}(struct map_k1_cell *m, integer cells) =
      \forall integer x, w; map_k1_maps{A}(m, cells, x, w) <==> map_k1_maps{B}(m, cells, x, w);

    lemma lpm4_alike_has{A,B}: \forall struct map_k1_cell *m, integer cells, x; lpm4_alike{A,B}(m, cells) &&
      map_k1_has{B}(m, cells, x) ==> map_k1_has{A}(m, cells, x);
    lemma lpm4_alike_true{A,B}: \forall struct map_k1_cell *m, integer cells, a, c; lpm4_alike{A,B}(m, cells) &&
      lpm4_true{A}(m, cells, a, c) ==> lpm4_true{B}(m, cells, a, c);
    lemma lpm4_alike_longest{A,B}: \forall struct map_k1_cell *m, integer cells, a, c; lpm4_alike{A,B}(m, cells) &&
      lpm4_longest{A}(m, cells, a, c) ==> lpm4_longest{B}(m, cells, a, c); */

/* What is promised of an address: the value of the longest prefix that covers it, or that none does. */
/*@ predicate lpm4_answers{L}(struct map_k1_cell *m, integer cells, integer a, integer v) =
      \exists integer p, l; lpm4_is_prefix(p, l) && lpm4_covers(p, l, a) &&
        map_k1_maps(m, cells, lpm4_name(p, l), v) &&
        \forall integer q, n; lpm4_is_prefix(q, n) && lpm4_covers(q, n, a) && n > l ==>
          !map_k1_has(m, cells, lpm4_name(q, n));

    predicate lpm4_uncovered{L}(struct map_k1_cell *m, integer cells, integer a) =
      \forall integer p, l; lpm4_is_prefix(p, l) && lpm4_covers(p, l, a) ==> !map_k1_has(m, cells, lpm4_name(p, l));

    predicate lpm4_tells{L}(struct map_k1_cell *m, integer cells, integer a, integer v, integer none) =
      lpm4_answers(m, cells, a, v) || (v == none && lpm4_uncovered(m, cells, a));

    lemma lpm4_best_answers{L}: \forall struct map_k1_cell *m, integer cells, a, c; 0 <= a < 4294967296 && c != 0 &&
      lpm4_true(m, cells, a, c) && lpm4_longest(m, cells, a, c) ==> lpm4_answers(m, cells, a, c % 16777216);
    lemma lpm4_none_covers{L}: \forall struct map_k1_cell *m, integer cells, a; 0 <= a < 4294967296 &&
      lpm4_longest(m, cells, a, 0) ==> lpm4_uncovered(m, cells, a); */

#endif
