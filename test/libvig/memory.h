/* SPDX-License-Identifier: BSD-3-Clause */
/* test/libvig/memory.h -- memory that counts what is out and can run short. */
#ifndef TEST_LIBVIG_MEMORY_H
#define TEST_LIBVIG_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libvig/vig.h"

struct counted {
	uint64_t blocks, bytes; /* out now */
	uint64_t asked;         /* calls of zalloc */
	uint64_t allowed;       /* calls that may succeed */
};

static const uint64_t counted_secret[4] = {
	0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u
};

static inline void *
counted_zalloc(size_t size, void *context)
{
	struct counted *counted = context;
	void *memory;

	if (counted->asked++ >= counted->allowed)
		return NULL;
	memory = aligned_alloc(64, (size + 63) / 64 * 64);
	if (memory == NULL)
		return NULL;
	counted->blocks++;
	counted->bytes += size;
	return memset(memory, 0, size);
}

static inline void
counted_release(void *memory, size_t size, void *context)
{
	struct counted *counted = context;

	counted->blocks--;
	counted->bytes -= size;
	free(memory);
}

static inline struct vig *
counted_vig(struct counted *counted, uint64_t allowed)
{
	const struct vig_memory memory = { counted_zalloc, counted_release, counted };

	*counted = (struct counted){ .allowed = allowed };
	return vig_new(&memory, counted_secret);
}

#endif
