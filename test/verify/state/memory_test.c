/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads after writes at symbolic offsets, against an array of bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "verify/state/memory.h"

#define SIZE 64

static uint64_t state = 0x9e3779b97f4a7c15ull;

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static term
random_offset(struct terms *ts, const term *unknown)
{
	const term constant = term_const(ts, 64, draw() % 24);

	return draw() % 2 ? constant : term_add(ts, unknown[draw() % 2], constant);
}

/* One run: the same writes on the chain and, in one concrete case, on bytes. */
static void
run_once(void)
{
	static const uint8_t offset_width[] = { 64 };
	static const unsigned sizes[] = { 1, 2, 4, 8 };
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	const term unknown[] = { term_var_in(ts, 64, "i", 0, 16), term_var_in(ts, 64, "k", 0, 16) };
	struct model *m = model_new(draw());
	struct memory memory = { { NULL } };
	uint8_t bytes[SIZE];
	struct space space;
	struct path path;
	unsigned region;

	space_init(&space, ts);
	region = space_add(&space, "bytes", SIZE, true);
	space.region[region].initial = term_function_new(ts, "initial", 8, 1, offset_width);
	path_init(&path, ts, smt);
	for (unsigned i = 0; i < SIZE; i++) {
		const term at = term_const(ts, 64, i);

		bytes[i] = (uint8_t)model_value(m, term_app(ts, space.region[region].initial, &at));
	}
	for (int i = 0; i < 8; i++) {
		const unsigned size = sizes[draw() % 4];
		const term offset = random_offset(ts, unknown), value = term_const(ts, size * 8, draw());

		memory_write(&space, &memory, region, offset, value);
		memcpy(bytes + model_value(m, offset), &value->value, size);
	}
	for (int i = 0; i < 8; i++) {
		const unsigned size = sizes[draw() % 4];
		const term offset = random_offset(ts, unknown);
		uint64_t expected = 0;

		memcpy(&expected, bytes + model_value(m, offset), size);
		assert_int_equal(model_value(m, memory_read(&space, &memory, &path, region, offset, size)), expected);
	}
	path_fini(&path);
	model_free(m);
	smt_free(smt);
	terms_free(ts);
}

static void
test_reads_see_writes(void **unused)
{
	(void)unused;
	for (int round = 0; round < 40; round++)
		run_once();
}

/* The extent is compared without wrapping: an offset just below 0, or a size that leaves the end, is outside. */
static void
test_inside_does_not_wrap(void **unused)
{
	struct terms *ts = terms_new();
	struct space space;
	unsigned region;

	(void)unused;
	space_init(&space, ts);
	region = space_add(&space, "bytes", 16, true);
	assert_true(term_is_true(space_inside(&space, &space.region[region], term_const(ts, 64, 8), 8)));
	assert_true(term_is_false(space_inside(&space, &space.region[region], term_const(ts, 64, 9), 8)));
	assert_true(term_is_false(space_inside(&space, &space.region[region], term_const(ts, 64, (uint64_t)-1), 8)));
	assert_true(term_is_false(space_inside(&space, &space.region[region], term_const(ts, 64, (uint64_t)-8), 8)));
	terms_free(ts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_see_writes),
		cmocka_unit_test(test_inside_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
