/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/types.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* The verdict's own word must be "proved": anything else, or nothing, is not. */
static bool
check_word(const json_t *verdict, struct err *reason)
{
	const char *const word = json_string_value(json_object_get(verdict, "verdict"));

	if (word != NULL && strcmp(word, "proved") == 0)
		return true;
	return err_set(reason, "the verdict is \"%s\"", word != NULL ? word : "");
}

static bool
check_file(const json_t *verdict, const char *key, const char *what, const char *path, struct err *reason)
{
	const char *const proved = json_string_value(json_object_get(verdict, key));
	char actual[SHA256_DIGEST_STRING_LENGTH];

	if (proved == NULL)
		return err_set(reason, "the verdict does not say which %s it is about", what);
	if (path == NULL || SHA256File(path, actual) == NULL)
		return err_set(reason, "%s cannot be read: %s", what, path == NULL ? "not loaded" : strerror(errno));
	if (strcasecmp(proved, actual) == 0)
		return true;
	return err_set(reason, "the verdict is about another %s: it was built again since; verify again", what);
}

static bool
check_bound(const json_t *verdict, const char *key, const char *what, uint64_t actual, struct err *reason)
{
	const json_t *const bound = json_object_get(json_object_get(verdict, "bounds"), key);

	if (!json_is_integer(bound) || json_integer_value(bound) < 0)
		return err_set(reason, "the verdict does not say up to which %s it holds", what);
	if (actual <= (uint64_t)json_integer_value(bound))
		return true;
	return err_set(reason, "the proof holds up to %s %" JSON_INTEGER_FORMAT ", this run has %" PRIu64, what,
		json_integer_value(bound), actual);
}

static bool
check_all(const json_t *verdict, const struct verdict_subject *subject, struct err *reason)
{
	return check_word(verdict, reason) &&
		check_file(verdict, "nf_sha256", "network function", subject->nf, reason) &&
		check_file(verdict, "libvig_sha256", "libVig", subject->libvig, reason) &&
		check_bound(verdict, "length", "frame length", subject->length, reason) &&
		check_bound(verdict, "ports", "port count", subject->ports, reason);
}

bool
verdict_covers(const char *path, const struct verdict_subject *subject, struct err *reason)
{
	char beside[4096];
	json_error_t error;
	json_t *verdict;
	FILE *file;
	bool covered;

	snprintf(beside, sizeof beside, "%s.verdict.json", subject->nf);
	if (path == NULL)
		path = beside;
	file = fopen(path, "r");
	if (file == NULL)
		return err_set(reason, "no verdict: %s: %s; `vigor verify` makes one", path, strerror(errno));
	verdict = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (verdict == NULL)
		return err_set(reason, "%s:%d: not a verdict: %s", path, error.line, error.text);
	covered = check_all(verdict, subject, reason);
	json_decref(verdict);
	return covered;
}
