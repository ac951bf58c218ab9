/* SPDX-License-Identifier: BSD-3-Clause */
/* run/load.h -- a network function's shared object, loaded and found to be one. */
#ifndef RUN_LOAD_H
#define RUN_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nf/nf.h"

/* What nf/nf.h says that a network function exports. */
struct load {
	void *handle;
	char *path; /* the very file that was loaded */
	const struct nf_option *options;
	void *(*init)(struct nf_env *env);
	port_set (*process)(void *state, struct packet *packet, uint64_t now);
	uint64_t (*hint)(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint); /* or NULL */
	uint32_t hint_stages; /* that it is to be called for */
};

/* Loads the file at path (its code runs with the caller's rights). False: err says what it lacks. */
bool load_open(const char *path, struct load *load, struct err *err);

/* The file of the libVig that loaded functions call, or NULL when none is loaded. */
const char *load_libvig_path(void);

void load_close(struct load *load);

#endif
