/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/smt/support.h -- inside verify/smt only: which unknowns a term speaks of, and slices of conjunctions. */
#ifndef VERIFY_SMT_SUPPORT_H
#define VERIFY_SMT_SUPPORT_H

#include "verify/term/term.h"

struct support;

/* Unknowns (TERM_VAR, and each TERM_APP and each hard product or sum as a whole, besides what it is made of), in order of id. */
struct support_set {
	uint32_t count;
	term leaf[];
};

struct support *support_new(void);
void support_free(struct support *support);
const struct support_set *support_of(struct support *support, term a);

/* The same, but for what applications are applied to and sums are of. */
const struct support_set *support_on_surface(struct support *support, term a);

/* Of several terms together; the caller frees it. */
const struct support_set *support_of_all(struct support *support, const term *terms, size_t count);

/* Writes to out (room for count) the conjuncts connected with goal through shared unknowns; answers how
 * many. The others speak of other unknowns only (applications are unknowns of their own here: that two of them
 * coincide is for the caller to find out). */
size_t support_slice(struct support *support, const term *conjuncts, size_t count, term goal, term *out);

/* Those connected with what the goal's applications are applied to as well. */
size_t support_wide_slice(struct support *support, const term *conjuncts, size_t count, term goal, term *out);

/* The conjuncts all of whose unknowns are goal's, where an application is an unknown and its arguments are not
 * looked into. */
size_t support_surface(struct support *support, term goal); /* how many unknowns that are */
size_t support_within(struct support *support, const term *conjuncts, size_t count, term goal, term *out);

#endif
