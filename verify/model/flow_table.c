/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/flow_table.h, as its callers may rely on it. The hash, the hints and the physical order are not
 * mentioned: they are arbitrary here, so what is proved holds for each. */
#include "libvig/flow_table.h"

#include <stdlib.h>
#include <string.h>

#include "verify/model/inside.h"

#define SAME(function, ...) \
	_Static_assert(__builtin_types_compatible_p(__typeof__(&function), __VA_ARGS__), \
		#function " is no longer what its model says")

SAME(flow_table_k2v2_new, struct flow_table *(*)(struct vig *, const char *, const struct record_type *,
	const struct record_type *, uint64_t, const struct flow_table_times *));
SAME(flow_table_k2v2_find, bool (*)(struct flow_table *, const uint64_t[], uint64_t, uint64_t, struct flow_entry_v2 *));
SAME(flow_table_k2v2_refresh, bool (*)(struct flow_table *, const uint64_t[], uint64_t, uint64_t, struct flow_entry_v2 *));
SAME(flow_table_k2v2_insert, bool (*)(struct flow_table *, const uint64_t[], uint64_t, uint64_t, uint64_t, const uint64_t[]));
SAME(flow_table_k2v2_set, void (*)(struct flow_table *, uint64_t, uint64_t, uint64_t, const uint64_t[]));
SAME(flow_table_k2v2_erase, void (*)(struct flow_table *, uint64_t, uint64_t));
SAME(flow_table_k2v2_at, bool (*)(struct flow_table *, uint64_t, uint64_t, uint64_t[], struct flow_entry_v2 *));
SAME(flow_table_k2v2_hash, uint64_t (*)(const struct flow_table *, const uint64_t[]));
SAME(flow_table_k2v2_match, uint64_t (*)(const struct flow_table *, uint64_t));
SAME(flow_table_k2v2_ready, uint64_t (*)(const struct flow_table *, uint64_t));
_Static_assert(offsetof(struct flow_entry_v2, slot) == 16 && offsetof(struct flow_entry_v4, class) == 36 &&
	offsetof(struct flow_table_times, lifetime) == 8 && FLOW_TABLE_CLASSES == TABLE_CLASSES,
	"a libVig struct is no longer laid out as its model says");

/* A lifetime in whole ticks, rounded up. Where adding what it takes to round would wrap, it is the most there can be. */
static term
ticks(struct terms *ts, term lifetime, uint64_t shift)
{
	const uint64_t round = ((uint64_t)1 << shift) - 1;
	const term up = term_shift(ts, TERM_LSHR, term_add(ts, lifetime, term_const(ts, 64, round)), term_const(ts, 64, shift));

	return term_ite(ts, term_ule(ts, lifetime, term_const(ts, 64, UINT64_MAX - round)), up,
		term_const(ts, 64, (UINT64_MAX >> shift) + 1));
}

static bool
read_times(struct model_call *c, term times, struct table *table, term *valid)
{
	struct terms *ts = c->x->terms;
	uint64_t shift, classes;

	if (!model_constant_at(c, times, 4, &shift) || !model_constant_at(c, model_at(c, times, 4), 4, &classes))
		return false;
	if (shift > 40 || classes == 0 || classes > FLOW_TABLE_CLASSES) {
		*valid = term_bool(ts, false);
		table->classes = 1;
		return true;
	}
	table->shift = (unsigned)shift;
	table->classes = (unsigned)classes;
	for (unsigned i = 0; i < classes; i++) {
		term lifetime;

		if (!model_load(c, model_at(c, times, 8 + 8 * i), 8, &lifetime))
			return false;
		table->lifetime[i] = ticks(ts, lifetime, shift);
	}
	return true;
}

static void
table_new(struct model_call *c, unsigned key_words, unsigned value_words)
{
	struct terms *ts = c->x->terms;
	struct table *table = calloc(1, sizeof *table);
	term valid = term_bool(ts, true);
	struct object *object;

	if (table == NULL)
		abort();
	table->kind = c->name;
	table->key_words = key_words;
	table->value_words = value_words;
	table->capacity = model_arg(c, 4);
	if (!model_demand(c, term_eq(ts, model_arg(c, 0), term_const(ts, 64, MODEL_VIG_HANDLE)),
			"the first argument must be env->vig") ||
		!model_string(c, model_arg(c, 1), &table->name) ||
		!model_read_layout(c, model_arg(c, 2), key_words, &table->key) ||
		!model_read_layout(c, model_arg(c, 3), value_words, &table->value) ||
		!read_times(c, model_arg(c, 5), table, &valid))
		return;
	if (model_same_name(c, table->name)) {
		model_refuse(c, "two objects of the same name");
		return;
	}
	valid = term_and(ts, valid, term_ult(ts, term_const(ts, 64, 0), table->capacity));
	valid = term_and(ts, valid, term_ule(ts, table->capacity, term_const(ts, 64, FLOW_TABLE_MAX_CAPACITY)));
	model_may_fail(c);
	if (!path_can(&c->s->path, valid, NULL)) {
		state_free(c->s);
		return;
	}
	path_assume(&c->s->path, valid, NULL);
	table_base(ts, table);
	object = model_new_object(c, OBJECT_TABLE);
	if (object == NULL)
		return;
	object->table = table;
	c->s->chain[c->s->objects - 1] = (struct chain){ .table = table };
	model_answer(c, term_const(ts, 64, object->handle));
}

/* The chain that argument 0 stands for. */
static struct chain *
table_of(struct model_call *c, unsigned key_words, unsigned value_words)
{
	const term pointer = path_fixed(&c->s->path, model_arg(c, 0));
	const struct object *object;
	unsigned index;

	object = pointer == NULL ? NULL : state_object(c->s, pointer, &index);
	if (object == NULL || object->kind != OBJECT_TABLE || object->table->key_words != key_words ||
		object->table->value_words != value_words) {
		model_demand(c, term_bool(c->x->terms, false), "the first argument is not a table of this instance");
		return NULL;
	}
	if (c->x->now == NULL) {
		model_refuse(c, "tables are used from nf_process and nf_hint only");
		return NULL;
	}
	return &c->s->chain[index];
}

static term
tick(const struct model_call *c, const struct table *table, term time)
{
	return term_shift(c->x->terms, TERM_LSHR, time, term_const(c->x->terms, 64, table->shift));
}

static bool
at_this_time(struct model_call *c, unsigned n)
{
	if (path_must(&c->s->path, term_eq(c->x->terms, model_arg(c, n), c->x->now)))
		return true;
	model_refuse(c, "the time passed is not the packet's time (nf_process's now)");
	return false;
}

/* Copies an entry out to an argument and answers true. */
static void
answer_entry(struct model_call *c, const struct table *table, const struct entry *e, unsigned out)
{
	term values[TABLE_VALUE_WORDS + 2];
	unsigned n = 0;

	for (unsigned i = 0; i < table->value_words; i++)
		values[n++] = e->value[i];
	values[n++] = e->slot;
	values[n++] = e->class;
	model_answer_stored(c, model_bool_result(c->x, term_bool(c->x->terms, true)), out, values, n);
}

static void
remember_key(struct model_call *c, const struct table *table, const term *key)
{
	c->key_words = table->key_words;
	memcpy(c->key, key, table->key_words * sizeof *key);
}

/* find and refresh: present or absent, both where possible. */
static void
look(struct model_call *c, struct chain *chain, bool refresh)
{
	struct terms *ts = c->x->terms;
	term key[TABLE_KEY_WORDS];
	struct entry e;

	if (!at_this_time(c, 3) || !model_read_words(c, 1, chain->table->key_words, key))
		return;
	remember_key(c, chain->table, key);
	e = table_look(chain, &c->s->path, key, tick(c, chain->table, c->x->now),
		tick(c, chain->table, c->x->now_before));
	if (!model_false_unless(c, e.live))
		return;
	if (refresh) {
		struct entry used = e;

		used.live = term_bool(ts, true);
		used.last = tick(c, chain->table, c->x->now);
		table_change(ts, chain, &c->s->path, key, term_bool(ts, true), &e, &used);
	}
	answer_entry(c, chain->table, &e, 4);
}

/* Bytes of a key that no field has: 0, or keys that a table answers could not be told by their fields. */
static bool
padding_is_zero(struct model_call *c, const struct table *table, const term *key)
{
	struct terms *ts = c->x->terms;
	term zero = term_bool(ts, true);

	for (unsigned i = 0; i < table->key_words * 8; i++) {
		bool field = false;

		for (unsigned f = 0; f < table->key.fields; f++)
			field = field || i - table->key.field[f].offset < table->key.field[f].size;
		if (!field)
			zero = term_and(ts, zero, term_eq(ts, term_extract(ts, key[i / 8], i % 8 * 8, 8), term_const(ts, 8, 0)));
	}
	return path_must(&c->s->path, zero);
}

static void look_at(struct model_call *c, struct chain *chain);

/* Where it is open whether an entry that this packet changed has the slot, both cases are followed from here, each on a path
 * of its own: they cover the call, and each then has one key in hand, not a choice between keys that every later look
 * would drag along. False: this one cannot be. */
static bool
split_by_owner(struct model_call *c, struct chain *chain)
{
	const size_t index = (size_t)(chain - c->s->chain);
	struct model *model;
	term open;

	while ((open = table_slot_question(chain, &c->s->path, model_arg(c, 1), tick(c, chain->table, c->x->now),
			tick(c, chain->table, c->x->now_before))) != NULL) {
		if (path_can(&c->s->path, open, &model)) {
			struct model_call changed = *c;

			changed.s = state_fork(c->s);
			path_assume(&changed.s->path, open, model);
			state_decide(changed.s, open);
			look_at(&changed, &changed.s->chain[index]);
		}
		open = term_not(c->x->terms, open);
		if (!path_can(&c->s->path, open, &model)) {
			state_free(c->s);
			return false;
		}
		path_assume(&c->s->path, open, model);
		state_decide(c->s, open);
	}
	return true;
}

/* at: whoever has that slot, or nobody. */
static void
look_at(struct model_call *c, struct chain *chain)
{
	struct terms *ts = c->x->terms;
	const struct table *table = chain->table;
	struct slot_entry e;

	if (!at_this_time(c, 2) || !split_by_owner(c, chain))
		return;
	e = table_look_slot(chain, &c->s->path, model_arg(c, 1), tick(c, table, c->x->now), tick(c, table, c->x->now_before));
	if (!model_false_unless(c, e.found))
		return;
	e.entry.slot = term_extract(ts, model_arg(c, 1), 0, 32);
	model_store_also(c, 3, e.key, table->key_words);
	if (c->s != NULL)
		answer_entry(c, table, &e.entry, 4);
}

static void
insert(struct model_call *c, struct chain *chain)
{
	struct terms *ts = c->x->terms;
	const struct table *table = chain->table;
	const term class = model_arg(c, 4);
	term key[TABLE_KEY_WORDS], stored;
	struct entry old, new = { 0 };

	if (!at_this_time(c, 3) || !model_read_words(c, 1, table->key_words, key) ||
		!model_read_words(c, 5, table->value_words, new.value) ||
		!model_demand(c, term_ult(ts, class, term_const(ts, 64, table->classes)),
			"the class is not below the number of classes"))
		return;
	remember_key(c, table, key);
	if (!padding_is_zero(c, table, key)) {
		model_refuse(c, "the key's bytes that belong to no field may not be 0");
		return;
	}
	old = table_look(chain, &c->s->path, key, tick(c, table, c->x->now), tick(c, table, c->x->now_before));
	stored = term_or(ts, old.live, term_ult(ts, table_count(ts, chain), table->capacity));
	new.live = term_bool(ts, true);
	new.class = term_extract(ts, class, 0, 32);
	new.last = tick(c, table, c->x->now);
	new.slot = table_new_slot(ts, chain, &old);
	table_change(ts, chain, &c->s->path, key, stored, &old, &new);
	model_answer(c, model_bool_result(c->x, stored));
}

/* The key in a slot that set or erase is to change, which a call for this packet has answered: as that call had it, or
 * whoever has the slot. False: ended. */
static bool
key_in_slot(struct model_call *c, struct chain *chain, term *key)
{
	struct terms *ts = c->x->terms;
	const struct table *table = chain->table;
	const term slot = term_extract(ts, model_arg(c, 1), 0, 32);
	const struct change *known = table_slot_change(chain, slot);
	struct slot_entry e;

	if (known != NULL && path_must(&c->s->path, term_eq(ts, model_arg(c, 1), term_zext(ts, slot, 64)))) {
		memcpy(key, known->key, table->key_words * sizeof *key);
		return true;
	}
	e = table_look_slot(chain, &c->s->path, model_arg(c, 1), tick(c, table, c->x->now), tick(c, table, c->x->now_before));
	memcpy(key, e.key, table->key_words * sizeof *key);
	return model_demand(c, e.found, "no live entry is in that slot");
}

/* set and erase. */
static void
change(struct model_call *c, struct chain *chain, bool erase)
{
	struct terms *ts = c->x->terms;
	const struct table *table = chain->table;
	const term slot = term_extract(ts, model_arg(c, 1), 0, 32);
	term key[TABLE_KEY_WORDS];
	struct entry old, new;

	if (!at_this_time(c, 2) || !key_in_slot(c, chain, key))
		return;
	old = table_look(chain, &c->s->path, key, tick(c, table, c->x->now), tick(c, table, c->x->now_before));
	if (!model_demand(c, term_and(ts, old.live, term_eq(ts, old.slot, slot)), "no live entry is in that slot"))
		return;
	new = old;
	new.live = term_bool(ts, !erase);
	if (!erase) {
		const term class = model_arg(c, 3);

		if (!model_read_words(c, 4, table->value_words, new.value) ||
			!model_demand(c, term_ult(ts, class, term_const(ts, 64, table->classes)),
				"the class is not below the number of classes"))
			return;
		new.class = term_extract(ts, class, 0, 32);
		new.last = tick(c, table, c->x->now);
	}
	table_change(ts, chain, &c->s->path, key, term_bool(ts, true), &old, &new);
	model_answer(c, NULL);
}

static void
hint(struct model_call *c, const struct table *table, bool reads_key)
{
	term key[TABLE_KEY_WORDS];

	if (reads_key && !model_read_words(c, 1, table->key_words, key))
		return;
	if (reads_key)
		remember_key(c, table, key);
	model_answer(c, term_var(c->x->terms, 64, "hint"));
}

void
model_flow_table(struct model_call *c, unsigned key_words, unsigned value_words, const char *operation)
{
	struct chain *chain;

	if (!((key_words == 1 || key_words == 2 || key_words == 5) && (value_words == 2 || value_words == 4))) {
		model_refuse(c, "no such instance in libVig");
		return;
	}
	if (strcmp(operation, "new") == 0) {
		table_new(c, key_words, value_words);
		return;
	}
	chain = table_of(c, key_words, value_words);
	if (chain == NULL)
		return;
	if (strcmp(operation, "find") == 0)
		look(c, chain, false);
	else if (strcmp(operation, "refresh") == 0)
		look(c, chain, true);
	else if (strcmp(operation, "at") == 0)
		look_at(c, chain);
	else if (strcmp(operation, "insert") == 0)
		insert(c, chain);
	else if (strcmp(operation, "set") == 0 || strcmp(operation, "erase") == 0)
		change(c, chain, operation[0] == 'e');
	else if (strcmp(operation, "hash") == 0)
		hint(c, chain->table, true);
	else if (strcmp(operation, "match") == 0 || strcmp(operation, "ready") == 0)
		hint(c, chain->table, false);
	else
		model_refuse(c, "no such operation in libVig");
}
