/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VEX keeps of the last instruction that set flags its kind and width (cc_op), its operands or result (dep1,
 * dep2) and, where flags survive, the flags before it (ndep); what that means is stated here flag by flag.
 * test/verify/exec/flags_test.c compares it with libVEX's own helpers. */
#include "verify/exec/flags.h"

enum kind {
	COPY,           /* dep1 is the flags */
	ADD, SUB,       /* dep1 op dep2 */
	ADC, SBB,       /* dep1 op (dep2 ^ carry), with the carry in bit 0 of ndep */
	LOGIC,          /* dep1: the result */
	INC, DEC,       /* dep1: the result; ndep: flags before (carry survives) */
	SHL, SHR,       /* dep1: the result; dep2: the result of a shift by one bit less */
	ROL, ROR,       /* dep1: the result; ndep: flags before (all but C and O survive) */
	UMUL, SMUL,     /* dep1 * dep2 */
	ANDN,           /* dep1: the result */
	BLSI, BLSMSK, BLSR, /* dep1: the result; dep2: the operand */
	ADCX, ADOX,     /* as ADC, but with C, with O, alone; ndep: flags before */
	UNKNOWN
};

enum { BIT_C = 0, BIT_P = 2, BIT_A = 4, BIT_Z = 6, BIT_S = 7, BIT_O = 11 };

struct flags {
	struct terms *ts;
	enum kind kind;
	unsigned bits;
	term dep1, dep2; /* cut to the width */
	term result;
	term ndep;       /* 64 bits */
};

/* cc_op 1 to 52 are thirteen kinds in four widths, 53 to 64 six kinds in two. */
static enum kind
kind_of(uint64_t op, unsigned *bits)
{
	static const enum kind last[] = { ANDN, BLSI, BLSMSK, BLSR, ADCX, ADOX };

	*bits = 64;
	if (op == 0)
		return COPY;
	if (op <= 52) {
		*bits = 8u << (op - 1) % 4;
		return (enum kind)(ADD + (op - 1) / 4);
	}
	if (op > 64)
		return UNKNOWN;
	*bits = 32u << (op - 53) % 2;
	return last[(op - 53) / 2];
}

static term
bit(struct terms *ts, term x, unsigned low)
{
	return term_extract(ts, x, low, 1);
}

static term
zero(const struct flags *f, unsigned width)
{
	return term_const(f->ts, width, 0);
}

static term
is_zero(const struct flags *f, term x)
{
	return term_eq(f->ts, x, zero(f, x->width));
}

static term
is_negative(const struct flags *f, term x)
{
	return term_slt(f->ts, x, zero(f, x->width));
}

static term
carry_in(const struct flags *f)
{
	return bit(f->ts, f->ndep, f->kind == ADOX ? BIT_O : BIT_C);
}

static term
result_of(struct flags *f)
{
	struct terms *ts = f->ts;
	term one = term_const(ts, f->bits, 1), in, result;

	switch (f->kind) {
	case ADD:
		return term_add(ts, f->dep1, f->dep2);
	case SUB:
		return term_sub(ts, f->dep1, f->dep2);
	case ADC: case ADCX: case ADOX: case SBB:
		in = term_zext(ts, carry_in(f), f->bits);
		f->dep2 = term_xor(ts, f->dep2, in);
		if (f->kind == SBB)
			return term_sub(ts, term_sub(ts, f->dep1, f->dep2), in);
		return term_add(ts, term_add(ts, f->dep1, f->dep2), in);
	case INC: /* from here on as if computed by dep1 + dep2 … */
		result = f->dep1;
		f->dep2 = one;
		f->dep1 = term_sub(ts, result, one);
		return result;
	case DEC: /* … and dep1 - dep2 */
		result = f->dep1;
		f->dep2 = one;
		f->dep1 = term_add(ts, result, one);
		return result;
	case UMUL: case SMUL:
		return term_mul(ts, f->dep1, f->dep2);
	default:
		return f->dep1;
	}
}

static struct flags
read_flags(struct terms *ts, const term cc[4])
{
	struct flags f = { .ts = ts, .ndep = cc[3] };

	f.kind = kind_of(cc[0]->value, &f.bits);
	f.dep1 = term_extract(ts, cc[1], 0, f.bits);
	f.dep2 = term_extract(ts, cc[2], 0, f.bits);
	f.result = result_of(&f);
	return f;
}

/* Whether the product needs more than the width of the operands. */
static term
overflows_product(const struct flags *f)
{
	struct terms *ts = f->ts;
	bool is_signed = f->kind == SMUL;
	term high, expected;

	if (f->bits == 64) {
		high = term_arith(ts, is_signed ? TERM_SMULH : TERM_UMULH, f->dep1, f->dep2);
		expected = is_signed ? term_shift(ts, TERM_ASHR, f->result, term_const(ts, 64, 63)) : zero(f, 64);
		return term_ne(ts, high, expected);
	}
	if (is_signed)
		return term_ne(ts, term_sext(ts, f->result, 2 * f->bits), term_mul(ts,
			term_sext(ts, f->dep1, 2 * f->bits), term_sext(ts, f->dep2, 2 * f->bits)));
	return term_ne(ts, term_zext(ts, f->result, 2 * f->bits), term_mul(ts,
		term_zext(ts, f->dep1, 2 * f->bits), term_zext(ts, f->dep2, 2 * f->bits)));
}

/* The carry out of dep1 + dep2 + in, and the borrow of dep1 - dep2 - in. */
static term
carry_with(const struct flags *f)
{
	struct terms *ts = f->ts;
	term x = f->kind == SBB ? f->dep1 : f->result, y = f->kind == SBB ? f->dep2 : f->dep1;

	return term_ite(ts, carry_in(f), term_ule(ts, x, y), term_ult(ts, x, y));
}

static term
flag_c(const struct flags *f)
{
	struct terms *ts = f->ts;

	switch (f->kind) {
	case COPY: return bit(ts, f->dep1, BIT_C);
	case ADD: return term_ult(ts, f->result, f->dep1);
	case SUB: return term_ult(ts, f->dep1, f->dep2);
	case ADC: case SBB: case ADCX: return carry_with(f);
	case INC: case DEC: case ADOX: return bit(ts, f->ndep, BIT_C);
	case SHL: return bit(ts, f->dep2, f->bits - 1);
	case SHR: return bit(ts, f->dep2, 0);
	case ROL: return bit(ts, f->dep1, 0);
	case ROR: return bit(ts, f->dep1, f->bits - 1);
	case UMUL: case SMUL: return overflows_product(f);
	case BLSI: return term_not(ts, is_zero(f, f->dep2));
	case BLSMSK: case BLSR: return is_zero(f, f->dep2);
	default: return term_bool(ts, false);
	}
}

/* Flags that this kind leaves as they were. */
static bool
keeps_others(const struct flags *f)
{
	return f->kind == ROL || f->kind == ROR || f->kind == ADCX || f->kind == ADOX;
}

static term
flag_z(const struct flags *f)
{
	if (f->kind == COPY)
		return bit(f->ts, f->dep1, BIT_Z);
	if (keeps_others(f))
		return bit(f->ts, f->ndep, BIT_Z);
	if (f->kind == BLSMSK)
		return term_bool(f->ts, false);
	if (f->kind == SUB)
		return term_eq(f->ts, f->dep1, f->dep2);
	return is_zero(f, f->result);
}

static term
flag_s(const struct flags *f)
{
	if (f->kind == COPY)
		return bit(f->ts, f->dep1, BIT_S);
	if (keeps_others(f))
		return bit(f->ts, f->ndep, BIT_S);
	return is_negative(f, f->result);
}

static term
flag_o(const struct flags *f)
{
	struct terms *ts = f->ts;
	term x = term_xor(ts, f->dep1, f->result), y;
	unsigned top = f->bits - 1;

	switch (f->kind) {
	case COPY: return bit(ts, f->dep1, BIT_O);
	case ADD: case ADC: case INC: /* both operands have one sign, the result the other */
		y = term_xor(ts, f->dep2, f->result);
		return is_negative(f, term_and(ts, x, y));
	case SUB: case SBB: case DEC:
		y = term_xor(ts, f->dep1, f->dep2);
		return is_negative(f, term_and(ts, x, y));
	case SHL: case SHR: return is_negative(f, term_xor(ts, f->dep1, f->dep2));
	case ROL: return term_xor(ts, bit(ts, f->dep1, top), bit(ts, f->dep1, 0));
	case ROR: return term_xor(ts, bit(ts, f->dep1, top), bit(ts, f->dep1, top - 1));
	case UMUL: case SMUL: return overflows_product(f);
	case ADCX: return bit(ts, f->ndep, BIT_O);
	case ADOX: return carry_with(f);
	default: return term_bool(ts, false);
	}
}

static term
flag_p(const struct flags *f)
{
	term odd = bit(f->ts, f->result, 0);

	if (f->kind == COPY)
		return bit(f->ts, f->dep1, BIT_P);
	if (keeps_others(f))
		return bit(f->ts, f->ndep, BIT_P);
	if (f->kind >= ANDN)
		return term_bool(f->ts, false);
	for (unsigned i = 1; i < 8; i++)
		odd = term_xor(f->ts, odd, bit(f->ts, f->result, i));
	return term_not(f->ts, odd);
}

static term
flag_a(const struct flags *f)
{
	term x;

	if (f->kind == COPY)
		return bit(f->ts, f->dep1, BIT_A);
	if (keeps_others(f))
		return bit(f->ts, f->ndep, BIT_A);
	if (f->kind == LOGIC || f->kind >= SHL)
		return term_bool(f->ts, false);
	x = term_xor(f->ts, f->result, term_xor(f->ts, f->dep1, f->dep2));
	return bit(f->ts, x, 4);
}

static term
is_less(const struct flags *f)
{
	if (f->kind == SUB)
		return term_slt(f->ts, f->dep1, f->dep2);
	return term_xor(f->ts, flag_s(f), flag_o(f));
}

static term
is_less_or_equal(const struct flags *f)
{
	if (f->kind == SUB)
		return term_sle(f->ts, f->dep1, f->dep2);
	if (f->kind == LOGIC)
		return term_sle(f->ts, f->result, zero(f, f->bits));
	return term_or(f->ts, is_less(f), flag_z(f));
}

static term
is_below_or_equal(const struct flags *f)
{
	if (f->kind == SUB)
		return term_ule(f->ts, f->dep1, f->dep2);
	return term_or(f->ts, flag_c(f), flag_z(f));
}

/* The x86 conditions in pairs, the odd one of each the negation of the even one. */
static term
condition(const struct flags *f, unsigned code)
{
	switch (code / 2) {
	case 0: return flag_o(f);
	case 1: return flag_c(f);
	case 2: return flag_z(f);
	case 3: return is_below_or_equal(f);
	case 4: return flag_s(f);
	case 5: return flag_p(f);
	case 6: return is_less(f);
	default: return is_less_or_equal(f);
	}
}

static term
one_condition(const struct flags *f, unsigned code)
{
	term holds = condition(f, code);

	if (code % 2 == 1)
		holds = term_not(f->ts, holds);
	return term_zext(f->ts, holds, 64);
}

static term
one_carry(const struct flags *f, unsigned unused)
{
	(void)unused;
	return term_zext(f->ts, flag_c(f), 64);
}

static term
place(struct terms *ts, term flag, unsigned at)
{
	return term_shift(ts, TERM_SHL, term_zext(ts, flag, 64), term_const(ts, 64, at));
}

static term
one_all(const struct flags *f, unsigned unused)
{
	struct terms *ts = f->ts;
	term all = term_or(ts, place(ts, flag_c(f), BIT_C), place(ts, flag_o(f), BIT_O));
	uint64_t own = UINT64_C(1) << BIT_C | UINT64_C(1) << BIT_O;

	(void)unused;
	if (keeps_others(f)) { /* with whatever else VEX keeps in that word */
		all = term_or(ts, all, term_and(ts, f->ndep, term_const(ts, 64, ~own)));
		return all;
	}
	all = term_or(ts, all, place(ts, flag_p(f), BIT_P));
	all = term_or(ts, all, place(ts, flag_a(f), BIT_A));
	all = term_or(ts, all, place(ts, flag_z(f), BIT_Z));
	return term_or(ts, all, place(ts, flag_s(f), BIT_S));
}

/* x as it is where the condition has that truth value: an if-then-else over it is settled. */
static term
settle(term x, term condition, bool truth)
{
	while (x->op == TERM_ITE && x->args[0] == condition)
		x = x->args[truth ? 1 : 2];
	return x;
}

/* After a shift by a number that may be zero the kind itself depends on that number: an if-then-else over
 * constants. Each side is stated on its own; what is deeper than four such choices is refused. */
static term
evaluate(struct terms *ts, const term cc[4], unsigned depth, term (*one)(const struct flags *, unsigned), unsigned code)
{
	term side[2], under[4], choice = cc[0]->op == TERM_ITE ? cc[0]->args[0] : NULL;
	struct flags f;

	if (term_is_const(cc[0])) {
		f = read_flags(ts, cc);
		return f.kind == UNKNOWN ? NULL : one(&f, code);
	}
	if (choice == NULL || depth == 0)
		return NULL;
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned k = 0; k < 4; k++)
			under[k] = settle(cc[k], choice, i == 0);
		side[i] = evaluate(ts, under, depth - 1, one, code);
		if (side[i] == NULL)
			return NULL;
	}
	return term_ite(ts, choice, side[0], side[1]);
}

term
flags_condition(struct terms *ts, unsigned code, const term cc[4])
{
	return code > 15 ? NULL : evaluate(ts, cc, 4, one_condition, code);
}

term
flags_carry(struct terms *ts, const term cc[4])
{
	return evaluate(ts, cc, 4, one_carry, 0);
}

term
flags_all(struct terms *ts, const term cc[4])
{
	return evaluate(ts, cc, 4, one_all, 0);
}
