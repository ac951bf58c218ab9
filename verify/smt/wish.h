/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/smt/wish.h -- inside verify/smt only: which unknowns would have to be worth what for a term to have a value.
 *
 * A guess from the term's shape, one operation at a time: whoever uses it evaluates. */
#ifndef VERIFY_SMT_WISH_H
#define VERIFY_SMT_WISH_H

#include "verify/smt/inside.h"

#define WISH_CHANGES 24

struct wish {
	const struct valuation *taboo; /* values that unknowns had already */
	struct model *model;           /* with what was changed; the caller's */
	struct valued change[WISH_CHANGES];
	uint64_t was[WISH_CHANGES];
	unsigned count;
	unsigned ways; /* how many there are, as far as this one shows */
};

/* Way number `way` to have the term worth value, from what the unknowns are worth in the model. False: this way does not lead
 * there. There are no more ways once way >= wish->ways. */
bool wish_for(struct wish *wish, struct model *model, term a, uint64_t value, unsigned way);

#endif
