/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/combine.h"

#include <stdio.h>
#include <string.h>

#include "report/names.h"

static void
worsen(struct verdict *v, enum verdict_kind kind)
{
	if (verdict_severity(kind) > verdict_severity(v->kind))
		v->kind = kind;
}

/* Room for one more goal. NULL: there is none, and the verdict says so. */
static struct goal *
add_goal(struct verdict *v, const struct goal *found)
{
	if (v->goals == VERIFY_GOALS) {
		err_set(&v->err, "more properties than the %d goals that a verdict has room for", VERIFY_GOALS);
		v->kind = VERDICT_BAD_INPUT;
		return NULL;
	}
	v->goal[v->goals] = *found;
	return &v->goal[v->goals++];
}

/* The part's counterexample, if it is to this goal of its and there is none as good yet. */
static void
take_counterexample(struct verdict *v, const struct verdict *part, unsigned goal)
{
	const bool better = !v->has_counterexample || (part->counterexample.confirmed && !v->counterexample.confirmed);

	if (!part->has_counterexample || part->counterexample.goal != (int)goal || !better)
		return;
	v->has_counterexample = true;
	v->counterexample = part->counterexample;
	v->counterexample.goal = (int)v->goals - 1;
}

/* What every part adds. False: one of the two is bad input, and so is the whole. */
static bool
add_part(struct verdict *v, const struct verdict *part, bool together)
{
	if (together)
		v->peak_kib += part->peak_kib;
	else if (v->peak_kib < part->peak_kib)
		v->peak_kib = part->peak_kib;
	smt_figures_add(&v->solver, part->solver);
	if (v->kind == VERDICT_BAD_INPUT)
		return false;
	if (part->kind == VERDICT_BAD_INPUT) {
		err_set(&v->err, "%s", part->err.text);
		v->kind = VERDICT_BAD_INPUT;
		return false;
	}
	if (part->kind != VERDICT_PROVED)
		worsen(v, part->kind);
	return true;
}

/* The second solver's opinion on both builds is one goal; the worse of the two is told. */
static void
add_certified(struct verdict *v, const struct goal *found)
{
	for (unsigned i = 0; i < v->goals; i++) {
		struct goal *const g = &v->goal[i];

		if (strcmp(g->name, GOAL_CERTIFIED) != 0)
			continue;
		g->obligations += found->obligations;
		if (g->verdict == VERDICT_PROVED) {
			g->verdict = found->verdict;
			memcpy(g->reason, found->reason, sizeof g->reason);
		}
		return;
	}
	if (found->verdict != VERDICT_PROVED)
		add_goal(v, found);
}

void
combine_traps(struct verdict *v, const struct verdict *traps, bool together)
{
	struct goal *g;

	v->sanitized_paths = traps->paths;
	if (!add_part(v, traps, together))
		return;
	g = add_goal(v, &traps->goal[0]);
	if (g == NULL)
		return;
	snprintf(g->name, sizeof g->name, "%s", GOAL_UNDEFINED);
	snprintf(g->title, sizeof g->title, "no operation that UBSan knows is undefined");
	take_counterexample(v, traps, 0);
	if (traps->goals > 1)
		add_certified(v, &traps->goal[1]);
}

static void
unconfirmed(struct goal *g)
{
	char reason[sizeof g->reason];

	g->verdict = VERDICT_UNKNOWN;
	snprintf(reason, sizeof reason, "%.600s (a violation, but no packets were found with which the function itself "
		"shows it)", g->reason);
	memcpy(g->reason, reason, sizeof reason);
}

void
combine_settle(struct verdict *v)
{
	const struct counterexample *const c = &v->counterexample;

	if (v->kind == VERDICT_BAD_INPUT)
		return;
	/* "refuted" is to be earned by a goal; "unknown" stays, whatever it came from */
	if (v->kind == VERDICT_REFUTED)
		v->kind = VERDICT_PROVED;
	if (v->goals == 0)
		v->kind = VERDICT_UNKNOWN;
	for (unsigned i = 0; i < v->goals; i++) {
		const bool shown = v->has_counterexample && c->confirmed && c->goal == (int)i;

		if (v->goal[i].verdict == VERDICT_REFUTED && !shown)
			unconfirmed(&v->goal[i]);
		worsen(v, v->goal[i].verdict);
	}
}

void
combine_refuse_vacuous(struct verdict *v, const char *folder)
{
	bool demanded = false;

	for (unsigned i = 0; i < v->goals; i++)
		demanded = demanded || strcmp(v->goal[i].name, GOAL_SPEC) == 0 || goal_is_property(&v->goal[i]) ||
			goal_is_invariant(&v->goal[i]);
	if (v->kind != VERDICT_PROVED || demanded)
		return;
	v->kind = VERDICT_BAD_INPUT;
	err_set(&v->err, "%s: neither its specification nor a property was looked at, so nothing is proved", folder);
}
