/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/intern.h -- inside verify/term only: nodes made once, without any simplification. */
#ifndef VERIFY_TERM_INTERN_H
#define VERIFY_TERM_INTERN_H

#include "verify/term/term.h"

#define TERM_MAX_ARGS 64

/* The one node of this shape; bounds are computed when it is new. */
term term_intern(struct terms *ts, enum term_op op, unsigned width, uint64_t value,
	struct term_function *function, const term *args, unsigned count);

/* Bounds that always hold, from the arguments' bounds. */
void term_bound(struct term_node *node);

/* Whether the addends of a TERM_ADD, at their largest, still fit: it is then the sum of numbers. */
bool term_sum_fits(term a);

/* A remembered answer to (a, low, width), or NULL: extracts push inwards and would otherwise repeat. */
term term_extract_cached(struct terms *ts, term a, unsigned low, unsigned width);
void term_extract_remember(struct terms *ts, term a, unsigned low, unsigned width, term result);

/* Whether two terms are one number in registers of perhaps different widths. */
bool term_same_number(struct terms *ts, term a, term b);
/* low half = ~(upper half): how compilers ask whether the two together are 65535. That question of the folded sum, or
 * NULL if a and b are not such halves. */
term term_fold_halves(struct terms *ts, term a, term b);
/* The choice between two folded sums as one folded sum, where one has all that the other has: NULL where not. */
term term_fold_choice(struct terms *ts, term condition, term a, term b);
/* Whether it is a folded sum or its complement, either with bytes swapped. */
bool term_is_sum(term a);
/* Two bytes of a folded sum (or its complement) the wrong way round: that sum. Otherwise NULL. */
term term_fold_swapped(term a);

/* An answer of term_small, where it was asked for. */
struct term_small_known {
	term condition, unknown;
	struct term_values values;
};
struct term_small_known *term_small_at(struct terms *ts, term condition);

/* A run of bits: width bits of `of` from bit `low` on. */
struct term_piece {
	term of;
	unsigned low, width;
};

/* Splits a into its pieces, least significant first; answers how many (at most 64). */
unsigned term_pieces(term a, struct term_piece *out);
/* The term whose pieces, least significant first, these are. */
term term_from_pieces(struct terms *ts, const struct term_piece *pieces, unsigned count);

#endif
