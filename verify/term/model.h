/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/model.h -- one value for every unknown: what a term is worth in one concrete case.
 *
 * What nobody fixed has a pseudo-random value within its bounds, so a model drives real executions with
 * something better than zeros. */
#ifndef VERIFY_TERM_MODEL_H
#define VERIFY_TERM_MODEL_H

#include "verify/term/term.h"

struct model;

struct model *model_new(uint64_t seed);
/* One more owner of the same model; each owner frees it once. */
struct model *model_share(struct model *model);
void model_free(struct model *model);
/* The same values, free to be fixed further. */
struct model *model_clone(const struct model *model);

/* Fixes an unknown, or a function at arguments (by their values in this model). Only before the term, or
 * one that holds it, was first evaluated. The value must lie within the unknown's bounds. */
void model_fix_var(struct model *model, term var, uint64_t value);
void model_fix_app(struct model *model, const struct term_function *function, const uint64_t *args, uint64_t value);

/* What nobody fixed is mostly drawn from these values (those within its bounds); the pool must outlive the model. */
void model_prefer(struct model *model, const uint64_t *pool, size_t count);

/* What nobody fixed is as little as it can be where that is likely to satisfy whatever is assumed later: variables, and
 * functions that say whether something is there. */
void model_settle(struct model *model);

/* The term's value; every call with the same model agrees. */
uint64_t model_value(struct model *model, term a);

#endif
