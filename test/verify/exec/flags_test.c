/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our reading of x86 flags against the helpers of the libVEX that we link: every kind of instruction that
 * sets flags, every condition, on corner values and random ones, as constants and as unknowns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "verify/exec/flags.h"
#include "verify/term/model.h"

/* Exported by the archive, in none of its public headers. */
uint64_t amd64g_calculate_condition(uint64_t condition, uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);
uint64_t amd64g_calculate_rflags_c(uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);
uint64_t amd64g_calculate_rflags_all(uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);

#define KINDS 65 /* AMD64G_CC_OP_COPY … ADOX64 */
#define CONDITIONS 16
#define RANDOM_CASES 60
#define FLAG_BITS 0x8d5 /* O S Z A P C */

static uint64_t seed = 0x2545f4914f6cdd1d;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1d;
}

static const uint64_t corners[] = { 0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
	0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffffffe, 0xffffffffffffffff };
#define CORNERS (sizeof corners / sizeof *corners)

/* Flags from before hold flags only, as in the machine. */
static void
make_case(unsigned i, uint64_t dep[3])
{
	dep[0] = i < CORNERS * CORNERS ? corners[i / CORNERS] : next_random();
	dep[1] = i < CORNERS * CORNERS ? corners[i % CORNERS] : next_random();
	if (i % 3 == 1)
		dep[1] = dep[0] + next_random() % 3 - 1;
	dep[2] = next_random() & FLAG_BITS;
}

#define CASES (CORNERS * CORNERS + RANDOM_CASES)

struct world {
	struct terms *ts;
	term cc[4];
};

static void
with_constants(struct world *w, uint64_t op, const uint64_t dep[3])
{
	w->cc[0] = term_const(w->ts, 64, op);
	for (unsigned i = 0; i < 3; i++)
		w->cc[i + 1] = term_const(w->ts, 64, dep[i]);
}

static void
check_value(term got, uint64_t wanted, uint64_t op, uint64_t code, const uint64_t dep[3])
{
	if (got != NULL && term_is_const(got) && got->value == wanted && got->width == 64)
		return;
	fail_msg("cc_op %llu condition %llu deps %llx %llx %llx: wanted %llx", (unsigned long long)op,
		(unsigned long long)code, (unsigned long long)dep[0], (unsigned long long)dep[1],
		(unsigned long long)dep[2], (unsigned long long)wanted);
}

static void
test_constants(void **unused)
{
	struct world w;
	uint64_t dep[3];

	(void)unused;
	for (uint64_t op = 0; op < KINDS; op++) {
		w.ts = terms_new();
		for (unsigned i = 0; i < CASES; i++) {
			make_case(i, dep);
			with_constants(&w, op, dep);
			for (unsigned code = 0; code < CONDITIONS; code++)
				check_value(flags_condition(w.ts, code, w.cc),
					amd64g_calculate_condition(code, op, dep[0], dep[1], dep[2]), op, code, dep);
			check_value(flags_carry(w.ts, w.cc), amd64g_calculate_rflags_c(op, dep[0], dep[1], dep[2]),
				op, 100, dep);
			check_value(flags_all(w.ts, w.cc), amd64g_calculate_rflags_all(op, dep[0], dep[1], dep[2]),
				op, 101, dep);
		}
		terms_free(w.ts);
	}
}

static void
check_model(struct model *m, term got, uint64_t wanted, uint64_t op, uint64_t code, const uint64_t dep[3])
{
	if (got != NULL && got->width == 64 && model_value(m, got) == wanted)
		return;
	fail_msg("cc_op %llu condition %llu deps %llx %llx %llx: wanted %llx", (unsigned long long)op,
		(unsigned long long)code, (unsigned long long)dep[0], (unsigned long long)dep[1],
		(unsigned long long)dep[2], (unsigned long long)wanted);
}

/* The same for terms that are made of unknowns and valued afterwards: nothing is folded on the way. */
static void
test_unknowns(void **unused)
{
	static const char *const names[] = { "dep1", "dep2", "ndep" };
	struct world w = { .ts = terms_new() };
	uint64_t dep[3];

	(void)unused;
	for (unsigned i = 0; i < 3; i++)
		w.cc[i + 1] = term_var(w.ts, 64, names[i]);
	for (uint64_t op = 0; op < KINDS; op++) {
		w.cc[0] = term_const(w.ts, 64, op);
		for (unsigned i = 0; i < CASES; i++) {
			struct model *m = model_new(i);

			make_case(i, dep);
			for (unsigned k = 0; k < 3; k++)
				model_fix_var(m, w.cc[k + 1], dep[k]);
			for (unsigned code = 0; code < CONDITIONS; code++)
				check_model(m, flags_condition(w.ts, code, w.cc),
					amd64g_calculate_condition(code, op, dep[0], dep[1], dep[2]), op, code, dep);
			check_model(m, flags_carry(w.ts, w.cc),
				amd64g_calculate_rflags_c(op, dep[0], dep[1], dep[2]), op, 100, dep);
			check_model(m, flags_all(w.ts, w.cc),
				amd64g_calculate_rflags_all(op, dep[0], dep[1], dep[2]), op, 101, dep);
			model_free(m);
		}
	}
	terms_free(w.ts);
}

/* What a compiler writes must come out as the one comparison that it meant. */
static void
test_simple_terms(void **unused)
{
	struct terms *ts = terms_new();
	term x = term_var(ts, 64, "x"), y = term_var(ts, 64, "y");
	term zero = term_const(ts, 64, 0), low = term_extract(ts, x, 0, 32), other = term_extract(ts, y, 0, 32);
	term compare[4] = { term_const(ts, 64, 7), x, y, zero }; /* cmp, 32 bits */
	term test[4] = { term_const(ts, 64, 20), x, zero, zero }; /* test, 64 bits */

	(void)unused;
	assert_ptr_equal(flags_condition(ts, 2, compare), term_zext(ts, term_ult(ts, low, other), 64));
	assert_ptr_equal(flags_condition(ts, 4, compare), term_zext(ts, term_eq(ts, low, other), 64));
	assert_ptr_equal(flags_condition(ts, 6, compare), term_zext(ts, term_ule(ts, low, other), 64));
	assert_ptr_equal(flags_condition(ts, 12, compare), term_zext(ts, term_slt(ts, low, other), 64));
	assert_ptr_equal(flags_condition(ts, 14, compare), term_zext(ts, term_sle(ts, low, other), 64));
	assert_ptr_equal(flags_condition(ts, 4, test), term_zext(ts, term_eq(ts, x, zero), 64));
	assert_ptr_equal(flags_condition(ts, 8, test), term_zext(ts, term_slt(ts, x, zero), 64));
	terms_free(ts);
}

/* shl by a number that may be zero: the flags are the shift's, or those from before. */
static void
test_choice(void **unused)
{
	struct terms *ts = terms_new();
	term number = term_var(ts, 64, "number"), x = term_var(ts, 64, "x");
	term none = term_eq(ts, number, term_const(ts, 64, 0)), zero = term_const(ts, 64, 0);
	term shift[4] = { term_const(ts, 64, 32), x, zero, zero }, compare[4] = { term_const(ts, 64, 8), x, x, zero };
	term cc[4];

	(void)unused;
	for (unsigned i = 0; i < 4; i++)
		cc[i] = term_ite(ts, none, compare[i], shift[i]);
	assert_ptr_equal(flags_condition(ts, 4, cc), term_ite(ts, none, flags_condition(ts, 4, compare),
		flags_condition(ts, 4, shift)));
	terms_free(ts);
}

static void
test_refusals(void **unused)
{
	struct terms *ts = terms_new();
	term x = term_var(ts, 64, "x"), zero = term_const(ts, 64, 0);
	term unknown[4] = { term_const(ts, 64, KINDS), x, x, x }, symbolic[4] = { x, zero, zero, zero };

	(void)unused;
	assert_null(flags_condition(ts, 4, unknown));
	assert_null(flags_carry(ts, unknown));
	assert_null(flags_all(ts, unknown));
	assert_null(flags_condition(ts, 4, symbolic));
	assert_null(flags_condition(ts, 16, unknown));
	terms_free(ts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_unknowns),
		cmocka_unit_test(test_simple_terms),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
