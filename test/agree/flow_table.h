/* SPDX-License-Identifier: BSD-3-Clause */
/* test/agree/flow_table.h -- what a flow table was seen to hold, as the verifier reads it from a driver. */
#ifndef TEST_AGREE_FLOW_TABLE_H
#define TEST_AGREE_FLOW_TABLE_H

#include <stdint.h>

#define AGREE_SLOTS 4u
#define AGREE_KEY_WORDS 5u
#define AGREE_VALUE_WORDS 4u

/* The entry in a slot. */
struct agree_slot {
	uint64_t live; /* 0 or 1 */
	uint64_t key[AGREE_KEY_WORDS], value[AGREE_VALUE_WORDS];
	uint64_t class, last; /* last use, in ticks */
};

/* A table at one time, before and after a call. */
struct agree_seen {
	struct agree_slot was[AGREE_SLOTS], is[AGREE_SLOTS];
	uint64_t slots;
};

#endif
