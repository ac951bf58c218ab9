/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that the models of port pairs and of list maps speak of, defined by the records that a driver saw taken. */
#include "test/agree/lists.h"

#include <stddef.h>
#include <stdlib.h>

#include "test/agree/inside.h"
#include "verify/state/pairs.h"

struct seen_list {
	uint64_t records, fields;
	term number[AGREE_RECORDS][AGREE_FIELDS];
	const struct listed *listed; /* whose functions are defined, if it is one */
};

static struct seen_list *
read_list(struct agreement *a, struct state *s)
{
	struct seen_list *seen = calloc(1, sizeof *seen);

	if (seen == NULL)
		abort();
	seen->records = agreement_number(a, s, "agree_list", offsetof(struct agree_list, records))->value;
	seen->fields = agreement_number(a, s, "agree_list", offsetof(struct agree_list, fields))->value;
	for (uint64_t i = 0; i < seen->records; i++)
		for (uint64_t f = 0; f < seen->fields; f++)
			seen->number[i][f] = agreement_number(a, s, "agree_list",
				offsetof(struct agree_list, number) + 8 * (i * AGREE_FIELDS + f));
	return seen;
}

/* The pair that a port is in: its inside (0), its outside (1), or whether there is one. */
static term
pair_of(struct terms *ts, const struct seen_list *l, term port, unsigned which, bool whether)
{
	term result = whether ? term_bool(ts, false) : term_const(ts, 64, 0);

	for (uint64_t i = 0; i < l->records; i++) {
		const term in = term_or(ts, term_eq(ts, port, l->number[i][0]), term_eq(ts, port, l->number[i][1]));

		result = term_ite(ts, in, whether ? term_bool(ts, true) : l->number[i][which], result);
	}
	return result;
}

static term
define_paired(struct terms *ts, const struct term_function *f, const term *port)
{
	return pair_of(ts, f->definition, *port, 0, true);
}

static term
define_inside(struct terms *ts, const struct term_function *f, const term *port)
{
	return pair_of(ts, f->definition, *port, 0, false);
}

static term
define_outside(struct terms *ts, const struct term_function *f, const term *port)
{
	return pair_of(ts, f->definition, *port, 1, false);
}

static void
define(struct term_function *f, term (*how)(struct terms *, const struct term_function *, const term *),
	const struct seen_list *l)
{
	f->define = how;
	f->definition = l;
}

void
agreement_pairs_begin(struct agreement *a, struct state *s)
{
	const unsigned index = agreement_object(s, OBJECT_PAIRS);
	struct pairs *pairs = pairs_new(a->x.terms, s->object[index].pairs->name);
	struct seen_list *l = read_list(a, s);

	define(pairs->found, define_paired, l);
	define(pairs->inside, define_inside, l);
	define(pairs->outside, define_outside, l);
	s->object[index].pairs = pairs;
	exec_return(&a->x, s, NULL);
}

/* The words of a record's part whose fields begin with this number. */
static void
words_of(struct terms *ts, const struct seen_list *l, uint64_t record, const struct layout *layout, unsigned first,
	unsigned count, term *words)
{
	term numbers[TABLE_FIELDS][2];

	for (unsigned f = 0; f < layout->fields; f++) {
		numbers[f][0] = l->number[record][first + f];
		numbers[f][1] = term_const(ts, 64, 0);
	}
	layout_put(ts, layout, words, count, (const term (*)[2])numbers);
}

static term
has_key(struct terms *ts, const struct seen_list *l, uint64_t record, const term *key)
{
	term words[TABLE_KEY_WORDS], same = term_bool(ts, true);

	words_of(ts, l, record, &l->listed->key, 0, l->listed->key_words, words);
	for (unsigned i = 0; i < l->listed->key_words; i++)
		same = term_and(ts, same, term_eq(ts, words[i], key[i]));
	return same;
}

static term
define_present(struct terms *ts, const struct term_function *f, const term *key)
{
	const struct seen_list *l = f->definition;
	term present = term_bool(ts, false);

	for (uint64_t i = 0; i < l->records; i++)
		present = term_or(ts, present, has_key(ts, l, i, key));
	return present;
}

/* Of a key that is not listed: what every value's numbers may be, the least that they can. */
static term
define_word(struct terms *ts, const struct term_function *f, const term *key)
{
	const struct seen_list *l = f->definition;
	const struct listed *listed = l->listed;
	term words[TABLE_VALUE_WORDS], numbers[TABLE_FIELDS][2], word;
	unsigned n = 0;

	while (listed->word[n] != f)
		n++;
	for (unsigned i = 0; i < listed->value.fields; i++) {
		numbers[i][0] = term_const(ts, 64, listed->option->field[listed->key.fields + i].min);
		numbers[i][1] = term_const(ts, 64, 0);
	}
	layout_put(ts, &listed->value, words, listed->value_words, (const term (*)[2])numbers);
	word = words[n];
	for (uint64_t i = 0; i < l->records; i++) {
		words_of(ts, l, i, &listed->value, listed->key.fields, listed->value_words, words);
		word = term_ite(ts, has_key(ts, l, i, key), words[n], word);
	}
	return word;
}

void
agreement_list_begin(struct agreement *a, struct state *s)
{
	const unsigned index = agreement_object(s, OBJECT_LISTED);
	struct listed *listed = malloc(sizeof *listed);
	struct seen_list *l = read_list(a, s);

	if (listed == NULL)
		abort();
	*listed = *s->object[index].listed;
	listed_base(a->x.terms, listed);
	l->listed = listed;
	define(listed->present, define_present, l);
	for (unsigned i = 0; i < listed->value_words; i++)
		define(listed->word[i], define_word, l);
	s->object[index].listed = listed;
	exec_return(&a->x, s, NULL);
}
