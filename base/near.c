/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/near.h"

#include <stdint.h>
#include <string.h>

/* Levenshtein's distance, a row of his table at a time. */
size_t
near_changes(const char *a, const char *b)
{
	size_t row[NEAR_LONGEST + 1];
	const size_t width = strlen(b);

	if (width > NEAR_LONGEST || strlen(a) > NEAR_LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; *a != '\0'; i++, a++) {
		size_t corner = row[0]; /* of the row before */

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			const size_t replaced = corner + (*a != b[j - 1]);
			const size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			corner = row[j];
			row[j] = replaced < shorter ? replaced : shorter;
		}
	}
	return row[width];
}
