/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/record_read.h -- records out of the numbers that the configuration gives. Private to libvig. */
#ifndef LIBVIG_RECORD_READ_H
#define LIBVIG_RECORD_READ_H

#include <stdbool.h>

#include "libvig/record.h"

/* Puts a number (lo, hi) where a field keeps it. Words are zero there. False: it does not fit. */
static inline bool
record_read_field(uint64_t *words, const struct record_field *field, const uint64_t number[2])
{
	uint8_t *const at = (uint8_t *)words + field->offset;

	if (field->size < 16 && number[1] != 0)
		return false;
	if (field->size < 8 && number[0] >> 8 * field->size != 0)
		return false;
	for (uint32_t i = 0; i < field->size; i++)
		at[field->order == RECORD_NETWORK ? field->size - 1 - i : i] = (uint8_t)(number[i / 8] >> 8 * (i % 8));
	return true;
}

/* A whole record, into words that are all zero. False: a number does not fit its field. */
static inline bool
record_read(uint64_t *words, const struct record_type *type, const uint64_t (*fields)[2])
{
	for (uint64_t i = 0; i < type->fields; i++)
		if (!record_read_field(words, &type->field[i], fields[i]))
			return false;
	return true;
}

#endif
