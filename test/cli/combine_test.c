/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What two verdicts come to: nothing is proved that one of them leaves open, nothing refuted without a witness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/combine.h"

static struct verdict main_verdict, traps;

static const char *const names[] = { "safety", "spec", "some property" };

/* A verdict with these goals; it says itself what the worst of them is, or more. */
static void
make(struct verdict *v, enum verdict_kind kind, unsigned goals, const enum verdict_kind *each)
{
	memset(v, 0, sizeof *v);
	v->kind = kind;
	v->goals = goals;
	for (unsigned i = 0; i < goals; i++) {
		snprintf(v->goal[i].name, sizeof v->goal[i].name, "%s", names[i]);
		v->goal[i].verdict = each[i];
	}
}

#define MAKE(v, kind, ...) \
	make(v, kind, sizeof (enum verdict_kind[]){ __VA_ARGS__ } / sizeof(enum verdict_kind), \
		(enum verdict_kind[]){ __VA_ARGS__ })

static enum verdict_kind
combined(void)
{
	combine_traps(&main_verdict, &traps, true);
	combine_settle(&main_verdict);
	return main_verdict.kind;
}

static void
both_proved(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_PROVED);
	assert_int_equal(main_verdict.goals, 3);
	assert_string_equal(main_verdict.goal[2].name, "undefined behaviour");
}

static void
what_is_open_on_either_side_stays_open(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_UNKNOWN, VERDICT_UNKNOWN);
	assert_int_equal(combined(), VERDICT_UNKNOWN);
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_UNKNOWN, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_UNKNOWN);
	MAKE(&main_verdict, VERDICT_UNKNOWN, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_UNKNOWN);
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_UNKNOWN);
	MAKE(&traps, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_UNKNOWN);
}

static void
no_goal_no_proof(void **state)
{
	(void)state;
	make(&main_verdict, VERDICT_PROVED, 0, NULL);
	combine_settle(&main_verdict);
	assert_int_equal(main_verdict.kind, VERDICT_UNKNOWN);
}

static void
a_violation_without_a_witness_is_unknown(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_REFUTED, VERDICT_PROVED, VERDICT_REFUTED);
	combine_settle(&main_verdict);
	assert_int_equal(main_verdict.kind, VERDICT_UNKNOWN);
	assert_int_equal(main_verdict.goal[1].verdict, VERDICT_UNKNOWN);
	assert_non_null(strstr(main_verdict.goal[1].reason, "no packets were found"));
	MAKE(&main_verdict, VERDICT_REFUTED, VERDICT_PROVED, VERDICT_REFUTED);
	main_verdict.has_counterexample = true;
	main_verdict.counterexample.goal = 1;
	combine_settle(&main_verdict);
	assert_int_equal(main_verdict.kind, VERDICT_UNKNOWN);
}

static void
a_witness_is_for_its_goal_only(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_REFUTED, VERDICT_PROVED, VERDICT_REFUTED, VERDICT_REFUTED);
	main_verdict.has_counterexample = true;
	main_verdict.counterexample = (struct counterexample){ .goal = 2, .confirmed = true };
	combine_settle(&main_verdict);
	assert_int_equal(main_verdict.kind, VERDICT_REFUTED);
	assert_int_equal(main_verdict.goal[1].verdict, VERDICT_UNKNOWN);
	assert_int_equal(main_verdict.goal[2].verdict, VERDICT_REFUTED);
}

static void
a_trap_refutes(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_REFUTED, VERDICT_REFUTED);
	traps.has_counterexample = true;
	traps.counterexample = (struct counterexample){ .goal = 0, .confirmed = true };
	assert_int_equal(combined(), VERDICT_REFUTED);
	assert_int_equal(main_verdict.counterexample.goal, 2);
	traps.counterexample.confirmed = false;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_UNKNOWN);
}

static void
bad_input_is_told(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_BAD_INPUT, VERDICT_PROVED);
	err_set(&traps.err, "not to be read");
	assert_int_equal(combined(), VERDICT_BAD_INPUT);
	assert_string_equal(main_verdict.err.text, "not to be read");
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED);
	main_verdict.goals = VERIFY_GOALS;
	MAKE(&traps, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_BAD_INPUT);
	assert_non_null(strstr(main_verdict.err.text, "more properties"));
}

static void
safety_alone_is_not_what_was_asked(void **state)
{
	(void)state;
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED);
	MAKE(&traps, VERDICT_PROVED, VERDICT_PROVED);
	assert_int_equal(combined(), VERDICT_PROVED);
	combine_refuse_vacuous(&main_verdict, "nf/some");
	assert_int_equal(main_verdict.kind, VERDICT_BAD_INPUT);
	MAKE(&main_verdict, VERDICT_PROVED, VERDICT_PROVED, VERDICT_PROVED);
	combine_refuse_vacuous(&main_verdict, "nf/some");
	assert_int_equal(main_verdict.kind, VERDICT_PROVED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_proved),
		cmocka_unit_test(what_is_open_on_either_side_stays_open),
		cmocka_unit_test(no_goal_no_proof),
		cmocka_unit_test(a_violation_without_a_witness_is_unknown),
		cmocka_unit_test(a_witness_is_for_its_goal_only),
		cmocka_unit_test(a_trap_refutes),
		cmocka_unit_test(bad_input_is_told),
		cmocka_unit_test(safety_alone_is_not_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
