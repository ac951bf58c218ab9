/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet is grown by is whatever the buffer held before: it must not be sent.
 *
 * Two things are demanded of a path that grows. Every byte that is sent and did not arrive was written: shown for one
 * arbitrary offset, against all writes at once. And nothing written there was read from the free space: each
 * place of the packet that a written value depends on did arrive. Both together: what is sent is made of what
 * arrived, of state and of constants. On a path that never resized the packet only what arrived could be read; one
 * that grew it and trimmed it again may have carried a byte inside, or into a table for a later packet. */
#include <stdlib.h>
#include <string.h>

#include "net/packet.h"
#include "verify/prove/inside.h"

/* Places of the packet that terms depend on. */
struct places {
	const struct term_function *byte;
	bool *seen; /* by id: already walked */
	term offset[256];
	unsigned count;
	bool too_many;
};

static void
find_places(struct places *places, term a)
{
	if (term_is_const(a) || places->too_many || places->seen[a->id])
		return;
	places->seen[a->id] = true;
	if (a->op == TERM_APP && a->function == places->byte) {
		places->too_many = places->count == sizeof places->offset / sizeof places->offset[0];
		if (!places->too_many)
			places->offset[places->count++] = a->args[0];
	}
	for (unsigned i = 0; i < a->count; i++)
		find_places(places, a->args[i]);
}

/* What the path stores for later packets: entries of tables and words of the state block. */
static void
find_stored(struct places *places, const struct subject *u, const struct state *s)
{
	for (unsigned o = 0; o < s->objects; o++)
		for (const struct change *c = s->chain[o].newest; c != NULL; c = c->before) {
			const struct table *t = s->chain[o].table;

			for (unsigned w = 0; w < t->key_words && !c->look; w++)
				find_places(places, c->key[w]);
			for (unsigned w = 0; w < t->value_words && !c->look; w++)
				find_places(places, c->entry.value[w]);
		}
	for (unsigned r = 0; r < u->exec.space.count; r++)
		for (const struct write *w = s->memory.newest[r]; w != NULL && strcmp(u->exec.space.region[r].name, "state") == 0;
			w = w->before)
			find_places(places, w->value);
}

static void
demand_each(struct prover *p, struct state *s, const struct places *places, term unless, const char *what)
{
	struct terms *ts = p->subject.terms;

	for (unsigned i = 0; i < places->count && !places->too_many; i++)
		prover_oblige(p, s, term_or(ts, unless, term_ult(ts, places->offset[i], p->subject.length)), what);
	if (places->too_many)
		prover_fails(p, VERDICT_UNKNOWN, "a packet that was grown: what is written depends on too many of its bytes");
}

static void
demand_kept(struct prover *p, struct state *s)
{
	struct places places = { .byte = p->subject.byte, .seen = calloc(terms_count(p->subject.terms) + 1, sizeof(bool)) };

	if (places.seen == NULL)
		abort();
	find_stored(&places, &p->subject, s);
	demand_each(p, s, &places, term_bool(p->subject.terms, false),
		"what the free space around the packet held is kept for later packets");
	free(places.seen);
}

static void
demand_arrived(struct prover *p, struct state *s, term sent)
{
	struct terms *ts = p->subject.terms;
	struct places places = { .byte = p->subject.byte, .seen = calloc(terms_count(ts) + 1, sizeof(bool)) };

	if (places.seen == NULL)
		abort();
	for (const struct write *w = s->memory.newest[p->subject.packet]; w != NULL; w = w->before)
		find_places(&places, w->value);
	demand_each(p, s, &places, term_not(ts, sent),
		"a byte that is sent was made from what the free space around the packet held");
	free(places.seen);
}

static void
demand_written(struct prover *p, struct state *s, term sent, term from, term length)
{
	struct terms *ts = p->subject.terms;
	const term at = term_var(ts, 64, "offset");
	const term is_sent = term_and(ts, sent, term_ult(ts, term_sub(ts, at, from), length));
	term good = term_or(ts, term_not(ts, is_sent), term_ult(ts, at, p->subject.length));

	for (const struct write *w = s->memory.newest[p->subject.packet]; w != NULL; w = w->before)
		good = term_or(ts, good, term_ult(ts, term_sub(ts, at, w->offset), term_const(ts, 64, w->value->width / 8u)));
	prover_oblige(p, s, good, "a byte that is sent was neither received nor written");
}

/* Whether the packet was ever longer, shorter or elsewhere on this path. */
static bool
resized(const struct subject *u, const struct state *s)
{
	const term data = term_const(u->terms, 64, u->exec.space.region[u->packet].origin);

	for (const struct write *w = s->memory.newest[u->packet_struct]; w != NULL; w = w->before)
		if (!term_is_const(w->offset) || (w->offset->value == offsetof(struct packet, length) && w->value != u->length) ||
			(w->offset->value == offsetof(struct packet, data) && w->value != data))
			return true;
	return false;
}

void
check_leaks(struct prover *p)
{
	struct subject *u = &p->subject;
	struct terms *ts = u->terms;

	for (struct state *s = u->exec.returned; s != NULL; s = s->next) {
		const term from = subject_sent_offset(u, s), length = subject_sent_length(u, s);
		const term sent = term_ne(ts, s->reg[IR_RAX], term_const(ts, 64, 0));

		p->path = s;
		if (!resized(u, s))
			continue;
		demand_written(p, s, sent, from, length);
		demand_arrived(p, s, sent);
		demand_kept(p, s);
	}
}
