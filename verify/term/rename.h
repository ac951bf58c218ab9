/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/rename.h -- the same terms over fresh unknowns: one path's formula, said of another packet. */
#ifndef VERIFY_TERM_RENAME_H
#define VERIFY_TERM_RENAME_H

#include "verify/term/term.h"

struct rename;

/* keep_var, keep_function: answer whether an unknown or a function stands for the same thing in both. */
struct rename *rename_new(struct terms *ts, bool (*keep_var)(void *context, term var),
	bool (*keep_function)(void *context, const struct term_function *function), void *context);
void rename_free(struct rename *rename);

/* The term with every unknown and function that is not kept replaced by one of its own, always the same. */
term rename_term(struct rename *rename, term a);
struct term_function *rename_function(struct rename *rename, struct term_function *function);

#endif
