/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/lpm4.h -- what contracts of routing tables are written with. */
#ifndef LIBVIG_LOGIC_LPM4_H
#define LIBVIG_LOGIC_LPM4_H

/* How many addresses a prefix of a length covers: 2 to the power of 32 - length. */
/*@ logic integer lpm4_size(integer length) =
      length == 0 ? 4294967296 : length == 1 ? 2147483648 : length == 2 ? 1073741824 : length == 3 ? 536870912 :
      length == 4 ? 268435456 : length == 5 ? 134217728 : length == 6 ? 67108864 : length == 7 ? 33554432 :
      length == 8 ? 16777216 : length == 9 ? 8388608 : length == 10 ? 4194304 : length == 11 ? 2097152 :
      length == 12 ? 1048576 : length == 13 ? 524288 : length == 14 ? 262144 : length == 15 ? 131072 :
      length == 16 ? 65536 : length == 17 ? 32768 : length == 18 ? 16384 : length == 19 ? 8192 :
      length == 20 ? 4096 : length == 21 ? 2048 : length == 22 ? 1024 : length == 23 ? 512 : length == 24 ? 256 :
      length == 25 ? 128 : length == 26 ? 64 : length == 27 ? 32 : length == 28 ? 16 : length == 29 ? 8 :
      length == 30 ? 4 : length == 31 ? 2 : 1; */

/* A prefix is written as its lowest address: a multiple of its size. Spelled out, because provers divide by
 * numbers only. */
/*@ predicate lpm4_is_prefix(integer prefix, integer length) =
      0 <= length <= 32 && 0 <= prefix < 4294967296 &&
      (length == 0 ==> prefix % 4294967296 == 0) && (length == 1 ==> prefix % 2147483648 == 0) &&
      (length == 2 ==> prefix % 1073741824 == 0) && (length == 3 ==> prefix % 536870912 == 0) &&
      (length == 4 ==> prefix % 268435456 == 0) && (length == 5 ==> prefix % 134217728 == 0) &&
      (length == 6 ==> prefix % 67108864 == 0) && (length == 7 ==> prefix % 33554432 == 0) &&
      (length == 8 ==> prefix % 16777216 == 0) && (length == 9 ==> prefix % 8388608 == 0) &&
      (length == 10 ==> prefix % 4194304 == 0) && (length == 11 ==> prefix % 2097152 == 0) &&
      (length == 12 ==> prefix % 1048576 == 0) && (length == 13 ==> prefix % 524288 == 0) &&
      (length == 14 ==> prefix % 262144 == 0) && (length == 15 ==> prefix % 131072 == 0) &&
      (length == 16 ==> prefix % 65536 == 0) && (length == 17 ==> prefix % 32768 == 0) &&
      (length == 18 ==> prefix % 16384 == 0) && (length == 19 ==> prefix % 8192 == 0) &&
      (length == 20 ==> prefix % 4096 == 0) && (length == 21 ==> prefix % 2048 == 0) &&
      (length == 22 ==> prefix % 1024 == 0) && (length == 23 ==> prefix % 512 == 0) &&
      (length == 24 ==> prefix % 256 == 0) && (length == 25 ==> prefix % 128 == 0) &&
      (length == 26 ==> prefix % 64 == 0) && (length == 27 ==> prefix % 32 == 0) &&
      (length == 28 ==> prefix % 16 == 0) && (length == 29 ==> prefix % 8 == 0) &&
      (length == 30 ==> prefix % 4 == 0) && (length == 31 ==> prefix % 2 == 0) &&
      (length == 32 ==> prefix % 1 == 0); */

/*@ lemma lpm4_prefix_ends: \forall integer p, l; lpm4_is_prefix(p, l) ==> p + lpm4_size(l) <= 4294967296; */
/*@ lemma lpm4_short_whole: \forall integer p, l; lpm4_is_prefix(p, l) && l <= 24 ==>
      p % 256 == 0 && lpm4_size(l) % 256 == 0; */
/*@ lemma lpm4_long_within: \forall integer p, l; lpm4_is_prefix(p, l) && l > 24 ==>
      p % 256 + lpm4_size(l) <= 256; */
/* Prefixes of one length share no address. */
/*@ lemma lpm4_prefix_alone: \forall integer p, q, l, a; lpm4_is_prefix(p, l) && lpm4_is_prefix(q, l) &&
      p <= a < p + lpm4_size(l) && q <= a < q + lpm4_size(l) ==> p == q; */

/*@ predicate lpm4_covers(integer prefix, integer length, integer address) =
      prefix <= address < prefix + lpm4_size(length); */

/* A route as one number: longer prefixes have higher ones, and 0 is none. */
/*@ logic integer lpm4_route(integer length, integer value) = (length + 1) * 16777216 + value; */

/* What is told of an address that has this route. */
/*@ logic integer lpm4_told(integer route, integer none) = route == 0 ? none : route % 16777216; */

/* What an address has after a route was added that covers it: that route, unless its own is longer. */
/*@ logic integer lpm4_longer(integer had, integer length, integer value) =
      had < (length + 2) * 16777216 ? lpm4_route(length, value) : had; */

#endif
