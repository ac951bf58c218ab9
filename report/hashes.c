/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/hashes.h"

#include <errno.h>
#include <glob.h>
#include <sys/types.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
hash_file(const char *path, char text[HASH_TEXT], struct err *err)
{
	return SHA256File(path, text) != NULL || err_set(err, "%s: cannot be read: %s", path, strerror(errno));
}

/* Adds each file's name below the folder and its digest, in order of name: the folder's place does not matter. */
static bool
add_files(SHA2_CTX *sum, const char *folder, const char *pattern, struct err *err)
{
	char digest[HASH_TEXT], *path = NULL;
	glob_t found = { .gl_pathc = 0 };
	bool fine = true;

	if (asprintf(&path, "%s/%s", folder, pattern) < 0)
		return err_set(err, "out of memory");
	glob(path, 0, NULL, &found);
	for (size_t i = 0; fine && i < found.gl_pathc; i++) {
		const char *const name = found.gl_pathv[i] + strlen(folder) + 1;

		fine = hash_file(found.gl_pathv[i], digest, err);
		SHA256Update(sum, (const uint8_t *)name, strlen(name) + 1);
		SHA256Update(sum, (const uint8_t *)digest, fine ? strlen(digest) : 0);
	}
	globfree(&found);
	free(path);
	return fine;
}

static bool
hash_folder(const char *folder, char text[HASH_TEXT], struct err *err)
{
	SHA2_CTX sum;

	SHA256Init(&sum);
	if (!add_files(&sum, folder, "*.py", err) || !add_files(&sum, folder, "props/*.py", err))
		return false;
	SHA256End(&sum, text);
	return true;
}

bool
hashes_take(const char *nf, const char *libvig, const char *folder, struct hashes *hashes, struct err *err)
{
	*hashes = (struct hashes){ .spec = "" };
	return hash_file(nf, hashes->nf, err) && hash_file(libvig, hashes->libvig, err) &&
		hash_file("/proc/self/exe", hashes->tool, err) &&
		(folder == NULL || hash_folder(folder, hashes->spec, err));
}
