/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/spec/loaded.h -- inside verify/spec only: what the Python loader found. */
#ifndef VERIFY_SPEC_LOADED_H
#define VERIFY_SPEC_LOADED_H

#include "verify/spec/inside.h"
#include "verify/state/sweep.h"

/* Two functions that were held against each other before: which, and what came of it. */
struct matched {
	struct matched *next;
	const struct cases *theirs;
	term class;
	unsigned answers;
	term out[CASES_ANSWERS];
	size_t count;
	term key[]; /* guards and answers of every case of the specification's function */
};

struct spec {
	struct matched *matched;
	PyObject *loaded;
	bool has_spec;
	unsigned tables, listeds, balanced, routes, options, pairs, properties, invariants, files;
	struct spec_table table[16];
	struct spec_listed listed[16], route[16];
	struct spec_backends backends[16];
	char option[SPEC_NAMES][2][64]; /* name, type */
	char pair[16][64];
	char property[SPEC_NAMES][2][160]; /* name, title */
	struct history *history[SPEC_NAMES]; /* of each property; NULL: it has none */
	char invariant[SPEC_NAMES][3][160]; /* name, table, title */
	char file[SPEC_NAMES][256];
	uint64_t asserts;
	struct sweep *sweep; /* of the verification that the specification is run for */
};

/* Calls the specification (property < 0) or a part of a property on the installed backend. */
PyObject *loaded_call(struct spec *spec, int property, unsigned part);
/* What an invariant says: a condition, or a Python error. The arguments' references are given up. */
PyObject *loaded_invariant(struct spec *spec, unsigned index, PyObject *key, PyObject *value, PyObject *class, PyObject *last);
/* Whether the Python error at hand is that the function made a choice that the specification does not allow. */
bool loaded_not_allowed(void);
/* What the Python error at hand says, and where; it is over then. */
void loaded_explain(char *file, size_t file_room, int *line, char *text, size_t text_room);

#endif
