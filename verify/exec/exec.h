/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/exec/exec.h -- runs machine code on symbolic states, path by path.
 *
 * From a state at a function's entry to every state in which it has returned. What may go wrong on the way
 * is a finding: a violation (with the state in which it happens) or a refusal (what is not understood).
 * No path is lost silently: each ends as a returned state, in a finding, or is proved infeasible. */
#ifndef VERIFY_EXEC_EXEC_H
#define VERIFY_EXEC_EXEC_H

#include "base/err.h"
#include "verify/lift/program.h"
#include "verify/state/listed.h"
#include "verify/state/state.h"

#define EXEC_RETURN_ADDRESS 0x7fff0000ull /* where an entry function returns to */

enum finding_kind {
	FINDING_VIOLATION, /* the code does what it must not: state->path is a case in which it does */
	FINDING_REFUSAL,   /* the engine does not understand: nothing is claimed about this path */
};

struct finding {
	struct finding *next;
	enum finding_kind kind;
	const char *what;    /* "access outside owned memory" … */
	char text[512];      /* the whole sentence, with place */
	uint64_t address;    /* of the instruction */
	struct state *state; /* owned */
};

struct exec_limits {
	uint64_t blocks_per_path; /* a path longer than this is refused: a loop without bound */
	unsigned forks_per_path;  /* likewise one that went along with more undecided conditions than this */
	uint64_t paths;
};

struct exec {
	struct terms *terms;
	struct smt *smt;
	struct program *program;
	struct space space;
	struct exec_limits limits;
	unsigned stack;            /* region */
	uint64_t instruction;      /* the one being executed */
	/* what a packet call knows; NULL terms outside of one */
	term now, now_before, ports;
	const struct list_option *list; /* the program's list options */
	unsigned lists;
	int packet_region, packet_struct; /* -1: none */
	bool read_only;            /* nothing but the stack may be written (nf_hint) */
	bool in_init;
	/* results */
	struct state *returned;
	uint64_t returned_count;
	struct finding *findings;
	uint64_t finding_count;
	struct state *work;
	uint64_t stop;             /* a state that comes here has returned */
	uint64_t unjoined[16];     /* functions that asked to be summarised and cannot be */
	unsigned unjoined_count;
	uint64_t summaries;
	/* An imported function was called: what it means is not this room's business. Takes the state over: it goes on
	 * through exec_return, or ends. */
	void (*import)(struct exec *x, struct state *s, const char *name);
	/* called now and then, for progress; may be NULL */
	void (*progress)(void *context, uint64_t paths, uint64_t waiting);
	void *progress_context;
};

/* Loads the program's segments as regions and makes a stack. */
void exec_init(struct exec *x, struct terms *ts, struct smt *smt, struct program *program);

/* A state with nothing but a stack and arbitrary registers, about to enter a function with up to six
 * integer arguments. */
struct state *exec_enter(struct exec *x, const struct state *from, uint64_t function, const term *args, unsigned count);

/* Runs it (taken over) and everything it forks into to the end. Results are appended to x->returned and
 * x->findings. */
void exec_run(struct exec *x, struct state *s);

void exec_clear(struct exec *x); /* frees returned and findings */

/* For models and stepping: */

/* Continues this state later. */
void exec_enqueue(struct exec *x, struct state *s);
/* Records a finding and ends the state (taken over). */
void exec_refuse(struct exec *x, struct state *s, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Demands that a condition hold on this state. Where it may fail, that is a violation, with a copy of the
 * state in which it fails; the state then goes on with what holds. False: it cannot hold at all, and the state was
 * ended (freed). */
bool exec_demand(struct exec *x, struct state *s, term condition, const char *what, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Memory as the code sees it, every access demanded to be inside what it owns. False / NULL: the state has ended. */
term exec_load(struct exec *x, struct state *s, term address, unsigned size);
bool exec_store(struct exec *x, struct state *s, term address, term value);
/* The imported function returns (result NULL: nothing); registers that a callee may change are forgotten. Takes the
 * state over. */
void exec_return(struct exec *x, struct state *s, term result);
/* What a caller must not count on after a call. */
void exec_forget_registers(struct exec *x, struct state *s);
/* "file:line (function)" of an address; of an imported function, its name. */
const char *exec_where(const struct exec *x, uint64_t address);

#endif
