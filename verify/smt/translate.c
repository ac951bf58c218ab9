/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/translate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/term/grow.h"

struct translate {
	Z3_context z3;
	bool opaque;
	Z3_ast *bits, *truth; /* by term id */
	size_t room;
	Z3_func_decl *function; /* by function id */
	size_t functions;
};

struct translate *
translate_new(Z3_context z3, bool opaque)
{
	struct translate *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	t->z3 = z3;
	t->opaque = opaque;
	return t;
}

void
translate_free(struct translate *t)
{
	if (t == NULL)
		return;
	free(t->bits);
	free(t->truth);
	free(t->function);
	free(t);
}

static void
reach(struct translate *t, uint32_t id)
{
	const size_t room = id + 4096u;

	if (id < t->room)
		return;
	t->bits = grown(t->bits, t->room, room, sizeof *t->bits);
	t->truth = grown(t->truth, t->room, room, sizeof *t->truth);
	t->room = room;
}

static Z3_sort
sort_of(struct translate *t, unsigned width)
{
	return Z3_mk_bv_sort(t->z3, width);
}

static Z3_func_decl
function_of(struct translate *t, const struct term_function *f)
{
	Z3_sort domain[6];
	char name[96];

	if (f->id >= t->functions) {
		t->function = grown(t->function, t->functions, f->id + 16u, sizeof *t->function);
		t->functions = f->id + 16u;
	}
	if (t->function[f->id] == NULL) {
		for (unsigned i = 0; i < f->count; i++)
			domain[i] = sort_of(t, f->arg_width[i]);
		snprintf(name, sizeof name, "%.60s!%u", f->name, f->id);
		t->function[f->id] = Z3_mk_func_decl(t->z3, Z3_mk_string_symbol(t->z3, name), f->count, domain,
			sort_of(t, f->width));
	}
	return t->function[f->id];
}

static Z3_ast
unknown(struct translate *t, term a)
{
	char name[96];
	Z3_ast args[6];

	if (a->op == TERM_APP && !t->opaque) {
		for (unsigned i = 0; i < a->count; i++)
			args[i] = translate_bits(t, a->args[i]);
		return Z3_mk_app(t->z3, function_of(t, a->function), a->count, args);
	}
	snprintf(name, sizeof name, "%.60s!v%u", a->op == TERM_APP ? a->function->name : a->op == TERM_VAR ? a->name : "product",
		a->id);
	return Z3_mk_const(t->z3, Z3_mk_string_symbol(t->z3, name), sort_of(t, a->width));
}

static Z3_ast
many(struct translate *t, term a)
{
	Z3_ast result = translate_bits(t, a->args[0]);

	for (unsigned i = 1; i < a->count; i++) {
		const Z3_ast next = translate_bits(t, a->args[i]);

		result = a->op == TERM_ADD ? Z3_mk_bvadd(t->z3, result, next) : Z3_mk_concat(t->z3, result, next);
	}
	return result;
}

static Z3_ast
high_product(struct translate *t, term a, Z3_ast x, Z3_ast y)
{
	const unsigned w = a->width;

	x = a->op == TERM_UMULH ? Z3_mk_zero_ext(t->z3, w, x) : Z3_mk_sign_ext(t->z3, w, x);
	y = a->op == TERM_UMULH ? Z3_mk_zero_ext(t->z3, w, y) : Z3_mk_sign_ext(t->z3, w, y);
	return Z3_mk_extract(t->z3, 2 * w - 1, w, Z3_mk_bvmul(t->z3, x, y));
}

static Z3_ast
binary(struct translate *t, term a, Z3_ast x, Z3_ast y)
{
	switch (a->op) {
	case TERM_MUL: return Z3_mk_bvmul(t->z3, x, y);
	case TERM_UDIV: return Z3_mk_bvudiv(t->z3, x, y);
	case TERM_UREM: return Z3_mk_bvurem(t->z3, x, y);
	case TERM_SDIV: return Z3_mk_bvsdiv(t->z3, x, y);
	case TERM_SREM: return Z3_mk_bvsrem(t->z3, x, y);
	case TERM_AND: return Z3_mk_bvand(t->z3, x, y);
	case TERM_OR: return Z3_mk_bvor(t->z3, x, y);
	case TERM_XOR: return Z3_mk_bvxor(t->z3, x, y);
	case TERM_SHL: return Z3_mk_bvshl(t->z3, x, y);
	case TERM_LSHR: return Z3_mk_bvlshr(t->z3, x, y);
	default: return Z3_mk_bvashr(t->z3, x, y);
	}
}

static bool
is_predicate(term a)
{
	return a->width == 1 && (a->op == TERM_EQ || a->op == TERM_ULT || a->op == TERM_SLT || a->op == TERM_AND ||
		a->op == TERM_OR || a->op == TERM_XOR || a->op == TERM_NOT || a->op == TERM_ITE);
}

/* An unknown for a hard product. Products of one unknown by a number and by its opposite are opposites: sums have both. */
static Z3_ast
product(struct translate *t, term a)
{
	char name[64];
	Z3_ast made;

	if (a->op != TERM_MUL || !term_is_const(a->args[0]))
		return unknown(t, a);
	snprintf(name, sizeof name, "product!%" PRIu64 "!%u!%u", term_amount(a->args[0]), a->args[1]->id, a->width);
	made = Z3_mk_const(t->z3, Z3_mk_string_symbol(t->z3, name), sort_of(t, a->width));
	return term_amount(a->args[0]) == a->args[0]->value ? made : Z3_mk_bvneg(t->z3, made);
}

/* The lowest bits of the addends' sum: as many as it can have. */
static Z3_ast
narrow_sum(struct translate *t, term sum, unsigned width)
{
	const bool adds = sum->op == TERM_ADD;
	Z3_ast all = NULL;

	for (unsigned i = 0; i < (adds ? sum->count : 1u); i++) {
		const Z3_ast one = Z3_mk_extract(t->z3, width - 1, 0, translate_bits(t, adds ? sum->args[i] : sum));

		all = all == NULL ? one : Z3_mk_bvadd(t->z3, all, one);
	}
	return all;
}

/* Halves are added until the bounds say that one is left. */
static Z3_ast
folded(struct translate *t, term sum)
{
	const unsigned width = sum->high >> 17 == 0 ? 18 : 64 - (unsigned)__builtin_clzll(sum->high);
	Z3_ast all = narrow_sum(t, sum, width);

	for (uint64_t high = sum->high; high > 0xffff; high = high <= 0x1fffe ? 0xffff : 0xffff + (high >> 16))
		all = Z3_mk_bvadd(t->z3, Z3_mk_zero_ext(t->z3, width - 16, Z3_mk_extract(t->z3, 15, 0, all)),
			Z3_mk_zero_ext(t->z3, 16, Z3_mk_extract(t->z3, width - 1, 16, all)));
	return Z3_mk_extract(t->z3, 15, 0, all);
}

/* The flag's bounds are said with its unknowns, or follow from theirs: no other bit of it is ever 1. */
static Z3_ast
choice(struct translate *t, term a)
{
	const Z3_ast flag = Z3_mk_extract(t->z3, 0, 0, translate_bits(t, a->args[1]));

	return Z3_mk_ite(t->z3, Z3_mk_eq(t->z3, flag, Z3_mk_unsigned_int64(t->z3, 1, sort_of(t, 1))),
		translate_bits(t, a->args[0]), Z3_mk_unsigned_int64(t->z3, 0, sort_of(t, a->width)));
}

static Z3_ast
arithmetic(struct translate *t, term a)
{
	if (a->op == TERM_FOLD)
		return folded(t, a->args[0]);
	if (term_is_choice(a))
		return choice(t, a);

	const Z3_ast x = translate_bits(t, a->args[0]), y = translate_bits(t, a->args[1]);

	return a->op == TERM_UMULH || a->op == TERM_SMULH ? high_product(t, a, x, y) : binary(t, a, x, y);
}

static Z3_ast
bits_new(struct translate *t, term a)
{
	if (is_predicate(a))
		return Z3_mk_ite(t->z3, translate_bool(t, a), Z3_mk_unsigned_int64(t->z3, 1, sort_of(t, 1)),
			Z3_mk_unsigned_int64(t->z3, 0, sort_of(t, 1)));
	switch (a->op) {
	case TERM_CONST: return Z3_mk_unsigned_int64(t->z3, a->value, sort_of(t, a->width));
	case TERM_VAR:
	case TERM_APP: return unknown(t, a);
	case TERM_CONCAT:
	case TERM_ADD: return many(t, a);
	case TERM_EXTRACT:
		return Z3_mk_extract(t->z3, (unsigned)a->value + a->width - 1u, (unsigned)a->value,
			translate_bits(t, a->args[0]));
	case TERM_NEG: return Z3_mk_bvneg(t->z3, translate_bits(t, a->args[0]));
	case TERM_NOT: return Z3_mk_bvnot(t->z3, translate_bits(t, a->args[0]));
	case TERM_ITE:
		return Z3_mk_ite(t->z3, translate_bool(t, a->args[0]), translate_bits(t, a->args[1]),
			translate_bits(t, a->args[2]));
	default: return t->opaque && term_is_hard(a) ? product(t, a) : arithmetic(t, a);
	}
}

Z3_ast
translate_definition(struct translate *t, term hard)
{
	return Z3_mk_eq(t->z3, translate_bits(t, hard), arithmetic(t, hard));
}

Z3_ast
translate_definition_at(struct translate *t, term hard, unsigned factor, uint64_t value)
{
	Z3_ast args[2];

	for (unsigned i = 0; i < 2; i++)
		args[i] = i == factor ? Z3_mk_unsigned_int64(t->z3, value, sort_of(t, hard->width)) : translate_bits(t, hard->args[i]);
	return Z3_mk_eq(t->z3, translate_bits(t, hard), hard->op == TERM_UMULH || hard->op == TERM_SMULH
		? high_product(t, hard, args[0], args[1]) : binary(t, hard, args[0], args[1]));
}

Z3_ast
translate_bits(struct translate *t, term a)
{
	reach(t, a->id);
	if (t->bits[a->id] == NULL) {
		const Z3_ast made = bits_new(t, a);

		t->bits[a->id] = made;
	}
	return t->bits[a->id];
}

static Z3_ast
truth_new(struct translate *t, term a)
{
	Z3_ast both[2];

	switch (is_predicate(a) ? (int)a->op : -1) {
	case TERM_EQ: return Z3_mk_eq(t->z3, translate_bits(t, a->args[0]), translate_bits(t, a->args[1]));
	case TERM_ULT: return Z3_mk_bvult(t->z3, translate_bits(t, a->args[0]), translate_bits(t, a->args[1]));
	case TERM_SLT: return Z3_mk_bvslt(t->z3, translate_bits(t, a->args[0]), translate_bits(t, a->args[1]));
	case TERM_NOT: return Z3_mk_not(t->z3, translate_bool(t, a->args[0]));
	case TERM_XOR: return Z3_mk_xor(t->z3, translate_bool(t, a->args[0]), translate_bool(t, a->args[1]));
	case TERM_ITE:
		return Z3_mk_ite(t->z3, translate_bool(t, a->args[0]), translate_bool(t, a->args[1]),
			translate_bool(t, a->args[2]));
	case TERM_AND:
	case TERM_OR:
		both[0] = translate_bool(t, a->args[0]);
		both[1] = translate_bool(t, a->args[1]);
		return a->op == TERM_AND ? Z3_mk_and(t->z3, 2, both) : Z3_mk_or(t->z3, 2, both);
	default:
		if (term_is_const(a))
			return a->value ? Z3_mk_true(t->z3) : Z3_mk_false(t->z3);
		return Z3_mk_eq(t->z3, translate_bits(t, a), Z3_mk_unsigned_int64(t->z3, 1, sort_of(t, 1)));
	}
}

Z3_ast
translate_bool(struct translate *t, term a)
{
	reach(t, a->id);
	if (t->truth[a->id] == NULL) {
		const Z3_ast made = truth_new(t, a);

		t->truth[a->id] = made;
	}
	return t->truth[a->id];
}

Z3_ast
translate_bounds(struct translate *t, term leaf)
{
	const Z3_ast bits = translate_bits(t, leaf);
	const bool below = leaf->high < term_mask(leaf->width);
	Z3_ast both[2];

	if (leaf->low == 0 && !below)
		return NULL;
	both[0] = Z3_mk_bvuge(t->z3, bits, Z3_mk_unsigned_int64(t->z3, leaf->low, sort_of(t, leaf->width)));
	both[1] = Z3_mk_bvule(t->z3, bits, Z3_mk_unsigned_int64(t->z3, leaf->high, sort_of(t, leaf->width)));
	return Z3_mk_and(t->z3, 2, both);
}
