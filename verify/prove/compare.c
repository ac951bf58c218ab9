/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the function did against what the specification demands: egress, every byte, every table.
 *
 * Two packets that start from the same bytes differ only where either side wrote, and two tables that start
 * from the same content differ only at keys that either side changed: comparing there is complete. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"

static term
implies(struct terms *ts, term a, term b)
{
	return term_or(ts, term_not(ts, a), b);
}

/* The byte at an offset of the packet region after one side's writes. */
static term
byte_at(struct prover *p, struct state *path, const struct memory *memory, term offset)
{
	return memory_read(&p->subject.exec.space, memory, &path->path, p->subject.packet, offset, 1);
}

struct sides {
	struct prover *p;
	struct state *s;            /* the path; memory: the specification's writes */
	const struct memory *nf;
	term offset, length, sent;
	term *compared; /* offsets of bytes that were compared already */
	size_t bytes, room;
};

/* Whether the byte was compared. What is compared is what each side's last writes left there, so an older write at the same
 * offset has nothing to add. */
static bool
compared(struct sides *c, term offset)
{
	for (size_t i = 0; i < c->bytes; i++)
		if (c->compared[i] == offset)
			return true;
	if (c->bytes == c->room) {
		c->room = c->room * 2 + 64;
		c->compared = realloc(c->compared, c->room * sizeof *c->compared);
		if (c->compared == NULL)
			abort();
	}
	c->compared[c->bytes++] = offset;
	return false;
}

static void
compare_byte(const struct sides *c, term offset)
{
	struct terms *ts = c->p->subject.terms;
	const term from = term_sub(ts, offset, c->offset);
	const term ours = byte_at(c->p, c->s, c->nf, offset), theirs = byte_at(c->p, c->s, &c->s->memory, offset);
	char what[96];

	if (ours == NULL || theirs == NULL) {
		prover_fails(c->p, VERDICT_UNKNOWN, "a byte of the packet sent cannot be followed");
		return;
	}
	if (term_is_const(from))
		snprintf(what, sizeof what, "byte %" PRIu64 " of the packet sent", from->value);
	else
		snprintf(what, sizeof what, "a byte of the packet sent");
	prover_oblige(c->p, c->s, implies(ts, term_and(ts, c->sent, term_ult(ts, from, c->length)), term_eq(ts, ours, theirs)),
		what);
}

static void
compare_writes(struct sides *c, const struct write *w)
{
	struct terms *ts = c->p->subject.terms;

	for (; w != NULL; w = w->before)
		for (unsigned i = 0; i < w->value->width / 8u; i++) {
			const term offset = term_add(ts, w->offset, term_const(ts, 64, i));

			if (!compared(c, offset))
				compare_byte(c, offset);
		}
}

static bool
same_key(const struct table *table, const struct change *a, const struct change *b)
{
	return memcmp(a->key, b->key, table->key_words * sizeof a->key[0]) == 0;
}

/* Whether a later change (or one of the other chain) has this key: it is compared there. */
static bool
compared_later(const struct table *table, const struct change *newest, const struct change *c)
{
	for (const struct change *n = newest; n != NULL && n != c; n = n->before)
		if (!n->look && same_key(table, n, c))
			return true;
	return false;
}

static term
ticks(struct prover *p, const struct table *table, term time)
{
	return term_shift(p->subject.terms, TERM_LSHR, time, term_const(p->subject.terms, 64, table->shift));
}

static void
compare_entry(struct prover *p, struct state *s, struct chain *ours, struct chain *theirs, const term *key)
{
	struct terms *ts = p->subject.terms;
	const struct table *table = ours->table;
	const term now = ticks(p, table, p->subject.now), before = ticks(p, table, p->subject.now_before);
	const struct entry a = table_look(ours, &s->path, key, now, before);
	const struct entry b = table_look(theirs, &s->path, key, now, before);
	char what[160];

	snprintf(what, sizeof what, "table %.60s: whether the entry is there", table->name);
	prover_oblige(p, s, term_eq(ts, a.live, b.live), what);
	snprintf(what, sizeof what, "table %.60s: the entry's lifetime class", table->name);
	prover_oblige(p, s, implies(ts, a.live, term_eq(ts, a.class, b.class)), what);
	snprintf(what, sizeof what, "table %.60s: the entry's last use", table->name);
	prover_oblige(p, s, implies(ts, a.live, term_eq(ts, a.last, b.last)), what);
	for (unsigned f = 0; f < table->value.fields; f++)
		for (unsigned half = 0; half < (table->value.field[f].size > 8 ? 2u : 1u); half++) {
			snprintf(what, sizeof what, "table %.60s: the entry's %.60s", table->name, table->value.field[f].name);
			prover_oblige(p, s, implies(ts, a.live, term_eq(ts, layout_get(ts, &table->value, a.value, f, half),
				layout_get(ts, &table->value, b.value, f, half))), what);
		}
}

static void
compare_table(struct prover *p, struct state *s, struct chain *ours, struct chain *theirs)
{
	const struct table *table = ours->table;
	struct change *const our_newest = ours->newest, *const their_newest = theirs->newest;

	for (const struct change *c = our_newest; c != NULL; c = c->before)
		if (!c->look && !compared_later(table, our_newest, c))
			compare_entry(p, s, ours, theirs, c->key);
	for (const struct change *c = their_newest; c != NULL; c = c->before)
		if (!c->look && !compared_later(table, their_newest, c) && !compared_later(table, our_newest, c))
			compare_entry(p, s, ours, theirs, c->key);
}

void
compare_outcome(struct prover *p, struct state *end, struct spec_case *found, const struct spec_input *input)
{
	struct terms *ts = p->subject.terms;
	struct sides c = {
		.p = p, .s = found->s, .nf = &end->memory, .offset = input->sent_offset, .length = input->sent_length,
		.sent = term_ne(ts, found->ports, term_const(ts, 64, 0)),
	};

	prover_oblige(p, found->s, term_eq(ts, input->sent_ports, found->ports), "the ports that the packet leaves by");
	prover_oblige(p, found->s, implies(ts, c.sent, term_eq(ts, input->sent_length, found->length)),
		"the length of the packet sent");
	prover_oblige(p, found->s, implies(ts, c.sent, term_eq(ts, input->sent_offset, found->offset)),
		"where the packet sent begins");
	compare_writes(&c, end->memory.newest[p->subject.packet]);
	compare_writes(&c, found->s->memory.newest[p->subject.packet]);
	free(c.compared);
	for (unsigned o = 0; o < end->objects; o++)
		if (end->object[o].kind == OBJECT_TABLE) {
			struct chain ours = end->chain[o];

			compare_table(p, found->s, &ours, &found->s->chain[o]);
		}
}
