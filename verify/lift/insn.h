/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/insn.h -- the few facts that VEX's translation of an instruction loses: operand sizes and traps. */
#ifndef VERIFY_LIFT_INSN_H
#define VERIFY_LIFT_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The operand size of a DIV or IDIV: 8, 16, 32 or 64; 0 when the instruction is neither. */
unsigned insn_divide_bits(const uint8_t *code, size_t size);

/* Whether the instruction faults on a 16-byte memory operand that is not aligned, and VEX forgets it. So do
 * all of the encodings before AVX but a few moves (Intel SDM vol. 2, 2.4 "exception class type 4"). */
bool insn_wants_aligned(const uint8_t *code, size_t size);

/* The name of an instruction that never completes in user code: "ud2", "hlt"… or NULL. */
const char *insn_traps(const uint8_t *code, size_t size);

/* BT, BTS, BTR or BTC with both operands in registers. */
struct insn_bit_test {
	enum { INSN_TEST, INSN_SET, INSN_RESET, INSN_COMPLEMENT } how;
	unsigned width;           /* 16, 32 or 64 */
	unsigned operand, number; /* registers, numbered as the machine does (and enum ir_reg) */
};
bool insn_bit_test(const uint8_t *code, size_t size, struct insn_bit_test *test);

/* What to call an instruction that VEX translates into something that the CPU does not do, or NULL. */
const char *insn_odd(const uint8_t *code, size_t size);

#endif
