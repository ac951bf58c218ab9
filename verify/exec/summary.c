/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function without side effects, entered once and left once: its paths are explored and what they answer is
 * joined into one term, so that a caller sees one path instead of dozens.
 *
 * Nothing is lost: every path of the function either returns (and is a case of the joined term, under
 * exactly the decisions that lead to it) or ends in a finding, as without joining. Joining is refused
 * when a path changed anything but its own frame and the registers that a callee may change. */
#include <stdlib.h>
#include <string.h>

#include "verify/exec/step.h"

#define MAX_CASES 512

struct results {
	struct state *state[MAX_CASES];
	const struct decision *decision[MAX_CASES][96]; /* since entry, oldest first */
	unsigned decisions[MAX_CASES];
	unsigned count;
};

static const enum ir_reg kept[] = { IR_RBX, IR_RBP, IR_R12, IR_R13, IR_R14, IR_R15 };

static bool
asks(const struct exec *x, uint64_t pc)
{
	for (unsigned i = 0; i < x->unjoined_count; i++)
		if (x->unjoined[i] == pc)
			return false;
	return strcmp(program_section(x->program, pc), "vigor_summary") == 0;
}

/* Whether only the function's own frame was written: constant stack offsets below where it was entered. */
static bool
frame_only(const struct exec *x, const struct state *entry, const struct state *end)
{
	const uint64_t top = entry->reg[IR_RSP]->value - x->space.region[x->stack].origin;

	for (unsigned r = 0; r < x->space.count; r++) {
		if (r != x->stack && entry->memory.newest[r] != end->memory.newest[r])
			return false;
	}
	for (const struct write *w = end->memory.newest[x->stack]; w != entry->memory.newest[x->stack]; w = w->before)
		if (!term_is_const(w->offset) || (int64_t)w->offset->value + w->value->width / 8 > (int64_t)top)
			return false;
	return true;
}

static bool
joinable(const struct exec *x, const struct state *entry, const struct state *end)
{
	if (end->reg[IR_RSP] != term_add(x->terms, entry->reg[IR_RSP], term_const(x->terms, 64, 8)))
		return false;
	for (unsigned i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (entry->reg[kept[i]] != end->reg[kept[i]])
			return false;
	return entry->calls == end->calls && entry->objects == end->objects && frame_only(x, entry, end);
}

static bool
collect(const struct exec *x, const struct state *entry, struct state *returned, struct results *r)
{
	const unsigned before = entry->decisions == NULL ? 0 : entry->decisions->depth;

	for (struct state *s = returned; s != NULL; s = s->next) {
		const unsigned n = (s->decisions == NULL ? 0 : s->decisions->depth) - before;
		const struct decision *d = s->decisions;

		if (r->count == MAX_CASES || n > 96 || !joinable(x, entry, s))
			return false;
		for (unsigned i = n; i-- > 0; d = d->before)
			r->decision[r->count][i] = d;
		r->decisions[r->count] = n;
		r->state[r->count++] = s;
	}
	return r->count > 0;
}

/* The register's value over cases from .. to - 1, which agree in their first `level` decisions. Cases are in the
 * order in which the paths ended, so those that share a decision stand together. NULL: they do not. */
static term
join(struct terms *ts, const struct results *r, unsigned from, unsigned to, unsigned level, enum ir_reg reg)
{
	unsigned split = from;
	term condition, then, otherwise;

	if (to - from == 1)
		return r->state[from]->reg[reg];
	if (r->decisions[from] <= level)
		return NULL;
	condition = r->decision[from][level]->condition;
	while (split < to && r->decisions[split] > level && r->decision[split][level]->condition == condition)
		split++;
	for (unsigned i = split; i < to; i++)
		if (r->decisions[i] <= level || r->decision[i][level]->condition != term_not(ts, condition))
			return NULL;
	then = join(ts, r, from, split, level + 1, reg);
	otherwise = split == to ? then : join(ts, r, split, to, level + 1, reg);
	return then == NULL || otherwise == NULL ? NULL : term_ite(ts, condition, then, otherwise);
}

/* Runs the function from a copy of the state until it returns; the results are on x->returned. */
static void
explore(struct exec *x, const struct state *s, uint64_t return_address)
{
	struct state *const work = x->work;
	const uint64_t stop = x->stop;
	struct state *entry = state_fork(s);

	entry->entered = false;
	entry->path.hasty = true; /* an infeasible case is an arm never taken: cheaper to keep than to disprove */
	x->work = NULL;
	x->stop = return_address;
	exec_run(x, entry);
	x->work = work;
	x->stop = stop;
}

static void
free_list(struct state *s)
{
	while (s != NULL) {
		struct state *next = s->next;

		state_free(s);
		s = next;
	}
}

static bool
apply(struct exec *x, struct state *s, const struct results *r, uint64_t return_address)
{
	const term rax = join(x->terms, r, 0, r->count, 0, IR_RAX), rdx = join(x->terms, r, 0, r->count, 0, IR_RDX);

	if (rax == NULL || rdx == NULL)
		return false;
	for (unsigned i = 0; i < r->count; i++)
		s->instructions = s->instructions > r->state[i]->instructions ? s->instructions
									     : r->state[i]->instructions;
	exec_forget_registers(x, s);
	s->reg[IR_RAX] = rax;
	s->reg[IR_RDX] = rdx;
	s->reg[IR_RSP] = term_add(x->terms, s->reg[IR_RSP], term_const(x->terms, 64, 8));
	s->pc = return_address;
	s->depth--;
	s->entered = false;
	x->summaries++;
	return true;
}

bool
summary_try(struct exec *x, struct state *s)
{
	struct state *const returned = x->returned;
	const uint64_t returned_count = x->returned_count;
	struct results *r;
	term back;
	bool done;

	s->entered = false;
	if (!asks(x, s->pc) || !term_is_const(s->reg[IR_RSP]))
		return false;
	back = memory_read(&x->space, &s->memory, &s->path, x->stack, term_sub(x->terms, s->reg[IR_RSP],
		term_const(x->terms, 64, x->space.region[x->stack].origin)), 8);
	if (back == NULL || !term_is_const(back))
		return false;
	x->returned = NULL;
	explore(x, s, back->value);
	r = calloc(1, sizeof *r);
	if (r == NULL)
		abort();
	done = collect(x, s, x->returned, r) && apply(x, s, r, back->value);
	if (!done && x->unjoined_count < 16)
		x->unjoined[x->unjoined_count++] = s->pc;
	free(r);
	free_list(x->returned);
	x->returned = returned;
	x->returned_count = returned_count;
	return done;
}
