/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/inside.h -- inside verify/prove only. */
#ifndef VERIFY_PROVE_INSIDE_H
#define VERIFY_PROVE_INSIDE_H

#include "verify/prove/verify.h"
#include "verify/state/cases.h"

struct prover {
	const struct verify_request *request;
	struct verdict *verdict;
	struct subject subject;
	struct spec *spec;
	struct goal *goal; /* the one being worked on */
	int property;
	/* the failing case of the goal, once there is one */
	struct state *failing; /* owned */
	struct model *model;   /* owned */
};

struct goal *prover_goal(struct prover *p, const char *name, const char *title);
/* The goal is not proved, for this reason; a worse verdict stays. */
void prover_fails(struct prover *p, enum verdict_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Shows one obligation on a state's path; what fails is recorded with its case. */
void prover_oblige(struct prover *p, struct state *s, term condition, const char *what);

/* What the Python and the C side declare must be the same. */
bool agree_check(struct prover *p);

/* Compares one specification case with what the function did. */
void compare_outcome(struct prover *p, struct state *end, struct spec_case *found, const struct spec_input *input);

/* Fills in the verdict's counterexample from the failing case. False: no way from nf_init to it was found. */
bool reach(struct prover *p);

/* Runs every path's prediction on the real CPU. */
void replay_paths(struct prover *p);

#endif
