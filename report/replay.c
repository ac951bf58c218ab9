/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/replay.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/case.h"
#include "report/report.h"

#define LIMIT_MS 60000
#define CONFIRMED 1 /* exit code of the trial */

/* In the child: both outputs go to the file, so that a trial that fails says why there. */
static _Noreturn void
become_trial(const struct replay *r, const char *output)
{
	const int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0)
		_exit(127);
	setpgid(0, 0);
	setenv("PYTHONPATH", r->package, 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	execl(r->python, r->python, "-m", "vigor.trial", "replay", r->into, "--host", r->host, (char *)NULL);
	_exit(127);
}

/* The exit code, or -1: it did not end by itself in time. */
static int
await_trial(pid_t child)
{
	const int handle = pidfd_open(child, 0);
	struct pollfd wait = { .fd = handle, .events = POLLIN };
	int status;

	if (handle < 0 || poll(&wait, 1, LIMIT_MS) != 1)
		kill(-child, SIGKILL);
	if (handle >= 0)
		close(handle);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static bool
run_trial(const struct replay *r)
{
	char *output = NULL;
	pid_t child;

	if (asprintf(&output, "%s/replay.txt", r->into) < 0)
		return false;
	child = fork();
	if (child == 0)
		become_trial(r, output);
	free(output);
	return child > 0 && await_trial(child) == CONFIRMED;
}

static bool
write_case(const struct replay *r, const struct counterexample *c, const struct goal *goal)
{
	struct err err = { "" };
	json_t *const object = case_json(c, goal, r->program, r->folder, &err);
	char *path = NULL, *old = NULL;
	bool written;

	mkdir(r->into, 0777);
	written = object != NULL && asprintf(&path, "%s/case.json", r->into) > 0 &&
		asprintf(&old, "%s/packets.pcap", r->into) > 0 && report_write(object, path, &err);
	if (written)
		unlink(old); /* of an earlier counterexample: the trial writes it anew */
	else
		fprintf(stderr, "vigor: the counterexample is not tried: %s\n", err.text);
	json_decref(object);
	free(path);
	free(old);
	return written;
}

bool
replay_confirm(void *context, struct counterexample *c, const struct goal *goal)
{
	const struct replay *const r = context;

	return write_case(r, c, goal) && run_trial(r);
}
