/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/term/rename.h"

#include <stdlib.h>

#include "verify/term/grow.h"

struct rename {
	struct terms *terms;
	bool (*keep_var)(void *context, term var);
	bool (*keep_function)(void *context, const struct term_function *function);
	void *context;
	term *renamed; /* by term id */
	size_t room;
	struct term_function **function; /* by function id */
	size_t functions;
};

struct rename *
rename_new(struct terms *ts, bool (*keep_var)(void *context, term var),
	bool (*keep_function)(void *context, const struct term_function *function), void *context)
{
	struct rename *rename = calloc(1, sizeof *rename);

	if (rename == NULL)
		abort();
	*rename = (struct rename){ .terms = ts, .keep_var = keep_var, .keep_function = keep_function, .context = context };
	return rename;
}

void
rename_free(struct rename *rename)
{
	if (rename == NULL)
		return;
	free(rename->renamed);
	free(rename->function);
	free(rename);
}

struct term_function *
rename_function(struct rename *rename, struct term_function *f)
{
	if (rename->keep_function(rename->context, f))
		return f;
	if (f->id >= rename->functions) {
		const size_t room = f->id + 32u;

		rename->function = grown(rename->function, rename->functions, room, sizeof *rename->function);
		rename->functions = room;
	}
	if (rename->function[f->id] == NULL) {
		struct term_function *fresh = term_function_new(rename->terms, f->name, f->width, f->count, f->arg_width);

		fresh->low = f->low;
		fresh->high = f->high;
		rename->function[f->id] = fresh;
	}
	return rename->function[f->id];
}

term
rename_term(struct rename *rename, term a)
{
	term args[64], result = a;

	if (a->id >= rename->room) {
		const size_t room = a->id + 4096u;

		rename->renamed = grown(rename->renamed, rename->room, room, sizeof *rename->renamed);
		rename->room = room;
	}
	if (rename->renamed[a->id] != NULL)
		return rename->renamed[a->id];
	for (unsigned i = 0; i < a->count; i++)
		args[i] = rename_term(rename, a->args[i]);
	if (a->op == TERM_VAR)
		result = rename->keep_var(rename->context, a) ? a
			: term_var_in(rename->terms, a->width, a->name, a->low, a->high);
	else if (a->op == TERM_APP)
		result = term_app(rename->terms, rename_function(rename, a->function), args);
	else if (a->count > 0)
		result = term_rebuild(rename->terms, a, args);
	return rename->renamed[a->id] = result;
}
