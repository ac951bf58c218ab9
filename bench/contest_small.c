/* SPDX-License-Identifier: BSD-3-Clause */
/* Structures that DPDK has no counterpart of, or none to compare with: the sketch in the rte_member of DPDK 22.11
 * writes an error message for most keys that it counts, and that is what would be timed. */
#include "bench/contest.h"
#include "libvig/maglev.h"
#include "libvig/sketch.h"
#include "libvig/slot_pool.h"
#include "libvig/token_bucket.h"
#include "libvig/vector.h"

struct small {
	struct slot_pool *pool;
	struct maglev *maglev;
	struct vector_v2 *buckets;
	struct sketch *sketch;
	struct token_rate rate;
	uint64_t now;
};

static uint64_t
pool_use(void *self, const uint64_t *number)
{
	struct small *s = self;
	uint64_t used = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		used += slot_pool_use(s->pool, number[i], s->now++);
	return used;
}

static uint64_t
pool_churn(void *self, const uint64_t *number)
{
	struct small *s = self;
	uint32_t slot = 0;

	(void)number;
	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		slot_pool_expire(s->pool, s->now + 1, &slot);
		slot_pool_take(s->pool, ++s->now, &slot);
	}
	return slot;
}

static uint64_t
maglev_choose(void *self, const uint64_t *number)
{
	struct small *s = self;
	uint32_t backend = 0;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i], key);
		maglev_find(s->maglev, maglev_hash(key, 2), &backend);
		sum += backend;
	}
	return sum;
}

/* A bucket read from a vector, asked, and written back. */
static uint64_t
bucket_take(void *self, const uint64_t *number)
{
	struct small *s = self;
	uint64_t passed = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		struct token_bucket b;
		uint64_t word[2];

		vector_v2_get(s->buckets, number[i], word);
		b = (struct token_bucket){ word[0], word[1] };
		passed += token_bucket_take(&b, &s->rate, s->now += 67, 64);
		word[0] = b.tokens;
		word[1] = b.last;
		vector_v2_set(s->buckets, number[i], word);
	}
	return passed;
}

static uint64_t
count_add(void *self, const uint64_t *number)
{
	struct small *s = self;
	uint64_t told = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i], key);
		told += sketch_add(s->sketch, key, 2, 0, 1);
	}
	return told;
}

static bool
small_init(struct small *s, struct vig *vig, uint64_t entries)
{
	uint32_t slot;

	if (vig == NULL || (s->pool = slot_pool_new(vig, "pool", entries)) == NULL ||
		(s->maglev = maglev_new(vig, "maglev", 100, 65537)) == NULL ||
		(s->sketch = sketch_new(vig, "sketch", 65536, UINT64_MAX)) == NULL ||
		(s->buckets = vector_v2_new(vig, "buckets", NULL, entries)) == NULL ||
		!token_rate_make(&s->rate, 1000000, 10000))
		return false;
	for (uint64_t i = 0; i < entries; i++)
		slot_pool_take(s->pool, s->now++, &slot);
	for (uint64_t b = 0; b < 100; b++)
		maglev_set(s->maglev, b, b, 1);
	return maglev_fill(s->maglev);
}

bool
contest_small(uint64_t entries, const struct bench_rounds *rounds)
{
	struct small s = { .now = 1 };
	struct vig *vig = contest_vig();

	if (!small_init(&s, vig, entries)) {
		vig_delete(vig);
		return false;
	}
	contest_run(&(struct contest){ .structure = "slot_pool", .operation = "use", .entries = entries,
		.ours = { pool_use, &s }, .keys = entries }, rounds);
	contest_run(&(struct contest){ .structure = "slot_pool", .operation = "expire one, take one", .entries = entries,
		.ours = { pool_churn, &s }, .keys = entries }, rounds);
	contest_run(&(struct contest){ .structure = "token_bucket", .operation = "take, in a vector", .entries = entries,
		.ours = { bucket_take, &s }, .keys = entries }, rounds);
	contest_run(&(struct contest){ .structure = "maglev", .operation = "hash and find, 65537 entries",
		.entries = 100, .ours = { maglev_choose, &s }, .keys = (uint64_t)1 << 32 }, rounds);
	contest_run(&(struct contest){ .structure = "sketch", .operation = "add, 4 rows of 65536", .entries = entries,
		.ours = { count_add, &s }, .keys = entries }, rounds);
	vig_delete(vig);
	return true;
}
