/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model of a failing case and of packets before it, as a counterexample that people and the trial can read. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"
#include "verify/state/pairs.h"
#include "verify/state/routes.h"

/* One packet's path, its unknowns renamed (NULL: as they are), and their values. */
struct view {
	struct subject *u;
	const struct state *end;
	struct rename *rename;
	struct model *m;
	struct counterexample *c;
};

static uint64_t
value(const struct view *v, term a)
{
	return model_value(v->m, v->rename == NULL ? a : rename_term(v->rename, a));
}

static void
take_packet(const struct view *v, struct shown_packet *out)
{
	struct subject *u = v->u;
	struct term_function *byte = v->rename == NULL ? u->byte : rename_function(v->rename, u->byte);

	out->port = value(v, u->port);
	out->time = value(v, u->now);
	out->length = value(v, u->length);
	out->bytes = malloc(out->length + 1);
	if (out->bytes == NULL)
		abort();
	for (uint64_t i = 0; i < out->length; i++) {
		const term offset = term_const(u->terms, 64, i);

		out->bytes[i] = (uint8_t)model_value(v->m, term_app(u->terms, byte, &offset));
	}
}

/* The list of that name, made if it is not there yet. NULL: there are too many. */
static struct shown_list *
list_named(struct counterexample *c, const char *name, unsigned fields)
{
	struct shown_list *list = &c->list[c->lists];

	for (unsigned i = 0; i < c->lists; i++)
		if (strcmp(c->list[i].name, name) == 0)
			return &c->list[i];
	if (c->lists == SHOWN_LISTS)
		return NULL;
	c->lists++;
	snprintf(list->name, sizeof list->name, "%s", name);
	list->fields = fields;
	return list;
}

/* Adds a record, unless one with the same first `keys` fields is there. */
static void
add_record(struct shown_list *list, uint64_t (*record)[2], unsigned keys)
{
	if (list == NULL || list->records == SHOWN_RECORDS)
		return;
	for (unsigned r = 0; r < list->records; r++)
		if (memcmp(list->value[r], record, keys * sizeof *record) == 0)
			return;
	memcpy(list->value[list->records++], record, list->fields * sizeof *record);
}

static void
take_pairs(const struct view *v, unsigned object)
{
	const struct pairs *pairs = v->end->object[object].pairs;
	struct terms *ts = v->u->terms;

	for (unsigned i = 0; i < 4 && v->end->port_seen[object][i] != NULL; i++) {
		const term at = term_const(ts, 64, value(v, v->end->port_seen[object][i]));
		uint64_t record[2][2] = { { 0 } };

		if (model_value(v->m, term_app(ts, pairs->found, &at)) != 1)
			continue;
		record[0][0] = model_value(v->m, term_app(ts, pairs->inside, &at));
		record[1][0] = model_value(v->m, term_app(ts, pairs->outside, &at));
		add_record(list_named(v->c, pairs->name, 2), record, 2);
	}
}

/* The fields of a record, to be appended at *n. */
static void
take_fields(const struct view *v, const struct layout *layout, const term *words, uint64_t (*record)[2], unsigned *n)
{
	struct terms *ts = v->u->terms;

	for (unsigned f = 0; f < layout->fields; f++, ++*n) {
		const bool wide = layout->field[f].size > 8;

		record[*n][0] = model_value(v->m, layout_get(ts, layout, words, f, wide ? 1 : 0));
		record[*n][1] = wide ? model_value(v->m, layout_get(ts, layout, words, f, 0)) : 0;
	}
}

static void
take_listed(const struct view *v, unsigned object)
{
	const struct listed *l = v->end->object[object].listed;
	struct terms *ts = v->u->terms;

	for (const struct listed_look *look = v->end->listed_looks[object]; look != NULL; look = look->before) {
		uint64_t record[LISTED_FIELDS][2];
		term key[TABLE_KEY_WORDS], words[TABLE_VALUE_WORDS];
		unsigned n = 0;

		for (unsigned w = 0; w < l->key_words; w++)
			key[w] = term_const(ts, 64, value(v, look->key[w]));
		if (model_value(v->m, term_app(ts, l->present, key)) != 1)
			continue;
		for (unsigned w = 0; w < l->value_words; w++)
			words[w] = term_const(ts, 64, model_value(v->m, term_app(ts, l->word[w], key)));
		take_fields(v, &l->key, key, record, &n);
		take_fields(v, &l->value, words, record, &n);
		add_record(list_named(v->c, l->name, n), record, l->key.fields);
	}
}

/* Of a prefix that was asked for, or of the longest that an address takes: any will do while none was asked for, the
 * address itself for one (verify/state/routes.c). False: there is none. */
static bool
take_route(const struct view *v, unsigned object, const struct routes_seen *seen, uint64_t (*record)[2])
{
	const struct routes *r = v->end->object[object].routes;
	struct terms *ts = v->u->terms;
	const bool asked = seen->length != NULL;
	const term at[2] = { term_const(ts, 64, value(v, seen->at)), asked ? term_const(ts, 64, value(v, seen->length)) : NULL };
	term words[TABLE_VALUE_WORDS], length = term_const(ts, 64, 32);
	unsigned n = 1;

	if (model_value(v->m, term_app(ts, asked ? r->listed : r->found, at)) != 1)
		return false;
	if (asked)
		length = at[1];
	else if (routes_are_exact(v->end, object))
		length = term_const(ts, 64, model_value(v->m, term_app(ts, r->length, at)));
	record[0][0] = routes_prefix(ts, at[0], length)->value;
	record[0][1] = length->value;
	for (unsigned w = 0; w < r->value_words; w++)
		words[w] = term_const(ts, 64, model_value(v->m, term_app(ts, asked ? r->listed_word[w] : r->word[w], at)));
	take_fields(v, &r->value, words, record, &n);
	return true;
}

static void
take_routes(const struct view *v, unsigned object)
{
	const struct routes *r = v->end->object[object].routes;
	uint64_t record[LISTED_FIELDS][2];
	struct shown_list *list;

	for (const struct routes_seen *seen = v->end->routes_seen[object]; seen != NULL; seen = seen->before)
		if (take_route(v, object, seen, record) &&
			(list = list_named(v->c, r->name, 1 + r->value.fields)) != NULL) {
			list->routes = true;
			add_record(list, record, 1);
		}
}

void
show_leg(struct prover *p, const struct state *end, struct rename *rename, struct model *m, struct counterexample *c)
{
	const struct view v = { &p->subject, end, rename, m, c };

	take_packet(&v, &c->packet[c->packets++]);
	for (unsigned o = 0; o < end->objects; o++) {
		if (end->object[o].kind == OBJECT_PAIRS)
			take_pairs(&v, o);
		if (end->object[o].listed != NULL)
			take_listed(&v, o);
		if (end->object[o].kind == OBJECT_ROUTES)
			take_routes(&v, o);
	}
}

static void
take_configuration(const struct view *v)
{
	struct subject *u = v->u;

	v->c->ports = model_value(v->m, u->ports);
	v->c->options = u->options.count;
	for (unsigned i = 0; i < u->options.count; i++) {
		v->c->option[i][0] = model_value(v->m, u->options.option[i].lo);
		v->c->option[i][1] = model_value(v->m, u->options.option[i].hi);
	}
}

/* The way of the failing packet through the source: lines in order, each once in a row. */
static void
take_way(const struct view *v)
{
	struct counterexample *c = v->c;
	const struct step *steps[512];
	size_t at = 0;
	unsigned n = 0;
	char last[256] = "";

	for (const struct step *step = v->end->steps; step != NULL && n < 512; step = step->before)
		steps[n++] = step;
	while (n-- > 0) {
		const char *where = exec_where(&v->u->exec, steps[n]->address);

		/* what has neither a line nor a name is a call on its way to a library */
		if (strstr(where, "(?)") != NULL || strcmp(where, last) == 0 || at + strlen(where) + 2 > sizeof c->way)
			continue;
		at += (size_t)snprintf(c->way + at, sizeof c->way - at, "%s\n", where);
		snprintf(last, sizeof last, "%s", where);
	}
}

static void
take_numbers(const struct view *v, const struct layout *layout, const term *words, FILE *out)
{
	for (unsigned f = 0; f < layout->fields; f++)
		fprintf(out, "%.40s=%" PRIu64 " ", layout->field[f].name,
			value(v, layout_get(v->u->terms, layout, words, f, layout->field[f].size > 8)));
}

static void
take_entry(const struct view *v, const struct table *t, const struct change *look, FILE *out)
{
	fprintf(out, "%.60s: ", t->name);
	take_numbers(v, &t->key, look->key, out);
	if (value(v, look->entry.live) == 0) {
		fputs("absent\n", out);
		return;
	}
	fputs("present: ", out);
	take_numbers(v, &t->value, look->entry.value, out);
	fprintf(out, "state=%" PRIu64 "\n", value(v, look->entry.class));
}

/* The entries that the failing packet looked at, as its own case has them. */
static void
take_before(const struct view *v)
{
	FILE *const out = fmemopen(v->c->before, sizeof v->c->before, "w");

	if (out == NULL)
		return;
	for (unsigned o = 0; o < v->end->objects; o++) {
		const struct table *t = v->end->chain[o].table;

		for (const struct change *l = v->end->chain[o].newest; l != NULL; l = l->before)
			if (l->look)
				take_entry(v, t, l, out);
		if (t != NULL)
			fprintf(out, "%.60s: %" PRIu64 " of %" PRIu64 " entries\n", t->name, value(v, t->count),
				value(v, t->capacity));
	}
	fclose(out);
	v->c->before[sizeof v->c->before - 1] = '\0';
}

void
show_case(struct prover *p, const struct state *failing, struct model *m, struct counterexample *c)
{
	const struct view v = { &p->subject, failing, NULL, m, c };

	take_configuration(&v);
	take_before(&v);
	take_way(&v);
}
