/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/build.h -- writes one IR block: folds what is constant, keeps registers in hand, drops dead code.
 *
 * Our own clean-up instead of VEX's optimiser: that one removes loads whose value nobody uses, and such a
 * load still has to be proved inside owned memory. Here every load, store, check and exit stays. */
#ifndef VERIFY_LIFT_BUILD_H
#define VERIFY_LIFT_BUILD_H

#include "verify/lift/ir.h"

struct build_register {
	struct ir_arg value; /* what the register holds now … */
	bool known;          /* … if this block read or wrote it */
	bool dirty;          /* the value differs from what the last IR_PUT left */
};

struct build {
	struct ir_block *block;
	uint32_t stmt_room, def_room;
	uint32_t *def; /* statement that defines a temporary */
	struct build_register reg[IR_REGS];
};

void build_init(struct build *b, uint64_t address);
void build_free(struct build *b);
/* Ends the block and hands it over (to be freed with build_block_free). Everything later is an error. */
struct ir_block *build_finish(struct build *b, enum ir_jump jump, struct ir_arg next);
void build_block_free(struct ir_block *block);

struct ir_arg build_const(unsigned width, uint64_t value);

/* dst := op(args), of the given width. */
struct ir_arg build_1(struct build *b, enum ir_op op, unsigned width, struct ir_arg x);
struct ir_arg build_2(struct build *b, enum ir_op op, unsigned width, struct ir_arg x, struct ir_arg y);
struct ir_arg build_ite(struct build *b, struct ir_arg condition, struct ir_arg x, struct ir_arg y);
/* IR_CONDITION, IR_CARRY, IR_RFLAGS */
struct ir_arg build_flags(struct build *b, enum ir_op op, uint64_t condition, const struct ir_arg cc[4]);

struct ir_arg build_extract(struct build *b, struct ir_arg x, unsigned low, unsigned width);
struct ir_arg build_concat(struct build *b, struct ir_arg high, struct ir_arg low);
struct ir_arg build_zext(struct build *b, struct ir_arg x, unsigned width);
struct ir_arg build_sext(struct build *b, struct ir_arg x, unsigned width);
/* x[0] lowest; all of one width, at most 64 bits together */
struct ir_arg build_join(struct build *b, const struct ir_arg *x, unsigned count);

struct ir_arg build_get(struct build *b, unsigned reg);
void build_put(struct build *b, unsigned reg, struct ir_arg x);
struct ir_arg build_load(struct build *b, struct ir_arg address, unsigned width);
void build_store(struct build *b, struct ir_arg address, struct ir_arg x);
void build_mark(struct build *b, uint64_t address);
void build_check(struct build *b, struct ir_arg holds);
void build_exit(struct build *b, struct ir_arg guard, enum ir_jump jump, uint64_t address);

/* The statement that made x, until the next one is added; NULL for a constant. */
const struct ir_stmt *build_maker(const struct build *b, struct ir_arg x);

static inline bool
build_same(struct ir_arg x, struct ir_arg y)
{
	return x.width == y.width && x.temp == y.temp && (x.temp >= 0 || x.value == y.value);
}

static inline bool
build_is_const(struct ir_arg x)
{
	return x.temp < 0;
}

static inline bool
build_is(struct ir_arg x, uint64_t value)
{
	return x.temp < 0 && x.value == value;
}

#endif
