/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/cases.h -- what a joined function answers, kept apart from the paths that use it.
 *
 * A function with many cases (a walk over headers) answers unknowns, and its cases stand aside: "under
 * these guards the answers are these terms". Most questions about a path need only what holds of the unknowns in
 * every case; the few that need more add the definition. Leaving a definition out forgets something, so UNSAT
 * stays UNSAT; whoever needs SAT adds it. */
#ifndef VERIFY_STATE_CASES_H
#define VERIFY_STATE_CASES_H

#include "verify/state/path.h"

#define CASES_ANSWERS 16

struct one_case {
	const term *guard; /* all hold; exactly one case's guards do */
	unsigned guards;
	term answer[CASES_ANSWERS];
};

struct cases {
	struct cases *before; /* on the same path */
	unsigned id;
	unsigned count, answers;
	struct one_case *one; /* count of them, in order of exploration */
	term unknown[CASES_ANSWERS];
	term defined[CASES_ANSWERS]; /* the answers as one term each */
	bool met[CASES_ANSWERS];     /* that term is one sum, or a question about one: as good as any, so nobody needs the unknown */
	bool needed[CASES_ANSWERS];  /* while a model is looked for */
	struct linear_facts facts;   /* what the path said of sums when the function was called: holds on every path that
	                                has these cases */
};

/* Copies the cases, makes the unknowns with the bounds that all cases have, and puts it all on the path.
 * Answers of one bit stay one bit. */
struct cases *cases_add(struct path *path, const struct one_case *one, unsigned count, unsigned answers);

/* A model of the path with all definitions: case by case, the plainest first. NULL: none was found. *result:
 * SMT_UNSAT if there is none. */
struct model *cases_model(struct path *path, uint64_t seed, enum smt_result *result);
/* The same, whatever is found soonest. */
struct model *cases_any_model(struct path *path, enum smt_result *result);

/* path_must with the definitions, where it takes them. False also when the solver did not know. */
bool cases_must(struct path *path, term goal);

/* Whether the conditions and the path with its definitions imply goal; *model as in smt_implied. */
enum smt_result cases_implied(struct path *path, term goal, struct model **model);

#endif
