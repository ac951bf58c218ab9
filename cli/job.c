/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/job.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double
clock_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Pointers into this process end with it: packets move to the shared memory. */
static void
publish(struct job_result *result)
{
	counterexample_copy_bytes(&result->verdict.counterexample, result->bytes);
	result->finished = true;
}

bool
job_start(struct job *job, void (*work)(void *context, struct verdict *verdict), void *context, struct err *err)
{
	*job = (struct job){ .handle = -1 };
	job->result = mmap(NULL, sizeof *job->result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job->result == MAP_FAILED)
		return err_set(err, "no memory for a verdict: %s", strerror(errno));
	fflush(NULL);
	job->process = fork();
	if (job->process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		work(context, &job->result->verdict);
		publish(job->result);
		_exit(0);
	}
	if (job->process > 0)
		job->handle = pidfd_open(job->process, 0);
	return job->process > 0 || err_set(err, "no process for the verifier: %s", strerror(errno));
}

/* What stood in the shared memory when it ended is no verdict: the goal in work counted as proved so far. */
static void
not_finished(struct verdict *v, const char *why)
{
	struct goal *g;

	if (v->goals == 0) {
		v->goals = 1;
		snprintf(v->goal[0].name, sizeof v->goal[0].name, "safety");
	}
	g = &v->goal[v->goals - 1];
	g->verdict = VERDICT_UNKNOWN;
	snprintf(g->reason, sizeof g->reason, "%s", why);
	v->kind = VERDICT_UNKNOWN;
	v->has_counterexample = false;
	v->counterexample.packets = 0;
	v->err.text[0] = '\0';
}

/* Milliseconds for poll. */
static int
remaining(double deadline)
{
	const double left = deadline - clock_seconds();

	if (deadline <= 0)
		return -1;
	return left <= 0 ? 0 : left * 1000 > INT_MAX ? INT_MAX : (int)(left * 1000) + 1;
}

/* Waits for it until the deadline, then ends it. Its verdict is complete afterwards: unknown, with the reason, if it did
 * not finish. */
static void
job_finish(struct job *job, double deadline)
{
	struct pollfd wait = { .fd = job->handle, .events = POLLIN };
	struct verdict *const v = &job->result->verdict;
	const bool late = job->handle >= 0 && poll(&wait, 1, remaining(deadline)) == 0;
	char why[128];
	int status = 0;

	if (late)
		kill(job->process, SIGKILL);
	waitpid(job->process, &status, 0);
	job->process = 0;
	close(job->handle);
	if (late) {
		not_finished(v, "the time that --timeout allows was over");
	} else if (!job->result->finished) {
		snprintf(why, sizeof why, "the verifier itself failed (%s): please report it",
			WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it left early");
		not_finished(v, why);
	}
	for (unsigned i = 0; i < v->counterexample.packets; i++)
		v->counterexample.packet[i].bytes = job->result->bytes[i];
}

struct job *
job_wait(struct job *jobs, unsigned count, double deadline)
{
	struct pollfd wait[JOBS_MAX];
	struct job *which[JOBS_MAX];
	nfds_t running = 0;

	for (unsigned i = 0; i < count; i++)
		if (jobs[i].process != 0) {
			which[running] = &jobs[i];
			wait[running++] = (struct pollfd){ .fd = jobs[i].handle, .events = POLLIN };
		}
	if (running == 0)
		return NULL;
	poll(wait, running, remaining(deadline));
	for (nfds_t i = 0; i < running; i++)
		if (wait[i].revents != 0) {
			job_finish(which[i], deadline);
			return which[i];
		}
	job_finish(which[0], deadline); /* its time is up */
	return which[0];
}

void
job_drop(struct job *job)
{
	if (job->process == 0)
		return;
	kill(job->process, SIGKILL);
	waitpid(job->process, NULL, 0);
	close(job->handle);
	munmap(job->result, sizeof *job->result);
	*job = (struct job){ .handle = -1 };
}
