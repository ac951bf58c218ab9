/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/spec/inside.h -- inside verify/spec only. */
#ifndef VERIFY_SPEC_INSIDE_H
#define VERIFY_SPEC_INSIDE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "verify/spec/spec.h"
#include "verify/state/bucket.h"
#include "verify/state/cases.h"

#define MAX_DECISIONS 256

/* Answers that were given to conditions, in order: replayed first, then extended. */
struct decided {
	bool answer;
	bool open; /* the opposite was possible too, and is still to be followed */
	bool fork; /* the opposite was possible */
	term condition;
	struct model *model[2]; /* of the path with the condition false, true, where one was found */
};

struct explorer {
	struct decided made[MAX_DECISIONS];
	unsigned count; /* known */
	unsigned at;    /* replayed so far in this run */
	struct path *path;
};

#define RUN_BUCKETS 16
#define RUN_KEPT 2

/* What a run came to before it decided anything; later ones begin there. */
struct run_kept {
	struct state *s; /* NULL: nothing */
	unsigned buckets;
};

/* The run in progress; Python code reaches it through the backend. */
struct run {
	struct spec *spec;
	int property;
	const struct spec_input *input;
	struct terms *ts;
	struct state *s;
	struct explorer *explorer; /* the innermost */
	struct path *path;         /* the innermost's: what is known here */
	term offset, length;       /* the specification's packet */
	uint64_t asserts;
	struct history *history;    /* the property's; NULL: it has none */
	struct history_note *notes; /* written in this run, newest first */
	unsigned part;              /* 0: what the property asserts; i: that its invariant i - 1 is kept */
	struct bucket_look bucket[RUN_BUCKETS]; /* token buckets that were looked at, in this run */
	unsigned buckets;
	unsigned gathers;           /* not 0: a condition's cases are being gathered (vigor.history) */
	struct run_kept kept[RUN_KEPT]; /* by level: see backend_once */
	term view;                  /* a time at which the tables are looked at instead of the packet's; NULL: none */
};

extern struct run *spec_current;

/* Makes the Python types; the module `_vigor`. */
bool values_ready(void);
extern PyTypeObject number_type, truth_type;

/* An integer in [low, high], held in 64 bits (two's complement when low < 0). */
PyObject *number_new(term bits, __int128 low, __int128 high);
PyObject *number_from(term bits); /* unsigned, with the term's own bounds */
PyObject *truth_new(term bit);
/* The 64-bit term of a number, int, bool or truth value; NULL and a Python error otherwise. */
term number_term(PyObject *object, __int128 *low, __int128 *high);
/* The 1-bit term of a truth value or bool; NULL and a Python error otherwise. */
term truth_term(PyObject *object);
bool is_truth(PyObject *object);

/* Answers a condition on the current path: 1, 0, or -1 with a Python error. */
int decide(term condition);
/* What code returned, where its answers came out as the explorer's have: elsewhere nothing is said. */
term one_case(struct terms *ts, const struct explorer *e, term returned);
/* Prepares the next run of what an explorer explores. False: every answer has been followed. */
bool explorer_next(struct explorer *e);

struct list_field; /* verify/state/listed.h */
struct history;    /* verify/spec/history.h */
struct history_note;

/* What is known of it once it was asked, if it is asked: see history.c. */
enum truth history_apart(term same);

/* The table of that name as the run has it; NULL and a Python error: there is none. */
struct chain *chain_of(const char *name);
/* Words of a record given as a flat tuple of its fields; false and a Python error: one does not fit. */
bool record_words(PyObject *tuple, const struct layout *layout, unsigned words, term *out);

/* The fields of a record given as words, as a tuple of numbers. field: the ranges of its numbers, which the path knows;
 * NULL: none. */
PyObject *record_tuple(const struct layout *layout, const term *words, const struct list_field *field);

PyObject *backend_new(void);
/* For the backend's functions: a Python ValueError; whether the path implies a condition. */
PyObject *backend_fault(const char *text);
bool backend_must(term condition);
/* Not negative, whatever its bounds say: the path may know that a difference is not. */
bool backend_natural(term number, __int128 low, __int128 high);
/* Its functions on tables and lists, as vigor/_backend.py describes them. */
PyObject *backend_find(PyObject *self, PyObject *args);
PyObject *backend_slot(PyObject *self, PyObject *args);
PyObject *backend_at(PyObject *self, PyObject *args);
PyObject *backend_insert(PyObject *self, PyObject *args);
PyObject *backend_put(PyObject *self, PyObject *args);
PyObject *backend_touch(PyObject *self, PyObject *args);
PyObject *backend_erase(PyObject *self, PyObject *args);
PyObject *backend_count(PyObject *self, PyObject *args);
PyObject *backend_capacity(PyObject *self, PyObject *args);
PyObject *backend_listed(PyObject *self, PyObject *args);
PyObject *backend_pick(PyObject *self, PyObject *args);
PyObject *backend_maglev_hash(PyObject *self, PyObject *args);
PyObject *backend_longest(PyObject *self, PyObject *args);
PyObject *backend_route(PyObject *self, PyObject *args);
PyObject *backend_token_level(PyObject *self, PyObject *args);
PyObject *merge_call(PyObject *function, PyObject *args);

#endif
