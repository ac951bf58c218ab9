/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparisons. Equality of pieces is equality piece by piece; constants stand on the right. */
#include <assert.h>

#include "verify/term/intern.h"

static term
eq_atom(struct terms *ts, term a, term b)
{
	return term_intern(ts, TERM_EQ, 1, 0, NULL, a->id < b->id ? (const term[]){ a, b } : (const term[]){ b, a }, 2);
}

static term
eq_pieces(struct terms *ts, term a, term b)
{
	struct term_piece p[TERM_MAX_ARGS], q[TERM_MAX_ARGS];
	term all = term_bool(ts, true);
	unsigned i = 0, j = 0;

	term_pieces(a, p);
	term_pieces(b, q);
	for (unsigned at = 0; at < a->width;) {
		const unsigned width = p[i].width < q[j].width ? p[i].width : q[j].width;

		all = term_and(ts, all, term_eq(ts, term_extract(ts, p[i].of, p[i].low, width),
			term_extract(ts, q[j].of, q[j].low, width)));
		p[i].low += width;
		p[i].width -= width;
		q[j].low += width;
		q[j].width -= width;
		i += p[i].width == 0;
		j += q[j].width == 0;
		at += width;
	}
	return all;
}

/* Folded sums with their bytes swapped, compared with each other or a constant: as if neither were swapped. */
static term
eq_swapped(struct terms *ts, term a, term b)
{
	const term x = term_fold_swapped(a), y = term_fold_swapped(b);

	if ((x == NULL && y == NULL) || (x == NULL && !term_is_const(a)) || (y == NULL && !term_is_const(b)))
		return NULL;
	return term_eq(ts, x != NULL ? x : term_bswap(ts, a), y != NULL ? y : term_bswap(ts, b));
}

/* The same in a wider register. */
static term
eq_above_swapped(struct terms *ts, term a, term b)
{
	const unsigned more = a->width - 16;
	const term low = eq_swapped(ts, term_extract(ts, a, 0, 16), term_extract(ts, b, 0, 16));

	return low == NULL ? NULL : term_and(ts, low, term_eq(ts, term_extract(ts, a, 16, more), term_extract(ts, b, 16, more)));
}

/* A folded sum is 0 where all that it sums is. */
static term
eq_fold_zero(struct terms *ts, term sum)
{
	term all = term_bool(ts, true);

	if (sum->op != TERM_ADD || !term_sum_fits(sum))
		return term_eq(ts, sum, term_const(ts, sum->width, 0));
	for (unsigned i = 0; i < sum->count; i++)
		all = term_and(ts, all, term_eq(ts, sum->args[i], term_const(ts, sum->width, 0)));
	return all;
}

/* a = k for a constant k, when a's shape lets the constant move through; NULL otherwise. */
static term
eq_const(struct terms *ts, term a, term k)
{
	switch (a->op) {
	case TERM_ADD:
		if (!term_is_const(a->args[a->count - 1]))
			return NULL;
		return term_eq(ts, term_sub(ts, a, a->args[a->count - 1]), term_sub(ts, k, a->args[a->count - 1]));
	case TERM_NEG:
		return term_eq(ts, a->args[0], term_neg(ts, k));
	case TERM_NOT:
		return term_eq(ts, a->args[0], term_not(ts, k));
	case TERM_FOLD:
		return k->value == 0 ? eq_fold_zero(ts, a->args[0]) : NULL;
	case TERM_XOR:
		return k->value == 0 ? term_eq(ts, a->args[0], a->args[1]) : NULL;
	case TERM_ITE:
		if (!term_is_const(a->args[1]) && !term_is_const(a->args[2]))
			return NULL;
		return term_ite(ts, a->args[0], term_eq(ts, a->args[1], k), term_eq(ts, a->args[2], k));
	case TERM_EXTRACT:
		if (a->args[0]->op != TERM_ITE || !term_is_const(a->args[0]->args[1]))
			return NULL;
		return term_ite(ts, a->args[0]->args[0],
			term_eq(ts, term_extract(ts, a->args[0]->args[1], (unsigned)a->value, a->width), k),
			term_eq(ts, term_extract(ts, a->args[0]->args[2], (unsigned)a->value, a->width), k));
	default:
		return NULL;
	}
}

static term
eq_bool(struct terms *ts, term a, term b)
{
	if (term_is_const(a))
		return a->value ? b : term_not(ts, b);
	if (term_is_const(b))
		return b->value ? a : term_not(ts, a);
	return term_not(ts, term_xor(ts, a, b));
}

term
term_eq(struct terms *ts, term a, term b)
{
	term result = NULL;

	assert(a->width == b->width);
	if (a == b)
		return term_bool(ts, true);
	if (a->high < b->low || b->high < a->low)
		return term_bool(ts, false);
	if (a->width == 1)
		return eq_bool(ts, a, b);
	if (a->width == 16)
		result = eq_swapped(ts, a, b);
	else if (a->width > 16 && (a->op == TERM_CONCAT || b->op == TERM_CONCAT))
		result = eq_above_swapped(ts, a, b);
	if (a->width == 16 && result == NULL)
		result = term_fold_halves(ts, a, b);
	if (result != NULL)
		return result;
	if (a->op == TERM_CONCAT || b->op == TERM_CONCAT)
		return eq_pieces(ts, a, b);
	if (term_is_const(b))
		result = eq_const(ts, a, b);
	else if (term_is_const(a))
		result = eq_const(ts, b, a);
	else if (a->op == TERM_ADD || b->op == TERM_ADD) {
		const term difference = term_sub(ts, a, b);

		if (term_is_const(difference))
			return term_bool(ts, difference->value == 0);
	}
	return result != NULL ? result : eq_atom(ts, a, b);
}

term
term_ne(struct terms *ts, term a, term b)
{
	return term_not(ts, term_eq(ts, a, b));
}

/* The zero bits that both have on top; comparing without them is the same comparison. */
static unsigned
zeros_on_top(term a, term b)
{
	const uint64_t high = a->high | b->high;
	const unsigned used = high == 0 ? 1 : 64 - (unsigned)__builtin_clzll(high);

	return a->width - used;
}

static bool
is_narrowable(term a)
{
	return term_is_const(a) || (a->op == TERM_CONCAT && term_is_const(a->args[0]) && a->args[0]->value == 0);
}

/* x + c < k, where the sum cannot wrap. NULL: another shape. */
static term
ult_shifted(struct terms *ts, term a, term b)
{
	uint64_t c, k;
	const term x = term_base(ts, a, &c), y = term_base(ts, b, &k);
	const unsigned width = a->width;
	uint64_t common;

	if (x == NULL && y == NULL)
		return NULL;
	if ((x != NULL && c != 0 && !term_sum_fits(a)) || (y != NULL && k != 0 && !term_sum_fits(b)))
		return NULL;
	common = c < k ? c : k;
	if (common == 0 || (x == NULL && c <= k) || (y == NULL && k <= c))
		return NULL; /* bounds settle those */
	return term_ult(ts, term_sub(ts, a, term_const(ts, width, common)),
		term_sub(ts, b, term_const(ts, width, common)));
}

term
term_ult(struct terms *ts, term a, term b)
{
	const term args[] = { a, b };
	term shifted;
	unsigned zeros;

	assert(a->width == b->width);
	if (a == b || a->low >= b->high)
		return term_bool(ts, false);
	if (a->high < b->low)
		return term_bool(ts, true);
	if (a->width == 1)
		return term_and(ts, term_not(ts, a), b);
	if (term_is_const(a)) /* k < b  is  not (b < k + 1); k is not the maximum, or bounds had settled it */
		return term_not(ts, term_ult(ts, b, term_const(ts, b->width, a->value + 1)));
	if (term_is_const(b) && b->value == 1)
		return term_eq(ts, a, term_const(ts, a->width, 0));
	if (term_is_const(b) && b->value == term_mask(b->width))
		return term_ne(ts, a, b);
	zeros = zeros_on_top(a, b);
	if (zeros > 0 && is_narrowable(a) && is_narrowable(b))
		return term_ult(ts, term_extract(ts, a, 0, a->width - zeros), term_extract(ts, b, 0, a->width - zeros));
	shifted = ult_shifted(ts, a, b);
	return shifted != NULL ? shifted : term_intern(ts, TERM_ULT, 1, 0, NULL, args, 2);
}

term
term_ule(struct terms *ts, term a, term b)
{
	return term_not(ts, term_ult(ts, b, a));
}

term
term_slt(struct terms *ts, term a, term b)
{
	const term args[] = { a, b };
	const uint64_t sign = (uint64_t)1 << (a->width - 1);

	assert(a->width == b->width);
	if (a == b)
		return term_bool(ts, false);
	if (term_is_const(a) && term_is_const(b))
		return term_bool(ts, (a->value ^ sign) < (b->value ^ sign));
	if (a->high < sign && b->high < sign)
		return term_ult(ts, a, b);
	if (a->high < sign && b->low >= sign)
		return term_bool(ts, false);
	if (a->low >= sign && b->high < sign)
		return term_bool(ts, true);
	if (term_is_const(b) && b->value == 0)
		return term_extract(ts, a, a->width - 1u, 1);
	return term_intern(ts, TERM_SLT, 1, 0, NULL, args, 2);
}

term
term_sle(struct terms *ts, term a, term b)
{
	return term_not(ts, term_slt(ts, b, a));
}
