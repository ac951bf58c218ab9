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

static const struct vig_kind slot_pool_kind = { "slot_pool", slot_pool_figures, NULL, NULL };

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

/* The ends of the order of use: the part of a pool that the functions below change. */
struct slot_pool_ends {
	uint32_t oldest, newest;
};

/* Makes two slots neighbours in the order of use; cap: there is none on that side. Slot x is let off. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires slots:  prev <= cap && next <= cap;
    requires row:    slot_row(s, cap);
    requires order:  slot_order(s, cap, left, x);
    requires used:   slot_used(s, cap, left, x, uses, latest);
    requires sorted: slot_sorted(s, cap, left, x);
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  order:  slot_order(s, cap, left, x);
    ensures  used:   slot_used(s, cap, left, x, uses, latest);
    ensures  sorted: slot_sorted(s, cap, left, x);
    ensures  in:     \forall integer k; slot_in(s, cap, left, x, k) <==> \old(slot_in(s, cap, left, x, k));
    ensures  nexts:  \forall integer k; 0 <= k < cap ==>
                     s[k].next == (k == prev ? next : \old(s[k].next));
    ensures  prevs:  \forall integer k; 0 <= k < cap ==>
                     s[k].prev == (k == next ? prev : \old(s[k].prev));
    ensures  places: \forall integer k; s[k].place == \old(s[k].place) && s[k].at == \old(s[k].at);
    ensures  orders: \forall integer k; s[k].order == \old(s[k].order);
    ensures  times:  \forall integer k; s[k].time == \old(s[k].time); */
static inline void
slot_pool_tie(struct slot_pool_slot *s, uint32_t cap, uint32_t prev, uint32_t next)
	/*@ ghost (uint32_t left, uint32_t x, uint64_t uses, uint64_t latest) */
{
	if (prev != cap)
		s[prev].next = next;
	if (next != cap)
		s[next].prev = prev;
	/*@ assert fields: \forall integer k; s[k].place == \at(s[k].place, Pre) && s[k].at == \at(s[k].at, Pre); */
}

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
	const struct slot_pool_ends ends = { prev == cap ? next : oldest, next == cap ? prev : newest };

	/*@ assert order:  slot_order(s, cap, left, i); */
	/*@ assert sorted: slot_sorted(s, cap, left, i); */
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
	/*@ assert stay_p: \forall integer k; slot_in(s, cap, left, i, k) && k != prev ==>
	            s[k].next == cap || slot_in(s, cap, left, i, s[k].next); */
	/*@ assert stay_n: \forall integer k; slot_in(s, cap, left, i, k) && k != next ==>
	            s[k].prev == cap || slot_in(s, cap, left, i, s[k].prev); */
	/*@ assert apart:  \forall integer k; slot_in(s, cap, left, i, k) ==> s[k].order != s[i].order; */
	/*@ assert first:  prev == cap <==> oldest == i; */
	/*@ assert last:   next == cap <==> newest == i; */
	/*@ assert beyond: \forall integer k; slot_in(s, cap, left, i, k) && prev != cap && s[prev].order < s[k].order ==>
	            next != cap && s[next].order <= s[k].order; */
	/*@ assert back:   \forall integer k; slot_in(s, cap, left, i, k) && next != cap && s[k].order < s[next].order ==>
	            prev != cap && s[k].order <= s[prev].order; */
	/*@ assert ahead:  \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[j].order < s[k].order ==> s[j].next != cap && s[s[j].next].order <= s[k].order; */
	/*@ assert behind: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[k].order < s[j].order ==> s[j].prev != cap && s[k].order <= s[s[j].prev].order; */
	/*@ assert onward: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) && j != prev &&
	            s[j].order < s[k].order ==> slot_in(s, cap, left, i, s[j].next) && s[s[j].next].order <= s[k].order; */
	/*@ assert inward: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) && j != next &&
	            s[k].order < s[j].order ==> slot_in(s, cap, left, i, s[j].prev) && s[k].order <= s[s[j].prev].order; */
	/*@ assert least:  \forall integer k; slot_in(s, cap, left, i, k) ==>
	            ends.oldest != cap && s[ends.oldest].order <= s[k].order; */
	slot_pool_tie(s, cap, prev, next) /*@ ghost (left, i, uses, latest) */;
	/*@ assert after:  \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) && j != prev &&
	            s[j].order < s[k].order ==> s[j].next != cap && s[s[j].next].order <= s[k].order; */
	/*@ assert before: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) && j != next &&
	            s[k].order < s[j].order ==> s[j].prev != cap && s[k].order <= s[s[j].prev].order; */
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
	const struct slot_pool_ends ends = { newest == cap ? i : oldest, i };

	/*@ assert onward: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[j].order < s[k].order ==> slot_in(s, cap, left, i, s[j].next) && s[s[j].next].order <= s[k].order; */
	/*@ assert inward: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[k].order < s[j].order ==> slot_in(s, cap, left, i, s[j].prev) && s[k].order <= s[s[j].prev].order; */
	/*@ assert end:    newest == cap || slot_in(s, cap, left, i, newest); */
	/*@ assert follow: \forall integer k; slot_in(s, cap, left, i, k) && k != newest ==>
	            slot_in(s, cap, left, i, s[k].next); */
	/*@ assert lead:   newest != cap ==> slot_in(s, cap, left, i, oldest); */
	/*@ assert least:  \forall integer k; slot_in(s, cap, left, i, k) ==>
	            newest != cap && s[oldest].order <= s[k].order; */
	slot_pool_tie(s, cap, newest, i) /*@ ghost (left, i, uses, latest) */;
	slot_pool_tie(s, cap, i, cap) /*@ ghost (left, i, uses, latest) */;
	/*@ assert order:  \forall integer k; s[k].order == \at(s[k].order, Pre); */
	s[i].time = now;
	s[i].order = uses;
	/*@ assert places: \forall integer k; s[k].place == \at(s[k].place, Pre); */
	/*@ assert orders: \forall integer k; k != i ==> s[k].order == \at(s[k].order, Pre); */
	/*@ assert times:  \forall integer k; 0 <= k < cap && k != i ==> s[k].time == \at(s[k].time, Pre); */
	/*@ assert mine:   s[i].order == uses && s[i].time == now && s[i].prev == newest && s[i].next == cap; */
	/*@ assert nexts:  \forall integer k; 0 <= k < cap && k != i ==>
	            s[k].next == (k == newest ? i : \at(s[k].next, Pre)); */
	/*@ assert prevs:  \forall integer k; 0 <= k < cap && k != i ==> s[k].prev == \at(s[k].prev, Pre); */
	/*@ assert below:  \forall integer k; slot_in(s, cap, left, i, k) ==> s[k].order < uses && s[k].time <= now; */
	/*@ assert sorted: slot_sorted(s, cap, left, i); */
	/*@ assert near:   slot_prevs(s, cap, left, i); */
	/*@ assert after:  \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[j].order < s[k].order ==> s[j].next < cap && s[s[j].next].order <= s[k].order; */
	/*@ assert before: \forall integer j, k; slot_in(s, cap, left, i, j) && slot_in(s, cap, left, i, k) &&
	            s[k].order < s[j].order ==> s[j].prev < cap && s[k].order <= s[s[j].prev].order; */
	/*@ assert least:  \forall integer k; slot_in(s, cap, left, i, k) ==>
	            newest != cap && s[oldest].order <= s[k].order; */
	/*@ assert last:   \forall integer k; slot_in(s, cap, left, i, k) ==>
	            newest != cap && s[k].order <= s[newest].order; */
	/*@ assert whole:  \forall integer k; slot_in(s, cap, left, cap, k) ==> k == i || slot_in(s, cap, left, i, k); */
	/*@ assert step:   \forall integer k; slot_in(s, cap, left, i, k) ==> s[k].next < cap && s[s[k].next].order <= uses; */
	/*@ assert back:   \forall integer k; slot_in(s, cap, left, i, k) ==>
	            s[i].prev < cap && s[k].order <= s[s[i].prev].order; */
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

	/*@ assert bounds: left <= place < cap && first < cap; */
	/*@ assert first:  s[first].place == left && s[place].at == i; */
	s[first].place = place;
	s[place].at = first;
	s[i].place = left;
	s[left].at = i;
	/*@ assert nexts:  \forall integer k; s[k].next == \at(s[k].next, Pre); */
	/*@ assert prevs:  \forall integer k; s[k].prev == \at(s[k].prev, Pre); */
	/*@ assert places: \forall integer k; 0 <= k < cap ==>
	            s[k].place == (k == i ? left : k == first ? place : \at(s[k].place, Pre)); */
	/*@ assert ats:    \forall integer k; 0 <= k < cap ==>
	            s[k].at == (k == left ? i : k == place ? first : \at(s[k].at, Pre)); */
	/*@ assert in:     \forall integer k; slot_in(s, cap, left + 1, cap, k) <==> slot_in{Pre}(s, cap, left, i, k); */
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
