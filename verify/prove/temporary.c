/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "verify/prove/inside.h"

FILE *
prover_temporary(const char *what, char *path, size_t size)
{
	const char *const folder = getenv("TMPDIR");
	int descriptor;

	if (snprintf(path, size, "%s/vigor-%s-XXXXXX", folder != NULL && folder[0] == '/' ? folder : "/tmp", what) >= (int)size)
		return NULL;
	descriptor = mkstemp(path);
	return descriptor < 0 ? NULL : fdopen(descriptor, "w");
}
