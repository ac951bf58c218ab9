/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/linear.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 6
#define MAX_STEPS 400
#define SAFE ((int64_t)1 << 61) /* sums stay far from what int64_t holds, or are given up */

void
linear_free(struct linear_facts *facts)
{
	free(facts->fact);
	*facts = (struct linear_facts){ 0 };
}

void
linear_copy(struct linear_facts *to, const struct linear_facts *from)
{
	to->count = from->count;
	to->room = from->count + 8;
	to->fact = malloc(to->room * sizeof *to->fact);
	if (to->fact == NULL)
		abort();
	memcpy(to->fact, from->fact, from->count * sizeof *to->fact);
}

static bool
small(int64_t x)
{
	return x > -SAFE && x < SAFE;
}

/* sum += times * atom. False: too many atoms, or too large a number. */
static bool
add_atom(struct linear *sum, term atom, int64_t times)
{
	unsigned at = 0;

	while (at < sum->count && sum->atom[at]->id < atom->id)
		at++;
	if (at < sum->count && sum->atom[at] == atom) {
		sum->times[at] += times;
		if (!small(sum->times[at]))
			return false;
		if (sum->times[at] != 0)
			return true;
		sum->count--;
		memmove(&sum->atom[at], &sum->atom[at + 1], (sum->count - at) * sizeof sum->atom[0]);
		memmove(&sum->times[at], &sum->times[at + 1], (sum->count - at) * sizeof sum->times[0]);
		return true;
	}
	if (sum->count == LINEAR_ATOMS || !small(times))
		return false;
	memmove(&sum->atom[at + 1], &sum->atom[at], (sum->count - at) * sizeof sum->atom[0]);
	memmove(&sum->times[at + 1], &sum->times[at], (sum->count - at) * sizeof sum->times[0]);
	sum->atom[at] = atom;
	sum->times[at] = times;
	sum->count++;
	return true;
}

static bool
add_scaled(struct linear *sum, const struct linear *other, int64_t times)
{
	int64_t scaled;

	for (unsigned i = 0; i < other->count; i++)
		if (__builtin_mul_overflow(other->times[i], times, &scaled) ||
			!add_atom(sum, other->atom[i], scaled))
			return false;
	return !__builtin_mul_overflow(other->constant, times, &scaled) && small(scaled) &&
		small(sum->constant += scaled);
}

/* The same unknown, whatever zeros stand on top of it. */
static term
stripped(struct terms *ts, term a)
{
	if (a->op == TERM_CONCAT && term_is_const(a->args[0]) && a->args[0]->value == 0)
		return term_extract(ts, a, 0, a->width - a->args[0]->width);
	return a;
}

static int64_t
signed_value(uint64_t value, unsigned width)
{
	return (int64_t)(value << (64 - width)) >> (64 - width);
}

/* sum += times * (an integer that equals a modulo 2^width). */
static bool
collect(struct terms *ts, struct linear *sum, term a, int64_t times)
{
	if (term_is_const(a)) {
		struct linear constant = { .constant = signed_value(a->value, a->width) };

		return add_scaled(sum, &constant, times);
	}
	if (a->op == TERM_NEG)
		return collect(ts, sum, a->args[0], -times);
	if (a->op == TERM_ADD) {
		for (unsigned i = 0; i < a->count; i++)
			if (!collect(ts, sum, a->args[i], times))
				return false;
		return true;
	}
	if (a->op == TERM_MUL && term_is_const(a->args[0])) {
		const int64_t factor = signed_value(a->args[0]->value, a->width);
		int64_t both;

		return !__builtin_mul_overflow(factor, times, &both) && small(both) &&
			collect(ts, sum, a->args[1], both);
	}
	return a->high < (uint64_t)SAFE && add_atom(sum, stripped(ts, a), times);
}

/* Bounds of a sum from the atoms' own. False: out of reach. */
static bool
bounds(const struct linear *sum, int64_t *low, int64_t *high)
{
	*low = *high = sum->constant;
	for (unsigned i = 0; i < sum->count; i++) {
		const bool positive = sum->times[i] > 0;
		int64_t at_low, at_high;

		if (__builtin_mul_overflow(sum->times[i], (int64_t)sum->atom[i]->low, &at_low) ||
			__builtin_mul_overflow(sum->times[i], (int64_t)sum->atom[i]->high, &at_high) ||
			!small(at_low) || !small(at_high))
			return false;
		*low += positive ? at_low : at_high;
		*high += positive ? at_high : at_low;
		if (!small(*low) || !small(*high))
			return false;
	}
	return true;
}

/* Whether sum >= 0 follows: by bounds, or by taking away a fact (which is >= 0) that cancels the atom that
 * pulls the sum down most, and asking again. */
static bool
nonnegative(const struct linear_facts *facts, const struct linear *sum, unsigned depth, unsigned *steps)
{
	unsigned worst = LINEAR_ATOMS;
	int64_t low, high, pull = 0;

	if (bounds(sum, &low, &high) && low >= 0)
		return true;
	if (depth == 0 || ++*steps > MAX_STEPS)
		return false;
	for (unsigned i = 0; i < sum->count; i++) {
		int64_t down;

		if (sum->times[i] > 0) {
			down = 0;
		} else if (__builtin_mul_overflow(-sum->times[i], (int64_t)(sum->atom[i]->high - sum->atom[i]->low), &down)) {
			return false;
		}
		if (down > pull || (down == pull && down > 0)) {
			pull = down;
			worst = i;
		}
	}
	if (worst == LINEAR_ATOMS)
		worst = 0;
	for (size_t f = facts->count; f-- > 0 && sum->count > 0;) {
		struct linear rest = *sum;
		bool helps = false;

		for (unsigned i = 0; i < facts->fact[f].count && !helps; i++)
			helps = facts->fact[f].atom[i] == sum->atom[worst] &&
				(facts->fact[f].times[i] > 0) == (sum->times[worst] > 0);
		if (helps && add_scaled(&rest, &facts->fact[f], -1) && nonnegative(facts, &rest, depth - 1, steps))
			return true;
	}
	return false;
}

/* The integer that a term is worth, when it can be shown that the sum does not wrap. */
static bool
exact(struct terms *ts, const struct linear_facts *facts, term a, struct linear *sum)
{
	unsigned steps = 0;
	int64_t low, high;

	*sum = (struct linear){ 0 };
	if (!collect(ts, sum, a, 1) || !bounds(sum, &low, &high))
		return false;
	if (a->width < 63 && high > (int64_t)term_mask(a->width))
		return false;
	return low >= 0 || nonnegative(facts, sum, MAX_DEPTH, &steps);
}

/* The sum that is >= 0 iff a >= b + strict. False: not known as integers. */
static bool
difference(struct terms *ts, const struct linear_facts *facts, term a, term b, bool strict, struct linear *sum)
{
	struct linear right;

	if (!exact(ts, facts, a, sum) || !exact(ts, facts, b, &right) || !add_scaled(sum, &right, -1))
		return false;
	sum->constant -= strict;
	return true;
}

static void
keep(struct linear_facts *facts, const struct linear *sum)
{
	int64_t low, high;

	if (bounds(sum, &low, &high) && low >= 0)
		return; /* says nothing new */
	if (facts->count == facts->room) {
		facts->room = facts->room * 2 + 8;
		facts->fact = realloc(facts->fact, facts->room * sizeof *facts->fact);
		if (facts->fact == NULL)
			abort();
	}
	facts->fact[facts->count++] = *sum;
}

void
linear_assume(struct terms *ts, struct linear_facts *facts, term condition)
{
	struct linear sum;

	if (condition->op == TERM_ULT) {
		if (difference(ts, facts, condition->args[1], condition->args[0], true, &sum))
			keep(facts, &sum);
	} else if (condition->op == TERM_NOT && condition->args[0]->op == TERM_ULT) {
		if (difference(ts, facts, condition->args[0]->args[0], condition->args[0]->args[1], false, &sum))
			keep(facts, &sum);
	} else if (condition->op == TERM_EQ && condition->args[0]->width > 1) {
		if (difference(ts, facts, condition->args[0], condition->args[1], false, &sum))
			keep(facts, &sum);
		if (difference(ts, facts, condition->args[1], condition->args[0], false, &sum))
			keep(facts, &sum);
	}
}

/* Whether a >= b + strict follows. */
static bool
at_least(struct terms *ts, const struct linear_facts *facts, term a, term b, bool strict)
{
	struct linear sum;
	unsigned steps = 0;

	return difference(ts, facts, a, b, strict, &sum) && nonnegative(facts, &sum, MAX_DEPTH, &steps);
}

bool
linear_implied(struct terms *ts, const struct linear_facts *facts, term condition)
{
	const bool negated = condition->op == TERM_NOT;
	const term inner = negated ? condition->args[0] : condition;
	const term a = inner->count == 2 ? inner->args[0] : NULL, b = inner->count == 2 ? inner->args[1] : NULL;

	switch (inner->op) {
	case TERM_AND:
		if (negated) /* a disjunction: one side will do */
			return linear_implied(ts, facts, term_not(ts, a)) || linear_implied(ts, facts, term_not(ts, b));
		return linear_implied(ts, facts, a) && linear_implied(ts, facts, b);
	case TERM_EQ:
		return negated && a->width > 1 && (at_least(ts, facts, a, b, true) || at_least(ts, facts, b, a, true));
	case TERM_ULT:
		return negated ? at_least(ts, facts, a, b, false) : at_least(ts, facts, b, a, true);
	default:
		return term_is_true(condition);
	}
}
