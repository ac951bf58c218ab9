/* SPDX-License-Identifier: BSD-3-Clause */
/* run/verdict.h -- whether a proof covers what is about to run: these very files, within its bounds.
 *
 * A verdict is a JSON file that `vigor verify` writes:
 *     { "verdict": "proved", "nf_sha256": "…", "libvig_sha256": "…",
 *       "bounds": { "length": 1518, "ports": 32 } } */
#ifndef RUN_VERDICT_H
#define RUN_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* What is about to run. */
struct verdict_subject {
	const char *nf;     /* the files that were loaded */
	const char *libvig;
	uint64_t length;    /* longest frame shown to the function */
	uint64_t ports;
};

/* Reads the verdict at path, or next to the NF's file when path is NULL (<nf>.verdict.json). False:
 * reason says what is not covered. Whatever cannot be read or understood covers nothing. */
bool verdict_covers(const char *path, const struct verdict_subject *subject, struct err *reason);

#endif
