/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/infer/infer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/state/cases.h"

static term
field_of(struct terms *ts, const struct invariant *i, const term *key, const struct entry *e)
{
	if (i->of == INVARIANT_CLASS)
		return term_zext(ts, e->class, 64);
	if (i->of == INVARIANT_KEY)
		return layout_get(ts, &i->table->key, key, i->field, 0);
	return layout_get(ts, &i->table->value, e->value, i->field, 0);
}

enum when { BEFORE, AFTER };

static term
bounded(struct terms *ts, const struct invariant *i, term field, enum when when)
{
	const struct infer_limit *l = i->limit;

	if (l == NULL)
		return term_ule(ts, field, term_const(ts, 64, i->bound));
	return l->below ? term_ult(ts, field, when == BEFORE ? l->before : l->after)
		: term_ule(ts, field, when == BEFORE ? l->before : l->after);
}

term
infer_fill(struct terms *ts, const struct template *says, const term *key, const struct entry *e, term time)
{
	const term zero = term_const(ts, 64, 0);
	term hole[SAID_HOLES];

	for (unsigned w = 0; w < TABLE_KEY_WORDS; w++)
		hole[SAID_KEY + w] = key[w] == NULL ? zero : key[w];
	for (unsigned w = 0; w < TABLE_VALUE_WORDS; w++)
		hole[SAID_VALUE + w] = e->value[w] == NULL ? zero : e->value[w];
	hole[SAID_CLASS] = term_zext(ts, e->class, 64);
	hole[SAID_LAST] = e->last;
	hole[SAID_NOW] = time;
	return template_fill(ts, says, hole);
}

/* Time goes on between packets, while an entry stays as it is: so what counts is that it holds from the packet that
 * stores it on, at every time that may be the next packet's. `later` stands for all of them. The induction: what is
 * shown AFTER is "now and whenever later"; an entry that no packet stores was known to hold "now and whenever later" at an
 * earlier now, of which this now and its laters are some. */
static term
says_for_ever(struct terms *ts, const struct infer_said *said, const term *key, const struct entry *e)
{
	const term says = infer_fill(ts, said->says, key, e, said->now);

	if (!template_has(said->says, SAID_NOW))
		return says;
	return term_and(ts, says, term_or(ts, term_ult(ts, said->later, said->now), infer_fill(ts, said->says, key, e, said->later)));
}

/* What the invariant says of one entry, live or not (of one that is not, nothing): of one that a packet finds, or of
 * one that it leaves. */
static term
holds(struct terms *ts, const struct invariant *i, const term *key, const struct entry *e, enum when when)
{
	term says = i->of == INVARIANT_SAID ? says_for_ever(ts, i->said, key, e) : bounded(ts, i, field_of(ts, i, key, e), when);

	if (i->of != INVARIANT_SAID && i->when >= 0)
		says = term_or(ts, says, term_ne(ts, layout_get(ts, &i->table->key, key, (unsigned)i->when, 0),
			term_const(ts, 64, i->is)));
	return term_or(ts, term_not(ts, e->live), says);
}

static bool
same_subject(const struct invariant *a, const struct invariant *b)
{
	return a->table == b->table && a->of == b->of && a->said == b->said && a->field == b->field &&
		a->limit == b->limit && a->when == b->when && (a->when < 0 || a->is == b->is);
}

static struct invariant *
proposed(struct invariants *found, const struct invariant *candidate)
{
	for (unsigned i = 0; i < found->count; i++)
		if (same_subject(&found->one[i], candidate))
			return &found->one[i];
	return NULL;
}

/* Proposes a bound, or raises the one proposed before for the same field. */
static void
propose(struct invariants *found, const struct invariant *candidate)
{
	struct invariant *const before = proposed(found, candidate);

	if (before != NULL && candidate->bound > before->bound)
		before->bound = candidate->bound;
	if (before == NULL && found->count < INFER_CANDIDATES)
		found->one[found->count++] = *candidate;
}

/* The largest constant among the values that a stored field is chosen from; what comes from the table itself is
 * covered by induction. False: it is something else, of which no bound is in sight. */
static bool
largest(term stored, uint64_t *most)
{
	if (term_is_const(stored)) {
		*most = stored->value > *most ? stored->value : *most;
		return true;
	}
	if (stored->op == TERM_ITE)
		return largest(stored->args[1], most) && largest(stored->args[2], most);
	if (stored->op == TERM_CONCAT && term_is_const(stored->args[0]) && stored->args[0]->value == 0 &&
		stored->count == 2)
		return largest(stored->args[1], most);
	if (stored->op == TERM_EXTRACT)
		return stored->args[0]->op == TERM_APP || (stored->args[0]->op == TERM_ITE &&
			largest(stored->args[0], most));
	if (stored->high < term_mask(stored->width)) {
		*most = stored->high > *most ? stored->high : *most;
		return true;
	}
	return stored->op == TERM_APP;
}

static bool
worth(const struct invariant *i)
{
	unsigned size = 4;

	if (i->of == INVARIANT_KEY)
		size = i->table->key.field[i->field].size;
	if (i->of == INVARIANT_VALUE)
		size = i->table->value.field[i->field].size;
	return size <= 8 && (size == 8 || i->bound < ((uint64_t)1 << (8 * size)) - 1);
}

static void
propose_field(struct terms *ts, struct invariants *found, struct invariant candidate, const struct change *c,
	struct path *path)
{
	candidate.when = -1;
	if (!largest(field_of(ts, &candidate, c->key, &c->entry), &candidate.bound) || !worth(&candidate))
		return;
	propose(found, &candidate);
	if (candidate.of == INVARIANT_KEY)
		return;
	for (unsigned k = 0; k < candidate.table->key.fields; k++) {
		const term key = candidate.table->key.field[k].size > 8 ? NULL
			: layout_get(ts, &candidate.table->key, c->key, k, 0);
		const term is = key == NULL ? NULL : path_fixed(path, key);

		if (is == NULL)
			continue;
		candidate.when = (int)k;
		candidate.is = is->value;
		propose(found, &candidate);
	}
}

/* A number without the zeros that widen it. */
static term
narrow(term a)
{
	while ((a->op == TERM_CONCAT && a->count == 2 && term_is_const(a->args[0]) && a->args[0]->value == 0) ||
		(a->op == TERM_EXTRACT && a->value == 0 && a->args[0]->high <= term_mask(a->width)))
		a = a->op == TERM_CONCAT ? a->args[1] : a->args[0];
	return a;
}

/* Whether a stored field is more than a few constants or what the table held: only then is a limit worth trying. */
static bool
is_computed(term stored)
{
	const term core = narrow(stored);
	uint64_t most = 0;

	if (term_is_const(core) || core->op == TERM_APP)
		return false;
	return core->op == TERM_VAR || !largest(stored, &most) || most > UINT16_MAX;
}

/* Limits that a path was seen not to keep with this value stored; NULL: with any, for what it stored was not the table's. */
#define TRIED 4096

struct tried {
	struct invariant candidate;
	term stored;
};

struct proposing {
	struct terms *ts;
	struct invariants *found;
	const struct infer_limits *limits;
	struct tried tried[TRIED];
	unsigned count;
};

static bool
in_vain(const struct proposing *w, const struct invariant *candidate, term stored)
{
	for (unsigned i = 0; i < w->count; i++)
		if ((w->tried[i].stored == NULL || w->tried[i].stored == stored) && same_subject(&w->tried[i].candidate, candidate))
			return true;
	return false;
}

/* Whether a value is made of what the table held: what is assumed of that may bring it within a limit. */
static bool
speaks_of_table(struct smt *smt, const struct table *table, term stored)
{
	bool speaks = smt_speaks_of_function(smt, stored, table->last);

	for (unsigned i = 0; i < table->value_words && !speaks; i++)
		speaks = smt_speaks_of_function(smt, stored, table->word[i]);
	for (unsigned i = 0; i < table->key_words && !speaks; i++)
		speaks = smt_speaks_of_function(smt, stored, table->owner[i]);
	return speaks;
}

/* Whether this path keeps it. Where one path did not, another that stores the same is not asked; and none is asked where
 * what it stored had nothing to do with the table, so that no assumption about entries will help. A candidate that is
 * lost so is one less to assume, and what is proposed all paths must keep in any case. */
static bool
keeps(struct proposing *w, const struct invariant *candidate, const struct change *c, term stored, struct path *path)
{
	if (in_vain(w, candidate, stored))
		return false;
	if (smt_related(path->smt, path->conjunct, path->count, stored, candidate->limit->after) &&
		path_must(path, term_or(w->ts, term_not(w->ts, c->guard), bounded(w->ts, candidate, stored, AFTER))))
		return true;
	if (w->count < TRIED)
		w->tried[w->count++] = (struct tried){
			*candidate, speaks_of_table(path->smt, candidate->table, stored) ? stored : NULL
		};
	return false;
}

/* Limits that this path keeps, if none before proposed them; whether all paths do is seen later. */
static void
propose_limits(struct proposing *w, struct invariant candidate, const struct change *c, struct path *path)
{
	const term stored = field_of(w->ts, &candidate, c->key, &c->entry);
	const unsigned size = candidate.of == INVARIANT_KEY ? candidate.table->key.field[candidate.field].size
		: candidate.table->value.field[candidate.field].size;

	if (size > 8 || !is_computed(stored))
		return;
	candidate.when = -1;
	for (unsigned i = 0; i < w->limits->count; i++) {
		candidate.limit = &w->limits->one[i];
		if (proposed(w->found, &candidate) == NULL && stored->high > w->limits->one[i].after->low &&
			keeps(w, &candidate, c, stored, path))
			propose(w->found, &candidate);
	}
}

static void
propose_change(struct proposing *w, const struct table *table, const struct change *c, struct path *path)
{
	for (unsigned f = 0; f < table->value.fields; f++) {
		const struct invariant field = { .table = table, .of = INVARIANT_VALUE, .field = f };

		propose_field(w->ts, w->found, field, c, path);
		propose_limits(w, field, c, path);
	}
	for (unsigned f = 0; f < table->key.fields; f++) {
		const struct invariant field = { .table = table, .of = INVARIANT_KEY, .field = f };

		propose_field(w->ts, w->found, field, c, path);
		propose_limits(w, field, c, path);
	}
	propose_field(w->ts, w->found, (struct invariant){ .table = table, .of = INVARIANT_CLASS }, c, path);
}

static void
propose_all(struct proposing *w, struct state *s)
{
	for (unsigned o = 0; o < s->objects; o++)
		for (const struct change *c = s->chain[o].newest; c != NULL; c = c->before)
			if (!c->look)
				propose_change(w, s->chain[o].table, c, &s->path);
}

void
infer_assume(struct terms *ts, const struct invariants *found, struct state *s)
{
	for (unsigned o = 0; o < s->objects; o++)
		for (const struct change *c = s->chain[o].newest; c != NULL; c = c->before)
			for (unsigned i = 0; c->look && i < found->count; i++)
				if (!found->one[i].dropped && found->one[i].table == s->chain[o].table)
					path_assume(&s->path, holds(ts, &found->one[i], c->key, &c->entry, BEFORE), NULL);
}

#define FLAGS 15 /* bounds up to this are of flags and kinds, which functions that were joined may answer */

static bool
shown(struct path *path, const struct invariant *i, term kept)
{
	return i->of != INVARIANT_SAID && i->limit == NULL && i->when < 0 && i->bound <= FLAGS ? cases_must(path, kept) : path_must(path, kept);
}

term
infer_demands(struct terms *ts, const struct invariant *i, const struct change *c)
{
	return term_or(ts, term_not(ts, c->guard), holds(ts, i, c->key, &c->entry, AFTER));
}

/* Whether everything that a state stores satisfies the invariant. Not shown is not kept. */
static bool
kept_by(struct terms *ts, const struct invariant *i, struct state *s)
{
	for (unsigned o = 0; o < s->objects; o++) {
		if (s->chain[o].table != i->table)
			continue;
		for (const struct change *c = s->chain[o].newest; c != NULL; c = c->before)
			if (!c->look && !shown(&s->path, i, infer_demands(ts, i, c)))
				return false;
	}
	return true;
}

bool
infer_keeps(struct terms *ts, struct state *returned, const struct invariants *found, const struct invariant *i)
{
	struct invariants *const with = malloc(sizeof *with);
	bool kept = found->count < INFER_CANDIDATES;

	if (with == NULL)
		abort();
	*with = *found;
	if (kept)
		with->one[with->count++] = *i;
	for (struct state *s = returned; s != NULL && kept; s = s->next) {
		struct state *const assumed = state_fork(s);

		infer_assume(ts, with, assumed);
		kept = kept_by(ts, i, assumed);
		state_free(assumed);
	}
	free(with);
	return kept;
}

/* What was proposed for the values that some paths store may be too low for what others do: a flag that is raised by a
 * joined function, say. False: there is no higher bound worth trying. */
static bool
weaken(struct invariant *i)
{
	static const uint64_t ladder[] = { 1, FLAGS };

	if (i->of == INVARIANT_SAID)
		return false;
	for (size_t k = 0; k < sizeof ladder / sizeof ladder[0] && i->limit == NULL && i->when < 0; k++)
		if (i->bound < ladder[k]) {
			i->bound = ladder[k];
			return true;
		}
	return false;
}

/* One round: weakens or drops what some path does not keep while all that is not dropped is assumed. Only a round that
 * changes nothing ends it, so what is kept was shown with what is kept. */
static bool
round_changes(struct terms *ts, struct state *returned, struct invariants *found)
{
	bool changed = false;

	for (struct state *s = returned; s != NULL; s = s->next) {
		struct state *assumed = state_fork(s);

		infer_assume(ts, found, assumed);
		for (unsigned i = 0; i < found->count; i++)
			if (!found->one[i].dropped && !kept_by(ts, &found->one[i], assumed)) {
				found->one[i].dropped = !weaken(&found->one[i]);
				found->dropped += found->one[i].dropped;
				changed = true;
			}
		state_free(assumed);
	}
	return changed;
}

/* A bound under a condition says nothing beyond the same bound without, nor does a limit that is never less than the
 * bound. */
static void
drop_implied(struct invariants *found)
{
	for (unsigned i = 0; i < found->count; i++)
		for (unsigned k = 0; k < found->count; k++) {
			const struct invariant *a = &found->one[i], *b = &found->one[k];

			if (a->of == INVARIANT_SAID || b->of == INVARIANT_SAID)
				continue;
			if (!a->dropped && !b->dropped && a->limit == NULL && b->limit == NULL && a->when >= 0 && b->when < 0 && a->table == b->table &&
				a->of == b->of && a->field == b->field && b->bound <= a->bound)
				found->one[i].dropped = true;
			if (!a->dropped && !b->dropped && a->limit != NULL && b->limit == NULL && b->when < 0 &&
				a->table == b->table && a->of == b->of && a->field == b->field &&
				a->limit->before->low >= b->bound + a->limit->below)
				found->one[i].dropped = true;
		}
}

void
infer(struct terms *ts, struct state *returned, const struct infer_limits *limits, struct invariants *found)
{
	struct proposing *const w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	w->ts = ts;
	w->found = found;
	w->limits = limits;
	for (struct state *s = returned; s != NULL; s = s->next)
		propose_all(w, s);
	free(w);
	do
		found->rounds++;
	while (round_changes(ts, returned, found));
	drop_implied(found);
}

void
invariant_print(const struct invariant *i, char *text, size_t room)
{
	const char *field = i->of == INVARIANT_KEY ? i->table->key.field[i->field].name
		: i->of == INVARIANT_VALUE ? i->table->value.field[i->field].name : "state";
	const char *owner = i->of == INVARIANT_KEY ? "key" : "entry";
	char condition[128] = "", bound[96];

	if (i->of == INVARIANT_SAID) {
		snprintf(text, room, "all(%s(entry, config) for entry in %s)", i->said->name, i->said->table);
		return;
	}
	if (i->when >= 0)
		snprintf(condition, sizeof condition, " if key.%.60s == %" PRIu64, i->table->key.field[i->when].name, i->is);
	if (i->limit == NULL)
		snprintf(bound, sizeof bound, "<= %" PRIu64, i->bound);
	else
		snprintf(bound, sizeof bound, "%s %.80s", i->limit->below ? "<" : "<=", i->limit->name);
	snprintf(text, room, "all(%s.%s %s for key, entry in %s%s)", owner, field, bound, i->table->name, condition);
}
