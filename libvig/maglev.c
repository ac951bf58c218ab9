/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/maglev.h"

#include <assert.h>

#include "libvig/maglev_object.h"
#include "libvig/vig_object.h"

/* A bijection of words that spreads every bit (the finaliser of SplitMix64). */
/*@ terminates \true; assigns \nothing; */
static uint64_t
maglev_mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t
maglev_hash(const uint64_t *word, uint64_t words)
{
	uint64_t hash = words;

	for (uint64_t i = 0; i < words; i++)
		hash = maglev_mix(hash * 0x9e3779b97f4a7c15u + word[i]);
	return maglev_mix(hash);
}

static bool
maglev_is_prime(uint64_t n)
{
	for (uint64_t d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return n > 1;
}

static void
maglev_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct maglev *m = object;

	(void)now;
	figures->capacity = m->backends;
	for (uint32_t b = 0; b < m->backends; b++)
		figures->live += m->turn[b].weight > 0;
}

static const struct vig_kind maglev_kind = { "maglev", maglev_figures, NULL, NULL };

uint64_t
maglev_prime(uint64_t least)
{
	uint64_t n = least;

	while (n <= MAGLEV_MAX_SIZE && !maglev_is_prime(n))
		n++;
	return n;
}

struct maglev *
maglev_make(struct vig *vig, uint64_t backends, uint64_t size)
{
	struct maglev *m;

	if (size > MAGLEV_MAX_SIZE || !maglev_is_prime(size) || backends == 0 || backends > MAGLEV_MAX_BACKENDS ||
		backends > size)
		return NULL;
	m = vig_alloc(vig, sizeof *m);
	if (m == NULL)
		return NULL;
	m->size = (uint32_t)size;
	m->backends = (uint32_t)backends;
	m->entry = vig_alloc(vig, size * sizeof m->entry[0]);
	m->turn = vig_alloc(vig, backends * sizeof m->turn[0]);
	if (m->entry == NULL || m->turn == NULL)
		return NULL;
	maglev_fill(m);
	return m;
}

struct maglev *
maglev_new(struct vig *vig, const char *name, uint64_t backends, uint64_t size)
{
	struct vig_block *before = vig_newest(vig);
	struct maglev *m = maglev_make(vig, backends, size);

	if (m == NULL || !vig_add(vig, name, &maglev_kind, m)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return m;
}

void
maglev_set(struct maglev *m, uint64_t backend, uint64_t name, uint64_t weight)
{
	struct maglev_turn *turn = &m->turn[backend];

	assert(backend < m->backends);
	assert(weight <= MAGLEV_MAX_WEIGHT);
	turn->name = name;
	turn->weight = weight;
	turn->start = maglev_mix(name) % m->size;
	turn->skip = maglev_mix(~name) % (m->size - 1) + 1;
}

/* The first free entry of all; == size: none is. */
/*@ requires memory: \valid_read(entry + (0 .. size - 1));
    terminates \true;
    assigns  \nothing;
    ensures  range:  \result <= size;
    ensures  free:   \result < size ==> entry[\result] == MAGLEV_NONE;
    ensures  none:   \result == size ==> \forall integer i; 0 <= i < size ==> entry[i] != MAGLEV_NONE; */
static uint32_t
maglev_first_free(const uint32_t *entry, uint32_t size)
{
	uint32_t i = 0;

	/*@ loop invariant range: 0 <= i <= size;
	    loop invariant taken: \forall integer k; 0 <= k < i ==> entry[k] != MAGLEV_NONE;
	    loop assigns   i;
	    loop variant   size - i; */
	while (i < size && entry[i] != MAGLEV_NONE)
		i++;
	return i;
}

/* The first free entry in an order, from `at`. For a prime size and 0 < skip < size, any size entries in a row of
 * the order are all entries, so one that is free is met. The proof does not know that: should none be met, the first free
 * one of all is taken. == size: none is free. */
/*@ requires memory: 1 <= size <= MAGLEV_MAX_SIZE && \valid_read(entry + (0 .. size - 1));
    requires order:  at < size && skip < size;
    terminates \true;
    assigns  \nothing;
    ensures  range:  \result <= size;
    ensures  free:   \result < size ==> entry[\result] == MAGLEV_NONE;
    ensures  none:   \result == size ==> \forall integer i; 0 <= i < size ==> entry[i] != MAGLEV_NONE; */
static uint32_t
maglev_next_free(const uint32_t *entry, uint32_t size, uint64_t at, uint64_t skip)
{
	/*@ loop invariant range: 0 <= n <= size && at < size;
	    loop assigns   n, at;
	    loop variant   size - n; */
	for (uint32_t n = 0; n < size; n++) {
		if (entry[at] == MAGLEV_NONE)
			return (uint32_t)at;
		at = at + skip < size ? at + skip : at + skip - size;
	}
	return maglev_first_free(entry, size);
}

/* If a value is counted among the first n entries, one of them has it. */
/*@ ghost
  /@ requires some:  maglev_count(entry, n, value) > 0;
     requires read:  \valid_read(entry + (0 .. n - 1));
     terminates \true;
     assigns  \nothing;
     ensures  there: 0 <= \result < n && entry[\result] == value; @/
  uint32_t maglev_witness(const uint32_t *entry, uint32_t n, uint32_t value)
  {
    uint32_t i = 0;

    /@ loop invariant range: 0 <= i < n;
       loop invariant count: maglev_count(entry, i, value) == 0;
       loop assigns i;
       loop variant n - i; @/
    while (entry[i] != value)
      i++;
    return i;
  }
*/

/* Gives a free entry to a backend. */
/*@ requires memory: \valid(entry + (0 .. size - 1));
    requires free:   i < size && entry[i] == MAGLEV_NONE;
    requires owner:  backend != MAGLEV_NONE;
    terminates \true;
    assigns  entry[i];
    ensures  given:  entry[i] == backend;
    ensures  bound:  \forall integer v; 0 <= maglev_count(entry, size, v) <= size;
    ensures  count:  \forall integer v; maglev_count(entry, size, v) == \old(maglev_count(entry, size, v)) +
                     (v == backend ? 1 : v == MAGLEV_NONE ? -1 : 0); */
static void
maglev_give(uint32_t *entry, uint32_t i, uint32_t backend) /*@ ghost (uint32_t size) */
{
	entry[i] = backend;
	/*@ ghost
	  /@ loop invariant range: 0 <= n <= size;
	     loop invariant bound: \forall integer v; 0 <= maglev_count(entry, n, v) <= n;
	     loop invariant count: \forall integer v; maglev_count(entry, n, v) == maglev_count{Pre}(entry, n, v) +
	                           (i >= n ? 0 : v == backend ? 1 : v == MAGLEV_NONE ? -1 : 0);
	     loop assigns n;
	     loop variant size - n; @/
	  for (uint32_t n = 0; n < size; n++)
	    ;
	*/
}

/* Notes that a backend took an entry: the next in its order is looked at the next time. */
/*@ requires memory: \valid(turn + b) && 1 <= size <= MAGLEV_MAX_SIZE && i < size;
    requires order:  turn[b].skip < size;
    requires taken:  turn[b].taken < size;
    terminates \true;
    assigns  turn[b].at, turn[b].taken;
    ensures  at:     turn[b].at < size;
    ensures  taken:  turn[b].taken == \old(turn[b].taken) + 1; */
static void
maglev_advance(struct maglev_turn *turn, uint32_t b, uint32_t size, uint64_t i)
{
	const uint64_t next = i + turn[b].skip;

	turn[b].at = next < size ? next : next - size;
	turn[b].taken++;
}

/* Gives a backend the entry that is next in its order. One must be free. */
/*@ requires memory:  maglev_memory(entry, size, turn, backends);
    requires turns:   maglev_turns(turn, backends, size);
    requires backend: b < backends && turn[b].weight > 0;
    requires free:    maglev_count(entry, size, MAGLEV_NONE) > 0;
    requires owned:   maglev_owned(entry, size, turn, backends);
    requires counted: maglev_counted(entry, size, turn, backends);
    terminates \true;
    assigns  entry[0 .. size - 1], turn[b].at, turn[b].taken;
    ensures  turns:   maglev_turns(turn, backends, size);
    ensures  owned:   maglev_owned(entry, size, turn, backends);
    ensures  counted: maglev_counted(entry, size, turn, backends);
    ensures  taken:   turn[b].taken == \old(turn[b].taken) + 1;
    ensures  free:    maglev_count(entry, size, MAGLEV_NONE) == \old(maglev_count(entry, size, MAGLEV_NONE)) - 1; */
static void
maglev_claim(uint32_t *entry, uint32_t size, struct maglev_turn *turn, uint32_t b) /*@ ghost (uint32_t backends) */
{
	const uint32_t i = maglev_next_free(entry, size, turn[b].at, turn[b].skip);

	/*@ ghost maglev_witness(entry, size, MAGLEV_NONE); */
	/*@ assert found: i < size; */
	maglev_give(entry, i, b) /*@ ghost (size) */;
	/*@ assert bound: turn[b].taken < size; */
	maglev_advance(turn, b, size, i);
}

/* A backend earns its weight. True: that pays for a turn. */
/*@ requires memory: \valid(turn + b) && most <= MAGLEV_MAX_WEIGHT;
    requires weight: turn[b].weight <= most;
    requires due:    maglev_due(turn[b].taken, turn[b].credit, turn[b].weight, most, r);
    terminates \true;
    assigns  turn[b].credit;
    ensures  heavy:  turn[b].weight == most ==> \result == true;
    ensures  there:  \result == true ==> turn[b].weight > 0;
    ensures  pays:   \result == true ==>
                     maglev_due(turn[b].taken + 1, turn[b].credit, turn[b].weight, most, r + 1);
    ensures  saves:  \result == false ==> maglev_due(turn[b].taken, turn[b].credit, turn[b].weight, most, r + 1); */
static bool
maglev_earn(struct maglev_turn *turn, uint32_t b, uint64_t most) /*@ ghost (uint64_t r) */
{
	const uint64_t credit = turn[b].credit + turn[b].weight;
	const bool pays = credit >= most;

	/*@ assert more: (turn[b].taken + 1) * most == turn[b].taken * most + most &&
	            (r + 1) * turn[b].weight == r * turn[b].weight + turn[b].weight; */
	turn[b].credit = pays ? credit - most : credit;
	return pays;
}

/* A backend's part of a round: it earns its weight, and takes a turn if that pays for one. `left` entries are free;
 * answers how many are then. */
/*@ requires memory:  maglev_memory(entry, size, turn, backends);
    requires turns:   maglev_turns(turn, backends, size);
    requires most:    0 < most <= MAGLEV_MAX_WEIGHT;
    requires backend: b < backends && turn[b].weight <= most;
    requires owned:   maglev_owned(entry, size, turn, backends);
    requires counted: maglev_counted(entry, size, turn, backends);
    requires left:    left > 0 && left == maglev_count(entry, size, MAGLEV_NONE);
    requires before:  maglev_even(turn, 0, b, most, r + 1);
    requires after:   maglev_even(turn, b, backends, most, r);
    terminates \true;
    assigns  entry[0 .. size - 1], turn[0 .. backends - 1];
    ensures  turns:   maglev_turns(turn, backends, size);
    ensures  weights: \forall integer k; 0 <= k < backends ==> turn[k].weight == \old(turn[k].weight);
    ensures  owned:   maglev_owned(entry, size, turn, backends);
    ensures  counted: maglev_counted(entry, size, turn, backends);
    ensures  left:    0 <= \result <= left && \result == maglev_count(entry, size, MAGLEV_NONE);
    ensures  heavy:   turn[b].weight == most ==> \result < left;
    ensures  before:  maglev_even(turn, 0, b + 1, most, r + 1);
    ensures  after:   maglev_even(turn, b + 1, backends, most, r); */
static uint32_t
maglev_play(uint32_t *entry, uint32_t size, struct maglev_turn *turn, uint32_t b, uint64_t most, uint32_t left)
	/*@ ghost (uint32_t backends, uint64_t r) */
{
	if (!maglev_earn(turn, b, most) /*@ ghost (r) */)
		return left;
	maglev_claim(entry, size, turn, b) /*@ ghost (backends) */;
	return left - 1;
}

/* Each backend earns its weight, and takes a turn if that pays for one. `left` entries are free; answers how many are
 * then: fewer, since the heaviest takes a turn. */
/*@ requires memory:  maglev_memory(entry, size, turn, backends);
    requires turns:   maglev_turns(turn, backends, size);
    requires most:    0 < most <= MAGLEV_MAX_WEIGHT;
    requires weights: \forall integer b; 0 <= b < backends ==> turn[b].weight <= most;
    requires heavy:   \exists integer b; 0 <= b < backends && turn[b].weight == most;
    requires owned:   maglev_owned(entry, size, turn, backends);
    requires counted: maglev_counted(entry, size, turn, backends);
    requires left:    left > 0 && left == maglev_count(entry, size, MAGLEV_NONE);
    requires even:    maglev_even(turn, 0, backends, most, r);
    terminates \true;
    assigns  entry[0 .. size - 1], turn[0 .. backends - 1];
    ensures  turns:   maglev_turns(turn, backends, size);
    ensures  weights: \forall integer b; 0 <= b < backends ==> turn[b].weight == \old(turn[b].weight);
    ensures  owned:   maglev_owned(entry, size, turn, backends);
    ensures  counted: maglev_counted(entry, size, turn, backends);
    ensures  fewer:   \result < left;
    ensures  left:    \result == maglev_count(entry, size, MAGLEV_NONE);
    ensures  even:    \result > 0 ==> maglev_even(turn, 0, backends, most, r + 1);
    ensures  fair:    maglev_fair(turn, backends, most, r + 1); */
static uint32_t
maglev_round(uint32_t *entry, uint32_t size, struct maglev_turn *turn, uint32_t backends, uint64_t most, uint32_t left)
	/*@ ghost (uint64_t r) */
{
	/*@ loop invariant range:   0 <= b <= backends;
	    loop invariant turns:   maglev_turns(turn, backends, size);
	    loop invariant weights: \forall integer k; 0 <= k < backends ==> turn[k].weight == \at(turn[k].weight, Pre);
	    loop invariant owned:   maglev_owned(entry, size, turn, backends);
	    loop invariant counted: maglev_counted(entry, size, turn, backends);
	    loop invariant left:    0 <= left == maglev_count(entry, size, MAGLEV_NONE);
	    loop invariant before:  maglev_even(turn, 0, b, most, r + 1);
	    loop invariant after:   maglev_even(turn, b, backends, most, r);
	    loop invariant fewer:   left <= \at(left, Pre);
	    loop invariant heavy:   \forall integer k; 0 <= k < b && turn[k].weight == most ==> left < \at(left, Pre);
	    loop assigns   b, left, entry[0 .. size - 1], turn[0 .. backends - 1];
	    loop variant   backends - b; */
	for (uint32_t b = 0; b < backends && left > 0; b++)
		left = maglev_play(entry, size, turn, b, most, left) /*@ ghost (backends, r) */;
	return left;
}

/* All entries free, and every backend at the start of its order. */
/*@ requires memory:  maglev_memory(entry, size, turn, backends);
    requires turns:   maglev_turns(turn, backends, size);
    terminates \true;
    assigns  entry[0 .. size - 1], turn[0 .. backends - 1];
    ensures  turns:   maglev_turns(turn, backends, size);
    ensures  weights: \forall integer b; 0 <= b < backends ==> turn[b].weight == \old(turn[b].weight);
    ensures  free:    \forall integer i; 0 <= i < size ==> entry[i] == MAGLEV_NONE;
    ensures  count:   \forall integer v; maglev_count(entry, size, v) == (v == MAGLEV_NONE ? size : 0);
    ensures  none:    \forall integer b; 0 <= b < backends ==> turn[b].taken == 0 && turn[b].credit == 0; */
static void
maglev_clear(uint32_t *entry, uint32_t size, struct maglev_turn *turn, uint32_t backends)
{
	/*@ loop invariant range: 0 <= i <= size;
	    loop invariant free:  \forall integer k; 0 <= k < i ==> entry[k] == MAGLEV_NONE;
	    loop assigns   i, entry[0 .. size - 1];
	    loop variant   size - i; */
	for (uint32_t i = 0; i < size; i++)
		entry[i] = MAGLEV_NONE;
	/*@ loop invariant range:   0 <= b <= backends;
	    loop invariant turns:   maglev_turns(turn, backends, size);
	    loop invariant weights: \forall integer k; 0 <= k < backends ==> turn[k].weight == \at(turn[k].weight, Pre);
	    loop invariant none:    \forall integer k; 0 <= k < b ==> turn[k].taken == 0 && turn[k].credit == 0;
	    loop assigns   b, turn[0 .. backends - 1];
	    loop variant   backends - b; */
	for (uint32_t b = 0; b < backends; b++) {
		turn[b].at = turn[b].start;
		turn[b].credit = 0;
		turn[b].taken = 0;
	}
	/*@ ghost
	  /@ loop invariant range: 0 <= n <= size;
	     loop invariant count: \forall integer v; maglev_count(entry, n, v) == (v == MAGLEV_NONE ? n : 0);
	     loop assigns n;
	     loop variant size - n; @/
	  for (uint32_t n = 0; n < size; n++)
	    ;
	*/
}

/* The highest weight. */
/*@ requires memory:  1 <= backends <= MAGLEV_MAX_BACKENDS && \valid_read(turn + (0 .. backends - 1));
    terminates \true;
    assigns  \nothing;
    ensures  most:    \forall integer b; 0 <= b < backends ==> turn[b].weight <= \result;
    ensures  heavy:   \exists integer b; 0 <= b < backends && turn[b].weight == \result; */
static uint64_t
maglev_heaviest(const struct maglev_turn *turn, uint32_t backends)
{
	uint64_t most = turn[0].weight;

	/*@ loop invariant range: 1 <= b <= backends;
	    loop invariant most:  \forall integer k; 0 <= k < b ==> turn[k].weight <= most;
	    loop invariant heavy: \exists integer k; 0 <= k < b && turn[k].weight == most;
	    loop assigns   b, most;
	    loop variant   backends - b; */
	for (uint32_t b = 1; b < backends; b++)
		if (turn[b].weight > most)
			most = turn[b].weight;
	return most;
}

/* Rounds until the table is full. */
/*@ requires memory:  maglev_memory(entry, size, turn, backends);
    requires turns:   maglev_turns(turn, backends, size);
    requires most:    0 < most <= MAGLEV_MAX_WEIGHT;
    requires weights: \forall integer b; 0 <= b < backends ==> turn[b].weight <= most;
    requires heavy:   \exists integer b; 0 <= b < backends && turn[b].weight == most;
    requires free:    \forall integer i; 0 <= i < size ==> entry[i] == MAGLEV_NONE;
    requires count:   \forall integer v; maglev_count(entry, size, v) == (v == MAGLEV_NONE ? size : 0);
    requires none:    \forall integer b; 0 <= b < backends ==> turn[b].taken == 0 && turn[b].credit == 0;
    terminates \true;
    assigns  entry[0 .. size - 1], turn[0 .. backends - 1];
    ensures  turns:   maglev_turns(turn, backends, size);
    ensures  weights: \forall integer b; 0 <= b < backends ==> turn[b].weight == \old(turn[b].weight);
    ensures  full:    maglev_full(entry, size, turn, backends);
    ensures  counted: maglev_counted(entry, size, turn, backends);
    ensures  fair:    \exists integer r; maglev_fair(turn, backends, most, r); */
static void
maglev_rounds(uint32_t *entry, uint32_t size, struct maglev_turn *turn, uint32_t backends, uint64_t most)
{
	uint32_t left = size;

	/*@ ghost uint64_t r = 0; */
	/*@ loop invariant turns:   maglev_turns(turn, backends, size);
	    loop invariant weights: \forall integer k; 0 <= k < backends ==> turn[k].weight == \at(turn[k].weight, Pre);
	    loop invariant owned:   maglev_owned(entry, size, turn, backends);
	    loop invariant counted: maglev_counted(entry, size, turn, backends);
	    loop invariant left:    0 <= left == maglev_count(entry, size, MAGLEV_NONE);
	    loop invariant rounds:  0 <= r && r + left <= size;
	    loop invariant even:    left > 0 ==> maglev_even(turn, 0, backends, most, r);
	    loop invariant fair:    maglev_fair(turn, backends, most, r);
	    loop assigns   left, r, entry[0 .. size - 1], turn[0 .. backends - 1];
	    loop variant   left; */
	while (left > 0) {
		left = maglev_round(entry, size, turn, backends, most, left) /*@ ghost (r) */;
		/*@ ghost r = r + 1; */
	}
	/*@ ghost
	  /@ loop invariant range: 0 <= n <= size;
	     loop invariant count: 0 <= maglev_count(entry, n, MAGLEV_NONE);
	     loop invariant none:  maglev_count(entry, n, MAGLEV_NONE) > 0 ||
	                           \forall integer i; 0 <= i < n ==> entry[i] != MAGLEV_NONE;
	     loop assigns n;
	     loop variant size - n; @/
	  for (uint32_t n = 0; n < size; n++)
	    ;
	*/
}

bool
maglev_fill(struct maglev *m)
{
	const uint64_t most = maglev_heaviest(m->turn, m->backends);

	maglev_clear(m->entry, m->size, m->turn, m->backends);
	if (most == 0)
		return false;
	maglev_rounds(m->entry, m->size, m->turn, m->backends, most);
	return true;
}

/* The entry at part / 2^32 of the way. */
/*@ requires part:   0 <= part < 4294967296;
    requires size:   1 <= size <= MAGLEV_MAX_SIZE;
    terminates \true;
    assigns  \nothing;
    ensures  scaled: \result == part * size / 4294967296;
    ensures  below:  \result < size; */
static uint64_t
maglev_scale(uint64_t part, uint64_t size)
{
	/*@ assert most: 0 <= part * size <= 4294967295 * size; */
	return part * size / 4294967296u;
}

bool
maglev_find(const struct maglev *m, uint64_t hash, uint32_t *backend)
{
	const uint64_t part = hash / 4294967296u, size = m->size;
	uint64_t index;
	uint32_t found;

	/*@ assert part:  0 <= part < 4294967296 && 1 <= size <= MAGLEV_MAX_SIZE; */
	index = maglev_scale(part, size);
	found = m->entry[index];
	if (found == MAGLEV_NONE)
		return false;
	*backend = found;
	return true;
}
