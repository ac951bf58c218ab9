/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/fuzz.h -- packets that are made up, tried on function and specification side by side before all is proved.
 *
 * It finds most mistakes in a second or two; that it finds none shows nothing. Like a replay it shares nothing with the
 * verifier (spec/vigor/fuzz.py). */
#ifndef REPORT_FUZZ_H
#define REPORT_FUZZ_H

#include "verify/prove/verify.h"

struct fuzz {
	const char *python;  /* the interpreter */
	const char *package; /* folder that holds the Python package `vigor` */
	const char *host;    /* the program vigor-host */
	const char *program, *folder; /* the function, and its specification's folder */
	const char *conf;    /* the configuration that is varied; NULL: the function's defaults */
	const char *into;    /* folder that a case is written to */
	uint64_t packets;    /* at most */
	uint64_t seed;
};

/* Makes packets up and plays them. The verdict is refuted, with the case as its counterexample, if a difference was found
 * and seen again; otherwise it is unknown, without a goal: nothing was found, or it could not be tried. */
void fuzz_run(const struct fuzz *fuzz, struct verdict *verdict);

/* Moves the files of a case to where they are to stay. */
void fuzz_keep(const char *from, const char *into);

/* Removes them, and the folder. */
void fuzz_discard(const char *from);

#endif
