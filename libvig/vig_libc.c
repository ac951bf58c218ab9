/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/vig_object.h"

#include <stdlib.h>
#include <string.h>

#define LINE ((size_t)64)

static void *
libc_zalloc(size_t size, void *context)
{
	void *memory;

	(void)context;
	if (size > SIZE_MAX - LINE)
		return NULL;
	size = (size + LINE - 1) / LINE * LINE;
	memory = aligned_alloc(LINE, size);
	return memory == NULL ? NULL : memset(memory, 0, size);
}

static void
libc_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	free(memory);
}

const struct vig_memory vig_libc_memory = { libc_zalloc, libc_release, NULL };
