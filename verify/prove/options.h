/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/options.h -- the option table of a program, read out of the file. */
#ifndef VERIFY_PROVE_OPTIONS_H
#define VERIFY_PROVE_OPTIONS_H

#include "nf/nf.h"
#include "verify/lift/program.h"
#include "verify/state/listed.h"
#include "verify/term/term.h"

#define OPTIONS_MAX 64

struct option {
	char name[64];
	enum nf_type type;
	uint64_t min, max;
	struct nf_value initial;
	term lo, hi; /* its arbitrary value, 64 bits each */
};

#define OPTIONS_LISTS 16

struct options {
	unsigned count;
	struct option option[OPTIONS_MAX];
	unsigned lists;
	struct list_option list[OPTIONS_LISTS];
};

/* Reads nf_options. False: it is missing or malformed, and err says how. */
bool options_read(const struct program *program, struct options *options, struct err *err);

/* Makes every option arbitrary within its declared range; answers what holds of the values beyond the bounds that
 * the unknowns carry themselves. ports: how many exist, 64 bits. */
term options_arbitrary(struct terms *ts, struct options *options, term ports);

const struct option *options_find(const struct options *options, const char *name);

/* Bytes of the loaded file. False: not all of them are there. */
bool program_bytes(const struct program *program, uint64_t address, void *to, size_t size);

#endif
