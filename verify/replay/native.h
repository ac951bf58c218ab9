/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/replay/native.h -- one scene played on the processor itself, in a process of its own. */
#ifndef VERIFY_REPLAY_NATIVE_H
#define VERIFY_REPLAY_NATIVE_H

#include <stdint.h>

#include "nf/nf.h"
#include "verify/replay/scene.h"

typedef port_set native_function(void *state, struct packet *packet, uint64_t now);

enum native_outcome {
	NATIVE_OK,       /* it did what the scene says */
	NATIVE_MISMATCH,
	NATIVE_UNABLE,   /* it was not run: nothing is known */
};

#define NATIVE_WORDS 512u

/* Runs the function once, for at most limit_ms. Unless NATIVE_OK, what tells the first difference. */
enum native_outcome native_run(native_function *process, const struct scene *scene, unsigned limit_ms,
	char what[NATIVE_WORDS]);

#endif
