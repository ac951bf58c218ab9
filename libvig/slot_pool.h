/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/slot_pool.h -- numbers below a capacity, each lent to at most one holder, in the order of their last use.
 *
 * What a flow_table does for its entries, for those who keep their own: take a number, say that it was used, give it
 * back, or have the one that was not used for longest come back. Every operation takes a constant number of
 * steps and touches at most four slots. Nothing is allocated after new.
 *
 * `now` never decreases from call to call. Over a pool's life it is used fewer than 2^64 times (584 years at one use a
 * nanosecond): a precondition. */
#ifndef LIBVIG_SLOT_POOL_H
#define LIBVIG_SLOT_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define SLOT_POOL_MAX_CAPACITY (1u << 26)

/* To be looked at in slot_pool.c and in contracts only. */
struct slot_pool_slot {
	uint64_t time;       /* of the last use */
	uint64_t order;      /* number of the last use: no two slots' are the same */
	uint32_t prev, next; /* the lent ones that were used just before and after; capacity: none */
	uint32_t place;      /* of this slot in the row of all */
	uint32_t at;         /* not of this slot: which slot has this place */
};

/* All slots stand in a row: the free ones at places below `left`, the lent ones from there on. */
struct slot_pool {
	struct slot_pool_slot *slot;
	uint32_t capacity, left;
	uint32_t oldest, newest; /* capacity: none is lent */
	uint64_t uses, latest;
	uint64_t refused;
};

/* Invariants; slot x is let off where the order of use is spoken of (capacity: no one). */
/*@ predicate slot_row{L}(struct slot_pool_slot *s, integer cap) =
      (\forall integer i; 0 <= i < cap ==> 0 <= s[i].place < cap && s[s[i].place].at == i) &&
      (\forall integer k; 0 <= k < cap ==> 0 <= s[k].at < cap && s[s[k].at].place == k);

    predicate slot_in{L}(struct slot_pool_slot *s, integer cap, integer left, integer x, integer i) =
      0 <= i < cap && i != x && s[i].place >= left;

    // Uses are numbered, later ones higher, and time follows.
    predicate slot_order{L}(struct slot_pool_slot *s, integer cap, integer left, integer x) =
      \forall integer i, j; slot_in(s, cap, left, x, i) && slot_in(s, cap, left, x, j) && i != j ==>
        s[i].order != s[j].order;
    predicate slot_used{L}(struct slot_pool_slot *s, integer cap, integer left, integer x, integer uses, integer latest) =
      \forall integer i; slot_in(s, cap, left, x, i) ==> s[i].order < uses && s[i].time <= latest;
    predicate slot_sorted{L}(struct slot_pool_slot *s, integer cap, integer left, integer x) =
      \forall integer i, j; slot_in(s, cap, left, x, i) && slot_in(s, cap, left, x, j) && s[i].order <= s[j].order ==>
        s[i].time <= s[j].time;

    // next is the nearest in that order, and prev the way back.
    predicate slot_nexts{L}(struct slot_pool_slot *s, integer cap, integer left, integer x) =
      \forall integer i; slot_in(s, cap, left, x, i) ==> s[i].next == cap ||
        (slot_in(s, cap, left, x, s[i].next) && s[i].order < s[s[i].next].order && s[s[i].next].prev == i);
    predicate slot_prevs{L}(struct slot_pool_slot *s, integer cap, integer left, integer x) =
      \forall integer i; slot_in(s, cap, left, x, i) ==> s[i].prev == cap ||
        (slot_in(s, cap, left, x, s[i].prev) && s[s[i].prev].order < s[i].order && s[s[i].prev].next == i);
    predicate slot_near{L}(struct slot_pool_slot *s, integer cap, integer left, integer x) =
      \forall integer i, j; slot_in(s, cap, left, x, i) && slot_in(s, cap, left, x, j) && s[i].order < s[j].order ==>
        s[i].next != cap && s[s[i].next].order <= s[j].order;

    predicate slot_oldest{L}(struct slot_pool_slot *s, integer cap, integer left, integer x, integer oldest) =
      (oldest == cap || (slot_in(s, cap, left, x, oldest) && s[oldest].prev == cap)) &&
      \forall integer i; slot_in(s, cap, left, x, i) ==>
        oldest != cap && s[oldest].order <= s[i].order && (s[i].prev == cap ==> i == oldest);
    predicate slot_newest{L}(struct slot_pool_slot *s, integer cap, integer left, integer x, integer newest) =
      (newest == cap || (slot_in(s, cap, left, x, newest) && s[newest].next == cap)) &&
      \forall integer i; slot_in(s, cap, left, x, i) ==> newest != cap && s[i].order <= s[newest].order;

    predicate slot_line{L}(struct slot_pool_slot *s, integer cap, integer left, integer x, integer oldest,
      integer newest, integer uses, integer latest) =
      slot_order(s, cap, left, x) && slot_used(s, cap, left, x, uses, latest) && slot_sorted(s, cap, left, x) &&
      slot_nexts(s, cap, left, x) && slot_prevs(s, cap, left, x) && slot_near(s, cap, left, x) &&
      slot_oldest(s, cap, left, x, oldest) && slot_newest(s, cap, left, x, newest);

    predicate slot_memory{L}(struct slot_pool *p) =
      \valid(p) && 1 <= p->capacity <= SLOT_POOL_MAX_CAPACITY && \valid(p->slot + (0 .. p->capacity - 1)) &&
      \separated(p, p->slot + (0 .. p->capacity - 1)) && 0 <= p->left <= p->capacity;

    predicate SlotPool{L}(struct slot_pool *p) =
      slot_memory(p) && slot_row(p->slot, p->capacity) &&
      slot_line(p->slot, p->capacity, p->left, p->capacity, p->oldest, p->newest, p->uses, p->latest);

    // What a holder sees of a number.
    predicate slot_pool_lent{L}(struct slot_pool *p, integer i) = 0 <= i < p->capacity && p->slot[i].place >= p->left;
    logic integer slot_pool_last{L}(struct slot_pool *p, integer i) = p->slot[i].time;

    predicate slot_pool_alike{A,B}(struct slot_pool *p, integer i) =
      (slot_pool_lent{A}(p, i) <==> slot_pool_lent{B}(p, i)) &&
      (slot_pool_lent{A}(p, i) ==> slot_pool_last{A}(p, i) == slot_pool_last{B}(p, i)); */

/* All numbers free. NULL when out of memory, or capacity is 0 or over SLOT_POOL_MAX_CAPACITY. */
struct slot_pool *slot_pool_new(struct vig *vig, const char *name, uint64_t capacity);

/* Lends a number that nobody holds, used now. False, and nothing changed, iff all are lent. */
/*@ requires pool:    SlotPool(p);
    requires out:     \valid(slot) && \separated(slot, p, p->slot + (0 .. p->capacity - 1));
    requires time:    p->latest <= now;
    requires life:    p->uses < 18446744073709551615;
    terminates \true;
    assigns  p->left, p->oldest, p->newest, p->uses, p->latest, p->refused, p->slot[0 .. p->capacity - 1], *slot;
    ensures  pool:    SlotPool(p);
    ensures  room:    \result == false <==> \forall integer i; 0 <= i < p->capacity ==> \old(slot_pool_lent(p, i));
    ensures  lent:    \result == true ==> slot_pool_lent(p, *slot) && slot_pool_last(p, *slot) == now;
    ensures  alone:   \result == true ==> !slot_pool_lent{Pre}(p, \at(*slot, Post));
    ensures  others:  \forall integer i; \result == false || i != *slot ==> slot_pool_alike{Pre,Post}(p, i); */
bool slot_pool_take(struct slot_pool *p, uint64_t now, uint32_t *slot);

/* A lent number is used now. False, and nothing changed: it is not lent. */
/*@ requires pool:    SlotPool(p);
    requires slot:    slot < p->capacity;
    requires time:    p->latest <= now;
    requires life:    p->uses < 18446744073709551615;
    terminates \true;
    assigns  p->left, p->oldest, p->newest, p->uses, p->latest, p->refused, p->slot[0 .. p->capacity - 1];
    ensures  pool:    SlotPool(p);
    ensures  lent:    \result == true <==> \old(slot_pool_lent(p, slot));
    ensures  used:    \result == true ==> slot_pool_lent(p, slot) && slot_pool_last(p, slot) == now;
    ensures  others:  \forall integer i; \result == false || i != slot ==> slot_pool_alike{Pre,Post}(p, i); */
bool slot_pool_use(struct slot_pool *p, uint64_t slot, uint64_t now);

/* Gives a number back. False, and nothing changed: it was not lent. */
/*@ requires pool:    SlotPool(p);
    requires slot:    slot < p->capacity;
    terminates \true;
    assigns  p->left, p->oldest, p->newest, p->uses, p->latest, p->refused, p->slot[0 .. p->capacity - 1];
    ensures  pool:    SlotPool(p);
    ensures  lent:    \result == true <==> \old(slot_pool_lent(p, slot));
    ensures  given:   !slot_pool_lent(p, slot);
    ensures  others:  \forall integer i; i != slot ==> slot_pool_alike{Pre,Post}(p, i); */
bool slot_pool_give(struct slot_pool *p, uint64_t slot);

/* Takes back the number that was not used for longest, if that was before a time. False, and nothing changed: all
 * lent ones were used since. */
/*@ requires pool:    SlotPool(p);
    requires out:     \valid(slot) && \separated(slot, p, p->slot + (0 .. p->capacity - 1));
    terminates \true;
    assigns  p->left, p->oldest, p->newest, p->uses, p->latest, p->refused, p->slot[0 .. p->capacity - 1], *slot;
    ensures  pool:    SlotPool(p);
    ensures  some:    \result == true <==>
                      \exists integer i; \old(slot_pool_lent(p, i)) && \old(slot_pool_last(p, i)) < before;
    ensures  back:    \result == true ==> slot_pool_lent{Pre}(p, \at(*slot, Post)) && !slot_pool_lent(p, *slot);
    ensures  oldest:  \result == true ==> slot_pool_last{Pre}(p, \at(*slot, Post)) < before &&
                      \forall integer i; \old(slot_pool_lent(p, i)) ==>
                      slot_pool_last{Pre}(p, \at(*slot, Post)) <= \old(slot_pool_last(p, i));
    ensures  others:  \forall integer i; \result == false || i != *slot ==> slot_pool_alike{Pre,Post}(p, i); */
bool slot_pool_expire(struct slot_pool *p, uint64_t before, uint32_t *slot);

/* Whether a number is lent, and when it was last used. */
/*@ requires pool:    SlotPool(p);
    requires slot:    slot < p->capacity;
    requires out:     \valid(last) && \separated(last, p, p->slot + (0 .. p->capacity - 1));
    terminates \true;
    assigns  *last;
    ensures  lent:    \result == true <==> slot_pool_lent(p, slot);
    ensures  last:    \result == true ==> *last == slot_pool_last(p, slot); */
bool slot_pool_find(const struct slot_pool *p, uint64_t slot, uint64_t *last);

#endif
