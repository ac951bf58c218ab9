/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/listed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct term_function *
base_function(struct terms *ts, const struct listed *listed, const char *what, unsigned width)
{
	static const uint8_t words[TABLE_KEY_WORDS] = { 64, 64, 64, 64, 64 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.%.64s", listed->name, what);
	return term_function_new(ts, name, width, listed->key_words, words);
}

void
listed_base(struct terms *ts, struct listed *listed)
{
	char name[32];

	listed->present = base_function(ts, listed, "present", 1);
	for (unsigned i = 0; i < listed->value_words; i++) {
		snprintf(name, sizeof name, "value%u", i);
		listed->word[i] = base_function(ts, listed, name, 64);
	}
}

term
listed_ranges(struct terms *ts, const struct layout *layout, const struct list_field *field, const term *words)
{
	term all = term_bool(ts, true);

	for (unsigned f = 0; f < layout->fields; f++) {
		const term number = layout_get(ts, layout, words, f, 0);

		if (field[f].wide)
			continue;
		all = term_and(ts, all, term_ule(ts, term_const(ts, 64, field[f].min), number));
		all = term_and(ts, all, term_ule(ts, number, term_const(ts, 64, field[f].max)));
	}
	return all;
}

static term
ports_exist(struct terms *ts, const struct layout *layout, const struct list_field *field, const term *words, term ports)
{
	term all = term_bool(ts, true);

	for (unsigned f = 0; f < layout->fields; f++)
		if (field[f].port)
			all = term_and(ts, all, term_ult(ts, layout_get(ts, layout, words, f, 0), ports));
	return all;
}

/* Bytes that no field covers are zero. */
static term
padding(struct terms *ts, const struct layout *layout, const term *words, unsigned count)
{
	term all = term_bool(ts, true);

	for (unsigned at = 0; at < 8 * count; at++) {
		bool covered = false;

		for (unsigned f = 0; f < layout->fields; f++)
			covered = covered || at - layout->field[f].offset < layout->field[f].size;
		if (!covered)
			all = term_and(ts, all, term_eq(ts, term_extract(ts, words[at / 8], at % 8 * 8, 8), term_const(ts, 8, 0)));
	}
	return all;
}

term
listed_holds(struct terms *ts, const struct layout *layout, const struct list_field *field, const term *words,
	unsigned count, term ports)
{
	const term ranges = term_and(ts, listed_ranges(ts, layout, field, words), ports_exist(ts, layout, field, words, ports));

	return term_and(ts, ranges, padding(ts, layout, words, count));
}

static bool
looked_at(const struct state *s, unsigned object, const term *key)
{
	const unsigned words = s->object[object].listed->key_words;

	for (const struct listed_look *l = s->listed_looks[object]; l != NULL; l = l->before)
		if (memcmp(l->key, key, words * sizeof *key) == 0)
			return true;
	return false;
}

static void
remember(struct state *s, unsigned object, const term *key)
{
	struct listed_look *look = calloc(1, sizeof *look);

	if (look == NULL)
		abort();
	look->before = s->listed_looks[object];
	memcpy(look->key, key, s->object[object].listed->key_words * sizeof *key);
	s->listed_looks[object] = look;
}

/* A key that was looked up before and is this one, in other terms, on this path; otherwise the key itself. Both name one
 * record wherever the path's conjuncts hold, so nothing is lost by using the older name; and what program and
 * specification read of the record are then the same terms. */
static const term *
known_key(struct state *s, unsigned object, const term *key)
{
	const unsigned words = s->object[object].listed->key_words;

	if (looked_at(s, object, key))
		return key;
	for (const struct listed_look *l = s->listed_looks[object]; l != NULL; l = l->before) {
		term same = term_bool(s->path.terms, true);

		for (unsigned i = 0; i < words; i++)
			same = term_and(s->path.terms, same, term_eq(s->path.terms, key[i], l->key[i]));
		if (path_must_widely(&s->path, same))
			return l->key;
	}
	return key;
}

struct listed_record
listed_find(struct state *s, unsigned object, const term *key, term ports)
{
	struct terms *ts = s->path.terms;
	const struct listed *l = s->object[object].listed;
	struct listed_record record;
	term facts;

	key = known_key(s, object, key);
	record.present = term_app(ts, l->present, key);
	for (unsigned i = 0; i < l->value_words; i++)
		record.value[i] = term_app(ts, l->word[i], key);
	if (looked_at(s, object, key))
		return record;
	facts = term_and(ts, listed_holds(ts, &l->key, l->option->field, key, l->key_words, ports),
		listed_holds(ts, &l->value, l->option->field + l->key.fields, record.value, l->value_words, ports));
	path_assume(&s->path, listed_ranges(ts, &l->value, l->option->field + l->key.fields, record.value), NULL);
	path_assume(&s->path, term_or(ts, term_not(ts, record.present), facts), NULL);
	remember(s, object, key);
	return record;
}
