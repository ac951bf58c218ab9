/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions on one unknown of few bits (a byte that says how long a header is): their truth for each of its values. */
#include "verify/term/intern.h"

#define NODES 96 /* of a condition that is looked at */

/* The only unknown in a term. False: there are several, or it is too large, or the term is. */
static bool
only_unknown(term a, term *unknown, unsigned *budget)
{
	if ((*budget)-- == 0)
		return false;
	if (a->op == TERM_VAR || a->op == TERM_APP) {
		if (a->width > TERM_SMALL || (*unknown != NULL && *unknown != a))
			return false;
		*unknown = a;
		return true;
	}
	for (unsigned i = 0; i < a->count; i++)
		if (!only_unknown(a->args[i], unknown, budget))
			return false;
	return true;
}

static term
with_value(struct terms *ts, term a, term unknown, term value)
{
	term args[TERM_MAX_ARGS];

	if (a == unknown)
		return value;
	if (a->count == 0)
		return a;
	for (unsigned i = 0; i < a->count; i++)
		args[i] = with_value(ts, a->args[i], unknown, value);
	return term_rebuild(ts, a, args);
}

/* The values for which the condition holds. False: for some value it is not said whether it does. */
static bool
values_of(struct terms *ts, term condition, term unknown, struct term_values *values)
{
	for (uint64_t v = unknown->low; v <= unknown->high; v++) {
		const term holds = with_value(ts, condition, unknown, term_const(ts, unknown->width, v));

		if (!term_is_const(holds))
			return false;
		values->bit[v / 64] |= holds->value << v % 64;
	}
	return true;
}

bool
term_small(struct terms *ts, term condition, term *unknown, struct term_values *values)
{
	struct term_small_known *const known = term_small_at(ts, condition);
	unsigned budget = NODES;

	if (known->condition != condition) {
		*known = (struct term_small_known){ .condition = condition };
		if (condition->width != 1 || !only_unknown(condition, &known->unknown, &budget) || known->unknown == NULL ||
			!values_of(ts, condition, known->unknown, &known->values))
			known->unknown = NULL;
	}
	*unknown = known->unknown;
	*values = known->values;
	return *unknown != NULL;
}
