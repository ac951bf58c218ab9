/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums in one normal form: a flat ADD of distinct terms in order of making, the constant last. */
#include <assert.h>

#include "verify/term/intern.h"

#define MAX_ADDENDS 24

struct addend {
	term of;
	uint64_t times; /* modulo 2^width */
};

struct sum {
	struct addend addend[2 * MAX_ADDENDS];
	unsigned count;
	uint64_t constant;
};

static void
sum_take(struct sum *sum, term of, uint64_t times)
{
	unsigned at = 0;

	while (at < sum->count && sum->addend[at].of->id < of->id)
		at++;
	if (at < sum->count && sum->addend[at].of == of) {
		sum->addend[at].times += times;
		return;
	}
	for (unsigned i = sum->count++; i > at; i--)
		sum->addend[i] = sum->addend[i - 1];
	sum->addend[at] = (struct addend){ of, times };
}

/* A truth value widened: -b is all ones or none, a mask that compiled code selects with. */
static bool
is_wide_bool(term a)
{
	return a->op == TERM_CONCAT && a->count == 2 && a->args[1]->width == 1 && term_is_const(a->args[0]) &&
		a->args[0]->value == 0;
}

static bool
is_mask_of_bool(term a)
{
	return a->op == TERM_ITE && a->width > 1 && term_is_const(a->args[1]) && term_is_const(a->args[2]) &&
		a->args[1]->value == term_mask(a->width) && a->args[2]->value == 0;
}

static void
sum_collect(struct terms *ts, struct sum *sum, term a, uint64_t times)
{
	if (is_mask_of_bool(a))
		sum_take(sum, term_zext(ts, a->args[0], a->width), -times);
	else if (a->op == TERM_CONST)
		sum->constant += a->value * times;
	else if (a->op == TERM_ADD && sum->count + a->count <= MAX_ADDENDS)
		for (unsigned i = 0; i < a->count; i++)
			sum_collect(ts, sum, a->args[i], times);
	else if (a->op == TERM_NEG)
		sum_collect(ts, sum, a->args[0], -times);
	else if (a->op == TERM_MUL && term_is_const(a->args[0]))
		sum_take(sum, a->args[1], times * a->args[0]->value);
	else
		sum_take(sum, a, times);
}

static term
times_term(struct terms *ts, term of, uint64_t times)
{
	const uint64_t mask = term_mask(of->width);
	term args[2];

	if (times == 1)
		return of;
	if (is_wide_bool(of) && (times & (times - 1)) != 0)
		return term_ite(ts, of->args[1], term_const(ts, of->width, times), term_const(ts, of->width, 0));
	if ((times & mask) == mask)
		return term_intern(ts, TERM_NEG, of->width, 0, NULL, &of, 1);
	if ((times & (times - 1)) == 0)
		return term_shift(ts, TERM_SHL, of, term_const(ts, of->width, (uint64_t)__builtin_ctzll(times)));
	args[0] = term_const(ts, of->width, times);
	args[1] = of;
	return term_intern(ts, TERM_MUL, of->width, 0, NULL, args, 2);
}

static term
sum_term(struct terms *ts, const struct sum *sum, unsigned width)
{
	term args[2 * MAX_ADDENDS + 1];
	unsigned n = 0;

	for (unsigned i = 0; i < sum->count; i++)
		if ((sum->addend[i].times & term_mask(width)) != 0)
			args[n++] = times_term(ts, sum->addend[i].of, sum->addend[i].times & term_mask(width));
	for (unsigned i = 1; i < n; i++) /* scaling may have changed the order */
		for (unsigned j = i; j > 0 && args[j - 1]->id > args[j]->id; j--) {
			const term swap = args[j];

			args[j] = args[j - 1];
			args[j - 1] = swap;
		}
	if ((sum->constant & term_mask(width)) != 0 || n == 0)
		args[n++] = term_const(ts, width, sum->constant);
	if (n == 2 && args[0]->op == TERM_ITE && term_is_const(args[1]) && term_is_const(args[0]->args[1]) &&
		term_is_const(args[0]->args[2]))
		return term_ite(ts, args[0]->args[0], term_add(ts, args[0]->args[1], args[1]),
			term_add(ts, args[0]->args[2], args[1]));
	return n == 1 ? args[0] : term_intern(ts, TERM_ADD, width, 0, NULL, args, n);
}

/* The number of which an addend is all bits from 16 on; NULL if it is no such thing. */
static term
upper_half_of(term a)
{
	term s;

	if (a->op == TERM_CONCAT && a->count == 2 && term_is_const(a->args[0]) && a->args[0]->value == 0)
		a = a->args[1];
	if (a->op != TERM_EXTRACT || a->value != 16)
		return NULL;
	s = a->args[0];
	return 16u + a->width >= s->width || s->high >> (16 + a->width) == 0 ? s : NULL;
}

/* s + (s >> 16) or (s & 0xffff) + (s >> 16), where the bounds of s exclude a second carry: s <= 0x1fffe makes low and
 * upper half together at most 0xffff. The second has then all of the one's-complement sum; the first has it in its low
 * half, and above it, undisturbed, the upper half of s. NULL: the sum is neither. at: which addend is s >> 16. */
static term
last_fold(struct terms *ts, const struct sum *sum, unsigned at, unsigned width)
{
	const term s = upper_half_of(sum->addend[at].of);
	struct sum rest = *sum;
	term other;

	if (s == NULL || s->high > 0x1fffe || sum->addend[at].times != 1)
		return NULL;
	rest.addend[at].times = 0;
	other = sum_term(ts, &rest, width);
	if (other == (width < 16 ? NULL : term_zext(ts, term_extract(ts, s, 0, 16), width)))
		return term_zext(ts, term_fold(ts, s), width);
	if (width > 17 && term_same_number(ts, other, s))
		return term_concat(ts, term_extract(ts, s, 16, width - 16), term_fold(ts, s));
	return NULL;
}

/* 65535 - x, as a complement: one's-complement arithmetic in a wider register. NULL: the sum is no such thing. */
static term
complement16(struct terms *ts, const struct sum *sum, unsigned width)
{
	const term x = sum->addend[0].of;

	if (width <= 16 || sum->count != 1 || (sum->constant & term_mask(width)) != 65535 || x->high > 65535 ||
		(sum->addend[0].times & term_mask(width)) != term_mask(width))
		return NULL;
	return term_zext(ts, term_not(ts, term_extract(ts, x, 0, 16)), width);
}

static term
recognised(struct terms *ts, const struct sum *sum, unsigned width)
{
	term known = sum->count == 0 ? NULL : complement16(ts, sum, width);

	for (unsigned i = 0; i < sum->count && known == NULL; i++)
		known = last_fold(ts, sum, i, width);
	return known;
}

static term
linear(struct terms *ts, term a, uint64_t a_times, term b, uint64_t b_times)
{
	struct sum sum = { .count = 0 };
	term known;

	assert(a->width == b->width);
	sum_collect(ts, &sum, a, a_times);
	sum_collect(ts, &sum, b, b_times);
	known = recognised(ts, &sum, a->width);
	return known != NULL ? known : sum_term(ts, &sum, a->width);
}

term
term_add(struct terms *ts, term a, term b)
{
	if (a->width == 1)
		return term_xor(ts, a, b);
	return linear(ts, a, 1, b, 1);
}

term
term_sub(struct terms *ts, term a, term b)
{
	if (a->width == 1)
		return term_xor(ts, a, b);
	return linear(ts, a, 1, b, UINT64_MAX);
}

term
term_neg(struct terms *ts, term a)
{
	return a->width == 1 ? a : linear(ts, term_const(ts, a->width, 0), 1, a, UINT64_MAX);
}

term
term_mul(struct terms *ts, term a, term b)
{
	term args[2];

	assert(a->width == b->width);
	if (a->width == 1)
		return term_and(ts, a, b);
	if (term_is_const(b) || (!term_is_const(a) && b->id < a->id)) {
		const term swap = a;

		a = b;
		b = swap;
	}
	if (term_is_const(a))
		return linear(ts, term_const(ts, a->width, 0), 1, b, a->value);
	args[0] = a;
	args[1] = b;
	return term_intern(ts, TERM_MUL, a->width, 0, NULL, args, 2);
}

static int64_t
signed_value(term a)
{
	return (int64_t)(a->value << (64 - a->width)) >> (64 - a->width);
}

static term
fold_division(struct terms *ts, enum term_op op, term a, term b)
{
	const int64_t x = signed_value(a), y = signed_value(b);

	if (b->value == 0)
		return NULL;
	switch (op) {
	case TERM_UDIV:
		return term_const(ts, a->width, a->value / b->value);
	case TERM_UREM:
		return term_const(ts, a->width, a->value % b->value);
	case TERM_SDIV:
		return term_const(ts, a->width, y == -1 ? 0 - (uint64_t)x : (uint64_t)(x / y));
	case TERM_SREM:
		return term_const(ts, a->width, y == -1 ? 0 : (uint64_t)(x % y));
	default:
		return NULL;
	}
}

static term
fold_high(struct terms *ts, enum term_op op, term a, term b)
{
	if (op == TERM_UMULH)
		return term_const(ts, a->width,
			(uint64_t)((unsigned __int128)a->value * b->value >> a->width));
	return term_const(ts, a->width, (uint64_t)((__int128)signed_value(a) * signed_value(b) >> a->width));
}

static term
divide_by_power(struct terms *ts, enum term_op op, term a, uint64_t power)
{
	const unsigned shift = (unsigned)__builtin_ctzll(power);

	if (op == TERM_UDIV)
		return term_shift(ts, TERM_LSHR, a, term_const(ts, a->width, shift));
	return shift == 0 ? term_const(ts, a->width, 0)
			  : term_zext(ts, term_extract(ts, a, 0, shift), a->width);
}

term
term_arith(struct terms *ts, enum term_op op, term a, term b)
{
	const term args[] = { a, b };
	const bool high = op == TERM_UMULH || op == TERM_SMULH;
	term folded = NULL;

	assert(a->width == b->width);
	if (term_is_const(a) && term_is_const(b))
		folded = high ? fold_high(ts, op, a, b) : fold_division(ts, op, a, b);
	else if ((op == TERM_UDIV || op == TERM_UREM) && term_is_const(b) && b->value != 0 &&
		(b->value & (b->value - 1)) == 0)
		folded = divide_by_power(ts, op, a, b->value);
	else if (op == TERM_UREM && a->high < b->low)
		folded = a;
	if (folded != NULL)
		return folded;
	if (high && b->id < a->id)
		return term_intern(ts, op, a->width, 0, NULL, (const term[]){ b, a }, 2);
	return term_intern(ts, op, a->width, 0, NULL, args, 2);
}

term
term_base(struct terms *ts, term a, uint64_t *offset)
{
	*offset = 0;
	if (term_is_const(a)) {
		*offset = a->value;
		return NULL;
	}
	if (a->op != TERM_ADD || !term_is_const(a->args[a->count - 1]))
		return a;
	*offset = a->args[a->count - 1]->value;
	if (a->count == 2)
		return a->args[0];
	return term_intern(ts, TERM_ADD, a->width, 0, NULL, a->args, a->count - 1u);
}
