/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/smt/inside.h -- inside verify/smt only: a question to the solver, and what its answer says of the unknowns. */
#ifndef VERIFY_SMT_INSIDE_H
#define VERIFY_SMT_INSIDE_H

#include "verify/smt/smt.h"
#include "verify/smt/support.h"
#include "verify/smt/translate.h"

/* One unknown with its value in the solver's model; for an application, its arguments' values too. */
struct valued {
	term leaf;
	uint64_t args[6], value;
	bool related; /* a sum: it was said what it is beside its other form */
};

struct valuation {
	struct valued *leaf;
	size_t count;
};

/* An answered question: the slice's conjuncts and the extra one, in order of id. SAT: with the values. */
struct answer {
	struct answer *next;
	enum smt_result result;
	struct valuation values;
	size_t count;
	term key[];
};

#define BUCKETS 65536u

struct lazy;

/* What the answer will be, most likely: what is tried first depends on it, not the answer. */
enum expected { EXPECT_UNSAT, EXPECT_NOTHING, EXPECT_SAT };

/* Can extra hold with all conjuncts (in order of id)? base: what unknowns are worth that nothing is said of. */
struct question {
	const term *conjunct;
	size_t count;
	term extra;
	const struct model *base; /* or NULL */
	enum expected expected;
};

/* A solver that is asked many questions, each in a frame of its own. */
struct quick {
	Z3_solver solver;
	uint64_t frames; /* that it had */
	unsigned limit_ms;
};

struct smt {
	struct terms *terms;
	struct support *support;
	Z3_context z3;
	struct translate *opaque, *exact;
	struct quick quick, held; /* for questions as they are; for those with unknowns held */
	struct lazy *lazy;
	unsigned limit_ms;
	bool inexact; /* the last answer is UNKNOWN for want of products only */
	struct answer *answers[BUCKETS];
	bool gave_up; /* the last question by pieces: the incremental solver ran out of time */
	FILE *record; /* of questions answered UNSAT; or NULL */
	struct smt_figures figures;
};

/* What a term is worth in the solver's model. False: it does not say. */
bool smt_value_of(struct smt *smt, Z3_model z3_model, term a, uint64_t *value);
/* Reads the unknowns' values off the solver's model. */
bool smt_value_leaves(struct smt *smt, Z3_solver solver, struct valued *leaves, size_t n);
/* Adds a term's unknowns, with their bounds, to those of a question. */
void smt_add_leaves(struct smt *smt, Z3_solver solver, struct valuation *values, term a);
/* Equal arguments, equal results: true of every function, so asserting it loses nothing. */
term smt_congruence(struct smt *smt, term a, term b);
/* Asserts congruence where the solver's values contradict it. Answers how often. */
unsigned smt_refine(struct smt *smt, Z3_solver solver, const struct valued *leaves, size_t n);

#define SMT_QUICK_MS 400
#define SMT_HELD_MS 40

double smt_seconds_now(void);
Z3_solver smt_solver_new(struct smt *smt, const char *logic, unsigned limit_ms);
/* The whole question: to the incremental solver, then to a fresh one. exact: products are computed where nothing less decides.
 * *values: the caller's. */
enum smt_result smt_ask(struct smt *smt, const term *asked, size_t count, bool exact, struct valuation *values);
/* The same where the incremental solver is known to give up: to a fresh one. */
enum smt_result smt_ask_slowly(struct smt *smt, const term *asked, size_t count, struct valuation *values);
/* A frame of the incremental solver, and its end. */
Z3_solver smt_push(struct smt *smt, struct quick *quick);
void smt_pop(struct smt *smt, struct quick *quick);
void smt_quick_end(struct smt *smt, struct quick *quick);
/* What the solver says to all that was asserted: SAT with values that functions, products and sums can have. exact:
 * products are computed where nothing less decides. */
enum smt_result smt_settle(struct smt *smt, Z3_solver solver, bool exact, struct valuation *values);
/* Whether a fresh solver says that all of this cannot be. */
bool smt_excludes(struct smt *smt, const term *asked, size_t count);
/* The values, on top of base's. */
void smt_fix(struct model *model, const struct valued *v);
/* Adds one at the end; where it is now. */
struct valued *valuation_add(struct valuation *values, const struct valued *v);
struct model *smt_model_of(const struct valuation *values, const struct model *base);
/* Keeps a question that was answered UNSAT for a second opinion, if one is wanted. */
void smt_record_unsat(struct smt *smt, const term *asked, size_t count);

/* lazy.c: the answer, from few of the conjuncts where they suffice. SAT: *model is one of all, and *values (the caller's;
 * none if they are another question's) are the solver's. UNKNOWN: to be asked whole. */
struct lazy *lazy_new(void);
void lazy_free(struct lazy *lazy);
enum smt_result lazy_ask(struct smt *smt, const struct question *q, struct valuation *values, struct model **model);

/* hard.c: an answer of SAT in which products or sums have values that they cannot have. Others are looked for with the
 * same factors or words; failing that, what they are is said (true: ask again) if the question is worth it
 * (exact), or *result becomes UNKNOWN. */
bool hard_mend(struct smt *smt, Z3_solver solver, bool exact, struct valuation *values, enum smt_result *result);

/* repair.c: a model of all conjuncts and of the first, made from one that fails some by changing what few unknowns are worth.
 * NULL: none was found. What was changed is added to *changes (or NULL). */
struct model *repaired(struct model *model, const term *conjuncts, size_t count, term first, struct valuation *changes);

/* anchor.c: the same, with the solver's help: what nothing that fails depends on is held. NULL: there may be one nevertheless. */
struct model *anchored(struct smt *smt, const struct question *q, struct valuation *values);

#endif
