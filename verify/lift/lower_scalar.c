/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_scalar.c -- operations on integers of 1 to 64 bits. */
#include "verify/lift/lower.h"

struct row {
	IROp vex;
	enum ir_op ir;
};

#define FOUR(name, ir) \
	{ Iop_##name##8, ir }, { Iop_##name##16, ir }, { Iop_##name##32, ir }, { Iop_##name##64, ir }

static const struct row binary[] = {
	FOUR(Add, IR_ADD), FOUR(Sub, IR_SUB), FOUR(Mul, IR_MUL),
	FOUR(Or, IR_OR), FOUR(And, IR_AND), FOUR(Xor, IR_XOR),
	FOUR(Shl, IR_SHL), FOUR(Shr, IR_LSHR), FOUR(Sar, IR_ASHR),
	{ Iop_And1, IR_AND }, { Iop_Or1, IR_OR },
};

static const struct row compare[] = {
	FOUR(CmpEQ, IR_EQ), FOUR(CmpNE, IR_NE), FOUR(CasCmpEQ, IR_EQ), FOUR(CasCmpNE, IR_NE), FOUR(ExpCmpNE, IR_NE),
	{ Iop_CmpLT32S, IR_SLT }, { Iop_CmpLT64S, IR_SLT }, { Iop_CmpLE32S, IR_SLE }, { Iop_CmpLE64S, IR_SLE },
	{ Iop_CmpLT32U, IR_ULT }, { Iop_CmpLT64U, IR_ULT }, { Iop_CmpLE32U, IR_ULE }, { Iop_CmpLE64U, IR_ULE },
};

/* Clz and Ctz are undefined for zero in VEX; ours then yields the width, as the Nat ones do. */
static const struct row unary[] = {
	FOUR(Not, IR_NOT), { Iop_Not1, IR_NOT },
	{ Iop_Clz64, IR_CLZ }, { Iop_Clz32, IR_CLZ }, { Iop_ClzNat64, IR_CLZ }, { Iop_ClzNat32, IR_CLZ },
	{ Iop_Ctz64, IR_CTZ }, { Iop_Ctz32, IR_CTZ }, { Iop_CtzNat64, IR_CTZ }, { Iop_CtzNat32, IR_CTZ },
	{ Iop_PopCount64, IR_POPCNT }, { Iop_PopCount32, IR_POPCNT },
};

/* Conversions between integer widths; the widths follow from the types. */
static const struct row convert[] = {
	{ Iop_8Uto16, IR_ZEXT }, { Iop_8Uto32, IR_ZEXT }, { Iop_8Uto64, IR_ZEXT }, { Iop_16Uto32, IR_ZEXT },
	{ Iop_16Uto64, IR_ZEXT }, { Iop_32Uto64, IR_ZEXT }, { Iop_1Uto8, IR_ZEXT }, { Iop_1Uto32, IR_ZEXT },
	{ Iop_1Uto64, IR_ZEXT },
	{ Iop_8Sto16, IR_SEXT }, { Iop_8Sto32, IR_SEXT }, { Iop_8Sto64, IR_SEXT }, { Iop_16Sto32, IR_SEXT },
	{ Iop_16Sto64, IR_SEXT }, { Iop_32Sto64, IR_SEXT }, { Iop_1Sto8, IR_SEXT }, { Iop_1Sto16, IR_SEXT },
	{ Iop_1Sto32, IR_SEXT }, { Iop_1Sto64, IR_SEXT },
	{ Iop_64to8, IR_EXTRACT }, { Iop_32to8, IR_EXTRACT }, { Iop_64to16, IR_EXTRACT }, { Iop_16to8, IR_EXTRACT },
	{ Iop_32to16, IR_EXTRACT }, { Iop_64to32, IR_EXTRACT }, { Iop_32to1, IR_EXTRACT }, { Iop_64to1, IR_EXTRACT },
};

static int
row_of(const struct row *rows, size_t count, IROp op)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].vex == op)
			return (int)rows[i].ir;
	return -1;
}

#define ROW(table, op) row_of(table, sizeof table / sizeof *table, op)

static unsigned
result_width(IROp op)
{
	IRType result, ignored[4];

	typeOfPrimop(op, &result, &ignored[0], &ignored[1], &ignored[2], &ignored[3]);
	return lower_width(result);
}

static struct ir_arg
resize(struct lower *l, int how, struct ir_arg x, unsigned width)
{
	if (how == IR_ZEXT)
		return build_zext(&l->b, x, width);
	if (how == IR_SEXT)
		return build_sext(&l->b, x, width);
	return build_extract(&l->b, x, 0, width);
}

static bool
lower_table(struct lower *l, IROp op, struct ir_arg x, struct ir_arg y, struct ir_arg *r)
{
	int ir;

	if ((ir = ROW(binary, op)) >= 0)
		*r = build_2(&l->b, (enum ir_op)ir, x.width, x, y);
	else if ((ir = ROW(compare, op)) >= 0)
		*r = build_2(&l->b, (enum ir_op)ir, 1, x, y);
	else if ((ir = ROW(unary, op)) >= 0)
		*r = build_1(&l->b, (enum ir_op)ir, x.width, x);
	else if ((ir = ROW(convert, op)) >= 0)
		*r = resize(l, ir, x, result_width(op));
	else
		return false;
	return true;
}

static struct ir_arg
not_zero(struct lower *l, struct ir_arg x)
{
	return build_2(&l->b, IR_NE, 1, x, build_const(x.width, 0));
}

/* The product of twice the width, as one scalar. */
static struct ir_arg
multiply_long(struct lower *l, int extend, struct ir_arg x, struct ir_arg y)
{
	unsigned width = 2 * x.width;

	return build_2(&l->b, IR_MUL, width, resize(l, extend, x, width), resize(l, extend, y, width));
}

static struct value
multiply_wide(struct lower *l, enum ir_op high, struct ir_arg x, struct ir_arg y)
{
	return (struct value){ .lanes = 2,
		.lane = { build_2(&l->b, IR_MUL, 64, x, y), build_2(&l->b, high, 64, x, y) } };
}

static bool
lower_odd(struct lower *l, IROp op, struct ir_arg x, struct ir_arg y, struct ir_arg *r)
{
	struct build *b = &l->b;

	switch (op) {
	case Iop_16HIto8: *r = build_extract(b, x, 8, 8); return true;
	case Iop_32HIto16: *r = build_extract(b, x, 16, 16); return true;
	case Iop_64HIto32: *r = build_extract(b, x, 32, 32); return true;
	case Iop_8HLto16: case Iop_16HLto32: case Iop_32HLto64: *r = build_concat(b, x, y); return true;
	case Iop_MullU8: case Iop_MullU16: case Iop_MullU32: *r = multiply_long(l, IR_ZEXT, x, y); return true;
	case Iop_MullS8: case Iop_MullS16: case Iop_MullS32: *r = multiply_long(l, IR_SEXT, x, y); return true;
	case Iop_CmpNEZ8: case Iop_CmpNEZ16: case Iop_CmpNEZ32: case Iop_CmpNEZ64:
		*r = not_zero(l, x);
		return true;
	case Iop_CmpwNEZ32: case Iop_CmpwNEZ64: *r = build_sext(b, not_zero(l, x), x.width); return true;
	case Iop_Left8: case Iop_Left16: case Iop_Left32: case Iop_Left64:
		*r = build_2(b, IR_OR, x.width, x, build_1(b, IR_NEG, x.width, x));
		return true;
	case Iop_Max32U: *r = build_ite(b, build_2(b, IR_ULT, 1, x, y), y, x); return true;
	case Iop_ReinterpF64asI64: case Iop_ReinterpI64asF64: case Iop_ReinterpF32asI32: case Iop_ReinterpI32asF32:
		*r = x;
		return true;
	default: return false;
	}
}

bool
lower_scalar(struct lower *l, IROp op, const struct value *x, struct value *result)
{
	struct ir_arg r;

	if (op == Iop_MullU64 || op == Iop_MullS64) {
		*result = multiply_wide(l, op == Iop_MullU64 ? IR_UMULH : IR_SMULH, x[0].lane[0], x[1].lane[0]);
		return true;
	}
	if (!lower_table(l, op, x[0].lane[0], x[1].lane[0], &r) && !lower_odd(l, op, x[0].lane[0], x[1].lane[0], &r))
		return false;
	*result = lower_scalar_value(r);
	return true;
}
