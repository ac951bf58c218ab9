/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/exec/exec.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/exec/step.h"
#include "verify/state/cases.h"
#include "verify/state/hash.h"

#define STACK_SIZE 65536

void
exec_init(struct exec *x, struct terms *ts, struct smt *smt, struct program *program)
{
	static const uint8_t offset_width[] = { 64 };

	*x = (struct exec){
		.terms = ts,
		.smt = smt,
		.program = program,
		.limits = { .blocks_per_path = 20000, .forks_per_path = 256, .paths = 100000 },
		.packet_region = -1,
		.packet_struct = -1,
		.stop = EXEC_RETURN_ADDRESS,
	};
	space_init(&x->space, ts);
	for (size_t i = 0; i < program_segments(program); i++) {
		const struct program_segment *segment = program_segment(program, i);

		space_add_at(&x->space, segment->writable ? "global variables" : "constants", segment->address,
			segment->bytes, segment->size, false);
	}
	x->stack = space_add(&x->space, "stack", 0, true);
	x->space.region[x->stack].low = term_const(ts, 64, -(uint64_t)STACK_SIZE);
	x->space.region[x->stack].initial = term_function_new(ts, "stack", 8, 1, offset_width);
}

static void
arbitrary_registers(struct exec *x, struct state *s)
{
	char name[16];

	for (unsigned r = 0; r < IR_REGS; r++) {
		snprintf(name, sizeof name, "reg%u", r);
		s->reg[r] = term_var(x->terms, 64, name);
	}
	s->reg[IR_DFLAG] = term_const(x->terms, 64, 1); /* the ABI: direction flag clear on entry */
}

struct state *
exec_enter(struct exec *x, const struct state *from, uint64_t function, const term *args, unsigned count)
{
	static const enum ir_reg passed[] = { IR_RDI, IR_RSI, IR_RDX, IR_RCX, IR_R8, IR_R9 };
	struct state *s = from != NULL ? state_fork(from) : calloc(1, sizeof *s);
	const uint64_t top = x->space.region[x->stack].origin - 64;

	if (s == NULL)
		abort();
	if (from == NULL) {
		path_init(&s->path, x->terms, x->smt);
		hash_base(x->terms, s);
	}
	s->steps = NULL;
	s->decisions = NULL;
	s->calls = NULL;
	s->instructions = s->blocks = s->depth = 0;
	s->memory.newest[x->stack] = NULL;
	arbitrary_registers(x, s);
	for (unsigned i = 0; i < count; i++)
		s->reg[passed[i]] = args[i];
	s->reg[IR_RSP] = term_const(x->terms, 64, top - 8);
	memory_write(&x->space, &s->memory, x->stack, term_const(x->terms, 64, (uint64_t)-72),
		term_const(x->terms, 64, EXEC_RETURN_ADDRESS));
	s->pc = function;
	return s;
}

void
exec_enqueue(struct exec *x, struct state *s)
{
	s->next = x->work;
	x->work = s;
}

void
exec_forget_registers(struct exec *x, struct state *s)
{
	static const enum ir_reg changed[] = { IR_RAX, IR_RCX, IR_RDX, IR_RSI, IR_RDI, IR_R8, IR_R9, IR_R10, IR_R11 };

	for (unsigned i = 0; i < sizeof changed / sizeof changed[0]; i++)
		s->reg[changed[i]] = term_var(x->terms, 64, "left over");
	for (unsigned r = IR_YMM0; r < IR_REGS; r++)
		s->reg[r] = term_var(x->terms, 64, "left over");
	s->reg[IR_CC_OP] = term_const(x->terms, 64, 0);
	s->reg[IR_CC_DEP1] = term_var(x->terms, 64, "left over");
}

void
exec_return(struct exec *x, struct state *s, term result)
{
	const term rsp = s->reg[IR_RSP], back = exec_load(x, s, rsp, 8);

	if (back == NULL)
		return;
	if (!term_is_const(back)) {
		exec_refuse(x, s, "a return to a computed address");
		return;
	}
	exec_forget_registers(x, s);
	if (result != NULL)
		s->reg[IR_RAX] = result;
	s->reg[IR_RSP] = term_add(x->terms, rsp, term_const(x->terms, 64, 8));
	s->pc = back->value;
	s->entered = false;
	s->depth -= s->depth > 0;
	exec_enqueue(x, s);
}

const char *
exec_where(const struct exec *x, uint64_t address)
{
	static char text[256];
	const char *file, *function = program_function(x->program, address), *import = program_import(x->program, address);
	int line;

	if (import != NULL)
		snprintf(text, sizeof text, "%s", import);
	else if (program_where(x->program, address, &file, &line))
		snprintf(text, sizeof text, "%s:%d (%s)", file, line, function != NULL ? function : "?");
	else
		snprintf(text, sizeof text, "address 0x%" PRIx64 " (%s)", (uint64_t)(address - PROGRAM_BASE),
			function != NULL ? function : "?");
	return text;
}

static struct finding *
finding_new(struct exec *x, enum finding_kind kind, const char *what, struct state *s)
{
	struct finding *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	*f = (struct finding){ .next = x->findings, .kind = kind, .what = what, .address = x->instruction, .state = s };
	x->findings = f;
	x->finding_count++;
	return f;
}

void
exec_refuse(struct exec *x, struct state *s, const char *format, ...)
{
	struct finding *f = finding_new(x, FINDING_REFUSAL, "not understood", s);
	va_list arguments;
	int n = snprintf(f->text, sizeof f->text, "%s: ", exec_where(x, x->instruction));

	va_start(arguments, format);
	vsnprintf(f->text + n, sizeof f->text - (size_t)n, format, arguments);
	va_end(arguments);
}

/* Takes a copy of the state into the case that fails. Each path's failure is kept, also where another path failed at
 * the same instruction: an invariant may yet show that other state impossible, and this one would be forgotten with
 * it. A solver that gave up is a refusal: nothing is claimed. */
static void
demand_failed(struct exec *x, const struct state *s, term condition, const char *what, const char *sentence)
{
	struct model *model = NULL;
	enum smt_result result;
	struct finding *f;
	struct state *failing;

	failing = state_fork(s);
	result = cases_implied(&failing->path, condition, &model);
	if (result == SMT_UNSAT) {
		state_free(failing);
		return;
	}
	path_assume(&failing->path, term_not(x->terms, condition), model);
	f = finding_new(x, result == SMT_SAT ? FINDING_VIOLATION : FINDING_REFUSAL, what, failing);
	snprintf(f->text, sizeof f->text, "%s: %s%s", exec_where(x, x->instruction),
		result == SMT_SAT ? "" : "the solver gave up on: ", sentence);
}

bool
exec_demand(struct exec *x, struct state *s, term condition, const char *what, const char *format, ...)
{
	char sentence[384];
	va_list arguments;
	struct model *model;

	if (path_must(&s->path, condition))
		return true;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	demand_failed(x, s, condition, what, sentence);
	if (!path_can(&s->path, condition, &model)) {
		state_free(s);
		return false;
	}
	path_assume(&s->path, condition, model);
	return true;
}

/* The most visited block of a path that went on too long names the loop. */
static uint64_t
busiest_block(const struct state *s)
{
	uint64_t best = s->pc, best_visits = 0;
	unsigned sampled = 0;

	for (const struct step *a = s->steps; a != NULL && sampled < 64; a = a->before, sampled++) {
		uint64_t visits = 0;

		for (const struct step *b = s->steps; b != NULL; b = b->before)
			visits += b->address == a->address;
		if (visits > best_visits) {
			best_visits = visits;
			best = a->address;
		}
	}
	return best;
}

static bool
within_limits(struct exec *x, struct state *s)
{
	if (s->blocks >= x->limits.blocks_per_path) {
		x->instruction = busiest_block(s);
		exec_refuse(x, s, "a loop here does not end within the bound of %" PRIu64 " blocks on one path: give it "
			"a constant bound", x->limits.blocks_per_path);
		return false;
	}
	if (s->decisions != NULL && s->decisions->depth > x->limits.forks_per_path) {
		x->instruction = busiest_block(s);
		exec_refuse(x, s, "a loop here goes on for more than %u turns whose end depends on unknowns: give it a small "
			"constant bound", x->limits.forks_per_path);
		return false;
	}
	if (x->returned_count >= x->limits.paths) {
		exec_refuse(x, s, "more than %" PRIu64 " paths", x->limits.paths);
		return false;
	}
	return true;
}

static void
finish(struct exec *x, struct state *s)
{
	s->next = x->returned;
	x->returned = s;
	x->returned_count++;
	if (x->progress != NULL)
		x->progress(x->progress_context, x->returned_count, 0);
}

/* Follows one state until it ends or hands over to successors on the work list. */
static void
follow(struct exec *x, struct state *s)
{
	for (;;) {
		const char *import;

		if (s->pc == x->stop) {
			finish(x, s);
			return;
		}
		if (!within_limits(x, s))
			return;
		import = program_import(x->program, s->pc);
		if (import != NULL) {
			x->import(x, s, import);
			return;
		}
		if (s->entered && summary_try(x, s))
			continue;
		if (step_block(x, s) == STEPPED_ENDED)
			return;
	}
}

void
exec_run(struct exec *x, struct state *s)
{
	exec_enqueue(x, s);
	while (x->work != NULL) {
		struct state *next = x->work;

		x->work = next->next;
		next->next = NULL;
		follow(x, next);
	}
}

void
exec_clear(struct exec *x)
{
	while (x->returned != NULL) {
		struct state *next = x->returned->next;

		state_free(x->returned);
		x->returned = next;
	}
	while (x->findings != NULL) {
		struct finding *next = x->findings->next;

		state_free(x->findings->state);
		free(x->findings);
		x->findings = next;
	}
	x->returned_count = x->finding_count = 0;
}
