/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/slot_pool.h"

#include <assert.h>

#include "libvig/logic/slot_pool.h"
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

/* Makes two slots neighbours in the order of use; cap: there is none on that side. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires slots:  prev <= cap && next <= cap;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_same_row{Pre,Post}(s, cap);
    ensures  uses:   slot_same_uses{Pre,Post}(s, cap, cap);
    ensures  tied:   slot_tied{Pre,Post}(s, cap, cap, prev, next); */
static inline void
slot_pool_tie(struct slot_pool_slot *s, uint32_t cap, uint32_t prev, uint32_t next)
{
	if (prev != cap)
		s[prev].next = next;
	if (next != cap)
		s[next].prev = prev;
}

/* Notes a slot's use, the last of all. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY && i < cap;
    terminates \true;
    assigns  s[i];
    ensures  row:    slot_same_row{Pre,Post}(s, cap);
    ensures  others: slot_same_uses{Pre,Post}(s, cap, i);
    ensures  links:  slot_tied{Pre,Post}(s, cap, i, cap, cap);
    ensures  last:   s[i].next == cap && s[i].prev == \old(s[i].prev);
    ensures  used:   s[i].time == now && s[i].order == uses; */
static inline void
slot_pool_mark(struct slot_pool_slot *s, uint32_t cap, uint32_t i, uint64_t now, uint64_t uses)
{
	s[i].next = cap;
	s[i].time = now;
	s[i].order = uses;
}

/* Takes a lent slot out of the order of use. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires line:   slot_line(s, cap, left, cap, oldest, newest, uses, latest);
    requires lent:   slot_in(s, cap, left, cap, i);
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_same_row{Pre,Post}(s, cap);
    ensures  uses:   slot_same_uses{Pre,Post}(s, cap, cap);
    ensures  line:   slot_line(s, cap, left, i, \result.oldest, \result.newest, uses, latest); */
static struct slot_pool_ends
slot_pool_leave(struct slot_pool_slot *s, uint32_t cap, uint32_t oldest, uint32_t newest, uint32_t i)
	/*@ ghost (uint32_t left, uint64_t uses, uint64_t latest) */
{
	const uint32_t prev = s[i].prev, next = s[i].next;
	const struct slot_pool_ends ends = { prev == cap ? next : oldest, next == cap ? prev : newest };

	/*@ assert across: slot_across(s, cap, left, i); */
	slot_pool_tie(s, cap, prev, next);
	/*@ assert left:   slot_left{Pre,Here}(s, cap, left, i); */
	return ends;
}

/* Puts a lent slot that is not in it at the end of the order of use. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires line:   slot_line(s, cap, left, i, oldest, newest, uses, latest);
    requires slot:   0 <= i < cap && s[i].place >= left;
    requires time:   latest <= now;
    requires life:   uses < 18446744073709551615;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_same_row{Pre,Post}(s, cap);
    ensures  uses:   slot_same_uses{Pre,Post}(s, cap, i) && s[i].time == now;
    ensures  line:   slot_line(s, cap, left, cap, \result.oldest, \result.newest, uses + 1, now); */
static struct slot_pool_ends
slot_pool_join(struct slot_pool_slot *s, uint32_t cap, uint32_t oldest, uint32_t newest, uint32_t i, uint64_t now,
	uint64_t uses)
	/*@ ghost (uint32_t left, uint64_t latest) */
{
	const struct slot_pool_ends ends = { newest == cap ? i : oldest, i };

	slot_pool_tie(s, cap, newest, i);
	slot_pool_mark(s, cap, i, now, uses);
	/*@ assert joined: slot_joined{Pre,Here}(s, cap, left, i, newest, uses, now); */
	return ends;
}

/* Stands a slot at a place of the row. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY && i < cap && place < cap;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  uses:   slot_same_uses{Pre,Post}(s, cap, cap);
    ensures  links:  slot_tied{Pre,Post}(s, cap, cap, cap, cap);
    ensures  placed: slot_placed{Pre,Post}(s, cap, i, place); */
static inline void
slot_pool_stand(struct slot_pool_slot *s, uint32_t i, uint32_t place) /*@ ghost (uint32_t cap) */
{
	s[i].place = place;
	s[place].at = i;
}

/* Makes a slot that is out of the order of use free: it changes places with the first of the lent ones. */
/*@ requires memory: \valid(s + (0 .. cap - 1)) && 1 <= cap <= SLOT_POOL_MAX_CAPACITY;
    requires row:    slot_row(s, cap);
    requires line:   slot_line(s, cap, left, i, oldest, newest, uses, latest);
    requires slot:   0 <= i < cap && s[i].place >= left;
    terminates \true;
    assigns  s[0 .. cap - 1];
    ensures  row:    slot_row(s, cap);
    ensures  free:   s[i].place < left + 1;
    ensures  stay:   slot_stay{Pre,Post}(s, cap, left, i, left + 1, cap);
    ensures  line:   slot_line(s, cap, left + 1, cap, oldest, newest, uses, latest); */
static void
slot_pool_free(struct slot_pool_slot *s, uint32_t left, uint32_t i)
	/*@ ghost (uint32_t cap, uint32_t oldest, uint32_t newest, uint64_t uses, uint64_t latest) */
{
	const uint32_t place = s[i].place;
	/*@ assert bounds: left <= place < cap; */
	const uint32_t first = s[left].at;

	/*@ assert first:  s[first].place == left && s[place].at == i; */
	slot_pool_stand(s, first, place) /*@ ghost (cap) */;
	slot_pool_stand(s, i, left) /*@ ghost (cap) */;
	/*@ assert uses:   slot_same_uses{Pre,Here}(s, cap, cap); */
	/*@ assert links:  slot_tied{Pre,Here}(s, cap, cap, cap, cap); */
	/*@ assert places: \forall integer k; 0 <= k < cap ==>
	            s[k].place == (k == i ? left : k == first ? place : \at(s[k].place, Pre)); */
	/*@ assert in:     \forall integer k; slot_in{Pre}(s, cap, left, i, k) <==> slot_in(s, cap, left + 1, cap, k); */
	/*@ assert ats:    \forall integer k; 0 <= k < cap ==>
	            s[k].at == (k == left ? i : k == place ? first : \at(s[k].at, Pre)); */
	/*@ assert stay:   slot_stay{Pre,Here}(s, cap, left, i, left + 1, cap); */
}

/* Enters what became of the order of use and of the row. */
/*@ requires memory: slot_memory(p) && left <= p->capacity;
    requires row:    slot_row(p->slot, p->capacity);
    requires line:   slot_line(p->slot, p->capacity, left, p->capacity, ends.oldest, ends.newest, uses, latest);
    terminates \true;
    assigns  p->left, p->oldest, p->newest, p->uses, p->latest;
    ensures  pool:   SlotPool(p);
    ensures  left:   p->left == left;
    ensures  lent:   \forall integer k;
                     slot_pool_lent(p, k) <==> slot_in{Pre}(p->slot, p->capacity, left, p->capacity, k);
    ensures  row:    slot_same_row{Pre,Post}(p->slot, p->capacity);
    ensures  used:   slot_same_uses{Pre,Post}(p->slot, p->capacity, p->capacity); */
static inline void
slot_pool_enter(struct slot_pool *p, uint32_t left, struct slot_pool_ends ends, uint64_t uses, uint64_t latest)
{
	p->left = left;
	p->oldest = ends.oldest;
	p->newest = ends.newest;
	p->uses = uses;
	p->latest = latest;
	/*@ assert row:  slot_same_row{Pre,Here}(p->slot, p->capacity); */
	/*@ assert uses: slot_same_uses{Pre,Here}(p->slot, p->capacity, p->capacity); */
	/*@ assert same: slot_tied{Pre,Here}(p->slot, p->capacity, p->capacity, p->capacity, p->capacity); */
	/*@ assert stay: slot_stay{Pre,Here}(p->slot, p->capacity, left, p->capacity, left, p->capacity); */
}

/* Counts a number that was asked for in vain. */
/*@ requires pool:   SlotPool(p);
    terminates \true;
    assigns  p->refused;
    ensures  pool:   SlotPool(p);
    ensures  alike:  \forall integer k; slot_pool_alike{Pre,Post}(p, k); */
static inline void
slot_pool_refuse(struct slot_pool *p)
{
	p->refused++;
	/*@ assert row:  slot_same_row{Pre,Here}(p->slot, p->capacity); */
	/*@ assert uses: slot_same_uses{Pre,Here}(p->slot, p->capacity, p->capacity); */
	/*@ assert same: slot_tied{Pre,Here}(p->slot, p->capacity, p->capacity, p->capacity, p->capacity); */
	/*@ assert stay: slot_stay{Pre,Here}(p->slot, p->capacity, p->left, p->capacity, p->left, p->capacity); */
}

/* Tells the caller a number: nothing of the pool. */
/*@ requires pool:   SlotPool(p);
    requires out:    \valid(slot) && \separated(slot, p, p->slot + (0 .. p->capacity - 1));
    terminates \true;
    assigns  *slot;
    ensures  told:   *slot == i;
    ensures  pool:   SlotPool(p);
    ensures  who:    \forall integer k; slot_pool_lent{Pre}(p, k) <==> slot_pool_lent(p, k);
    ensures  last:   \forall integer k; slot_pool_lent(p, k) ==> slot_pool_last{Pre}(p, k) == slot_pool_last(p, k); */
static inline void
slot_pool_tell(uint32_t *slot, uint32_t i) /*@ ghost (struct slot_pool *p) */
{
	*slot = i;
	/*@ assert row:  slot_same_row{Pre,Here}(p->slot, p->capacity); */
	/*@ assert uses: slot_same_uses{Pre,Here}(p->slot, p->capacity, p->capacity); */
	/*@ assert same: slot_tied{Pre,Here}(p->slot, p->capacity, p->capacity, p->capacity, p->capacity); */
	/*@ assert stay: slot_stay{Pre,Here}(p->slot, p->capacity, p->left, p->capacity, p->left, p->capacity); */
}

bool
slot_pool_take(struct slot_pool *p, uint64_t now, uint32_t *slot)
{
	struct slot_pool_slot *const s = p->slot;
	const uint32_t cap = p->capacity;
	struct slot_pool_ends ends;
	uint32_t left, i;

	assert(p->latest <= now);
	if (p->left == 0) {
		/*@ assert none: \forall integer k; 0 <= k < cap ==> slot_pool_lent(p, k); */
		slot_pool_refuse(p);
		return false;
	}
	left = p->left - 1;
	i = s[left].at;
	/*@ assert left:  left == p->left - 1 && left < cap; */
	/*@ assert free:  i < cap && s[i].place == left && !slot_pool_lent(p, i); */
	/*@ assert alone: \forall integer k; 0 <= k < cap && s[k].place == left ==> k == i; */
	/*@ assert in:    \forall integer k; slot_in(s, cap, p->left, cap, k) <==> slot_in(s, cap, left, i, k); */
	/*@ assert stay:  slot_stay{Here,Here}(s, cap, p->left, cap, left, i); */
	/*@ assert line:  slot_line(s, cap, left, i, p->oldest, p->newest, p->uses, p->latest); */
	ends = slot_pool_join(s, cap, p->oldest, p->newest, i, now, p->uses) /*@ ghost (left, p->latest) */;
	/*@ assert pool: p->slot == s && p->capacity == cap && p->uses == \at(p->uses, Pre); */
	/*@ assert row:  slot_row(s, cap); */
	/*@ assert rows: slot_same_row{Pre,Here}(s, cap); */
	slot_pool_enter(p, left, ends, p->uses + 1, now);
	/*@ assert lent:   slot_pool_lent(p, i) && slot_pool_last(p, i) == now; */
	/*@ assert places: slot_same_row{Pre,Here}(s, cap); */
	/*@ assert who:    \forall integer k; k != i ==> (slot_pool_lent{Pre}(p, k) <==> slot_pool_lent(p, k)); */
	/*@ assert last:   \forall integer k; k != i && slot_pool_lent(p, k) ==>
	            slot_pool_last{Pre}(p, k) == slot_pool_last(p, k); */
	slot_pool_tell(slot, i) /*@ ghost (p) */;
	/*@ assert told:   \forall integer k; k != i ==> slot_pool_alike{Pre,Here}(p, k); */
	return true;
}

bool
slot_pool_use(struct slot_pool *p, uint64_t slot, uint64_t now)
{
	struct slot_pool_slot *const s = p->slot;
	const uint32_t cap = p->capacity, left = p->left, i = (uint32_t)slot;
	struct slot_pool_ends ends;

	assert(slot < p->capacity);
	assert(p->latest <= now);
	if (s[i].place < left)
		return false;
	ends = slot_pool_leave(s, cap, p->oldest, p->newest, i) /*@ ghost (left, p->uses, p->latest) */;
	/*@ assert pool: p->slot == s && p->capacity == cap && p->uses == \at(p->uses, Pre) &&
	            p->latest == \at(p->latest, Pre); */
	ends = slot_pool_join(s, cap, ends.oldest, ends.newest, i, now, p->uses) /*@ ghost (left, p->latest) */;
	/*@ assert pool: p->slot == s && p->capacity == cap && p->uses == \at(p->uses, Pre); */
	/*@ assert row:  slot_same_row{Pre,Here}(s, cap); */
	/*@ assert uses: slot_same_uses{Pre,Here}(s, cap, i); */
	slot_pool_enter(p, left, ends, p->uses + 1, now);
	/*@ assert who:    \forall integer k; slot_pool_lent{Pre}(p, k) <==> slot_pool_lent(p, k); */
	/*@ assert last:   slot_same_uses{Pre,Here}(s, cap, i); */
	/*@ assert others: \forall integer k; k != i ==> slot_pool_alike{Pre,Here}(p, k); */
	return true;
}

bool
slot_pool_give(struct slot_pool *p, uint64_t slot)
{
	struct slot_pool_slot *const s = p->slot;
	const uint32_t cap = p->capacity, left = p->left, i = (uint32_t)slot;
	struct slot_pool_ends ends;

	assert(slot < p->capacity);
	if (s[i].place < left)
		return false;
	ends = slot_pool_leave(s, cap, p->oldest, p->newest, i) /*@ ghost (left, p->uses, p->latest) */;
	/*@ assert pool: p->slot == s && p->capacity == cap && p->uses == \at(p->uses, Pre) &&
	            p->latest == \at(p->latest, Pre); */
	/*@ assert row:  slot_row(s, cap); */
	slot_pool_free(s, left, i) /*@ ghost (cap, ends.oldest, ends.newest, p->uses, p->latest) */;
	/*@ assert pool: p->slot == s && p->capacity == cap && p->uses == \at(p->uses, Pre) &&
	            p->latest == \at(p->latest, Pre); */
	/*@ assert in:   \forall integer k; k != i ==>
	            (slot_in{Pre}(s, cap, left, cap, k) <==> slot_in(s, cap, left + 1, cap, k)); */
	/*@ assert uses: \forall integer k; k != i && slot_in(s, cap, left + 1, cap, k) ==>
	            s[k].time == \at(p->slot[k].time, Pre); */
	/*@ assert more: left < cap && (uint32_t)(left + 1) == left + 1; */
	/*@ assert line: slot_line(p->slot, p->capacity, left + 1, p->capacity, ends.oldest, ends.newest, p->uses,
	            p->latest); */
	slot_pool_enter(p, left + 1, ends, p->uses, p->latest);
	/*@ assert who:    \forall integer k; k != i ==> (slot_pool_lent{Pre}(p, k) <==> slot_pool_lent(p, k)); */
	/*@ assert last:   \forall integer k; k != i && slot_pool_lent(p, k) ==>
	            slot_pool_last{Pre}(p, k) == slot_pool_last(p, k); */
	/*@ assert others: \forall integer k; k != i ==> slot_pool_alike{Pre,Here}(p, k); */
	return true;
}

bool
slot_pool_expire(struct slot_pool *p, uint64_t before, uint32_t *slot)
{
	const uint32_t i = p->oldest;

	/*@ assert least: \forall integer k; slot_in(p->slot, p->capacity, p->left, p->capacity, k) ==>
	            slot_in(p->slot, p->capacity, p->left, p->capacity, i) && p->slot[i].order <= p->slot[k].order; */
	/*@ assert first: \forall integer k; slot_in(p->slot, p->capacity, p->left, p->capacity, k) ==>
	            p->slot[i].time <= p->slot[k].time; */
	if (i == p->capacity || p->slot[i].time >= before) {
		/*@ assert none: \forall integer k; slot_pool_lent(p, k) ==> slot_pool_last(p, k) >= before; */
		return false;
	}
	/*@ assert lent: slot_pool_lent(p, i) && slot_pool_last(p, i) < before; */
	slot_pool_give(p, i);
	/*@ assert others: \forall integer k; k != i ==> slot_pool_alike{Pre,Here}(p, k) &&
	            (slot_pool_lent{Pre}(p, k) <==> slot_pool_lent(p, k)) &&
	            (slot_pool_lent(p, k) ==> slot_pool_last{Pre}(p, k) == slot_pool_last(p, k)); */
	slot_pool_tell(slot, i) /*@ ghost (p) */;
	/*@ assert told:   \forall integer k; k != i ==> slot_pool_alike{Pre,Here}(p, k); */
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
