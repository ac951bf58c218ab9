/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/inside.h -- inside verify/prove only. */
#ifndef VERIFY_PROVE_INSIDE_H
#define VERIFY_PROVE_INSIDE_H

#include <stdio.h>

#include "verify/prove/crew.h"
#include "verify/prove/verify.h"
#include "verify/state/cases.h"
#include "verify/term/rename.h"

#define FAILING_CASES 24 /* kept of a goal */
#define PROVER_SAID 64    /* invariants of the specification, once for each table */
#define FAILING_A_PATH 2 /* of these, of one path: others are likelier to be reachable than more of the same */

/* A case in which the goal fails. Whether its state can be reached is another question. */
struct failing {
	struct state *state;      /* with the failure among its conjuncts; owned */
	struct model *model;      /* owned */
	const struct state *path; /* the function's path that it belongs to */
	char reason[512];
};

struct search;

struct prover {
	const struct verify_request *request;
	struct verdict *verdict;
	struct subject subject;
	struct spec *spec;
	struct goal *goal; /* the one being worked on */
	int property;
	const struct state *path; /* the function's path being worked on */
	struct failing failing[FAILING_CASES];
	unsigned failures;
	struct infer_limits limits;
	struct infer_said said[PROVER_SAID];
	unsigned saids;
	term later; /* a time after this packet's */
	struct search *search; /* made when first needed; owned */
	struct crew *crew;     /* the processes that share out the paths; NULL before they do */
	unsigned which;        /* of them, this one */
	uint64_t claim;        /* path of the goal in work that is this process's */
	struct verdict *whole; /* of all of them */
	FILE *questions;       /* that Z3 answered "cannot be", for a second solver; NULL: nobody asked for one */
	char questions_file[256];
};

struct goal *prover_goal(struct prover *p, const char *name, const char *title);
/* The goal is not proved, for this reason; a worse verdict, or an earlier reason, stays. */
void prover_fails(struct prover *p, enum verdict_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* True: no more failing cases of the path in work would be kept, so `what` is not asked of it. The goal is not proved then:
 * the cases that are kept have seen to that, and so does this. */
bool prover_skips(struct prover *p, const char *what);
/* In this state, if not `demanded`, the goal fails; model (taken over) is an example. Refuted at once if few packets
 * lead there; otherwise the case is kept. */
void prover_violated(struct prover *p, const struct state *s, term demanded, struct model *model, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Looks farther for packets that lead to one of the cases kept, and drops them. True: the goal is refuted. */
bool prover_settle(struct prover *p);
/* Shows one obligation on a state's path; what fails is recorded with its case. */
void prover_oblige(struct prover *p, struct state *s, term condition, const char *what);

/* What fields of tables may be bounded by, for verify/infer. */
void find_limits(struct prover *p, struct infer_limits *limits);

/* The specification's invariants become candidates for verify/infer. False: one cannot be (the verdict's err). */
bool said_propose(struct prover *p);
/* Shows one of them, path by path. */
void said_check(struct prover *p, unsigned index);
void said_end(struct prover *p);
/* An entry of unknowns, the holes of what is said of every entry: SAID_HOLES of them. */
void said_entry(struct prover *p, const struct table *table, struct spec_entry *e, term *hole);

/* What might be said of every entry of a table such that the case could not be; "": nothing was found. */
void missing_invariant(struct prover *p, const struct failing *failing, char *text, size_t room);

/* The options as specifications see them; values: OPTIONS_MAX of them. Answers how many. */
unsigned prover_option_values(const struct subject *u, struct spec_value *values);

/* What the Python and the C side declare must be the same. */
bool agree_check(struct prover *p);

/* Compares one specification case with what the function did. */
void compare_outcome(struct prover *p, struct state *end, struct spec_case *found, const struct spec_input *input);

/* Looks for `earlier` packets that lead from nf_init to a failing case; if the request's `confirm` agrees, they are
 * the verdict's counterexample. False: none was found, or the goal's time for searching is over. */
bool reach(struct prover *p, const struct failing *failing, unsigned earlier);
/* A case that nothing was shown to reach becomes the verdict's counterexample, if there is none. */
void reach_in_vain(struct prover *p, const struct failing *failing);
void reach_new_goal(struct prover *p); /* its time for searching begins anew */
void reach_end(struct prover *p);

/* Adds a packet of a counterexample, and the records of lists that it meets: its path, renamed, in a model. */
void show_leg(struct prover *p, const struct state *end, struct rename *rename, struct model *m, struct counterexample *c);
/* The rest of it: configuration, the state before the failing packet, its way through the source. */
void show_case(struct prover *p, const struct state *failing, struct model *m, struct counterexample *c);

/* No byte that is sent is what the free space around the packet held. */
void check_leaks(struct prover *p);

/* Makes a file in TMPDIR or /tmp to write to; its path goes to `path`. NULL: none can be made. */
FILE *prover_temporary(const char *what, char *path, size_t size);

/* From now on this process keeps the questions that its proof rests on, if a second opinion is wanted. */
void certify_start(struct prover *p);
/* Asks for it: one more goal. */
void certify_end(struct prover *p);
/* There is nothing to certify after all. */
void certify_drop(struct prover *p);

/* Runs every path's prediction on the real CPU. False: the request names nothing to do that with, so it is no goal. */
bool replay_paths(struct prover *p);

#endif
