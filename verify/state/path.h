/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/path.h -- what is known to hold on one path: a set of conjuncts and a case in which they do. */
#ifndef VERIFY_STATE_PATH_H
#define VERIFY_STATE_PATH_H

#include "verify/smt/smt.h"
#include "verify/state/linear.h"
#include "verify/term/term.h"

struct cases; /* verify/state/cases.h */

struct path {
	struct terms *terms;
	struct smt *smt;
	term *conjunct;
	size_t count, room;
	struct linear_facts linear; /* what the conjuncts say about sums */
	struct cases *cases; /* functions whose answers stand on this path as unknowns; shared, newest first */
	bool concludes;      /* from "not all of these" and all but one follows "not this one": more conjuncts, each simpler */
	bool hasty;          /* path_can answers true rather than ask the solver */
	struct model *stale; /* one that satisfied the conjuncts until the last ones came */
	bool in_vain;        /* it was tried to mend it */
	struct model *model; /* satisfies all conjuncts; NULL: none at hand */
};

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_OPEN };

void path_init(struct path *path, struct terms *ts, struct smt *smt);
void path_fini(struct path *path);
void path_copy(struct path *to, const struct path *from);

/* Adds what holds from now on. model: of all conjuncts with it (taken over), or NULL to keep the one there
 * is if it still fits. */
void path_assume(struct path *path, term condition, struct model *model);

/* What the conjuncts say of a condition, by looking alone. */
enum truth path_look(const struct path *path, term condition);

/* Looks for a model of the conjuncts now, so that every copy of the path has it and does not look for its own. known: one
 * that may be (taken over), or NULL. Without one all is answered as before, only slower. */
void path_prepare(struct path *path, struct model *known);

/* Whether it can hold; SMT_UNKNOWN counts as "can". On true, *model (if asked for) is a model of the path
 * with it or NULL. */
bool path_can(struct path *path, term condition, struct model **model);

/* Whether it must hold. False also when the solver did not know. */
bool path_must(struct path *path, term condition);
/* The same, with more effort: for conditions that depend on whether two applications are one and the same. */
bool path_must_widely(struct path *path, term condition);

/* The term's value on this path: NULL unless the conjuncts fix it. */
term path_fixed(struct path *path, term a);

/* All values that a can take, at most `most` of them; 0 when there are more (or the solver gave up). */
size_t path_values(struct path *path, term a, uint64_t *values, size_t most);

#endif
