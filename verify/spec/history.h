/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/spec/history.h -- inside verify/spec only: what a property writes down of every packet (spec/vigor/history.py).
 *
 * A log before the packet is arbitrary: functions of the key. What the packet adds is a list over it, as with tables; but
 * nothing expires, there is room for everything, and nothing is known of it but what the property's invariants say. */
#ifndef VERIFY_SPEC_HISTORY_H
#define VERIFY_SPEC_HISTORY_H

#include "verify/spec/inside.h"

#define HISTORY_LOGS 8
#define HISTORY_UNKNOWNS 8
#define HISTORY_KEYS 16

struct history_log {
	char name[64];
	struct layout key, value;
	unsigned key_words, value_words;
	char field[2][TABLE_FIELDS][64];
	struct term_function *noted, *word[TABLE_VALUE_WORDS]; /* before the packet; NULL until the first run */
};

struct history_unknown {
	char name[64];
	unsigned bits; /* 0: a time */
	term is;       /* NULL until the first run */
};

/* An arbitrary key of a table or log. */
struct history_key {
	char name[64];
	term word[TABLE_KEY_WORDS];
};

struct history {
	unsigned logs, unknowns, keys, parts;
	struct history_log log[HISTORY_LOGS];
	struct history_unknown unknown[HISTORY_UNKNOWNS];
	struct history_key key[HISTORY_KEYS];
	term later; /* a time that is not before the packet's; NULL until the first run */
};

/* What a run has written into a log so far, newest first. */
struct history_note {
	struct history_note *before;
	const struct history_log *log;
	term key[TABLE_KEY_WORDS], value[TABLE_VALUE_WORDS];
};

/* From the loader's description; NULL and a Python error: it cannot be. */
struct history *history_read(PyObject *description);

void history_begin(struct history *h, struct run *r);
void history_end(struct run *r);
/* Ends what was kept at this level and those above: see backend_once. */
void history_forget(struct run *r, unsigned from);

PyObject *backend_log_find(PyObject *self, PyObject *args);
PyObject *backend_log_put(PyObject *self, PyObject *args);
PyObject *backend_unknown(PyObject *self, PyObject *args);
PyObject *backend_assume(PyObject *self, PyObject *args);
PyObject *backend_once(PyObject *self, PyObject *args);
PyObject *backend_condition(PyObject *self, PyObject *args);
PyObject *backend_surely(PyObject *self, PyObject *args);
PyObject *backend_arbitrary(PyObject *self, PyObject *args);
PyObject *backend_looked(PyObject *self, PyObject *args);
PyObject *backend_look_later(PyObject *self, PyObject *args);

#endif
