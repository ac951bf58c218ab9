/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/build.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 1024

/* A command under construction. */
struct command {
	char *word[WORDS_MAX + 1];
	unsigned count;
};

static void
add(struct command *c, char *word)
{
	if (c->count < WORDS_MAX)
		c->word[c->count++] = word;
}

/* The word with name replaced by value, which may be part of it. */
static char *
replaced(const char *word, const char *name, const char *value)
{
	const char *const at = strstr(word, name);

	if (at == NULL)
		return words("%s", word);
	return words("%.*s%s%s", (int)(at - word), word, value, at + strlen(name));
}

static char *
in_place(const char *word, const struct place *place)
{
	return replaced(replaced(word, "@ROOT@", place->root), "@LIBVIG@", place->libvig);
}

static void
add_sources(struct command *c, const char *folder)
{
	glob_t found = { .gl_pathc = 0 };

	glob(words("%s/*.c", folder), 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		add(c, words("%s", found.gl_pathv[i]));
	globfree(&found);
}

/* text: part of a command, its words parted by "|", with names for what depends on the place (cli/meson.build). */
static void
add_words(struct command *c, const struct place *place, const struct function *f, const char *output,
	const char *text)
{
	char *rest = words("%s", text), *word;

	while ((word = strsep(&rest, "|")) != NULL) {
		if (strcmp(word, "@INPUT@") == 0)
			add_sources(c, f->folder);
		else
			add(c, replaced(in_place(word, place), "@OUTPUT@", output));
	}
}

static bool
run(struct command *c, const char *what, struct err *err)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		execvp(c->word[0], c->word);
		fprintf(stderr, "%s: %s\n", c->word[0], strerror(errno));
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return err_set(err, "%s cannot be started: %s", c->word[0], strerror(errno));
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
		err_set(err, "%s: it does not compile; the compiler's messages are above", what);
}

/* Two builds at once do not meet: each writes a file of its own and puts it in place in one step. */
static bool
compile(const struct place *place, const struct function *f, const char *flags, const char *made, struct err *err)
{
	char *const fresh = words("%s.%ld", made, (long)getpid());
	struct command c = { .count = 0 };

	add_words(&c, place, f, fresh, VIGOR_COMPILE);
	if (flags[0] != '\0')
		add_words(&c, place, f, fresh, flags);
	if (c.count == WORDS_MAX)
		return err_set(err, "%s: too many sources", f->folder);
	if (!run(&c, f->folder, err))
		return false;
	return rename(fresh, made) == 0 || err_set(err, "%s: %s", made, strerror(errno));
}

static bool
make_folder(const char *file, struct err *err)
{
	char *const folder = words("%s", file);

	*strrchr(folder, '/') = '\0';
	return mkdir(folder, 0777) == 0 || errno == EEXIST ||
		err_set(err, "%s: %s; -o says where else to put what is built", folder, strerror(errno));
}

bool
build_function(const struct place *place, const struct function *f, struct err *err)
{
	return make_folder(f->program, err) && compile(place, f, "", f->program, err) &&
		compile(place, f, VIGOR_TRAPS, f->sanitized, err);
}

bool
build_if_stale(const struct place *place, const struct function *f, struct err *err)
{
	const bool fresh = function_is_fresh(place, f, f->program) && function_is_fresh(place, f, f->sanitized);

	if (fresh)
		return true;
	if (f->ours)
		return err_set(err, "%s is older than its sources: run `make` first", f->program);
	return build_function(place, f, err);
}
