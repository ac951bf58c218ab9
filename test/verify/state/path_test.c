/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a path concludes from clauses and what it knows, and models that are prepared for its copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "verify/state/path.h"
#include "verify/term/model.h"

struct fixture {
	struct terms *ts;
	struct smt *smt;
	struct path path;
	term a, b, c;
};

static int
begin(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL)
		return 1;
	f->ts = terms_new();
	f->smt = smt_new(f->ts, 1000);
	path_init(&f->path, f->ts, f->smt);
	f->a = term_var(f->ts, 1, "a");
	f->b = term_var(f->ts, 1, "b");
	f->c = term_var(f->ts, 1, "c");
	*state = f;
	return 0;
}

static int
end(void **state)
{
	struct fixture *f = *state;

	path_fini(&f->path);
	smt_free(f->smt);
	terms_free(f->ts);
	free(f);
	return 0;
}

static term
clause(struct fixture *f)
{
	return term_not(f->ts, term_and(f->ts, f->a, term_and(f->ts, f->b, f->c)));
}

/* Whichever comes first, the clause or what it is about. */
static void
concludes_what_is_left(void **state)
{
	struct fixture *f = *state;
	struct path late;

	f->path.concludes = true;
	path_assume(&f->path, f->a, NULL);
	path_copy(&late, &f->path);
	path_assume(&f->path, clause(f), NULL);
	assert_int_equal(path_look(&f->path, f->b), TRUTH_OPEN);
	path_assume(&f->path, f->c, NULL);
	assert_int_equal(path_look(&f->path, f->b), TRUTH_FALSE);
	path_assume(&late, f->b, NULL);
	path_assume(&late, clause(f), NULL);
	assert_int_equal(path_look(&late, f->c), TRUTH_FALSE);
	path_fini(&late);
}

/* Two are open: neither is concluded; one is false already: nothing is left to conclude. */
static void
concludes_no_more(void **state)
{
	struct fixture *f = *state;

	f->path.concludes = true;
	path_assume(&f->path, clause(f), NULL);
	path_assume(&f->path, term_not(f->ts, f->a), NULL);
	path_assume(&f->path, f->b, NULL);
	assert_int_equal(path_look(&f->path, f->c), TRUTH_OPEN);
	assert_true(path_can(&f->path, f->c, NULL));
	assert_true(path_can(&f->path, term_not(f->ts, f->c), NULL));
}

/* A model that does not fit is not taken, be it offered as one. */
static void
prepares_only_what_holds(void **state)
{
	struct fixture *f = *state;
	struct model *wrong = model_new(1), *right = model_new(1);

	path_assume(&f->path, f->a, NULL);
	model_fix_var(wrong, f->a, 0);
	path_prepare(&f->path, wrong);
	assert_null(f->path.model);
	model_fix_var(right, f->a, 1);
	path_prepare(&f->path, right);
	assert_ptr_equal(f->path.model, right);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(concludes_what_is_left, begin, end),
		cmocka_unit_test_setup_teardown(concludes_no_more, begin, end),
		cmocka_unit_test_setup_teardown(prepares_only_what_holds, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
