/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/replay.h -- counterexamples tried on the real function with the real libVig, from nf_init on.
 *
 * The trial (spec/vigor/trial.py) shares nothing with the verifier but the case that it is given. */
#ifndef REPORT_REPLAY_H
#define REPORT_REPLAY_H

#include "verify/prove/verify.h"

struct replay {
	const char *python;  /* the interpreter */
	const char *package; /* folder that holds the Python package `vigor` */
	const char *host;    /* the program vigor-host */
	const char *program, *folder; /* the function, and its specification's folder or NULL */
	char *into;          /* folder to write to; made when there is something to write */
};

/* For verify_request.confirm; context is a struct replay. Writes case.json, packets.pcap and replay.txt. */
bool replay_confirm(void *context, struct counterexample *c, const struct goal *goal);

#endif
