/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/case.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"
#include "verify/prove/options.h"

/* Numbers of 64 bits: JSON's integers are jansson's signed ones, so the upper half goes as text. */
static json_t *
number(uint64_t value)
{
	char text[32];

	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof text, "%" PRIu64, value);
	return json_string(text);
}

json_t *
case_string(const char *text)
{
	json_t *string = json_string(text);
	char *copy;

	if (string != NULL)
		return string;
	copy = strdup(text);
	if (copy == NULL)
		abort();
	for (char *c = copy; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = json_string(copy);
	free(copy);
	return string;
}

static json_t *
couple(const uint64_t value[2])
{
	return json_pack("[o, o]", number(value[0]), number(value[1]));
}

/* A field of a record: one number, unless it has an upper half. */
static json_t *
field(const uint64_t value[2])
{
	return value[1] == 0 ? number(value[0]) : couple(value);
}

/* Values by name. Lists have records, not a value. */
static json_t *
option_values(const struct counterexample *c, const struct options *options)
{
	json_t *values = json_object();

	for (unsigned i = 0; i < c->options && i < options->count; i++)
		if (options->option[i].type != NF_LIST)
			json_object_set_new(values, options->option[i].name, couple(c->option[i]));
	return values;
}

static json_t *
list_records(const struct counterexample *c)
{
	json_t *lists = json_object();

	for (unsigned i = 0; i < c->lists; i++) {
		json_t *records = json_array();

		for (unsigned r = 0; r < c->list[i].records; r++) {
			json_t *record = json_array();

			for (unsigned f = 0; f < c->list[i].fields; f++)
				json_array_append_new(record, field(c->list[i].value[r][f]));
			json_array_append_new(records, record);
		}
		json_object_set_new(lists, c->list[i].name, records);
	}
	return lists;
}

static json_t *
hexadecimal(const uint8_t *bytes, uint64_t length)
{
	char *text = malloc(2 * length + 1);
	json_t *string;

	if (text == NULL)
		return json_string("");
	text[0] = '\0';
	for (uint64_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	string = json_string(text);
	free(text);
	return string;
}

static json_t *
packets(const struct counterexample *c)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < c->packets; i++) {
		const struct shown_packet *const p = &c->packet[i];

		json_array_append_new(all, json_pack("{s:o, s:o, s:o}", "port", number(p->port), "time",
			number(p->time), "hex", hexadecimal(p->bytes, p->length)));
	}
	return all;
}

static json_t *
lines(const char *text)
{
	json_t *all = json_array();

	while (*text != '\0') {
		const size_t length = strcspn(text, "\n");

		char *const line = strndup(text, length);

		if (line == NULL)
			abort();
		json_array_append_new(all, case_string(line));
		free(line);
		text += length + (text[length] == '\n');
	}
	return all;
}

/* How trial.py tries it: undefined behaviour is a trap of the other build, and so a question of safety. */
static const char *
trial_kind(const struct goal *goal)
{
	if (goal_is_property(goal))
		return "property";
	if (goal_is_invariant(goal))
		return "invariant";
	return strcmp(goal->name, GOAL_SPEC) == 0 ? "spec" : "safety";
}

/* The name that the property or the invariant has in the specification. */
static json_t *
trial_name(const struct goal *goal)
{
	if (goal_is_invariant(goal))
		return case_string(goal->name + strlen(GOAL_INVARIANT));
	return goal_is_property(goal) ? case_string(goal->name) : json_null();
}

bool
case_program_options(const char *path, struct options *options, struct err *err)
{
	struct program *const program = program_open(path, err);
	bool known;

	if (program == NULL)
		return false;
	known = options_read(program, options, err);
	program_close(program);
	return known;
}

json_t *
case_json(const struct counterexample *c, const struct goal *goal, const char *program, const char *folder,
	struct err *err)
{
	struct options options;
	char claim[1024];

	if (!case_program_options(program, &options, err))
		return NULL;
	snprintf(claim, sizeof claim, "%s: %s", goal->name, goal->reason);
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"goal", case_string(goal->name), "so", case_string(program),
		"spec", case_string(folder == NULL ? "" : folder), "kind", trial_kind(goal),
		"property", trial_name(goal),
		"claim", case_string(claim), "ports", number(c->ports), "options", option_values(c, &options),
		"lists", list_records(c), "packets", packets(c), "before", lines(c->before), "way", lines(c->way));
}

/* As the .conf file would have it, as far as a number goes: addresses stay numbers. */
void
case_options(const struct counterexample *c, const char *program, FILE *to)
{
	struct err err = { "" };
	struct options options;

	if (!case_program_options(program, &options, &err))
		return;
	for (unsigned i = 0; i < c->options && i < options.count; i++) {
		const struct option *const o = &options.option[i];

		if (o->type == NF_IPV4_PREFIX)
			fprintf(to, ", %s = 0x%" PRIx64 "/%" PRIu64, o->name, c->option[i][0], c->option[i][1]);
		else if (o->type == NF_IPV6)
			fprintf(to, ", %s = 0x%016" PRIx64 "%016" PRIx64, o->name, c->option[i][1], c->option[i][0]);
		else if (o->type == NF_IPV4 || o->type == NF_MAC)
			fprintf(to, ", %s = 0x%" PRIx64, o->name, c->option[i][0]);
		else if (o->type != NF_LIST)
			fprintf(to, ", %s = %" PRIu64 "%s", o->name, c->option[i][0],
				o->type == NF_DURATION ? "ns" : "");
	}
}
