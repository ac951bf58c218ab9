/* SPDX-License-Identifier: BSD-3-Clause */
#include "test/nf/bench.h"

/* Every port of every number of ports, every length from nothing on. */
static void
wires(void **unused)
{
	(void)unused;
	for (uint64_t ports = 1; ports <= NF_MAX_PORTS; ports++) {
		struct bench bench;

		bench_init(&bench, NULL, ports);
		assert_true(bench_start(&bench));
		for (uint64_t port = 0; port < ports; port++) {
			uint64_t other = port % 2 ? port - 1 : port + 1;
			struct frame frame = { .length = 0 };

			for (size_t n = 0; n < 64; n++) {
				assert_int_equal(bench_send(&bench, &frame, port),
					other < ports ? UINT64_C(1) << other : 0);
				frame_put(&frame, n * 37, 1);
			}
		}
		bench_fini(&bench);
	}
}

static void *
no_memory(size_t size, void *context)
{
	(void)size;
	return --*(int *)context < 0 ? NULL : calloc(1, 4096);
}

static void
released(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	free(memory);
}

static void
out_of_memory(void **unused)
{
	int left = 1; /* enough for vig_new */
	struct vig_memory memory = { no_memory, released, &left };
	struct bench bench;

	(void)unused;
	bench_init(&bench, &memory, 2);
	assert_non_null(bench.vig);
	assert_false(bench_start(&bench));
	assert_non_null(bench.env.error);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wires),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("nf/nop", tests, NULL, NULL);
}
