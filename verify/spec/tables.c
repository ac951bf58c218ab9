/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The backend's tables, lists and token buckets. */
#include <string.h>

#include "verify/spec/inside.h"
#include "verify/state/bucket.h"
#include "verify/state/hash.h"
#include "verify/state/picks.h"
#include "verify/state/routes.h"

struct chain *
chain_of(const char *name)
{
	struct run *r = spec_current;

	for (unsigned i = 0; i < r->s->objects; i++)
		if (r->s->object[i].kind == OBJECT_TABLE && strcmp(r->s->object[i].table->name, name) == 0)
			return &r->s->chain[i];
	backend_fault("the network function has no table of this name");
	return NULL;
}

/* The same table as it was before the packet: looks, but no changes. */
static struct chain
before(const struct chain *now)
{
	struct chain old = { .table = now->table, .by_slot = now->by_slot };

	for (const struct change *c = now->newest; c != NULL; c = c->before)
		if (c->look) {
			struct change *copy = malloc(sizeof *copy);

			if (copy == NULL)
				abort();
			*copy = *c;
			copy->before = old.newest;
			old.newest = copy;
		}
	return old;
}

/* The same table as the function left it: its own changes, for the specification's are on the chain given. */
static struct chain
done(const struct chain *now)
{
	const struct run *r = spec_current;
	struct chain left = r->input->end->chain[now - r->s->chain];

	left.by_slot = now->by_slot;
	return left;
}

/* Of what the function left, entries are told by key alone; and what depends on which other entries are present is not known
 * of a later time. False: a Python error. */
static bool
told(long version)
{
	if (version == 2)
		return backend_fault("a choice is read off an entry that is looked up by its key") != NULL;
	return spec_current->view == NULL ||
		backend_fault("an invariant of a history does not count entries, nor ask for slots or picks") != NULL;
}

/* Numbers of a flat tuple as a record's fields. Each must fit its field. */
static bool
record_numbers(PyObject *tuple, const struct layout *layout, term (*numbers)[2])
{
	struct terms *const ts = spec_current->ts;

	if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) != (Py_ssize_t)layout->fields) {
		backend_fault("a key or value has another number of fields than the network function's record");
		return false;
	}
	for (unsigned f = 0; f < layout->fields; f++) {
		PyObject *item = PyTuple_GET_ITEM(tuple, f);
		const unsigned bits = layout->field[f].size * 8;
		__int128 low, high;

		if (PyTuple_Check(item)) {
			for (int half = 0; half < 2; half++)
				if ((numbers[f][half] = number_term(PyTuple_GetItem(item, half), &low, &high)) == NULL)
					return false;
			continue;
		}
		if ((numbers[f][0] = number_term(item, &low, &high)) == NULL)
			return false;
		if (!backend_natural(numbers[f][0], low, high) || (bits < 64 && high >> bits != 0 &&
			!backend_must(term_ult(ts, numbers[f][0], term_const(ts, 64, (uint64_t)1 << bits))))) {
			PyErr_Format(PyExc_ValueError, "a number may not fit the field '%s' of %u bits",
				layout->field[f].name, bits);
			return false;
		}
	}
	return true;
}

bool
record_words(PyObject *tuple, const struct layout *layout, unsigned words, term *out)
{
	term numbers[TABLE_FIELDS][2];

	if (!record_numbers(tuple, layout, numbers))
		return false;
	layout_put(spec_current->ts, layout, out, words, (const term (*)[2])numbers);
	return true;
}

static term
tick(const struct table *table, term time)
{
	return term_shift(spec_current->ts, TERM_LSHR, time, term_const(spec_current->ts, 64, table->shift));
}

static struct entry
look(struct chain *chain, const term *key)
{
	const struct spec_input *in = spec_current->input;
	const struct change *newest = chain->newest;
	const term now = tick(chain->table, in->now), now_before = tick(chain->table, in->now_before);
	/* what holds of every entry holds around a function whose cases are gathered, too; and that is what lasts */

	key = table_know(chain, &spec_current->s->path, key, now, now_before);
	if (chain->newest != newest && in->looked != NULL)
		in->looked(in->context, spec_current->s);
	for (const struct change *c = chain->newest; spec_current->gathers && c != NULL; c = c->before)
		if (!c->look)
			history_apart(term_and(spec_current->ts, c->guard, table_same_key(spec_current->ts, chain->table, key, c->key)));
	return table_read(chain, spec_current->path, key);
}

PyObject *
record_tuple(const struct layout *layout, const term *words, const struct list_field *field)
{
	struct terms *const ts = spec_current->ts;
	PyObject *tuple = PyTuple_New(layout->fields);

	for (unsigned f = 0; tuple != NULL && f < layout->fields; f++) {
		PyObject *item = layout->field[f].size > 8
			? Py_BuildValue("NN", number_from(layout_get(ts, layout, words, f, 0)),
				number_from(layout_get(ts, layout, words, f, 1)))
			: field != NULL ? number_new(layout_get(ts, layout, words, f, 0), field[f].min, field[f].max)
			: number_from(layout_get(ts, layout, words, f, 0));

		if (item == NULL) {
			Py_CLEAR(tuple);
			break;
		}
		PyTuple_SET_ITEM(tuple, f, item);
	}
	return tuple;
}

/* Whether an entry is present at the time that the run looks at: a later one than the packet's may find it expired. */
static term
live_then(const struct table *table, const struct entry *e)
{
	struct terms *const ts = spec_current->ts;

	if (spec_current->view == NULL)
		return e->live;
	return term_and(ts, e->live, term_ule(ts, term_sub(ts, tick(table, spec_current->view), e->last),
		table_lifetime(ts, table, e->class)));
}

PyObject *
backend_find(PyObject *self, PyObject *args)
{
	term key[TABLE_KEY_WORDS];
	struct chain *chain, other;
	PyObject *tuple;
	struct entry e;
	const char *name;
	long version;

	(void)self;
	if (!PyArg_ParseTuple(args, "lsO", &version, &name, &tuple) || (chain = chain_of(name)) == NULL ||
		!record_words(tuple, &chain->table->key, chain->table->key_words, key))
		return NULL;
	if (version != 1) {
		look(chain, key); /* facts are stated once, on the chain that lasts */
		other = version == 0 ? before(chain) : done(chain);
		chain = &other;
	}
	e = look(chain, key);
	return Py_BuildValue("NNNN", truth_new(live_then(chain->table, &e)), record_tuple(&chain->table->value, e.value, NULL),
		number_from(e.class), number_from(e.last));
}

PyObject *
backend_slot(PyObject *self, PyObject *args)
{
	term key[TABLE_KEY_WORDS];
	struct chain *chain, old;
	PyObject *tuple;
	const char *name;
	long version;

	(void)self;
	if (!PyArg_ParseTuple(args, "lsO", &version, &name, &tuple) || !told(version) || (chain = chain_of(name)) == NULL ||
		!record_words(tuple, &chain->table->key, chain->table->key_words, key))
		return NULL;
	table_use_slots(chain, spec_current->path); /* of a new entry's slot nothing is known otherwise */
	look(chain, key);
	old = before(chain);
	return number_from(look(version == 0 ? &old : chain, key).slot);
}

/* Decides whether an entry that was changed has the slot, as the program's model does. False: a Python error. */
static bool
decide_owner(struct chain *chain, term slot)
{
	const struct spec_input *in = spec_current->input;
	term open;

	while ((open = table_slot_question(chain, spec_current->path, slot, tick(chain->table, in->now),
			tick(chain->table, in->now_before))) != NULL)
		if (decide(open) < 0)
			return false;
	return true;
}

/* Whoever has that slot. Facts about a version 0 are stated on the chain that lasts: the base is the same. */
PyObject *
backend_at(PyObject *self, PyObject *args)
{
	const struct spec_input *in = spec_current->input;
	struct chain *chain, old;
	__int128 low, high;
	struct slot_entry e;
	PyObject *number;
	const char *name;
	long version;
	term slot;

	(void)self;
	if (!PyArg_ParseTuple(args, "lsO", &version, &name, &number) || !told(version) || (chain = chain_of(name)) == NULL ||
		(slot = number_term(number, &low, &high)) == NULL)
		return NULL;
	if (!backend_natural(slot, low, high))
		return backend_fault("a slot may be negative here");
	if (!decide_owner(chain, slot))
		return NULL;
	e = table_look_slot(chain, spec_current->path, slot, tick(chain->table, in->now), tick(chain->table, in->now_before));
	if (in->looked != NULL)
		in->looked(in->context, spec_current->s);
	old = before(chain);
	if (version == 0)
		e = table_look_slot(&old, spec_current->path, slot, tick(chain->table, in->now),
			tick(chain->table, in->now_before));
	return Py_BuildValue("NNNNN", truth_new(e.found), record_tuple(&chain->table->key, e.key, NULL),
		record_tuple(&chain->table->value, e.entry.value, NULL), number_from(e.entry.class), number_from(e.entry.last));
}

/* The list of that name; NULL and a Python error: there is none. */
static const struct listed *
list_named(const char *name, unsigned *object)
{
	const struct state *s = spec_current->s;

	for (*object = 0; *object < s->objects; ++*object)
		if (s->object[*object].listed != NULL && strcmp(s->object[*object].listed->name, name) == 0)
			return s->object[*object].listed;
	backend_fault("the network function has no list of this name");
	return NULL;
}

static struct moment
moment_here(void)
{
	const struct spec_input *in = spec_current->input;

	return (struct moment){ in->now, in->now_before, in->ports };
}

PyObject *
backend_listed(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	const struct moment moment = moment_here();
	term key[TABLE_KEY_WORDS];
	const struct listed *l;
	struct listed_record record;
	unsigned index;
	PyObject *tuple;
	const char *name;

	(void)self;
	if (!PyArg_ParseTuple(args, "sO", &name, &tuple) || (l = list_named(name, &index)) == NULL ||
		!record_words(tuple, &l->key, l->key_words, key))
		return NULL;
	record = r->s->object[index].picks != NULL ? picks_find(r->s, index, key, &moment)
						    : listed_find(r->s, index, key, r->input->ports);
	return Py_BuildValue("NN", truth_new(record.present),
		record_tuple(&l->value, record.value, l->option->field + l->key.fields));
}

/* Numbers of 64 bits; a Python error: one may be negative. */
static bool
hash_words(PyObject *tuple, term *word)
{
	__int128 low, high;

	for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
		word[i] = number_term(PyTuple_GET_ITEM(tuple, i), &low, &high);
		if (word[i] == NULL)
			return false;
		if (!backend_natural(word[i], low, high)) {
			backend_fault("a number that is hashed may be negative");
			return false;
		}
	}
	return true;
}

PyObject *
backend_maglev_hash(PyObject *self, PyObject *args)
{
	term word[STATE_HASHES];
	PyObject *tuple;

	(void)self;
	if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &tuple))
		return NULL;
	if (PyTuple_GET_SIZE(tuple) < 1 || PyTuple_GET_SIZE(tuple) > STATE_HASHES)
		return backend_fault("maglev_hash takes 1 to 5 numbers of 64 bits");
	return hash_words(tuple, word) ? number_from(hash_of(spec_current->s, word, (unsigned)PyTuple_GET_SIZE(tuple))) : NULL;
}

static PyObject *
pick_answer(const struct listed *l, unsigned index, const struct picked *p)
{
	const struct listed_record record = listed_find(spec_current->s, index, p->key, spec_current->input->ports);

	return Py_BuildValue("NNN", truth_new(p->some), record_tuple(&l->key, p->key, l->option->field),
		record_tuple(&l->value, record.value, l->option->field + l->key.fields));
}

PyObject *
backend_pick(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	const struct moment moment = moment_here();
	const char *name, *table;
	const struct listed *l;
	struct chain *chain, old;
	__int128 low, high;
	struct picked p;
	PyObject *number;
	unsigned index;
	long version;
	term hash;

	(void)self;
	if (!PyArg_ParseTuple(args, "lssO", &version, &name, &table, &number) || !told(version) ||
		(l = list_named(name, &index)) == NULL || (chain = chain_of(table)) == NULL ||
		(hash = number_term(number, &low, &high)) == NULL)
		return NULL;
	if (r->s->object[index].picks == NULL || chain->table->key_words != l->key_words)
		return backend_fault("this list is not the network function's to pick from, or the table has other keys");
	if (!backend_natural(hash, low, high))
		return backend_fault("a hash may be negative");
	old = before(chain);
	p = picks_pick(r->s, index, (unsigned)(chain - r->s->chain), version == 0 ? &old : chain, hash, &moment);
	if (r->input->looked != NULL)
		r->input->looked(r->input->context, r->s);
	return pick_answer(l, index, &p);
}

/* The routes of that name; NULL and a Python error: there are none. */
static const struct routes *
routes_named(const char *name, unsigned *object)
{
	const struct state *s = spec_current->s;

	for (*object = 0; *object < s->objects; ++*object)
		if (s->object[*object].kind == OBJECT_ROUTES && strcmp(s->object[*object].routes->name, name) == 0)
			return s->object[*object].routes;
	backend_fault("the network function has no routes of this name");
	return NULL;
}

/* A number that cannot be an address is a mistake of the specification. */
static term
address_term(PyObject *object)
{
	struct terms *const ts = spec_current->ts;
	__int128 low, high;
	const term a = number_term(object, &low, &high);

	if (a == NULL)
		return NULL;
	if (backend_natural(a, low, high) && (high <= UINT32_MAX || backend_must(term_ule(ts, a, term_const(ts, 64, UINT32_MAX)))))
		return a;
	backend_fault("an address may have more than 32 bits");
	return NULL;
}

PyObject *
backend_longest(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	const struct routes *routes;
	struct route_record record;
	PyObject *object;
	unsigned index;
	const char *name;
	term address;

	(void)self;
	if (!PyArg_ParseTuple(args, "sO", &name, &object) || (routes = routes_named(name, &index)) == NULL ||
		(address = address_term(object)) == NULL)
		return NULL;
	record = routes_longest(r->s, index, address, r->input->ports);
	return Py_BuildValue("NN", truth_new(record.present),
		record_tuple(&routes->value, record.value, routes->option->field + 1));
}

PyObject *
backend_route(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	const struct routes *routes;
	struct route_record record;
	PyObject *prefix_object, *length_object;
	unsigned index;
	const char *name;
	term prefix, length;
	__int128 low, high;

	(void)self;
	if (!PyArg_ParseTuple(args, "sOO", &name, &prefix_object, &length_object) ||
		(routes = routes_named(name, &index)) == NULL || (prefix = address_term(prefix_object)) == NULL ||
		(length = number_term(length_object, &low, &high)) == NULL)
		return NULL;
	if (!backend_natural(length, low, high))
		return backend_fault("a prefix length may be negative");
	record = routes_listed(r->s, index, prefix, length, r->input->ports);
	return Py_BuildValue("NN", truth_new(record.present),
		record_tuple(&routes->value, record.value, routes->option->field + 1));
}

/* Key, class and value of a storing call. */
static bool
stored_entry(struct chain *chain, PyObject *key_tuple, PyObject *class, PyObject *value, term *key, struct entry *e)
{
	__int128 low, high;
	const term number = number_term(class, &low, &high);

	if (number == NULL || !record_words(key_tuple, &chain->table->key, chain->table->key_words, key) ||
		!record_words(value, &chain->table->value, chain->table->value_words, e->value))
		return false;
	if (low < 0 || (high >= chain->table->classes &&
		!backend_must(term_ult(spec_current->ts, number, term_const(spec_current->ts, 64, chain->table->classes))))) {
		backend_fault("a state that may not be one of the table's lifetime classes");
		return false;
	}
	e->live = term_bool(spec_current->ts, true);
	e->class = term_extract(spec_current->ts, number, 0, 32);
	e->last = tick(chain->table, spec_current->input->now);
	return true;
}

PyObject *
backend_insert(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	term key[TABLE_KEY_WORDS], stored;
	PyObject *tuple, *class, *value;
	struct entry old, new = { 0 };
	struct chain *chain;
	const char *name;

	(void)self;
	if (!PyArg_ParseTuple(args, "sOOO", &name, &tuple, &class, &value) || (chain = chain_of(name)) == NULL ||
		!stored_entry(chain, tuple, class, value, key, &new))
		return NULL;
	old = look(chain, key);
	stored = term_or(r->ts, old.live, term_ult(r->ts, table_count(r->ts, chain), chain->table->capacity));
	new.slot = old.slot;
	table_change(r->ts, chain, r->path, key, stored, &old, &new);
	return truth_new(stored);
}

/* Changes a present entry: to new values (put), its last use (touch), or ends it (erase). */
static PyObject *
change_present(const char *name, PyObject *tuple, PyObject *class, PyObject *value, bool erase)
{
	struct run *r = spec_current;
	struct chain *chain = chain_of(name);
	term key[TABLE_KEY_WORDS];
	struct entry old, new = { 0 };

	if (chain == NULL || !record_words(tuple, &chain->table->key, chain->table->key_words, key))
		return NULL;
	old = look(chain, key);
	if (!backend_must(old.live))
		return backend_fault("the key may be absent here: look it up first");
	new = old;
	if (class != NULL && !stored_entry(chain, tuple, class, value, key, &new))
		return NULL;
	new.live = term_bool(r->ts, !erase);
	new.last = erase ? old.last : tick(chain->table, r->input->now);
	table_change(r->ts, chain, r->path, key, term_bool(r->ts, true), &old, &new);
	Py_RETURN_NONE;
}

PyObject *
backend_put(PyObject *self, PyObject *args)
{
	PyObject *tuple, *class, *value;
	const char *name;

	(void)self;
	if (!PyArg_ParseTuple(args, "sOOO", &name, &tuple, &class, &value))
		return NULL;
	return change_present(name, tuple, class, value, false);
}

PyObject *
backend_touch(PyObject *self, PyObject *args)
{
	PyObject *tuple;
	const char *name;

	(void)self;
	return PyArg_ParseTuple(args, "sO", &name, &tuple) ? change_present(name, tuple, NULL, NULL, false) : NULL;
}

PyObject *
backend_erase(PyObject *self, PyObject *args)
{
	PyObject *tuple;
	const char *name;

	(void)self;
	return PyArg_ParseTuple(args, "sO", &name, &tuple) ? change_present(name, tuple, NULL, NULL, true) : NULL;
}

PyObject *
backend_count(PyObject *self, PyObject *args)
{
	struct chain *chain;
	const char *name;
	long version;

	(void)self;
	if (!PyArg_ParseTuple(args, "ls", &version, &name) || !told(version) || (chain = chain_of(name)) == NULL)
		return NULL;
	return version == 0 ? number_from(chain->table->count)
			    : number_new(table_count(spec_current->ts, chain), 0, (__int128)1 << 33);
}

PyObject *
backend_capacity(PyObject *self, PyObject *args)
{
	struct chain *chain;
	const char *name;

	(void)self;
	if (!PyArg_ParseTuple(args, "s", &name) || (chain = chain_of(name)) == NULL)
		return NULL;
	return number_from(chain->table->capacity);
}

/* A number that must lie in [low, high]. */
static term
number_within(PyObject *object, uint64_t low, uint64_t high)
{
	struct terms *const ts = spec_current->ts;
	__int128 least, most;
	const term a = number_term(object, &least, &most);

	if (a == NULL)
		return NULL;
	if ((least >= low && most <= high) || (backend_natural(a, least, most) && backend_must(term_and(ts,
		term_ule(ts, term_const(ts, 64, low), a), term_ule(ts, a, term_const(ts, 64, high))))))
		return a;
	backend_fault("a token bucket's rate, burst or time may be out of its range");
	return NULL;
}

static void
state_bucket(term fits, term holds)
{
	struct run *const r = spec_current;
	const term fact = term_or(r->ts, term_not(r->ts, fits), holds);

	path_assume(&r->s->path, fact, NULL);
	if (r->path != &r->s->path)
		path_assume(r->path, fact, NULL);
}

static void
state_bounds(const struct bucket_look *a)
{
	struct terms *const ts = spec_current->ts;

	state_bucket(bucket_fits(ts, a), term_and(ts, term_ule(ts, a->tokens, a->level), term_ule(ts, a->level, a->burst)));
}

static void
state_pair(const struct bucket_look *a, const struct bucket_look *b)
{
	struct terms *const ts = spec_current->ts;

	state_bucket(term_and(ts, bucket_fits(ts, a), bucket_fits(ts, b)),
		term_and(ts, bucket_order(ts, a, b), bucket_order(ts, b, a)));
}

/* What is known of levels is stated where histories add up many packets' of them: who speaks of one packet needs none of it. */
static term
look_bucket(term rate, term burst, term tokens, term passed)
{
	struct run *const r = spec_current;
	struct terms *const ts = r->ts;
	const struct bucket_look one = { rate, burst, tokens, passed, bucket_level(ts, rate, burst, tokens, passed) };

	for (unsigned i = 0; i < r->buckets; i++)
		if (r->bucket[i].level == one.level)
			return one.level;
	if (r->history == NULL || r->buckets == RUN_BUCKETS)
		return one.level;
	state_bounds(&one);
	for (unsigned i = 0; r->buckets == 0 && i < r->s->buckets; i++)
		state_bounds(&r->s->bucket[i]);
	for (unsigned i = 0; i < r->buckets; i++)
		state_pair(&one, &r->bucket[i]);
	for (unsigned i = 0; i < r->s->buckets; i++)
		state_pair(&one, &r->s->bucket[i]);
	r->bucket[r->buckets++] = one;
	return one.level;
}

PyObject *
backend_token_level(PyObject *self, PyObject *args)
{
	struct terms *const ts = spec_current->ts;
	PyObject *rate_object, *burst_object, *tokens_object, *passed_object;
	term rate, burst, tokens, passed;
	__int128 low, high;

	(void)self;
	if (!PyArg_ParseTuple(args, "OOOO", &rate_object, &burst_object, &tokens_object, &passed_object) ||
		(rate = number_within(rate_object, 1, BUCKET_MAX_RATE)) == NULL ||
		(burst = number_within(burst_object, 1, BUCKET_MAX_BURST)) == NULL ||
		(passed = number_within(passed_object, 0, UINT64_MAX)) == NULL ||
		(tokens = number_term(tokens_object, &low, &high)) == NULL)
		return NULL;
	burst = term_mul(ts, burst, term_const(ts, 64, BUCKET_BYTE));
	if (!backend_natural(tokens, low, high) || !backend_must(term_ule(ts, tokens, burst)))
		return backend_fault("a token bucket may hold more than its burst");
	return number_new(look_bucket(rate, burst, tokens, passed), 0, (__int128)BUCKET_MAX_BURST * BUCKET_BYTE);
}
