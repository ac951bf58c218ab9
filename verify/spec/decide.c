/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Following every answer by running again. */
#include "verify/spec/inside.h"

/* The first time: asks the path. An answer is given up only where the solver (or plain looking) shows it
 * impossible; so the runs together cover every case of the path. */
static bool
decide_first(struct explorer *e, term condition)
{
	struct decided *d = &e->made[e->count++];
	bool possible[2];

	*d = (struct decided){ .condition = condition };
	possible[1] = path_can(e->path, condition, &d->model[1]);
	possible[0] = !possible[1] || path_can(e->path, term_not(e->path->terms, condition), &d->model[0]);
	d->fork = d->open = possible[0] && possible[1];
	return d->answer = possible[1];
}

static void
forget(struct decided *d)
{
	model_free(d->model[0]);
	model_free(d->model[1]);
	d->model[0] = d->model[1] = NULL;
}

int
decide(term condition)
{
	struct explorer *const e = spec_current->explorer;
	struct terms *const ts = spec_current->ts;
	struct model *model;
	enum truth seen;
	bool answer;

	if (term_is_const(condition))
		return (int)condition->value;
	seen = path_look(e->path, condition);
	if (seen != TRUTH_OPEN)
		return seen == TRUTH_TRUE;
	if (e->at == MAX_DECISIONS) {
		PyErr_Format(PyExc_RecursionError, "more than %d decisions on one path: a loop without bound?", MAX_DECISIONS);
		return -1;
	}
	answer = e->at < e->count ? e->made[e->at].answer : decide_first(e, condition);
	model = e->made[e->at].model[answer];
	e->at++;
	path_assume(e->path, answer ? condition : term_not(ts, condition), model == NULL ? NULL : model_share(model));
	return answer;
}

bool
explorer_next(struct explorer *e)
{
	while (e->count > 0 && !e->made[e->count - 1].open)
		forget(&e->made[--e->count]);
	e->at = 0;
	if (e->count == 0)
		return false;
	e->made[e->count - 1].answer = !e->made[e->count - 1].answer;
	e->made[e->count - 1].open = false;
	return true;
}
