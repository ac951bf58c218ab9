/* SPDX-License-Identifier: BSD-3-Clause */
/* lpm4 beside rte_lpm. */
#include <stdio.h>

#include <rte_lpm.h>

#include "bench/contest.h"
#include "libvig/lpm4.h"

struct routers {
	struct vig *vig;
	struct lpm4 *ours;
	struct rte_lpm *theirs;
	uint64_t routes;
};

static uint32_t
mixed(uint64_t number)
{
	uint64_t key[2];

	contest_key(number, key);
	return (uint32_t)(key[1] >> 32);
}

/* Lengths about as in the Internet: six of ten are 24, one of fifty is longer. */
static void
some_route(uint64_t number, uint32_t *prefix, uint8_t *length)
{
	const uint32_t kind = mixed(number * 3 + 1) % 100;

	*length = (uint8_t)(kind < 2 ? 25 + kind * 4 : kind < 62 ? 24 : 16 + kind % 8);
	*prefix = mixed(number * 3 + 2) & ~(uint32_t)0 << (32 - *length);
}

/* An address below one of the routes. */
static uint32_t
some_address(uint64_t number, uint64_t routes)
{
	uint32_t prefix;
	uint8_t length;

	some_route(number % routes, &prefix, &length);
	return prefix | (mixed(number) & ~(~(uint32_t)0 << (32 - length)));
}

static uint64_t
ours_find(void *self, const uint64_t *number)
{
	struct routers *r = self;
	uint32_t value = 0;
	uint64_t found = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		found += lpm4_find(r->ours, (uint32_t)number[i], &value) + value;
	return found;
}

static uint64_t
theirs_find(void *self, const uint64_t *number)
{
	struct routers *r = self;
	uint32_t value = 0;
	uint64_t found = 0;

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		found += (uint64_t)(rte_lpm_lookup(r->theirs, (uint32_t)number[i], &value) == 0) + value;
	return found;
}

static uint64_t
ours_find_burst(void *self, const uint64_t *number)
{
	struct routers *r = self;
	uint32_t address[CONTEST_BURST], value[CONTEST_BURST];

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		address[i] = (uint32_t)number[i];
	lpm4_find_many(r->ours, address, CONTEST_BURST, UINT32_MAX, value);
	return value[0] ^ value[CONTEST_BURST - 1];
}

static uint64_t
theirs_find_burst(void *self, const uint64_t *number)
{
	struct routers *r = self;
	uint32_t address[CONTEST_BURST], value[CONTEST_BURST];

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		address[i] = (uint32_t)number[i];
	rte_lpm_lookup_bulk(r->theirs, address, value, CONTEST_BURST);
	return value[0] ^ value[CONTEST_BURST - 1];
}

/* The addresses stand ready in the keys: making them is not to be timed. */
struct addressed {
	struct routers *routers;
	uint64_t (*burst)(void *self, const uint64_t *key);
	uint32_t *address;
};

static uint64_t
addressed(void *self, const uint64_t *number)
{
	struct addressed *a = self;
	uint64_t key[CONTEST_BURST];

	for (uint32_t i = 0; i < CONTEST_BURST; i++)
		key[i] = a->address[number[i]];
	return a->burst(a->routers, key);
}

static bool
routers_init(struct routers *r, uint64_t routes)
{
	const struct rte_lpm_config config = { .max_rules = (uint32_t)routes, .number_tbl8s = 1 << 15 };
	static unsigned made;
	char name[32];

	snprintf(name, sizeof name, "contest%u", made++);
	*r = (struct routers){ .vig = contest_vig(), .routes = routes, .theirs = rte_lpm_create(name, -1, &config) };
	if (r->vig == NULL || r->theirs == NULL)
		return false;
	r->ours = lpm4_new(r->vig, "routes", routes, 1 << 15);
	for (uint64_t i = 0; r->ours != NULL && i < routes; i++) {
		uint32_t prefix;
		uint8_t length;

		some_route(i, &prefix, &length);
		if (rte_lpm_add(r->theirs, prefix, length, (uint32_t)i & 0xffff) != 0 ||
			!lpm4_add(r->ours, prefix, length, i & 0xffff))
			return false;
	}
	return r->ours != NULL;
}

bool
contest_lpm4(uint64_t routes, const struct bench_rounds *rounds)
{
	static uint32_t address[1 << 16];
	struct routers r;
	bool ok = routers_init(&r, routes);
	struct addressed side[4] = {
		{ &r, ours_find, address }, { &r, theirs_find, address },
		{ &r, ours_find_burst, address }, { &r, theirs_find_burst, address },
	};

	for (uint64_t i = 0; ok && i < 1 << 16; i++)
		address[i] = some_address(i * 7919, routes);
	for (int burst = 0; ok && burst < 2; burst++)
		contest_run(&(struct contest){ .structure = "lpm4", .operation = burst ? "find, burst of 32" : "find",
			.entries = routes, .ours = { addressed, &side[2 * burst] },
			.theirs = { addressed, &side[2 * burst + 1] }, .keys = 1 << 16 }, rounds);
	rte_lpm_free(r.theirs);
	vig_delete(r.vig);
	return ok;
}
