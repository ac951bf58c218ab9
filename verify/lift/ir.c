/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "verify/lift/ir.h"

static const char *const op_name[IR_OPS] = {
	[IR_MARK] = "mark", [IR_GET] = "get", [IR_PUT] = "put", [IR_LOAD] = "load", [IR_STORE] = "store",
	[IR_EXIT] = "exit", [IR_MOV] = "mov", [IR_EXTRACT] = "extract", [IR_CONCAT] = "concat",
	[IR_ZEXT] = "zext", [IR_SEXT] = "sext", [IR_ADD] = "add", [IR_SUB] = "sub", [IR_MUL] = "mul",
	[IR_NEG] = "neg", [IR_UMULH] = "umulh", [IR_SMULH] = "smulh", [IR_UDIV] = "udiv", [IR_UREM] = "urem",
	[IR_SDIV] = "sdiv", [IR_SREM] = "srem", [IR_AND] = "and", [IR_OR] = "or", [IR_XOR] = "xor",
	[IR_NOT] = "not", [IR_SHL] = "shl", [IR_LSHR] = "lshr", [IR_ASHR] = "ashr", [IR_EQ] = "eq",
	[IR_NE] = "ne", [IR_ULT] = "ult", [IR_ULE] = "ule", [IR_SLT] = "slt", [IR_SLE] = "sle",
	[IR_ITE] = "ite", [IR_CLZ] = "clz", [IR_CTZ] = "ctz", [IR_POPCNT] = "popcnt",
	[IR_CONDITION] = "condition", [IR_CARRY] = "carry", [IR_RFLAGS] = "rflags", [IR_CHECK] = "check",
};

static const char *const reg_name[IR_YMM0] = {
	[IR_RAX] = "rax", [IR_RCX] = "rcx", [IR_RDX] = "rdx", [IR_RBX] = "rbx", [IR_RSP] = "rsp",
	[IR_RBP] = "rbp", [IR_RSI] = "rsi", [IR_RDI] = "rdi", [IR_R8] = "r8", [IR_R9] = "r9", [IR_R10] = "r10",
	[IR_R11] = "r11", [IR_R12] = "r12", [IR_R13] = "r13", [IR_R14] = "r14", [IR_R15] = "r15",
	[IR_CC_OP] = "cc_op", [IR_CC_DEP1] = "cc_dep1", [IR_CC_DEP2] = "cc_dep2", [IR_CC_NDEP] = "cc_ndep",
	[IR_DFLAG] = "dflag", [IR_IP] = "ip", [IR_FS] = "fs", [IR_GS] = "gs", [IR_OTHER] = "other",
};

static const char *const jump_name[] = {
	[IR_JUMP_PLAIN] = "plain", [IR_JUMP_CALL] = "call", [IR_JUMP_RET] = "ret", [IR_JUMP_TRAP] = "trap",
};

static void
print_arg(FILE *out, struct ir_arg x)
{
	if (x.temp >= 0)
		fprintf(out, " t%" PRId32, x.temp);
	else
		fprintf(out, " 0x%" PRIx64 ":%u", x.value, x.width);
}

static void
print_reg(FILE *out, uint64_t reg)
{
	if (reg < IR_YMM0)
		fprintf(out, " %s", reg_name[reg]);
	else
		fprintf(out, " ymm%" PRIu64 ".%" PRIu64, (reg - IR_YMM0) / 4, (reg - IR_YMM0) % 4);
}

static void
print_stmt(FILE *out, const struct ir_stmt *s)
{
	fputs("    ", out);
	if (s->dst >= 0)
		fprintf(out, "t%" PRId32 ":%u = ", s->dst, s->width);
	fputs(op_name[s->op], out);
	if (s->op == IR_GET || s->op == IR_PUT)
		print_reg(out, s->imm);
	else if (s->op == IR_EXTRACT || s->op == IR_CONDITION)
		fprintf(out, " [%" PRIu64 "]", s->imm);
	for (unsigned i = 0; i < s->count; i++)
		print_arg(out, s->a[i]);
	if (s->op == IR_EXIT)
		fprintf(out, " %s 0x%" PRIx64, jump_name[s->jump], s->imm);
	fputc('\n', out);
}

void
ir_print(FILE *out, const struct ir_block *block)
{
	fprintf(out, "block 0x%" PRIx64 ", %u bytes, %u instructions\n", block->address, block->size,
		block->instructions);
	for (uint32_t i = 0; i < block->count; i++) {
		if (block->stmt[i].op == IR_MARK)
			fprintf(out, "  0x%" PRIx64 ":\n", block->stmt[i].imm);
		else
			print_stmt(out, &block->stmt[i]);
	}
	fprintf(out, "  %s", jump_name[block->jump]);
	print_arg(out, block->next);
	if (block->trap[0] != '\0')
		fprintf(out, " (%s)", block->trap);
	fputc('\n', out);
}
