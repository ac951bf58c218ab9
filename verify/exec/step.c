/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One block, statement by statement. Each statement's term is its exact meaning; what has none is refused. */
#include "verify/exec/step.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "verify/exec/flags.h"

struct frame {
	struct exec *x;
	struct state *s;
	const struct ir_block *block;
	term *temp;
};

static term
arg(const struct frame *f, const struct ir_arg *a)
{
	return a->temp >= 0 ? f->temp[a->temp] : term_const(f->x->terms, a->width, a->value);
}

/* The amount of a shift, brought to the width of what is shifted without losing high bits that matter: an
 * amount that does not fit is as large as the width, whose meaning is the same. */
static term
shift_amount(struct terms *ts, term amount, unsigned width)
{
	term high;

	if (amount->width <= width)
		return term_zext(ts, amount, width);
	if (amount->high <= term_mask(width))
		return term_extract(ts, amount, 0, width);
	high = term_extract(ts, amount, width, amount->width - width);
	return term_ite(ts, term_eq(ts, high, term_const(ts, high->width, 0)), term_extract(ts, amount, 0, width),
		term_const(ts, width, term_mask(width)));
}

static term
count_bits(struct terms *ts, enum ir_op op, term a)
{
	const unsigned width = a->width;
	term result = term_const(ts, width, op == IR_POPCNT ? 0 : width);

	for (unsigned i = 0; i < width; i++) {
		const unsigned bit = op == IR_CLZ ? i : width - 1 - i;
		const term set = term_extract(ts, a, bit, 1);

		if (op == IR_POPCNT)
			result = term_add(ts, result, term_zext(ts, set, width));
		else
			result = term_ite(ts, set, term_const(ts, width, width - 1 - i), result);
	}
	return result;
}

static term
flags_of(const struct frame *f, const struct ir_stmt *st)
{
	struct terms *ts = f->x->terms;
	term cc[4];

	for (int i = 0; i < 4; i++)
		cc[i] = arg(f, &st->a[i]);
	if (st->op == IR_CONDITION)
		return flags_condition(ts, (unsigned)st->imm, cc);
	return st->op == IR_CARRY ? flags_carry(ts, cc) : flags_all(ts, cc);
}

static term
compare(struct terms *ts, enum ir_op op, term a, term b)
{
	switch (op) {
	case IR_EQ: return term_eq(ts, a, b);
	case IR_NE: return term_ne(ts, a, b);
	case IR_ULT: return term_ult(ts, a, b);
	case IR_ULE: return term_ule(ts, a, b);
	case IR_SLT: return term_slt(ts, a, b);
	default: return term_sle(ts, a, b);
	}
}

static term
binary(struct terms *ts, enum ir_op op, term a, term b)
{
	switch (op) {
	case IR_ADD: return term_add(ts, a, b);
	case IR_SUB: return term_sub(ts, a, b);
	case IR_MUL: return term_mul(ts, a, b);
	case IR_UMULH: return term_arith(ts, TERM_UMULH, a, b);
	case IR_SMULH: return term_arith(ts, TERM_SMULH, a, b);
	case IR_UDIV: return term_arith(ts, TERM_UDIV, a, b);
	case IR_UREM: return term_arith(ts, TERM_UREM, a, b);
	case IR_SDIV: return term_arith(ts, TERM_SDIV, a, b);
	case IR_SREM: return term_arith(ts, TERM_SREM, a, b);
	case IR_AND: return term_and(ts, a, b);
	case IR_OR: return term_or(ts, a, b);
	case IR_XOR: return term_xor(ts, a, b);
	case IR_SHL: return term_shift(ts, TERM_SHL, a, shift_amount(ts, b, a->width));
	case IR_LSHR: return term_shift(ts, TERM_LSHR, a, shift_amount(ts, b, a->width));
	case IR_ASHR: return term_shift(ts, TERM_ASHR, a, shift_amount(ts, b, a->width));
	default: return compare(ts, op, a, b);
	}
}

static term
value_of(const struct frame *f, const struct ir_stmt *st)
{
	struct terms *ts = f->x->terms;
	const term a = arg(f, &st->a[0]);

	switch (st->op) {
	case IR_MOV: return a;
	case IR_EXTRACT: return term_extract(ts, a, (unsigned)st->imm, st->width);
	case IR_CONCAT: return term_concat(ts, a, arg(f, &st->a[1]));
	case IR_ZEXT: return term_zext(ts, a, st->width);
	case IR_SEXT: return term_sext(ts, a, st->width);
	case IR_NEG: return term_neg(ts, a);
	case IR_NOT: return term_not(ts, a);
	case IR_ITE: return term_ite(ts, a, arg(f, &st->a[1]), arg(f, &st->a[2]));
	case IR_CLZ:
	case IR_CTZ:
	case IR_POPCNT: return count_bits(ts, st->op, a);
	case IR_CONDITION:
	case IR_CARRY:
	case IR_RFLAGS: return flags_of(f, st);
	default: return binary(ts, st->op, a, arg(f, &st->a[1]));
	}
}

static void
trap(struct exec *x, struct state *s, const char *why)
{
	exec_demand(x, s, term_bool(x->terms, false), "trap", "the CPU traps here: %s", why);
}

/* A side exit. Only a proof of UNSAT drops a side. */
static enum stepped
side_exit(const struct frame *f, const struct ir_stmt *st)
{
	struct exec *x = f->x;
	struct state *s = f->s;
	const term condition = arg(f, &st->a[0]);
	struct model *model;

	if (term_is_false(condition) || !path_can(&s->path, condition, &model))
		return STEPPED_ON;
	if (st->jump == IR_JUMP_TRAP) {
		model_free(model);
		return exec_demand(x, s, term_not(x->terms, condition), "trap", "the CPU traps here: %s",
			f->block->trap[0] != '\0' ? f->block->trap : "an instruction that must not be reached")
			? STEPPED_ON : STEPPED_ENDED;
	}
	if (path_can(&s->path, term_not(x->terms, condition), NULL)) {
		struct state *taken = state_fork(s);

		state_decide(taken, condition);
		path_assume(&taken->path, condition, model);
		taken->pc = st->imm;
		exec_enqueue(x, taken);
		path_can(&s->path, term_not(x->terms, condition), &model);
		state_decide(s, term_not(x->terms, condition));
		path_assume(&s->path, term_not(x->terms, condition), model);
		return STEPPED_ON;
	}
	model_free(model);
	s->pc = st->imm;
	exec_enqueue(x, s);
	return STEPPED_ENDED;
}

static enum stepped
step_store(const struct frame *f, const struct ir_stmt *st)
{
	return exec_store(f->x, f->s, arg(f, &st->a[0]), arg(f, &st->a[1])) ? STEPPED_ON : STEPPED_ENDED;
}

static enum stepped
step_check(const struct frame *f, const struct ir_stmt *st)
{
	return exec_demand(f->x, f->s, arg(f, &st->a[0]), "trap",
		"the CPU traps here: division by zero, or a quotient that does not fit") ? STEPPED_ON : STEPPED_ENDED;
}

static enum stepped
step_value(const struct frame *f, const struct ir_stmt *st)
{
	const term value = st->op == IR_LOAD ? exec_load(f->x, f->s, arg(f, &st->a[0]), st->width / 8)
					     : value_of(f, st);

	if (value == NULL) {
		if (st->op != IR_LOAD)
			exec_refuse(f->x, f->s, "the flags of an operation that is not known at this point");
		return STEPPED_ENDED;
	}
	assert(value->width == st->width);
	f->temp[st->dst] = value;
	return STEPPED_ON;
}

static enum stepped
step_stmt(const struct frame *f, const struct ir_stmt *st)
{
	switch (st->op) {
	case IR_MARK:
		f->x->instruction = st->imm;
		f->s->instructions++;
		return STEPPED_ON;
	case IR_GET:
		f->temp[st->dst] = f->s->reg[st->imm];
		return STEPPED_ON;
	case IR_PUT:
		f->s->reg[st->imm] = arg(f, &st->a[0]);
		return STEPPED_ON;
	case IR_STORE:
		return step_store(f, st);
	case IR_EXIT:
		return side_exit(f, st);
	case IR_CHECK:
		return step_check(f, st);
	default:
		return step_value(f, st);
	}
}

/* Where a block ends: a constant, or one of a few constants chosen by conditions. */
static enum stepped
step_to(struct exec *x, struct state *s, term next)
{
	uint64_t targets[64];
	size_t n;

	if (term_is_const(next)) {
		s->pc = next->value;
		return STEPPED_ON;
	}
	n = path_values(&s->path, next, targets, 64);
	if (n == 0) {
		exec_refuse(x, s, "a jump to a computed address with more than 64 possible targets");
		return STEPPED_ENDED;
	}
	for (size_t i = 0; i + 1 < n; i++) {
		const term here = term_eq(x->terms, next, term_const(x->terms, 64, targets[i]));
		struct state *taken = state_fork(s);

		state_decide(taken, here);
		path_assume(&taken->path, here, NULL);
		taken->pc = targets[i];
		exec_enqueue(x, taken);
		state_decide(s, term_not(x->terms, here));
		path_assume(&s->path, term_not(x->terms, here), NULL);
	}
	s->pc = targets[n - 1];
	return STEPPED_ON;
}

static enum stepped
step_end(const struct frame *f)
{
	struct state *s = f->s;

	if (f->block->jump == IR_JUMP_TRAP) {
		trap(f->x, s, f->block->trap);
		return STEPPED_ENDED;
	}
	s->entered = f->block->jump == IR_JUMP_CALL;
	s->depth += f->block->jump == IR_JUMP_CALL;
	s->depth -= f->block->jump == IR_JUMP_RET && s->depth > 0;
	return step_to(f->x, s, arg(f, &f->block->next));
}

static void
remember_step(struct state *s)
{
	struct step *step = malloc(sizeof *step);

	if (step == NULL)
		abort();
	*step = (struct step){ s->steps, s->pc, s->depth };
	s->steps = step;
	s->blocks++;
}

enum stepped
step_block(struct exec *x, struct state *s)
{
	struct err err = { "" };
	struct frame f = { .x = x, .s = s, .block = program_block(x->program, s->pc, &err) };
	enum stepped stepped = STEPPED_ON;

	x->instruction = s->pc;
	if (f.block == NULL) {
		exec_refuse(x, s, "%s", err.text);
		return STEPPED_ENDED;
	}
	remember_step(s);
	f.temp = calloc(f.block->temps + 1, sizeof *f.temp);
	if (f.temp == NULL)
		abort();
	for (uint32_t i = 0; i < f.block->count && stepped == STEPPED_ON; i++)
		stepped = step_stmt(&f, &f.block->stmt[i]);
	if (stepped == STEPPED_ON)
		stepped = step_end(&f);
	free(f.temp);
	return stepped;
}
