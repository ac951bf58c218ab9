/* SPDX-License-Identifier: BSD-3-Clause */
/* test/nf/bench.h -- a network function with real libVig state behind it, and packets to put through.
 *
 * Linked with exactly one network function. */
#ifndef TEST_NF_BENCH_H
#define TEST_NF_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvig/vig.h"
#include "nf/nf.h"
#include "test/net/frame.h"

#define BENCH_OPTIONS 32

struct bench {
	struct vig *vig;
	struct nf_value option[BENCH_OPTIONS];
	struct nf_env env;
	void *state;
	uint64_t now;
};

/* All options at their defaults; set some, then bench_start. memory NULL: the C library's. */
static inline void
bench_init(struct bench *bench, const struct vig_memory *memory, uint64_t ports)
{
	const uint64_t secret[4] = { 0x0123456789abcdef, 0xfedcba9876543210, 0x5555aaaa3333cccc, 7 };

	memset(bench, 0, sizeof *bench);
	bench->vig = vig_new(memory, secret);
	for (size_t i = 0; nf_options[i].name; i++) {
		assert_true(i < BENCH_OPTIONS);
		bench->option[i] = nf_options[i].initial;
	}
	bench->env = (struct nf_env){ .vig = bench->vig, .option = bench->option, .ports = ports };
	bench->now = UINT64_C(1) << 40;
}

static inline void
bench_set(struct bench *bench, const char *name, uint64_t lo)
{
	for (size_t i = 0; nf_options[i].name; i++)
		if (strcmp(nf_options[i].name, name) == 0) {
			bench->option[i].lo = lo;
			return;
		}
	fail_msg("no option %s", name);
}

static inline bool
bench_start(struct bench *bench)
{
	bench->state = nf_init(&bench->env);
	return bench->state != NULL;
}

static inline void
bench_fini(struct bench *bench)
{
	vig_delete(bench->vig);
}

static inline void *
bench_object(const struct bench *bench, const char *name)
{
	for (size_t i = 0; i < vig_count(bench->vig); i++)
		if (strcmp(vig_name(bench->vig, i), name) == 0)
			return vig_object(bench->vig, i);
	fail_msg("no object %s", name);
	return NULL;
}

/* The frame as a packet in a block without a byte to spare, so that a checking allocator sees every
 * access outside. bench_send hands it in and asserts that not a byte changed. */
static inline port_set
bench_send_hinted(struct bench *bench, const struct frame *frame, uint64_t port, uint64_t hint)
{
	uint8_t *copy = frame_copy(frame, frame->length);
	struct packet packet = {
		.data = copy, .length = frame->length, .port = port, .hint = hint,
		.floor = copy, .ceiling = copy + frame->length,
	};
	port_set out = nf_process(bench->state, &packet, bench->now);

	assert_ptr_equal(packet.data, copy);
	assert_int_equal(packet.length, frame->length);
	assert_memory_equal(copy, frame->byte, frame->length);
	free(copy);
	return out;
}

static inline port_set
bench_send(struct bench *bench, const struct frame *frame, uint64_t port)
{
	return bench_send_hinted(bench, frame, port, 0);
}

#endif
