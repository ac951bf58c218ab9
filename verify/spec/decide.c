/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Following every answer by running again. */
#include "verify/spec/inside.h"

static bool
both_possible(struct path *path, term condition, bool *answer)
{
	*answer = path_can(path, condition, NULL);
	return *answer && path_can(path, term_not(path->terms, condition), NULL);
}

/* The first time: asks the path. An answer is given up only where the solver (or plain looking) shows it
 * impossible; so the runs together cover every case of the path. */
static bool
decide_first(struct explorer *e, term condition)
{
	struct decided *d = &e->made[e->count];

	d->condition = condition;
	d->fork = d->open = both_possible(e->path, condition, &d->answer);
	e->count++;
	return d->answer;
}

int
decide(term condition)
{
	struct explorer *const e = spec_current->explorer;
	struct terms *const ts = spec_current->ts;
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
	e->at++;
	path_assume(e->path, answer ? condition : term_not(ts, condition), NULL);
	return answer;
}

bool
explorer_next(struct explorer *e)
{
	while (e->count > 0 && !e->made[e->count - 1].open)
		e->count--;
	e->at = 0;
	if (e->count == 0)
		return false;
	e->made[e->count - 1].answer = !e->made[e->count - 1].answer;
	e->made[e->count - 1].open = false;
	return true;
}
