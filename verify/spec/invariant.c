/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Invariants: the Python code run on an entry of unknowns, its cases gathered into one condition. */
#include "verify/spec/loaded.h"

term
one_case(struct terms *ts, const struct explorer *e, term returned)
{
	for (unsigned i = 0; i < e->at; i++)
		if (e->made[i].fork)
			returned = term_or(ts, returned, e->made[i].answer ? term_not(ts, e->made[i].condition)
				: e->made[i].condition);
	return returned;
}

static term
run_python(struct spec *spec, unsigned index, const struct spec_entry *entry)
{
	PyObject *const holds = loaded_invariant(spec, index, record_tuple(&entry->table->key, entry->key, NULL),
		record_tuple(&entry->table->value, entry->value, NULL), number_from(entry->class), number_from(entry->last));
	const term condition = holds == NULL ? NULL : truth_term(holds);

	Py_XDECREF(holds);
	return condition;
}

static void
take_error(struct err *err)
{
	char file[256], text[512];
	int line = 0;

	loaded_explain(file, sizeof file, &line, text, sizeof text);
	if (file[0] == '\0')
		err_set(err, "%s", text);
	else
		err_set(err, "%s:%d: %s", file, line, text);
}

/* Nothing is known on the path that is not always so: an answer that is not followed here is one that no entry gives, so
 * what is returned says the same as the code. */
static term
each_case(struct run *r, unsigned index, const struct spec_entry *entry, struct err *err)
{
	struct explorer *const e = r->explorer;
	term said = term_bool(r->ts, true);

	do {
		term returned;

		path_fini(&r->s->path);
		path_init(&r->s->path, r->ts, r->input->end->path.smt);
		returned = run_python(r->spec, index, entry);
		if (returned == NULL) {
			take_error(err);
			return NULL;
		}
		said = term_and(r->ts, said, one_case(r->ts, e, returned));
	} while (explorer_next(e));
	return said;
}

term
spec_invariant(struct spec *spec, unsigned index, const struct spec_input *input, const struct spec_entry *entry,
	struct err *err)
{
	struct explorer *const e = calloc(1, sizeof *e);
	struct run r = { .spec = spec, .property = -1, .input = input, .ts = input->end->path.terms, .explorer = e };
	term said;

	if (e == NULL)
		abort();
	r.s = state_fork(input->end);
	r.path = e->path = &r.s->path;
	r.offset = r.length = term_const(r.ts, 64, 0);
	spec_current = &r;
	said = each_case(&r, index, entry, err);
	spec_current = NULL;
	state_free(r.s);
	free(e);
	return said;
}
