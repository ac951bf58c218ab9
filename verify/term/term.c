/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Constants, and everything that moves bits. Every rule here is an identity of bit-vectors: it holds for
 * all values, so a term and what it was simplified to never differ. test/verify/term checks each against
 * plain evaluation. */
#include "verify/term/term.h"

#include <assert.h>

#include "verify/term/intern.h"

term
term_const(struct terms *ts, unsigned width, uint64_t value)
{
	return term_intern(ts, TERM_CONST, width, value & term_mask(width), NULL, NULL, 0);
}

term
term_bool(struct terms *ts, bool value)
{
	return term_const(ts, 1, value);
}

term
term_app(struct terms *ts, struct term_function *function, const term *args)
{
	for (unsigned i = 0; i < function->count; i++)
		assert(args[i]->width == function->arg_width[i]);
	if (function->define != NULL)
		return function->define(ts, function, args);
	return term_intern(ts, TERM_APP, function->width, 0, function, args, function->count);
}

static term
extract_pieces(struct terms *ts, term a, unsigned low, unsigned width)
{
	struct term_piece pieces[TERM_MAX_ARGS], out[TERM_MAX_ARGS];
	const unsigned count = term_pieces(a, pieces);
	unsigned n = 0, at = 0;

	for (unsigned i = 0; i < count; at += pieces[i++].width) {
		const unsigned from = low > at ? low - at : 0;
		const unsigned end = low + width - (low + width > at ? at : low + width);
		const unsigned to = end < pieces[i].width ? end : pieces[i].width;

		if (from < to)
			out[n++] = (struct term_piece){ pieces[i].of, pieces[i].low + from, to - from };
	}
	return term_from_pieces(ts, out, n);
}

static bool
in_parts(term a)
{
	return term_is_const(a) || a->op == TERM_CONCAT || a->op == TERM_ITE || a->op == TERM_FOLD ||
		(a->op == TERM_NOT && a->args[0]->op == TERM_FOLD);
}

/* Bit 0 of a constant shifted right by a: whether a is one of the places of its ones. */
static term
bit_of_constant(struct terms *ts, term a)
{
	term any = term_bool(ts, false);
	const term amount = a->args[1];

	if (__builtin_popcountll(a->args[0]->value) > 8)
		return NULL;
	for (unsigned i = 0; i < a->width; i++)
		if (a->args[0]->value >> i & 1)
			any = term_or(ts, any, term_eq(ts, amount, term_const(ts, amount->width, i)));
	return any;
}

/* Whole sub-registers move inwards, so that 32-bit and 64-bit arithmetic meet in one form. Single bytes
 * do not: the bytes of a stored value must join again when they are loaded. */
static term
extract_inward(struct terms *ts, term a, unsigned low, unsigned width)
{
	term sum;

	if (a->op == TERM_LSHR && low == 0 && width == 1 && term_is_const(a->args[0]))
		return bit_of_constant(ts, a);
	if (a->op == TERM_ITE && (width >= 32 || (in_parts(a->args[1]) && in_parts(a->args[2]))))
		return term_ite(ts, a->args[0], term_extract(ts, a->args[1], low, width),
			term_extract(ts, a->args[2], low, width));
	if (a->op == TERM_NOT && width == 1)
		return term_not(ts, term_extract(ts, a->args[0], low, 1));
	if (a->op == TERM_ASHR && term_is_const(a->args[1]) && low + width + a->args[1]->value <= a->width)
		return term_extract(ts, a->args[0], low + (unsigned)a->args[1]->value, width);
	if (low != 0 || width < 32)
		return NULL;
	if (a->op == TERM_NEG)
		return term_neg(ts, term_extract(ts, a->args[0], 0, width));
	if (a->op == TERM_MUL)
		return term_mul(ts, term_extract(ts, a->args[0], 0, width), term_extract(ts, a->args[1], 0, width));
	if (a->op != TERM_ADD)
		return NULL;
	sum = term_extract(ts, a->args[0], 0, width);
	for (unsigned i = 1; i < a->count; i++)
		sum = term_add(ts, sum, term_extract(ts, a->args[i], 0, width));
	return sum;
}

static term
extract_new(struct terms *ts, term a, unsigned low, unsigned width)
{
	term inward;

	if (term_is_const(a))
		return term_const(ts, width, a->value >> low);
	if (a->op == TERM_EXTRACT)
		return term_extract(ts, a->args[0], (unsigned)a->value + low, width);
	if (a->op == TERM_CONCAT)
		return extract_pieces(ts, a, low, width);
	if (a->high >> low == 0)
		return term_const(ts, width, 0);
	inward = extract_inward(ts, a, low, width);
	return inward != NULL ? inward : term_intern(ts, TERM_EXTRACT, width, low, NULL, &a, 1);
}

term
term_extract(struct terms *ts, term a, unsigned low, unsigned width)
{
	term result;

	assert(width >= 1 && low + width <= a->width);
	if (low == 0 && width == a->width)
		return a;
	result = term_extract_cached(ts, a, low, width);
	if (result == NULL) {
		result = extract_new(ts, a, low, width);
		term_extract_remember(ts, a, low, width, result);
	}
	return result;
}

term
term_concat(struct terms *ts, term high, term low)
{
	struct term_piece pieces[2 * TERM_MAX_ARGS];
	const unsigned n = term_pieces(low, pieces);

	assert(high->width + low->width <= 64);
	return term_from_pieces(ts, pieces, n + term_pieces(high, pieces + n));
}

term
term_zext(struct terms *ts, term a, unsigned width)
{
	assert(width >= a->width);
	return width == a->width ? a : term_concat(ts, term_const(ts, width - a->width, 0), a);
}

term
term_sext(struct terms *ts, term a, unsigned width)
{
	const unsigned more = width - a->width;

	assert(width >= a->width);
	if (more == 0)
		return a;
	if (term_is_const(a))
		return term_const(ts, width, (uint64_t)((int64_t)(a->value << (64 - a->width)) >> (64 - a->width)));
	if (a->high >> (a->width - 1) == 0)
		return term_zext(ts, a, width);
	if (a->op == TERM_ITE)
		return term_ite(ts, a->args[0], term_sext(ts, a->args[1], width), term_sext(ts, a->args[2], width));
	return term_shift(ts, TERM_ASHR, term_concat(ts, a, term_const(ts, more, 0)), term_const(ts, width, more));
}

term
term_bswap(struct terms *ts, term a)
{
	term result = term_extract(ts, a, 0, 8);

	assert(a->width % 8 == 0);
	for (unsigned low = 8; low < a->width; low += 8)
		result = term_concat(ts, result, term_extract(ts, a, low, 8));
	return result;
}

static term
shift_by_constant(struct terms *ts, enum term_op op, term a, uint64_t n)
{
	const unsigned width = a->width;

	if (n == 0)
		return a;
	if (n >= width && op != TERM_ASHR)
		return term_const(ts, width, 0);
	if (op == TERM_SHL) {
		if (a->op == TERM_ADD) {
			term sum = term_const(ts, width, 0);

			for (unsigned i = 0; i < a->count; i++)
				sum = term_add(ts, sum, shift_by_constant(ts, op, a->args[i], n));
			return sum;
		}
		return term_concat(ts, term_extract(ts, a, 0, width - (unsigned)n), term_const(ts, (unsigned)n, 0));
	}
	if (op == TERM_LSHR || a->high >> (width - 1) == 0)
		return n >= width ? term_const(ts, width, 0)
				  : term_zext(ts, term_extract(ts, a, (unsigned)n, width - (unsigned)n), width);
	return NULL;
}

static term
ashr_fold(struct terms *ts, term a, uint64_t n)
{
	const unsigned width = a->width;
	const int64_t value = (int64_t)(a->value << (64 - width)) >> (64 - width);

	return term_const(ts, width, (uint64_t)(value >> (n > 63 ? 63 : n)));
}

/* An amount of few possible values: one case for each. */
static term
shift_by_few(struct terms *ts, enum term_op op, term a, term amount)
{
	term result = term_shift(ts, op, a, term_const(ts, a->width, amount->high));

	for (uint64_t n = amount->high; n-- > amount->low;)
		result = term_ite(ts, term_eq(ts, amount, term_const(ts, a->width, n)),
			term_shift(ts, op, a, term_const(ts, a->width, n)), result);
	return result;
}

term
term_shift(struct terms *ts, enum term_op op, term a, term amount)
{
	const term args[] = { a, amount };
	term result = NULL;

	assert(a->width == amount->width);
	if (term_is_const(amount))
		result = term_is_const(a) && op == TERM_ASHR ? ashr_fold(ts, a, amount->value)
							     : shift_by_constant(ts, op, a, amount->value);
	else if (term_is_const(a) && a->value == 0)
		result = a;
	else if (op == TERM_ASHR && a->high >> (a->width - 1) == 0)
		return term_shift(ts, TERM_LSHR, a, amount);
	else if (amount->op == TERM_ITE && term_is_const(amount->args[1]) && term_is_const(amount->args[2]))
		result = term_ite(ts, amount->args[0], term_shift(ts, op, a, amount->args[1]),
			term_shift(ts, op, a, amount->args[2]));
	else if (amount->high - amount->low < 4)
		result = shift_by_few(ts, op, a, amount);
	return result != NULL ? result : term_intern(ts, op, a->width, 0, NULL, args, 2);
}
