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

struct smt {
	struct terms *terms;
	struct support *support;
	Z3_context z3;
	struct translate *opaque, *exact;
	Z3_solver quick;
	unsigned limit_ms;
	bool inexact; /* the last answer is UNKNOWN for want of products only */
	struct answer *answers[BUCKETS];
	FILE *record; /* of questions answered UNSAT; or NULL */
	struct smt_figures figures;
};

/* Reads the unknowns' values off the solver's model. */
bool smt_value_leaves(struct smt *smt, Z3_solver solver, struct valued *leaves, size_t n);
/* Adds a term's unknowns, with their bounds, to those of a question. */
void smt_add_leaves(struct smt *smt, Z3_solver solver, struct valuation *values, term a);
/* Asserts congruence where the solver's values contradict it. Answers how often. */
unsigned smt_refine(struct smt *smt, Z3_solver solver, const struct valued *leaves, size_t n);

/* hard.c: an answer of SAT in which products or sums have values that they cannot have. Others are looked for with the
 * same factors or words; failing that, what they are is said (true: ask again) if the question is worth it
 * (exact), or *result becomes UNKNOWN. */
bool hard_mend(struct smt *smt, Z3_solver solver, bool exact, struct valuation *values, enum smt_result *result);

/* words.c: a model of all conjuncts that differs from this one, which fails one of them, in a word of a sum. NULL: none. */
struct model *words_mended(struct model *model, const term *conjuncts, size_t count, term failed);

#endif
