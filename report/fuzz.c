/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/fuzz.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/case.h"
#include "report/names.h"

enum { NOTHING = 0, FOUND = 1 }; /* exit codes */

/* In the child. What it prints is in the case's replay.txt as well. */
static _Noreturn void
become_fuzz(const struct fuzz *f)
{
	const int nowhere = open("/dev/null", O_WRONLY);
	char packets[32], seed[32];
	/* an option without a file would be one too many: the last two words are the NULL at the end, if there is none */
	const char *const conf = f->conf != NULL ? "--conf" : NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
		_exit(127);
	snprintf(packets, sizeof packets, "%" PRIu64, f->packets);
	snprintf(seed, sizeof seed, "%" PRIu64, f->seed);
	setenv("PYTHONPATH", f->package, 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	execl(f->python, f->python, "-m", "vigor.fuzz", f->folder, "--so", f->program, "--host", f->host, "--into", f->into,
		"--packets", packets, "--seed", seed, conf, f->conf, (char *)NULL);
	_exit(127);
}

/* The exit code, or -1. */
static int
try_them(const struct fuzz *f)
{
	const pid_t child = fork();
	int status;

	if (child == 0)
		become_fuzz(f);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
fuzz_run(const struct fuzz *f, struct verdict *v)
{
	struct goal *const g = &v->goal[0];
	struct err err = { "" };
	int code;

	*v = (struct verdict){ .kind = VERDICT_UNKNOWN };
	code = try_them(f);
	v->tried = code == NOTHING ? f->packets : 0;
	if (code != FOUND || !case_read(f->into, f->program, &v->counterexample, &err))
		return;
	v->kind = g->verdict = VERDICT_REFUTED;
	v->goals = 1;
	v->has_counterexample = v->counterexample.confirmed = v->counterexample.made_up = true;
	v->counterexample.property = -1;
	snprintf(g->name, sizeof g->name, "%s", GOAL_SPEC);
	snprintf(g->title, sizeof g->title, "egress, every byte and the new state are what spec.py demands");
	snprintf(g->reason, sizeof g->reason, "function and specification part ways; of the rest nothing is told (with --packets 0 the "
		"proof is tried alone)");
}

/* The files of a case: each to where it is to stay, or away. */
static const char *const file[] = { "case.json", "packets.pcap", "replay.txt" };

static void
end_file(const char *from, const char *name, const char *into)
{
	char *old = NULL, *new = NULL;

	if (asprintf(&old, "%s/%s", from, name) < 0 || asprintf(&new, "%s/%s", into == NULL ? from : into, name) < 0)
		abort();
	if (into == NULL || rename(old, new) != 0)
		unlink(new); /* of an earlier case: it would not belong to this one */
	free(old);
	free(new);
}

void
fuzz_keep(const char *from, const char *into)
{
	mkdir(into, 0777);
	for (unsigned i = 0; i < sizeof file / sizeof *file; i++)
		end_file(from, file[i], into);
	rmdir(from);
}

void
fuzz_discard(const char *from)
{
	for (unsigned i = 0; i < sizeof file / sizeof *file; i++)
		end_file(from, file[i], NULL);
	rmdir(from);
}
