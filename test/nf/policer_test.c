/* SPDX-License-Identifier: BSD-3-Clause */
/* What passes the policer, what it remembers of whom, and what it refuses to start with. */
#include "libvig/flow_table.h"
#include "test/nf/bench.h"

#define TICK (UINT64_C(1) << 26)
#define SECOND UINT64_C(1000000000)

/* Four ports: 0 and 3 lead to subscribers; 1 and 2 are their outsides; 4 and 5 are in no pair. */
#define INSIDE 0
#define OUTSIDE 1
#define INSIDE2 3
#define OUTSIDE2 2
#define PORTS 6

#define RATE 1000
#define BURST 2000

enum { DOWNSTREAM, UPSTREAM };
enum { DROP, PASS };

static void
set_up(struct bench *bench)
{
	bench_init(bench, NULL, PORTS);
	bench_set(bench, "rate", RATE);
	bench_set(bench, "burst", BURST);
	bench_set(bench, "forget", 2 * SECOND);
	bench_set(bench, "capacity4", 4);
	bench_set(bench, "capacity6", 4);
}

static void
start(struct bench *bench)
{
	const uint64_t pairs[2][2][2] = { { { INSIDE, 0 }, { OUTSIDE, 0 } }, { { INSIDE2, 0 }, { OUTSIDE2, 0 } } };

	assert_true(bench_start(bench));
	for (size_t i = 0; i < 2; i++)
		assert_null(vig_bind(bench->vig, "pairs", pairs[i], 2, PORTS));
}

static void
start_default(struct bench *bench)
{
	set_up(bench);
	start(bench);
}

/* A whole IP frame of that many bytes. Of IPv6 addresses the first half is the number that is given, the second 7. */
static struct frame
sized(int version, uint64_t source, uint64_t destination, size_t size)
{
	struct frame frame = frame_ether(version == 4 ? 0x0800 : 0x86dd);

	if (version == 4) {
		frame_ipv4(&frame, 253, (uint32_t)source, (uint32_t)destination, 0, 0);
	} else {
		frame_ipv6(&frame, 59, 7, 7);
		frame_poke(&frame, 22, source, 8);
		frame_poke(&frame, 38, destination, 8);
	}
	frame_bytes(&frame, size - frame.length);
	frame_end(&frame);
	return frame;
}

/* No hint, the hint that nf_hint gives, and a wrong one take turns: they must make no difference. */
static bool
passes(struct bench *bench, const struct frame *frame, uint64_t port)
{
	const uint64_t partner[] = { 1, 0, 3, 2 };
	uint8_t *copy = frame_copy(frame, frame->length);
	struct packet packet = { .data = copy, .length = frame->length, .port = port, .floor = copy,
		.ceiling = copy + frame->length };
	static uint64_t turn;
	uint64_t hint = 0;
	port_set out;

	for (uint32_t stage = 0; stage < NF_HINT_STAGES; stage++)
		hint = nf_hint(bench->state, &packet, stage, hint);
	free(copy);
	turn++;
	out = bench_send_hinted(bench, frame, port, turn % 3 == 0 ? 0 : turn % 3 == 1 ? hint : hint ^ turn * 0x9e3779b9);
	if (out == 0)
		return false;
	assert_true(port < 4);
	assert_int_equal(out, UINT64_C(1) << partner[port]);
	return true;
}

static bool
down(struct bench *bench, int version, uint64_t destination, size_t size)
{
	struct frame frame = sized(version, 99, destination, size);

	return passes(bench, &frame, OUTSIDE);
}

static bool
up(struct bench *bench, int version, uint64_t source, size_t size)
{
	struct frame frame = sized(version, source, 99, size);

	return passes(bench, &frame, INSIDE);
}

/* What the table of that version holds of its last subscriber, and how many there are. */
struct kept {
	uint64_t count;
	uint64_t key[5], value[4]; /* value: tokens, last */
	uint32_t class;
	uint64_t tick;
};

static struct kept
kept(const struct bench *bench, int version)
{
	const struct flow_table *table = bench_object(bench, version == 4 ? "subscribers4" : "subscribers6");
	struct kept kept = { .count = 0 };

	for (uint64_t slot = 0; slot < flow_table_capacity(table); slot++)
		if (flow_table_entry_at(table, slot, bench->now, kept.key, kept.value, &kept.class, &kept.tick))
			kept.count++;
	return kept;
}

static void
assert_tokens(const struct bench *bench, int version, uint64_t tokens)
{
	struct kept only = kept(bench, version);

	assert_int_equal(only.count, 1);
	assert_int_equal(only.value[0], tokens);
	assert_int_equal(only.value[1], bench->now);
	assert_int_equal(only.class, 0);
	assert_int_equal(only.tick, bench->now / TICK);
}

static void
ports_without_pair(void **unused)
{
	struct bench bench;
	struct frame frame = sized(4, 1, 2, 60), arp = frame_ether(0x0806);

	(void)unused;
	start_default(&bench);
	for (uint64_t port = 4; port < PORTS; port++) {
		assert_false(passes(&bench, &frame, port));
		assert_false(passes(&bench, &arp, port));
	}
	assert_int_equal(kept(&bench, 4).count, 0);
	bench_fini(&bench);
}

static void
not_ip(void **unused)
{
	const uint16_t types[] = { 0x0806, 0x8100, 0x88cc, 46, 0x0801, 0x86dc };
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct frame frame = frame_ether(types[i]);

		for (uint64_t port = 0; port < 4; port++) {
			assert_true(passes(&bench, &frame, port));
			frame_bytes(&frame, 400);
			assert_true(passes(&bench, &frame, port));
		}
		for (frame.length = 0; frame.length < 14; frame.length++)
			assert_false(passes(&bench, &frame, OUTSIDE) || passes(&bench, &frame, INSIDE));
	}
	assert_int_equal(kept(&bench, 4).count + kept(&bench, 6).count, 0);
	bench_fini(&bench);
}

/* Every whole frame, cut anywhere: dropped both ways, and nobody is charged. */
static void
not_whole(void **unused)
{
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (int version = 4; version <= 6; version += 2) {
		struct frame frame = sized(version, 1, 2, 120);

		if (version == 6) {
			frame = frame_ether(0x86dd);
			frame_ipv6(&frame, 60, 1, 2);
			frame_options6(&frame, 17, 1);
			frame_end(&frame);
		}
		while (frame.length-- > 14)
			assert_false(passes(&bench, &frame, OUTSIDE) || passes(&bench, &frame, INSIDE));
	}
	struct frame header = sized(4, 1, 2, 60), version = sized(6, 1, 2, 60), extension = frame_ether(0x86dd);
	header.byte[14] = 0x44;
	assert_false(passes(&bench, &header, OUTSIDE));
	version.byte[14] = 0x50;
	assert_false(passes(&bench, &version, OUTSIDE));
	frame_ipv6(&extension, 0, 1, 2);
	frame_options6(&extension, 17, 0);
	frame_end(&extension);
	assert_true(passes(&bench, &extension, INSIDE));
	extension.byte[55] = 1; /* it says 16 bytes and is 8 */
	assert_false(passes(&bench, &extension, INSIDE));
	assert_int_equal(kept(&bench, 4).count + kept(&bench, 6).count, 0);
	bench_fini(&bench);
}

/* What is behind the IP header is not looked at, and padding is charged. */
static void
any_ip(void **unused)
{
	struct bench bench;
	struct frame later = frame_ether(0x0800), many = frame_ether(0x86dd), padded = sized(4, 1, 2, 40);

	(void)unused;
	start_default(&bench);
	frame_ipv4(&later, 17, 1, 3, 0x0001, 10);
	frame_end(&later);
	assert_true(passes(&bench, &later, OUTSIDE));
	frame_ipv6(&many, 60, 1, 2);
	for (int i = 0; i < 9; i++)
		frame_options6(&many, i < 8 ? 60 : 6, 0);
	frame_end(&many);
	assert_true(passes(&bench, &many, OUTSIDE));
	assert_tokens(&bench, 4, (BURST - later.length) * SECOND);
	assert_tokens(&bench, 6, (BURST - many.length) * SECOND);
	frame_bytes(&padded, 20);
	assert_true(passes(&bench, &padded, OUTSIDE));
	assert_int_equal(kept(&bench, 4).value[0], (BURST - 60) * SECOND);
	bench_fini(&bench);
}

static void
a_burst_and_then_the_rate(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;

		start_default(&bench);
		for (int i = 0; i < 2; i++)
			assert_true(down(&bench, version, 1, 1000));
		assert_tokens(&bench, version, 0);
		bench.now += SECOND / 10 - 1;
		assert_false(down(&bench, version, 1, 100));
		assert_tokens(&bench, version, 100 * SECOND - RATE); /* what is dropped costs nothing */
		bench.now++;
		assert_true(down(&bench, version, 1, 100));
		assert_tokens(&bench, version, 0);
		bench.now += 2 * SECOND;
		assert_true(down(&bench, version, 1, 500));
		assert_tokens(&bench, version, 1500 * SECOND);
		bench.now += 2 * SECOND; /* earns more than there is room for */
		assert_true(down(&bench, version, 1, 100));
		assert_tokens(&bench, version, (BURST - 100) * SECOND);
		bench_fini(&bench);
	}
}

static void
larger_than_the_burst(void **unused)
{
	struct bench bench;

	(void)unused;
	set_up(&bench);
	bench_set(&bench, "burst", 999);
	start(&bench);
	for (int i = 0; i < 3; i++) {
		assert_false(down(&bench, 4, 1, 1000));
		bench.now += 2 * SECOND;
	}
	assert_true(down(&bench, 4, 1, 999));
	bench_fini(&bench);
}

static void
one_direction_only(void **unused)
{
	(void)unused;
	for (uint64_t policed = DOWNSTREAM; policed <= UPSTREAM; policed++)
		for (int version = 4; version <= 6; version += 2) {
			struct bench bench;

			set_up(&bench);
			bench_set(&bench, "policed", policed);
			start(&bench);
			for (int i = 0; i < 10; i++)
				assert_true(policed == UPSTREAM ? down(&bench, version, 1, 1000) : up(&bench, version, 1, 1000));
			assert_int_equal(kept(&bench, version).count, 0);
			for (int i = 0; i < 10; i++)
				assert_int_equal(policed == UPSTREAM ? up(&bench, version, 1, 1000) : down(&bench, version, 1, 1000),
					i < 2);
			assert_int_equal(kept(&bench, version).count, 1);
			bench_fini(&bench);
		}
}

/* Each has a bucket of their own, by destination downstream and by source upstream, behind whichever port. */
static void
subscribers_are_apart(void **unused)
{
	(void)unused;
	for (uint64_t policed = DOWNSTREAM; policed <= UPSTREAM; policed++)
		for (int version = 4; version <= 6; version += 2) {
			struct bench bench;

			set_up(&bench);
			bench_set(&bench, "policed", policed);
			start(&bench);
			for (uint64_t who = 1; who <= 4; who++) {
				struct frame frame = policed == UPSTREAM ? sized(version, who, 99, 1000) : sized(version, 99, who, 1000);
				uint64_t first = policed == UPSTREAM ? INSIDE : OUTSIDE;
				uint64_t second = policed == UPSTREAM ? INSIDE2 : OUTSIDE2;

				assert_true(passes(&bench, &frame, first));
				assert_true(passes(&bench, &frame, second));
				assert_false(passes(&bench, &frame, first));
				assert_false(passes(&bench, &frame, second));
			}
			assert_int_equal(kept(&bench, version).count, 4);
			bench_fini(&bench);
		}
}

static void
prefixes(void **unused)
{
	(void)unused;
	for (uint64_t length = 0; length <= 128; length++) {
		struct bench bench;
		struct frame six = sized(6, 99, UINT64_MAX, 60);
		uint8_t expected[16] = { 0 };
		struct kept only;

		set_up(&bench);
		bench_set(&bench, "prefix4", length > 32 ? 32 : length);
		bench_set(&bench, "prefix6", length);
		start(&bench);
		for (size_t bit = 0; bit < length; bit++)
			expected[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		frame_poke(&six, 46, UINT64_MAX, 8);
		assert_true(passes(&bench, &six, OUTSIDE));
		only = kept(&bench, 6);
		assert_int_equal(only.count, 1);
		assert_memory_equal(only.key, expected, 16);
		assert_true(down(&bench, 4, 0xffffffff, 60));
		only = kept(&bench, 4);
		assert_int_equal(only.count, 1);
		assert_memory_equal(only.key, expected, 4);
		assert_int_equal(only.key[0] >> 32, 0);
		bench_fini(&bench);
	}
}

/* 10.0.0.0/30 is one subscriber and 10.0.0.4/30 another. */
static void
a_prefix_shares_a_bucket(void **unused)
{
	struct bench bench;

	(void)unused;
	set_up(&bench);
	bench_set(&bench, "prefix4", 30);
	start(&bench);
	for (uint64_t host = 0; host < 4; host++)
		assert_int_equal(down(&bench, 4, 0x0a000000 + host, 1000), host < 2);
	assert_true(down(&bench, 4, 0x0a000004, 1000));
	bench_fini(&bench);
}

static void
full_table(void **unused)
{
	(void)unused;
	for (uint64_t full = DROP; full <= PASS; full++)
		for (int version = 4; version <= 6; version += 2) {
			struct bench bench;

			set_up(&bench);
			bench_set(&bench, "full", full);
			start(&bench);
			for (uint64_t who = 0; who < 4; who++)
				assert_true(down(&bench, version, who, 1000));
			for (int i = 0; i < 10; i++)
				assert_int_equal(down(&bench, version, 4, 1700), full == PASS);
			assert_true(down(&bench, version, 0, 1000));
			assert_false(down(&bench, version, 0, 100));
			bench.now += 2 * SECOND + 2 * TICK;
			assert_true(down(&bench, version, 4, BURST));
			assert_false(down(&bench, version, 4, 100));
			assert_int_equal(kept(&bench, version).count, 1);
			bench_fini(&bench);
		}
}

/* Whoever is forgotten has a full bucket when next heard of, and would have had one if remembered. */
static void
forgetting_changes_nothing(void **unused)
{
	(void)unused;
	for (uint64_t wait = SECOND; wait < 3 * SECOND; wait += SECOND / 16) {
		uint64_t earned = wait < 2 * SECOND ? wait * RATE / SECOND : BURST;
		struct bench bench;

		start_default(&bench);
		assert_true(down(&bench, 4, 1, BURST));
		bench.now += wait;
		assert_true(down(&bench, 4, 1, earned - 500));
		assert_false(down(&bench, 4, 1, 501));
		bench_fini(&bench);
	}
}

/* A bucket that nobody may forget before it is full: forget is at least burst / rate, rounded up. */
static void
forget_is_long_enough(void **unused)
{
	const struct {
		uint64_t rate, burst, forget;
		bool starts;
	} cases[] = {
		{ 1000, 3000, 3 * SECOND, true }, { 1000, 3000, 3 * SECOND - 1, false }, { 999, 3000, 3 * SECOND, false },
		{ 1000, 3001, 3 * SECOND, false }, { 3, 10, 3333333334, true }, { 3, 10, 3333333333, false },
		{ UINT64_C(1) << 40, UINT64_C(1) << 33, SECOND, true }, { 1, UINT64_C(1) << 33, 604800 * SECOND, false },
		{ 1, 604800, 604800 * SECOND, true }, { 1, 604801, 604800 * SECOND, false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bench bench;

		set_up(&bench);
		bench_set(&bench, "rate", cases[i].rate);
		bench_set(&bench, "burst", cases[i].burst);
		bench_set(&bench, "forget", cases[i].forget);
		assert_int_equal(bench_start(&bench), cases[i].starts);
		assert_int_equal(bench.env.error == NULL, cases[i].starts);
		if (!cases[i].starts)
			assert_non_null(strstr(bench.env.error, "burst / rate"));
		bench_fini(&bench);
	}
}

static void
defaults_start(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	start(&bench);
	assert_true(down(&bench, 6, 1, 1514));
	assert_int_equal(kept(&bench, 6).value[0], (125000 - 1514) * SECOND);
	bench_fini(&bench);
}

/* Grants that many allocations. */
struct purse {
	size_t left;
};

static void *
purse_zalloc(size_t size, void *context)
{
	const size_t lines = (size + 63) / 64;
	struct purse *purse = context;
	void *memory;

	if (purse->left == 0)
		return NULL;
	purse->left--;
	memory = aligned_alloc(64, lines * 64);
	return memory ? memset(memory, 0, lines * 64) : NULL;
}

static void
purse_release(void *memory, size_t size, void *context)
{
	(void)size, (void)context;
	free(memory);
}

static void
out_of_memory(void **unused)
{
	size_t refused = 0;

	(void)unused;
	for (bool started = false; !started; refused++) {
		struct purse purse = { .left = refused + 1 }; /* one for the vig itself */
		const struct vig_memory memory = { purse_zalloc, purse_release, &purse };
		struct bench bench;

		bench_init(&bench, &memory, PORTS);
		if (!bench.vig)
			continue;
		started = bench_start(&bench);
		assert_true(started || strstr(bench.env.error, "out of memory"));
		bench_fini(&bench);
		assert_true(refused < 50);
	}
	assert_true(refused > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_without_pair), cmocka_unit_test(not_ip), cmocka_unit_test(not_whole),
		cmocka_unit_test(any_ip), cmocka_unit_test(a_burst_and_then_the_rate),
		cmocka_unit_test(larger_than_the_burst), cmocka_unit_test(one_direction_only),
		cmocka_unit_test(subscribers_are_apart), cmocka_unit_test(prefixes),
		cmocka_unit_test(a_prefix_shares_a_bucket), cmocka_unit_test(full_table),
		cmocka_unit_test(forgetting_changes_nothing), cmocka_unit_test(forget_is_long_enough),
		cmocka_unit_test(defaults_start), cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
