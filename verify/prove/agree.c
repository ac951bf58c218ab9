/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the specification speaks of the same options, tables, records and lifetimes as the program. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verify/prove/inside.h"
#include "verify/state/picks.h"
#include "verify/state/routes.h"

static const struct table *
table_named(const struct state *s, const char *name)
{
	for (unsigned o = 0; o < s->objects; o++)
		if (s->object[o].kind == OBJECT_TABLE && strcmp(s->object[o].table->name, name) == 0)
			return s->object[o].table;
	return NULL;
}

static void
show_fields(char *text, size_t room, const struct layout *c, const struct spec_field *python, unsigned n)
{
	size_t at = 0;

	at += (size_t)snprintf(text + at, room - at, "the program has {");
	for (unsigned f = 0; f < c->fields && at < room; f++)
		at += (size_t)snprintf(text + at, room - at, "%s %s: %u", f ? "," : "", c->field[f].name, c->field[f].size);
	if (at < room)
		at += (size_t)snprintf(text + at, room - at, " }, the specification {");
	for (unsigned f = 0; f < n && at < room; f++)
		at += (size_t)snprintf(text + at, room - at, "%s %s: %u", f ? "," : "", python[f].name, python[f].size);
	if (at < room)
		snprintf(text + at, room - at, " } (bytes)");
}

static bool
same_record(const struct layout *c, const struct spec_field *python, unsigned n, const char *what, const char *name,
	struct err *err)
{
	bool same = c->fields == n;
	char text[700];

	for (unsigned f = 0; f < n && same; f++)
		same = strcmp(c->field[f].name, python[f].name) == 0 && c->field[f].size == python[f].size;
	if (same)
		return true;
	show_fields(text, sizeof text, c, python, n);
	return err_set(err, "the %s of %s is not the same on both sides: %s", what, name, text);
}

/* An amount of the specification as a term. */
static term
amount_term(struct prover *p, const struct spec_amount *amount)
{
	const struct option *option;

	if (amount->option[0] == '\0')
		return term_const(p->subject.terms, 64, amount->number);
	option = options_find(&p->subject.options, amount->option);
	return option == NULL ? NULL : option->lo;
}

static bool
same_amounts(struct prover *p, struct state *start, const struct table *c, const struct spec_table *t, struct err *err)
{
	struct terms *ts = p->subject.terms;
	const term capacity = amount_term(p, &t->capacity);

	if (capacity == NULL || !path_must(&start->path, term_eq(ts, capacity, c->capacity)))
		return err_set(err, "table %s: its capacity is not %s, as the specification says", t->name,
			t->capacity.option[0] ? t->capacity.option : "that number");
	if (c->shift != t->shift || c->classes != t->classes)
		return err_set(err, "table %s: the program counts ticks of 2^%u ns in %u lifetime classes, the specification "
			"2^%u ns in %u", t->name, c->shift, c->classes, t->shift, t->classes);
	for (unsigned i = 0; i < t->classes; i++) {
		const uint64_t round = ((uint64_t)1 << t->shift) - 1;
		const term lifetime = amount_term(p, &t->lifetime[i]);
		term whole;

		if (lifetime == NULL)
			return err_set(err, "table %s: the program has no option %s", t->name, t->lifetime[i].option);
		whole = term_shift(ts, TERM_LSHR, term_add(ts, lifetime, term_const(ts, 64, round)),
			term_const(ts, 64, t->shift));
		if (!path_must(&start->path, term_eq(ts, whole, c->lifetime[i])))
			return err_set(err, "table %s: the lifetime of class %u is not %s, as the specification says", t->name, i,
				t->lifetime[i].option[0] ? t->lifetime[i].option : "that number");
	}
	return true;
}

static bool
same_table(struct prover *p, struct state *start, const struct spec_table *t, struct err *err)
{
	const struct table *c = table_named(start, t->name);

	if (c == NULL)
		return err_set(err, "the specification's State has a table %s, the program makes none of that name", t->name);
	return same_record(&c->key, t->key, t->key_fields, "key", t->name, err) &&
		same_record(&c->value, t->value, t->value_fields, "value", t->name, err) &&
		same_amounts(p, start, c, t, err);
}

static bool
same_listed(const struct state *start, const struct spec_listed *l, struct err *err)
{
	for (unsigned o = 0; o < start->objects; o++) {
		const struct listed *c = start->object[o].listed;

		if (c != NULL && strcmp(c->name, l->name) == 0)
			return same_record(&c->key, l->key, l->key_fields, "key", l->name, err) &&
				same_record(&c->value, l->value, l->value_fields, "value", l->name, err);
	}
	return err_set(err, "the specification looks up %s by key, the program makes no list_map of that name", l->name);
}

static bool
same_backends(struct prover *p, struct state *start, const struct spec_backends *b, struct err *err)
{
	const term size = amount_term(p, &b->size);

	for (unsigned o = 0; o < start->objects; o++) {
		const struct picks *c = start->object[o].picks;

		if (c == NULL || strcmp(start->object[o].listed->name, b->name) != 0)
			continue;
		if (size != NULL && path_must(&start->path, term_eq(p->subject.terms, size, c->size)))
			return true;
		return err_set(err, "backends %s: the size of the table is not %s, as the specification says", b->name,
			b->size.option[0] ? b->size.option : "that number");
	}
	return err_set(err, "the specification spreads flows over %s, the program makes no balancer of that name", b->name);
}

static bool
same_routes(const struct state *start, const struct spec_listed *l, struct err *err)
{
	for (unsigned o = 0; o < start->objects; o++) {
		const struct routes *c = start->object[o].routes;

		if (start->object[o].kind == OBJECT_ROUTES && strcmp(c->name, l->name) == 0)
			return same_record(&c->value, l->value, l->value_fields, "value", l->name, err);
	}
	return err_set(err, "the specification takes routes of %s, the program makes no route_list of that name", l->name);
}

static bool
declared(struct prover *p, const char *name)
{
	for (unsigned i = 0; i < spec_tables(p->spec); i++)
		if (strcmp(spec_table(p->spec, i)->name, name) == 0)
			return true;
	return false;
}

/* The Python type that reads an option of each kind. */
static bool
type_fits(enum nf_type type, const char *python)
{
	switch (type) {
	case NF_INTEGER: return python[0] == 'U';
	case NF_DURATION: return strcmp(python, "Nanoseconds") == 0;
	case NF_IPV4: return strcmp(python, "IPv4Addr") == 0;
	case NF_IPV4_PREFIX: return strcmp(python, "Prefix4") == 0;
	case NF_IPV6: return strcmp(python, "IPv6Addr") == 0;
	case NF_MAC: return strcmp(python, "MacAddr") == 0;
	case NF_PORT: return strcmp(python, "Port") == 0;
	case NF_ENUM: return strncmp(python, "Enum", 4) == 0;
	default: return strcmp(python, "PortPairs") == 0 || strcmp(python, "Listed") == 0 || strcmp(python, "Routes") == 0 ||
		strcmp(python, "Backends") == 0;
	}
}

static bool
same_options(struct prover *p, struct err *err)
{
	for (unsigned i = 0; i < spec_options(p->spec); i++) {
		const struct option *option = options_find(&p->subject.options, spec_option_name(p->spec, i));

		if (option == NULL)
			return err_set(err, "the specification's Config has an option %s, the program's nf_options does not",
				spec_option_name(p->spec, i));
		if (!type_fits(option->type, spec_option_type(p->spec, i)))
			return err_set(err, "option %s: the specification's type %s does not fit the program's",
				option->name, spec_option_type(p->spec, i));
	}
	return true;
}

bool
agree_check(struct prover *p)
{
	struct err *err = &p->verdict->err;

	if (!same_options(p, err))
		return false;
	for (unsigned s = 0; s < p->subject.starts; s++) {
		const struct state *start = p->subject.start[s];

		for (unsigned i = 0; i < spec_tables(p->spec); i++)
			if (!same_table(p, p->subject.start[s], spec_table(p->spec, i), err))
				return false;
		for (unsigned i = 0; i < spec_listed_count(p->spec); i++)
			if (!same_listed(start, spec_listed(p->spec, i), err))
				return false;
		for (unsigned i = 0; i < spec_backends_count(p->spec); i++)
			if (!same_backends(p, p->subject.start[s], spec_backends(p->spec, i), err))
				return false;
		for (unsigned i = 0; i < spec_routes_count(p->spec); i++)
			if (!same_routes(start, spec_routes(p->spec, i), err))
				return false;
		for (unsigned o = 0; o < start->objects; o++)
			if (spec_has_spec(p->spec) && start->object[o].kind == OBJECT_TABLE &&
				!declared(p, start->object[o].table->name))
				return err_set(err, "the program keeps a table %s that the specification's State does not mention",
					start->object[o].table->name);
	}
	return true;
}
