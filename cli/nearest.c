/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/nearest.h"

#include <limits.h>
#include <string.h>

#define LONGEST 32u

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to insert, leave out or replace: Levenshtein's distance, a row of his table at a time. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1];
	const size_t width = strlen(b);

	if (width > LONGEST || strlen(a) > LONGEST)
		return UINT_MAX;
	for (unsigned j = 0; j <= width; j++)
		row[j] = j;
	for (unsigned i = 1; *a != '\0'; i++, a++) {
		unsigned corner = row[0]; /* of the row before */

		row[0] = i;
		for (unsigned j = 1; j <= width; j++) {
			const unsigned replaced = corner + (*a != b[j - 1]);

			corner = row[j];
			row[j] = least(replaced, least(corner, row[j - 1]) + 1);
		}
	}
	return row[width];
}

int
nearest(const char *given, const char *const *words)
{
	unsigned best = (unsigned)strlen(given) / 3 + 1;
	int found = -1;

	for (int i = 0; words[i] != NULL; i++) {
		const unsigned changes = distance(given, words[i]);

		if (changes < best || (changes == best && found < 0)) {
			best = changes;
			found = i;
		}
	}
	return found;
}
