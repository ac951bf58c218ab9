/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/progress.h -- how far a proof is: a bar on a terminal, now and then a line elsewhere. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *name; /* of the network function */
	bool terminal;
	double told;      /* when something was last shown, in seconds of the monotonic clock */
};

struct progress progress_start(const char *name);

/* For verify_request.progress; context is a struct progress. all 0: how much there is to do is not known. */
void progress_tell(void *context, const char *stage, uint64_t done, uint64_t all);

/* Takes the bar away. */
void progress_end(const struct progress *progress);

#endif
