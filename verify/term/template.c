/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/term/template.h"

#include <stdlib.h>

/* Nodes with a hole beneath, arguments first: what has none is the same whatever fills the holes. */
struct part {
	term node;
	int hole;         /* which it is, or -1 */
	int argument[64]; /* index of the part, or -1: it stays as it is */
};

struct template {
	term whole;
	unsigned count, room;
	bool has[TEMPLATE_HOLES];
	struct part *part;
};

static int
part_of(const struct template *t, term node)
{
	for (unsigned i = 0; i < t->count; i++)
		if (t->part[i].node == node)
			return (int)i;
	return -1;
}

static int
add(struct template *t, const struct part *part)
{
	if (t->count == t->room) {
		t->room = t->room * 2 + 8;
		t->part = realloc(t->part, t->room * sizeof *t->part);
		if (t->part == NULL)
			abort();
	}
	t->part[t->count] = *part;
	return (int)t->count++;
}

/* The part of a node, made if there is a hole beneath it; -1: there is none. */
static int
take(struct template *t, term node, const term *holes, unsigned count)
{
	struct part part = { .node = node, .hole = -1 };
	bool open = false;
	const int known = part_of(t, node);

	if (known >= 0)
		return known;
	for (unsigned i = 0; i < count; i++)
		if (node == holes[i]) {
			part.hole = (int)i;
			t->has[i] = true;
			return add(t, &part);
		}
	for (unsigned i = 0; i < node->count; i++) {
		part.argument[i] = take(t, node->args[i], holes, count);
		open = open || part.argument[i] >= 0;
	}
	return open ? add(t, &part) : -1;
}

struct template *
template_new(term a, const term *holes, unsigned count)
{
	struct template *const t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	t->whole = a;
	take(t, a, holes, count);
	return t;
}

void
template_free(struct template *t)
{
	if (t == NULL)
		return;
	free(t->part);
	free(t);
}

bool
template_has(const struct template *t, unsigned hole)
{
	return t->has[hole];
}

static term
filled(struct terms *ts, const struct part *part, const term *done)
{
	term args[64];

	for (unsigned i = 0; i < part->node->count; i++)
		args[i] = part->argument[i] < 0 ? part->node->args[i] : done[part->argument[i]];
	return term_rebuild(ts, part->node, args);
}

term
template_fill(struct terms *ts, const struct template *t, const term *values)
{
	term *const done = calloc(t->count + 1, sizeof *done), whole;

	if (done == NULL)
		abort();
	for (unsigned i = 0; i < t->count; i++)
		done[i] = t->part[i].hole >= 0 ? values[t->part[i].hole] : filled(ts, &t->part[i], done);
	whole = t->count == 0 ? t->whole : done[t->count - 1];
	free(done);
	return whole;
}
