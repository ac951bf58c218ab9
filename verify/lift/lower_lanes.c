/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_lanes.c -- vector operations that work lane by lane. */
#include "verify/lift/lower.h"

enum kind {
	PLAIN,    /* op(x, y) */
	MASK,     /* all ones where op(x, y), else zero */
	MASK_GT,  /* the same, of op(y, x) */
	PICK,     /* op(x, y) ? x : y */
	PICK_NOT, /* op(x, y) ? y : x */
	SHIFT,    /* op(x, scalar y) */
	UNARY,    /* op(x) */
	NONZERO,  /* all ones where x is not zero */
	ABSOLUTE,
	SATURATE, /* op(x, y), clamped to the lane; signed or not */
	AVERAGE,
	HIGH,     /* high half of the product */
	EVEN,     /* the whole product of even lanes */
};

struct row {
	IROp vex;
	enum kind kind;
	enum ir_op ir;
	unsigned width;
	bool is_signed;
};

#define ALL(name, kind, ir) \
	{ Iop_##name##8x16, kind, ir, 8, false }, { Iop_##name##16x8, kind, ir, 16, false }, \
	{ Iop_##name##32x4, kind, ir, 32, false }, { Iop_##name##64x2, kind, ir, 64, false }, \
	{ Iop_##name##8x32, kind, ir, 8, false }, { Iop_##name##16x16, kind, ir, 16, false }, \
	{ Iop_##name##32x8, kind, ir, 32, false }, { Iop_##name##64x4, kind, ir, 64, false }
#define HALF(name, kind, ir) \
	{ Iop_##name##8x8, kind, ir, 8, false }, { Iop_##name##16x4, kind, ir, 16, false }, \
	{ Iop_##name##32x2, kind, ir, 32, false }
#define CLAMP_HALF(name, s, ir, is_signed) \
	{ Iop_##name##8##s##x8, SATURATE, ir, 8, is_signed }, { Iop_##name##16##s##x4, SATURATE, ir, 16, is_signed }
#define SIGN(name, s, kind, ir) \
	{ Iop_##name##8##s##x16, kind, ir, 8, false }, { Iop_##name##16##s##x8, kind, ir, 16, false }, \
	{ Iop_##name##32##s##x4, kind, ir, 32, false }, { Iop_##name##64##s##x2, kind, ir, 64, false }, \
	{ Iop_##name##8##s##x32, kind, ir, 8, false }, { Iop_##name##16##s##x16, kind, ir, 16, false }, \
	{ Iop_##name##32##s##x8, kind, ir, 32, false }
#define CLAMP(name, s, ir, is_signed) \
	{ Iop_##name##8##s##x16, SATURATE, ir, 8, is_signed }, { Iop_##name##16##s##x8, SATURATE, ir, 16, is_signed }, \
	{ Iop_##name##8##s##x32, SATURATE, ir, 8, is_signed }, { Iop_##name##16##s##x16, SATURATE, ir, 16, is_signed }

static const struct row rows[] = {
	{ Iop_AndV128, PLAIN, IR_AND, 64, false }, { Iop_AndV256, PLAIN, IR_AND, 64, false },
	{ Iop_OrV128, PLAIN, IR_OR, 64, false }, { Iop_OrV256, PLAIN, IR_OR, 64, false },
	{ Iop_XorV128, PLAIN, IR_XOR, 64, false }, { Iop_XorV256, PLAIN, IR_XOR, 64, false },
	{ Iop_NotV128, UNARY, IR_NOT, 64, false }, { Iop_NotV256, UNARY, IR_NOT, 64, false },
	ALL(Add, PLAIN, IR_ADD), ALL(Sub, PLAIN, IR_SUB),
	{ Iop_Mul8x16, PLAIN, IR_MUL, 8, false }, { Iop_Mul16x8, PLAIN, IR_MUL, 16, false },
	{ Iop_Mul32x4, PLAIN, IR_MUL, 32, false }, { Iop_Mul16x16, PLAIN, IR_MUL, 16, false },
	{ Iop_Mul32x8, PLAIN, IR_MUL, 32, false },
	/* halves of 128 bits, as some of the SSSE3 instructions are translated */
	HALF(Add, PLAIN, IR_ADD), HALF(Sub, PLAIN, IR_SUB), HALF(CmpEQ, MASK, IR_EQ), HALF(SarN, SHIFT, IR_ASHR),
	{ Iop_CmpGT8Sx8, MASK_GT, IR_SLT, 8, false }, { Iop_CmpGT16Sx4, MASK_GT, IR_SLT, 16, false },
	{ Iop_CmpGT32Sx2, MASK_GT, IR_SLT, 32, false },
	{ Iop_ShrN16x4, SHIFT, IR_LSHR, 16, false }, { Iop_ShrN32x2, SHIFT, IR_LSHR, 32, false },
	{ Iop_ShlN16x4, SHIFT, IR_SHL, 16, false }, { Iop_ShlN32x2, SHIFT, IR_SHL, 32, false },
	{ Iop_Mul16x4, PLAIN, IR_MUL, 16, false }, { Iop_Mul32x2, PLAIN, IR_MUL, 32, false },
	{ Iop_MulHi16Sx4, HIGH, IR_MUL, 16, true },
	{ Iop_MulHi16Ux4, HIGH, IR_MUL, 16, false },
	CLAMP_HALF(QAdd, S, IR_ADD, true), CLAMP_HALF(QSub, S, IR_SUB, true),
	ALL(CmpEQ, MASK, IR_EQ), ALL(CmpNEZ, NONZERO, IR_NE),
	SIGN(CmpGT, S, MASK_GT, IR_SLT), { Iop_CmpGT64Sx4, MASK_GT, IR_SLT, 64, false },
	{ Iop_CmpGT8Ux16, MASK_GT, IR_ULT, 8, false }, { Iop_CmpGT16Ux8, MASK_GT, IR_ULT, 16, false },
	{ Iop_CmpGT32Ux4, MASK_GT, IR_ULT, 32, false }, { Iop_CmpGT64Ux2, MASK_GT, IR_ULT, 64, false },
	SIGN(Max, S, PICK_NOT, IR_SLT), SIGN(Max, U, PICK_NOT, IR_ULT),
	SIGN(Min, S, PICK, IR_SLT), SIGN(Min, U, PICK, IR_ULT),
	{ Iop_ShlN8x16, SHIFT, IR_SHL, 8, false }, { Iop_ShlN16x8, SHIFT, IR_SHL, 16, false },
	{ Iop_ShlN32x4, SHIFT, IR_SHL, 32, false }, { Iop_ShlN64x2, SHIFT, IR_SHL, 64, false },
	{ Iop_ShlN16x16, SHIFT, IR_SHL, 16, false }, { Iop_ShlN32x8, SHIFT, IR_SHL, 32, false },
	{ Iop_ShlN64x4, SHIFT, IR_SHL, 64, false },
	{ Iop_ShrN8x16, SHIFT, IR_LSHR, 8, false }, { Iop_ShrN16x8, SHIFT, IR_LSHR, 16, false },
	{ Iop_ShrN32x4, SHIFT, IR_LSHR, 32, false }, { Iop_ShrN64x2, SHIFT, IR_LSHR, 64, false },
	{ Iop_ShrN16x16, SHIFT, IR_LSHR, 16, false }, { Iop_ShrN32x8, SHIFT, IR_LSHR, 32, false },
	{ Iop_ShrN64x4, SHIFT, IR_LSHR, 64, false },
	{ Iop_SarN8x16, SHIFT, IR_ASHR, 8, false }, { Iop_SarN16x8, SHIFT, IR_ASHR, 16, false },
	{ Iop_SarN32x4, SHIFT, IR_ASHR, 32, false }, { Iop_SarN64x2, SHIFT, IR_ASHR, 64, false },
	{ Iop_SarN16x16, SHIFT, IR_ASHR, 16, false }, { Iop_SarN32x8, SHIFT, IR_ASHR, 32, false },
	{ Iop_Abs8x16, ABSOLUTE, IR_NEG, 8, false }, { Iop_Abs16x8, ABSOLUTE, IR_NEG, 16, false },
	{ Iop_Abs32x4, ABSOLUTE, IR_NEG, 32, false }, { Iop_Abs64x2, ABSOLUTE, IR_NEG, 64, false },
	CLAMP(QAdd, S, IR_ADD, true), CLAMP(QAdd, U, IR_ADD, false),
	CLAMP(QSub, S, IR_SUB, true), CLAMP(QSub, U, IR_SUB, false),
	{ Iop_Avg8Ux16, AVERAGE, IR_ADD, 8, false }, { Iop_Avg16Ux8, AVERAGE, IR_ADD, 16, false },
	{ Iop_Avg8Ux32, AVERAGE, IR_ADD, 8, false }, { Iop_Avg16Ux16, AVERAGE, IR_ADD, 16, false },
	{ Iop_MulHi16Ux8, HIGH, IR_MUL, 16, false }, { Iop_MulHi16Sx8, HIGH, IR_MUL, 16, true },
	{ Iop_MulHi16Ux16, HIGH, IR_MUL, 16, false }, { Iop_MulHi16Sx16, HIGH, IR_MUL, 16, true },
	{ Iop_MulHi32Ux4, HIGH, IR_MUL, 32, false }, { Iop_MulHi32Sx4, HIGH, IR_MUL, 32, true },
	{ Iop_MullEven8Ux16, EVEN, IR_MUL, 8, false }, { Iop_MullEven8Sx16, EVEN, IR_MUL, 8, true },
	{ Iop_MullEven16Ux8, EVEN, IR_MUL, 16, false }, { Iop_MullEven16Sx8, EVEN, IR_MUL, 16, true },
	{ Iop_MullEven32Ux4, EVEN, IR_MUL, 32, false }, { Iop_MullEven32Sx4, EVEN, IR_MUL, 32, true },
};

static const struct row *
find(IROp op)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].vex == op)
			return &rows[i];
	return NULL;
}

static struct ir_arg
extended(struct lower *l, const struct row *row, struct ir_arg x, unsigned width)
{
	return row->is_signed ? build_sext(&l->b, x, width) : build_zext(&l->b, x, width);
}

/* x, read as signed, cut to the range [lowest, highest] of numbers of a narrower width. */
static struct ir_arg
clamp(struct lower *l, struct ir_arg x, unsigned width, bool is_signed)
{
	struct build *b = &l->b;
	uint64_t highest = is_signed ? ((uint64_t)1 << (width - 1)) - 1 : ((uint64_t)1 << width) - 1;
	struct ir_arg top = build_const(x.width, highest), bottom = build_const(x.width, is_signed ? ~highest : 0);

	x = build_ite(b, build_2(b, IR_SLT, 1, top, x), top, x);
	x = build_ite(b, build_2(b, IR_SLT, 1, x, bottom), bottom, x);
	return build_extract(b, x, 0, width);
}

static struct ir_arg
multiply_high(struct lower *l, const struct row *row, struct ir_arg x, struct ir_arg y)
{
	unsigned wide = 2 * row->width;
	struct ir_arg product = build_2(&l->b, IR_MUL, wide, extended(l, row, x, wide), extended(l, row, y, wide));

	return build_extract(&l->b, product, row->width, row->width);
}

static struct ir_arg
average(struct lower *l, const struct row *row, struct ir_arg x, struct ir_arg y)
{
	unsigned wide = row->width + 1;
	struct ir_arg sum = build_2(&l->b, IR_ADD, wide, extended(l, row, x, wide), extended(l, row, y, wide));

	sum = build_2(&l->b, IR_ADD, wide, sum, build_const(wide, 1));
	return build_extract(&l->b, sum, 1, row->width);
}

/* Two bits more hold every sum and difference, signed. */
static struct ir_arg
saturate(struct lower *l, const struct row *row, struct ir_arg x, struct ir_arg y)
{
	unsigned wide = row->width + 2;
	struct ir_arg sum = build_2(&l->b, row->ir, wide, extended(l, row, x, wide), extended(l, row, y, wide));

	return clamp(l, sum, row->width, row->is_signed);
}

static struct ir_arg
one_lane(struct lower *l, const struct row *row, struct ir_arg x, struct ir_arg y)
{
	struct build *b = &l->b;
	struct ir_arg zero = build_const(row->width, 0);

	switch (row->kind) {
	case PLAIN: return build_2(b, row->ir, row->width, x, y);
	case MASK: return build_sext(b, build_2(b, row->ir, 1, x, y), row->width);
	case MASK_GT: return build_sext(b, build_2(b, row->ir, 1, y, x), row->width);
	case PICK: return build_ite(b, build_2(b, row->ir, 1, x, y), x, y);
	case PICK_NOT: return build_ite(b, build_2(b, row->ir, 1, x, y), y, x);
	case SHIFT: return build_2(b, row->ir, row->width, x, y);
	case UNARY: return build_1(b, row->ir, row->width, x);
	case NONZERO: return build_sext(b, build_2(b, IR_NE, 1, x, zero), row->width);
	case ABSOLUTE: return build_ite(b, build_2(b, IR_SLT, 1, x, zero), build_1(b, IR_NEG, row->width, x), x);
	case SATURATE: return saturate(l, row, x, y);
	case AVERAGE: return average(l, row, x, y);
	case HIGH: return multiply_high(l, row, x, y);
	default: return zero;
	}
}

static struct value
multiply_even(struct lower *l, const struct row *row, const struct value *x)
{
	unsigned wide = 2 * row->width, count = lower_pieces(&x[0], wide);
	struct ir_arg piece[32];

	for (unsigned i = 0; i < count; i++) {
		struct ir_arg a = lower_piece(l, &x[0], row->width, 2 * i);
		struct ir_arg b = lower_piece(l, &x[1], row->width, 2 * i);

		piece[i] = build_2(&l->b, IR_MUL, wide, extended(l, row, a, wide), extended(l, row, b, wide));
	}
	return lower_assemble(l, piece, wide, count);
}

static bool
is_unary(enum kind kind)
{
	return kind == UNARY || kind == NONZERO || kind == ABSOLUTE;
}

bool
lower_lanes(struct lower *l, IROp op, const struct value *x, struct value *result)
{
	const struct row *row = find(op);
	struct ir_arg piece[32];
	unsigned count;

	if (row == NULL)
		return false;
	if (row->kind == EVEN) {
		*result = multiply_even(l, row, x);
		return true;
	}
	count = lower_pieces(&x[0], row->width);
	for (unsigned i = 0; i < count; i++) {
		struct ir_arg a = lower_piece(l, &x[0], row->width, i), b = a;

		if (row->kind == SHIFT)
			b = x[1].lane[0];
		else if (!is_unary(row->kind))
			b = lower_piece(l, &x[1], row->width, i);
		piece[i] = one_lane(l, row, a, b);
	}
	*result = lower_assemble(l, piece, row->width, count);
	return true;
}
