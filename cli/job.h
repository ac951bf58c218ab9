/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/job.h -- verifications, each in a process of its own: side by side, ended when time is up, and a failure of
 * the verifier itself is no verdict. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include <sys/types.h>

#include "verify/prove/verify.h"

/* What the process leaves, in memory shared with it. */
struct job_result {
	struct verdict verdict;
	bool finished;
	uint8_t bytes[SHOWN_PACKETS][VERIFY_MAX_BYTES]; /* of the counterexample's packets */
};

struct job {
	struct job_result *result;
	pid_t process; /* 0: none */
	int handle;    /* pollable: readable once it has ended */
};

/* Starts it: work is called in the new process, and leaves its verdict complete. False: err. */
bool job_start(struct job *job, void (*work)(void *context, struct verdict *verdict), void *context, struct err *err);

#define JOBS_MAX 8

/* Waits until one of at most JOBS_MAX jobs that were started and not waited for has ended, and answers it. At the
 * deadline (seconds of the monotonic clock; 0: none) one is ended. Its verdict is complete afterwards: unknown, with
 * the reason, if it did not finish. NULL: none is running. */
struct job *job_wait(struct job *jobs, unsigned count, double deadline);

/* Ends it, if it was started, without waiting for an answer: it has no result. */
void job_drop(struct job *job);

double clock_seconds(void);

#endif
