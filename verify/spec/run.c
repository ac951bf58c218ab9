/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "verify/spec/history.h"
#include "verify/spec/loaded.h"

struct run *spec_current;

/* The specification's view of the tables: as they were, with every look that the program had. */
static void
rewind_tables(struct state *s)
{
	for (unsigned i = 0; i < s->objects; i++) {
		struct change *newest = NULL;

		for (const struct change *c = s->chain[i].newest; c != NULL; c = c->before)
			if (c->look) {
				struct change *copy = malloc(sizeof *copy);

				if (copy == NULL)
					abort();
				*copy = *c;
				copy->before = newest;
				newest = copy;
			}
		s->chain[i].newest = newest;
	}
}

static struct state *
fresh_state(const struct run *r)
{
	struct state *s = state_fork(r->input->end);

	if (r->property < 0) {
		rewind_tables(s);
		s->memory.newest[r->input->packet] = NULL;
	}
	return s;
}

/* What a Python error was: a failed assert is the property's verdict, a choice that is not allowed the function's
 * fault, anything else the specification's.
 *
 * A choice is a term over what the function left, and its condition is decided like any other: where it can be false,
 * that is a case of its own, and it ends here. The other cases go on with a condition that was not assumed, but followed; and
 * what they make of the choice is compared with what the function did, so a choice that was read off the wrong place is
 * no more than a wrong specification. Nothing is searched for: for every input there is an allowed outcome, this one. */
static void
take_error(struct spec_case *found)
{
	found->ending = PyErr_ExceptionMatches(PyExc_AssertionError) ? SPEC_VIOLATED
		: loaded_not_allowed() ? SPEC_REFUSED : SPEC_ERROR;
	loaded_explain(found->file, sizeof found->file, &found->line, found->text, sizeof found->text);
}

static void
take_outcome(PyObject *outcome, struct spec_case *found)
{
	PyObject *ports = PyObject_GetAttrString(outcome, "ports");
	__int128 low, high;

	found->ending = SPEC_OUTCOME;
	found->ports = ports == NULL ? NULL : number_term(ports, &low, &high);
	Py_XDECREF(ports);
	if (found->ports == NULL)
		take_error(found);
	else if (low < 0) {
		found->ending = SPEC_ERROR;
		snprintf(found->text, sizeof found->text, "the egress set may be a negative number");
	}
}

static void
run_python(struct run *r, struct spec_case *found)
{
	PyObject *result = loaded_call(r->spec, r->property, r->part);

	if (result == NULL)
		take_error(found);
	else if (r->property >= 0)
		found->ending = SPEC_HELD;
	else
		take_outcome(result, found);
	Py_XDECREF(result);
}

/* All cases of one part. False: stopped. */
static bool
run_part(struct run *r, bool (*each)(void *context, struct spec_case *found), void *context)
{
	struct explorer *const e = r->explorer;
	bool go_on;

	do {
		struct spec_case found = { .line = 0 };

		r->s = fresh_state(r);
		r->path = e->path = &r->s->path;
		r->offset = term_const(r->ts, 64, 0);
		r->length = r->input->length;
		if (r->history != NULL)
			history_begin(r->history, r);
		run_python(r, &found);
		history_end(r);
		found.s = r->s;
		found.offset = r->offset;
		found.length = r->length;
		go_on = each(context, &found);
		state_free(r->s);
	} while (go_on && explorer_next(e));
	history_forget(r, 1);
	return go_on;
}

bool
spec_run(struct spec *spec, int property, const struct spec_input *input,
	bool (*each)(void *context, struct spec_case *found), void *context)
{
	struct explorer *e = calloc(1, sizeof *e);
	struct run r = { .spec = spec, .property = property, .input = input, .ts = input->end->path.terms, .explorer = e };
	bool go_on = true;

	if (e == NULL)
		abort();
	if (spec->sweep == NULL)
		spec->sweep = sweep_new(r.ts, input->end->path.smt);
	spec_current = &r;
	if (property >= 0)
		r.history = spec->history[property];
	for (r.part = 0; go_on && r.part <= (r.history == NULL ? 0 : r.history->parts); r.part++)
		go_on = run_part(&r, each, context);
	history_forget(&r, 0);
	spec->asserts += r.asserts;
	spec_current = NULL;
	free(e);
	return go_on;
}
