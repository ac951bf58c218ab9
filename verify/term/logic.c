/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bitwise operations, segment by segment; on single bits, everything is AND and NOT. */
#include <assert.h>

#include "verify/term/intern.h"

static bool
is_ones(term a)
{
	return term_is_const(a) && a->value == term_mask(a->width);
}

static bool
is_zero(term a)
{
	return term_is_const(a) && a->value == 0;
}

static term
fold_bits(struct terms *ts, enum term_op op, term a, term b)
{
	const uint64_t x = a->value, y = b->value;

	return term_const(ts, a->width, op == TERM_AND ? x & y : op == TERM_OR ? x | y : x ^ y);
}

/* What one of the operands being special settles; NULL: nothing. */
static term
bits_identity(struct terms *ts, enum term_op op, term a, term b)
{
	if (term_is_const(a) && term_is_const(b))
		return fold_bits(ts, op, a, b);
	if (a == b)
		return op == TERM_XOR ? term_const(ts, a->width, 0) : a;
	if (is_zero(a))
		return op == TERM_AND ? a : b;
	if (is_zero(b))
		return op == TERM_AND ? b : a;
	if (is_ones(a))
		return op == TERM_AND ? b : op == TERM_OR ? a : term_not(ts, b);
	if (is_ones(b))
		return op == TERM_AND ? a : op == TERM_OR ? b : term_not(ts, a);
	return NULL;
}

static term
bits_atom(struct terms *ts, enum term_op op, term a, term b)
{
	const term settled = bits_identity(ts, op, a, b);

	if (settled != NULL)
		return settled;
	return term_intern(ts, op, a->width, 0, NULL, a->id < b->id ? (const term[]){ a, b } : (const term[]){ b, a }, 2);
}

/* Cuts constants at every change of bit, so that masks fall apart into runs. */
static unsigned
run_length(const struct term_piece *p)
{
	const uint64_t value = p->of->value >> p->low;
	const uint64_t same = value & 1 ? ~value : value;
	const unsigned run = same == 0 ? 64 : (unsigned)__builtin_ctzll(same);

	return run < p->width ? run : p->width;
}

static unsigned
segment_width(const struct term_piece *p, const struct term_piece *q)
{
	const unsigned a = term_is_const(p->of) ? run_length(p) : p->width;
	const unsigned b = term_is_const(q->of) ? run_length(q) : q->width;

	return a < b ? a : b;
}

static term
piece_take(struct terms *ts, struct term_piece *p, unsigned width)
{
	const term taken = term_extract(ts, p->of, p->low, width);

	p->low += width;
	p->width -= width;
	return taken;
}

static bool
has_seams(term a)
{
	return a->op == TERM_CONCAT || term_is_const(a);
}

static term
bits_segmented(struct terms *ts, enum term_op op, term a, term b)
{
	struct term_piece p[TERM_MAX_ARGS], q[TERM_MAX_ARGS], out[TERM_MAX_ARGS];
	unsigned i = 0, j = 0, n = 0;

	term_pieces(a, p);
	term_pieces(b, q);
	for (unsigned at = 0; at < a->width;) {
		const unsigned width = segment_width(&p[i], &q[j]);
		const term segment = bits_atom(ts, op, piece_take(ts, &p[i], width), piece_take(ts, &q[j], width));

		out[n].of = segment;
		out[n].low = 0;
		if (segment->op == TERM_EXTRACT)
			out[n] = (struct term_piece){ segment->args[0], (unsigned)segment->value, width };
		out[n++].width = width;
		i += p[i].width == 0;
		j += q[j].width == 0;
		at += width;
	}
	return term_from_pieces(ts, out, n);
}

/* a AND b where b is a conjunction that holds a already, or its opposite. */
static term
and_absorb(struct terms *ts, term a, term b)
{
	if (b->op == TERM_AND && (b->args[0] == a || b->args[1] == a))
		return b;
	if (b == term_not(ts, a))
		return term_bool(ts, false);
	if (b->op == TERM_AND && (term_not(ts, a) == b->args[0] || term_not(ts, a) == b->args[1]))
		return term_bool(ts, false);
	if (b->op != TERM_NOT || b->args[0]->op != TERM_AND)
		return NULL;
	/* a & ~(a & x) = a & ~x;  a & ~(~a & x) = a */
	for (int side = 0; side < 2; side++) {
		if (b->args[0]->args[side] == a)
			return term_and(ts, a, term_not(ts, b->args[0]->args[1 - side]));
		if (b->args[0]->args[side] == term_not(ts, a))
			return a;
	}
	return NULL;
}

static term
and_bool(struct terms *ts, term a, term b)
{
	term absorbed = bits_identity(ts, TERM_AND, a, b);

	if (absorbed == NULL)
		absorbed = and_absorb(ts, a, b);
	if (absorbed == NULL)
		absorbed = and_absorb(ts, b, a);
	return absorbed != NULL ? absorbed : bits_atom(ts, TERM_AND, a, b);
}

static bool
picks_constants(term a)
{
	return a->op == TERM_ITE && term_is_const(a->args[1]) && term_is_const(a->args[2]);
}

static term
bits(struct terms *ts, enum term_op op, term a, term b)
{
	term settled;

	if (picks_constants(b)) {
		const term swap = a;

		a = b;
		b = swap;
	}
	if (picks_constants(a))
		return term_ite(ts, a->args[0], bits(ts, op, a->args[1], b), bits(ts, op, a->args[2], b));

	assert(a->width == b->width);
	settled = bits_identity(ts, op, a, b);
	if (settled != NULL)
		return settled;
	return has_seams(a) || has_seams(b) ? bits_segmented(ts, op, a, b) : bits_atom(ts, op, a, b);
}

term
term_and(struct terms *ts, term a, term b)
{
	return a->width == 1 ? and_bool(ts, a, b) : bits(ts, TERM_AND, a, b);
}

term
term_or(struct terms *ts, term a, term b)
{
	if (a->width == 1)
		return term_not(ts, term_and(ts, term_not(ts, a), term_not(ts, b)));
	return bits(ts, TERM_OR, a, b);
}

term
term_xor(struct terms *ts, term a, term b)
{
	if (a->width == 1 && a->op == TERM_NOT)
		return term_not(ts, term_xor(ts, a->args[0], b));
	if (b->width == 1 && b->op == TERM_NOT)
		return term_not(ts, term_xor(ts, a, b->args[0]));
	return bits(ts, TERM_XOR, a, b);
}

/* Where one arm of a choice is such, the complement is taken of the arms. */
static bool
moves_through(term arm)
{
	return term_is_const(arm) || arm->op == TERM_NOT || arm->op == TERM_FOLD;
}

/* Of several bits: the complement stands inside concatenations and around what is extracted from, so that complement
 * and byte swap may come in either order. */
static term
not_wide(struct terms *ts, term a)
{
	struct term_piece piece[TERM_MAX_ARGS];
	unsigned n;

	if (a->op == TERM_EXTRACT)
		return term_extract(ts, term_not(ts, a->args[0]), (unsigned)a->value, a->width);
	if (a->op == TERM_ITE && (moves_through(a->args[1]) || moves_through(a->args[2])))
		return term_ite(ts, a->args[0], term_not(ts, a->args[1]), term_not(ts, a->args[2]));
	if (a->op != TERM_CONCAT)
		return NULL;
	n = a->count;
	for (unsigned i = 0; i < n; i++) {
		const term part = term_not(ts, a->args[n - 1 - i]);

		piece[i] = part->op == TERM_EXTRACT
			? (struct term_piece){ part->args[0], (unsigned)part->value, part->width }
			: (struct term_piece){ part, 0, part->width };
	}
	return term_from_pieces(ts, piece, n);
}

term
term_not(struct terms *ts, term a)
{
	term wide;

	if (term_is_const(a))
		return term_const(ts, a->width, ~a->value);
	if (a->op == TERM_NOT)
		return a->args[0];
	if (a->op == TERM_ITE && a->width == 1)
		return term_ite(ts, a->args[0], term_not(ts, a->args[1]), term_not(ts, a->args[2]));
	wide = a->width == 1 ? NULL : not_wide(ts, a);
	if (wide != NULL)
		return wide;
	return term_intern(ts, TERM_NOT, a->width, 0, NULL, &a, 1);
}

static term
ite_bool(struct terms *ts, term c, term a, term b)
{
	if (term_is_const(a))
		return term_is_true(a) ? term_or(ts, c, b) : term_and(ts, term_not(ts, c), b);
	if (term_is_const(b))
		return term_is_true(b) ? term_or(ts, term_not(ts, c), a) : term_and(ts, c, a);
	return NULL;
}

/* Whether a and b bound the same number from above by constants, b no tighter than a. */
static bool
is_below(term a, term b)
{
	return a->op == TERM_ULT && b->op == TERM_ULT && a->args[0] == b->args[0] && term_is_const(a->args[1]) &&
		term_is_const(b->args[1]) && a->args[1]->value <= b->args[1]->value;
}

term
term_ite(struct terms *ts, term c, term a, term b)
{
	const term args[] = { c, a, b };
	term result;

	assert(c->width == 1 && a->width == b->width);
	if (term_is_const(c))
		return c->value ? a : b;
	if (a == b)
		return a;
	if (c->op == TERM_NOT)
		return term_ite(ts, c->args[0], b, a);
	if (a->op == TERM_ITE && a->args[0] == c)
		return term_ite(ts, c, a->args[1], b);
	if (b->op == TERM_ITE && b->args[0] == c)
		return term_ite(ts, c, a, b->args[2]);
	if (b->op == TERM_ITE && b->args[1] == a && is_below(c, b->args[0])) /* c implies b's condition */
		return b;
	result = a->width == 1 ? ite_bool(ts, c, a, b) : NULL;
	if (result == NULL)
		result = term_fold_choice(ts, c, a, b);
	return result != NULL ? result : term_intern(ts, TERM_ITE, a->width, 0, NULL, args, 3);
}
