/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/narrow.h"

static bool
has(const struct term_values *values, unsigned v)
{
	return values->bit[v / 64] >> v % 64 & 1;
}

/* The values that the path leaves to an unknown. */
static struct term_values
allowed(const struct path *path, term unknown)
{
	struct term_values all = { { 0 } }, some;
	term of;

	for (uint64_t v = unknown->low; v <= unknown->high; v++)
		all.bit[v / 64] |= (uint64_t)1 << v % 64;
	for (size_t i = 0; i < path->count; i++)
		if (term_small(path->terms, path->conjunct[i], &of, &some) && of == unknown)
			for (unsigned k = 0; k < 4; k++)
				all.bit[k] &= some.bit[k];
	return all;
}

bool
narrow_refuted(const struct path *path, term condition)
{
	struct term_values where, all;
	term unknown;

	if (!term_small(path->terms, condition, &unknown, &where))
		return false;
	all = allowed(path, unknown);
	for (unsigned k = 0; k < 4; k++)
		if ((all.bit[k] & where.bit[k]) != 0)
			return false;
	return true;
}

/* from <= unknown < to; to 0: without end. */
static term
range(struct terms *ts, term unknown, unsigned from, unsigned to)
{
	const term above = from == 0 ? term_bool(ts, true)
		: term_not(ts, term_ult(ts, unknown, term_const(ts, unknown->width, from)));

	return to == 0 ? above : term_and(ts, above, term_ult(ts, unknown, term_const(ts, unknown->width, to)));
}

/* The condition that unknown is in `where`, if it is in `all`. What is not belongs to the range before it, so ranges
 * depend on the condition's meaning alone. */
static term
ranges(struct terms *ts, term unknown, const struct term_values *all, const struct term_values *where)
{
	term any = term_bool(ts, false);
	bool inside = false, first = true;
	unsigned from = 0;

	for (unsigned v = 0; v < 1u << unknown->width; v++) {
		if (!has(all, v))
			continue;
		if (has(where, v) && !inside)
			from = first ? 0 : v;
		else if (!has(where, v) && inside)
			any = term_or(ts, any, range(ts, unknown, from, v));
		inside = has(where, v);
		first = false;
	}
	return inside ? term_or(ts, any, range(ts, unknown, from, 0)) : any;
}

void
narrow_normal(const struct path *path, term *decision, unsigned count)
{
	struct term_values where, all;
	term unknown;

	for (unsigned i = 0; i < count; i++) {
		if (!term_small(path->terms, decision[i], &unknown, &where))
			return;
		if (i == 0)
			all = allowed(path, unknown);
		decision[i] = ranges(path->terms, unknown, &all, &where);
		for (unsigned k = 0; k < 4; k++)
			all.bit[k] &= where.bit[k];
	}
}

term
narrow_unknown(const struct path *path, term condition)
{
	struct term_values where;
	term unknown;

	return term_small(path->terms, condition, &unknown, &where) ? unknown : NULL;
}
