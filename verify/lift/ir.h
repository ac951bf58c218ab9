/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/ir.h -- machine code as straight-line blocks over 64-bit registers and scalar temporaries.
 *
 * A temporary is assigned once and has 1 to 64 bits; what VEX holds in 128 or 256 bits is two or four
 * temporaries. Whatever the lowering does not know is a refusal, never a guess. */
#ifndef VERIFY_LIFT_IR_H
#define VERIFY_LIFT_IR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Guest registers, all 64 bits wide. XMM/YMM registers are four lanes each, least significant first. */
enum ir_reg {
	IR_RAX, IR_RCX, IR_RDX, IR_RBX, IR_RSP, IR_RBP, IR_RSI, IR_RDI,
	IR_R8, IR_R9, IR_R10, IR_R11, IR_R12, IR_R13, IR_R14, IR_R15,
	IR_CC_OP, IR_CC_DEP1, IR_CC_DEP2, IR_CC_NDEP, /* lazy flags, as VEX keeps them */
	IR_DFLAG, IR_IP, IR_FS, IR_GS, IR_OTHER, /* IR_OTHER: id, ac, sse rounding …: written, never read to effect */
	IR_YMM0, /* lane l of register r: IR_YMM0 + 4 * r + l */
	IR_REGS = IR_YMM0 + 4 * 17, /* VEX keeps a 17th for its own use */
};

enum ir_op {
	IR_MARK,    /* imm: address of the machine instruction that starts here */
	IR_GET,     /* dst := register imm */
	IR_PUT,     /* register imm := a[0] */
	IR_LOAD,    /* dst := memory at a[0], dst's width (8, 16, 32, 64), little-endian */
	IR_STORE,   /* memory at a[0] := a[1], a[1]'s width */
	IR_EXIT,    /* if a[0] leave to address imm, for the reason in `jump` */
	IR_MOV,     /* dst := a[0] */
	IR_EXTRACT, /* dst := bits of a[0] from bit imm on */
	IR_CONCAT,  /* dst := a[0] above a[1] */
	IR_ZEXT, IR_SEXT,
	IR_ADD, IR_SUB, IR_MUL, IR_NEG,
	IR_UMULH, IR_SMULH, /* high half of the double-width product */
	IR_UDIV, IR_UREM, IR_SDIV, IR_SREM, /* divisor proved non-zero and quotient in range by a check before */
	IR_AND, IR_OR, IR_XOR, IR_NOT,
	IR_SHL, IR_LSHR, IR_ASHR, /* amount a[1], any width, below dst's width or the result is 0 / the sign */
	IR_EQ, IR_NE, IR_ULT, IR_ULE, IR_SLT, IR_SLE, /* dst: 1 bit */
	IR_ITE,     /* dst := a[0] ? a[1] : a[2] */
	IR_CLZ, IR_CTZ, IR_POPCNT,
	IR_CONDITION, /* dst (64 bits) := amd64g_calculate_condition(imm, a[0] .. a[3]); imm: x86 condition code 0..15 */
	IR_CARRY,     /* dst (64 bits) := amd64g_calculate_rflags_c(a[0] .. a[3]) */
	IR_RFLAGS,    /* dst (64 bits) := amd64g_calculate_rflags_all(a[0] .. a[3]) */
	IR_CHECK,     /* a[0] (1 bit) must hold, or the CPU traps: divide by zero, quotient overflow */
	IR_OPS
};

enum ir_jump {
	IR_JUMP_PLAIN,
	IR_JUMP_CALL,
	IR_JUMP_RET,
	IR_JUMP_TRAP,   /* ud2, int3, undecodable, segment fault by construction: reaching it is a violation */
};

/* A temporary (temp >= 0) or a constant (temp < 0). */
struct ir_arg {
	int32_t temp;
	uint8_t width;
	uint64_t value; /* of a constant */
};

struct ir_stmt {
	uint8_t op, jump; /* enum ir_op; enum ir_jump (IR_EXIT) */
	uint8_t width;    /* of dst */
	uint8_t count;    /* of arguments */
	int32_t dst;
	struct ir_arg a[4];
	uint64_t imm;
};

struct ir_block {
	uint64_t address;
	uint32_t size;         /* bytes of machine code */
	uint32_t instructions;
	uint32_t temps;
	uint32_t count;
	struct ir_stmt *stmt;
	enum ir_jump jump;     /* how it ends … */
	struct ir_arg next;    /* … and where to */
	char trap[64];         /* IR_JUMP_TRAP: what it is, in words */
};

void ir_print(FILE *out, const struct ir_block *block);

#endif
