/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/names.h -- the words that reports use for verdicts and goals, and what every verdict rests on. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include <stdbool.h>

#include "verify/prove/verify.h"

#define GOAL_SAFETY "safety"
#define GOAL_SPEC "spec"
#define GOAL_REPLAY "replay"
#define GOAL_CERTIFIED "certified"
#define GOAL_UNDEFINED "undefined behaviour"

/* "proved", "refuted", "unknown" or "bad input". */
const char *verdict_word(enum verdict_kind kind);

/* Of all its goals. */
uint64_t verdict_obligations(const struct verdict *verdict);
uint64_t verdict_syntactic(const struct verdict *verdict); /* of these, held by their form alone */

/* "safety", "replay", "spec", "invariant", "certified", "undefined" or "property". */
const char *goal_kind(const struct goal *goal);
bool goal_is_property(const struct goal *goal);
bool goal_is_invariant(const struct goal *goal);

/* Whether a property cannot be called so, because a goal of another kind is. */
bool goal_name_is_taken(const char *name);

/* The entries of doc/trust.md, in its order, NULL at the end. */
extern const char *const trusted_names[];

#endif
