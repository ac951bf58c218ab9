/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs drivers (test/agree/agree.h) and says whether all that they check holds.
 *
 * Usage: agree [--first] DRIVER.so...
 *
 * --first: the first case in which a driver disagrees is enough. */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/agree/inside.h"
#include "verify/model/model.h"
#include "verify/prove/options.h"
#include "verify/state/cases.h"

#define SOLVER_MS 20000
#define TRAIL 64
#define SHOWN 5 /* cases in which a driver disagrees */
#define AGREE_POINTER 65u

static bool first_only;

term
agreement_arg(const struct state *s, unsigned n)
{
	static const enum ir_reg passed[] = { IR_RDI, IR_RSI, IR_RDX, IR_RCX, IR_R8, IR_R9 };

	return s->reg[passed[n]];
}

unsigned
agreement_object(const struct state *s, enum object_kind kind)
{
	unsigned index;

	if (state_object(s, agreement_arg(s, 0), &index) == NULL || s->object[index].kind != kind) {
		fprintf(stderr, "the driver names an object that is none\n");
		exit(3);
	}
	return index;
}

static term
read_at(struct agreement *a, struct state *s, const char *symbol, uint64_t offset, unsigned size)
{
	const uint64_t address = program_symbol(a->x.program, symbol);
	term at;
	const int region = space_find(&a->x.space, term_const(a->x.terms, 64, address + offset), &at);

	if (address == 0 || region < 0) {
		fprintf(stderr, "the driver exports no %s\n", symbol);
		exit(3);
	}
	return memory_read(&a->x.space, &s->memory, &s->path, (unsigned)region, at, size);
}

term
agreement_number(struct agreement *a, struct state *s, const char *symbol, uint64_t offset)
{
	return read_at(a, s, symbol, offset, 8);
}

void
agreement_oblige(struct agreement *a, const struct state *state, term condition, const char *what)
{
	struct state *s;

	a->figures->obligations++;
	if (term_is_true(condition))
		return;
	s = state_fork(state);
	if (exec_demand(&a->x, s, condition, "disagreement", "%s", what))
		state_free(s);
}

/* All that was stated of a state since then, as one condition. */
static term
stated(struct agreement *a, const struct state *s, size_t conjuncts)
{
	term all = term_bool(a->x.terms, true);

	for (size_t i = conjuncts; i < s->path.count; i++)
		all = term_and(a->x.terms, all, s->path.conjunct[i]);
	return all;
}

void
agreement_oblige_stated(struct agreement *a, const struct state *s, size_t conjuncts, const char *what)
{
	struct state *before = state_fork(s);

	before->path.count = conjuncts;
	agreement_oblige(a, before, stated(a, s, conjuncts), what);
	state_free(before);
}

/* Whether a state that a model goes on with answers what the real call did. */
static term
answers(struct agreement *a, struct state *before, const struct state *after)
{
	struct terms *ts = a->x.terms;
	const term bits = agreement_number(a, before, "agree_bits", 0), value = agreement_number(a, before, "agree_answer", 0);
	const term result = after->reg[IR_RAX];

	if (bits->value == 0)
		return term_bool(ts, true);
	if (bits->value == AGREE_POINTER)
		return term_ne(ts, result, term_const(ts, 64, 0));
	return term_eq(ts, term_extract(ts, result, 0, (unsigned)bits->value),
		term_extract(ts, value, 0, (unsigned)bits->value));
}

/* The states that a model has added to the work before `others`: those that cannot answer so are dropped. */
static void
take_answers(struct agreement *a, struct state *before, struct state *others)
{
	struct terms *ts = a->x.terms;
	struct state **at = &a->x.work;
	term some = term_bool(ts, false);

	while (*at != others) {
		struct state *s = *at;
		const term same = answers(a, before, s);

		some = term_or(ts, some, term_and(ts, stated(a, s, before->path.count), same));
		if (path_can(&s->path, same, NULL)) {
			path_assume(&s->path, same, NULL);
			at = &s->next;
			continue;
		}
		*at = s->next;
		state_free(s);
	}
	agreement_oblige(a, before, some, "the model allows neither this answer nor this state");
}

static void
call_model(struct agreement *a, struct state *s, const char *name)
{
	struct exec *x = &a->x;
	struct state *const others = x->work, *const before = state_fork(s);
	const size_t length = strlen(name);

	a->figures->calls++;
	x->now = agreement_number(a, s, "agree_now", 0);
	x->now_before = agreement_number(a, s, "agree_before", 0);
	x->ports = program_symbol(x->program, "agree_ports") == 0 ? NULL : agreement_number(a, s, "agree_ports", 0);
	x->in_init = length > 4 && strcmp(name + length - 4, "_new") == 0;
	model_import(x, s, name);
	take_answers(a, before, others);
	state_free(before);
}

/* Each number below n, on a path of its own. */
static void
pick(struct agreement *a, struct state *s)
{
	const term n = agreement_arg(s, 0);

	if (!term_is_const(n) || n->value == 0) {
		exec_refuse(&a->x, s, "agree_pick: how many is no constant");
		return;
	}
	for (uint64_t i = n->value; i-- > 1;)
		exec_return(&a->x, state_fork(s), term_const(a->x.terms, 64, i));
	exec_return(&a->x, s, term_const(a->x.terms, 64, 0));
}

static void
any_in(struct agreement *a, struct state *s)
{
	const term low = agreement_arg(s, 0), high = agreement_arg(s, 1);

	if (!term_is_const(low) || !term_is_const(high) || low->value > high->value)
		exec_refuse(&a->x, s, "agree_any_in: no constant range");
	else
		exec_return(&a->x, s, term_var_in(a->x.terms, 64, "any", low->value, high->value));
}

/* A truth value that the driver passes: its low bit, for the rest of the register is left over. */
static term
truth(const struct agreement *a, const struct state *s)
{
	return term_ne(a->x.terms, term_extract(a->x.terms, agreement_arg(s, 0), 0, 8), term_const(a->x.terms, 8, 0));
}

static void
assume(struct agreement *a, struct state *s)
{
	const term holds = truth(a, s);
	struct model *model;

	if (!path_can(&s->path, holds, &model)) {
		state_free(s);
		return;
	}
	path_assume(&s->path, holds, model);
	exec_return(&a->x, s, NULL);
}

static void
assume_other(struct agreement *a, struct state *s)
{
	struct terms *ts = a->x.terms;
	const term p = agreement_arg(s, 0), q = agreement_arg(s, 1), words = agreement_arg(s, 2);
	term same = term_bool(ts, true);

	for (uint64_t i = 0; i < words->value; i++) {
		const term at = term_const(ts, 64, 8 * i);
		const term x = exec_load(&a->x, s, term_add(ts, p, at), 8), y = exec_load(&a->x, s, term_add(ts, q, at), 8);

		if (x == NULL || y == NULL)
			return;
		same = term_and(ts, same, term_eq(ts, x, y));
	}
	path_assume(&s->path, term_not(ts, same), NULL);
	exec_return(&a->x, s, NULL);
}

static void
check(struct agreement *a, struct state *s)
{
	const term what = agreement_arg(s, 1);
	char text[96] = "";

	for (unsigned i = 0; term_is_const(what) && i + 1 < sizeof text; i++) {
		const term byte = exec_load(&a->x, s, term_const(a->x.terms, 64, what->value + i), 1);

		if (byte == NULL)
			return;
		text[i] = (char)byte->value;
		if (byte->value == 0)
			break;
	}
	a->figures->obligations++;
	if (exec_demand(&a->x, s, truth(a, s), "disagreement", "%s", text))
		exec_return(&a->x, s, NULL);
}

static void apart(struct agreement *a, struct state *s);

static void
any(struct agreement *a, struct state *s)
{
	exec_return(&a->x, s, term_var(a->x.terms, 64, "any"));
}

static void
drop(struct agreement *a, struct state *s)
{
	(void)a;
	state_free(s);
}

static void
model_vig(struct agreement *a, struct state *s)
{
	exec_return(&a->x, s, term_const(a->x.terms, 64, MODEL_VIG_HANDLE));
}

static const struct {
	const char *name;
	void (*means)(struct agreement *a, struct state *s);
} calls[] = {
	{ "agree_any", any },
	{ "agree_any_in", any_in },
	{ "agree_pick", pick },
	{ "agree_assume", assume },
	{ "agree_assume_other", assume_other },
	{ "agree_check", check },
	{ "agree_apart", apart },
	{ "agree_drop", drop },
	{ "agree_model_vig", model_vig },
	{ "agree_table_begin", agreement_table_begin },
	{ "agree_table_end", agreement_table_end },
	{ "agree_pairs_begin", agreement_pairs_begin },
	{ "agree_list_begin", agreement_list_begin },
};

/* What is none of these is memcpy and the like, or refused. */
static void
import(struct exec *x, struct state *s, const char *name)
{
	struct agreement *a = (struct agreement *)x;

	if (strncmp(name, "model_", 6) == 0) {
		call_model(a, s, name + 6);
		return;
	}
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (strcmp(name, calls[i].name) == 0) {
			calls[i].means(a, s);
			return;
		}
	model_import(x, s, name);
}

/* Of the processor, with that of the processes that were waited for. */
static double
seconds_used(void)
{
	double seconds = 0;

	for (int who = 0; who < 2; who++) {
		struct rusage usage;

		getrusage(who == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage);
		seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
	}
	return seconds;
}

static void
show_finding(struct agreement *a, struct finding *f)
{
	char trail[TRAIL + 1] = "";

	for (unsigned i = 0; i < TRAIL; i++)
		trail[i] = (char)read_at(a, f->state, "agree_trail", i, 1)->value;
	printf("  %s\n    after %s\n", f->text, trail);
	fflush(stdout);
}

/* What this process has found, and has not told of. */
static void
tell(struct agreement *a)
{
	struct agreement_figures *const figures = a->figures;

	for (struct finding *f = a->x.findings; f != NULL; f = f->next)
		if (figures->findings++ < SHOWN)
			show_finding(a, f);
	figures->questions += smt_figures(a->x.smt).solved;
	smt_restart_figures(a->x.smt);
	exec_clear(&a->x);
}

/* Paths are counted and let go as they end. */
static void
ended(void *context, uint64_t paths, uint64_t waiting)
{
	struct agreement *a = context;

	(void)paths;
	(void)waiting;
	a->figures->paths++;
	if (a->figures->paths % 1000 == 0 && getenv("AGREE_PROGRESS") != NULL)
		fprintf(stderr, "%" PRIu64 " paths, %" PRIu64 " obligations, %" PRIu64 " questions, %zu terms\n", a->figures->paths,
			a->figures->obligations, a->figures->questions, terms_count(a->x.terms));
	tell(a);
}

/* A process of its own goes on with the state: its terms are forgotten when it ends, and every model's values with them. */
static void
apart(struct agreement *a, struct state *s)
{
	int status = 0;
	pid_t child;

	tell(a);
	if (first_only && a->figures->findings > 0) {
		state_free(s);
		return;
	}
	fflush(NULL);
	child = fork();
	if (child == 0) {
		a->x.work = NULL;
		exec_return(&a->x, s, NULL);
		a->apart = true;
		return;
	}
	state_free(s);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		printf("  a process was lost\n");
		a->figures->findings++;
	}
}

/* "flow_k1v2_1x4_3" of ".../agree_flow_k1v2_1x4_3.so". */
static const char *
driver_name(const char *path)
{
	static char name[64];
	const char *slash = strrchr(path, '/');

	path = slash == NULL ? path : slash + 1;
	snprintf(name, sizeof name, "%s", strncmp(path, "agree_", 6) == 0 ? path + 6 : path);
	name[strcspn(name, ".")] = '\0';
	return name;
}

/* One write, so that lines of drivers that run at once stay whole. */
static bool
report(const struct agreement_figures *f, const char *path, double seconds)
{
	char line[200];
	int n = snprintf(line, sizeof line, "%-20s %8" PRIu64 " %11" PRIu64 " %9" PRIu64 " %-9s %7.1f\n", driver_name(path),
		f->paths, f->obligations, f->questions, f->findings > 0 ? "DISAGREES" : f->paths == 0 ? "EMPTY" : "agrees", seconds);

	if (f->findings > 0)
		n += snprintf(line + n, sizeof line - (size_t)n, "  %" PRIu64 " such cases\n", f->findings);
	fwrite(line, 1, (size_t)n, stdout);
	fflush(stdout);
	return f->findings == 0 && f->paths > 0;
}

/* The engine lets a network function write no globals; a driver's are libVig's memory. */
static void
own_globals(struct exec *x)
{
	for (unsigned i = 0; i < program_segments(x->program); i++)
		x->space.region[i].writable = program_segment(x->program, i)->writable;
}

static bool
run(const char *path)
{
	const double start = seconds_used();
	struct agreement a = { .figures = mmap(NULL, sizeof *a.figures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) };
	struct err err = { "" };
	struct options options = { .count = 0 };
	struct program *program = program_open(path, &err);
	struct terms *ts;
	bool agrees;

	if (program == NULL || program_symbol(program, "agree_main") == 0) {
		printf("%s: %s\n", path, program == NULL ? err.text : "no driver");
		return false;
	}
	ts = terms_new();
	exec_init(&a.x, ts, smt_new(ts, SOLVER_MS), program);
	own_globals(&a.x);
	if (program_symbol(program, "nf_options") != 0 && !options_read(program, &options, &err)) {
		printf("%s: %s\n", path, err.text);
		return false;
	}
	a.x.list = options.list;
	a.x.lists = options.lists;
	a.x.import = import;
	a.x.progress = ended;
	a.x.progress_context = &a;
	exec_run(&a.x, exec_enter(&a.x, NULL, program_symbol(program, "agree_main"), NULL, 0));
	tell(&a);
	if (a.apart)
		exit(0);
	agrees = report(a.figures, path, seconds_used() - start);
	smt_free(a.x.smt);
	terms_free(ts);
	program_close(program);
	return agrees;
}

int
main(int argc, char **argv)
{
	bool all = argc > 1;

	mallopt(M_MMAP_THRESHOLD, 1 << 28); /* memory that goes back to the kernel comes back as pages to clear */
	mallopt(M_TRIM_THRESHOLD, 1 << 28);
	first_only = argc > 1 && strcmp(argv[1], "--first") == 0;
	for (int i = 1 + first_only; i < argc; i++)
		all = run(argv[i]) && all;
	return all ? 0 : 1;
}
