/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands that hand over to other programs: build, run, check, replay. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/build.h"
#include "cli/cli.h"

static const char build_usage[] =
	"usage: vigor build DIR [-o FILE]\n"
	"\n"
	"Compiles all *.c of DIR to DIR/build/NAME.so, which is proved and run, and to NAME.trap.so, the same source\n"
	"with a trap at each undefined operation, for the verifier. NAME is DIR's own.\n"
	"\n"
	"  -o, --output FILE   NAME.so's place instead (ends in .so; the other one is put beside it)\n";

static const char check_usage[] =
	"usage: vigor check DIR [options] --pcap FILE [--pcap FILE]…\n"
	"       vigor check DIR [--packets N] [--seed N] [--out FOLDER] [--conf FILE]\n"
	"\n"
	"Plays captures through the network function and its specification, in the captures' own time, and compares\n"
	"ports, every byte and the tables. The first --pcap is what port 0 receives, and so on. Without captures: packets\n"
	"that are made up, with the configuration and with variants of it; a difference is made small, and written down.\n"
	"\n"
	"  -c, --conf FILE   the function's configuration (default: its defaults; for made-up packets DIR/NAME.conf)\n"
	"  --packets N       how many are made up (default 10000)\n"
	"  --seed N          other ones (default 1)\n"
	"  --ports N         how many ports there are (default: one for each capture, at least 2)\n"
	"  --log FILE        check a run of `vigor run --log FILE` on these captures instead\n"
	"  --out FILE        with --log: what the run sent, from port 0; with made-up packets the folder for a case\n"
	"                    (default NAME.counterexample)\n"
	"Exit: 0 no difference; 1 the first difference, which is shown; 3 bad input.\n";

static const char new_usage[] =
	"usage: vigor new FOLDER [--like NAME]\n"
	"\n"
	"Makes the folder of a new network function, called as the folder is. It verifies and runs at once, for it begins as\n"
	"a copy of one of Vigor's own (default nop, a wire; --like firewall, bridge, …): change spec.py, then the C.\n"
	"\n"
	"Exit: 0 done; 3 bad input: the folder is there already, or there is no such function.\n";

static const char replay_usage[] =
	"usage: vigor replay DIR\n"
	"\n"
	"Plays the counterexample in DIR, written by `vigor verify`, on the function itself.\n"
	"Exit: 0 the function does not do what is claimed; 1 it does; 3 bad input.\n";

static int
bad(const struct err *err)
{
	fprintf(stderr, "vigor: %s\n", err->text);
	return EXIT_BAD_INPUT;
}

static int
help(const char *usage)
{
	fputs(usage, stdout);
	return 0;
}

static bool
ends_in_so(const char *path)
{
	const size_t length = strlen(path);

	return length > 3 && strcmp(path + length - 3, ".so") == 0;
}

/* Where -o says. */
static bool
redirect(struct function *f, const char *output, struct err *err)
{
	if (!ends_in_so(output))
		return err_set(err, "-o %s: expected a file whose name ends in .so", output);
	f->program = words("%s%s", strchr(output, '/') == NULL ? "./" : "", output);
	f->sanitized = words("%.*s.trap.so", (int)strlen(f->program) - 3, f->program);
	return true;
}

int
cli_build(int argc, char **argv)
{
	const char *folder, *output = NULL;
	struct err err = { "" };
	struct function function;
	struct place place;
	bool asked = false;
	const struct argument table[] = {
		{ .name = "output", .letter = 'o', .text = &output },
		{ .name = "help", .letter = 'h', .flag = &asked },
		{ .name = NULL },
	};

	if (!arguments_read(argc, argv, table, &folder, &err))
		return bad(&err);
	if (asked)
		return help(build_usage);
	if (folder == NULL)
		err_set(&err, "build what? Name the folder of a network function; --help says more");
	if (folder == NULL || !place_find(&place, &err) || !function_find(&place, folder, &function, &err) ||
		(output != NULL && !redirect(&function, output, &err)) || !build_function(&place, &function, &err))
		return bad(&err);
	printf("%s\n", function.program);
	return 0;
}

/* Hands over to another program; returns only if that is not possible. */
static int
become(char **command)
{
	struct err err = { "" };

	execv(command[0], command);
	err_set(&err, "%s: %s; build the project again", command[0], strerror(errno));
	return bad(&err);
}

/* The shared object that a word stands for: itself, or what is made from the folder. */
static bool
resolve(const struct place *place, const char *word, char **program, struct err *err)
{
	struct function function;

	if (ends_in_so(word)) {
		*program = words("%s", word);
		return true;
	}
	if (!function_find(place, word, &function, err) || !build_if_stale(place, &function, err))
		return false;
	*program = function.program;
	return true;
}

int
cli_run(int argc, char **argv)
{
	char **const command = calloc((size_t)argc + 2, sizeof *command);
	struct err err = { "" };
	struct place place;

	if (command == NULL || !place_find(&place, &err))
		return bad(&err);
	command[0] = place_program(&place, "vigor-run");
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		command[1] = "--help";
		return become(command);
	}
	if (argv[1][0] == '-')
		err_set(&err, "run what? Name the folder of a network function first; --help says more");
	if (argv[1][0] == '-' || !resolve(&place, argv[1], &command[1], &err))
		return bad(&err);
	for (int i = 2; i < argc; i++)
		command[i] = argv[i];
	return become(command);
}

/* A trial in Python, on its own: command is what follows the interpreter. */
static int
become_python(const struct place *place, char **command)
{
	setenv("PYTHONPATH", place->package, 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	return become(command);
}

/* What `vigor check` is told. */
struct checking {
	const char *folder, *conf, *log;
	uint64_t ports, packets, seed;
	struct repeats pcaps, outs;
};

/* Without captures. */
static int
become_fuzz(const struct place *place, const struct checking *c)
{
	struct err err = { "" };
	struct function function;
	const char *conf = c->conf;
	char *command[16] = { VIGOR_PYTHON, "-m", "vigor.fuzz" };
	unsigned n = 3;

	if (!function_find(place, c->folder, &function, &err) || !build_if_stale(place, &function, &err))
		return bad(&err);
	if (conf == NULL && access(words("%s/%s.conf", function.folder, function.name), R_OK) == 0)
		conf = words("%s/%s.conf", function.folder, function.name);
	command[n++] = words("--so=%s", function.program);
	command[n++] = words("--host=%s", place_program(place, "vigor-host"));
	command[n++] = words("--packets=%llu", (unsigned long long)c->packets);
	command[n++] = words("--seed=%llu", (unsigned long long)c->seed);
	command[n++] = c->outs.count > 0 ? words("--into=%s", c->outs.value[0]) : words("--into=%s.counterexample", function.name);
	if (conf != NULL)
		command[n++] = words("--conf=%s", conf);
	command[n++] = "--";
	command[n++] = function.folder;
	return become_python(place, command);
}

static int
become_check(const struct place *place, const struct checking *c)
{
	struct err err = { "" };
	struct function function;
	char *command[2 * ARGUMENTS_REPEATS + 24] = { VIGOR_PYTHON, "-m", "vigor.trial", "check" };
	unsigned n = 4;

	if (!function_find(place, c->folder, &function, &err) || !build_if_stale(place, &function, &err))
		return bad(&err);
	command[n++] = words("--so=%s", function.program);
	command[n++] = words("--host=%s", place_program(place, "vigor-host"));
	command[n++] = words("--ports=%u", (unsigned)c->ports);
	if (c->conf != NULL)
		command[n++] = words("--conf=%s", c->conf);
	if (c->log != NULL)
		command[n++] = words("--log=%s", c->log);
	for (unsigned i = 0; i < c->outs.count; i++)
		command[n++] = words("--out=%s", c->outs.value[i]);
	command[n++] = "--";
	command[n++] = function.folder;
	for (unsigned i = 0; i < c->pcaps.count; i++)
		command[n++] = words("%s", c->pcaps.value[i]);
	return become_python(place, command);
}

static bool
complete(struct checking *c, struct err *err)
{
	if (c->folder == NULL)
		return err_set(err, "check what? Name the folder of a network function; --help says more");
	if (c->pcaps.count == 0 && (c->log != NULL || c->ports != 0))
		return err_set(err, "--log and --ports are about captures: give one --pcap for each port; --help says more");
	if (c->ports == 0)
		c->ports = c->pcaps.count < 2 ? 2 : c->pcaps.count;
	return true;
}

int
cli_check(int argc, char **argv)
{
	struct checking c = { .packets = 10000, .seed = 1 };
	struct err err = { "" };
	struct place place;
	bool asked = false;
	const struct argument table[] = {
		{ .name = "conf", .letter = 'c', .text = &c.conf },
		{ .name = "pcap", .repeats = &c.pcaps },
		{ .name = "log", .text = &c.log },
		{ .name = "out", .repeats = &c.outs },
		{ .name = "packets", .number = &c.packets, .least = 1, .most = 1000000000 },
		{ .name = "seed", .number = &c.seed, .most = UINT32_MAX },
		{ .name = "ports", .number = &c.ports, .least = 1, .most = ARGUMENTS_REPEATS },
		{ .name = "help", .letter = 'h', .flag = &asked },
		{ .name = NULL },
	};

	if (!arguments_read(argc, argv, table, &c.folder, &err))
		return bad(&err);
	if (asked)
		return help(check_usage);
	if (!complete(&c, &err) || !place_find(&place, &err))
		return bad(&err);
	return c.pcaps.count == 0 ? become_fuzz(&place, &c) : become_check(&place, &c);
}

int
cli_replay(int argc, char **argv)
{
	const char *folder;
	struct err err = { "" };
	struct place place;
	bool asked = false;
	const struct argument table[] = {
		{ .name = "help", .letter = 'h', .flag = &asked },
		{ .name = NULL },
	};
	char *command[8] = { VIGOR_PYTHON, "-m", "vigor.trial", "replay" };

	if (!arguments_read(argc, argv, table, &folder, &err))
		return bad(&err);
	if (asked)
		return help(replay_usage);
	if (folder == NULL || access(words("%s/case.json", folder), R_OK) != 0)
		err_set(&err, "%s: no counterexample: name a folder that `vigor verify` wrote, with case.json in it",
			folder == NULL ? "replay what" : folder);
	if (err.text[0] != '\0' || !place_find(&place, &err))
		return bad(&err);
	command[4] = words("--host=%s", place_program(&place, "vigor-host"));
	command[5] = "--";
	command[6] = words("%s", folder);
	return become_python(&place, command);
}

int
cli_new(int argc, char **argv)
{
	const char *folder, *like = "nop";
	struct err err = { "" };
	struct place place;
	bool asked = false;
	const struct argument table[] = {
		{ .name = "like", .text = &like },
		{ .name = "help", .letter = 'h', .flag = &asked },
		{ .name = NULL },
	};
	char *command[8] = { VIGOR_PYTHON, "-m", "vigor.scaffold" };

	if (!arguments_read(argc, argv, table, &folder, &err))
		return bad(&err);
	if (asked)
		return help(new_usage);
	if (folder == NULL)
		err_set(&err, "new what? Name the folder to be made; --help says more");
	if (err.text[0] != '\0' || !place_find(&place, &err))
		return bad(&err);
	command[3] = words("--like=%s", like);
	command[4] = words("--functions=%s/../nf", place.package);
	command[5] = "--";
	command[6] = words("%s", folder);
	return become_python(&place, command);
}
