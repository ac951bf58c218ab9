/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/narrow.h -- conditions on one unknown of few bits, on a path that limits its values.
 *
 * Looks only at those conjuncts that speak of nothing else, so what is found impossible is; what is found possible need
 * not be. */
#ifndef VERIFY_STATE_NARROW_H
#define VERIFY_STATE_NARROW_H

#include "verify/state/path.h"

/* Whether a condition fails for every value that its unknown may have. */
bool narrow_refuted(const struct path *path, term condition);

/* Decisions taken one after the other, all on the one unknown: each is replaced by a condition that is the same wherever the
 * path's conjuncts and the decisions before it hold, and the same term for all conditions that are, as ranges of the
 * unknown. */
void narrow_normal(const struct path *path, term *decision, unsigned count);

/* The one small unknown that a condition speaks of, or NULL. */
term narrow_unknown(const struct path *path, term condition);

#endif
