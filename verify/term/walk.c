/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <inttypes.h>

#include "verify/term/intern.h"

static term
rebuild_many(struct terms *ts, term a, const term *args)
{
	term result = args[0];

	for (unsigned i = 1; i < a->count; i++)
		result = a->op == TERM_ADD ? term_add(ts, result, args[i]) : term_concat(ts, result, args[i]);
	return result;
}

term
term_rebuild(struct terms *ts, term a, const term *args)
{
	switch (a->op) {
	case TERM_CONST:
	case TERM_VAR:
		return a;
	case TERM_APP:
		return term_app(ts, a->function, args);
	case TERM_CONCAT:
	case TERM_ADD:
		return rebuild_many(ts, a, args);
	case TERM_EXTRACT:
		return term_extract(ts, args[0], (unsigned)a->value, a->width);
	case TERM_MUL:
		return term_mul(ts, args[0], args[1]);
	case TERM_NEG:
		return term_neg(ts, args[0]);
	case TERM_AND:
		return term_and(ts, args[0], args[1]);
	case TERM_OR:
		return term_or(ts, args[0], args[1]);
	case TERM_XOR:
		return term_xor(ts, args[0], args[1]);
	case TERM_NOT:
		return term_not(ts, args[0]);
	case TERM_SHL:
	case TERM_LSHR:
	case TERM_ASHR:
		return term_shift(ts, a->op, args[0], args[1]);
	case TERM_EQ:
		return term_eq(ts, args[0], args[1]);
	case TERM_ULT:
		return term_ult(ts, args[0], args[1]);
	case TERM_SLT:
		return term_slt(ts, args[0], args[1]);
	case TERM_ITE:
		return term_ite(ts, args[0], args[1], args[2]);
	case TERM_FOLD:
		return term_fold(ts, args[0]);
	default:
		return term_arith(ts, a->op, args[0], args[1]);
	}
}

static const char *const op_name[TERM_OPS] = {
	[TERM_CONCAT] = "concat", [TERM_EXTRACT] = "extract", [TERM_ADD] = "+", [TERM_MUL] = "*", [TERM_NEG] = "-",
	[TERM_UDIV] = "udiv", [TERM_UREM] = "urem", [TERM_SDIV] = "sdiv", [TERM_SREM] = "srem",
	[TERM_UMULH] = "umulh", [TERM_SMULH] = "smulh", [TERM_AND] = "and", [TERM_OR] = "or", [TERM_XOR] = "xor",
	[TERM_NOT] = "not", [TERM_SHL] = "shl", [TERM_LSHR] = "lshr", [TERM_ASHR] = "ashr", [TERM_EQ] = "=",
	[TERM_ULT] = "ult", [TERM_SLT] = "slt", [TERM_ITE] = "ite", [TERM_FOLD] = "fold",
};

static unsigned
print_some(FILE *out, term a, unsigned left)
{
	if (left == 0) {
		fputs("…", out);
		return 0;
	}
	if (a->op == TERM_CONST) {
		fprintf(out, a->value < 4096 ? "%" PRIu64 : "0x%" PRIx64, a->value);
		return left - 1;
	}
	if (a->op == TERM_VAR) {
		fprintf(out, "%s.%u", a->name, a->id);
		return left - 1;
	}
	fprintf(out, "(%s", a->op == TERM_APP ? a->function->name : op_name[a->op]);
	if (a->op == TERM_EXTRACT)
		fprintf(out, " %u:%u", (unsigned)a->value + a->width - 1u, (unsigned)a->value);
	for (unsigned i = 0; i < a->count && left > 0; i++) {
		fputc(' ', out);
		left = print_some(out, a->args[i], left);
	}
	fputc(')', out);
	return left > 0 ? left - 1 : 0;
}

void
term_print(FILE *out, term a, unsigned max)
{
	print_some(out, a, max / 4 + 1);
}
