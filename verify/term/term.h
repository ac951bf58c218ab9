/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/term.h -- bit-vector expressions: hash-consed, simplified as they are made.
 *
 * Every term is a bit-vector of 1 to 64 bits; a truth value is one bit. Two terms that are equal
 * pointers are equal; the converse is what the solver is for. Terms live as long as their arena.
 * Widths must fit: passing ill-sized arguments is our own bug and asserts. */
#ifndef VERIFY_TERM_TERM_H
#define VERIFY_TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum term_op {
	TERM_CONST,    /* value */
	TERM_VAR,      /* value: number; name */
	TERM_APP,      /* an uninterpreted function of bit-vectors: function, args */
	TERM_CONCAT,   /* args, most significant first; pieces are consts, or (extracts of) other terms */
	TERM_EXTRACT,  /* value: lowest bit; width bits of args[0] */
	TERM_ADD, TERM_MUL, TERM_NEG,
	TERM_UDIV, TERM_UREM, TERM_SDIV, TERM_SREM, /* division by zero: SMT-LIB's meaning */
	TERM_UMULH, TERM_SMULH, /* high half of the double-width product */
	TERM_AND, TERM_OR, TERM_XOR, TERM_NOT,
	TERM_SHL, TERM_LSHR, TERM_ASHR, /* amounts >= width: as in SMT-LIB (0, or the sign) */
	TERM_EQ, TERM_ULT, TERM_SLT, /* 1 bit */
	TERM_ITE,      /* args: condition (1 bit), then, else */
	TERM_FOLD,     /* 16 bits: the one's-complement folding of args[0], a sum in normal form. args[1], only where the
	                  sum may be 0: the folding of the sum + 65535, which differs just then */
	TERM_OPS
};

struct term_node;
typedef const struct term_node *term;

struct term_node {
	uint8_t op, width;
	uint16_t count;     /* of args */
	uint32_t id;        /* in order of making: arguments have smaller ids */
	uint64_t value;
	uint64_t low, high; /* unsigned bounds that always hold */
	struct term_function *function; /* TERM_APP */
	const char *name;   /* TERM_VAR */
	term args[];
};

struct terms;

/* An uninterpreted function's signature: widths of the arguments, width of the result. */
struct term_function {
	const char *name;
	uint8_t width, count;
	uint8_t arg_width[6];
	uint32_t id;
	uint64_t low, high; /* bounds of the result, assumed: state them where they are justified */
	/* NULL: nothing is known of it. Otherwise the function is known, and no application of it is ever made: this
	 * answers what it is worth there instead. */
	term (*define)(struct terms *ts, const struct term_function *function, const term *args);
	const void *definition; /* for whoever defined it */
};

struct terms *terms_new(void);
void terms_free(struct terms *ts);
size_t terms_count(const struct terms *ts);

term term_const(struct terms *ts, unsigned width, uint64_t value);
term term_bool(struct terms *ts, bool value);
/* A fresh unknown; the name is for people and need not be unique. */
term term_var(struct terms *ts, unsigned width, const char *name);
/* A fresh unknown known to lie in [low, high]. The bound is part of its meaning: the solver is told too. */
term term_var_in(struct terms *ts, unsigned width, const char *name, uint64_t low, uint64_t high);
struct term_function *term_function_new(struct terms *ts, const char *name, unsigned width, unsigned count,
	const uint8_t *arg_width);
term term_app(struct terms *ts, struct term_function *function, const term *args);

term term_add(struct terms *ts, term a, term b);
term term_sub(struct terms *ts, term a, term b);
term term_mul(struct terms *ts, term a, term b);
term term_neg(struct terms *ts, term a);
/* op: TERM_UDIV … TERM_SMULH */
term term_arith(struct terms *ts, enum term_op op, term a, term b);
term term_and(struct terms *ts, term a, term b);
term term_or(struct terms *ts, term a, term b);
term term_xor(struct terms *ts, term a, term b);
term term_not(struct terms *ts, term a);
/* op: TERM_SHL, TERM_LSHR, TERM_ASHR; both of the same width */
term term_shift(struct terms *ts, enum term_op op, term a, term amount);

term term_eq(struct terms *ts, term a, term b);
term term_ne(struct terms *ts, term a, term b);
term term_ult(struct terms *ts, term a, term b);
term term_ule(struct terms *ts, term a, term b);
term term_slt(struct terms *ts, term a, term b);
term term_sle(struct terms *ts, term a, term b);
term term_ite(struct terms *ts, term condition, term a, term b);

/* The one's-complement sum of the 16-bit halves of a number, folded until it fits 16 bits: 0 if the number is 0,
 * otherwise the number from 1 to 65535 congruent to it modulo 65535. */
term term_fold(struct terms *ts, term sum);

/* Bits low .. low + width - 1. */
term term_extract(struct terms *ts, term a, unsigned low, unsigned width);
/* high above low; at most 64 bits together. */
term term_concat(struct terms *ts, term high, term low);
term term_zext(struct terms *ts, term a, unsigned width); /* to width; same width: unchanged */
term term_sext(struct terms *ts, term a, unsigned width);
term term_bswap(struct terms *ts, term a); /* whole bytes */

static inline bool
term_is_const(term a)
{
	return a->op == TERM_CONST;
}

static inline bool
term_is_true(term a)
{
	return a->op == TERM_CONST && a->width == 1 && a->value == 1;
}

static inline bool
term_is_false(term a)
{
	return a->op == TERM_CONST && a->width == 1 && a->value == 0;
}

static inline uint64_t
term_mask(unsigned width)
{
	return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

/* The amount of a number read as signed. */
static inline uint64_t
term_amount(term a)
{
	const uint64_t opposite = -a->value & term_mask(a->width);

	return a->value < opposite ? a->value : opposite;
}

/* A number or nothing: a product with a flag. */
static inline bool
term_is_choice(term a)
{
	return a->op == TERM_MUL && term_is_const(a->args[0]) && a->args[1]->high <= 1;
}

/* What solvers are slow with. A product or quotient of two unknowns, or by a large number that is no power of two;
 * 32 bits or more. A one's-complement sum. */
static inline bool
term_is_hard(term a)
{
	uint64_t by;

	if (a->op == TERM_FOLD)
		return true;
	if (a->width < 32 || term_is_choice(a))
		return false;
	if (a->op != TERM_MUL || !term_is_const(a->args[0]))
		return a->op == TERM_MUL || (a->op >= TERM_UDIV && a->op <= TERM_SMULH);
	by = term_amount(a->args[0]);
	return by >= 1000 && (by & (by - 1)) != 0;
}

/* Whether it is such a sum, its complement, either with bytes swapped, or compared with a constant. */
bool term_fold_in(term a);

#define TERM_SMALL 8

/* Some of the values of an unknown of at most 8 bits. */
struct term_values {
	uint64_t bit[4];
};

/* Whether a condition speaks of a single unknown (a variable or an application) of at most TERM_SMALL bits, and for which
 * of its values it holds. */
bool term_small(struct terms *ts, term condition, term *unknown, struct term_values *values);

/* Reads a = base + offset with offset the constant part (0 and a itself when there is none; base NULL
 * when a is a constant). */
term term_base(struct terms *ts, term a, uint64_t *offset);

/* The same expression over other arguments: how substitution and evaluation rebuild terms. */
term term_rebuild(struct terms *ts, term a, const term *args);

/* Prints it in SMT-LIB-like prefix form, cut after about max characters. */
void term_print(FILE *out, term a, unsigned max);

#endif
