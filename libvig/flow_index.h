/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_index.h -- from a key's tag to the slots that may hold it: a finite map from slots to tags. Private
 * to libvig.
 *
 * Cells stand in buckets of a cache line. A tag's home is the bucket at tag / 2^32 of the way; what does
 * not fit there goes to the next bucket that has room, round the end. Invariants (FlowIndex):
 *   - tag 0 marks an empty cell, and at least one cell is always empty;
 *   - every bucket from a tag's home up to, not including, the one that holds it is full;
 *   - a slot is in the one cell that holds it, or in none.
 * So a search may stop at the first bucket that is not full. */
#ifndef LIBVIG_FLOW_INDEX_H
#define LIBVIG_FLOW_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(VIG_PLAIN) && !defined(__FRAMAC__)
#include <emmintrin.h>
#endif

/* Cells in a bucket: a multiple of 4, at most 32; fewer only where vectors are not used. 8 make a cache line. */
#ifndef VIG_BUCKET_CELLS
#define VIG_BUCKET_CELLS 8u
#endif

#if !defined(__FRAMAC__) && !defined(VIG_PLAIN) /* Frama-C reads C99 */
_Static_assert(VIG_BUCKET_CELLS % 4 == 0 && VIG_BUCKET_CELLS >= 4 && VIG_BUCKET_CELLS <= 32,
	"a bucket has 4, 8, 12 ... 32 cells");
#endif

struct flow_bucket {
	uint32_t tag[VIG_BUCKET_CELLS];
	uint32_t slot[VIG_BUCKET_CELLS];
};

struct flow_cell {
	uint64_t bucket; /* == buckets: none */
	uint32_t cell;
};

#include "libvig/logic/flow_index.h"

/* How many buckets keep an index of so many slots at most half full: then 99 of 100 keys are at home, and
 * the processor guesses right where the search ends. */
/*@ requires slots: 1 <= slots <= FLOW_INDEX_SLOTS;
    terminates \true;
    assigns  \nothing;
    ensures  half:  2 * slots <= \result * VIG_BUCKET_CELLS;
    ensures  few:   1 <= \result < FLOW_INDEX_BUCKETS; */
static inline uint64_t
flow_index_buckets(uint64_t slots)
{
	uint64_t cells = 2 * slots;

	return (cells + VIG_BUCKET_CELLS - 1) / VIG_BUCKET_CELLS;
}

/*@ requires some:  1 <= buckets < 4294967296;
    terminates \true;
    assigns  \nothing;
    ensures  home:  \result == FlowHome(tag, buckets) < buckets; */
static inline uint64_t
flow_index_home(uint64_t buckets, uint32_t tag)
{
	/*@ assert fits: 0 <= tag * buckets < 4294967296 * 4294967296; */
	return tag * buckets / 4294967296u;
}

/*@ requires at:    at < buckets;
    terminates \true;
    assigns  \nothing;
    ensures  next:  \result == (at + 1 == buckets ? 0 : at + 1); */
static inline uint64_t
flow_index_next(uint64_t buckets, uint64_t at)
{
	return at + 1 == buckets ? 0 : at + 1;
}

/* The first cell from this one on that has this tag; VIG_BUCKET_CELLS: none. The vectors compute what the plain
 * loop says. */
/*@ requires bucket: \valid_read(bucket);
    requires from:  from <= VIG_BUCKET_CELLS;
    terminates \true;
    assigns  \nothing;
    ensures  range: from <= \result <= VIG_BUCKET_CELLS;
    ensures  hit:   \result < VIG_BUCKET_CELLS ==> bucket->tag[\result] == tag;
    ensures  first: \forall integer i; from <= i < \result ==> bucket->tag[i] != tag; */
static inline uint32_t
flow_bucket_find_plain(const struct flow_bucket *bucket, uint32_t tag, uint32_t from)
{
	uint32_t cell = from;

	/*@ loop invariant range:  from <= cell <= VIG_BUCKET_CELLS;
	    loop invariant passed: \forall integer i; from <= i < cell ==> bucket->tag[i] != tag;
	    loop assigns cell;
	    loop variant VIG_BUCKET_CELLS - cell; */
	while (cell < VIG_BUCKET_CELLS && bucket->tag[cell] != tag)
		cell++;
	return cell;
}

#if defined(__SSE2__) && !defined(VIG_PLAIN) && !defined(__FRAMAC__)

static inline uint32_t
flow_bucket_find(const struct flow_bucket *bucket, uint32_t tag, uint32_t from)
{
	const __m128i wanted = _mm_set1_epi32((int)tag);
	uint32_t found = 0;

	for (uint32_t i = 0; i < VIG_BUCKET_CELLS; i += 4) {
		__m128i tags = _mm_loadu_si128((const __m128i *)(const void *)&bucket->tag[i]);
		__m128 same = _mm_castsi128_ps(_mm_cmpeq_epi32(tags, wanted));

		found |= (uint32_t)_mm_movemask_ps(same) << i;
	}
	if (from != 0)
		found = (uint32_t)((uint64_t)found >> from << from);
	return found == 0 ? VIG_BUCKET_CELLS : (uint32_t)__builtin_ctz(found);
}

#else

/*@ requires bucket: \valid_read(bucket);
    requires from:  from <= VIG_BUCKET_CELLS;
    terminates \true;
    assigns  \nothing;
    ensures  range: from <= \result <= VIG_BUCKET_CELLS;
    ensures  hit:   \result < VIG_BUCKET_CELLS ==> bucket->tag[\result] == tag;
    ensures  first: \forall integer i; from <= i < \result ==> bucket->tag[i] != tag; */
static inline uint32_t
flow_bucket_find(const struct flow_bucket *bucket, uint32_t tag, uint32_t from)
{
	return flow_bucket_find_plain(bucket, tag, from);
}

#endif

/*@ requires bucket: \valid_read(bucket + at);
    terminates \true;
    assigns  \nothing;
    ensures  full: \result == true <==> FlowFull(bucket, at); */
static inline bool
flow_bucket_full(const struct flow_bucket *bucket, uint64_t at)
{
	return flow_bucket_find(&bucket[at], 0, 0) == VIG_BUCKET_CELLS;
}

/* Holds a slot under a tag. */
/*@ requires index: FlowIndex(bucket, buckets);
    requires room:  flow_spare.count > 1;
    requires tag:   tag != 0;
    requires slot:  slot < FLOW_INDEX_SLOTS && flow_held[slot] == 0;
    terminates \true;
    assigns  bucket[0 .. buckets - 1], flow_held[slot], flow_at_bucket[slot], flow_at_cell[slot], flow_spare;
    ensures  held:  flow_held[slot] == tag;
    ensures  spare: flow_spare.count == \old(flow_spare.count) - 1;
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  empty:  FlowEmpty(bucket, buckets); */
static inline void
flow_index_put(struct flow_bucket *bucket, uint64_t buckets, uint32_t tag, uint32_t slot)
{
	uint64_t at = flow_index_home(buckets, tag);
	uint32_t cell;

	/*@ ghost uint64_t n = 0; */
	/*@ loop invariant range:  at < buckets;
	    loop invariant n:      n == FlowSteps(FlowHome(tag, buckets), at, buckets) < buckets;
	    loop invariant passed: FlowFullUpTo(bucket, buckets, FlowHome(tag, buckets), n);
	    loop assigns at, cell, n;
	    loop variant buckets - n; */
	while ((cell = flow_bucket_find(&bucket[at], 0, 0)) == VIG_BUCKET_CELLS) {
		/*@ assert full:  FlowFull(bucket, at); */
		/*@ assert spare: bucket[flow_spare.bucket[0]].tag[flow_spare.cell[0]] == 0; */
		/*@ assert open:  !FlowFull(bucket, flow_spare.bucket[0]); */
		at = flow_index_next(buckets, at);
		/*@ ghost n++; */
	}
	/*@ assert empty: flow_spare.place[at][cell] < flow_spare.count; */
	/*@ ghost flow_spare.count--;
	          flow_spare_swap(buckets, flow_spare.place[at][cell], flow_spare.count);
	          flow_held[slot] = tag;
	          flow_at_bucket[slot] = at;
	          flow_at_cell[slot] = cell; */
	bucket[at].tag[cell] = tag;
	bucket[at].slot[cell] = slot;
	/*@ assert here: bucket[at].tag[cell] == tag && bucket[at].slot[cell] == slot; */
	/*@ assert kept: FlowSameBut{Pre,Here}(bucket, buckets, at, cell); */
	/*@ assert full: \forall integer x; 0 <= x < buckets && FlowFull{Pre}(bucket, x) ==> FlowFull(bucket, x); */
	/*@ assert path: \forall integer x; 0 <= x < buckets && FlowThrough(tag, x, at, buckets) ==>
	      FlowFull(bucket, x); */
	/*@ assert paths: \forall integer b, i, x; 0 <= b < buckets && 0 <= i < VIG_BUCKET_CELLS &&
	      !(b == at && i == cell) && 0 <= x < buckets && bucket[b].tag[i] != 0 &&
	      FlowThrough(bucket[b].tag[i], x, b, buckets) ==> FlowFull{Pre}(bucket, x); */
}

/* The cell that holds a slot. */
/*@ requires index: FlowIndex(bucket, buckets);
    requires held:  tag != 0 && slot < FLOW_INDEX_SLOTS && flow_held[slot] == tag;
    terminates \true;
    assigns  \nothing;
    ensures  found: \result.bucket == flow_at_bucket[slot] && \result.cell == flow_at_cell[slot]; */
static inline struct flow_cell
flow_index_cell(const struct flow_bucket *bucket, uint64_t buckets, uint32_t tag, uint32_t slot)
{
	uint64_t at = flow_index_home(buckets, tag);

	/*@ ghost uint64_t n = 0; */
	/*@ loop invariant range:  at < buckets;
	    loop invariant n:      n == FlowSteps(FlowHome(tag, buckets), at, buckets);
	    loop invariant before: n <= FlowSteps(FlowHome(tag, buckets), flow_at_bucket[slot], buckets);
	    loop assigns at, n;
	    loop variant buckets - n; */
	for (;; at = flow_index_next(buckets, at)) {
		uint32_t cell = flow_bucket_find(&bucket[at], tag, 0);

		/*@ loop invariant range:  cell <= VIG_BUCKET_CELLS;
		    loop invariant hit:    cell < VIG_BUCKET_CELLS ==> bucket[at].tag[cell] == tag;
		    loop invariant before: at == flow_at_bucket[slot] ==> cell <= flow_at_cell[slot];
		    loop assigns cell;
		    loop variant VIG_BUCKET_CELLS - cell; */
		for (; cell < VIG_BUCKET_CELLS; cell = flow_bucket_find(&bucket[at], tag, cell + 1))
			if (bucket[at].slot[cell] == slot)
				return (struct flow_cell){ at, cell };
		/*@ ghost n++; */
	}
}

/* A cell in bucket `at` whose home is at least `steps` buckets before it. VIG_BUCKET_CELLS: none. */
/*@ requires buckets: FlowBuckets(bucket, buckets);
    requires at:    at < buckets;
    terminates \true;
    assigns  \nothing;
    ensures  range: \result <= VIG_BUCKET_CELLS;
    ensures  some:  \result < VIG_BUCKET_CELLS ==> bucket[at].tag[\result] != 0 &&
                    FlowSteps(FlowHome(bucket[at].tag[\result], buckets), at, buckets) >= steps;
    ensures  none:  \forall integer i; 0 <= i < \result && bucket[at].tag[i] != 0 ==>
                    FlowSteps(FlowHome(bucket[at].tag[i], buckets), at, buckets) < steps; */
static inline uint32_t
flow_index_displaced(const struct flow_bucket *bucket, uint64_t buckets, uint64_t at, uint64_t steps)
{
	uint32_t cell;

	/*@ loop invariant range:  cell <= VIG_BUCKET_CELLS;
	    loop invariant passed: \forall integer i; 0 <= i < cell && bucket[at].tag[i] != 0 ==>
	      FlowSteps(FlowHome(bucket[at].tag[i], buckets), at, buckets) < steps;
	    loop assigns cell;
	    loop variant VIG_BUCKET_CELLS - cell; */
	for (cell = 0; cell < VIG_BUCKET_CELLS; cell++) {
		uint64_t home = flow_index_home(buckets, bucket[at].tag[cell]);
		uint64_t from_home = at >= home ? at - home : at + buckets - home;

		if (bucket[at].tag[cell] != 0 && from_home >= steps)
			break;
	}
	return cell;
}

/* The nearest cell whose path from home leads through this bucket. None beyond the first bucket that is
 * not full: every path to there would be broken already. */
/*@ requires buckets: FlowBuckets(bucket, buckets);
    requires from:  from < buckets;
    requires paths: \exists integer i; FlowPaths(bucket, buckets, from, i);
    terminates \true;
    assigns  \nothing;
    ensures  some:  \result.bucket != buckets ==> \result.bucket < buckets && \result.bucket != from &&
                    \result.cell < VIG_BUCKET_CELLS && bucket[\result.bucket].tag[\result.cell] != 0 &&
                    FlowThrough(bucket[\result.bucket].tag[\result.cell], from, \result.bucket, buckets);
    ensures  near:  \result.bucket != buckets ==> \forall integer x; 0 <= x < buckets &&
                    0 < FlowSteps(from, x, buckets) < FlowSteps(from, \result.bucket, buckets) ==>
                    FlowFull(bucket, x);
    ensures  none:  \result.bucket == buckets ==> FlowNoneThrough(bucket, buckets, from); */
static inline struct flow_cell
flow_index_follower(const struct flow_bucket *bucket, uint64_t buckets, uint64_t from)
{
	uint64_t at = flow_index_next(buckets, from);

	/*@ loop invariant steps: 1 <= steps <= buckets;
	    loop invariant range: at < buckets;
	    loop invariant at:    steps < buckets ==> steps == FlowSteps(from, at, buckets);
	    loop invariant full:  \forall integer x; 0 <= x < buckets &&
	      0 < FlowSteps(from, x, buckets) < steps ==> FlowFull(bucket, x);
	    loop invariant none:  \forall integer x, i; 0 <= x < buckets && 0 <= i < VIG_BUCKET_CELLS &&
	      0 < FlowSteps(from, x, buckets) < steps && bucket[x].tag[i] != 0 ==>
	      !FlowThrough(bucket[x].tag[i], from, x, buckets);
	    loop assigns at, steps;
	    loop variant buckets - steps; */
	for (uint64_t steps = 1; steps < buckets; steps++) {
		uint32_t cell = flow_index_displaced(bucket, buckets, at, steps);

		if (cell < VIG_BUCKET_CELLS)
			return (struct flow_cell){ at, cell };
		if (!flow_bucket_full(bucket, at)) {
			/*@ assert beyond: \forall integer x, i; 0 <= x < buckets && 0 <= i < VIG_BUCKET_CELLS &&
			      steps < FlowSteps(from, x, buckets) && bucket[x].tag[i] != 0 &&
			      FlowThrough(bucket[x].tag[i], from, x, buckets) ==>
			      FlowThrough(bucket[x].tag[i], at, x, buckets); */
			break;
		}
		at = flow_index_next(buckets, at);
	}
	return (struct flow_cell){ buckets, 0 };
}

/* Moves what one cell holds into another, a hole, which so gets nearer to its home. It leaves a hole. */
/*@ requires buckets: FlowBuckets(bucket, buckets);
    requires hole:   hole.bucket < buckets && hole.cell < VIG_BUCKET_CELLS &&
                     bucket[hole.bucket].tag[hole.cell] != 0;
    requires from:   from.bucket < buckets && from.bucket != hole.bucket && from.cell < VIG_BUCKET_CELLS &&
                     bucket[from.bucket].tag[from.cell] != 0;
    requires nearer: FlowThrough(bucket[from.bucket].tag[from.cell], hole.bucket, from.bucket, buckets);
    requires paths:  FlowPaths(bucket, buckets, hole.bucket, hole.cell);
    requires placed: FlowPlaced(bucket, buckets, hole.bucket, hole.cell);
    requires listed: FlowListed(bucket, buckets, hole.bucket, hole.cell);
    requires cells:  FlowCells(buckets) && FlowPlaces(buckets);
    requires empty:  FlowEmpty(bucket, buckets);
    terminates \true;
    assigns  bucket[hole.bucket], flow_at_bucket[..], flow_at_cell[..];
    ensures  used:   bucket[from.bucket].tag[from.cell] != 0;
    ensures  full:   \forall integer x; 0 <= x < buckets ==>
                     (FlowFull{Pre}(bucket, x) <==> FlowFull(bucket, x));
    ensures  paths:  FlowPaths(bucket, buckets, from.bucket, from.cell);
    ensures  placed: FlowPlaced(bucket, buckets, from.bucket, from.cell);
    ensures  listed: FlowListed(bucket, buckets, from.bucket, from.cell);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  empty:  FlowEmpty(bucket, buckets); */
static inline void
flow_index_move(struct flow_bucket *bucket, struct flow_cell hole, struct flow_cell from)
	/*@ ghost (uint64_t buckets) */
{
	uint32_t tag = bucket[from.bucket].tag[from.cell], slot = bucket[from.bucket].slot[from.cell];

	/*@ assert slot: slot < FLOW_INDEX_SLOTS && flow_held[slot] == tag; */
	/*@ assert led: \forall integer x; 0 <= x < buckets && FlowThrough(tag, x, from.bucket, buckets) ==>
	      FlowFull(bucket, x); */
	bucket[hole.bucket].tag[hole.cell] = tag;
	bucket[hole.bucket].slot[hole.cell] = slot;
	/*@ ghost flow_at_bucket[slot] = hole.bucket;
	          flow_at_cell[slot] = hole.cell; */
	/*@ assert here: bucket[hole.bucket].tag[hole.cell] == tag && bucket[hole.bucket].slot[hole.cell] == slot; */
	/*@ assert kept: FlowSameBut{Pre,Here}(bucket, buckets, hole.bucket, hole.cell); */
	/*@ assert none: \forall integer b, i; 0 <= b < buckets && 0 <= i < VIG_BUCKET_CELLS ==>
	      (\at(bucket[b].tag[i], Pre) == 0 <==> bucket[b].tag[i] == 0); */
	/*@ assert full: \forall integer x; 0 <= x < buckets ==>
	      (FlowFull{Pre}(bucket, x) <==> FlowFull(bucket, x)); */
	/*@ assert path: \forall integer x; 0 <= x < buckets && FlowThrough(tag, x, hole.bucket, buckets) ==>
	      FlowThrough(tag, x, from.bucket, buckets) && FlowFull(bucket, x); */
	/*@ assert paths: \forall integer b, i, x; 0 <= b < buckets && 0 <= i < VIG_BUCKET_CELLS &&
	      !(b == hole.bucket && i == hole.cell) && 0 <= x < buckets && bucket[b].tag[i] != 0 &&
	      FlowThrough(bucket[b].tag[i], x, b, buckets) ==> FlowFull{Pre}(bucket, x); */
}

/* Empties a cell that is a hole and that no path needs. */
/*@ requires buckets: FlowBuckets(bucket, buckets);
    requires hole:   hole.bucket < buckets && hole.cell < VIG_BUCKET_CELLS &&
                     bucket[hole.bucket].tag[hole.cell] != 0;
    requires unused: FlowFull(bucket, hole.bucket) ==> FlowNoneThrough(bucket, buckets, hole.bucket);
    requires paths:  FlowPaths(bucket, buckets, hole.bucket, hole.cell);
    requires placed: FlowPlaced(bucket, buckets, hole.bucket, hole.cell);
    requires listed: FlowListed(bucket, buckets, hole.bucket, hole.cell);
    requires cells:  FlowCells(buckets) && FlowPlaces(buckets);
    requires empty:  FlowEmpty(bucket, buckets);
    terminates \true;
    assigns  bucket[hole.bucket], flow_spare;
    ensures  spare:  flow_spare.count == \old(flow_spare.count) + 1;
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  empty:  FlowEmpty(bucket, buckets); */
static inline void
flow_index_close(struct flow_bucket *bucket, struct flow_cell hole) /*@ ghost (uint64_t buckets) */
{
	/*@ ghost flow_spare_swap(buckets, flow_spare.place[hole.bucket][hole.cell], flow_spare.count);
	          flow_spare.count++; */
	bucket[hole.bucket].tag[hole.cell] = 0;
	/*@ assert kept: FlowSameBut{Pre,Here}(bucket, buckets, hole.bucket, hole.cell); */
	/*@ assert full: \forall integer x; 0 <= x < buckets && x != hole.bucket && FlowFull{Pre}(bucket, x) ==>
	      FlowFull(bucket, x); */
	/*@ assert paths: \forall integer b, i, x; 0 <= b < buckets && 0 <= i < VIG_BUCKET_CELLS && 0 <= x < buckets &&
	      bucket[b].tag[i] != 0 && FlowThrough(bucket[b].tag[i], x, b, buckets) ==>
	      FlowFull{Pre}(bucket, x) && x != hole.bucket; */
}

/* Holds a slot no longer. A hole in a full bucket would cut the paths that lead through it: the
 * nearest follower moves into it, which leaves a hole where that one was, and so on. */
/*@ requires index: FlowIndex(bucket, buckets);
    requires held:  tag != 0 && slot < FLOW_INDEX_SLOTS && flow_held[slot] == tag;
    terminates \true;
    assigns  bucket[0 .. buckets - 1], flow_held[slot], flow_at_bucket[..], flow_at_cell[..], flow_spare;
    ensures  gone:   flow_held[slot] == 0;
    ensures  spare:  flow_spare.count == \old(flow_spare.count) + 1;
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  empty:  FlowEmpty(bucket, buckets); */
static inline void
flow_index_remove(struct flow_bucket *bucket, uint64_t buckets, uint32_t tag, uint32_t slot)
{
	struct flow_cell hole = flow_index_cell(bucket, buckets, tag, slot);

	/*@ ghost flow_held[slot] = 0;
	          uint32_t open = flow_spare.bucket[0]; */
	/*@ assert spare: open < buckets && bucket[open].tag[flow_spare.cell[0]] == 0; */
	/*@ assert open: !FlowFull(bucket, open); */
	/*@ loop invariant range:  hole.bucket < buckets && hole.cell < VIG_BUCKET_CELLS;
	    loop invariant used:   bucket[hole.bucket].tag[hole.cell] != 0;
	    loop invariant open:   !FlowFull(bucket, open);
	    loop invariant paths:  FlowPaths(bucket, buckets, hole.bucket, hole.cell);
	    loop invariant placed: FlowPlaced(bucket, buckets, hole.bucket, hole.cell);
	    loop invariant listed: FlowListed(bucket, buckets, hole.bucket, hole.cell);
	    loop invariant cells:  FlowCells(buckets) && FlowPlaces(buckets);
	    loop invariant empty:  FlowEmpty(bucket, buckets);
	    loop assigns hole, bucket[0 .. buckets - 1], flow_at_bucket[..], flow_at_cell[..];
	    loop variant FlowSteps(hole.bucket, open, buckets); */
	while (flow_bucket_full(bucket, hole.bucket)) {
		struct flow_cell from = flow_index_follower(bucket, buckets, hole.bucket);

		if (from.bucket == buckets)
			break;
		flow_index_move(bucket, hole, from) /*@ ghost (buckets) */;
		hole = from;
	}
	flow_index_close(bucket, hole) /*@ ghost (buckets) */;
}

#endif
