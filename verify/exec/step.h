/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/exec/step.h -- inside verify/exec only: one block on one state. */
#ifndef VERIFY_EXEC_STEP_H
#define VERIFY_EXEC_STEP_H

#include "verify/exec/exec.h"

/* What became of a state after a block. */
enum stepped {
	STEPPED_ON,    /* it goes on at s->pc */
	STEPPED_ENDED, /* it ended in a finding, or its successors are on the work list */
};

/* Executes the block at s->pc. */
enum stepped step_block(struct exec *x, struct state *s);

/* Runs the function that was just entered as a whole and joins what it answers. False: it cannot be joined, and
 * nothing has changed. */
bool summary_try(struct exec *x, struct state *s);

#endif
