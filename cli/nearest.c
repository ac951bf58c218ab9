/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/nearest.h"

#include <string.h>

#include "base/near.h"

int
nearest(const char *given, const char *const *words)
{
	size_t best = strlen(given) / 3 + 1;
	int found = -1;

	for (int i = 0; words[i] != NULL; i++) {
		const size_t changes = near_changes(given, words[i]);

		if (changes < best || (changes == best && found < 0)) {
			best = changes;
			found = i;
		}
	}
	return found;
}
