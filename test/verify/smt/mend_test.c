/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Models made from others: whatever is offered satisfies every conjunct, and what was little off is put right without asking
 * for everything anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "verify/smt/inside.h"

static void
assert_model(struct model *model, const term *conjunct, size_t count)
{
	assert_non_null(model);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(model_value(model, conjunct[i]), 1);
}

static struct model *
fixed_to_zero(const term *unknown, size_t count)
{
	struct model *const model = model_new(3);

	for (size_t i = 0; i < count; i++)
		model_fix_var(model, unknown[i], 0);
	return model;
}

/* A header's byte changes, and its checksum follows. */
static void
test_checksum_follows(void **unused)
{
	struct terms *ts = terms_new();
	const term b[] = { term_var(ts, 8, "b0"), term_var(ts, 8, "b1"), term_var(ts, 8, "b2"), term_var(ts, 8, "b3"),
		term_var(ts, 8, "b4"), term_var(ts, 8, "b5") };
	struct model *const base = fixed_to_zero(b, 6);
	term sum = term_const(ts, 64, 0);
	struct model *model;

	(void)unused;
	for (unsigned i = 0; i < 6; i += 2)
		sum = term_add(ts, sum, term_zext(ts, term_concat(ts, b[i], b[i + 1]), 64));
	const term all[] = { term_eq(ts, b[1], term_const(ts, 8, 64)), term_eq(ts, term_fold(ts, sum), term_const(ts, 16, 0xffff)),
		term_eq(ts, b[0], term_const(ts, 8, 0)) };
	struct valuation changes = { NULL, 0 };

	model = repaired(base, all, 3, all[0], &changes);
	assert_model(model, all, 3);
	assert_true(changes.count > 0);
	model_free(model);
	model_free(base);
	free(changes.leaf);
	terms_free(ts);
}

struct tables {
	struct terms *ts;
	struct smt *smt;
	struct term_function *live, *owner, *slot, *taken;
	term port, key;
};

static void
tables_init(struct tables *t)
{
	static const uint8_t word[] = { 16 };

	t->ts = terms_new();
	t->smt = smt_new(t->ts, 2000);
	t->live = term_function_new(t->ts, "live", 1, 1, word);
	t->owner = term_function_new(t->ts, "owner", 16, 1, word);
	t->slot = term_function_new(t->ts, "slot", 16, 1, word);
	t->taken = term_function_new(t->ts, "taken", 1, 1, word);
	t->port = term_var(t->ts, 16, "port");
	t->key = term_var(t->ts, 16, "key");
}

static void
tables_fini(struct tables *t)
{
	smt_free(t->smt);
	terms_free(t->ts);
}

/* A port is to be taken by somebody who is there, while the key at hand is not: the owner has to be another one. */
static void
test_owner_moves(void **unused)
{
	struct valuation changes = { NULL, 0 };
	struct tables t;

	(void)unused;
	tables_init(&t);
	const term taken = term_app(t.ts, t.taken, &t.port), owner = term_app(t.ts, t.owner, &t.port);
	const term owned = term_and(t.ts, term_app(t.ts, t.live, &owner), term_eq(t.ts, term_app(t.ts, t.slot, &owner), t.port));
	const term all[] = { term_or(t.ts, term_not(t.ts, taken), owned), term_not(t.ts, term_app(t.ts, t.live, &t.key)), taken,
		term_ult(t.ts, owner, term_const(t.ts, 16, 9)), term_eq(t.ts, t.key, term_const(t.ts, 16, 0)) };
	struct model *const base = model_new(3);
	const uint64_t zero = 0;

	model_fix_var(base, t.port, 0);
	model_fix_var(base, t.key, 0);
	model_fix_app(base, t.owner, &zero, 0);
	model_fix_app(base, t.live, &zero, 0);
	model_fix_app(base, t.taken, &zero, 0);

	const struct question q = { all, 5, taken, base, EXPECT_SAT };
	struct model *const held = anchored(t.smt, &q, &changes);

	assert_model(held, all, 5);
	model_free(held);
	free(changes.leaf);

	struct model *const mended = smt_mended(t.smt, all, 5, base);

	assert_model(mended, all, 5);
	model_free(mended);
	model_free(base);
	tables_fini(&t);
}

/* Unknowns that are free may make functions meet: one answer where they do. That held unknowns would have to move is no
 * contradiction, and where there is one nothing is offered. */
static void
test_functions_that_meet(void **unused)
{
	struct tables t;

	(void)unused;
	tables_init(&t);
	const term a = term_app(t.ts, t.slot, &t.port), b = term_app(t.ts, t.slot, &t.key);
	const term all[] = { term_eq(t.ts, t.port, t.key), term_eq(t.ts, a, term_const(t.ts, 16, 7)),
		term_ult(t.ts, b, term_const(t.ts, 16, 9)), term_not(t.ts, term_eq(t.ts, b, term_const(t.ts, 16, 7))) };

	for (unsigned count = 3; count <= 4; count++) {
		const term unknown[] = { t.port, t.key };
		struct model *const base = fixed_to_zero(unknown, 2);
		struct valuation changes = { NULL, 0 };
		const struct question q = { all, count, all[0], base, EXPECT_SAT };
		struct model *const held = anchored(t.smt, &q, &changes), *const mended = smt_mended(t.smt, all, count, base);

		if (count == 3)
			assert_model(mended, all, 3);
		else
			assert_null(mended);
		if (held != NULL)
			assert_model(held, all, count);
		model_free(held);
		model_free(mended);
		model_free(base);
		free(changes.leaf);
	}
	tables_fini(&t);
}

static term
some_term(struct tables *t, unsigned *seed, unsigned depth)
{
	const term leaf[] = { t->port, t->key, term_const(t->ts, 16, *seed >> 16 & 3) };
	const unsigned kind = (*seed = *seed * 1103515245u + 12345u) >> 20;
	term a, b;

	if (depth == 0)
		return leaf[kind % 3];
	a = some_term(t, seed, depth - 1);
	b = some_term(t, seed, depth - 1);
	switch (kind % 5) {
	case 0: return term_app(t->ts, t->owner, &a);
	case 1: return term_app(t->ts, t->slot, &b);
	case 2: return term_add(t->ts, a, b);
	case 3: return term_ite(t->ts, term_ult(t->ts, a, b), b, term_const(t->ts, 16, 2));
	default: return a;
	}
}

static term
some_conjunct(struct tables *t, unsigned *seed)
{
	const term a = some_term(t, seed, 2), b = some_term(t, seed, 1);
	const unsigned kind = (*seed = *seed * 1103515245u + 12345u) >> 20;
	const term said = kind & 1 ? term_eq(t->ts, a, b) : kind & 2 ? term_ult(t->ts, a, b) : term_app(t->ts, t->live, &a);

	return kind & 8 ? term_not(t->ts, said) : said;
}

/* Whatever is offered is a model; nothing is offered where there is none; and where there is one, mending finds it. */
static void
test_any_conjuncts(void **unused)
{
	unsigned seed = 11, offered = 0, mended = 0;
	struct tables t;

	(void)unused;
	tables_init(&t);
	for (unsigned n = 0; n < 300; n++) {
		struct model *const base = model_new(n);
		struct valuation changes[2] = { { NULL, 0 }, { NULL, 0 } };
		enum smt_result result;
		term all[6];

		for (unsigned i = 0; i < 6; i++)
			all[i] = some_conjunct(&t, &seed);

		const struct question q = { all, 6, all[5], base, EXPECT_SAT };
		struct model *const made[] = { repaired(base, all, 6, all[5], &changes[0]), anchored(t.smt, &q, &changes[1]),
			smt_mended(t.smt, all, 6, base), smt_near(t.smt, all, 6, base), smt_model(t.smt, all, 6, 1, &result) };

		for (unsigned i = 0; i < 5; i++) {
			if (made[i] != NULL)
				assert_model(made[i], all, 6);
			assert_true(made[i] == NULL || result == SMT_SAT);
		}
		assert_true(result != SMT_SAT || made[2] != NULL);
		offered += made[0] != NULL || made[1] != NULL;
		assert_true((made[0] != NULL || made[1] != NULL) == (made[3] != NULL));
		mended += made[2] != NULL;
		for (unsigned i = 0; i < 5; i++)
			model_free(made[i]);
		free(changes[0].leaf);
		free(changes[1].leaf);
		model_free(base);
	}
	assert_true(offered > 50 && mended > 50 && mended < 300);
	tables_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksum_follows),
		cmocka_unit_test(test_owner_moves),
		cmocka_unit_test(test_functions_that_meet),
		cmocka_unit_test(test_any_conjuncts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
