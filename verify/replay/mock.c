/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/replay/mock.c -- vigor-mock: plays the verifier's paths on the processor.
 *
 *     vigor-mock NF.so < scenes > answers
 *
 * Answers a line for each scene: "ok N", "mismatch N what", or "unable N why" where nothing could be run.
 * Exit status: 0 all ok, 1 some mismatch, 3 bad input or something unable. */
#include <dlfcn.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify/replay/native.h"
#include "verify/replay/scene.h"

enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1, EXIT_BAD = 3 };

#define LIMIT_MS 2000u

static const char usage[] =
	"usage: vigor-mock [--libvig DIR] [--limit-ms N] NF.so < scenes > answers\n"
	"  --libvig DIR    where libvig.so.0 is, if the system does not know\n"
	"  --limit-ms N    how long one call may take (default 2000)\n";

struct settings {
	const char *libvig, *function;
	unsigned limit_ms;
};

static int
bad(const char *what, const char *why)
{
	fprintf(stderr, "vigor-mock: %s%s%s\n", what, why != NULL ? ": " : "", why != NULL ? why : "");
	return EXIT_BAD;
}

static bool
read_limit(const char *text, unsigned *limit_ms)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	*limit_ms = (unsigned)value;
	return *end == '\0' && value >= 1 && value <= 3600000;
}

static bool
read_arguments(int argc, char **argv, struct settings *settings)
{
	static const struct option options[] = {
		{ "libvig", required_argument, NULL, 'l' },
		{ "limit-ms", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'l')
			settings->libvig = optarg;
		else if (option != 't' || !read_limit(optarg, &settings->limit_ms))
			return false;
	}
	if (optind + 1 != argc)
		return false;
	settings->function = argv[optind];
	return true;
}

/* Once loaded from here, libvig.so.0 is found by its name when the function asks for it. */
static bool
load_libvig(const char *folder)
{
	char path[4096];

	if (folder == NULL)
		return true;
	snprintf(path, sizeof path, "%s/libvig.so.0", folder);
	return dlopen(path, RTLD_NOW | RTLD_LOCAL) != NULL;
}

/* The path is made absolute: dlopen must not search elsewhere for it. */
static struct native_functions
load_functions(const char *path)
{
	char *const absolute = realpath(path, NULL);
	void *const handle = dlopen(absolute != NULL ? absolute : path, RTLD_NOW | RTLD_LOCAL);
	void *const process = handle != NULL ? dlsym(handle, "nf_process") : NULL;
	void *const hint = handle != NULL ? dlsym(handle, "nf_hint") : NULL;
	struct native_functions functions;

	free(absolute);
	memcpy(&functions.process, &process, sizeof functions.process);
	memcpy(&functions.hint, &hint, sizeof functions.hint);
	return functions;
}

static const char *
outcome_word(enum native_outcome outcome)
{
	return outcome == NATIVE_OK ? "ok" : outcome == NATIVE_MISMATCH ? "mismatch" : "unable";
}

static int
play_all(const struct native_functions *functions, unsigned limit_ms)
{
	struct scene_reader reader = { .stream = stdin };
	struct err err = { "" };
	char what[NATIVE_WORDS];
	struct scene scene;
	int worst = EXIT_SAME;

	while (scene_read(&reader, &scene, &err)) {
		const enum native_outcome outcome = native_run(functions, &scene, limit_ms, what);
		printf("%s %" PRIu64 "%s%s\n", outcome_word(outcome), scene.number, outcome == NATIVE_OK ? "" : " ",
			outcome == NATIVE_OK ? "" : what);
		if (outcome == NATIVE_UNABLE)
			worst = EXIT_BAD;
		else if (outcome == NATIVE_MISMATCH && worst == EXIT_SAME)
			worst = EXIT_DIFFERENT;
		scene_free(&scene);
	}
	scene_close(&reader);
	if (fflush(stdout) != 0)
		return bad("the answers cannot be written", NULL);
	return err.text[0] != '\0' ? bad(err.text, NULL) : worst;
}

int
main(int argc, char **argv)
{
	struct settings settings = { .limit_ms = LIMIT_MS };
	struct native_functions functions;

	if (!read_arguments(argc, argv, &settings)) {
		fputs(usage, stderr);
		return EXIT_BAD;
	}
	if (!load_libvig(settings.libvig))
		return bad("libVig cannot be loaded", dlerror());
	functions = load_functions(settings.function);
	if (functions.process == NULL)
		return bad("the network function cannot be loaded", dlerror());
	return play_all(&functions, settings.limit_ms);
}
