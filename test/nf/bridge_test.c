/* SPDX-License-Identifier: BSD-3-Clause */
/* Where frames go through the bridge, and what it knows afterwards. */
#include "libvig/flow_table.h"
#include "test/nf/bench.h"

#define TICK (UINT64_C(1) << 26)
#define SECOND UINT64_C(1000000000)
#define PORTS 5

#define A 0x020000000001
#define B 0x020000000002
#define C 0x020000000003
#define BROADCAST 0xffffffffffff
#define MULTICAST 0x01005e000001
#define RESERVED 0x0180c2000000

static struct frame
frame_between(uint64_t from, uint64_t to)
{
	struct frame frame = { .length = 0 };

	frame_put(&frame, to, 6);
	frame_put(&frame, from, 6);
	frame_put(&frame, 0x88b5, 2);
	frame_put(&frame, 0x0123456789abcdef, 8);
	return frame;
}

static port_set
sends(struct bench *bench, uint64_t from, uint64_t to, uint64_t port)
{
	const struct frame frame = frame_between(from, to);

	return bench_send(bench, &frame, port);
}

static port_set
others(uint64_t port)
{
	return ((1u << PORTS) - 1) & ~(1u << port);
}

static void
start(struct bench *bench, uint64_t capacity)
{
	bench_init(bench, NULL, PORTS);
	if (capacity)
		bench_set(bench, "capacity", capacity);
	assert_true(bench_start(bench));
}

static void
fix(struct bench *bench, uint64_t mac, uint64_t port)
{
	const uint64_t fields[2][2] = { { mac, 0 }, { port, 0 } };

	assert_null(vig_bind(bench->vig, "static", fields, 2, PORTS));
}

/* What is kept of a station: its port, or -1. tick may be NULL. */
static int64_t
known(const struct bench *bench, uint64_t mac, uint64_t *tick)
{
	struct flow_table *table = bench_object(bench, "stations");
	uint64_t key[5], value[4], last, wanted = __builtin_bswap64(mac) >> 16;
	uint32_t class;

	for (uint64_t slot = 0; slot < flow_table_capacity(table); slot++)
		if (flow_table_entry_at(table, slot, bench->now, key, value, &class, &last) && key[0] == wanted) {
			if (tick)
				*tick = last;
			return (int64_t)value[0];
		}
	return -1;
}

static uint64_t
live(const struct bench *bench)
{
	struct vig_figures figures;

	vig_figures(bench->vig, 0, bench->now, &figures);
	return figures.live;
}

static void
unknown_goes_everywhere_else(void **unused)
{
	(void)unused;
	for (uint64_t ports = 1; ports <= NF_MAX_PORTS; ports++) {
		struct bench bench;

		bench_init(&bench, NULL, ports);
		assert_true(bench_start(&bench));
		for (uint64_t port = 0; port < ports; port++)
			for (uint64_t to = 0; to < ports; to++) {
				const port_set out = sends(&bench, A + port, C + 1000, port);

				assert_int_equal(out >> to & 1, to != port);
				assert_int_equal(out >> ports, 0);
				assert_int_equal(sends(&bench, A + port, BROADCAST, port), out);
				assert_int_equal(sends(&bench, A + port, MULTICAST, port), out);
			}
		bench_fini(&bench);
	}
}

static void
known_goes_there_only(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 0);
	assert_int_equal(sends(&bench, A, B, 0), others(0));
	assert_int_equal(sends(&bench, B, A, 3), 1 << 0);
	assert_int_equal(sends(&bench, A, B, 0), 1 << 3);
	assert_int_equal(sends(&bench, C, B, 3), 0); /* on the same side: not forwarded */
	assert_int_equal(sends(&bench, A, C, 0), 1 << 3);
	assert_int_equal(sends(&bench, A, A, 0), 0); /* learned before it is looked up */
	assert_int_equal(sends(&bench, B + 7, B + 7, 2), 0);
	assert_int_equal(known(&bench, A, NULL), 0);
	assert_int_equal(known(&bench, B, NULL), 3);
	assert_int_equal(live(&bench), 4);
	bench_fini(&bench);
}

/* Every single bit of the address counts. */
static void
near_addresses(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 0);
	sends(&bench, A, BROADCAST, 2);
	for (int bit = 0; bit < 48; bit++)
		assert_int_equal(sends(&bench, B, A ^ UINT64_C(1) << bit, 0), others(0));
	assert_int_equal(sends(&bench, B, A, 0), 1 << 2);
	bench_fini(&bench);
}

static void
groups_are_not_learned(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 0);
	assert_int_equal(sends(&bench, BROADCAST, A, 0), others(0));
	assert_int_equal(sends(&bench, MULTICAST, A, 0), others(0));
	assert_int_equal(sends(&bench, RESERVED, A, 0), others(0));
	assert_int_equal(live(&bench), 0);
	assert_int_equal(sends(&bench, A, BROADCAST, 1), others(1));
	assert_int_equal(sends(&bench, A, MULTICAST, 1), others(1));
	assert_int_equal(live(&bench), 1);
	assert_int_equal(sends(&bench, 0, A, 0), 1 << 1); /* an individual address like another */
	assert_int_equal(known(&bench, 0, NULL), 0);
	bench_fini(&bench);
}

static void
reserved_addresses_stay(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 0);
	fix(&bench, RESERVED + 3, 2);
	for (uint64_t i = 0; i < 256; i++)
		assert_int_equal(sends(&bench, A, RESERVED + i, 0), i < 16 ? 0 : others(0));
	assert_int_equal(known(&bench, A, NULL), 0);
	for (int bit = 4; bit < 48; bit++)
		assert_int_equal(sends(&bench, A, RESERVED ^ UINT64_C(1) << bit, 0), others(0));
	bench_fini(&bench);
}

static void
a_moved_station_is_followed(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 2);
	sends(&bench, A, BROADCAST, 0);
	sends(&bench, B, BROADCAST, 1);
	for (uint64_t port = 0; port < PORTS; port++) {
		sends(&bench, A, B, port); /* also when the table is full */
		assert_int_equal(known(&bench, A, NULL), port);
		assert_int_equal(sends(&bench, B, A, 1), port == 1 ? 0 : 1u << port);
	}
	assert_int_equal(live(&bench), 2);
	bench_fini(&bench);
}

static void
stations_are_forgotten(void **unused)
{
	const uint64_t life = (300 * SECOND + TICK - 1) / TICK;
	struct bench bench;
	uint64_t tick;

	(void)unused;
	start(&bench, 0);
	sends(&bench, A, BROADCAST, 1);
	bench.now += life * TICK;
	assert_int_equal(sends(&bench, B, A, 0), 1 << 1); /* hearing of it is no sign of life */
	bench.now += TICK;
	assert_int_equal(sends(&bench, B, A, 0), others(0));
	assert_int_equal(known(&bench, A, NULL), -1);
	sends(&bench, A, RESERVED, 1);
	bench.now += life * TICK;
	sends(&bench, A, B, 1);
	assert_int_equal(known(&bench, A, &tick), 1);
	assert_int_equal(tick, bench.now / TICK);
	bench.now += life * TICK;
	assert_int_equal(sends(&bench, B, A, 0), 1 << 1);
	bench_fini(&bench);
}

static void
options(void **unused)
{
	struct bench bench;
	const struct flow_table *table;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	bench_set(&bench, "capacity", 7);
	bench_set(&bench, "ageing", 10 * SECOND);
	assert_true(bench_start(&bench));
	table = bench_object(&bench, "stations");
	assert_int_equal(flow_table_capacity(table), 7);
	assert_int_equal(flow_table_shift(table), 26);
	assert_int_equal(flow_table_classes(table), 1);
	assert_int_equal(flow_table_lifetime(table, 0), (10 * SECOND + TICK - 1) / TICK);
	assert_string_equal(vig_kind(bench.vig, 1), "list_map");
	bench_fini(&bench);
}

static void
static_stations(void **unused)
{
	struct bench bench;

	(void)unused;
	start(&bench, 4);
	fix(&bench, A, 3);
	fix(&bench, MULTICAST, 4);
	for (uint64_t port = 0; port < PORTS; port++) {
		assert_int_equal(sends(&bench, B, A, port), port == 3 ? 0 : 1 << 3);
		assert_int_equal(sends(&bench, B, MULTICAST, port), port == 4 ? 0 : 1 << 4);
	}
	assert_int_equal(sends(&bench, A, C, 0), others(0)); /* heard elsewhere: forwarded, not learned */
	assert_int_equal(known(&bench, A, NULL), -1);
	assert_int_equal(live(&bench), 1);
	bench.now += 1000000 * SECOND;
	assert_int_equal(sends(&bench, C, A, 0), 1 << 3); /* never aged */
	assert_int_equal(sends(&bench, A, A, 3), 0);
	bench_fini(&bench);
}

static void
a_full_table_forwards(void **unused)
{
	struct bench bench;
	uint64_t tick;

	(void)unused;
	start(&bench, 2);
	fix(&bench, C, 4);
	sends(&bench, A, BROADCAST, 0);
	sends(&bench, B, BROADCAST, 1);
	bench.now += TICK;
	assert_int_equal(sends(&bench, A + 100, B, 2), 1 << 1);
	assert_int_equal(sends(&bench, A + 100, C, 2), 1 << 4);
	assert_int_equal(sends(&bench, A + 100, BROADCAST, 2), others(2));
	assert_int_equal(sends(&bench, B, A + 100, 1), others(1));
	assert_int_equal(known(&bench, A + 100, NULL), -1);
	assert_int_equal(known(&bench, A, &tick), 0);
	assert_int_equal(tick, bench.now / TICK - 1);
	bench.now += 301 * SECOND; /* the room of who is forgotten is had at once */
	sends(&bench, A + 100, B, 2);
	sends(&bench, A + 101, B, 2);
	sends(&bench, A + 102, B, 2);
	assert_int_equal(known(&bench, A + 100, NULL), 2);
	assert_int_equal(known(&bench, A + 101, NULL), 2);
	assert_int_equal(known(&bench, A + 102, NULL), -1);
	bench_fini(&bench);
}

/* Fourteen bytes are a frame; fewer are not, and teach nothing. */
static void
short_frames(void **unused)
{
	struct frame frame = frame_between(A, BROADCAST);
	struct bench bench;

	(void)unused;
	start(&bench, 0);
	for (frame.length = 0; frame.length < 14; frame.length++)
		assert_int_equal(bench_send(&bench, &frame, 0), 0);
	assert_int_equal(live(&bench), 0);
	assert_int_equal(bench_send(&bench, &frame, 0), others(0));
	assert_int_equal(live(&bench), 1);
	bench_fini(&bench);
}

static port_set
sends_with_hints(struct bench *bench, const struct frame *frame, uint64_t port)
{
	uint8_t *copy = frame_copy(frame, frame->length);
	struct packet packet = { .data = copy, .length = frame->length, .port = port, .floor = copy,
		.ceiling = copy + frame->length };

	for (uint32_t stage = 0; stage < NF_HINT_STAGES; stage++)
		packet.hint = nf_hint(bench->state, &packet, stage, packet.hint);
	free(copy);
	return bench_send_hinted(bench, frame, port, packet.hint);
}

/* Right hints, no hints and wrong hints come to the same. */
static void
hints(void **unused)
{
	struct bench with, without, wrong;
	uint64_t random = 1;

	(void)unused;
	start(&with, 20);
	start(&without, 20);
	start(&wrong, 20);
	for (int i = 0; i < 5000; i++) {
		struct frame frame;
		uint64_t port;
		port_set out;

		random = random * 6364136223846793005u + 1442695040888963407u;
		frame = frame_between(A + (random >> 33) % 30, A + (random >> 40) % 30);
		frame.length = random >> 60 == 0 ? random >> 50 & 15 : frame.length;
		port = (random >> 50) % PORTS;
		out = bench_send(&without, &frame, port);
		assert_int_equal(sends_with_hints(&with, &frame, port), out);
		assert_int_equal(bench_send_hinted(&wrong, &frame, port, random), out);
		with.now = without.now = wrong.now += (random >> 20 & 0x3f) * TICK;
	}
	bench_fini(&with);
	bench_fini(&without);
	bench_fini(&wrong);
}

static void *
short_zalloc(size_t size, void *context)
{
	const size_t rounded = (size + 63) / 64 * 64;
	uint64_t *left = context;

	if (*left == 0)
		return NULL;
	--*left;
	return memset(aligned_alloc(64, rounded), 0, rounded);
}

static void
short_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	free(memory);
}

static void
out_of_memory(void **unused)
{
	bool started = false;

	(void)unused;
	for (uint64_t pieces = 1; !started; pieces++) {
		uint64_t left = pieces;
		struct vig_memory memory = { short_zalloc, short_release, &left };
		struct bench bench;

		assert_true(pieces < 100);
		bench_init(&bench, &memory, PORTS);
		assert_non_null(bench.vig);
		started = bench_start(&bench);
		assert_int_equal(bench.env.error != NULL, !started);
		bench_fini(&bench);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_goes_everywhere_else),
		cmocka_unit_test(known_goes_there_only),
		cmocka_unit_test(near_addresses),
		cmocka_unit_test(groups_are_not_learned),
		cmocka_unit_test(reserved_addresses_stay),
		cmocka_unit_test(a_moved_station_is_followed),
		cmocka_unit_test(stations_are_forgotten),
		cmocka_unit_test(options),
		cmocka_unit_test(static_stations),
		cmocka_unit_test(a_full_table_forwards),
		cmocka_unit_test(short_frames),
		cmocka_unit_test(hints),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("nf/bridge", tests, NULL, NULL);
}
