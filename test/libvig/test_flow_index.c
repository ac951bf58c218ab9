/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/flow_table_state.h"
#include "memory.h"
#include "random.h"

static void
assert_finds_alike(const struct flow_bucket *bucket, uint32_t tag)
{
	for (uint32_t from = 0; from <= VIG_BUCKET_CELLS; from++)
		assert_int_equal(flow_bucket_find(bucket, tag, from), flow_bucket_find_plain(bucket, tag, from));
}

/* Every way to fill a bucket with three tags, and each of them looked for. */
static void
vectors_find_what_the_plain_loop_finds(void **unused)
{
	static const uint32_t tags[3] = { 0, 1, 0x80000001u };
	struct flow_bucket bucket = { 0 };
	uint64_t ways = 1;

	(void)unused;
	for (uint32_t i = 0; i < VIG_BUCKET_CELLS && i < 12; i++)
		ways *= 3;
	for (uint64_t way = 0; way < ways; way++) {
		uint64_t rest = way;

		for (uint32_t i = 0; i < VIG_BUCKET_CELLS; i++, rest /= 3)
			bucket.tag[i] = tags[i < 12 ? rest % 3 : random_below(3)];
		for (int t = 0; t < 3; t++)
			assert_finds_alike(&bucket, tags[t]);
	}
}

/* One bit of difference anywhere is a difference. */
static void
vectors_see_every_bit(void **unused)
{
	struct flow_bucket bucket;

	(void)unused;
	for (uint32_t cell = 0; cell < VIG_BUCKET_CELLS; cell++) {
		for (uint32_t bit = 0; bit < 32; bit++) {
			for (uint32_t i = 0; i < VIG_BUCKET_CELLS; i++)
				bucket.tag[i] = 0xdeadbeef;
			bucket.tag[cell] ^= (uint32_t)1 << bit;
			assert_finds_alike(&bucket, 0xdeadbeef);
			assert_int_equal(flow_bucket_find(&bucket, bucket.tag[cell], 0), cell);
			assert_int_equal(flow_bucket_find(&bucket, bucket.tag[cell], cell + 1), VIG_BUCKET_CELLS);
		}
	}
}

struct stored {
	uint32_t tag; /* 0: not stored */
};

/* Each slot that is stored is in exactly one cell, no other cell is used, and all paths are unbroken. */
static void
check_index(const struct flow_index *index, const struct stored *stored, uint32_t slots)
{
	uint32_t cells = 0, expected = 0;

	for (uint64_t at = 0; at < index->buckets; at++) {
		for (uint32_t cell = 0; cell < VIG_BUCKET_CELLS; cell++) {
			uint32_t tag = index->bucket[at].tag[cell], slot = index->bucket[at].slot[cell];

			if (tag == 0)
				continue;
			cells++;
			assert_true(slot < slots);
			assert_int_equal(stored[slot].tag, tag);
			for (uint64_t b = flow_index_home(index->buckets, tag); b != at; b = flow_index_next(index->buckets, b))
				assert_true(flow_bucket_full(index->bucket, b));
		}
	}
	for (uint32_t slot = 0; slot < slots; slot++) {
		if (stored[slot].tag != 0) {
			struct flow_cell cell = flow_index_cell(index->bucket, index->buckets, stored[slot].tag, slot);

			assert_int_equal(index->bucket[cell.bucket].slot[cell.cell], slot);
			expected++;
		}
	}
	assert_int_equal(cells, expected);
}

/* Up to all cells but one, with tags that crowd at few homes, the last bucket among them. */
static void
paths_stay_whole(void **unused)
{
	(void)unused;
	for (uint64_t buckets = 1; buckets <= 9; buckets++) {
		uint32_t slots = (uint32_t)(buckets * VIG_BUCKET_CELLS - 1);
		struct flow_index index = { calloc(buckets, sizeof(struct flow_bucket)), buckets };
		struct stored *stored = calloc(slots, sizeof *stored);

		for (uint32_t step = 0; step < 6000; step++) {
			uint32_t slot = (uint32_t)random_below(slots);
			uint32_t tag = random_below(2) == 0 ? UINT32_MAX - (uint32_t)random_below(3)
							    : 1 + (uint32_t)random_below(UINT32_MAX - 1);

			if (stored[slot].tag == 0) {
				flow_index_put(index.bucket, index.buckets, tag, slot);
				stored[slot].tag = tag;
			} else if (random_below(step / 2000 + 2) == 0) {
				flow_index_remove(index.bucket, index.buckets, stored[slot].tag, slot);
				stored[slot].tag = 0;
			}
			check_index(&index, stored, slots);
		}
		free(stored);
		free(index.bucket);
	}
}

#define FLOOD 2000u

/* How many buckets the searches for all entries look at, and the longest of them. */
static uint64_t
walk(const struct flow_table *table, uint64_t *longest)
{
	uint64_t total = 0;

	*longest = 0;
	for (uint32_t slot = 0; slot < table->capacity; slot++) {
		uint32_t tag = table->slot_k2v2[slot].tag;
		uint64_t home = flow_index_home(table->index.buckets, tag), length;

		if (tag == 0)
			continue;
		length = flow_index_cell(table->index.bucket, table->index.buckets, tag, slot).bucket + table->index.buckets - home;
		length = length % table->index.buckets + 1;
		total += length;
		if (length > *longest)
			*longest = length;
	}
	return total;
}

static struct flow_table *
flooded(struct vig *vig, uint64_t (*key)[2])
{
	static const struct flow_table_times times = { .shift = 0, .classes = 1, .lifetime = { 1 } };
	static const uint64_t value[2];
	struct flow_table *table = flow_table_k2v2_new(vig, "flows", NULL, NULL, FLOOD * 5, &times);

	for (uint64_t i = 0; i < FLOOD; i++)
		assert_true(flow_table_k2v2_insert(table, key[i], 0, 0, 0, value));
	return table;
}

/* An attacker who knew the secret would send flows that all have one home. Where it is another, the same flows
 * are as good as random ones. */
static void
flooding_needs_the_secret(void **unused)
{
	static const uint64_t known[4] = { 0, 0, 0, 0 }, other[4] = { 5, 6, 7, 8 };
	static uint64_t key[FLOOD][2];
	uint64_t secret[FLOW_HASH_SECRETS], longest, found = 0;
	struct vig *victim = vig_new(NULL, known), *keyed = vig_new(NULL, other);

	(void)unused;
	flow_hash_secrets(secret, known);
	for (uint64_t x = 0; found < FLOOD; x++) {
		key[found][0] = x;
		key[found][1] = x * x;
		found += flow_hash_tag(key[found], 2, secret) >> 22 == 0;
	}
	walk(flooded(victim, key), &longest);
	assert_true(longest > 100);
	assert_true(walk(flooded(keyed, key), &longest) <= FLOOD + FLOOD / 50);
	assert_true(longest <= 3);
	vig_delete(victim);
	vig_delete(keyed);
}

/* All bits of a key count, and all secrets. */
static void
hashes_depend_on_all_bits(void **unused)
{
	static const uint32_t sizes[] = { 1, 2, 5 };
	uint64_t secret[FLOW_HASH_SECRETS];

	(void)unused;
	flow_hash_secrets(secret, counted_secret);
	for (int s = 0; s < 3; s++) {
		uint64_t key[5] = { 1, 2, 3, 4, 5 }, hash = flow_hash(key, sizes[s], secret);
		uint32_t changed = 0;

		for (uint32_t bit = 0; bit < 64 * sizes[s]; bit++) {
			key[bit / 64] ^= (uint64_t)1 << bit % 64;
			changed += (uint32_t)__builtin_popcountll(hash ^ flow_hash(key, sizes[s], secret));
			key[bit / 64] ^= (uint64_t)1 << bit % 64;
		}
		assert_in_range(changed, 28 * 64 * sizes[s], 36 * 64 * sizes[s]);
		for (int i = 0; i < 2; i++) {
			secret[i] ^= 1;
			assert_int_not_equal(hash, flow_hash(key, sizes[s], secret));
			secret[i] ^= 1;
		}
	}
}

#ifdef VIG_HASH_SIPHASH
/* With a key of zeros CPython gives the same: PYTHONHASHSEED=0 python3.11 -c 'hash(bytes(range(8)))'. */
static void
siphash_is_siphash(void **unused)
{
	static const uint64_t zero[FLOW_HASH_SECRETS];
	static const uint64_t secret[FLOW_HASH_SECRETS] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
	static const uint64_t key[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };

	(void)unused;
	assert_int_equal(flow_hash(key, 1, zero), 0xead411e67ebe2eeau);
	assert_int_equal(flow_hash(key, 2, zero), 0x8972188433a5c5b7u);
	assert_int_equal(flow_hash(key, 1, secret), 0x369095118d299a8eu);
	assert_int_equal(flow_hash(key, 2, secret), 0xcc4fdd1a7d908b66u);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_find_what_the_plain_loop_finds),
		cmocka_unit_test(vectors_see_every_bit),
		cmocka_unit_test(paths_stay_whole),
		cmocka_unit_test(flooding_needs_the_secret),
		cmocka_unit_test(hashes_depend_on_all_bits),
#ifdef VIG_HASH_SIPHASH
		cmocka_unit_test(siphash_is_siphash),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
