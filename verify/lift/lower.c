/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/lift/insn.h"
#include "verify/lift/lower.h"
#include "verify/lift/vex.h"

void
lower_refuse(struct lower *l, const char *format, ...)
{
	va_list args;

	if (l->refused)
		return;
	l->refused = true;
	l->refusal->address = l->at;
	va_start(args, format);
	vsnprintf(l->refusal->why, sizeof l->refusal->why, format, args);
	va_end(args);
}

struct value
lower_refuse_op(struct lower *l, IROp op)
{
	IRType result, ignored[4];
	char name[64];

	vex_op_name(op, name, sizeof name);
	lower_refuse(l, "operation %s is not supported", name);
	typeOfPrimop(op, &result, &ignored[0], &ignored[1], &ignored[2], &ignored[3]);
	return lower_zero(result);
}

/* Floating-point values are bits that are moved; operations on them are refused one by one. */
unsigned
lower_width(IRType type)
{
	switch (type) {
	case Ity_I1: return 1;
	case Ity_I8: return 8;
	case Ity_I16: return 16;
	case Ity_I32: case Ity_F32: return 32;
	default: return 64;
	}
}

unsigned
lower_lane_count(IRType type)
{
	switch (type) {
	case Ity_I1: case Ity_I8: case Ity_I16: case Ity_I32: case Ity_I64: case Ity_F32: case Ity_F64: return 1;
	case Ity_I128: case Ity_V128: return 2;
	case Ity_V256: return 4;
	default: return 0;
	}
}

struct value
lower_zero(IRType type)
{
	unsigned lanes = lower_lane_count(type);
	struct value x = { .lanes = (uint8_t)(lanes == 0 ? 1 : lanes) };

	for (unsigned i = 0; i < x.lanes; i++)
		x.lane[i] = build_const(lower_width(type), 0);
	return x;
}

struct value
lower_assemble(struct lower *l, const struct ir_arg *piece, unsigned width, unsigned count)
{
	unsigned per_lane = width * count <= 64 ? count : 64 / width;
	struct value x = { .lanes = (uint8_t)(count / per_lane) };

	for (unsigned i = 0; i < x.lanes; i++)
		x.lane[i] = build_join(&l->b, piece + i * per_lane, per_lane);
	return x;
}

/* VEX writes vector constants with one bit a byte: each byte is 0 or 0xff. */
static struct value
byte_mask(uint32_t bits, unsigned lanes)
{
	struct value x = { .lanes = (uint8_t)lanes };

	for (unsigned i = 0; i < lanes; i++) {
		uint64_t lane = 0;

		for (unsigned k = 0; k < 8; k++)
			lane |= (bits >> (8 * i + k) & 1 ? UINT64_C(0xff) : 0) << 8 * k;
		x.lane[i] = build_const(64, lane);
	}
	return x;
}

static struct value
lower_const(struct lower *l, const IRConst *c)
{
	uint64_t bits = 0;
	uint32_t single;

	switch (c->tag) {
	case Ico_U1: return lower_scalar_value(build_const(1, c->Ico.U1));
	case Ico_U8: return lower_scalar_value(build_const(8, c->Ico.U8));
	case Ico_U16: return lower_scalar_value(build_const(16, c->Ico.U16));
	case Ico_U32: return lower_scalar_value(build_const(32, c->Ico.U32));
	case Ico_U64: return lower_scalar_value(build_const(64, c->Ico.U64));
	case Ico_F32i: return lower_scalar_value(build_const(32, c->Ico.F32i));
	case Ico_F64i: return lower_scalar_value(build_const(64, c->Ico.F64i));
	case Ico_F32:
		memcpy(&single, &c->Ico.F32, sizeof single);
		return lower_scalar_value(build_const(32, single));
	case Ico_F64:
		memcpy(&bits, &c->Ico.F64, sizeof bits);
		return lower_scalar_value(build_const(64, bits));
	case Ico_V128: return byte_mask(c->Ico.V128, 2);
	case Ico_V256: return byte_mask(c->Ico.V256, 4);
	default:
		lower_refuse(l, "a constant of a type that is not supported");
		return lower_zero(typeOfIRConst(c));
	}
}

/* Before AVX, most instructions with a 16-byte memory operand fault when it is not aligned; VEX models
 * that for the aligned moves only. */
static void
require_aligned(struct lower *l, struct ir_arg address)
{
	struct ir_arg low = build_extract(&l->b, address, 0, 4);

	if (!insn_wants_aligned(l->insn, l->insn_size))
		return;
	build_exit(&l->b, build_2(&l->b, IR_NE, 1, low, build_const(4, 0)), IR_JUMP_TRAP, l->at);
	snprintf(l->trap, sizeof l->trap, "misaligned 16-byte memory operand");
}

static struct ir_arg
lane_address(struct lower *l, struct ir_arg address, unsigned lane)
{
	return lane == 0 ? address : build_2(&l->b, IR_ADD, 64, address, build_const(64, 8 * lane));
}

static struct value
lower_load(struct lower *l, const IRExpr *e)
{
	struct ir_arg address = lower_expr(l, e->Iex.Load.addr).lane[0];
	struct value x = { .lanes = (uint8_t)lower_lane_count(e->Iex.Load.ty) };

	if (e->Iex.Load.end != Iend_LE || x.lanes == 0 || lower_width(e->Iex.Load.ty) == 1) {
		lower_refuse(l, "a load of a type that is not supported");
		return lower_zero(e->Iex.Load.ty);
	}
	if (x.lanes == 2)
		require_aligned(l, address);
	for (unsigned i = 0; i < x.lanes; i++)
		x.lane[i] = build_load(&l->b, lane_address(l, address, i), lower_width(e->Iex.Load.ty));
	return x;
}

static void
lower_store(struct lower *l, const IRStmt *s)
{
	struct ir_arg address = lower_expr(l, s->Ist.Store.addr).lane[0];
	struct value x = lower_expr(l, s->Ist.Store.data);

	if (s->Ist.Store.end != Iend_LE || x.lane[0].width == 1) {
		lower_refuse(l, "a store of a type that is not supported");
		return;
	}
	if (x.lanes == 2)
		require_aligned(l, address);
	for (unsigned i = 0; i < x.lanes; i++)
		build_store(&l->b, lane_address(l, address, i), x.lane[i]);
}

static struct value
lower_op(struct lower *l, IROp op, IRExpr *const *args, unsigned count)
{
	struct value x[4] = { 0 }, result;

	for (unsigned i = 0; i < count; i++)
		x[i] = lower_expr(l, args[i]);
	if (lower_scalar(l, op, x, &result) || lower_moves(l, op, x, &result) || lower_lanes(l, op, x, &result) ||
	    lower_shuffle(l, op, x, &result) || lower_divide(l, op, x, &result))
		return result;
	return lower_refuse_op(l, op);
}

static struct value
lower_ite(struct lower *l, const IRExpr *e)
{
	struct value condition = lower_expr(l, e->Iex.ITE.cond);
	struct value x = lower_expr(l, e->Iex.ITE.iftrue), y = lower_expr(l, e->Iex.ITE.iffalse);

	for (unsigned i = 0; i < x.lanes; i++)
		x.lane[i] = build_ite(&l->b, condition.lane[0], x.lane[i], y.lane[i]);
	return x;
}

struct value
lower_expr(struct lower *l, const IRExpr *e)
{
	IRExpr *args[4] = { NULL };

	switch (e->tag) {
	case Iex_Get:
		return lower_get(l, e->Iex.Get.offset, e->Iex.Get.ty);
	case Iex_RdTmp:
		if (l->temp[e->Iex.RdTmp.tmp].lanes != 0)
			return l->temp[e->Iex.RdTmp.tmp];
		lower_refuse(l, "a value that was never set");
		break;
	case Iex_Const:
		return lower_const(l, e->Iex.Const.con);
	case Iex_Load:
		return lower_load(l, e);
	case Iex_ITE:
		return lower_ite(l, e);
	case Iex_CCall:
		return lower_helper(l, e);
	case Iex_Unop:
		return lower_op(l, e->Iex.Unop.op, &e->Iex.Unop.arg, 1);
	case Iex_Binop:
		args[0] = e->Iex.Binop.arg1, args[1] = e->Iex.Binop.arg2;
		return lower_op(l, e->Iex.Binop.op, args, 2);
	case Iex_Triop:
		args[0] = e->Iex.Triop.details->arg1, args[1] = e->Iex.Triop.details->arg2;
		args[2] = e->Iex.Triop.details->arg3;
		return lower_op(l, e->Iex.Triop.details->op, args, 3);
	case Iex_Qop:
		args[0] = e->Iex.Qop.details->arg1, args[1] = e->Iex.Qop.details->arg2;
		args[2] = e->Iex.Qop.details->arg3, args[3] = e->Iex.Qop.details->arg4;
		return lower_op(l, e->Iex.Qop.details->op, args, 4);
	case Iex_GetI:
		lower_refuse(l, "it reads the x87 register stack");
		break;
	default:
		lower_refuse(l, "an expression that is not supported");
		break;
	}
	return lower_zero(typeOfIRExpr(l->sb->tyenv, e));
}

static void
lower_mark(struct lower *l, const IRStmt *s)
{
	l->at = s->Ist.IMark.addr;
	l->insn = l->code->bytes + (l->at - l->code->address);
	l->insn_size = s->Ist.IMark.len;
	l->flags_guarded = false;
	l->b.block->instructions++;
	l->b.block->size = (uint32_t)(l->at + s->Ist.IMark.len - l->b.block->address);
	build_mark(&l->b, l->at);
	if (insn_odd(l->insn, l->insn_size) != NULL)
		lower_refuse(l, "%s is not supported", insn_odd(l->insn, l->insn_size));
	lower_bit_test(l);
}

/* How a jump of VEX's ends for us. False: it is something to refuse. */
static bool
jump_kind(struct lower *l, IRJumpKind kind, enum ir_jump *jump)
{
	static const struct { IRJumpKind kind; const char *text; } traps[] = {
		{ Ijk_SigILL, "illegal instruction" },
		{ Ijk_SigTRAP, "breakpoint trap (int3)" },
		{ Ijk_SigSEGV, "misaligned vector access or privileged instruction" },
		{ Ijk_SigBUS, "misaligned access" },
		{ Ijk_SigFPE, "arithmetic fault" },
		{ Ijk_SigFPE_IntDiv, "divide error" },
		{ Ijk_SigFPE_IntOvf, "integer overflow fault" },
		{ Ijk_EmFail, "instruction that libVEX cannot emulate" },
		{ Ijk_MapFail, "address that libVEX cannot map" },
	};

	*jump = kind == Ijk_Call ? IR_JUMP_CALL : kind == Ijk_Ret ? IR_JUMP_RET : IR_JUMP_PLAIN;
	if (kind == Ijk_Boring || kind == Ijk_Call || kind == Ijk_Ret || kind == Ijk_Yield)
		return true;
	*jump = IR_JUMP_TRAP;
	for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
		if (traps[i].kind != kind)
			continue;
		snprintf(l->trap, sizeof l->trap, "%s", traps[i].text);
		return true;
	}
	return false;
}

/* Undecoded: either an instruction that is there to trap, or one that nobody here knows. */
static void
lower_undecoded(struct lower *l, uint64_t address)
{
	const struct lift_code *code = l->code;
	const uint8_t *bytes = code->bytes + (address - code->address);
	size_t left = (size_t)(code->address + code->size - address);
	const char *name = insn_traps(bytes, left);

	if (name != NULL) {
		snprintf(l->trap, sizeof l->trap, "trap instruction (%s)", name);
		return;
	}
	l->at = address;
	lower_refuse(l, "libVEX does not know this instruction (bytes %02x %02x %02x %02x %02x %02x)", bytes[0],
		bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

static void
lower_exit(struct lower *l, const IRStmt *s)
{
	struct ir_arg guard = lower_expr(l, s->Ist.Exit.guard).lane[0];
	enum ir_jump jump;

	if (!jump_kind(l, s->Ist.Exit.jk, &jump))
		lower_refuse(l, "it leaves in a way that is not supported (system call, emulation warning)");
	else
		build_exit(&l->b, guard, jump, s->Ist.Exit.dst->Ico.U64);
}

static void
lower_stmt(struct lower *l, const IRStmt *s)
{
	struct value x;

	if (l->bit_test && lower_bit_stmt(l, s))
		return;
	switch (s->tag) {
	case Ist_NoOp:
	case Ist_AbiHint: /* that the red zone is dead: a hint for memory checkers */
	case Ist_MBE:     /* fences order nothing for one thread */
		break;
	case Ist_IMark:
		lower_mark(l, s);
		break;
	case Ist_Put:
		lower_flags_guard(l, s->Ist.Put.offset, s->Ist.Put.data);
		x = lower_expr(l, s->Ist.Put.data);
		lower_put(l, s->Ist.Put.offset, &x);
		break;
	case Ist_WrTmp:
		l->temp[s->Ist.WrTmp.tmp] = lower_expr(l, s->Ist.WrTmp.data);
		break;
	case Ist_Store:
		lower_store(l, s);
		break;
	case Ist_Exit:
		lower_exit(l, s);
		break;
	case Ist_Dirty:
		lower_refuse(l, "helper %s is not supported", s->Ist.Dirty.details->cee->name);
		break;
	case Ist_PutI:
		lower_refuse(l, "it writes the x87 register stack");
		break;
	case Ist_CAS:
		lower_refuse(l, "a locked (atomic) read-modify-write is not supported");
		break;
	case Ist_LLSC:
		lower_refuse(l, "load-linked/store-conditional is not supported");
		break;
	default:
		lower_refuse(l, "a conditional memory access (AVX masked move) is not supported");
		break;
	}
}

static struct ir_block *
lower_end(struct lower *l)
{
	struct ir_arg next = lower_expr(l, l->sb->next).lane[0];
	enum ir_jump jump = IR_JUMP_TRAP;
	struct ir_block *block;

	if (l->sb->jumpkind == Ijk_NoDecode && build_is_const(next))
		lower_undecoded(l, next.value);
	else if (!jump_kind(l, l->sb->jumpkind, &jump))
		lower_refuse(l, "it leaves in a way that is not supported (system call, emulation warning)");
	if (l->refused)
		return NULL;
	block = build_finish(&l->b, jump, next);
	memcpy(block->trap, l->trap, sizeof block->trap);
	return block;
}

struct ir_block *
lower_block(const IRSB *sb, const struct lift_code *code, uint64_t address, struct lift_refusal *refusal)
{
	struct lower l = { .sb = sb, .code = code, .at = address, .refusal = refusal };
	struct ir_block *block = NULL;

	l.temp = calloc((size_t)sb->tyenv->types_used + 1, sizeof *l.temp);
	if (l.temp == NULL)
		abort();
	build_init(&l.b, address);
	for (l.index = 0; l.index < sb->stmts_used && !l.refused; l.index++)
		lower_stmt(&l, sb->stmts[l.index]);
	if (!l.refused)
		block = lower_end(&l);
	build_free(&l.b);
	free(l.temp);
	return block;
}
