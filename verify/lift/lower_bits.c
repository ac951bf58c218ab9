/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_bits.c -- BT, BTS, BTR and BTC of a register.
 *
 * VEX writes the register to memory below the stack and reads the byte that holds the bit, at an address that
 * depends on the bit's number. Compilers use these instructions for sets of ports: here they stay arithmetic.
 *
 * VEX's later statements may name the temporaries that this instruction puts into registers, and no others of
 * it: these get our values. Whatever else it computes is left unset, and using that would be a refusal. */
#include "verify/lift/insn.h"
#include "verify/lift/lower.h"

#include <libvex_guest_amd64.h>

#define OTHER_FLAGS UINT64_C(0x8d4) /* kept as they were, as VEX does; the CPU leaves all but Z undefined */

static struct ir_arg
flags_with_carry(struct lower *l, struct ir_arg bit)
{
	struct build *b = &l->b;
	struct ir_arg cc[4], all;

	for (unsigned i = 0; i < 4; i++)
		cc[i] = build_get(b, IR_CC_OP + i);
	all = build_2(b, IR_AND, 64, build_flags(b, IR_RFLAGS, 0, cc), build_const(64, OTHER_FLAGS));
	return build_2(b, IR_OR, 64, all, build_zext(b, bit, 64));
}

static struct ir_arg
changed(struct lower *l, const struct insn_bit_test *t, struct ir_arg x, struct ir_arg number)
{
	struct build *b = &l->b;
	struct ir_arg mask = build_2(b, IR_SHL, t->width, build_const(t->width, 1), number);

	if (t->how == INSN_TEST)
		return x;
	if (t->how == INSN_SET)
		return build_2(b, IR_OR, t->width, x, mask);
	if (t->how == INSN_COMPLEMENT)
		return build_2(b, IR_XOR, t->width, x, mask);
	return build_2(b, IR_AND, t->width, x, build_1(b, IR_NOT, t->width, mask));
}

void
lower_bit_test(struct lower *l)
{
	struct build *b = &l->b;
	struct insn_bit_test t;
	struct ir_arg x, number;

	l->bit_test = insn_bit_test(l->insn, l->insn_size, &t);
	if (!l->bit_test)
		return;
	if (t.operand == IR_RSP)
		lower_refuse(l, "a bit operation on the stack pointer is not supported");
	x = build_extract(b, build_get(b, t.operand), 0, t.width);
	number = build_extract(b, build_get(b, t.number), 0, t.width == 64 ? 6 : t.width == 32 ? 5 : 4);
	number = build_zext(b, number, t.width);
	l->bit_operand = t.operand;
	l->bit_flags = flags_with_carry(l, build_extract(b, build_2(b, IR_LSHR, t.width, x, number), 0, 1));
	l->bit_result = build_zext(b, changed(l, &t, x, number), 64);
}

static void
bind(struct lower *l, int offset, const IRExpr *data)
{
	const int first = offsetof(VexGuestAMD64State, guest_RAX);
	struct ir_arg value;

	if (data->tag != Iex_RdTmp)
		return;
	if (offset == (int)offsetof(VexGuestAMD64State, guest_CC_DEP1))
		value = l->bit_flags;
	else if (offset == first + 8 * IR_RSP)
		value = build_get(&l->b, IR_RSP);
	else if (offset == first + 8 * (int)l->bit_operand)
		value = l->bit_result;
	else
		return;
	value = build_extract(&l->b, value, 0, lower_width(typeOfIRTemp(l->sb->tyenv, data->Iex.RdTmp.tmp)));
	l->temp[data->Iex.RdTmp.tmp] = lower_scalar_value(value);
}

bool
lower_bit_stmt(struct lower *l, const IRStmt *s)
{
	switch (s->tag) {
	case Ist_IMark:
		l->bit_test = false;
		return false;
	case Ist_Store:
		return true;
	case Ist_WrTmp:
		return s->Ist.WrTmp.data->tag != Iex_Get;
	case Ist_Put:
		bind(l, s->Ist.Put.offset, s->Ist.Put.data);
		return false;
	default:
		return false;
	}
}
