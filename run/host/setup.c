/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/host/setup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/value.h"

static const struct nf_option *
find_option(const struct nf_option *options, const char *name, bool list, struct err *err)
{
	for (; options->name != NULL; options++)
		if (strcmp(options->name, name) == 0 && (options->type == NF_LIST) == list)
			return options;
	err_set(err, "there is no %s \"%.60s\"", list ? "list" : "option", name);
	return NULL;
}

static bool
check_value(const struct nf_option *option, uint64_t ports, const struct nf_value *value, struct err *err)
{
	char reason[VALUE_REASON];

	return value_check(option, ports, value, reason) || err_set(err, "%s: %s", option->name, reason);
}

bool
setup_option(struct conf *conf, const struct nf_option *options, uint64_t ports, const char *name,
	const struct nf_value *value, struct err *err)
{
	const struct nf_option *const option = find_option(options, name, false, err);

	if (option == NULL || !check_value(option, ports, value, err))
		return false;
	conf->value[option - options] = *value;
	return true;
}

/* What instance_new says of a record that is refused begins with the path. */
static bool
name_source(struct conf *conf)
{
	if (conf->path == NULL)
		conf->path = strdup("standard input");
	return conf->path != NULL;
}

static bool
append(struct conf_list *list, const struct nf_value *field, uint32_t line)
{
	const size_t room = list->count + 1;
	struct nf_value *const value = realloc(list->value, room * (list->fields + 1) * sizeof *value);
	uint32_t *lines;

	if (value == NULL)
		return false;
	list->value = value;
	lines = realloc(list->line, room * sizeof *lines);
	if (lines == NULL)
		return false;
	list->line = lines;
	list->room = room;
	memcpy(value + list->count * list->fields, field, list->fields * sizeof *field);
	lines[list->count++] = line;
	return true;
}

bool
setup_record(struct conf *conf, const struct nf_option *options, uint64_t ports, const char *name,
	const struct nf_value *field, size_t fields, uint32_t line, struct err *err)
{
	const struct nf_option *const option = find_option(options, name, true, err);
	struct conf_list *list;

	if (option == NULL)
		return false;
	list = &conf->list[option - options];
	if (fields != list->fields)
		return err_set(err, "a record of %s has %zu fields, not %zu", name, list->fields, fields);
	if (list->count >= option->max_count)
		return err_set(err, "%s has at most %" PRIu64 " records", name, option->max_count);
	for (size_t f = 0; f < fields; f++)
		if (!check_value(&option->fields[f], ports, &field[f], err))
			return false;
	return (name_source(conf) && append(list, field, line)) || err_set(err, "out of memory");
}

static const char *
type_name(enum nf_type type)
{
	static const char *const name[] = {
		[NF_INTEGER] = "integer", [NF_DURATION] = "duration", [NF_IPV4] = "ipv4", [NF_IPV4_PREFIX] = "prefix4",
		[NF_IPV6] = "ipv6", [NF_MAC] = "mac", [NF_PORT] = "port", [NF_ENUM] = "enum", [NF_LIST] = "list",
	};

	return name[type];
}

static void
show_list(const char *name, const struct conf_list *list, struct answers *answers)
{
	for (size_t i = 0; i < list->count; i++) {
		answers_add(answers, "record %s", name);
		for (size_t f = 0; f < list->fields; f++)
			answers_add(answers, " %" PRIu64 ":%" PRIu64, list->value[i * list->fields + f].lo,
				list->value[i * list->fields + f].hi);
		answers_add(answers, "\n");
	}
}

void
setup_show(const struct conf *conf, const struct nf_option *options, struct answers *answers)
{
	for (size_t i = 0; i < conf->options; i++) {
		const struct nf_option *const o = &options[i];
		if (o->type == NF_LIST)
			show_list(o->name, &conf->list[i], answers);
		else
			answers_add(answers, "option %s %s %" PRIu64 " %" PRIu64 "\n", o->name, type_name(o->type),
				conf->value[i].lo, conf->value[i].hi);
	}
	answers_add(answers, "done\n");
}
