/* SPDX-License-Identifier: BSD-3-Clause */
/* test/libvig/misuse.h -- calls that a contract forbids end the program in debug builds. */
#ifndef TEST_LIBVIG_MISUSE_H
#define TEST_LIBVIG_MISUSE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether act(what) ends in a failed assertion; in a process of its own. */
static inline bool
breaks_off(void (*act)(int what), int what)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		fclose(stderr);
		act(what);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
