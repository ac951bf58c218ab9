/* SPDX-License-Identifier: BSD-3-Clause */
/* test/agree/lists.h -- which records a list was seen to take, as the verifier reads it from a driver. */
#ifndef TEST_AGREE_LISTS_H
#define TEST_AGREE_LISTS_H

#include <stdint.h>

#define AGREE_RECORDS 4u
#define AGREE_FIELDS 4u

/* A record's numbers, in the order of the option's fields. */
struct agree_list {
	uint64_t records, fields;
	uint64_t number[AGREE_RECORDS][AGREE_FIELDS];
};

#endif
