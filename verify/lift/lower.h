/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower.h -- libVEX's IR to ours. Only lower*.c and vex.c see it. */
#ifndef VERIFY_LIFT_LOWER_H
#define VERIFY_LIFT_LOWER_H

#include <libvex_basictypes.h>
#include <libvex_ir.h>

#include "verify/lift/build.h"
#include "verify/lift/lift.h"

/* What one VEX temporary holds: a scalar is one lane; I128 and V128 are two lanes of 64 bits, V256 four. */
struct value {
	uint8_t lanes; /* 0: not set */
	struct ir_arg lane[4];
};

struct lower {
	struct build b;
	const IRSB *sb;
	struct value *temp;
	const struct lift_code *code;
	uint64_t at;            /* the machine instruction being lowered … */
	const uint8_t *insn;    /* … and its bytes */
	size_t insn_size;
	bool bit_test;                  /* it is one of those that lower_bits.c does itself: … */
	unsigned bit_operand;           /* … the register it works on … */
	struct ir_arg bit_result, bit_flags; /* … what that holds afterwards, and the flags */
	bool flags_guarded;             /* it sets cc_op only … */
	struct ir_arg flags_guard;      /* … under this condition */
	int index;                      /* of VEX's statement */
	struct lift_refusal *refusal;
	bool refused;
	char trap[64];
};

/* Lowers a whole block; NULL: refused. */
struct ir_block *lower_block(const IRSB *sb, const struct lift_code *code, uint64_t address,
	struct lift_refusal *refusal);

/* Takes note of the first thing not understood. The lowering goes on with zeros and is thrown away. */
void lower_refuse(struct lower *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, for an operation. Answers a zero of the operation's type. */
struct value lower_refuse_op(struct lower *l, IROp op);

struct value lower_zero(IRType type);
struct value lower_expr(struct lower *l, const IRExpr *e);

/* An operation on arguments already lowered. False: not one of theirs. */
bool lower_scalar(struct lower *l, IROp op, const struct value *x, struct value *result);
bool lower_divide(struct lower *l, IROp op, const struct value *x, struct value *result);
bool lower_moves(struct lower *l, IROp op, const struct value *x, struct value *result);
bool lower_lanes(struct lower *l, IROp op, const struct value *x, struct value *result);
bool lower_shuffle(struct lower *l, IROp op, const struct value *x, struct value *result);

/* A call of one of VEX's helpers without side effects. */
struct value lower_helper(struct lower *l, const IRExpr *e);
/* At the start of an instruction: whether it is BT, BTS, BTR or BTC of a register, and what that yields. */
void lower_bit_test(struct lower *l);
/* One of VEX's statements for such an instruction. True: nothing is left to do. */
bool lower_bit_stmt(struct lower *l, const IRStmt *s);

/* A part of the guest state, by VEX's offset. */
struct value lower_get(struct lower *l, int offset, IRType type);
void lower_put(struct lower *l, int offset, const struct value *x);

/* Called before each PUT. A shift by a variable amount sets cc_op only if the amount is not zero, but in VEX it
 * always clears cc_ndep, on which older flags may depend (inc, adc: wrong flags after a shift by nothing). We
 * clear it under the same condition. */
void lower_flags_guard(struct lower *l, int offset, const IRExpr *data);

unsigned lower_width(IRType type); /* of one lane */
unsigned lower_lane_count(IRType type); /* 0: a type without a meaning here */

static inline struct value
lower_scalar_value(struct ir_arg x)
{
	return (struct value){ .lanes = 1, .lane = { x } };
}

/* Piece i of the given width, counted from the low end over all lanes. */
static inline struct ir_arg
lower_piece(struct lower *l, const struct value *x, unsigned width, unsigned i)
{
	unsigned per_lane = x->lane[0].width / width;

	return build_extract(&l->b, x->lane[i / per_lane], i % per_lane * width, width);
}

static inline unsigned
lower_pieces(const struct value *x, unsigned width)
{
	return x->lanes * (x->lane[0].width / width);
}

/* A value made of count pieces of the given width: one scalar up to 64 bits, else lanes of 64 bits. */
struct value lower_assemble(struct lower *l, const struct ir_arg *piece, unsigned width, unsigned count);

#endif
