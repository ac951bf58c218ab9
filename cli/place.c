/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/place.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
words(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	va_end(arguments);
	return text;
}

static bool
exists(const char *path)
{
	return access(path, R_OK) == 0;
}

/* The first of the candidates in which the file is; NULL: none. */
static char *
first_with(const char *file, char *const *candidates)
{
	for (; *candidates != NULL; candidates++)
		if (exists(words("%s/%s", *candidates, file)))
			return *candidates;
	return NULL;
}

bool
place_find(struct place *place, struct err *err)
{
	char *const self = realpath("/proc/self/exe", NULL);
	char *folder;

	if (self == NULL)
		return err_set(err, "/proc/self/exe: %s; is /proc mounted?", strerror(errno));
	*strrchr(self, '/') = '\0';
	place->programs = self;
	folder = words("%s/../share/vigor", self);
	place->root = first_with("nf/nf.h", (char *[]){ folder, VIGOR_SOURCE, NULL });
	if (place->root == NULL)
		return err_set(err, "nf/nf.h is neither in %s nor in %s: was the project moved after it was built? "
			"Build it again", folder, VIGOR_SOURCE);
	place->root = realpath(place->root, NULL);
	place->package = words("%s/spec", place->root);
	folder = first_with("libvig.so.0", (char *[]){ words("%s/libvig", self), VIGOR_LIBDIR, NULL });
	if (folder == NULL)
		return err_set(err, "libvig.so.0 is neither in %s/libvig nor in %s; build the project again", self,
			VIGOR_LIBDIR);
	place->libvig_folder = folder;
	place->libvig = realpath(words("%s/libvig.so.0", folder), NULL);
	return true;
}

char *
place_program(const struct place *place, const char *name)
{
	return words("%s/%s", place->programs, name);
}

/* Whether the folder is the project's own of that name, built with it. */
static bool
is_ours(const struct place *place, const struct function *f)
{
	char *const own = realpath(words("%s/nf/%s", place->root, f->name), NULL);
	const bool same = own != NULL && strcmp(own, f->folder) == 0;

	free(own);
	return same && exists(words("%s/nf/%s/%s.so", place->programs, f->name, f->name));
}

static bool
has_sources(const char *folder)
{
	glob_t found = { .gl_pathc = 0 };
	const bool some = glob(words("%s/*.c", folder), 0, NULL, &found) == 0;

	globfree(&found);
	return some;
}

bool
function_find(const struct place *place, const char *folder, struct function *f, struct err *err)
{
	struct stat status;

	if (stat(folder, &status) != 0)
		return err_set(err, "%s: %s; name the folder of a network function", folder, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		return err_set(err, "%s: not a folder; name the one that holds the network function's sources", folder);
	f->folder = realpath(folder, NULL);
	if (f->folder == NULL)
		return err_set(err, "%s: %s", folder, strerror(errno));
	if (!has_sources(f->folder))
		return err_set(err, "%s: there are no C sources (*.c) in it", folder);
	f->name = strrchr(f->folder, '/') + 1;
	f->ours = is_ours(place, f);
	folder = f->ours ? words("%s/nf/%s", place->programs, f->name) : words("%s/build", f->folder);
	f->program = words("%s/%s.so", folder, f->name);
	f->sanitized = words("%s/%s.trap.so", folder, f->name);
	return true;
}

/* Whether every file that the pattern names is older. */
static bool
all_older(const char *pattern, const struct timespec *made)
{
	glob_t found = { .gl_pathc = 0 };
	struct stat status;
	bool older = true;

	glob(pattern, 0, NULL, &found);
	for (size_t i = 0; older && i < found.gl_pathc; i++)
		older = stat(found.gl_pathv[i], &status) == 0 && (status.st_mtim.tv_sec < made->tv_sec ||
			(status.st_mtim.tv_sec == made->tv_sec && status.st_mtim.tv_nsec <= made->tv_nsec));
	globfree(&found);
	return older;
}

/* Which headers a source includes is not looked at: all that it could include from us count. Except for our own
 * functions: the project's build knows which, and would not make anew what did not change. */
bool
function_is_fresh(const struct place *place, const struct function *f, const char *made)
{
	static const char *const shared[] = { "nf/*.h", "nf/common/*", "net/*.h", "libvig/*.h" };
	struct stat status;
	bool fresh;

	if (stat(made, &status) != 0)
		return false;
	fresh = all_older(words("%s/*.[ch]", f->folder), &status.st_mtim);
	for (size_t i = 0; fresh && !f->ours && i < sizeof shared / sizeof shared[0]; i++)
		fresh = all_older(words("%s/%s", place->root, shared[i]), &status.st_mtim);
	return fresh;
}
