/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Invariants that the specification says: candidates like those that verify/infer proposes, each a goal of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"

void
said_entry(struct prover *p, const struct table *table, struct spec_entry *e, term *hole)
{
	struct terms *const ts = p->subject.terms;

	*e = (struct spec_entry){ .table = table };
	for (unsigned w = 0; w < TABLE_KEY_WORDS; w++)
		e->key[w] = hole[SAID_KEY + w] = term_var(ts, 64, "key");
	for (unsigned w = 0; w < TABLE_VALUE_WORDS; w++)
		e->value[w] = hole[SAID_VALUE + w] = term_var(ts, 64, "value");
	e->class = hole[SAID_CLASS] = term_var_in(ts, 64, "class", 0, table->classes - 1);
	/* ticks are no more than times */
	e->last = hole[SAID_LAST] = term_var_in(ts, 64, "last", 0, LAST_TIME);
	hole[SAID_NOW] = term_var_in(ts, 64, "now", 0, LAST_TIME);
}

/* One invariant of one table. Bounds of the holes: classes below the table's count and times are what verify/model demands
 * of every call that stores, and what verify/state states of every entry. False: err. */
static bool
say(struct prover *p, unsigned index, const struct table *table, const struct state *start)
{
	struct subject *const u = &p->subject;
	struct invariants *const found = &p->verdict->invariants;
	struct infer_said *const said = &p->said[p->saids];
	struct spec_value values[OPTIONS_MAX];
	struct spec_entry entry;
	term hole[SAID_HOLES], says;
	struct spec_input input = {
		.end = (struct state *)start, .space = &u->exec.space, .ports = u->ports, .option = values,
		.options = prover_option_values(u, values),
	};

	said_entry(p, table, &entry, hole);
	input.now = input.now_before = hole[SAID_NOW];
	says = spec_invariant(p->spec, index, &input, &entry, &p->verdict->err);
	if (says == NULL || found->count == INFER_CANDIDATES || p->saids == PROVER_SAID)
		return says == NULL ? false : err_set(&p->verdict->err, "more invariants than there is room for");
	*said = (struct infer_said){
		.name = spec_invariant_name(p->spec, index), .table = table->name, .now = u->now, .later = p->later,
		.says = template_new(says, hole, SAID_HOLES),
	};
	p->saids++;
	found->one[found->count++] = (struct invariant){ .table = table, .of = INVARIANT_SAID, .said = said, .when = -1 };
	return true;
}

static bool
is_said(const struct prover *p, unsigned index, const struct table *table)
{
	for (unsigned i = 0; i < p->verdict->invariants.count; i++) {
		const struct invariant *const known = &p->verdict->invariants.one[i];

		if (known->table == table && strcmp(known->said->name, spec_invariant_name(p->spec, index)) == 0)
			return true;
	}
	return false;
}

bool
said_propose(struct prover *p)
{
	p->later = term_var_in(p->subject.terms, 64, "later", 0, LAST_TIME);
	for (unsigned i = 0; p->spec != NULL && i < spec_invariants(p->spec); i++)
		for (unsigned k = 0; k < p->subject.starts; k++) {
			const struct state *const start = p->subject.start[k];

			for (unsigned o = 0; o < start->objects; o++)
				if (start->object[o].kind == OBJECT_TABLE &&
					strcmp(start->object[o].table->name, spec_invariant_table(p->spec, i)) == 0 &&
					!is_said(p, i, start->object[o].table) && !say(p, i, start->object[o].table, start))
					return false;
		}
	return true;
}

void
said_end(struct prover *p)
{
	while (p->saids > 0)
		template_free(p->said[--p->saids].says);
}

/* How many entries a path stores in the invariant's table; each is shown to keep it, if this process is to show it. */
static unsigned
check_state(struct prover *p, struct state *s, const char *name, bool shown)
{
	const struct invariants *const found = &p->verdict->invariants;
	unsigned stored = 0;

	for (unsigned i = 0; i < found->count; i++)
		for (unsigned o = 0; o < s->objects; o++) {
			const struct invariant *const one = &found->one[i];
			char what[256];

			if (one->of != INVARIANT_SAID || strcmp(one->said->name, name) != 0 || s->chain[o].table != one->table)
				continue;
			snprintf(what, sizeof what, "an entry of %s that this leaves", one->table->name);
			for (const struct change *c = s->chain[o].newest; c != NULL; c = c->before) {
				stored += !c->look;
				if (shown && !c->look)
					prover_oblige(p, s, infer_demands(p->subject.terms, one, c), what);
			}
		}
	return stored;
}

void
said_check(struct prover *p, unsigned index)
{
	const char *const name = spec_invariant_name(p->spec, index);
	uint64_t path = 0;
	unsigned stored = 0;

	for (struct state *s = p->subject.exec.returned; s != NULL; s = s->next) {
		const bool mine = crew_takes(p, path++);

		if (mine)
			p->path = s;
		stored += check_state(p, s, name, mine);
	}
	if (stored == 0)
		prover_fails(p, VERDICT_BAD_INPUT, "no packet stores anything in %s: it says nothing",
			spec_invariant_table(p->spec, index));
}
