/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fields of tables may be bounded by: the number of ports, options, the clock, words that nf_init computed. None of
 * these but the clock changes while packets are handled, and the clock never goes back: so what was within a limit
 * stays within it, which is what the induction of verify/infer needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"

static void
add(struct infer_limits *limits, const char *name, term before, term after, bool below)
{
	if (limits->count == INFER_LIMITS || term_is_const(before))
		return;
	for (unsigned i = 0; i < limits->count; i++)
		if (limits->one[i].before == before)
			return;
	limits->one[limits->count++] = (struct infer_limit){ strdup(name), before, after, below };
}

static bool
is_mutable(const struct subject *u, unsigned region, uint64_t offset)
{
	for (unsigned i = 0; i < u->mutable_words; i++) {
		const struct mutable_word *w = &u->mutable_word[i];

		if (w->region == region && offset + 8 > w->offset && offset < w->offset + w->size)
			return true;
	}
	return false;
}

/* Words of the state block that nf_init wrote and no packet changes. Where nf_init succeeds in several ways they may
 * differ, so then there are none. */
static void
add_words(struct prover *p, struct infer_limits *limits)
{
	struct subject *u = &p->subject;
	char name[64];

	for (unsigned r = 0; r < u->exec.space.count && u->starts == 1; r++) {
		if (strcmp(u->exec.space.region[r].name, "state") != 0)
			continue;
		for (const struct write *w = u->start[0]->memory.newest[r]; w != NULL; w = w->before) {
			if (!term_is_const(w->offset) || w->value->width != 64 || is_mutable(u, r, w->offset->value))
				continue;
			snprintf(name, sizeof name, "state_word[%u]", (unsigned)(w->offset->value / 8));
			add(limits, name, w->value, w->value, false);
		}
	}
}

void
find_limits(struct prover *p, struct infer_limits *limits)
{
	struct subject *u = &p->subject;
	char name[96];

	*limits = (struct infer_limits){ .count = 0 };
	add(limits, "ports", u->ports, u->ports, true);
	add(limits, "now", u->now_before, u->now, false);
	for (unsigned i = 0; i < u->options.count; i++) {
		const struct option *o = &u->options.option[i];

		snprintf(name, sizeof name, "config.%s", o->name);
		if (o->type == NF_INTEGER || o->type == NF_DURATION)
			add(limits, name, o->lo, o->lo, false);
	}
	add_words(p, limits);
}
