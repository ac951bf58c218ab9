/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/smt/translate.h -- inside verify/smt only: terms as Z3 expressions, and back as values. */
#ifndef VERIFY_SMT_TRANSLATE_H
#define VERIFY_SMT_TRANSLATE_H

#include <z3.h>

#include "verify/term/term.h"

struct translate;

/* opaque: each application of a function and each hard product or sum is an unknown of its own, its arguments not looked at.
 * That forgets congruence and arithmetic, so UNSAT still means UNSAT; SAT must be checked. */
struct translate *translate_new(Z3_context z3, bool opaque);
void translate_free(struct translate *translate);

/* A truth value (width 1) as a Boolean. */
Z3_ast translate_bool(struct translate *translate, term a);
/* Any term as a bit-vector. */
Z3_ast translate_bits(struct translate *translate, term a);
/* What a hard product or sum is (a Boolean), for an opaque translation. */
Z3_ast translate_definition(struct translate *translate, term hard);
/* The same where one factor has a known value. */
Z3_ast translate_definition_at(struct translate *translate, term hard, unsigned factor, uint64_t value);
/* What an unknown's bounds say, or NULL when they say nothing. */
Z3_ast translate_bounds(struct translate *translate, term leaf);

#endif
