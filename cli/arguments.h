/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/arguments.h -- a subcommand's options, described by a table. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define ARGUMENTS_MAX 16
#define ARGUMENTS_REPEATS 32 /* as many as ports */

/* Values of an option that may be given several times. */
struct repeats {
	const char *value[ARGUMENTS_REPEATS];
	unsigned count;
};

/* One option; exactly one of the places is not NULL. The table ends with a NULL name. */
struct argument {
	const char *name;  /* without dashes */
	char letter;       /* 0: none */
	bool *flag;
	const char **text;
	uint64_t *number;  /* from least to most */
	uint64_t least, most;
	struct repeats *repeats;
};

/* Reads argv[1 …]; *folder becomes the one word that is not an option, or NULL. False: err, with the option that
 * was probably meant. */
bool arguments_read(int argc, char **argv, const struct argument *table, const char **folder, struct err *err);

#endif
