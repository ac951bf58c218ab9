/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way back: a case that somebody else wrote. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "verify/prove/options.h"

/* A number, or the text of one that JSON's integers do not hold. */
static uint64_t
number(const json_t *value)
{
	return json_is_string(value) ? strtoull(json_string_value(value), NULL, 10) : (uint64_t)json_integer_value(value);
}

/* One number, or two. */
static void
couple(const json_t *value, uint64_t to[2])
{
	to[0] = number(json_is_array(value) ? json_array_get(value, 0) : value);
	to[1] = json_is_array(value) ? number(json_array_get(value, 1)) : 0;
}

static void
read_list(const json_t *records, struct shown_list *list)
{
	list->fields = (unsigned)json_array_size(json_array_get(records, 0));
	list->records = (unsigned)json_array_size(records);
	if (list->fields > LISTED_FIELDS)
		list->fields = LISTED_FIELDS;
	if (list->records > SHOWN_RECORDS)
		list->records = SHOWN_RECORDS;
	for (unsigned r = 0; r < list->records; r++)
		for (unsigned f = 0; f < list->fields; f++)
			couple(json_array_get(json_array_get(records, r), f), list->value[r][f]);
}

static void
read_setting(const json_t *object, const struct options *options, struct counterexample *c)
{
	const json_t *const values = json_object_get(object, "options"), *const lists = json_object_get(object, "lists");

	c->ports = number(json_object_get(object, "ports"));
	c->options = options->count;
	for (unsigned i = 0; i < options->count; i++) {
		const json_t *const records = json_object_get(lists, options->option[i].name);
		struct shown_list *const list = &c->list[c->lists];

		if (options->option[i].type != NF_LIST)
			couple(json_object_get(values, options->option[i].name), c->option[i]);
		if (options->option[i].type != NF_LIST || json_array_size(records) == 0 || c->lists == SHOWN_LISTS)
			continue;
		snprintf(list->name, sizeof list->name, "%s", options->option[i].name);
		read_list(records, list);
		c->lists++;
	}
}

/* Bytes of hexadecimal digits, in memory of its own. NULL: it is not that. */
static uint8_t *
bytes_of(const char *digits, uint64_t *length)
{
	uint8_t *bytes;

	*length = digits == NULL ? 0 : strlen(digits) / 2;
	bytes = digits == NULL || *length > VERIFY_MAX_BYTES ? NULL : malloc(*length + 1);
	for (uint64_t i = 0; bytes != NULL && i < *length; i++) {
		unsigned byte;

		if (sscanf(digits + 2 * i, "%2x", &byte) != 1) {
			free(bytes);
			return NULL;
		}
		bytes[i] = (uint8_t)byte;
	}
	return bytes;
}

static bool
read_packets(const json_t *all, struct counterexample *c)
{
	const size_t count = json_array_size(all);
	const size_t first = count > SHOWN_PACKETS ? count - SHOWN_PACKETS : 0;

	for (size_t i = first; i < count; i++) {
		const json_t *const one = json_array_get(all, i);
		struct shown_packet *const p = &c->packet[c->packets];

		p->port = number(json_object_get(one, "port"));
		p->time = number(json_object_get(one, "time"));
		p->bytes = bytes_of(json_string_value(json_object_get(one, "hex")), &p->length);
		if (p->bytes == NULL)
			return false;
		c->packets++;
	}
	return count > 0;
}

bool
case_read(const char *folder, const char *program, struct counterexample *c, struct err *err)
{
	json_error_t error;
	struct options options;
	char *path = NULL;
	json_t *object;
	bool whole;

	*c = (struct counterexample){ .goal = 0 };
	if (!case_program_options(program, &options, err))
		return false;
	if (asprintf(&path, "%s/case.json", folder) < 0)
		return err_set(err, "out of memory");
	object = json_load_file(path, 0, &error);
	if (object != NULL)
		read_setting(object, &options, c);
	whole = object != NULL && read_packets(json_object_get(object, "packets"), c);
	if (!whole)
		err_set(err, "%s: not a case: %s", path, object == NULL ? error.text : "its packets");
	json_decref(object);
	free(path);
	return whole;
}
