/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/linear.h -- inequalities between sums, settled by adding up what is known: most bounds checks.
 *
 * A bit-vector sum is worth its integer sum only if that does not leave 0 .. 2^width - 1. Nothing here
 * takes that for granted: a comparison becomes a fact about integers only after both sides were shown
 * not to wrap. Whatever is answered "true" follows; "false" means only that it was not shown. */
#ifndef VERIFY_STATE_LINEAR_H
#define VERIFY_STATE_LINEAR_H

#include "verify/term/term.h"

#define LINEAR_ATOMS 16

/* constant + sum of times[i] * atom[i] (as integers; each atom within its bounds). */
struct linear {
	unsigned count;
	term atom[LINEAR_ATOMS]; /* by increasing id */
	int64_t times[LINEAR_ATOMS];
	int64_t constant;
};

/* Sums known to be at least 0. */
struct linear_facts {
	struct linear *fact;
	size_t count, room;
};

void linear_free(struct linear_facts *facts);
void linear_copy(struct linear_facts *to, const struct linear_facts *from);

/* Takes what a true condition says about sums, if anything. */
void linear_assume(struct terms *ts, struct linear_facts *facts, term condition);

/* Whether the condition follows from the facts. */
bool linear_implied(struct terms *ts, const struct linear_facts *facts, term condition);

#endif
