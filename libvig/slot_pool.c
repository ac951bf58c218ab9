/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/slot_pool.h"

#include <assert.h>

#include "libvig/vig_object.h"

static void
slot_pool_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct slot_pool *p = object;

	(void)now;
	figures->live = p->capacity - p->left;
	figures->capacity = p->capacity;
	figures->refused = p->refused;
}

static const struct vig_kind slot_pool_kind = { "slot_pool", slot_pool_figures, NULL };

/* All free, the lowest to be lent first. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  line:   slot_line(s, cap, cap, cap, cap, cap, 0, 0); */
static void
slot_pool_clear(struct slot_pool_slot *s, uint32_t cap)
{
	/*@ loop invariant range: 0 <= i <= cap;
	    loop invariant done:  \forall integer k; 0 <= k < i ==> s[k].at == cap - 1 - k && s[k].place == cap - 1 - k;
	    loop assigns   i, s[0 .. cap - 1];
	    loop variant   cap - i; */
	for (uint32_t i = 0; i < cap; i++) {
		s[i].at = cap - 1 - i;
		s[i].place = cap - 1 - i;
	}
}

struct slot_pool *
slot_pool_new(struct vig *vig, const char *name, uint64_t capacity)
{
	struct vig_block *before = vig_newest(vig);
	struct slot_pool *p;

	if (capacity == 0 || capacity > SLOT_POOL_MAX_CAPACITY)
		return NULL;
	p = vig_alloc(vig, sizeof *p);
	if (p == NULL)
		return NULL;
	p->capacity = p->left = p->oldest = p->newest = (uint32_t)capacity;
	p->slot = vig_alloc(vig, capacity * sizeof p->slot[0]);
	if (p->slot == NULL || !vig_add(vig, name, &slot_pool_kind, p)) {
		vig_rewind(vig, before);
		return NULL;
	}
	slot_pool_clear(p->slot, p->capacity);
	return p;
}

/* The ends of the order of use: the part of a pool that the two functions below change. */
struct slot_pool_ends {
	uint32_t oldest, newest;
};

/* Takes a lent slot out of the order of use. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires row:    slot_row(s, cap);
    requires line:   slot_line(s, cap, left, cap, oldest, newest, uses, latest);
    requires lent:   slot_in(s, cap, left, cap, i);
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  order:  slot_order(s, cap, left, i);
    ensures  used:   slot_used(s, cap, left, i, uses, latest);
    ensures  sorted: slot_sorted(s, cap, left, i);
    ensures  nexts:  slot_nexts(s, cap, left, i);
    ensures  after:  slot_none_after(s, cap, left, i);
    ensures  prevs:  slot_prevs(s, cap, left, i);
    ensures  before: slot_none_before(s, cap, left, i);
    ensures  oldest: slot_oldest(s, cap, left, i, \result.oldest);
    ensures  newest: slot_newest(s, cap, left, i, \result.newest);
    ensures  same:   \forall integer k; 0 <= k < cap ==>
                     s[k].place == \old(s[k].place) && s[k].time == \old(s[k].time); */
static struct slot_pool_ends
slot_pool_leave(struct slot_pool_slot *s, uint32_t cap, uint32_t oldest, uint32_t newest, uint32_t i)
	/*@ ghost (uint32_t left, uint64_t uses, uint64_t latest) */
{
	const uint32_t prev = s[i].prev, next = s[i].next;
	struct slot_pool_ends ends = { oldest, newest };

	/*@ assert lower:  \forall integer k; slot_in(s, cap, left, i, k) && s[k].order < s[i].order ==>
	            prev != cap && s[k].order <= s[prev].order; */
	/*@ assert higher: \forall integer k; slot_in(s, cap, left, i, k) && s[i].order < s[k].order ==>
	            next != cap && s[next].order <= s[k].order; */
	/*@ assert prev:   prev == cap || (slot_in(s, cap, left, i, prev) && s[prev].order < s[i].order); */
	/*@ assert next:   next == cap || (slot_in(s, cap, left, i, next) && s[i].order < s[next].order); */
	/*@ assert to_i:   prev != cap ==> s[prev].next == i; */
	/*@ assert from_i: next != cap ==> s[next].prev == i; */
	/*@ assert only_p: \forall integer k; slot_in(s, cap, left, i, k) && k != prev ==> s[k].next != i; */
	/*@ assert only_n: \forall integer k; slot_in(s, cap, left, i, k) && k != next ==> s[k].prev != i; */
	if (prev == cap)
		ends.oldest = next;
	else
		s[prev].next = next;
	if (next == cap)
		ends.newest = prev;
	else
		s[next].prev = prev;
	/*@ assert fields: \forall integer k; 0 <= k < cap ==>
	            s[k].place == \at(s[k].place, Pre) && s[k].at == \at(s[k].at, Pre) &&
	            s[k].order == \at(s[k].order, Pre) && s[k].time == \at(s[k].time, Pre); */
	/*@ assert nexts:  \forall integer k; 0 <= k < cap ==>
	            s[k].next == (k == prev ? next : \at(s[k].next, Pre)); */
	/*@ assert prevs:  \forall integer k; 0 <= k < cap ==>
	            s[k].prev == (k == next ? prev : \at(s[k].prev, Pre)); */
	return ends;
}

/* Puts a lent slot that is not in it at the end of the order of use. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires row:    slot_row(s, cap);
    requires line:   slot_line(s, cap, left, i, oldest, newest, uses, latest);
    requires slot:   0 <= i < cap && s[i].place >= left;
    requires time:   latest <= now;
    requires life:   uses < 18446744073709551615;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  order:  slot_order(s, cap, left, cap);
    ensures  used:   slot_used(s, cap, left, cap, uses + 1, now);
    ensures  sorted: slot_sorted(s, cap, left, cap);
    ensures  nexts:  slot_nexts(s, cap, left, cap);
    ensures  after:  slot_none_after(s, cap, left, cap);
    ensures  prevs:  slot_prevs(s, cap, left, cap);
    ensures  before: slot_none_before(s, cap, left, cap);
    ensures  oldest: slot_oldest(s, cap, left, cap, \result.oldest);
    ensures  newest: slot_newest(s, cap, left, cap, i);
    ensures  used_i: s[i].time == now && \result.newest == i;
    ensures  same:   \forall integer k; 0 <= k < cap ==>
                     s[k].place == \old(s[k].place) && (k != i ==> s[k].time == \old(s[k].time)); */
static struct slot_pool_ends
slot_pool_join(struct slot_pool_slot *s, uint32_t cap, uint32_t oldest, uint32_t newest, uint32_t i, uint64_t now,
	uint64_t uses)
	/*@ ghost (uint32_t left, uint64_t latest) */
{
	struct slot_pool_ends ends = { oldest, i };

	s[i].time = now;
	s[i].order = uses;
	s[i].prev = newest;
	s[i].next = cap;
	if (newest == cap)
		ends.oldest = i;
	else
		s[newest].next = i;
	/*@ assert fields: \forall integer k; 0 <= k < cap ==>
	            s[k].place == \at(s[k].place, Pre) && s[k].at == \at(s[k].at, Pre) &&
	            s[k].order == (k == i ? uses : \at(s[k].order, Pre)) &&
	            s[k].time == (k == i ? now : \at(s[k].time, Pre)); */
	/*@ assert links:  \forall integer k; 0 <= k < cap ==>
	            s[k].next == (k == i ? cap : k == newest ? i : \at(s[k].next, Pre)) &&
	            s[k].prev == (k == i ? newest : \at(s[k].prev, Pre)); */
	return ends;
}

/* Makes a slot that is out of the order of use free: it changes places with the first of the lent ones. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires row:    slot_row(s, cap);
    requires line:   slot_line(s, cap, left, i, oldest, newest, uses, latest);
    requires slot:   0 <= i < cap && s[i].place >= left;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  order:  slot_order(s, cap, left + 1, cap);
    ensures  used:   slot_used(s, cap, left + 1, cap, uses, latest);
    ensures  sorted: slot_sorted(s, cap, left + 1, cap);
    ensures  nexts:  slot_nexts(s, cap, left + 1, cap);
    ensures  after:  slot_none_after(s, cap, left + 1, cap);
    ensures  prevs:  slot_prevs(s, cap, left + 1, cap);
    ensures  before: slot_none_before(s, cap, left + 1, cap);
    ensures  oldest: slot_oldest(s, cap, left + 1, cap, oldest);
    ensures  newest: slot_newest(s, cap, left + 1, cap, newest);
    ensures  free:   s[i].place < left + 1;
    ensures  same:   \forall integer k; 0 <= k < cap ==> s[k].time == \old(s[k].time) &&
                     (k != i ==> (s[k].place >= left + 1 <==> \old(s[k].place) >= left)); */
static void
slot_pool_free(struct slot_pool_slot *s, uint32_t left, uint32_t i)
	/*@ ghost (uint32_t cap, uint32_t oldest, uint32_t newest, uint64_t uses, uint64_t latest) */
{
	const uint32_t place = s[i].place, first = s[left].at;

	s[first].place = place;
	s[place].at = first;
	s[i].place = left;
	s[left].at = i;
	/*@ assert fields: \forall integer k; 0 <= k < cap ==>
	            s[k].next == \at(s[k].next, Pre) && s[k].prev == \at(s[k].prev, Pre) &&
	            s[k].order == \at(s[k].order, Pre) && s[k].time == \at(s[k].time, Pre); */
	/*@ assert places: \forall integer k; 0 <= k < cap ==>
	            s[k].place == (k == i ? left : k == first ? place : \at(s[k].place, Pre)); */
	/*@ assert ats:    \forall integer k; 0 <= k < cap ==>
	            s[k].at == (k == left ? i : k == place ? first : \at(s[k].at, Pre)); */
	/*@ assert in:     \forall integer k; 0 <= k < cap && k != i ==>
	            (s[k].place >= left + 1 <==> \at(s[k].place, Pre) >= left); */
}

bool
slot_pool_take(struct slot_pool *p, uint64_t now, uint32_t *slot)
{
	struct slot_pool_ends ends;
	uint32_t i;

	assert(p->latest <= now);
	if (p->left == 0) {
		p->refused++;
		return false;
	}
	p->left--;
	i = p->slot[p->left].at;
	ends = slot_pool_join(p->slot, p->capacity, p->oldest, p->newest, i, now, p->uses)
		/*@ ghost (p->left, p->latest) */;
	p->oldest = ends.oldest;
	p->newest = ends.newest;
	p->latest = now;
	p->uses++;
	*slot = i;
	return true;
}

bool
slot_pool_use(struct slot_pool *p, uint64_t slot, uint64_t now)
{
	struct slot_pool_ends ends;

	assert(slot < p->capacity);
	assert(p->latest <= now);
	if (p->slot[slot].place < p->left)
		return false;
	ends = slot_pool_leave(p->slot, p->capacity, p->oldest, p->newest, (uint32_t)slot)
		/*@ ghost (p->left, p->uses, p->latest) */;
	ends = slot_pool_join(p->slot, p->capacity, ends.oldest, ends.newest, (uint32_t)slot, now, p->uses)
		/*@ ghost (p->left, p->latest) */;
	p->oldest = ends.oldest;
	p->newest = ends.newest;
	p->latest = now;
	p->uses++;
	return true;
}

bool
slot_pool_give(struct slot_pool *p, uint64_t slot)
{
	struct slot_pool_ends ends;

	assert(slot < p->capacity);
	if (p->slot[slot].place < p->left)
		return false;
	ends = slot_pool_leave(p->slot, p->capacity, p->oldest, p->newest, (uint32_t)slot)
		/*@ ghost (p->left, p->uses, p->latest) */;
	slot_pool_free(p->slot, p->left, (uint32_t)slot)
		/*@ ghost (p->capacity, ends.oldest, ends.newest, p->uses, p->latest) */;
	p->oldest = ends.oldest;
	p->newest = ends.newest;
	p->left++;
	return true;
}

bool
slot_pool_expire(struct slot_pool *p, uint64_t before, uint32_t *slot)
{
	const uint32_t i = p->oldest;

	if (i == p->capacity || p->slot[i].time >= before)
		return false;
	slot_pool_give(p, i);
	*slot = i;
	return true;
}

bool
slot_pool_find(const struct slot_pool *p, uint64_t slot, uint64_t *last)
{
	assert(slot < p->capacity);
	if (p->slot[slot].place < p->left)
		return false;
	*last = p->slot[slot].time;
	return true;
}
