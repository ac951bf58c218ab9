/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/main.c -- vigor: network functions proved, built, run and checked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/nearest.h"

static const char usage[] =
	"usage: vigor COMMAND …\n"
	"\n"
	"  verify DIR     proves the network function in DIR against its specification and properties\n"
	"  build DIR      compiles it to the file that is proved and run\n"
	"  run DIR …      runs it between ports\n"
	"  check DIR …    plays captures through it and its specification, and compares\n"
	"  replay DIR     plays a counterexample that verify wrote\n"
	"  new DIR        makes the folder of a new network function\n"
	"\n"
	"  vigor COMMAND --help says more; vigor --version tells the version.\n"
	"Exit: 0 proved, or done; 1 refuted, or a difference; 2 unknown; 3 bad input.\n";

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "verify", cli_verify }, { "build", cli_build }, { "run", cli_run }, { "check", cli_check },
	{ "replay", cli_replay }, { "new", cli_new },
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static int
unknown_command(const char *given)
{
	const char *names[COMMANDS + 1] = { NULL };
	int near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = nearest(given, names);
	if (near >= 0)
		fprintf(stderr, "vigor: %s: not a command; did you mean %s?\n", given, names[near]);
	else
		fprintf(stderr, "vigor: %s: not a command; vigor --help lists them\n", given);
	return EXIT_BAD_INPUT;
}

/* An answer that did not get out is none. */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "vigor: standard output cannot be written: %s\n", strerror(errno));
	return EXIT_BAD_INPUT;
}

int
main(int argc, char **argv)
{
	const char *const first = argc > 1 ? argv[1] : "";

	if (argc < 2) {
		fputs(usage, stderr);
		return EXIT_BAD_INPUT;
	}
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
		fputs(usage, stdout);
		return finish(0);
	}
	if (strcmp(first, "--version") == 0) {
		printf("vigor %s\n", VIGOR_VERSION);
		return finish(0);
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(first, commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	return unknown_command(first);
}
