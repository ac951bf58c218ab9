/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that the model of a flow table speaks of, defined by what a driver saw in a real one. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "test/agree/flow_table.h"
#include "test/agree/inside.h"

/* An entry that was seen; the terms of its fields. */
struct seen {
	term live; /* 1 bit */
	term key[TABLE_KEY_WORDS];
	struct entry entry;
};

struct seen_table {
	const struct table *table;   /* whose functions are defined */
	const struct table *unknown; /* whose are not: what is left open */
	struct path path; /* what held when they were defined: on the paths that go on from there they are used */
	unsigned slots;
	struct seen was[AGREE_SLOTS], is[AGREE_SLOTS]; /* before and after the call */
	term nobody[TABLE_KEY_WORDS]; /* the owner of a slot that is free, which is left open: a key that is nowhere */
};

static term
number(struct agreement *a, struct state *s, size_t offset)
{
	return agreement_number(a, s, "agree_seen", offset);
}

static struct seen
read_slot(struct agreement *a, struct state *s, size_t at, unsigned slot)
{
	struct terms *ts = a->x.terms;
	struct seen seen;

	at += slot * sizeof(struct agree_slot);
	seen.live = term_extract(ts, number(a, s, at + offsetof(struct agree_slot, live)), 0, 1);
	for (unsigned i = 0; i < TABLE_KEY_WORDS; i++)
		seen.key[i] = number(a, s, at + offsetof(struct agree_slot, key) + 8 * i);
	for (unsigned i = 0; i < TABLE_VALUE_WORDS; i++)
		seen.entry.value[i] = number(a, s, at + offsetof(struct agree_slot, value) + 8 * i);
	seen.entry.live = seen.live;
	seen.entry.slot = term_const(ts, 32, slot);
	seen.entry.class = term_extract(ts, number(a, s, at + offsetof(struct agree_slot, class)), 0, 32);
	seen.entry.last = number(a, s, at + offsetof(struct agree_slot, last));
	return seen;
}

static const struct seen *
seen_of(const struct seen_table *t, unsigned i)
{
	return i < t->slots ? &t->was[i] : &t->is[i - t->slots];
}

/* A key that was not seen: there are more keys than slots, so there always is one. */
static void
key_of_nobody(struct terms *ts, struct path *path, const struct seen_table *t, term *key)
{
	for (unsigned i = 0; i < t->table->key_words; i++)
		key[i] = term_var(ts, 64, "any other key");
	for (unsigned i = 0; i < 2 * t->slots; i++)
		if (!term_is_false(seen_of(t, i)->live))
			path_assume(path, term_not(ts, table_same_key(ts, t->table, seen_of(t, i)->key, key)), NULL);
}

static struct seen_table *
read_table(struct agreement *a, struct state *s, const struct table *table, const struct table *unknown)
{
	struct seen_table *seen = calloc(1, sizeof *seen);

	if (seen == NULL)
		abort();
	seen->table = table;
	seen->unknown = unknown;
	seen->slots = (unsigned)number(a, s, offsetof(struct agree_seen, slots))->value;
	for (unsigned i = 0; i < seen->slots; i++) {
		seen->was[i] = read_slot(a, s, offsetof(struct agree_seen, was), i);
		seen->is[i] = read_slot(a, s, offsetof(struct agree_seen, is), i);
	}
	key_of_nobody(a->x.terms, &s->path, seen, seen->nobody);
	path_copy(&seen->path, &s->path);
	return seen;
}

/* Whether an entry is there and has this key. What the path says of it is used at once: terms stay small. */
static term
has(struct terms *ts, const struct seen_table *t, const struct seen *seen, const term *key)
{
	const term has = term_and(ts, seen->live, table_same_key(ts, t->table, seen->key, key));
	const enum truth truth = path_look(&t->path, has);

	return truth == TRUTH_OPEN ? has : term_bool(ts, truth == TRUTH_TRUE);
}

/* What was seen at a key: in one of the slots, or what there is otherwise. */
static struct entry
seen_at(struct terms *ts, const struct seen_table *t, const struct seen *slots, const term *key, struct entry other)
{
	for (unsigned i = 0; i < t->slots; i++)
		other = table_entry_choose(ts, t->table, has(ts, t, &slots[i], key), &slots[i].entry, &other);
	return other;
}

/* The base's entry at a key. Where the table has none: what the model knows nothing of, but for the slot that the key is
 * going to get. */
static struct entry
base_at(struct terms *ts, const struct seen_table *t, const term *key)
{
	struct entry none = table_base_entry(ts, t->unknown, key);

	none.live = term_bool(ts, false);
	none.slot = seen_at(ts, t, t->is, key, none).slot;
	return seen_at(ts, t, t->was, key, none);
}

static term
define_live(struct terms *ts, const struct term_function *f, const term *key)
{
	return base_at(ts, f->definition, key).live;
}

static term
define_slot(struct terms *ts, const struct term_function *f, const term *key)
{
	return base_at(ts, f->definition, key).slot;
}

static term
define_class(struct terms *ts, const struct term_function *f, const term *key)
{
	return base_at(ts, f->definition, key).class;
}

static term
define_last(struct terms *ts, const struct term_function *f, const term *key)
{
	return base_at(ts, f->definition, key).last;
}

static term
define_word(struct terms *ts, const struct term_function *f, const term *key)
{
	const struct seen_table *t = f->definition;
	unsigned i = 0;

	while (t->table->word[i] != f)
		i++;
	return base_at(ts, t, key).value[i];
}

static term
define_taken(struct terms *ts, const struct term_function *f, const term *slot)
{
	const struct seen_table *t = f->definition;
	term taken = term_bool(ts, false);

	for (unsigned i = 0; i < t->slots; i++)
		taken = term_ite(ts, term_eq(ts, slot[0], term_const(ts, 32, i)), t->was[i].live, taken);
	return taken;
}

static term
define_owner(struct terms *ts, const struct term_function *f, const term *slot)
{
	const struct seen_table *t = f->definition;
	unsigned i = 0;
	term word;

	while (t->table->owner[i] != f)
		i++;
	word = t->nobody[i];
	for (unsigned k = 0; k < t->slots; k++)
		word = term_ite(ts, term_and(ts, t->was[k].live, term_eq(ts, slot[0], term_const(ts, 32, k))), t->was[k].key[i], word);
	return word;
}

static void
define(struct term_function *f, term (*how)(struct terms *, const struct term_function *, const term *),
	const struct seen_table *t)
{
	f->define = how;
	f->definition = t;
}

/* A table that is the same but for its base, which is what was seen. */
static const struct table *
table_defined(struct agreement *a, struct state *s, const struct table *unknown)
{
	struct terms *ts = a->x.terms;
	struct table *table = malloc(sizeof *table);
	struct seen_table *t;

	if (table == NULL)
		abort();
	*table = *unknown;
	table_base(ts, table);
	t = read_table(a, s, table, unknown);
	define(table->live, define_live, t);
	define(table->slot, define_slot, t);
	define(table->class, define_class, t);
	define(table->last, define_last, t);
	for (unsigned i = 0; i < table->value_words; i++)
		define(table->word[i], define_word, t);
	define(table->taken, define_taken, t);
	for (unsigned i = 0; i < table->key_words; i++)
		define(table->owner[i], define_owner, t);
	table->count = term_const(ts, 64, 0);
	for (unsigned i = 0; i < t->slots; i++)
		table->count = term_add(ts, table->count, term_zext(ts, t->was[i].live, 64));
	return table;
}

void
agreement_table_begin(struct agreement *a, struct state *s)
{
	const unsigned index = agreement_object(s, OBJECT_TABLE);
	const struct table *table = table_defined(a, s, s->object[index].table);

	s->object[index].table = table;
	s->chain[index] = (struct chain){ .table = table };
	exec_return(&a->x, s, NULL);
}

static term
tick(struct agreement *a, struct state *s, const struct table *table, const char *symbol)
{
	return term_shift(a->x.terms, TERM_LSHR, agreement_number(a, s, symbol, 0), term_const(a->x.terms, 64, table->shift));
}

/* Whether the model's entry is the one that was seen. */
static term
same_entry(struct terms *ts, const struct seen_table *t, const struct entry *model, const struct entry *real)
{
	term same = term_and(ts, term_eq(ts, model->slot, real->slot), term_eq(ts, model->class, real->class));

	same = term_and(ts, same, term_eq(ts, model->last, real->last));
	for (unsigned i = 0; i < t->table->value_words; i++)
		same = term_and(ts, same, term_eq(ts, model->value[i], real->value[i]));
	return term_and(ts, term_eq(ts, model->live, real->live), term_or(ts, term_not(ts, real->live), same));
}

/* What the model states holds, so it may be known from here on. */
static void
same_at_key(struct agreement *a, struct state *s, unsigned index, const struct seen_table *t, const term *key)
{
	struct terms *ts = a->x.terms;
	const size_t conjuncts = s->path.count;
	struct entry real = table_base_entry(ts, t->unknown, key);
	const struct entry model = table_look(&s->chain[index], &s->path, key, tick(a, s, t->table, "agree_now"),
		tick(a, s, t->table, "agree_before"));

	agreement_oblige_stated(a, s, conjuncts, "what the model states of an entry");
	real.live = term_bool(ts, false);
	real = seen_at(ts, t, t->is, key, real);
	agreement_oblige(a, s, same_entry(ts, t, &model, &real), "a key's entry, afterwards");
}

/* At every key: those that were seen, and another. */
static void
same_at_keys(struct agreement *a, struct state *s, unsigned index, const struct seen_table *t)
{
	term key[TABLE_KEY_WORDS];

	for (unsigned i = 0; i < 2 * t->slots; i++)
		if (!term_is_false(seen_of(t, i)->live))
			same_at_key(a, s, index, t, seen_of(t, i)->key);
	key_of_nobody(a->x.terms, &s->path, t, key);
	same_at_key(a, s, index, t, key);
}

static void
same_at_slot(struct agreement *a, struct state *s, unsigned index, const struct seen_table *t, term slot,
	const struct seen *real)
{
	struct terms *ts = a->x.terms;
	const size_t conjuncts = s->path.count;
	const struct slot_entry model = table_look_slot(&s->chain[index], &s->path, slot, tick(a, s, t->table, "agree_now"),
		tick(a, s, t->table, "agree_before"));
	term same = term_not(ts, model.found);

	agreement_oblige_stated(a, s, conjuncts, "what the model states of slots");
	if (real != NULL)
		same = term_and(ts, term_eq(ts, model.found, real->live), term_or(ts, term_not(ts, real->live),
			term_and(ts, table_same_key(ts, t->table, model.key, real->key),
				same_entry(ts, t, &model.entry, &real->entry))));
	agreement_oblige(a, s, same, "a slot's entry, afterwards");
}

/* In every slot, and for numbers that are none: too large, and too large for 32 bits. */
static void
same_at_slots(struct agreement *a, struct state *s, unsigned index, const struct seen_table *t)
{
	struct terms *ts = a->x.terms;
	const term high = term_var_in(ts, 32, "any slot", 1, UINT32_MAX);

	for (unsigned i = 0; i <= t->slots; i++) {
		const term low = i < t->slots ? term_const(ts, 32, i) : term_var_in(ts, 32, "any slot", t->slots, UINT32_MAX);

		same_at_slot(a, s, index, t, term_zext(ts, low, 64), i < t->slots ? &t->is[i] : NULL);
		same_at_slot(a, s, index, t, term_concat(ts, high, low), NULL);
	}
}

void
agreement_table_end(struct agreement *a, struct state *s)
{
	struct terms *ts = a->x.terms;
	const unsigned index = agreement_object(s, OBJECT_TABLE);
	const struct seen_table *t = s->chain[index].table->live->definition;
	term count = term_const(ts, 64, 0);

	for (unsigned i = 0; i < t->slots; i++)
		count = term_add(ts, count, term_zext(ts, t->is[i].live, 64));
	agreement_oblige(a, s, term_eq(ts, table_count(ts, &s->chain[index]), count), "how many entries there are, afterwards");
	same_at_keys(a, s, index, t);
	same_at_slots(a, s, index, t);
	exec_return(&a->x, s, NULL);
}
