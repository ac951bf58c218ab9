/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shapes in which folded sums are met: with their bytes swapped, complemented, and as halves that are compared. */
#include "verify/term/intern.h"

term
term_fold_swapped(term a)
{
	term of;

	if (a->op != TERM_CONCAT || a->width != 16 || a->count != 2 || a->args[0]->op != TERM_EXTRACT ||
		a->args[1]->op != TERM_EXTRACT || a->args[0]->args[0] != a->args[1]->args[0])
		return NULL;
	of = a->args[0]->args[0];
	if (of->width != 16 || a->args[0]->value != 0 || a->args[1]->value != 8)
		return NULL;
	return of->op == TERM_FOLD || (of->op == TERM_NOT && of->args[0]->op == TERM_FOLD) ? of : NULL;
}

bool
term_is_sum(term a)
{
	const term swapped = term_fold_swapped(a);

	a = swapped != NULL ? swapped : a;
	return a->op == TERM_FOLD || (a->op == TERM_NOT && a->args[0]->op == TERM_FOLD);
}

bool
term_fold_in(term a)
{
	if (a->op == TERM_NOT && a->width == 1)
		a = a->args[0];
	if (a->op == TERM_EQ)
		return (term_is_const(a->args[0]) && term_is_sum(a->args[1])) || (term_is_const(a->args[1]) && term_is_sum(a->args[0]));
	return term_is_sum(a);
}

bool
term_same_number(struct terms *ts, term a, term b)
{
	const unsigned width = a->width > b->width ? a->width : b->width;

	return term_zext(ts, a, width) == term_zext(ts, b, width);
}

/* Of a number s <= 0x1fffe, whose halves together are at most 65535: they are the folded sum. */
term
term_fold_halves(struct terms *ts, term a, term b)
{
	const term low = a->op == TERM_EXTRACT && a->value == 0 ? a : b, upper = low == a ? b : a;
	term s;

	if (low->op != TERM_EXTRACT || low->value != 0 || upper->op != TERM_EXTRACT || upper->value != 16 ||
		upper->args[0]->op != TERM_NOT)
		return NULL;
	s = upper->args[0]->args[0];
	if (s->high > 0x1fffe || !term_same_number(ts, s, low->args[0]))
		return NULL;
	return term_eq(ts, term_fold(ts, s), term_const(ts, 16, 0xffff));
}
