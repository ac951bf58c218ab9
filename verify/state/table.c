/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct term_function *
base_function(struct terms *ts, const struct table *table, const char *what, unsigned width)
{
	static const uint8_t words[TABLE_KEY_WORDS] = { 64, 64, 64, 64, 64 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.%.64s", table->name, what);
	return term_function_new(ts, name, width, table->key_words, words);
}

static struct term_function *
slot_function(struct terms *ts, const struct table *table, const char *what, unsigned width)
{
	static const uint8_t slot[] = { 32 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.%.64s", table->name, what);
	return term_function_new(ts, name, width, 1, slot);
}

static struct term_function *
version_function(struct terms *ts, const struct table *table, const char *what)
{
	static const uint8_t words[TABLE_KEY_WORDS + 1] = { 64, 64, 64, 64, 64, 64 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.%.64s", table->name, what);
	return term_function_new(ts, name, 64, table->key_words + 1, words);
}

void
table_base(struct terms *ts, struct table *table)
{
	char name[96];

	table->live = base_function(ts, table, "live", 1);
	table->slot = base_function(ts, table, "slot", 32);
	table->class = base_function(ts, table, "class", 32);
	table->class->high = table->classes - 1;
	table->last = base_function(ts, table, "last", 64);
	for (unsigned i = 0; i < table->value_words; i++) {
		snprintf(name, sizeof name, "value%u", i);
		table->word[i] = base_function(ts, table, name, 64);
	}
	table->taken = slot_function(ts, table, "taken", 1);
	for (unsigned i = 0; i < table->key_words; i++)
		table->owner[i] = slot_function(ts, table, "owner", 64);
	snprintf(name, sizeof name, "%.64s.count", table->name);
	table->count = term_var_in(ts, 64, name, 0, (uint64_t)1 << 32);
	snprintf(name, sizeof name, "%.64s.version", table->name);
	table->version = term_var(ts, 64, name);
	table->gained = version_function(ts, table, "gained");
	table->lost = version_function(ts, table, "lost");
}

term
table_same_key(struct terms *ts, const struct table *table, const term *a, const term *b)
{
	term same = term_bool(ts, true);

	for (unsigned i = 0; i < table->key_words; i++)
		same = term_and(ts, same, term_eq(ts, a[i], b[i]));
	return same;
}

struct entry
table_base_entry(struct terms *ts, const struct table *table, const term *key)
{
	struct entry e = {
		.live = term_app(ts, table->live, key),
		.slot = term_app(ts, table->slot, key),
		.class = term_app(ts, table->class, key),
		.last = term_app(ts, table->last, key),
	};

	for (unsigned i = 0; i < table->value_words; i++)
		e.value[i] = term_app(ts, table->word[i], key);
	return e;
}

term
table_lifetime(struct terms *ts, const struct table *table, term class)
{
	term lifetime = table->lifetime[table->classes - 1];

	for (unsigned i = table->classes - 1; i-- > 0;)
		lifetime = term_ite(ts, term_eq(ts, class, term_const(ts, 32, i)), table->lifetime[i], lifetime);
	return lifetime;
}

/* What holds of every entry of every base at the packet's time. That a live entry is within its lifetime is the
 * meaning of "expired is absent"; that last use is not after the last packet is the clock's monotony. */
static term
entry_facts(struct terms *ts, const struct table *table, const struct entry *e, term now_tick, term before_tick)
{
	term facts = term_ule(ts, e->last, before_tick);

	facts = term_and(ts, facts, term_ule(ts, term_sub(ts, now_tick, e->last), table_lifetime(ts, table, e->class)));
	facts = term_and(ts, facts, term_ult(ts, term_zext(ts, e->slot, 64), table->capacity));
	facts = term_and(ts, facts, term_ult(ts, e->class, term_const(ts, 32, table->classes)));
	facts = term_and(ts, facts, term_ule(ts, term_const(ts, 64, 1), table->count));
	return facts;
}

/* Two live entries of one base: other keys have other slots, and there are at least two. */
static term
pair_facts(struct terms *ts, const struct table *table, const term *key, const struct entry *e, const term *other_key)
{
	const struct entry other = table_base_entry(ts, table, other_key);
	const term both = term_and(ts, e->live, other.live);
	const term distinct = term_not(ts, table_same_key(ts, table, key, other_key));
	const term apart = term_and(ts, term_ne(ts, e->slot, other.slot),
		term_ule(ts, term_const(ts, 64, 2), table->count));

	return term_or(ts, term_not(ts, term_and(ts, both, distinct)), apart);
}

static bool
looked_at(const struct chain *chain, const term *key)
{
	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (c->look && memcmp(c->key, key, chain->table->key_words * sizeof *key) == 0)
			return true;
	return false;
}

static struct change *
change_new(struct chain *chain, const term *key)
{
	struct change *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	c->before = chain->newest;
	memcpy(c->key, key, chain->table->key_words * sizeof *key);
	chain->newest = c;
	return c;
}

static void
state_facts(struct chain *chain, struct path *path, const term *key, term now_tick, term before_tick)
{
	struct terms *ts = path->terms;
	const struct entry base = table_base_entry(ts, chain->table, key);
	struct change *look;

	if (looked_at(chain, key))
		return;
	path_assume(path, term_ule(ts, chain->table->count, chain->table->capacity), NULL);
	path_assume(path, term_or(ts, term_not(ts, base.live),
		entry_facts(ts, chain->table, &base, now_tick, before_tick)), NULL);
	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (c->look)
			path_assume(path, pair_facts(ts, chain->table, key, &base, c->key), NULL);
	look = change_new(chain, key);
	look->look = true;
	look->entry = base;
	if (chain->by_slot)
		table_state_slots(chain, path, look);
}

struct entry
table_entry_choose(struct terms *ts, const struct table *table, term condition, const struct entry *a, const struct entry *b)
{
	struct entry e = {
		.live = term_ite(ts, condition, a->live, b->live),
		.slot = term_ite(ts, condition, a->slot, b->slot),
		.class = term_ite(ts, condition, a->class, b->class),
		.last = term_ite(ts, condition, a->last, b->last),
	};

	for (unsigned i = 0; i < table->value_words; i++)
		e.value[i] = term_ite(ts, condition, a->value[i], b->value[i]);
	return e;
}

static struct entry
chain_entry(struct terms *ts, const struct table *table, const struct change *c, struct path *path, const term *key)
{
	struct entry older, chosen;
	term applies;

	while (c != NULL && c->look)
		c = c->before;
	if (c == NULL)
		return table_base_entry(ts, table, key);
	applies = term_and(ts, c->guard, table_same_key(ts, table, key, c->key));
	if (path_must(path, applies))
		return c->entry;
	older = chain_entry(ts, table, c->before, path, key);
	if (path_must(path, term_not(ts, applies)))
		return older;
	chosen = table_entry_choose(ts, table, applies, &c->entry, &older);
	/* entries keep the slot that the base's function says of their keys: of equal keys the same */
	if (c->entry.slot == term_app(ts, table->slot, c->key) && older.slot == term_app(ts, table->slot, key))
		chosen.slot = older.slot;
	return chosen;
}

/* A key that was looked at before and is this one, in other terms, on this path; otherwise the key itself. Both name
 * one entry wherever the path's conjuncts hold, so nothing is lost by using the older name; and what the program and
 * the specification say of the entry then needs no arithmetic to be compared. */
static const term *
known_key(const struct chain *chain, struct path *path, const term *key)
{
	if (looked_at(chain, key))
		return key;
	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (c->look && path_must_widely(path, table_same_key(path->terms, chain->table, key, c->key)))
			return c->key;
	return key;
}

const term *
table_know(struct chain *chain, struct path *path, const term *key, term now_tick, term before_tick)
{
	key = known_key(chain, path, key);
	state_facts(chain, path, key, now_tick, before_tick);
	return key;
}

struct entry
table_read(const struct chain *chain, struct path *path, const term *key)
{
	return chain_entry(path->terms, chain->table, chain->newest, path, key);
}

struct entry
table_look(struct chain *chain, struct path *path, const term *key, term now_tick, term before_tick)
{
	return table_read(chain, path, table_know(chain, path, key, now_tick, before_tick));
}

term
table_count(struct terms *ts, const struct chain *chain)
{
	term count = chain->table->count;

	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (!c->look)
			count = term_add(ts, count, c->more);
	return count;
}

/* Changes that add no live key and take none keep the name. The others give one that depends on the older name and the key
 * alone, as the set does. */
static term
version_at(struct terms *ts, const struct table *table, const struct change *c)
{
	term at[TABLE_KEY_WORDS + 1], version, older;

	while (c != NULL && c->born == NULL && c->died == NULL)
		c = c->before;
	if (c == NULL)
		return table->version;
	older = version = at[0] = version_at(ts, table, c->before);
	memcpy(at + 1, c->key, table->key_words * sizeof *at);
	if (c->born != NULL)
		version = term_ite(ts, c->born, term_app(ts, table->gained, at), older);
	if (c->died != NULL)
		version = term_ite(ts, c->died, term_app(ts, table->lost, at), version);
	return version;
}

term
table_version(struct terms *ts, const struct chain *chain)
{
	return version_at(ts, chain->table, chain->newest);
}

void
table_change(struct terms *ts, struct chain *chain, struct path *path, const term *key, term guard,
	const struct entry *old, const struct entry *new)
{
	const term one = term_const(ts, 64, 1), zero = term_const(ts, 64, 0);
	const term gained = term_and(ts, guard, term_and(ts, new->live, term_not(ts, old->live)));
	const term lost = term_and(ts, guard, term_and(ts, old->live, term_not(ts, new->live)));
	struct change *c = change_new(chain, known_key(chain, path, key));

	c->guard = guard;
	c->entry = *new;
	c->born = term_is_false(gained) ? NULL : gained;
	c->died = term_is_false(lost) ? NULL : lost;
	c->more = term_ite(ts, gained, one, term_ite(ts, lost, term_neg(ts, one), zero));
	if (chain->by_slot || c->born != NULL)
		table_state_slots(chain, path, c);
}

const struct change *
table_slot_change(const struct chain *chain, term slot)
{
	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (c->entry.slot == slot)
			return c;
	return NULL;
}

/* The number of `size` bytes from `at` on, whichever order its bytes have. Whole fields are taken out and put in at a
 * time where they lie in one word: taken byte by byte, a computed number is not recognised when it is put together
 * again. */
static term
number_at(struct terms *ts, const term *words, unsigned at, unsigned size, bool network_order)
{
	term number = NULL;

	if (at % 8 + size <= 8) {
		number = term_extract(ts, words[at / 8], at % 8 * 8, size * 8);
	} else {
		for (unsigned i = 0; i < size; i++) {
			const term byte = term_extract(ts, words[(at + i) / 8], (at + i) % 8 * 8, 8);

			number = number == NULL ? byte : term_concat(ts, byte, number);
		}
	}
	return network_order && size > 1 ? term_bswap(ts, number) : number;
}

term
layout_get(struct terms *ts, const struct layout *layout, const term *words, unsigned field, unsigned half)
{
	const struct layout_field *f = &layout->field[field];
	const bool wide = f->size > 8;

	return term_zext(ts, number_at(ts, words, f->offset + (wide ? half * 8 : 0), wide ? 8 : f->size, f->network_order), 64);
}

/* What a record's bytes are made of, in order: numbers, and zeros between them. */
struct part {
	unsigned offset, size; /* bytes */
	term bits;
};

static void
add_part(struct terms *ts, struct part *parts, unsigned *n, unsigned offset, unsigned size, bool network_order, term number)
{
	const term bits = term_extract(ts, number, 0, size * 8);
	unsigned i = (*n)++;

	for (; i > 0 && parts[i - 1].offset > offset; i--)
		parts[i] = parts[i - 1];
	parts[i] = (struct part){ offset, size, network_order && size > 1 ? term_bswap(ts, bits) : bits };
}

/* The bits of a part that lie in the word, as far as it goes on from bit `at`. */
static term
appended(struct terms *ts, term word, unsigned first, const struct part *p)
{
	const unsigned from = p->offset > first ? p->offset : first;
	const unsigned to = p->offset + p->size < first + 8 ? p->offset + p->size : first + 8;
	const unsigned filled = word == NULL ? 0 : word->width / 8u;
	const term bits = term_extract(ts, p->bits, (from - p->offset) * 8, (to - from) * 8);

	if (from - first > filled) {
		const term zeros = term_const(ts, (from - first - filled) * 8, 0);

		word = word == NULL ? zeros : term_concat(ts, zeros, word);
	}
	return word == NULL ? bits : term_concat(ts, bits, word);
}

void
layout_put(struct terms *ts, const struct layout *layout, term *words, unsigned count, const term (*numbers)[2])
{
	struct part parts[2 * TABLE_FIELDS];
	unsigned n = 0;

	assert(count <= TABLE_KEY_WORDS);
	for (unsigned f = 0; f < layout->fields; f++) {
		const struct layout_field *field = &layout->field[f];

		if (field->size > 8) {
			add_part(ts, parts, &n, field->offset, 8, field->network_order, numbers[f][0]);
			add_part(ts, parts, &n, field->offset + 8, 8, field->network_order, numbers[f][1]);
		} else {
			add_part(ts, parts, &n, field->offset, field->size, field->network_order, numbers[f][0]);
		}
	}
	for (unsigned w = 0; w < count; w++) {
		term word = NULL;

		for (unsigned i = 0; i < n; i++)
			if (parts[i].offset < 8 * w + 8 && parts[i].offset + parts[i].size > 8 * w)
				word = appended(ts, word, 8 * w, &parts[i]);
		if (word == NULL)
			word = term_const(ts, 64, 0);
		words[w] = term_zext(ts, word, 64);
	}
}
