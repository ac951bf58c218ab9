/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/lift/fold.h"

static uint64_t
mask(unsigned width)
{
	return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

static int64_t
as_signed(struct ir_arg x)
{
	uint64_t sign = (uint64_t)1 << (x.width - 1);

	return (int64_t)((x.value ^ sign) - sign);
}

static uint64_t
fold_shift(const struct ir_stmt *s)
{
	uint64_t amount = s->a[1].value;
	bool over = amount >= s->width;

	if (s->op == IR_SHL)
		return over ? 0 : s->a[0].value << amount;
	if (s->op == IR_LSHR)
		return over ? 0 : s->a[0].value >> amount;
	return (uint64_t)(as_signed(s->a[0]) >> (over ? s->width - 1u : amount));
}

static uint64_t
fold_multiply(const struct ir_stmt *s)
{
	if (s->op == IR_UMULH)
		return (uint64_t)((unsigned __int128)s->a[0].value * s->a[1].value >> s->width);
	if (s->op == IR_SMULH)
		return (uint64_t)((__int128)as_signed(s->a[0]) * as_signed(s->a[1]) >> s->width);
	return s->a[0].value * s->a[1].value;
}

static bool
fold_divide(const struct ir_stmt *s, uint64_t *result)
{
	int64_t x = as_signed(s->a[0]), y = as_signed(s->a[1]);

	if (s->a[1].value == 0)
		return false;
	switch (s->op) {
	case IR_UDIV:
		*result = s->a[0].value / s->a[1].value;
		break;
	case IR_UREM:
		*result = s->a[0].value % s->a[1].value;
		break;
	case IR_SDIV: /* the one quotient that does not fit wraps, as in SMT-LIB */
		*result = y == -1 ? 0 - (uint64_t)x : (uint64_t)(x / y);
		break;
	default:
		*result = y == -1 ? 0 : (uint64_t)(x % y);
		break;
	}
	return true;
}

static bool
fold_compare(const struct ir_stmt *s)
{
	uint64_t x = s->a[0].value, y = s->a[1].value;

	switch (s->op) {
	case IR_EQ:
		return x == y;
	case IR_NE:
		return x != y;
	case IR_ULT:
		return x < y;
	case IR_ULE:
		return x <= y;
	case IR_SLT:
		return as_signed(s->a[0]) < as_signed(s->a[1]);
	default:
		return as_signed(s->a[0]) <= as_signed(s->a[1]);
	}
}

/* Zero has as many leading and trailing zeros as it has bits. */
static uint64_t
fold_count(const struct ir_stmt *s)
{
	uint64_t x = s->a[0].value;
	unsigned width = s->a[0].width;

	if (s->op == IR_POPCNT)
		return (uint64_t)__builtin_popcountll(x);
	if (x == 0)
		return width;
	if (s->op == IR_CTZ)
		return (uint64_t)__builtin_ctzll(x);
	return (uint64_t)__builtin_clzll(x) - (64 - width);
}

static bool
fold_value(const struct ir_stmt *s, uint64_t *result)
{
	uint64_t x = s->a[0].value, y = s->a[1].value;

	switch (s->op) {
	case IR_MOV: case IR_ZEXT: *result = x; return true;
	case IR_SEXT: *result = (uint64_t)as_signed(s->a[0]); return true;
	case IR_EXTRACT: *result = x >> s->imm; return true;
	case IR_CONCAT: *result = x << s->a[1].width | y; return true;
	case IR_ADD: *result = x + y; return true;
	case IR_SUB: *result = x - y; return true;
	case IR_NEG: *result = 0 - x; return true;
	case IR_AND: *result = x & y; return true;
	case IR_OR: *result = x | y; return true;
	case IR_XOR: *result = x ^ y; return true;
	case IR_NOT: *result = ~x; return true;
	case IR_ITE: *result = x ? y : s->a[2].value; return true;
	case IR_MUL: case IR_UMULH: case IR_SMULH: *result = fold_multiply(s); return true;
	case IR_SHL: case IR_LSHR: case IR_ASHR: *result = fold_shift(s); return true;
	case IR_CLZ: case IR_CTZ: case IR_POPCNT: *result = fold_count(s); return true;
	case IR_EQ: case IR_NE: case IR_ULT: case IR_ULE: case IR_SLT: case IR_SLE:
		*result = fold_compare(s);
		return true;
	case IR_UDIV: case IR_UREM: case IR_SDIV: case IR_SREM: return fold_divide(s, result);
	default: return false;
	}
}

bool
fold_stmt(const struct ir_stmt *s, uint64_t *result)
{
	if (!fold_value(s, result))
		return false;
	*result &= mask(s->width);
	return true;
}
