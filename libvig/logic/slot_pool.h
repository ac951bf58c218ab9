/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/slot_pool.h -- how a slot_pool's order of use goes from state A to state B.
 *
 * A function shows which fields are what afterwards; that the order is one again, follows here, each invariant by a
 * lemma of its own, so that no prover sees more than it needs. */
#ifndef LIBVIG_LOGIC_SLOT_POOL_H
#define LIBVIG_LOGIC_SLOT_POOL_H

#include "libvig/slot_pool.h"

/* What a step does to fields, but those of slot x. */
/*@ predicate slot_same_row{A,B}(struct slot_pool_slot *s, integer cap) =
      \forall integer k; 0 <= k < cap ==>
        \at(s[k].place, A) == \at(s[k].place, B) && \at(s[k].at, A) == \at(s[k].at, B);
    predicate slot_same_uses{A,B}(struct slot_pool_slot *s, integer cap, integer x) =
      \forall integer k; 0 <= k < cap && k != x ==>
        \at(s[k].order, A) == \at(s[k].order, B) && \at(s[k].time, A) == \at(s[k].time, B);

    // prev and next are neighbours now.
    predicate slot_tied{A,B}(struct slot_pool_slot *s, integer cap, integer x, integer prev, integer next) =
      \forall integer k; 0 <= k < cap && k != x ==>
        \at(s[k].next, B) == (k == prev ? next : \at(s[k].next, A)) &&
        \at(s[k].prev, B) == (k == next ? prev : \at(s[k].prev, A));

    // i stands at a place now.
    predicate slot_placed{A,B}(struct slot_pool_slot *s, integer cap, integer i, integer place) =
      \forall integer k; 0 <= k < cap ==>
        \at(s[k].place, B) == (k == i ? place : \at(s[k].place, A)) &&
        \at(s[k].at, B) == (k == place ? i : \at(s[k].at, A));

    // The order of use is untouched: who is in it, and how.
    predicate slot_stay{A,B}(struct slot_pool_slot *s, integer cap, integer left, integer x,
      integer now_left, integer now_x) =
      \forall integer k; (slot_in{A}(s, cap, left, x, k) <==> slot_in{B}(s, cap, now_left, now_x, k)) &&
        (slot_in{A}(s, cap, left, x, k) ==>
          \at(s[k].order, A) == \at(s[k].order, B) && \at(s[k].time, A) == \at(s[k].time, B) &&
          \at(s[k].next, A) == \at(s[k].next, B) && \at(s[k].prev, A) == \at(s[k].prev, B));

    // i was in the order, and is not any more.
    predicate slot_left{A,B}(struct slot_pool_slot *s, integer cap, integer left, integer i) =
      slot_in{A}(s, cap, left, cap, i) && slot_same_row{A,B}(s, cap) && slot_same_uses{A,B}(s, cap, i) &&
      slot_tied{A,B}(s, cap, i, \at(s[i].prev, A), \at(s[i].next, A));

    // i was not in the order, and is the newest.
    predicate slot_joined{A,B}(struct slot_pool_slot *s, integer cap, integer left, integer i,
      integer newest, integer uses, integer now) =
      0 <= i < cap && \at(s[i].place, A) >= left && slot_same_row{A,B}(s, cap) &&
      slot_same_uses{A,B}(s, cap, i) && slot_tied{A,B}(s, cap, i, newest, i) &&
      \at(s[i].order, B) == uses && \at(s[i].time, B) == now && \at(s[i].prev, B) == newest && \at(s[i].next, B) == cap; */

/* Lemmas of the order that stays. */
/*@ lemma slot_stay_order{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_order{A}(s, cap, left, x) ==>
      slot_order{B}(s, cap, now_left, now_x);
    lemma slot_stay_used{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x, uses, latest;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_used{A}(s, cap, left, x, uses, latest) ==>
      slot_used{B}(s, cap, now_left, now_x, uses, latest);
    lemma slot_stay_sorted{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_sorted{A}(s, cap, left, x) ==>
      slot_sorted{B}(s, cap, now_left, now_x);
    lemma slot_stay_nexts{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_nexts{A}(s, cap, left, x) ==>
      slot_nexts{B}(s, cap, now_left, now_x);
    lemma slot_stay_prevs{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_prevs{A}(s, cap, left, x) ==>
      slot_prevs{B}(s, cap, now_left, now_x);
    lemma slot_stay_near{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_near{A}(s, cap, left, x) &&
      slot_nexts{A}(s, cap, left, x) ==> slot_near{B}(s, cap, now_left, now_x);
    lemma slot_stay_oldest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x, oldest;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_oldest{A}(s, cap, left, x, oldest) ==>
      slot_oldest{B}(s, cap, now_left, now_x, oldest);
    lemma slot_stay_newest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x, now_left, now_x, newest;
      slot_stay{A,B}(s, cap, left, x, now_left, now_x) && slot_newest{A}(s, cap, left, x, newest) ==>
      slot_newest{B}(s, cap, now_left, now_x, newest); */

/* Lemmas of leaving it. */
/*@ predicate slot_across{L}(struct slot_pool_slot *s, integer cap, integer left, integer i) =
      \forall integer k; slot_in(s, cap, left, i, k) && s[i].prev != cap && s[s[i].prev].order < s[k].order ==>
        s[i].next != cap && s[s[i].next].order <= s[k].order;
    lemma slot_leave_across{L}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_in(s, cap, left, cap, i) && slot_order(s, cap, left, cap) && slot_prevs(s, cap, left, cap) &&
      slot_near(s, cap, left, cap) ==> slot_across(s, cap, left, i);
    lemma slot_leave_order{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_left{A,B}(s, cap, left, i) && slot_order{A}(s, cap, left, cap) ==> slot_order{B}(s, cap, left, i);
    lemma slot_leave_used{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, uses, latest;
      slot_left{A,B}(s, cap, left, i) && slot_used{A}(s, cap, left, cap, uses, latest) ==>
      slot_used{B}(s, cap, left, i, uses, latest);
    lemma slot_leave_sorted{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_left{A,B}(s, cap, left, i) && slot_sorted{A}(s, cap, left, cap) ==> slot_sorted{B}(s, cap, left, i);
    lemma slot_leave_nexts{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_left{A,B}(s, cap, left, i) && slot_nexts{A}(s, cap, left, cap) && slot_prevs{A}(s, cap, left, cap) ==>
      slot_nexts{B}(s, cap, left, i);
    lemma slot_leave_prevs{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_left{A,B}(s, cap, left, i) && slot_nexts{A}(s, cap, left, cap) && slot_prevs{A}(s, cap, left, cap) ==>
      slot_prevs{B}(s, cap, left, i);
    lemma slot_leave_near{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i;
      slot_left{A,B}(s, cap, left, i) && slot_nexts{A}(s, cap, left, cap) && slot_near{A}(s, cap, left, cap) &&
      slot_across{A}(s, cap, left, i) ==> slot_near{B}(s, cap, left, i);
    lemma slot_leave_oldest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, oldest, end;
      slot_left{A,B}(s, cap, left, i) && slot_order{A}(s, cap, left, cap) && slot_nexts{A}(s, cap, left, cap) &&
      slot_near{A}(s, cap, left, cap) && slot_oldest{A}(s, cap, left, cap, oldest) &&
      end == (\at(s[i].prev, A) == cap ? \at(s[i].next, A) : oldest) ==> slot_oldest{B}(s, cap, left, i, end);
    lemma slot_leave_newest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, oldest, newest, end;
      slot_left{A,B}(s, cap, left, i) && slot_order{A}(s, cap, left, cap) && slot_prevs{A}(s, cap, left, cap) &&
      slot_near{A}(s, cap, left, cap) && slot_across{A}(s, cap, left, i) &&
      slot_oldest{A}(s, cap, left, cap, oldest) && slot_newest{A}(s, cap, left, cap, newest) &&
      end == (\at(s[i].next, A) == cap ? \at(s[i].prev, A) : newest) ==> slot_newest{B}(s, cap, left, i, end); */

/* Lemmas of joining it. */
/*@ lemma slot_join_order{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now && slot_order{A}(s, cap, left, i) &&
      slot_used{A}(s, cap, left, i, uses, latest) ==> slot_order{B}(s, cap, left, cap);
    lemma slot_join_used{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) ==> slot_used{B}(s, cap, left, cap, uses + 1, now);
    lemma slot_join_sorted{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) && slot_sorted{A}(s, cap, left, i) ==>
      slot_sorted{B}(s, cap, left, cap);
    lemma slot_join_nexts{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) && slot_nexts{A}(s, cap, left, i) &&
      slot_newest{A}(s, cap, left, i, newest) ==> slot_nexts{B}(s, cap, left, cap);
    lemma slot_join_prevs{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) && slot_prevs{A}(s, cap, left, i) &&
      slot_newest{A}(s, cap, left, i, newest) ==> slot_prevs{B}(s, cap, left, cap);
    lemma slot_join_near{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now && slot_order{A}(s, cap, left, i) &&
      slot_used{A}(s, cap, left, i, uses, latest) && slot_near{A}(s, cap, left, i) &&
      slot_newest{A}(s, cap, left, i, newest) && slot_nexts{A}(s, cap, left, i) ==> slot_near{B}(s, cap, left, cap);
    lemma slot_join_oldest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest, oldest,
      end;
      end == (newest == cap ? i : oldest) && slot_newest{A}(s, cap, left, i, newest) &&
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) && slot_oldest{A}(s, cap, left, i, oldest) ==>
      slot_oldest{B}(s, cap, left, cap, end);
    lemma slot_join_newest{A,B}: \forall struct slot_pool_slot *s, integer cap, left, i, newest, uses, now, latest;
      slot_joined{A,B}(s, cap, left, i, newest, uses, now) && latest <= now &&
      slot_used{A}(s, cap, left, i, uses, latest) ==> slot_newest{B}(s, cap, left, cap, i); */

/* Lemmas of what is not touched at all. */
/*@ lemma slot_keep_row{A,B}: \forall struct slot_pool_slot *s, integer cap;
      slot_same_row{A,B}(s, cap) && slot_row{A}(s, cap) ==> slot_row{B}(s, cap);
    lemma slot_keep_stay{A,B}: \forall struct slot_pool_slot *s, integer cap, left, x;
      slot_same_row{A,B}(s, cap) && slot_same_uses{A,B}(s, cap, cap) && slot_tied{A,B}(s, cap, cap, cap, cap) ==>
      slot_stay{A,B}(s, cap, left, x, left, x); */

#endif
