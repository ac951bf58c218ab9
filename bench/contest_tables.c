/* SPDX-License-Identifier: BSD-3-Clause */
/* flow_table and map beside rte_hash. */
#include <stdio.h>

#include <rte_hash.h>
#include <rte_hash_crc.h>

#include "bench/contest.h"
#include "bench/sample.h"
#include "libvig/flow_table.h"
#include "libvig/map.h"

#define TICK ((uint64_t)1 << 26)
#define LIFETIME (300 * (uint64_t)1000000000)

/* All that rows with keys of two words need. */
struct tables {
	struct vig *vig;
	struct flow_table *flows;
	struct map_k2 *map;
	struct rte_hash *hash;
	uint64_t now, step; /* the clock, and what it gains with each insertion */
	uint64_t entries;   /* in churn: how many live */
};

static struct rte_hash *
hash_new(uint64_t entries, uint32_t load)
{
	static unsigned made;
	char name[32];
	const struct rte_hash_parameters parameters = {
		.name = name, .entries = (uint32_t)(entries * 100 / load < 8 ? 8 : entries * 100 / load), .key_len = 16,
		.hash_func = rte_hash_crc, .hash_func_init_val = 0x5bd1e995u,
	};

	snprintf(name, sizeof name, "contest%u", made++);
	return rte_hash_create(&parameters);
}

static uint64_t
flows_hit(void *self, const uint64_t *number)
{
	struct tables *t = self;
	struct flow_entry_v2 entry;
	uint64_t found = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i], key);
		found += flow_table_k2v2_refresh(t->flows, key, 0, t->now, &entry);
	}
	return found;
}

static uint64_t
flows_hit_burst(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t key[CONTEST_BURST][2], hint[CONTEST_BURST], found = 0;
	struct flow_entry_v2 entry;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		contest_key(number[i], key[i]);
		hint[i] = flow_table_k2v2_hash(t->flows, key[i]);
	}
	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		hint[i] = flow_table_k2v2_match(t->flows, hint[i]);
	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		found += flow_table_k2v2_refresh(t->flows, key[i], hint[i], t->now, &entry);
	return found;
}

static uint64_t
hash_hit(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t found = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];
		void *data;

		contest_key(number[i], key);
		found += rte_hash_lookup_data(t->hash, key, &data) >= 0;
	}
	return found;
}

static uint64_t
hash_hit_burst(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t key[CONTEST_BURST][2], mask;
	const void *keys[CONTEST_BURST];
	void *data[CONTEST_BURST];

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		contest_key(number[i], key[i]);
		keys[i] = key[i];
	}
	return (uint64_t)rte_hash_lookup_bulk_data(t->hash, keys, CONTEST_BURST, &mask, data);
}

/* Each call opens a flow; the clock moves so that one expires for it. */
static uint64_t
flows_churn(void *self, const uint64_t *number)
{
	static const uint64_t value[2] = { 1, 2 };
	struct tables *t = self;
	uint64_t stored = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i], key);
		t->now += t->step;
		stored += flow_table_k2v2_insert(t->flows, key, 0, t->now, 0, value);
	}
	return stored;
}

static uint64_t
hash_churn(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t stored = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i] - t->entries, key);
		rte_hash_del_key(t->hash, key);
		contest_key(number[i], key);
		stored += rte_hash_add_key_data(t->hash, key, NULL) == 0;
	}
	return stored;
}

static bool
tables_init(struct tables *t, uint64_t entries, uint32_t load)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { LIFETIME } };
	static const uint64_t value[2] = { 1, 2 };

	*t = (struct tables){ .vig = contest_vig(), .now = TICK, .entries = entries, .hash = hash_new(entries, load) };
	if (t->vig == NULL || t->hash == NULL)
		return false;
	t->flows = flow_table_k2v2_new(t->vig, "flows", NULL, NULL, entries * 100 / load, &times);
	t->map = map_k2_new(t->vig, "map", NULL, entries * 100 / load);
	if (t->flows == NULL || t->map == NULL)
		return false;
	t->step = LIFETIME / entries;
	for (uint64_t i = 0; i < entries; i++) {
		uint64_t key[2];

		contest_key(i, key);
		t->now += t->step;
		if (!flow_table_k2v2_insert(t->flows, key, 0, t->now, 0, value) || !map_k2_put(t->map, key, i) ||
			rte_hash_add_key_data(t->hash, key, NULL) != 0)
			return false;
	}
	return true;
}

static void
tables_fini(struct tables *t)
{
	rte_hash_free(t->hash);
	vig_delete(t->vig);
}

/* Everything has expired at once; then insertions one by one: the slowest of them, cut at the highest one in a
 * thousand, which are the machine's interruptions. */
static void
flows_all_expire(struct tables *t, const struct bench_rounds *rounds)
{
	static const uint64_t value[2] = { 1, 2 };
	uint64_t worst[8] = { 0 }, overhead = sample_overhead();

	t->now += 3 * LIFETIME;
	for (uint64_t i = 0; i < 8000; i++) {
		uint64_t key[2], start, steps;

		contest_key(((uint64_t)1 << 40) + i % t->entries, key);
		start = sample_clock();
		flow_table_k2v2_insert(t->flows, key, 0, t->now, 0, value);
		steps = sample_clock() - start - overhead;
		for (uint32_t k = 0; k < 8; k++)
			if (steps > worst[k]) {
				uint64_t lower = worst[k];

				worst[k] = steps;
				steps = lower;
			}
	}
	printf("| flow_table | insert after all expired: slowest but 7 of 8000 | %llu | | %.0f | | |\n",
		(unsigned long long)t->entries, (double)worst[7] * rounds->tick_ns);
}

bool
contest_flow_table(uint64_t entries, uint32_t load, const struct bench_rounds *rounds)
{
	struct tables t;
	bool ok = tables_init(&t, entries, load);
	const struct { const char *name; uint64_t (*ours)(void *, const uint64_t *), (*theirs)(void *, const uint64_t *);
		uint64_t first; } row[] = {
		{ "hit", flows_hit, hash_hit, 0 },
		{ "hit, burst of 32", flows_hit_burst, hash_hit_burst, 0 },
		{ "miss", flows_hit, hash_hit, (uint64_t)1 << 40 },
		{ "miss, burst of 32", flows_hit_burst, hash_hit_burst, (uint64_t)1 << 40 },
	};

	for (size_t i = 0; ok && i < sizeof row / sizeof row[0]; i++)
		contest_run(&(struct contest){ .structure = "flow_table", .operation = row[i].name, .entries = entries,
			.load = load, .ours = { row[i].ours, &t }, .theirs = { row[i].theirs, &t }, .keys = entries,
			.first = row[i].first }, rounds);
	if (ok && entries >= 1000) {
		contest_run(&(struct contest){ .structure = "flow_table", .operation = "insert one, expire one",
			.entries = entries, .load = load, .ours = { flows_churn, &t }, .theirs = { hash_churn, &t },
			.first = entries, .running = true }, rounds);
		flows_all_expire(&t, rounds);
	}
	tables_fini(&t);
	return ok;
}

static uint64_t
map_hit(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t found = 0, value;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i], key);
		found += map_k2_find(t->map, key, &value);
	}
	return found;
}

/* One in, one out. */
static uint64_t
map_churn(void *self, const uint64_t *number)
{
	struct tables *t = self;
	uint64_t stored = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++) {
		uint64_t key[2];

		contest_key(number[i] - t->entries, key);
		map_k2_erase(t->map, key);
		contest_key(number[i], key);
		stored += map_k2_put(t->map, key, i);
	}
	return stored;
}

bool
contest_map(uint64_t entries, uint32_t load, const struct bench_rounds *rounds)
{
	struct tables t;
	bool ok = tables_init(&t, entries, load);
	struct contest contest = { .structure = "map", .entries = entries, .load = load, .keys = entries };

	if (ok) {
		contest.ours = (struct side){ map_hit, &t };
		contest.theirs = (struct side){ hash_hit, &t };
		contest.operation = "hit";
		contest_run(&contest, rounds);
		contest.operation = "miss";
		contest.first = (uint64_t)1 << 40;
		contest_run(&contest, rounds);
		contest.operation = "put one, erase one";
		contest.first = entries;
		contest.running = true;
		contest.ours.burst = map_churn;
		contest.theirs.burst = hash_churn;
		contest_run(&contest, rounds);
	}
	tables_fini(&t);
	return ok;
}
