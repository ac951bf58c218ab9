/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_divide.c -- DIV and IDIV. VEX neither says when they trap, nor keeps the operand size.
 *
 * The machine divides a dividend of 2n bits by a divisor of n bits, and traps when the divisor is zero or
 * the quotient does not fit in n bits (Intel SDM vol. 2, DIV and IDIV). */
#include "verify/lift/insn.h"
#include "verify/lift/lower.h"

struct division {
	bool is_signed;
	unsigned bits;                /* n */
	struct ir_arg high, low, by;  /* n bits each */
	struct ir_arg quotient, rest; /* n bits each */
};

static struct ir_arg
equals(struct lower *l, struct ir_arg x, uint64_t value)
{
	return build_2(&l->b, IR_EQ, 1, x, build_const(x.width, value));
}

static struct ir_arg
negated(struct lower *l, struct ir_arg x)
{
	return build_1(&l->b, IR_NOT, x.width, x);
}

static struct ir_arg
either(struct lower *l, struct ir_arg x, struct ir_arg y)
{
	return build_2(&l->b, IR_OR, 1, x, y);
}

/* Whether the dividend is known to be its low half, extended as the division is signed. */
static bool
is_extended(const struct lower *l, const struct division *d)
{
	const struct ir_stmt *s = build_maker(&l->b, d->high);

	if (!d->is_signed)
		return build_is(d->high, 0);
	if (build_is_const(d->high) && build_is_const(d->low))
		return build_is(d->high, d->low.value >> (d->bits - 1) ? build_const(d->bits, UINT64_MAX).value : 0);
	return s != NULL && s->op == IR_ASHR && build_same(s->a[0], d->low) && build_is(s->a[1], d->bits - 1);
}

/* Nothing overflows but the most negative number over -1. */
static void
divide_narrow(struct lower *l, struct division *d)
{
	struct build *b = &l->b;
	uint64_t lowest = (uint64_t)1 << (d->bits - 1);

	build_check(b, negated(l, equals(l, d->by, 0)));
	if (d->is_signed)
		build_check(b, either(l, negated(l, equals(l, d->by, UINT64_MAX)),
			negated(l, equals(l, d->low, lowest))));
	d->quotient = build_2(b, d->is_signed ? IR_SDIV : IR_UDIV, d->bits, d->low, d->by);
	d->rest = build_2(b, d->is_signed ? IR_SREM : IR_UREM, d->bits, d->low, d->by);
}

static void
divide_wide(struct lower *l, struct division *d)
{
	struct build *b = &l->b;
	unsigned width = 2 * d->bits;
	struct ir_arg x = build_concat(b, d->high, d->low), y, q;

	build_check(b, negated(l, equals(l, d->by, 0)));
	if (d->is_signed) {
		y = build_sext(b, d->by, width);
		build_check(b, either(l, negated(l, equals(l, y, UINT64_MAX)),
			negated(l, equals(l, x, (uint64_t)1 << (width - 1)))));
		q = build_2(b, IR_SDIV, width, x, y);
		d->quotient = build_extract(b, q, 0, d->bits);
		build_check(b, build_2(b, IR_EQ, 1, build_sext(b, d->quotient, width), q));
	} else {
		y = build_zext(b, d->by, width);
		build_check(b, build_2(b, IR_ULT, 1, d->high, d->by));
		d->quotient = build_extract(b, build_2(b, IR_UDIV, width, x, y), 0, d->bits);
	}
	d->rest = build_extract(b, build_2(b, d->is_signed ? IR_SREM : IR_UREM, width, x, y), 0, d->bits);
}

/* VEX hands over 8- and 16-bit operands extended to 32 bits each way: the halves are cut out again. */
static bool
take_operands(struct lower *l, const struct value *x, struct division *d)
{
	struct build *b = &l->b;

	if (d->bits == 64) {
		d->high = x[0].lane[1];
		d->low = x[0].lane[0];
		d->by = x[1].lane[0];
		return x[0].lanes == 2;
	}
	d->high = build_extract(b, x[0].lane[0], d->bits, d->bits);
	d->low = build_extract(b, x[0].lane[0], 0, d->bits);
	d->by = build_extract(b, x[1].lane[0], 0, d->bits);
	return x[0].lanes == 1;
}

static struct ir_arg
resized(struct lower *l, const struct division *d, struct ir_arg x, unsigned width)
{
	return d->is_signed ? build_sext(&l->b, x, width) : build_zext(&l->b, x, width);
}

/* 128 bits by 64 is understood when the dividend is an extended 64-bit number, as compilers make it. */
bool
lower_divide(struct lower *l, IROp op, const struct value *x, struct value *result)
{
	struct division d = { .is_signed = op == Iop_DivModS64to32 || op == Iop_DivModS128to64 };
	bool wide = op == Iop_DivModU128to64 || op == Iop_DivModS128to64;

	if (!wide && op != Iop_DivModU64to32 && op != Iop_DivModS64to32)
		return false;
	d.bits = insn_divide_bits(l->insn, l->insn_size);
	if (d.bits == 0 || wide != (d.bits == 64) || !take_operands(l, x, &d)) {
		lower_refuse(l, "a division in an instruction that is not DIV or IDIV");
		*result = lower_zero(wide ? Ity_I128 : Ity_I64);
		return true;
	}
	if (is_extended(l, &d)) {
		divide_narrow(l, &d);
	} else if (d.bits < 64) {
		divide_wide(l, &d);
	} else {
		lower_refuse(l, "a division of a 128-bit number is not supported");
		*result = lower_zero(Ity_I128);
		return true;
	}
	if (wide)
		*result = (struct value){ .lanes = 2, .lane = { d.quotient, d.rest } };
	else
		*result = lower_scalar_value(build_concat(&l->b, resized(l, &d, d.rest, 32),
			resized(l, &d, d.quotient, 32)));
	return true;
}
