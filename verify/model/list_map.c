/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/list_map.h, as its callers may rely on it: any records within the ranges of the list option of that name. */
#include "libvig/list_map.h"

#include <stdlib.h>
#include <string.h>

#include "verify/model/inside.h"

_Static_assert(__builtin_types_compatible_p(__typeof__(&list_map_new), struct list_map *(*)(struct vig *, const char *,
	const struct record_type *, const struct record_type *, uint64_t)) &&
	__builtin_types_compatible_p(__typeof__(&list_map_find),
		bool (*)(const struct list_map *, const uint64_t *, uint64_t *)),
	"list_map.h is no longer what its model says");

/* Whether the option's fields are the two records', one by one. What is wider in the option than in the record is
 * refused when the list is read, so the ranges hold. */
static bool
option_fits(struct model_call *c, const struct listed *l)
{
	if (l->option == NULL) {
		model_refuse(c, "there is no list option of that name");
		return false;
	}
	if (l->option->fields != l->key.fields + l->value.fields) {
		model_refuse(c, "the list option has another number of fields than key and value");
		return false;
	}
	for (unsigned f = 0; f < l->option->fields; f++) {
		const unsigned size = f < l->key.fields ? l->key.field[f].size : l->value.field[f - l->key.fields].size;

		if (!listed_fits(&l->option->field[f], size)) {
			model_refuse(c, "a field of the list option does not fit the record's");
			return false;
		}
	}
	return true;
}

bool
model_read_list(struct model_call *c, struct listed *l)
{
	struct terms *ts = c->x->terms;

	if (!model_demand(c, term_eq(ts, model_arg(c, 0), term_const(ts, 64, MODEL_VIG_HANDLE)),
			"the first argument must be env->vig") ||
		!model_string(c, model_arg(c, 1), &l->name) ||
		!model_read_layout(c, model_arg(c, 2), TABLE_KEY_WORDS, &l->key) ||
		!model_read_layout(c, model_arg(c, 3), TABLE_VALUE_WORDS, &l->value))
		return false;
	l->key_words = (l->key.size + 7) / 8;
	l->value_words = (l->value.size + 7) / 8;
	l->option = model_list_option(c, l->name);
	if (!option_fits(c, l))
		return false;
	if (model_same_name(c, l->name)) {
		model_refuse(c, "two objects of the same name");
		return false;
	}
	return true;
}

static void
map_make(struct model_call *c)
{
	struct terms *ts = c->x->terms;
	const term capacity = model_arg(c, 4);
	struct listed *l = calloc(1, sizeof *l);
	struct object *object;
	term valid;

	if (l == NULL)
		abort();
	if (!model_read_list(c, l))
		return;
	valid = term_and(ts, term_ne(ts, capacity, term_const(ts, 64, 0)),
		term_ule(ts, capacity, term_const(ts, 64, LIST_MAP_MAX_CAPACITY)));
	object = model_make_object(c, OBJECT_LISTED, valid);
	if (object == NULL)
		return;
	listed_base(ts, l);
	object->listed = l;
	model_answer(c, term_const(ts, 64, object->handle));
}

static void
map_find(struct model_call *c, unsigned index)
{
	struct terms *ts = c->x->terms;
	const struct listed *l = c->s->object[index].listed;
	term key[TABLE_KEY_WORDS];
	struct listed_record r;

	if (c->x->ports == NULL) {
		model_refuse(c, "lists are looked up from nf_process and nf_hint only");
		return;
	}
	if (!model_read_words(c, 1, l->key_words, key))
		return;
	c->key_words = l->key_words;
	memcpy(c->key, key, l->key_words * sizeof *key);
	r = listed_find(c->s, index, key, c->x->ports);
	if (!model_false_unless(c, r.present))
		return;
	model_answer_stored(c, model_bool_result(c->x, term_bool(ts, true)), 2, r.value, l->value_words);
}

void
model_list_map(struct model_call *c, const char *operation)
{
	unsigned index;

	if (strcmp(operation, "new") == 0)
		map_make(c);
	else if (strcmp(operation, "find") != 0)
		model_refuse(c, "no such operation in libVig");
	else if (model_object(c, OBJECT_LISTED, &index) != NULL)
		map_find(c, index);
}
