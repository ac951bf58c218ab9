/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_helper.c -- what VEX leaves to C functions without side effects. */
#include <string.h>

#include "verify/lift/lower.h"

/* The flags' registers are what the helper is given. VEX may have put a constant in their place, of which
 * guest.c knows better (cc_ndep). */
static struct ir_arg
flag_register(struct lower *l, unsigned i, struct ir_arg given)
{
	struct ir_arg now = build_get(&l->b, IR_CC_OP + i);

	if (IR_CC_OP + i != IR_CC_NDEP && !build_same(now, given))
		lower_refuse(l, "flags that are not the current ones");
	return now;
}

static struct value
lower_flags(struct lower *l, enum ir_op op, const struct value *x)
{
	struct ir_arg cc[4], code = build_const(64, 0);

	if (op == IR_CONDITION)
		code = (x++)->lane[0];
	for (unsigned i = 0; i < 4; i++)
		cc[i] = flag_register(l, i, x[i].lane[0]);
	if (!build_is_const(code) || code.value > 15) {
		lower_refuse(l, "a condition code that is not a constant");
		return lower_zero(Ity_I64);
	}
	return lower_scalar_value(build_flags(&l->b, op, code.value, cc));
}

/* PMADDWD on 64 bits: sums of two neighbouring products of signed 16-bit numbers. */
static struct value
multiply_add(struct lower *l, const struct value *x)
{
	struct build *b = &l->b;
	struct ir_arg product[4], sum[2];

	for (unsigned i = 0; i < 4; i++)
		product[i] = build_2(b, IR_MUL, 32, build_sext(b, lower_piece(l, &x[0], 16, i), 32),
			build_sext(b, lower_piece(l, &x[1], 16, i), 32));
	for (unsigned i = 0; i < 2; i++)
		sum[i] = build_2(b, IR_ADD, 32, product[2 * i], product[2 * i + 1]);
	return lower_assemble(l, sum, 32, 2);
}

/* PSADBW on 64 bits: the sum of the distances of unsigned bytes. */
static struct value
sum_distances(struct lower *l, const struct value *x)
{
	struct build *b = &l->b;
	struct ir_arg sum = build_const(64, 0);

	for (unsigned i = 0; i < 8; i++) {
		struct ir_arg u = lower_piece(l, &x[0], 8, i), v = lower_piece(l, &x[1], 8, i);
		struct ir_arg distance = build_ite(b, build_2(b, IR_ULT, 1, u, v), build_2(b, IR_SUB, 8, v, u),
			build_2(b, IR_SUB, 8, u, v));

		sum = build_2(b, IR_ADD, 64, sum, build_zext(b, distance, 64));
	}
	return lower_scalar_value(sum);
}

struct value
lower_helper(struct lower *l, const IRExpr *e)
{
	const char *name = e->Iex.CCall.cee->name;
	struct value x[5] = { 0 };

	for (unsigned i = 0; i < 5 && e->Iex.CCall.args[i] != NULL; i++)
		x[i] = lower_expr(l, e->Iex.CCall.args[i]);
	if (strcmp(name, "amd64g_calculate_condition") == 0)
		return lower_flags(l, IR_CONDITION, x);
	if (strcmp(name, "amd64g_calculate_rflags_c") == 0)
		return lower_flags(l, IR_CARRY, x);
	if (strcmp(name, "amd64g_calculate_rflags_all") == 0)
		return lower_flags(l, IR_RFLAGS, x);
	if (strcmp(name, "amd64g_calculate_mmx_pmaddwd") == 0)
		return multiply_add(l, x);
	if (strcmp(name, "amd64g_calculate_mmx_psadbw") == 0)
		return sum_distances(l, x);
	lower_refuse(l, "helper %s is not supported", name);
	return lower_zero(e->Iex.CCall.retty);
}
