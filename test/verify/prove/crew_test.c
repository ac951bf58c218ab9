/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths shared out: each is taken by exactly one process, what any of them finds against a goal is in the whole, and a
 * process that is lost leaves its goals open. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "verify/prove/inside.h"

#define PATHS 500
#define MEMBERS 4

static struct verdict whole;
static struct prover prover;
static const struct verify_request request = { .solver_ms = 1000 };
static unsigned *taken; /* per path, how often; shared by all processes */

static int
setup(void **state)
{
	(void)state;
	memset(&whole, 0, sizeof whole);
	prover = (struct prover){ .request = &request, .verdict = &whole, .property = -1 };
	prover.subject.terms = terms_new();
	prover.subject.smt = smt_new(prover.subject.terms, 1000);
	taken = mmap(NULL, PATHS * sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prover_goal(&prover, "safety", "");
	return taken == MAP_FAILED;
}

static int
teardown(void **state)
{
	(void)state;
	verdict_fini(&whole);
	smt_free(prover.subject.smt);
	terms_free(prover.subject.terms);
	munmap(taken, PATHS * sizeof *taken);
	return 0;
}

static void
take_all(void)
{
	for (uint64_t i = 0; i < PATHS; i++)
		if (crew_takes(&prover, i)) {
			__atomic_fetch_add(&taken[i], 1, __ATOMIC_SEQ_CST);
			prover.goal->obligations++;
			usleep(20);
		}
}

static void
every_path_is_one_processes(void **state)
{
	(void)state;
	for (unsigned members = 1; members <= MEMBERS; members++) {
		whole.goals = 1;
		memset(taken, 0, PATHS * sizeof *taken);
		crew_start(&prover, members);
		prover_goal(&prover, "spec", "");
		take_all();
		prover_goal(&prover, "a property", "");
		take_all();
		crew_end(&prover);
		for (unsigned i = 0; i < PATHS; i++)
			assert_int_equal(taken[i], 2);
		assert_int_equal(whole.goals, 3);
		assert_int_equal(whole.goal[1].obligations, PATHS);
		assert_int_equal(whole.goal[2].obligations, PATHS);
		assert_int_equal(whole.goal[2].verdict, VERDICT_PROVED);
	}
}

static void
what_one_process_finds_is_in_the_whole(void **state)
{
	(void)state;
	for (unsigned finder = 0; finder < MEMBERS; finder++) {
		whole.goals = 1;
		crew_start(&prover, MEMBERS);
		prover_goal(&prover, "spec", "");
		if (prover.which == finder)
			prover_fails(&prover, VERDICT_UNKNOWN, "too hard for %u", finder);
		crew_end(&prover);
		assert_int_equal(whole.goal[0].verdict, VERDICT_PROVED);
		assert_int_equal(whole.goal[1].verdict, VERDICT_UNKNOWN);
		assert_non_null(strstr(whole.goal[1].reason, "too hard for"));
	}
}

/* A process that took paths and was lost: nobody knows what it would have found. */
static void
a_lost_process_leaves_goals_open(void **state)
{
	(void)state;
	crew_start(&prover, MEMBERS);
	prover_goal(&prover, "spec", "");
	if (prover.which == 2)
		_exit(0);
	prover_goal(&prover, "a property", "");
	crew_end(&prover);
	assert_int_equal(whole.goals, 3);
	assert_int_equal(whole.goal[0].verdict, VERDICT_PROVED);
	assert_int_equal(whole.goal[1].verdict, VERDICT_UNKNOWN);
	assert_int_equal(whole.goal[2].verdict, VERDICT_UNKNOWN);
}

/* Goals behind a refuted one were not looked at by all: they are not told, least of all as proved. */
static void
nothing_behind_a_refuted_goal_is_told(void **state)
{
	(void)state;
	for (unsigned finder = 0; finder < 2; finder++) {
		whole.goals = 1;
		crew_start(&prover, 2);
		prover_goal(&prover, "spec", "");
		if (prover.which == finder) {
			prover.goal->verdict = VERDICT_REFUTED;
			crew_stop(&prover);
		} else {
			while (!crew_is_done(&prover))
				usleep(100);
			assert_false(crew_takes(&prover, 0));
			prover_goal(&prover, "a property", "");
		}
		crew_end(&prover);
		assert_int_equal(whole.goals, 2);
		assert_int_equal(whole.goal[1].verdict, VERDICT_REFUTED);
	}
}

static void
start_property(uint64_t asserts)
{
	whole.goals = 1;
	crew_start(&prover, 2);
	prover_goal(&prover, "a property", "");
	crew_count_asserts(&prover, asserts);
	crew_end(&prover);
}

static void
a_property_without_asserts_says_nothing(void **state)
{
	(void)state;
	start_property(0);
	assert_int_equal(whole.goal[1].verdict, VERDICT_BAD_INPUT);
	whole.goals = 1;
	crew_start(&prover, 2);
	prover_goal(&prover, "a property", "");
	crew_count_asserts(&prover, prover.which == 1 ? 1 : 0); /* one path in one process is enough */
	crew_end(&prover);
	assert_int_equal(whole.goal[1].verdict, VERDICT_PROVED);
}

/* Both have one; only one of them may be tried, and it is the one that the whole shows, bytes and all. */
static void
one_counterexample_is_confirmed(void **state)
{
	static uint8_t mine[2][3] = { "ab", "cd" };
	uint8_t *bytes = malloc(3);

	(void)state;
	assert_non_null(bytes);
	crew_start(&prover, 2);
	prover_goal(&prover, "spec", "");
	memcpy(bytes, mine[prover.which], 3);
	if (crew_may_confirm(&prover)) {
		prover.verdict->has_counterexample = true;
		prover.verdict->counterexample = (struct counterexample){ .goal = 1, .packets = 1, .confirmed = true,
			.packet = { { .length = 3, .bytes = bytes } } };
		prover.goal->verdict = VERDICT_REFUTED;
		crew_confirmed(&prover, true);
	} else {
		taken[0]++;
		free(bytes);
	}
	crew_end(&prover);
	assert_int_equal(taken[0], 1);
	assert_true(whole.has_counterexample && whole.counterexample.confirmed);
	assert_int_equal(whole.goal[1].verdict, VERDICT_REFUTED);
	assert_true(memcmp(whole.counterexample.packet[0].bytes, "ab", 3) == 0 ||
		memcmp(whole.counterexample.packet[0].bytes, "cd", 3) == 0);
}

/* The solver's clock runs in a thread, which a forked process does not have: it must have its own. */
static void
time_limits_hold_in_every_process(void **state)
{
	struct terms *ts = prover.subject.terms;
	const term x = term_var(ts, 64, "x"), y = term_var(ts, 64, "y");
	const term hard = term_and(ts, term_and(ts, term_ult(ts, term_const(ts, 64, 1), x), term_ult(ts, term_const(ts, 64, 1), y)),
		term_eq(ts, term_mul(ts, x, y), term_const(ts, 64, 0xfffffffffffffc5bull)));
	enum smt_result result;

	(void)state;
	model_free(smt_model(prover.subject.smt, &hard, 1, 1, &result)); /* the clock was used before the fork */
	crew_start(&prover, 3);
	prover_goal(&prover, "spec", "");
	model_free(smt_model(prover.subject.smt, &hard, 1, 2, &result));
	prover.goal->obligations = 1;
	crew_end(&prover);
	assert_int_equal(whole.goal[1].obligations, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_path_is_one_processes, setup, teardown),
		cmocka_unit_test_setup_teardown(what_one_process_finds_is_in_the_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_process_leaves_goals_open, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_behind_a_refuted_goal_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(a_property_without_asserts_says_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(one_counterexample_is_confirmed, setup, teardown),
		cmocka_unit_test_setup_teardown(time_limits_hold_in_every_process, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
