/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why nothing is lost. For one list, the contract of balancer.h gives each hash an order of preference; a pick is the first
 * key in it that is listed, has a weight and is live in the table. So what is picked is a function of the hash and
 * of the set of live keys. A version (table_version) is a name for that set: of one table, equal names are given to equal
 * sets only, since a name changes with every change that adds or takes a live key. Names are arbitrary words, and there are
 * more words than sets on a path, so any real sets have names that are as different as they are. Therefore
 * `some` and `key` are functions of name and hash, whatever the list and its orders are.
 *
 * What is stated of them is what the contract says of each pick: it is listed, weighs something and lives (say_alive); whoever
 * does is a reason that there is a pick (say_reason), stated at the keys that were looked up in the list; and of two picks
 * of one hash, each first among its own, neither is before the other if both could have had both (say_pair).
 *
 * Sizes, capacities and what Maglev's table holds are not stated: there may be counterexamples that no list
 * answers so, which are not confirmed. */
#include "verify/state/picks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
picks_base(struct terms *ts, const struct listed *listed, struct picks *picks)
{
	static const uint8_t words[2] = { 64, 64 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.some", listed->name);
	picks->some = term_function_new(ts, name, 1, 1, words);
	for (unsigned i = 0; i < listed->key_words; i++) {
		snprintf(name, sizeof name, "%.64s.picked%u", listed->name, i);
		picks->key[i] = term_function_new(ts, name, 64, 2, words);
	}
}

static term
implies(struct terms *ts, term condition, term conclusion)
{
	return term_or(ts, term_not(ts, condition), conclusion);
}

/* Whether a key lives in the table as it was at a pick. Facts of the base are stated on the chain that lasts. */
static term
lives(struct state *s, struct picked *p, const term *key, const struct moment *moment)
{
	const term shift = term_const(s->path.terms, 64, p->chain.table->shift);
	const term now = term_shift(s->path.terms, TERM_LSHR, moment->now, shift);
	const term before = term_shift(s->path.terms, TERM_LSHR, moment->before, shift);

	table_look(&s->chain[p->table], &s->path, key, now, before);
	return table_look(&p->chain, &s->path, key, now, before).live;
}

/* Whether a key's record is there, has a weight and is alive. */
static term
may_be_picked(struct state *s, unsigned object, struct picked *p, const term *key, const struct moment *moment)
{
	struct terms *ts = s->path.terms;
	const struct listed *l = s->object[object].listed;
	const unsigned weight = s->object[object].picks->weight;
	const struct listed_record r = listed_find(s, object, key, moment->ports);
	term may = term_and(ts, r.present, lives(s, p, key, moment));

	if (weight < l->value.fields)
		may = term_and(ts, may, term_ne(ts, layout_get(ts, &l->value, r.value, weight, 0), term_const(ts, 64, 0)));
	return may;
}

static void
say_alive(struct state *s, unsigned object, struct picked *p, const struct moment *moment)
{
	const term may = may_be_picked(s, object, p, p->key, moment);

	path_assume(&s->path, implies(s->path.terms, p->some, may), NULL);
}

static void
say_reason(struct state *s, unsigned object, struct picked *p, const term *key, const struct moment *moment)
{
	const term may = may_be_picked(s, object, p, key, moment);

	path_assume(&s->path, implies(s->path.terms, may, p->some), NULL);
}

/* Two picks of one hash, each of a key that the other could have had: the same key. */
static void
say_pair(struct state *s, unsigned object, struct picked *a, struct picked *b, const struct moment *moment)
{
	struct terms *ts = s->path.terms;
	term both = term_and(ts, term_and(ts, a->some, b->some), term_eq(ts, a->hash, b->hash));

	if (term_is_false(both))
		return;
	both = term_and(ts, both, may_be_picked(s, object, a, b->key, moment));
	both = term_and(ts, both, may_be_picked(s, object, b, a->key, moment));
	path_assume(&s->path, implies(ts, both, table_same_key(ts, a->chain.table, a->key, b->key)), NULL);
}

static struct picked *
remember(struct state *s, unsigned object, const struct picked *p)
{
	struct picked *copy = malloc(sizeof *copy);

	if (copy == NULL)
		abort();
	*copy = *p;
	copy->before = s->picked[object];
	s->picked[object] = copy;
	return copy;
}

/* A pick that was made before and is this one, perhaps of the same hash in other terms: wherever the path's conjuncts hold
 * both are the same, so nothing is lost by using the older. */
static const struct picked *
known(struct state *s, unsigned object, const struct picked *p)
{
	for (const struct picked *k = s->picked[object]; k != NULL; k = k->before)
		if (k->table == p->table && k->version == p->version &&
			(k->hash == p->hash || path_must_widely(&s->path, term_eq(s->path.terms, k->hash, p->hash))))
			return k;
	return NULL;
}

/* The keys that were looked up so far: those that picks look up themselves come later. */
static void
say_reasons(struct state *s, unsigned object, struct picked *p, const struct moment *moment)
{
	for (const struct listed_look *look = s->listed_looks[object]; look != NULL; look = look->before)
		say_reason(s, object, p, look->key, moment);
}

struct listed_record
picks_find(struct state *s, unsigned object, const term *key, const struct moment *moment)
{
	const struct listed_look *looks = s->listed_looks[object];
	const struct listed_record record = listed_find(s, object, key, moment->ports);

	for (struct picked *p = s->picked[object]; p != NULL && looks != s->listed_looks[object]; p = p->before)
		say_reason(s, object, p, key, moment);
	return record;
}

struct picked
picks_pick(struct state *s, unsigned object, unsigned table, const struct chain *version, term hash,
	const struct moment *moment)
{
	struct terms *ts = s->path.terms;
	const struct picks *picks = s->object[object].picks;
	struct picked p = { .table = table, .chain = *version, .version = table_version(ts, version), .hash = hash };
	const struct picked *const made = known(s, object, &p);
	const term at[2] = { p.version, hash };

	if (made != NULL)
		return *made;
	p.some = term_app(ts, picks->some, &p.version);
	for (unsigned i = 0; i < s->object[object].listed->key_words; i++)
		p.key[i] = term_app(ts, picks->key[i], at);
	say_reasons(s, object, &p, moment);
	say_alive(s, object, &p, moment);
	for (struct picked *other = s->picked[object]; other != NULL; other = other->before) {
		say_pair(s, object, &p, other, moment);
		say_reason(s, object, other, p.key, moment);
	}
	return *remember(s, object, &p);
}
