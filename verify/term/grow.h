/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/grow.h -- arrays by the number of a term or a function, which grow as these are made. */
#ifndef VERIFY_TERM_GROW_H
#define VERIFY_TERM_GROW_H

#include <stdlib.h>
#include <string.h>

/* An array of `old` elements made one of `new`, what is new being zero bytes. */
static inline void *
grown(void *memory, size_t old, size_t new, size_t each)
{
	char *const bytes = realloc(memory, new * each);

	if (bytes == NULL)
		abort();
	memset(bytes + old * each, 0, (new - old) * each);
	return bytes;
}

#endif
