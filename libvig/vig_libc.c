/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/vig_object.h"

#include <stdint.h>
#include <stdlib.h>

#define LINE ((size_t)64)

/* calloc knows which memory is fresh from the system and zero already: large tables cost nothing before they are used.
 * What it returned stands in front of the first line. */
static void *
libc_zalloc(size_t size, void *context)
{
	uintptr_t first;
	void *whole;

	(void)context;
	if (size > SIZE_MAX - 2 * LINE)
		return NULL;
	whole = calloc(1, size + 2 * LINE);
	if (whole == NULL)
		return NULL;
	first = ((uintptr_t)whole + sizeof whole + LINE - 1) / LINE * LINE;
	((void **)first)[-1] = whole;
	return (void *)first;
}

static void
libc_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	free(((void **)memory)[-1]);
}

const struct vig_memory vig_libc_memory = { libc_zalloc, libc_release, NULL };
