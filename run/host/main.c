/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/main.c -- vigor-host: a network function with the real libVig, its packets and its clock given
 * on standard input; run/host/session.h tells the language.
 *
 * The function runs in a worker process. When a packet ends it, the last answer is "crashed SIGNAL at
 * packet N" or "hangs at packet N" (from 1; 0: it was being started). Exit status: 0 all was obeyed, 1 crashed
 * or hangs, 3 a line was not obeyed or the function refused to start. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/host/session.h"

enum { EXIT_OBEYED = 0, EXIT_CRASHED = 1, EXIT_BAD = 3 };

#define LIMIT_MS 2000u

static const char usage[] =
	"usage: vigor-host NF.so --ports N [--conf FILE] [--guard] [--fill N] [--limit-ms N] < commands\n"
	"  --ports N       how many ports there are\n"
	"  --conf FILE     the configuration to begin with; otherwise all defaults\n"
	"  --guard         end the run when the function touches a byte that it was not lent\n"
	"  --fill N        what the free bytes around a packet hold, 0 to 255 (default 0; not with --guard)\n"
	"  --limit-ms N    processor time for one packet (default 2000)\n";

struct arguments {
	const char *function, *conf;
	uint64_t ports, limit_ms, fill;
	bool guarded;
};

static int
bad(const char *what)
{
	fprintf(stderr, "vigor-host: %s\n", what);
	return EXIT_BAD;
}

static bool
read_count(const char *text, uint64_t least, uint64_t most, uint64_t *count)
{
	char *end;

	*count = strtoull(text, &end, 10);
	return text[0] != '-' && *end == '\0' && *count >= least && *count <= most;
}

static bool
take_option(int option, struct arguments *arguments)
{
	switch (option) {
	case 'p':
		return read_count(optarg, 1, NF_MAX_PORTS, &arguments->ports);
	case 'c':
		arguments->conf = optarg;
		return true;
	case 'g':
		return arguments->guarded = true;
	case 'f':
		return read_count(optarg, 0, 255, &arguments->fill);
	case 't':
		return read_count(optarg, 1, 3600000, &arguments->limit_ms);
	}
	return false;
}

static bool
read_arguments(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{ "ports", required_argument, NULL, 'p' },
		{ "conf", required_argument, NULL, 'c' },
		{ "guard", no_argument, NULL, 'g' },
		{ "fill", required_argument, NULL, 'f' },
		{ "limit-ms", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(option, arguments))
			return false;
	if (optind + 1 != argc || arguments->ports == 0)
		return false;
	arguments->function = argv[optind];
	return true;
}

static _Noreturn void
work(const struct session_settings *settings)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	exit(session_run(settings) ? EXIT_OBEYED : EXIT_BAD);
}

/* Writes what the worker had to say, and how it ended. */
static int
report_end(struct answers *answers, int status)
{
	const int number = answers->signal != 0 ? answers->signal : WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *const name = sigabbrev_np(number);

	if (number == 0)
		return answers_flush(answers) ? WEXITSTATUS(status) : EXIT_BAD;
	if (number == SIGPROF)
		answers_add(answers, "hangs at packet %" PRIu64 "\n", answers->packets);
	else
		answers_add(answers, "crashed SIG%s at packet %" PRIu64 "\n", name != NULL ? name : "NAL",
			answers->packets);
	answers_flush(answers);
	return EXIT_CRASHED;
}

static int
supervise(const struct session_settings *settings)
{
	const pid_t worker = fork();
	int status = 0;

	if (worker < 0)
		return bad(strerror(errno));
	if (worker == 0)
		work(settings);
	close(STDIN_FILENO); /* it is the worker's */
	while (waitpid(worker, &status, 0) < 0)
		if (errno != EINTR)
			return bad(strerror(errno));
	return report_end(settings->answers, status);
}

int
main(int argc, char **argv)
{
	struct arguments arguments = { .limit_ms = LIMIT_MS };
	struct err err = { "" };
	struct load load;
	struct conf conf;
	int result;

	if (!read_arguments(argc, argv, &arguments)) {
		fputs(usage, stderr);
		return EXIT_BAD;
	}
	if (!load_open(arguments.function, &load, &err))
		return bad(err.text);
	if (arguments.conf != NULL ? !conf_read(arguments.conf, load.options, arguments.ports, &conf, &err)
			: !conf_defaults(load.options, arguments.ports, &conf, &err)) {
		load_close(&load);
		return bad(err.text);
	}
	const struct session_settings settings = { &load, &conf, arguments.ports, arguments.guarded,
		(uint8_t)arguments.fill, (unsigned)arguments.limit_ms, answers_new() };
	result = settings.answers != NULL ? supervise(&settings) : bad("out of memory");
	conf_free(&conf);
	load_close(&load);
	return result;
}
