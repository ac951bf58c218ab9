/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test/verify/lift/interp.h -- runs IR on numbers, on this process's own memory. */
#ifndef TEST_VERIFY_LIFT_INTERP_H
#define TEST_VERIFY_LIFT_INTERP_H

#include "verify/lift/ir.h"

struct interp {
	uint64_t reg[IR_REGS];
	uint64_t pc;
	bool trapped;
};

/* One block, from its start to wherever it leaves. */
void interp_block(struct interp *m, const struct ir_block *block);

#endif
