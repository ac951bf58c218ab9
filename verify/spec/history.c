/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histories of properties: the logs' content before the packet and what a run writes, the hypothesis of the induction,
 * and the arbitrary key and time at which its step is shown.
 *
 * Why nothing is lost: the logs before the packet are any, but for what the invariants say (vigor/history.py calls
 * `assume` with what an invariant says of an entry that it looked up, and no other way). Each invariant is shown in the same
 * goal of what the packet leaves, of an arbitrary key, at an arbitrary later time. Tables and logs are empty when the
 * function starts, so of the start all invariants hold. The next packet finds the tables as this one left them, some of their
 * entries expired: what it finds at its own time is what was left, looked at then, which is one of the later times. */
#include "verify/spec/history.h"

#include <string.h>

#include "verify/spec/loaded.h"

static bool
copy_word(PyObject *object, char *to, size_t room)
{
	const char *words = object == NULL ? NULL : PyUnicode_AsUTF8(object);

	if (words == NULL)
		return false;
	snprintf(to, room, "%s", words);
	return true;
}

/* Fields one after the other, each aligned to its size, as in C. No program reads these bytes. */
static bool
read_layout(PyObject *fields, struct layout *layout, char (*name)[64], unsigned *words)
{
	const Py_ssize_t count = fields == NULL ? TABLE_FIELDS + 1 : PyList_Size(fields);
	unsigned at = 0;

	if (count > TABLE_FIELDS) {
		PyErr_SetString(PyExc_ValueError, "a log's record has more than 16 fields");
		return false;
	}
	for (Py_ssize_t i = 0; i < count; i++) {
		PyObject *pair = PyList_GetItem(fields, i);
		const unsigned size = (unsigned)PyLong_AsLong(PyTuple_GetItem(pair, 1));
		const unsigned align = size > 8 ? 8 : size;

		if (size == 0 || !copy_word(PyTuple_GetItem(pair, 0), name[i], sizeof name[i]))
			return false;
		at = (at + align - 1) / align * align;
		layout->field[i] = (struct layout_field){ .name = name[i], .offset = at, .size = size };
		at += size;
	}
	layout->fields = (unsigned)count;
	layout->size = at;
	*words = (at + 7) / 8;
	return true;
}

static bool
read_log(PyObject *log, struct history_log *to)
{
	if (!copy_word(PyDict_GetItemString(log, "name"), to->name, sizeof to->name) ||
		!read_layout(PyDict_GetItemString(log, "key"), &to->key, to->field[0], &to->key_words) ||
		!read_layout(PyDict_GetItemString(log, "value"), &to->value, to->field[1], &to->value_words))
		return false;
	if (to->key_words <= TABLE_KEY_WORDS && to->value_words <= TABLE_VALUE_WORDS)
		return true;
	PyErr_SetString(PyExc_ValueError, "a log's key has at most 5 words of 64 bits, its value 4");
	return false;
}

static bool
read_counts(PyObject *description, struct history *h)
{
	PyObject *const logs = PyDict_GetItemString(description, "logs");
	PyObject *const unknowns = PyDict_GetItemString(description, "unknowns");
	PyObject *const parts = PyDict_GetItemString(description, "parts");

	if (logs == NULL || unknowns == NULL || parts == NULL || PyList_Size(logs) > HISTORY_LOGS ||
		PyList_Size(unknowns) > HISTORY_UNKNOWNS || PyList_Size(parts) > HISTORY_KEYS) {
		PyErr_SetString(PyExc_ValueError, "a history has at most 8 logs, 8 unknowns and 16 invariants");
		return false;
	}
	h->logs = (unsigned)PyList_Size(logs);
	h->unknowns = (unsigned)PyList_Size(unknowns);
	h->parts = (unsigned)PyList_Size(parts);
	return true;
}

struct history *
history_read(PyObject *description)
{
	struct history *h = calloc(1, sizeof *h);
	bool fine;

	if (h == NULL)
		abort();
	fine = read_counts(description, h);
	for (unsigned i = 0; fine && i < h->logs; i++)
		fine = read_log(PyList_GetItem(PyDict_GetItemString(description, "logs"), i), &h->log[i]);
	for (unsigned i = 0; fine && i < h->unknowns; i++) {
		PyObject *pair = PyList_GetItem(PyDict_GetItemString(description, "unknowns"), i);

		fine = copy_word(PyTuple_GetItem(pair, 0), h->unknown[i].name, sizeof h->unknown[i].name);
		h->unknown[i].bits = (unsigned)PyLong_AsLong(PyTuple_GetItem(pair, 1));
	}
	if (fine)
		return h;
	free(h);
	return NULL;
}

/* Records of the same fields. */
static bool
same_fields(const struct layout *a, const struct layout *b)
{
	bool same = a->fields == b->fields;

	for (unsigned i = 0; same && i < a->fields; i++)
		same = a->field[i].size == b->field[i].size && strcmp(a->field[i].name, b->field[i].name) == 0;
	return same;
}

/* A log's keys are laid out as those of a table of the same fields, if there is one: then one key is the same words in both. */
static void
lay_out_as_table(struct history_log *log, const struct state *s)
{
	for (unsigned i = 0; i < s->objects; i++)
		if (s->object[i].kind == OBJECT_TABLE && same_fields(&log->key, &s->object[i].table->key)) {
			log->key = s->object[i].table->key;
			log->key_words = s->object[i].table->key_words;
			return;
		}
}

/* The name that the path has for a key, if it is one at which a table was looked at (see known_key in verify/state/table.c):
 * what the function computed and what Python did are then one term. Other tables' words may be equal by chance: then they are. */
static void
name_key(const struct history_log *log, term *key)
{
	struct run *const r = spec_current;

	for (unsigned i = 0; i < r->s->objects; i++) {
		const struct table *const t = r->s->object[i].kind == OBJECT_TABLE ? r->s->object[i].table : NULL;

		if (t == NULL || t->key_words != log->key_words || !same_fields(&log->key, &t->key))
			continue;
		for (const struct change *c = r->s->chain[i].newest; c != NULL; c = c->before)
			if (c->look && path_must_widely(&r->s->path, table_same_key(r->ts, t, key, c->key))) {
				memcpy(key, c->key, t->key_words * sizeof *key);
				return;
			}
	}
}

static void
make_log(struct terms *ts, struct history_log *log)
{
	static const uint8_t words[TABLE_KEY_WORDS] = { 64, 64, 64, 64, 64 };
	char name[160];

	snprintf(name, sizeof name, "history.%s", log->name);
	log->noted = term_function_new(ts, name, 1, log->key_words, words);
	for (unsigned i = 0; i < log->value_words; i++) {
		snprintf(name, sizeof name, "history.%s.value%u", log->name, i);
		log->word[i] = term_function_new(ts, name, 64, log->key_words, words);
	}
}

/* An unknown is narrow enough for its type: that is all that is known of it. A time is below the last one that any
 * packet can come at. */
static void
make_unknown(struct terms *ts, struct history_unknown *u, uint64_t last)
{
	u->is = term_var_in(ts, 64, u->name, 0, u->bits == 0 ? last : u->bits == 64 ? UINT64_MAX : ((uint64_t)1 << u->bits) - 1);
}

void
history_begin(struct history *h, struct run *r)
{
	const term now = r->input->now;

	r->history = h;
	r->buckets = 0;
	r->path->concludes = true; /* invariants are implications: of an entry that is there, what they say */
	if (h->later == NULL) {
		h->later = term_var_in(r->ts, 64, "later", 0, now->high);
		for (unsigned i = 0; i < h->logs; i++) {
			lay_out_as_table(&h->log[i], r->s);
			make_log(r->ts, &h->log[i]);
		}
		for (unsigned i = 0; i < h->unknowns; i++)
			make_unknown(r->ts, &h->unknown[i], now->high);
	}
}

void
history_end(struct run *r)
{
	while (r->notes != NULL) {
		struct history_note *const note = r->notes;

		r->notes = note->before;
		free(note);
	}
	r->view = NULL;
}

static const struct history_log *
log_named(const char *name)
{
	const struct history *h = spec_current->history;

	for (unsigned i = 0; h != NULL && i < h->logs; i++)
		if (strcmp(h->log[i].name, name) == 0)
			return &h->log[i];
	backend_fault("the property has no log of this name");
	return NULL;
}

static term
same_key(const struct history_note *note, const term *key)
{
	struct terms *const ts = spec_current->ts;
	term same = term_bool(ts, true);

	for (unsigned i = 0; i < note->log->key_words; i++)
		same = term_and(ts, same, term_eq(ts, note->key[i], key[i]));
	return same;
}

/* Where a condition's cases are gathered, whether two keys are the same is one of the questions that part them: then what
 * stands there is no choice between two, and what an invariant says of an entry that stayed is the same term as before. */
enum truth
history_apart(term same)
{
	struct run *const r = spec_current;

	if (r->gathers && decide(same) < 0)
		PyErr_Clear(); /* too many questions: a choice then, which says the same */
	return path_look(r->path, same);
}

/* What stands at a key: the newest note with that key, or what stood there before the packet. */
static void
read_note(const struct history_log *log, const struct history_note *note, const term *key, term *noted, term *value)
{
	struct terms *const ts = spec_current->ts;
	term same;

	while (note != NULL && note->log != log)
		note = note->before;
	if (note == NULL) {
		*noted = term_app(ts, log->noted, key);
		for (unsigned i = 0; i < log->value_words; i++)
			value[i] = term_app(ts, log->word[i], key);
		return;
	}
	same = same_key(note, key);
	if (history_apart(same) == TRUTH_FALSE) {
		read_note(log, note->before, key, noted, value);
		return;
	}
	if (path_look(spec_current->path, same) == TRUTH_TRUE) {
		*noted = term_bool(ts, true);
		memcpy(value, note->value, sizeof note->value);
		return;
	}
	read_note(log, note->before, key, noted, value);
	*noted = term_or(ts, same, *noted);
	for (unsigned i = 0; i < log->value_words; i++)
		value[i] = term_ite(ts, same, note->value[i], value[i]);
}

PyObject *
backend_log_find(PyObject *self, PyObject *args)
{
	term key[TABLE_KEY_WORDS], value[TABLE_VALUE_WORDS], noted;
	const struct history_log *log;
	PyObject *tuple;
	const char *name;
	long version, number;

	(void)self;
	if (!PyArg_ParseTuple(args, "llsO", &version, &number, &name, &tuple) || (log = log_named(name)) == NULL ||
		!record_words(tuple, &log->key, log->key_words, key))
		return NULL;
	name_key(log, key);
	read_note(log, version == 0 ? NULL : spec_current->notes, key, &noted, value);
	return Py_BuildValue("NN", truth_new(noted), record_tuple(&log->value, value, NULL));
}

PyObject *
backend_log_put(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	struct history_note *note;
	const struct history_log *log;
	PyObject *key, *value;
	const char *name;
	long number;

	(void)self;
	if (!PyArg_ParseTuple(args, "lsOO", &number, &name, &key, &value) || (log = log_named(name)) == NULL)
		return NULL;
	note = calloc(1, sizeof *note);
	if (note == NULL)
		abort();
	note->log = log;
	if (!record_words(key, &log->key, log->key_words, note->key) ||
		!record_words(value, &log->value, log->value_words, note->value)) {
		free(note);
		return NULL;
	}
	name_key(log, note->key);
	note->before = r->notes;
	r->notes = note;
	Py_RETURN_NONE;
}

PyObject *
backend_unknown(PyObject *self, PyObject *args)
{
	const struct history *h = spec_current->history;
	const char *name;
	long number;

	(void)self;
	if (!PyArg_ParseTuple(args, "ls", &number, &name))
		return NULL;
	for (unsigned i = 0; h != NULL && i < h->unknowns; i++)
		if (strcmp(h->unknown[i].name, name) == 0)
			return number_from(h->unknown[i].is);
	return backend_fault("the property has no unknown of this name");
}

static void
take_over(struct run *r, const struct run_kept *kept)
{
	state_free(r->s);
	r->s = state_fork(kept->s);
	r->path = r->explorer->path = &r->s->path;
	r->buckets = kept->buckets;
}

void
history_forget(struct run *r, unsigned from)
{
	for (unsigned i = from; i < RUN_KEPT; i++) {
		state_free(r->kept[i].s);
		r->kept[i] = (struct run_kept){ NULL, 0 };
	}
}

/* What is supposed before anything was decided is the same in each run: it is worked out in the first one, and the others begin with
 * the state that this left. level 0: the same in each part of the property; 1: in each run of the part. After a decision
 * the function is simply called. */
PyObject *
backend_once(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	PyObject *function, *returned;
	unsigned level;

	(void)self;
	if (!PyArg_ParseTuple(args, "IO", &level, &function))
		return NULL;
	if (r->history == NULL || level >= RUN_KEPT || r->gathers > 0 || r->notes != NULL)
		return backend_fault("only the hypothesis of a history is supposed once");
	if (r->explorer->at > 0 || r->kept[level].s == NULL) {
		returned = PyObject_CallNoArgs(function);
		if (returned == NULL || r->explorer->at > 0)
			return returned;
		path_prepare(&r->s->path, NULL);
		r->kept[level] = (struct run_kept){ state_fork(r->s), r->buckets };
		return returned;
	}
	take_over(r, &r->kept[level]);
	Py_RETURN_NONE;
}

/* Ends a case that what is known excludes. */
static PyObject *
exclude(void)
{
	PyObject *errors = PyImport_ImportModule("vigor.errors");
	PyObject *excluded = errors == NULL ? NULL : PyObject_GetAttrString(errors, "Excluded");

	if (excluded != NULL)
		PyErr_SetNone(excluded);
	Py_XDECREF(excluded);
	Py_XDECREF(errors);
	return NULL;
}

/* What an invariant says of an entry that the run looked up. Inside of a joined function the path is one of its cases', and
 * what is added there would be lost with it: then it is not added, and less is known. */
PyObject *
backend_assume(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	PyObject *object;
	term says;

	(void)self;
	if (!PyArg_ParseTuple(args, "O", &object) || (says = truth_term(object)) == NULL)
		return NULL;
	if (r->history == NULL)
		return backend_fault("only a property with a history has a hypothesis");
	if (r->path != &r->s->path)
		Py_RETURN_NONE;
	if (term_is_false(says))
		return exclude();
	path_assume(r->path, says, NULL);
	Py_RETURN_NONE;
}

/* The function on one answer after the other, each on a copy of the path: what is decided inside is not decided around it. */
static term
each_case(struct run *r, PyObject *function, const struct path *outer)
{
	term said = term_bool(r->ts, true);

	do {
		struct path path;
		PyObject *returned;
		term condition;

		path_copy(&path, outer);
		path.hasty = true; /* an impossible case says nothing of any that is possible */
		r->explorer->path = r->path = &path;
		returned = PyObject_CallNoArgs(function);
		condition = returned == NULL ? NULL : truth_term(returned);
		Py_XDECREF(returned);
		path_fini(&path);
		if (condition == NULL)
			return NULL;
		said = term_and(r->ts, said, one_case(r->ts, r->explorer, condition));
	} while (explorer_next(r->explorer));
	return said;
}

/* What a function without arguments that returns a condition says, all its cases in one condition. */
PyObject *
backend_condition(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	struct explorer *const outer = r->explorer;
	struct path *const path = r->path;
	PyObject *function;
	term said;

	(void)self;
	if (!PyArg_ParseTuple(args, "O", &function))
		return NULL;
	r->explorer = calloc(1, sizeof *r->explorer);
	if (r->explorer == NULL)
		abort();
	r->gathers++;
	said = each_case(r, function, path);
	r->gathers--;
	free(r->explorer);
	r->explorer = outer;
	r->path = path;
	return said == NULL ? NULL : truth_new(said);
}

/* Case by case, and with what joined functions answer where it takes that. */
static bool
each_shown(term says)
{
	if (says->op == TERM_AND) {
		for (unsigned i = 0; i < says->count; i++)
			if (!each_shown(says->args[i]))
				return false;
		return true;
	}
	return cases_must(spec_current->path, says);
}

PyObject *
backend_surely(PyObject *self, PyObject *args)
{
	PyObject *object;
	term says;

	(void)self;
	if (!PyArg_ParseTuple(args, "O", &object) || (says = truth_term(object)) == NULL)
		return NULL;
	return PyBool_FromLong(each_shown(says));
}

/* The key's terms are made once: every run over every path speaks of the same one. */
static struct history_key *
key_named(struct history *h, const char *name, unsigned words)
{
	struct history_key *k;

	for (unsigned i = 0; i < h->keys; i++)
		if (strcmp(h->key[i].name, name) == 0)
			return &h->key[i];
	if (h->keys == HISTORY_KEYS) /* one for each invariant at most, of which there are no more */
		abort();
	k = &h->key[h->keys++];
	snprintf(k->name, sizeof k->name, "%s", name);
	for (unsigned i = 0; i < words; i++)
		k->word[i] = term_var(spec_current->ts, 64, "any key");
	return k;
}

PyObject *
backend_arbitrary(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	const struct history_log *log;
	const struct chain *chain;
	const char *name;
	long number;
	int is_log;

	(void)self;
	if (!PyArg_ParseTuple(args, "lsp", &number, &name, &is_log))
		return NULL;
	if (r->history == NULL)
		return backend_fault("only a property with a history has arbitrary keys");
	if (is_log)
		return (log = log_named(name)) == NULL ? NULL
			: record_tuple(&log->key, key_named(r->history, name, log->key_words)->word, NULL);
	return (chain = chain_of(name)) == NULL ? NULL
		: record_tuple(&chain->table->key, key_named(r->history, name, chain->table->key_words)->word, NULL);
}

/* The keys at which the function itself looked, as a list: there its decisions come from what the table held. */
PyObject *
backend_looked(PyObject *self, PyObject *args)
{
	PyObject *const keys = PyList_New(0);
	const struct chain *chain;
	const char *name;

	(void)self;
	if (keys == NULL || !PyArg_ParseTuple(args, "s", &name) || (chain = chain_of(name)) == NULL) {
		Py_XDECREF(keys);
		return NULL;
	}
	for (const struct change *c = chain->newest; c != NULL; c = c->before) {
		PyObject *const key = c->look ? record_tuple(&chain->table->key, c->key, NULL) : NULL;

		if (c->look && (key == NULL || PyList_Append(keys, key) != 0)) {
			Py_XDECREF(key);
			Py_DECREF(keys);
			return NULL;
		}
		Py_XDECREF(key);
	}
	return keys;
}

/* A later time is not before the packet's. Of models at hand one is made in which it is the same: it stands in nothing else yet. */
static void
suppose_later(struct run *r)
{
	const term after = term_ule(r->ts, r->input->now, r->history->later);
	struct model *model = NULL;

	if (path_look(&r->s->path, after) == TRUTH_TRUE)
		return;
	if (r->s->path.model != NULL) {
		model = model_clone(r->s->path.model);
		model_fix_var(model, r->history->later, model_value(model, r->input->now));
	}
	path_assume(&r->s->path, after, model);
}

/* From now on the tables are looked at, and the clock is read, at the later time; or again at the packet's. */
PyObject *
backend_look_later(PyObject *self, PyObject *args)
{
	struct run *const r = spec_current;
	int later;

	(void)self;
	if (!PyArg_ParseTuple(args, "p", &later))
		return NULL;
	if (r->history == NULL || r->part == 0)
		return backend_fault("only an invariant of a history is looked at later");
	suppose_later(r);
	r->view = later ? r->history->later : NULL;
	Py_RETURN_NONE;
}
