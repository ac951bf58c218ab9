/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lift.h -- bytes of machine code to one IR block; knows nothing of files or symbols. */
#ifndef VERIFY_LIFT_LIFT_H
#define VERIFY_LIFT_LIFT_H

#include <stddef.h>
#include <stdint.h>

#include "verify/lift/ir.h"

/* An executable range. Its bytes must be followed by LIFT_SLACK readable ones: the decoder looks ahead. */
struct lift_code {
	uint64_t address, size;
	const uint8_t *bytes;
};
#define LIFT_SLACK 64

struct lift_refusal {
	uint64_t address; /* of the instruction */
	char why[200];
};

/* The block that starts there, inside code. NULL: refused. Not thread-safe, for libVEX is not. */
struct ir_block *lift_block(const struct lift_code *code, uint64_t address, struct lift_refusal *refusal);
void lift_block_free(struct ir_block *block);

#endif
