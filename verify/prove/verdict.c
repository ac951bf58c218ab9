/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "verify/prove/verify.h"

unsigned
verdict_severity(enum verdict_kind kind)
{
	static const unsigned rank[] = {
		[VERDICT_PROVED] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_REFUTED] = 2, [VERDICT_BAD_INPUT] = 3,
	};

	return rank[kind];
}

void
counterexample_copy_bytes(const struct counterexample *c, uint8_t (*bytes)[VERIFY_MAX_BYTES])
{
	for (unsigned i = 0; i < c->packets; i++)
		if (c->packet[i].length > 0)
			memcpy(bytes[i], c->packet[i].bytes, c->packet[i].length);
}

void
verdict_fini(struct verdict *verdict)
{
	for (unsigned i = 0; i < verdict->counterexample.packets; i++)
		free(verdict->counterexample.packet[i].bytes);
}
