/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_index.h -- from a key's tag to the slots that may hold it. Private to libvig.
 *
 * Cells stand in buckets of a cache line. A tag's home is the bucket at tag / 2^32 of the way; what does
 * not fit there goes to the next bucket that has room, round the end. Invariants:
 *   - tag 0 marks an empty cell, and at least one cell is always empty;
 *   - every bucket from a tag's home up to, not including, the one that holds it is full.
 * So a search may stop at the first bucket that is not full. */
#ifndef LIBVIG_FLOW_INDEX_H
#define LIBVIG_FLOW_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(VIG_PLAIN)
#include <emmintrin.h>
#endif

/* Cells in a bucket: a multiple of 4, at most 32. 8 make a cache line. */
#ifndef VIG_BUCKET_CELLS
#define VIG_BUCKET_CELLS 8u
#endif

_Static_assert(VIG_BUCKET_CELLS % 4 == 0 && VIG_BUCKET_CELLS >= 4 && VIG_BUCKET_CELLS <= 32,
	"a bucket has 4, 8, 12 ... 32 cells");

struct flow_bucket {
	uint32_t tag[VIG_BUCKET_CELLS];
	uint32_t slot[VIG_BUCKET_CELLS];
};

struct flow_index {
	struct flow_bucket *bucket;
	uint64_t buckets; /* 1 .. 2^32 - 1 */
};

struct flow_cell {
	uint64_t bucket; /* == buckets: none */
	uint32_t cell;
};

/* How many buckets keep an index of so many slots at most half full: then 99 of 100 keys are at home, and
 * the processor guesses right where the search ends. */
static inline uint64_t
flow_index_buckets(uint64_t slots)
{
	uint64_t cells = 2 * slots;

	return (cells + VIG_BUCKET_CELLS - 1) / VIG_BUCKET_CELLS;
}

static inline uint64_t
flow_index_home(const struct flow_index *index, uint32_t tag)
{
	return tag * index->buckets >> 32;
}

static inline uint64_t
flow_index_next(const struct flow_index *index, uint64_t bucket)
{
	return bucket + 1 == index->buckets ? 0 : bucket + 1;
}

/* Which cells have this tag, one bit each. The plain loop says what the vectors compute. */
static inline uint32_t
flow_bucket_equal_plain(const struct flow_bucket *bucket, uint32_t tag)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < VIG_BUCKET_CELLS; i++)
		found |= (uint32_t)(bucket->tag[i] == tag) << i;
	return found;
}

#if defined(__SSE2__) && !defined(VIG_PLAIN)

static inline uint32_t
flow_bucket_equal(const struct flow_bucket *bucket, uint32_t tag)
{
	const __m128i wanted = _mm_set1_epi32((int)tag);
	uint32_t found = 0;

	for (uint32_t i = 0; i < VIG_BUCKET_CELLS; i += 4) {
		__m128i tags = _mm_loadu_si128((const __m128i *)(const void *)&bucket->tag[i]);
		__m128 same = _mm_castsi128_ps(_mm_cmpeq_epi32(tags, wanted));

		found |= (uint32_t)_mm_movemask_ps(same) << i;
	}
	return found;
}

#else

static inline uint32_t
flow_bucket_equal(const struct flow_bucket *bucket, uint32_t tag)
{
	return flow_bucket_equal_plain(bucket, tag);
}

#endif

static inline bool
flow_bucket_full(const struct flow_bucket *bucket)
{
	return flow_bucket_equal(bucket, 0) == 0;
}

/* Number of the lowest bit that is set. Precondition: found != 0. */
static inline uint32_t
flow_bucket_first(uint32_t found)
{
	return (uint32_t)__builtin_ctz(found);
}

/* Precondition: tag != 0; an empty cell remains afterwards. */
static inline void
flow_index_put(const struct flow_index *index, uint32_t tag, uint32_t slot)
{
	uint64_t at = flow_index_home(index, tag);
	uint32_t cell;

	while (flow_bucket_full(&index->bucket[at]))
		at = flow_index_next(index, at);
	cell = flow_bucket_first(flow_bucket_equal(&index->bucket[at], 0));
	index->bucket[at].tag[cell] = tag;
	index->bucket[at].slot[cell] = slot;
}

/* Precondition: put(tag, slot) was done and not undone. */
static inline struct flow_cell
flow_index_cell(const struct flow_index *index, uint32_t tag, uint32_t slot)
{
	uint64_t at = flow_index_home(index, tag);

	for (;; at = flow_index_next(index, at)) {
		const struct flow_bucket *bucket = &index->bucket[at];

		for (uint32_t found = flow_bucket_equal(bucket, tag); found != 0; found &= found - 1)
			if (bucket->slot[flow_bucket_first(found)] == slot)
				return (struct flow_cell){ at, flow_bucket_first(found) };
	}
}

/* A cell in bucket `at` whose home is at least `steps` buckets before it. cell == VIG_BUCKET_CELLS: none. */
static inline uint32_t
flow_index_displaced(const struct flow_index *index, uint64_t at, uint64_t steps)
{
	const struct flow_bucket *bucket = &index->bucket[at];
	uint32_t cell;

	for (cell = 0; cell < VIG_BUCKET_CELLS; cell++) {
		uint64_t home = flow_index_home(index, bucket->tag[cell]);
		uint64_t from_home = at >= home ? at - home : at + index->buckets - home;

		if (bucket->tag[cell] != 0 && from_home >= steps)
			break;
	}
	return cell;
}

/* The nearest cell whose path from home leads through this bucket. None beyond the first bucket that is
 * not full: every path to there would be broken already. */
static inline struct flow_cell
flow_index_follower(const struct flow_index *index, uint64_t bucket)
{
	uint64_t at = flow_index_next(index, bucket);

	for (uint64_t steps = 1; steps < index->buckets; steps++) {
		uint32_t cell = flow_index_displaced(index, at, steps);

		if (cell < VIG_BUCKET_CELLS)
			return (struct flow_cell){ at, cell };
		if (!flow_bucket_full(&index->bucket[at]))
			break;
		at = flow_index_next(index, at);
	}
	return (struct flow_cell){ index->buckets, 0 };
}

/* Empties the cell of (tag, slot). A hole in a full bucket would cut the paths that lead through it: the
 * nearest follower moves into it, which leaves a hole where that one was, and so on. Precondition as for
 * flow_index_cell. */
static inline void
flow_index_remove(const struct flow_index *index, uint32_t tag, uint32_t slot)
{
	struct flow_cell hole = flow_index_cell(index, tag, slot);

	while (flow_bucket_full(&index->bucket[hole.bucket])) {
		struct flow_cell from = flow_index_follower(index, hole.bucket);

		if (from.bucket == index->buckets)
			break;
		index->bucket[hole.bucket].tag[hole.cell] = index->bucket[from.bucket].tag[from.cell];
		index->bucket[hole.bucket].slot[hole.cell] = index->bucket[from.bucket].slot[from.cell];
		hole = from;
	}
	index->bucket[hole.bucket].tag[hole.cell] = 0;
}

#endif
