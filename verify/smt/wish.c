/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/wish.h"

#include <string.h>

#define MOST_WAYS 4096u

struct wishing {
	struct wish *wish;
	unsigned way; /* what is left of its number: each choice takes a digit */
};

static bool want(struct wishing *w, term a, uint64_t value);

static unsigned
choose(struct wishing *w, unsigned among)
{
	const unsigned chosen = w->way % among;

	w->way /= among;
	if (w->wish->ways < MOST_WAYS)
		w->wish->ways *= among;
	return chosen;
}

/* Which of two parts is to change: not a constant. */
static unsigned
choose_side(struct wishing *w, term a)
{
	return term_is_const(a->args[0]) ? 1 : term_is_const(a->args[1]) ? 0 : choose(w, 2);
}

static uint64_t
value_of(const struct wishing *w, term a)
{
	return model_value(w->wish->model, a);
}

static bool
same_unknown(const struct valued *a, const struct valued *b)
{
	return a->leaf == b->leaf && memcmp(a->args, b->args, a->leaf->count * sizeof a->args[0]) == 0;
}

static bool
is_taboo(const struct wish *wish, const struct valued *v)
{
	for (size_t i = 0; i < wish->taboo->count; i++)
		if (same_unknown(&wish->taboo->leaf[i], v) && wish->taboo->leaf[i].value == v->value)
			return true;
	return false;
}

static void
grant(struct wish *wish, const struct valued *v)
{
	struct model *const changed = model_clone(wish->model);
	const uint64_t was = model_value(wish->model, v->leaf);

	smt_fix(changed, v);
	model_free(wish->model);
	wish->model = changed;
	wish->change[wish->count] = *v;
	wish->was[wish->count++] = was;
}

static bool
change(struct wishing *w, term unknown, uint64_t value)
{
	const uint64_t low = unknown->op == TERM_APP ? unknown->function->low : unknown->low;
	const uint64_t high = unknown->op == TERM_APP ? unknown->function->high : unknown->high;
	struct valued v = { .leaf = unknown, .value = value };

	for (unsigned i = 0; i < unknown->count; i++)
		v.args[i] = value_of(w, unknown->args[i]);
	if (value < low || value > high || w->wish->count == WISH_CHANGES || is_taboo(w->wish, &v))
		return false;
	grant(w->wish, &v);
	return true;
}

static bool
want_parts(struct wishing *w, term a, uint64_t value)
{
	unsigned low = 0;

	for (unsigned i = a->count; i-- > 0; low += a->args[i]->width)
		if (!want(w, a->args[i], value >> low))
			return false;
	return true;
}

/* The rest of what it is a part of stays. */
static bool
want_part(struct wishing *w, term a, uint64_t value)
{
	const term whole = a->args[0];
	const uint64_t mask = term_mask(a->width) << a->value;

	return want(w, whole, (value_of(w, whole) & ~mask) | (value << a->value & mask));
}

static bool
want_and(struct wishing *w, term a, uint64_t value)
{
	if (a->width > 1) {
		const unsigned constant = term_is_const(a->args[1]);

		if (!constant && !term_is_const(a->args[0]))
			return false;
		return want(w, a->args[!constant], (value_of(w, a->args[!constant]) & ~a->args[constant]->value) | value);
	}
	if (value == 1)
		return want(w, a->args[0], 1) && want(w, a->args[1], 1);
	return want(w, a->args[choose(w, 2)], 0);
}

static bool
want_equal(struct wishing *w, term a, uint64_t value)
{
	const unsigned side = choose_side(w, a);
	const uint64_t other = value_of(w, a->args[!side]);

	return want(w, a->args[side], value ? other : other ^ 1);
}

/* a < b, or not: by the one or by the other. Signed numbers are taken for unsigned. */
static bool
want_order(struct wishing *w, term a, uint64_t value)
{
	const unsigned side = choose_side(w, a);
	const uint64_t other = value_of(w, a->args[!side]);

	if (!value)
		return want(w, a->args[side], other);
	if (side == 0)
		return other > 0 && want(w, a->args[0], other - 1);
	return other < term_mask(a->args[1]->width) && want(w, a->args[1], other + 1);
}

static bool
want_summand(struct wishing *w, term a, uint64_t value)
{
	const term part = a->args[choose(w, a->count)];

	return want(w, part, value - (value_of(w, a) - value_of(w, part)));
}

/* One word of the sum is changed: what a checksum field is for. */
static bool
want_folded(struct wishing *w, term a, uint64_t value)
{
	const term sum = a->args[0];
	uint64_t others;
	term word;

	if (sum->op != TERM_ADD)
		return want(w, sum, value);
	word = sum->args[choose(w, sum->count)];
	others = value_of(w, sum) - value_of(w, word);
	return want(w, word, (value + 65535 - others % 65535) % 65535);
}

static bool
want_shifted(struct wishing *w, term a, uint64_t value)
{
	const uint64_t by = value_of(w, a->args[1]);

	if (by >= a->width || a->op == TERM_ASHR)
		return false;
	return want(w, a->args[0], a->op == TERM_SHL ? value >> by : value << by | (value_of(w, a->args[0]) & term_mask((unsigned)by)));
}

/* By the branch that is taken, or by taking the other one. */
static bool
want_branch(struct wishing *w, term a, uint64_t value)
{
	const uint64_t taken = value_of(w, a->args[0]);

	if (choose(w, 2) == 0)
		return want(w, a->args[taken ? 1 : 2], value);
	return want(w, a->args[0], taken ^ 1) && want(w, a->args[taken ? 2 : 1], value);
}

/* By what the function answers there, or by asking it elsewhere: what it says of one key may be settled already. */
static bool
want_answer(struct wishing *w, term a, uint64_t value)
{
	const term key = a->args[a->count - 1];

	if (a->width > 1 || term_is_const(key) || choose(w, 2) == 0)
		return change(w, a, value);
	return want(w, key, (value_of(w, key) + 1) * 0x9e3779b97f4a7c15ull >> 8) && want(w, a, value);
}

static bool
want(struct wishing *w, term a, uint64_t value)
{
	value &= term_mask(a->width);
	if (value_of(w, a) == value)
		return true;
	switch (a->op) {
	case TERM_VAR: return change(w, a, value);
	case TERM_APP: return want_answer(w, a, value);
	case TERM_CONCAT: return want_parts(w, a, value);
	case TERM_EXTRACT: return want_part(w, a, value);
	case TERM_AND: return want_and(w, a, value);
	case TERM_XOR: {
		const unsigned side = choose_side(w, a);

		return want(w, a->args[side], value ^ value_of(w, a->args[!side]));
	}
	case TERM_NOT: return want(w, a->args[0], ~value);
	case TERM_NEG: return want(w, a->args[0], 0 - value);
	case TERM_ADD: return want_summand(w, a, value);
	case TERM_EQ: return want_equal(w, a, value);
	case TERM_ULT:
	case TERM_SLT: return want_order(w, a, value);
	case TERM_SHL:
	case TERM_LSHR: return want_shifted(w, a, value);
	case TERM_ITE: return want_branch(w, a, value);
	case TERM_FOLD: return want_folded(w, a, value);
	default: return false;
	}
}

bool
wish_for(struct wish *wish, struct model *model, term a, uint64_t value, unsigned way)
{
	wish->model = model_share(model);
	wish->count = 0;
	wish->ways = 1;
	return want(&(struct wishing){ wish, way }, a, value);
}
