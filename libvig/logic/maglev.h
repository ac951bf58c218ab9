/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/maglev.h -- what contracts of consistent hashing are written with. */
#ifndef LIBVIG_LOGIC_MAGLEV_H
#define LIBVIG_LOGIC_MAGLEV_H

#include <stdint.h>

/* How many of the first n entries have this value. */
/*@ logic integer maglev_count{L}(uint32_t *entry, integer n, integer value) =
      n <= 0 ? 0 : maglev_count{L}(entry, n - 1, value) + (entry[n - 1] == value ? 1 : 0); */

/* A part of size that is less than 1 is less than size. */
/*@ lemma maglev_scaled: \forall integer part, size; 0 <= part < 4294967296 && 1 <= size ==>
      0 <= part * size < 4294967296 * size; */

/* Once more is one more. */
/*@ lemma maglev_once_more: \forall integer a, b; (a + 1) * b == a * b + b; */

#endif
