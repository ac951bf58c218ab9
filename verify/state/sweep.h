/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/sweep.h -- terms that are equal for all values become the same term.
 *
 * Two descriptions of one computation seldom simplify to one form. Candidates are found by evaluation, proved equal
 * by the solver (smallest first, each built from parts that were made the same before), and replaced by the one
 * that was there first. Nothing that was not proved is replaced. */
#ifndef VERIFY_STATE_SWEEP_H
#define VERIFY_STATE_SWEEP_H

#include "verify/smt/smt.h"

struct sweep;

struct sweep *sweep_new(struct terms *ts, struct smt *smt);
void sweep_free(struct sweep *sweep);

/* The cases that candidates are found by: models 0 .. SWEEP_MODELS - 1. */
#define SWEEP_MODELS 32
struct model *sweep_model(struct sweep *sweep, unsigned index);

/* A term equal to a, with every part that equals an earlier one replaced by it. */
term sweep_rewrite(struct sweep *sweep, term a);

#endif
