/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/nearest.h"

#define FIRST_CODE 256 /* beyond all letters */

static bool
take_number(const struct argument *a, struct err *err)
{
	char *end;

	errno = 0;
	*a->number = strtoull(optarg, &end, 10);
	if (optarg[0] >= '0' && optarg[0] <= '9' && *end == '\0' && errno == 0 && *a->number >= a->least &&
		*a->number <= a->most)
		return true;
	return err_set(err, "--%s %s: expected a whole number from %" PRIu64 " to %" PRIu64, a->name, optarg, a->least,
		a->most);
}

static bool
take(const struct argument *a, struct err *err)
{
	if (a->flag != NULL)
		return *a->flag = true;
	if (a->number != NULL)
		return take_number(a, err);
	if (a->text != NULL) {
		*a->text = optarg;
		return true;
	}
	if (a->repeats->count == ARGUMENTS_REPEATS)
		return err_set(err, "--%s %s: %d are the most there can be", a->name, optarg, ARGUMENTS_REPEATS);
	a->repeats->value[a->repeats->count++] = optarg;
	return true;
}

static bool
not_an_option(const char *given, const struct argument *table, struct err *err)
{
	const char *names[ARGUMENTS_MAX + 1] = { NULL };
	char bare[64];
	int near;

	for (unsigned i = 0; table[i].name != NULL; i++)
		names[i] = table[i].name;
	snprintf(bare, sizeof bare, "%.*s", (int)strcspn(given + strspn(given, "-"), "="), given + strspn(given, "-"));
	near = nearest(bare, names);
	if (near < 0)
		return err_set(err, "%s: not an option; --help lists them", given);
	if (strcmp(bare, names[near]) == 0)
		return err_set(err, "%s: --%s takes no value", given, names[near]);
	return err_set(err, "%s: not an option; did you mean --%s?", given, names[near]);
}

/* The table in getopt's words. */
static void
describe(const struct argument *table, struct option *options, char *letters)
{
	unsigned i;

	*letters++ = ':';
	for (i = 0; table[i].name != NULL; i++) {
		const bool valued = table[i].flag == NULL;

		options[i] = (struct option){
			.name = table[i].name,
			.has_arg = valued ? required_argument : no_argument,
			.val = FIRST_CODE + (int)i,
		};
		if (table[i].letter == 0)
			continue;
		*letters++ = table[i].letter;
		if (valued)
			*letters++ = ':';
	}
	options[i] = (struct option){ .name = NULL };
	*letters = '\0';
}

static const struct argument *
find(const struct argument *table, int code)
{
	if (code >= FIRST_CODE)
		return &table[code - FIRST_CODE];
	for (const struct argument *a = table; a->name != NULL; a++)
		if (a->letter == code)
			return a;
	return NULL;
}

bool
arguments_read(int argc, char **argv, const struct argument *table, const char **folder, struct err *err)
{
	struct option options[ARGUMENTS_MAX + 1];
	char letters[2 * ARGUMENTS_MAX + 2];
	int code;

	describe(table, options, letters);
	opterr = 0;
	*folder = NULL;
	while ((code = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (code == ':')
			return err_set(err, "%s: its value is missing; --help says what it takes", argv[optind - 1]);
		if (code == '?')
			return not_an_option(argv[optind - 1], table, err);
		if (!take(find(table, code), err))
			return false;
	}
	if (optind < argc)
		*folder = argv[optind++];
	return optind >= argc || err_set(err, "%s: one folder at a time; %s is the first", argv[optind], *folder);
}
