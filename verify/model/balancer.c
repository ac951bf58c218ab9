/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/balancer.h, as its callers may rely on it: any records within the ranges of the list option of that name, and any
 * orders of preference. maglev_hash (libvig/maglev.h) is any function of its words. */
#include "libvig/balancer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/model/inside.h"
#include "verify/state/hash.h"
#include "verify/state/picks.h"

#define SAME(function, ...) \
	_Static_assert(__builtin_types_compatible_p(__typeof__(&function), __VA_ARGS__), \
		#function " is no longer what its model says")

SAME(balancer_new, struct balancer *(*)(struct vig *, const char *, const struct record_type *, const struct record_type *,
	uint64_t, uint64_t));
SAME(balancer_find, bool (*)(const struct balancer *, const uint64_t *, uint64_t *));
SAME(balancer_pick, bool (*)(const struct balancer *, struct flow_table *, uint64_t, uint64_t, uint64_t *, uint64_t *));
SAME(maglev_hash, uint64_t (*)(const uint64_t *, uint64_t));

/* The value's field that is the weight, as balancer.h names it; the number of fields: there is none. */
static unsigned
weight_field(const struct layout *value)
{
	unsigned f = 0;

	while (f < value->fields && strcmp(value->field[f].name, "weight") != 0)
		f++;
	return f;
}

/* That the table's size is a prime that backends fit is left open: new may fail for any reason. */
static void
make(struct model_call *c)
{
	struct terms *ts = c->x->terms;
	struct listed *l = calloc(1, sizeof *l);
	struct picks *picks = calloc(1, sizeof *picks);
	struct object *object;

	if (l == NULL || picks == NULL)
		abort();
	if (!model_read_list(c, l))
		return;
	if (l->key_words != BALANCER_KEY_WORDS) {
		model_refuse(c, "the key does not take two words");
		return;
	}
	object = model_make_object(c, OBJECT_PICKS, term_and(ts, term_ne(ts, model_arg(c, 4), term_const(ts, 64, 0)),
		term_ule(ts, model_arg(c, 4), term_const(ts, 64, BALANCER_MAX_CAPACITY))));
	if (object == NULL)
		return;
	listed_base(ts, l);
	*picks = (struct picks){ .weight = weight_field(&l->value), .size = model_arg(c, 5) };
	picks_base(ts, l, picks);
	object->listed = l;
	object->picks = picks;
	model_answer(c, term_const(ts, 64, object->handle));
}

static struct moment
moment_of(const struct model_call *c)
{
	return (struct moment){ c->x->now, c->x->now_before, c->x->ports };
}

static void
find(struct model_call *c, unsigned index)
{
	const struct listed *l = c->s->object[index].listed;
	const struct moment moment = moment_of(c);
	term key[TABLE_KEY_WORDS];
	struct listed_record r;

	if (!model_read_words(c, 1, l->key_words, key))
		return;
	c->key_words = l->key_words;
	memcpy(c->key, key, l->key_words * sizeof *key);
	r = picks_find(c->s, index, key, &moment);
	if (!model_false_unless(c, r.present))
		return;
	model_answer_stored(c, model_bool_result(c->x, term_bool(c->x->terms, true)), 2, r.value, l->value_words);
}

/* Argument 1: a table of keys of two words and values of two. */
static bool
table_argument(struct model_call *c, unsigned *index)
{
	const term pointer = path_fixed(&c->s->path, model_arg(c, 1));
	const struct object *const object = pointer == NULL ? NULL : state_object(c->s, pointer, index);

	if (object != NULL && object->kind == OBJECT_TABLE && object->table->key_words == BALANCER_KEY_WORDS &&
		object->table->value_words == 2)
		return true;
	model_demand(c, term_bool(c->x->terms, false), "the second argument is not a flow_table_k2v2");
	return false;
}

static void
pick(struct model_call *c, unsigned index)
{
	const struct listed *l = c->s->object[index].listed;
	const struct moment moment = moment_of(c);
	struct listed_record r;
	struct picked p;
	unsigned table;

	if (!table_argument(c, &table))
		return;
	if (!path_must(&c->s->path, term_eq(c->x->terms, model_arg(c, 3), c->x->now))) {
		model_refuse(c, "the time passed is not the packet's time (nf_process's now)");
		return;
	}
	p = picks_pick(c->s, index, table, &c->s->chain[table], model_arg(c, 2), &moment);
	r = listed_find(c->s, index, p.key, c->x->ports);
	if (!model_false_unless(c, p.some))
		return;
	model_store_also(c, 4, p.key, l->key_words);
	if (c->s != NULL)
		model_answer_stored(c, model_bool_result(c->x, term_bool(c->x->terms, true)), 5, r.value, l->value_words);
}

void
model_balancer(struct model_call *c, const char *operation)
{
	const bool make_it = strcmp(operation, "new") == 0, pick_it = strcmp(operation, "pick") == 0;
	unsigned index;

	if (make_it)
		make(c);
	else if (!pick_it && strcmp(operation, "find") != 0)
		model_refuse(c, "no such operation in libVig");
	else if (model_object(c, OBJECT_PICKS, &index) == NULL)
		return;
	else if (c->x->ports == NULL || c->x->now == NULL)
		model_refuse(c, "backends are looked up from nf_process and nf_hint only");
	else if (pick_it)
		pick(c, index);
	else
		find(c, index);
}

void
model_maglev_hash(struct model_call *c)
{
	uint64_t words;

	if (!model_constant(c, 1, "the number of words must be a constant", &words))
		return;
	if (words == 0 || words > STATE_HASHES) {
		model_refuse(c, "no words, or more than 5");
		return;
	}
	if (!model_read_words(c, 0, (unsigned)words, c->key))
		return;
	c->key_words = (unsigned)words;
	c->points = 0;
	model_answer(c, hash_of(c->s, c->key, (unsigned)words));
}
