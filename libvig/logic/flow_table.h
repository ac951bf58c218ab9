/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/flow_table.h -- a flow table as its contracts see it: a finite map from keys. */
#ifndef LIBVIG_LOGIC_FLOW_TABLE_H
#define LIBVIG_LOGIC_FLOW_TABLE_H

#include <stdint.h>

#include "libvig/logic/vig.h"

struct flow_table;

/*@ axiomatic FlowTables {
      // Some words in memory, as one thing that equals another iff all words do.
      type flow_words;
      logic flow_words flow_read{L}(uint64_t *word, integer n) reads word[0 .. n - 1];
      axiom flow_words_equal{L1,L2}: \forall uint64_t *a, *b, integer n;
        flow_read{L1}(a, n) == flow_read{L2}(b, n) <==>
        (\forall integer i; 0 <= i < n ==> \at(a[i], L1) == \at(b[i], L2));

      // Fixed when the table is made.
      logic integer flow_capacity{L}(struct flow_table *t) reads vig_state;
      logic integer flow_shift{L}(struct flow_table *t) reads vig_state;
      logic integer flow_classes{L}(struct flow_table *t) reads vig_state;
      logic integer flow_lifetime{L}(struct flow_table *t, integer class) reads vig_state;

      // The map. Only for keys that are stored do the others mean something.
      predicate flow_stored{L}(struct flow_table *t, flow_words key) reads vig_state;
      logic flow_words flow_value{L}(struct flow_table *t, flow_words key) reads vig_state;
      logic integer flow_class{L}(struct flow_table *t, flow_words key) reads vig_state;
      logic integer flow_slot{L}(struct flow_table *t, flow_words key) reads vig_state;
      logic integer flow_last{L}(struct flow_table *t, flow_words key) reads vig_state;

      // The highest tick seen, and how many keys are present at one.
      logic integer flow_latest{L}(struct flow_table *t) reads vig_state;
      logic integer flow_live{L}(struct flow_table *t, integer tick) reads vig_state;

      // The table's own invariant, down to its memory.
      predicate FlowTable{L}(struct flow_table *t) reads vig_state;
    } */

/*@ predicate flow_present{L}(struct flow_table *t, flow_words key, integer tick) =
      flow_stored(t, key) && tick - flow_last(t, key) <= flow_lifetime(t, flow_class(t, key)); */

/*@ predicate flow_alike{A,B}(struct flow_table *t, flow_words key, integer tick) =
      (flow_present{A}(t, key, tick) <==> flow_present{B}(t, key, tick)) &&
      (flow_present{A}(t, key, tick) ==>
        flow_value{A}(t, key) == flow_value{B}(t, key) && flow_class{A}(t, key) == flow_class{B}(t, key) &&
        flow_slot{A}(t, key) == flow_slot{B}(t, key) && flow_last{A}(t, key) == flow_last{B}(t, key)); */

/*@ predicate flow_others_alike{A,B}(struct flow_table *t, flow_words key, integer tick) =
      \forall flow_words other; other != key ==> flow_alike{A,B}(t, other, tick); */

/*@ predicate flow_slots_distinct{L}(struct flow_table *t, integer tick) =
      \forall flow_words a, b; flow_present(t, a, tick) && flow_present(t, b, tick) && a != b ==>
        flow_slot(t, a) != flow_slot(t, b); */

/*@ logic integer flow_tick{L}(struct flow_table *t, integer now) = now >> flow_shift(t); */

#endif
