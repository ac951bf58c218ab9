/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/replay/native.h -- one scene played on the processor itself, in a process of its own. */
#ifndef VERIFY_REPLAY_NATIVE_H
#define VERIFY_REPLAY_NATIVE_H

#include <stdint.h>

#include "nf/nf.h"
#include "verify/replay/scene.h"

/* What a network function exports to be called with packets. hint: NULL if it has none. */
struct native_functions {
	port_set (*process)(void *state, struct packet *packet, uint64_t now);
	uint64_t (*hint)(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint);
};

enum native_outcome {
	NATIVE_OK,       /* it did what the scene says */
	NATIVE_MISMATCH,
	NATIVE_UNABLE,   /* it was not run: nothing is known */
};

#define NATIVE_WORDS 512u

/* Runs the function once, for at most limit_ms. Unless NATIVE_OK, what tells the first difference. */
enum native_outcome native_run(const struct native_functions *functions, const struct scene *scene, unsigned limit_ms,
	char what[NATIVE_WORDS]);

#endif
