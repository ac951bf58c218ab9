/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/smt/smt.h -- the one door to the solver: is this feasible, is that implied, by which values.
 *
 * Answers are three-valued. UNSAT is the only one that anything is concluded from; UNKNOWN (a time
 * limit) is never taken for either of the others. */
#ifndef VERIFY_SMT_SMT_H
#define VERIFY_SMT_SMT_H

#include <stdio.h>

#include "verify/term/model.h"
#include "verify/term/term.h"

enum smt_result { SMT_UNSAT, SMT_SAT, SMT_UNKNOWN };

struct smt_figures {
	uint64_t asked, cached, solved, unknown, recorded;
	double seconds;
};

struct smt;

/* limit_ms: for one question put to the solver. */
struct smt *smt_new(struct terms *ts, unsigned limit_ms);
void smt_free(struct smt *smt);

/* Can all of conjuncts and extra hold? Only those conjuncts that share an unknown with extra (directly
 * or through others) are looked at: UNSAT of them is UNSAT of all. base: a model of the conjuncts alone,
 * or NULL. When the answer is SAT and `model` is not NULL, *model becomes a model of conjuncts and extra,
 * checked by evaluation, or NULL if none was at hand. The caller frees it. */
enum smt_result smt_feasible(struct smt *smt, const term *conjuncts, size_t count, term extra,
	const struct model *base, struct model **model);

/* A model of all conjuncts that is like `base` but where that fails them: conjunct by conjunct, each with what it is tied
 * to. NULL: not found so; that says nothing. */
struct model *smt_mended(struct smt *smt, const term *conjuncts, size_t count, const struct model *base);

/* The same, only if little has to be changed. */
struct model *smt_near(struct smt *smt, const term *conjuncts, size_t count, const struct model *base);

/* Do the conjuncts imply goal? UNSAT: yes. SAT: *model (the caller's, never NULL) satisfies all conjuncts
 * and not the goal, checked by evaluation. */
enum smt_result smt_implied(struct smt *smt, const term *conjuncts, size_t count, term goal, struct model **model);

/* Like smt_implied, but looks only at the slice: UNSAT is final, SAT proves nothing and gives no model. */
enum smt_result smt_implied_by_slice(struct smt *smt, const term *conjuncts, size_t count, term goal);

/* The same for a goal that depends on whether applications are one and the same: what is said of their arguments is
 * looked at as well. */
enum smt_result smt_implied_by_wide_slice(struct smt *smt, const term *conjuncts, size_t count, term goal);

/* Whether extra can hold together with those conjuncts that speak of nothing but what extra speaks of: a small
 * question, of at most four unknowns (otherwise UNKNOWN at once). UNSAT is UNSAT of all. */
enum smt_result smt_feasible_locally(struct smt *smt, const term *conjuncts, size_t count, term extra);

/* A model of all conjuncts; NULL when there is none, or none was found in time (*result tells). seed: of
 * the values nothing fixes. */
struct model *smt_model(struct smt *smt, const term *conjuncts, size_t count, uint64_t seed, enum smt_result *result);

/* From now on each question that is answered UNSAT is written to out (the caller's; NULL: none) in SMT-LIB 2, in an order
 * that a second solver can follow: a fresh start, the assertions, (check-sat). figures.recorded counts them from 0. */
void smt_record(struct smt *smt, FILE *out);

/* Whether some variable of one and some variable of the other are the same, or meet in one of the conjuncts: where not, it
 * is idle to ask how they compare. */
bool smt_related(struct smt *smt, const term *conjuncts, size_t count, term a, term b);

/* Whether a term speaks of an unknown; of what a function answers. */
bool smt_speaks_of(struct smt *smt, term a, term unknown);
bool smt_speaks_of_function(struct smt *smt, term a, const struct term_function *function);

struct smt_figures smt_figures(const struct smt *smt);
void smt_restart_figures(struct smt *smt); /* from 0 */
void smt_figures_add(struct smt_figures *all, struct smt_figures more);

#endif
