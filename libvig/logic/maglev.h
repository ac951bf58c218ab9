/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/maglev.h -- what contracts of consistent hashing are written with. */
#ifndef LIBVIG_LOGIC_MAGLEV_H
#define LIBVIG_LOGIC_MAGLEV_H

#include <stdint.h>

/* How many of the first n entries have this value. */
/*@ logic integer maglev_count{L}(uint32_t *entry, integer n, integer value) =
      n <= 0 ? 0 : maglev_count{L}(entry, n - 1, value) + (entry[n - 1] == value ? 1 : 0); */

/* What a backend took and has left is what it earned in so many rounds: its share of turns, rounded down. */
/*@ predicate maglev_due(integer taken, integer credit, integer weight, integer most, integer rounds) =
      credit < most && taken * most + credit == rounds * weight; */

/*@ lemma maglev_due_nothing: \forall integer weight, most; 0 < most ==> maglev_due(0, 0, weight, most, 0); */

/* More of the first factor is no less of the product. */
/*@ lemma maglev_product_grows: \forall integer a, b, c; 0 <= a <= b && 0 <= c ==> a * c <= b * c; */

/* Once more is one more. */
/*@ lemma maglev_once_more: \forall integer a, b; (a + 1) * b == a * b + b; */

#endif
