/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_shuffle.c -- vector operations that move lanes, or change their width. */
#include "verify/lift/lower.h"

enum kind {
	LOW, HIGH,        /* interleave the low, the high halves of both; the right argument comes first */
	EVEN, ODD,        /* every other lane of the right argument, then of the left one */
	NARROW,           /* halves of the lanes of the right argument, then of the left one; saturating or not */
	NARROW_ONE,       /* the same, of one argument */
	WIDEN,            /* lanes of a 64-bit argument, extended */
	GET, SET, COPY,   /* one lane, by a constant number */
	PERMUTE,          /* lanes of the left argument, chosen by numbers in those of the right one */
	SIGNS,            /* the top bit of each lane */
};

enum cut { WRAP, SIGNED, UNSIGNED }; /* to which range, from a signed lane */

struct row {
	IROp vex;
	enum kind kind;
	unsigned width; /* of a lane of the argument */
	enum cut cut;   /* WIDEN: SIGNED or not */
};

#define EACH(name, kind) \
	{ Iop_##name##8x16, kind, 8, WRAP }, { Iop_##name##16x8, kind, 16, WRAP }, { Iop_##name##32x4, kind, 32, WRAP }

static const struct row rows[] = {
	EACH(InterleaveLO, LOW), { Iop_InterleaveLO64x2, LOW, 64, WRAP },
	EACH(InterleaveHI, HIGH), { Iop_InterleaveHI64x2, HIGH, 64, WRAP },
	EACH(CatEvenLanes, EVEN), EACH(CatOddLanes, ODD),
	/* of 64 bits */
	{ Iop_InterleaveLO8x8, LOW, 8, WRAP }, { Iop_InterleaveLO16x4, LOW, 16, WRAP },
	{ Iop_InterleaveLO32x2, LOW, 32, WRAP }, { Iop_InterleaveHI8x8, HIGH, 8, WRAP },
	{ Iop_InterleaveHI16x4, HIGH, 16, WRAP }, { Iop_InterleaveHI32x2, HIGH, 32, WRAP },
	{ Iop_CatEvenLanes16x4, EVEN, 16, WRAP }, { Iop_CatOddLanes16x4, ODD, 16, WRAP },
	{ Iop_NarrowBin16to8x16, NARROW, 16, WRAP }, { Iop_NarrowBin32to16x8, NARROW, 32, WRAP },
	{ Iop_NarrowBin64to32x4, NARROW, 64, WRAP },
	{ Iop_QNarrowBin16Sto8Ux16, NARROW, 16, UNSIGNED }, { Iop_QNarrowBin32Sto16Ux8, NARROW, 32, UNSIGNED },
	{ Iop_QNarrowBin16Sto8Sx16, NARROW, 16, SIGNED }, { Iop_QNarrowBin32Sto16Sx8, NARROW, 32, SIGNED },
	{ Iop_NarrowUn16to8x8, NARROW_ONE, 16, WRAP }, { Iop_NarrowUn32to16x4, NARROW_ONE, 32, WRAP },
	{ Iop_NarrowUn64to32x2, NARROW_ONE, 64, WRAP },
	{ Iop_Widen8Uto16x8, WIDEN, 8, WRAP }, { Iop_Widen16Uto32x4, WIDEN, 16, WRAP },
	{ Iop_Widen32Uto64x2, WIDEN, 32, WRAP },
	{ Iop_Widen8Sto16x8, WIDEN, 8, SIGNED }, { Iop_Widen16Sto32x4, WIDEN, 16, SIGNED },
	{ Iop_Widen32Sto64x2, WIDEN, 32, SIGNED },
	EACH(GetElem, GET), { Iop_GetElem64x2, GET, 64, WRAP },
	EACH(SetElem, SET), { Iop_SetElem64x2, SET, 64, WRAP },
	EACH(Dup, COPY),
	{ Iop_Perm8x16, PERMUTE, 8, WRAP }, { Iop_PermOrZero8x16, PERMUTE, 8, UNSIGNED },
	{ Iop_Perm32x4, PERMUTE, 32, WRAP }, { Iop_Perm32x8, PERMUTE, 32, WRAP },
	{ Iop_GetMSBs8x16, SIGNS, 8, WRAP }, { Iop_GetMSBs8x8, SIGNS, 8, WRAP },
};

static const struct row *
find(IROp op)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].vex == op)
			return &rows[i];
	return NULL;
}

static struct value
interleave(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width), from = row->kind == HIGH ? count / 2 : 0;
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++)
		piece[i] = lower_piece(l, &x[i % 2 == 0 ? 1 : 0], row->width, from + i / 2);
	return lower_assemble(l, piece, row->width, count);
}

static struct value
every_other(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width), half = count / 2, from = row->kind == ODD ? 1 : 0;
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++)
		piece[i] = lower_piece(l, &x[i < half ? 1 : 0], row->width, 2 * (i % half) + from);
	return lower_assemble(l, piece, row->width, count);
}

/* The lane in half its width: cut off, or the nearest number that fits. */
static struct ir_arg
narrowed(struct lower *l, const struct row *row, struct ir_arg x)
{
	struct build *b = &l->b;
	unsigned half = row->width / 2;
	uint64_t highest = ((uint64_t)1 << (row->cut == SIGNED ? half - 1 : half)) - 1;
	struct ir_arg top = build_const(row->width, highest);
	struct ir_arg bottom = build_const(row->width, row->cut == SIGNED ? ~highest : 0);

	if (row->cut != WRAP) {
		x = build_ite(b, build_2(b, IR_SLT, 1, top, x), top, x);
		x = build_ite(b, build_2(b, IR_SLT, 1, x, bottom), bottom, x);
	}
	return build_extract(b, x, 0, half);
}

static struct value
narrow(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned each = lower_pieces(&x[0], row->width), count = row->kind == NARROW ? 2 * each : each;
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++) {
		const struct value *from = row->kind == NARROW && i < each ? &x[1] : &x[0];

		piece[i] = narrowed(l, row, lower_piece(l, from, row->width, i % each));
	}
	return lower_assemble(l, piece, row->width / 2, count);
}

static struct value
widen(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width), wide = 2 * row->width;
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++) {
		struct ir_arg lane = lower_piece(l, &x[0], row->width, i);

		piece[i] = row->cut == SIGNED ? build_sext(&l->b, lane, wide) : build_zext(&l->b, lane, wide);
	}
	return lower_assemble(l, piece, wide, count);
}

static struct value
set_lane(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width);
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++)
		piece[i] = i == x[1].lane[0].value ? x[2].lane[0] : lower_piece(l, &x[0], row->width, i);
	return lower_assemble(l, piece, row->width, count);
}

static struct value
copy_lanes(struct lower *l, const struct row *row, const struct value *x)
{
	struct ir_arg piece[32];

	for (unsigned i = 0; i < 128 / row->width; i++)
		piece[i] = x[0].lane[0];
	return lower_assemble(l, piece, row->width, 128 / row->width);
}

/* The lane with a number that may be unknown: the right word, moved down by whole lanes. Numbers lie
 * below the lane count (VEX masks them before). */
static struct ir_arg
pick(struct lower *l, const struct value *x, unsigned width, struct ir_arg number)
{
	struct build *b = &l->b;
	unsigned per_word = 64 / width, in_word = (unsigned)__builtin_ctz(per_word);
	unsigned width_log = (unsigned)__builtin_ctz(width);
	struct ir_arg word = x->lane[0], amount;

	if (build_is_const(number))
		return lower_piece(l, x, width, (unsigned)number.value % lower_pieces(x, width));
	for (unsigned i = 1; i < x->lanes; i++) {
		struct ir_arg high = build_extract(b, number, in_word, x->lanes == 4 ? 2 : 1);

		word = build_ite(b, build_2(b, IR_EQ, 1, high, build_const(high.width, i)), x->lane[i], word);
	}
	amount = build_zext(b, build_extract(b, number, 0, in_word), 64);
	amount = build_2(b, IR_SHL, 64, amount, build_const(8, width_log));
	return build_extract(b, build_2(b, IR_LSHR, 64, word, amount), 0, width);
}

static struct value
permute(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width);
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++) {
		struct ir_arg number = lower_piece(l, &x[1], row->width, i);

		piece[i] = pick(l, &x[0], row->width, number);
		if (row->cut == UNSIGNED) /* the top bit of the number asks for zero */
			piece[i] = build_ite(&l->b, build_extract(&l->b, number, row->width - 1, 1),
				build_const(row->width, 0), piece[i]);
	}
	return lower_assemble(l, piece, row->width, count);
}

static struct value
signs(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned count = lower_pieces(&x[0], row->width);
	struct ir_arg bit[32];

	for (unsigned i = 0; i < count; i++)
		bit[i] = build_extract(&l->b, lower_piece(l, &x[0], row->width, i), row->width - 1, 1);
	return lower_assemble(l, bit, 1, count);
}

bool
lower_shuffle(struct lower *l, IROp op, const struct value *x, struct value *result)
{
	const struct row *row = find(op);

	if (row == NULL)
		return false;
	switch (row->kind) {
	case LOW: case HIGH: *result = interleave(l, row, x); return true;
	case EVEN: case ODD: *result = every_other(l, row, x); return true;
	case NARROW: case NARROW_ONE: *result = narrow(l, row, x); return true;
	case WIDEN: *result = widen(l, row, x); return true;
	case COPY: *result = copy_lanes(l, row, x); return true;
	case PERMUTE: *result = permute(l, row, x); return true;
	case SIGNS: *result = signs(l, row, x); return true;
	default: break;
	}
	if (!build_is_const(x[1].lane[0]) || x[1].lane[0].value >= lower_pieces(&x[0], row->width))
		return false;
	if (row->kind == GET)
		*result = lower_scalar_value(lower_piece(l, &x[0], row->width, (unsigned)x[1].lane[0].value));
	else
		*result = set_lane(l, row, x);
	return true;
}
