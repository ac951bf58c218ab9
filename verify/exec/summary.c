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
#include "verify/state/cases.h"

#define MAX_CASES 512
#define FEW_CASES 8 /* up to here one term says it all */

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

/* Places where every case's value falls apart: a packed answer's fields become answers of their own. Writes the
 * widths of the fields, lowest first; answers how many. */
static unsigned
seams(const struct results *r, enum ir_reg reg, unsigned *widths)
{
	uint64_t everywhere = UINT64_MAX; /* bit b: a field may start at bit b */
	unsigned n = 0, start = 0;

	for (unsigned i = 0; i < r->count; i++) {
		const term value = r->state[i]->reg[reg];
		uint64_t here = term_is_const(value) ? UINT64_MAX : 1;
		unsigned at = 0;

		for (unsigned k = value->op == TERM_CONCAT ? value->count : 0; k-- > 0; at += value->args[k]->width)
			for (unsigned b = 0; b < (term_is_const(value->args[k]) ? value->args[k]->width : 1); b++)
				here |= (uint64_t)1 << (at + b);
		everywhere &= here;
	}
	for (unsigned bit = 8; bit <= 64; bit += 8) {
		if (bit < 64 && !(everywhere >> bit & 1))
			continue;
		widths[n++] = bit - start;
		start = bit;
	}
	return n;
}

/* Cuts a register's value into answers, in each case. */
static unsigned
cut(struct terms *ts, const struct results *r, enum ir_reg reg, struct one_case *one, unsigned answers)
{
	unsigned widths[8], low = 0;
	const unsigned n = seams(r, reg, widths);

	for (unsigned w = 0; w < n; low += widths[w++])
		for (unsigned i = 0; i < r->count; i++)
			one[i].answer[answers + w] = term_extract(ts, r->state[i]->reg[reg], low, widths[w]);
	return answers + n;
}

/* The cases as guards and answers: first rax's fields, then rdx's. */
static unsigned
as_cases(struct terms *ts, const struct results *r, struct one_case *one, term (*guard)[96], unsigned *rax_fields)
{
	for (unsigned i = 0; i < r->count; i++) {
		for (unsigned d = 0; d < r->decisions[i]; d++)
			guard[i][d] = r->decision[i][d]->condition;
		one[i].guard = guard[i];
		one[i].guards = r->decisions[i];
	}
	*rax_fields = cut(ts, r, IR_RAX, one, 0);
	return cut(ts, r, IR_RDX, one, *rax_fields);
}

/* Facts of the form answer <= argument and argument <= answer that every case has. */
static void
assume_order(struct exec *x, struct state *s, const struct results *r, const struct cases *c, unsigned answer)
{
	static const enum ir_reg passed[] = { IR_RDI, IR_RSI, IR_RDX, IR_RCX, IR_R8, IR_R9 };

	if (c->unknown[answer]->width != 64 || term_is_const(c->unknown[answer]))
		return;
	for (unsigned p = 0; p < 6; p++) {
		const term argument = s->reg[passed[p]];
		bool above = true, below = true;

		for (unsigned i = 0; i < r->count && (above || below); i++) {
			const term answered = c->one[i].answer[answer];
			const struct linear_facts *known = &r->state[i]->path.linear;

			below = below && linear_implied(x->terms, known, term_ule(x->terms, answered, argument));
			above = above && linear_implied(x->terms, known, term_ule(x->terms, argument, answered));
		}
		if (below)
			path_assume(&s->path, term_ule(x->terms, c->unknown[answer], argument), NULL);
		if (above)
			path_assume(&s->path, term_ule(x->terms, argument, c->unknown[answer]), NULL);
	}
}

/* The joined answers: each as one term when the cases are few, otherwise unknowns with the cases aside. */
static void
answers_of(struct exec *x, struct state *s, const struct results *r, struct one_case *one, unsigned answers, term *out)
{
	const struct cases *const outer = s->path.cases;
	const struct cases *c = cases_add(&s->path, one, r->count, answers);
	bool aside = false;

	for (unsigned a = 0; a < answers; a++) {
		const bool known = !term_is_const(c->unknown[a]) && (r->count <= FEW_CASES || c->met[a]);

		out[a] = known ? c->defined[a] : c->unknown[a];
		aside = aside || (!known && !term_is_const(c->unknown[a]));
	}
	if (!aside) {
		s->path.cases = (struct cases *)outer;
		return;
	}
	for (unsigned a = 0; a < answers; a++)
		assume_order(x, s, r, c, a);
}

static term
assembled(struct terms *ts, const term *answer, unsigned from, unsigned to)
{
	term value = answer[from];

	for (unsigned a = from + 1; a < to; a++)
		value = term_concat(ts, answer[a], value);
	return value;
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

static void
apply(struct exec *x, struct state *s, const struct results *r, uint64_t return_address)
{
	struct one_case *one = calloc(r->count, sizeof *one);
	term (*guard)[96] = calloc(r->count, sizeof *guard), answer[CASES_ANSWERS], rax, rdx;
	unsigned rax_fields, answers;

	if (one == NULL || guard == NULL)
		abort();
	answers = as_cases(x->terms, r, one, guard, &rax_fields);
	answers_of(x, s, r, one, answers, answer);
	rax = assembled(x->terms, answer, 0, rax_fields);
	rdx = assembled(x->terms, answer, rax_fields, answers);
	free(one);
	free(guard);
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
	done = collect(x, s, x->returned, r);
	if (done)
		apply(x, s, r, back->value);
	else if ( x->unjoined_count < 16)
		x->unjoined[x->unjoined_count++] = s->pc;
	free(r);
	free_list(x->returned);
	x->returned = returned;
	x->returned_count = returned_count;
	return done;
}
