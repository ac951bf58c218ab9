/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/combine.h"

#include <stdio.h>
#include <string.h>

#include "report/names.h"

static void
worsen(struct verdict *v, enum verdict_kind kind)
{
	static const unsigned rank[] = {
		[VERDICT_PROVED] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_REFUTED] = 2, [VERDICT_BAD_INPUT] = 3,
	};

	if (rank[kind] > rank[v->kind])
		v->kind = kind;
}

static void
add_goal(struct verdict *v, const struct goal *found)
{
	struct goal *const g = &v->goal[v->goals++];

	*g = *found;
	snprintf(g->name, sizeof g->name, "%s", GOAL_UNDEFINED);
	snprintf(g->title, sizeof g->title, "no operation that UBSan knows is undefined");
}

void
combine_traps(struct verdict *v, const struct verdict *traps, bool together)
{
	v->sanitized_paths = traps->paths;
	v->obligations += traps->obligations;
	if (together)
		v->peak_kib += traps->peak_kib;
	else if (v->peak_kib < traps->peak_kib)
		v->peak_kib = traps->peak_kib;
	if (v->kind == VERDICT_BAD_INPUT)
		return;
	if (v->goals == VERIFY_GOALS)
		err_set(&v->err, "more properties than the %d goals that a verdict has room for", VERIFY_GOALS);
	if (v->goals == VERIFY_GOALS || traps->kind == VERDICT_BAD_INPUT) {
		err_set(&v->err, "%s", traps->err.text);
		v->kind = VERDICT_BAD_INPUT;
		return;
	}
	add_goal(v, &traps->goal[0]);
	if (traps->has_counterexample && !v->has_counterexample) {
		v->has_counterexample = true;
		v->counterexample = traps->counterexample;
		v->counterexample.goal = (int)v->goals - 1;
	}
	if (traps->kind != VERDICT_PROVED)
		worsen(v, traps->kind);
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
		demanded = demanded || strcmp(v->goal[i].name, GOAL_SPEC) == 0 || goal_is_property(&v->goal[i]);
	if (v->kind != VERDICT_PROVED || demanded)
		return;
	v->kind = VERDICT_BAD_INPUT;
	err_set(&v->err, "%s: neither its specification nor a property was looked at, so nothing is proved", folder);
}
