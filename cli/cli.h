/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/cli.h -- the subcommands of vigor. Each gets its own words (argv[0] is its name) and answers the exit code. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

enum { EXIT_PROVED = 0, EXIT_REFUTED = 1, EXIT_UNKNOWN = 2, EXIT_BAD_INPUT = 3 };

int cli_verify(int argc, char **argv);
int cli_build(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_new(int argc, char **argv);

#endif
