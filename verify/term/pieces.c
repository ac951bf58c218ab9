/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One normal form for everything that only moves bits: a list of pieces. Loads byte by byte, byte swaps,
 * shifts and masks by constants, sub-registers: compiled code and specification meet here. */
#include <assert.h>

#include "verify/term/intern.h"

static struct term_piece
piece_of(term a)
{
	if (a->op == TERM_EXTRACT)
		return (struct term_piece){ a->args[0], (unsigned)a->value, a->width };
	return (struct term_piece){ a, 0, a->width };
}

unsigned
term_pieces(term a, struct term_piece *out)
{
	if (a->op != TERM_CONCAT) {
		out[0] = piece_of(a);
		return 1;
	}
	for (unsigned i = 0; i < a->count; i++)
		out[i] = piece_of(a->args[a->count - 1 - i]);
	return a->count;
}

/* Zeros above a run whose term has nothing but zeros there belong to the run. Answers how many. */
static unsigned
zeros_absorbed(const struct term_piece *p, const struct term_piece *zeros)
{
	const unsigned end = p->low + p->width;

	if (!term_is_const(zeros->of) || term_is_const(p->of) || end >= p->of->width || p->of->high >> end != 0)
		return 0;
	if ((zeros->of->value >> zeros->low & term_mask(zeros->width)) != 0)
		return 0;
	return zeros->width < p->of->width - end ? zeros->width : p->of->width - end;
}

static struct term_piece
whole(term a)
{
	return (struct term_piece){ a, 0, a->width };
}

static bool
picks_constants(const struct term_piece *p)
{
	return p->of->op == TERM_ITE && p->low == 0 && p->width == p->of->width && term_is_const(p->of->args[1]) &&
		term_is_const(p->of->args[2]);
}

/* Joins q, which lies just above p, to p when both are constants or neighbours in the same term. */
static bool
piece_join(struct terms *ts, struct term_piece *p, struct term_piece *q)
{
	const unsigned absorbed = zeros_absorbed(p, q);

	if (absorbed > 0) {
		p->width += absorbed;
		q->low += absorbed;
		q->width -= absorbed;
		return q->width == 0;
	}
	if (term_is_const(p->of) && term_is_const(q->of)) {
		const uint64_t low = p->of->value >> p->low & term_mask(p->width);
		const uint64_t high = q->of->value >> q->low & term_mask(q->width);

		*p = (struct term_piece){
			term_const(ts, p->width + q->width, high << p->width | low), 0, p->width + q->width
		};
		return true;
	}
	if (picks_constants(p) && term_is_const(q->of)) {
		const term above = term_extract(ts, q->of, q->low, q->width);

		*p = whole(term_ite(ts, p->of->args[0], term_concat(ts, above, p->of->args[1]),
			term_concat(ts, above, p->of->args[2])));
		return true;
	}
	if (term_is_const(p->of) && picks_constants(q)) {
		const term below = term_extract(ts, p->of, p->low, p->width);

		*p = whole(term_ite(ts, q->of->args[0], term_concat(ts, q->of->args[1], below),
			term_concat(ts, q->of->args[2], below)));
		return true;
	}
	if (p->of->op == TERM_ITE && q->of->op == TERM_ITE && p->of->args[0] == q->of->args[0] && p->of != q->of &&
		p->low == 0 && q->low == 0 && p->width == p->of->width && q->width == q->of->width) {
		/* halves of one choice */
		p->of = term_ite(ts, p->of->args[0], term_concat(ts, q->of->args[1], p->of->args[1]),
			term_concat(ts, q->of->args[2], p->of->args[2]));
		p->low = 0;
		p->width += q->width;
		return true;
	}
	if (p->of == q->of && p->low + p->width == q->low) {
		p->width += q->width;
		return true;
	}
	return false;
}

static term
piece_term(struct terms *ts, const struct term_piece *p)
{
	return term_extract(ts, p->of, p->low, p->width);
}

/* Zero-extension moves inwards over what cannot overflow and over if-then-else, so that an offset computed
 * in 32 bits and one computed in 64 bits become the same term. Answers NULL when it stays outside. */
static term
zext_inward(struct terms *ts, term a, unsigned width)
{
	term args[TERM_MAX_ARGS];
	uint64_t sum = 0;

	if (a->op == TERM_ITE)
		return term_ite(ts, a->args[0], term_zext(ts, a->args[1], width), term_zext(ts, a->args[2], width));
	if (a->op != TERM_ADD)
		return NULL;
	for (unsigned i = 0; i < a->count; i++)
		if (__builtin_add_overflow(sum, a->args[i]->high, &sum) || sum > term_mask(a->width))
			return NULL;
	args[0] = term_zext(ts, a->args[0], width);
	for (unsigned i = 1; i < a->count; i++)
		args[0] = term_add(ts, args[0], term_zext(ts, a->args[i], width));
	return args[0];
}

/* args: most significant first, some of them concatenations themselves. */
static term
flattened(struct terms *ts, const term *args, unsigned count)
{
	struct term_piece pieces[TERM_MAX_ARGS];
	unsigned n = 0;

	for (unsigned i = count; i-- > 0;)
		n += term_pieces(args[i], pieces + n);
	return term_from_pieces(ts, pieces, n);
}

term
term_from_pieces(struct terms *ts, const struct term_piece *pieces, unsigned count)
{
	struct term_piece joined[TERM_MAX_ARGS];
	term args[TERM_MAX_ARGS];
	unsigned n = 0, width = 0;
	bool nested = false;

	for (unsigned i = 0; i < count; i++) {
		struct term_piece next = pieces[i];

		width += next.width;
		if (n > 0 && piece_join(ts, &joined[n - 1], &next))
			continue;
		joined[n++] = next;
	}
	assert(width <= 64);
	if (n == 1)
		return piece_term(ts, &joined[0]);
	for (unsigned i = 0; i < n; i++) {
		args[n - 1 - i] = piece_term(ts, &joined[i]);
		nested |= args[n - 1 - i]->op == TERM_CONCAT;
	}
	if (nested)
		return flattened(ts, args, n);
	if (n == 2 && term_is_const(args[0]) && args[0]->value == 0) {
		const term inward = zext_inward(ts, args[1], width);

		if (inward != NULL)
			return inward;
	}
	return term_intern(ts, TERM_CONCAT, width, 0, NULL, args, n);
}
