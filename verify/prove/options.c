/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/prove/options.h"

#include <string.h>

bool
program_bytes(const struct program *program, uint64_t address, void *to, size_t size)
{
	for (size_t i = 0; i < program_segments(program); i++) {
		const struct program_segment *s = program_segment(program, i);

		if (address < s->address || address - s->address > s->size || size > s->size - (address - s->address))
			continue;
		memcpy(to, s->bytes + (address - s->address), size);
		return true;
	}
	return false;
}

static bool
read_name(const struct program *program, uint64_t address, char *name, size_t room)
{
	for (size_t i = 0; i < room; i++) {
		if (!program_bytes(program, address + i, &name[i], 1))
			return false;
		if (name[i] == '\0')
			return i > 0;
	}
	return false;
}

static bool
in_range(const struct option *option)
{
	if (option->type > NF_LIST || option->min > option->max)
		return false;
	return option->type == NF_LIST ||
		(option->initial.lo >= option->min && option->initial.lo <= option->max);
}

static uint64_t
widest(enum nf_type type)
{
	switch (type) {
	case NF_IPV4:
	case NF_IPV4_PREFIX: return UINT32_MAX;
	case NF_MAC: return ((uint64_t)1 << 48) - 1;
	case NF_PORT: return NF_MAX_PORTS - 1;
	default: return UINT64_MAX;
	}
}

/* The fields of a list's records. */
static bool
read_list(const struct program *program, const char *name, uint64_t address, struct options *options, struct err *err)
{
	struct list_option *list = &options->list[options->lists];
	struct nf_option raw;

	if (options->lists == OPTIONS_LISTS)
		return err_set(err, "nf_options has more than %d lists", OPTIONS_LISTS);
	*list = (struct list_option){ .fields = 0 };
	memcpy(list->name, name, sizeof list->name);
	for (;; address += sizeof raw) {
		if (!program_bytes(program, address, &raw, sizeof raw))
			return err_set(err, "nf_options: the fields of %s do not end: the last must have the name NULL", name);
		if (raw.name == NULL)
			break;
		if (list->fields == LISTED_FIELDS || raw.type >= NF_LIST || raw.min > raw.max)
			return err_set(err, "nf_options: %s has too many fields, or one without a proper type and range", name);
		if (raw.min > widest(raw.type))
			return err_set(err, "nf_options: a field of %s has a range in which there is nothing", name);
		list->field[list->fields++] = (struct list_field){
			.min = raw.min, .max = raw.max < widest(raw.type) ? raw.max : widest(raw.type),
			.port = raw.type == NF_PORT, .wide = raw.type == NF_IPV6, .prefix = raw.type == NF_IPV4_PREFIX,
		};
	}
	options->lists++;
	return true;
}

bool
options_read(const struct program *program, struct options *options, struct err *err)
{
	uint64_t address = program_symbol(program, "nf_options");
	struct nf_option raw;

	options->count = options->lists = 0;
	if (address == 0)
		return err_set(err, "the program exports no nf_options: see nf/nf.h");
	for (;; address += sizeof raw) {
		struct option *option = &options->option[options->count];

		if (!program_bytes(program, address, &raw, sizeof raw))
			return err_set(err, "nf_options does not end: its last entry must have the name NULL");
		if (raw.name == NULL)
			return true;
		if (options->count == OPTIONS_MAX)
			return err_set(err, "nf_options has more than %d entries", OPTIONS_MAX);
		if (!read_name(program, (uint64_t)(uintptr_t)raw.name, option->name, sizeof option->name))
			return err_set(err, "nf_options: entry %u has no readable name of 1 to 63 bytes", options->count);
		option->type = raw.type;
		option->min = raw.min;
		option->max = raw.max < widest(raw.type) ? raw.max : widest(raw.type);
		option->initial = raw.initial;
		if (!in_range(option))
			return err_set(err, "nf_options: %s has an unknown type, or its default is outside its range",
				option->name);
		if (option->type == NF_LIST &&
			!read_list(program, option->name, (uint64_t)(uintptr_t)raw.fields, options, err))
			return false;
		options->count++;
	}
}

term
options_arbitrary(struct terms *ts, struct options *options, term ports)
{
	term holds = term_bool(ts, true);

	for (unsigned i = 0; i < options->count; i++) {
		struct option *o = &options->option[i];

		o->lo = o->type == NF_LIST ? term_const(ts, 64, 0) : term_var_in(ts, 64, o->name, o->min, o->max);
		o->hi = term_const(ts, 64, 0);
		if (o->type == NF_IPV4_PREFIX)
			o->hi = term_var_in(ts, 64, o->name, 0, 32);
		if (o->type == NF_IPV6)
			o->hi = term_var(ts, 64, o->name);
		if (o->type == NF_PORT)
			holds = term_and(ts, holds, term_ult(ts, o->lo, ports));
	}
	return holds;
}

const struct option *
options_find(const struct options *options, const char *name)
{
	for (unsigned i = 0; i < options->count; i++)
		if (strcmp(options->option[i].name, name) == 0)
			return &options->option[i];
	return NULL;
}
