/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/pairs.h -- port pairs as functions of the port. */
#ifndef VERIFY_STATE_PAIRS_H
#define VERIFY_STATE_PAIRS_H

#include "verify/state/state.h"

struct pair {
	term found;           /* 1 bit */
	term inside, outside; /* 64 bits */
};

/* Two ports' pairs, of which no port is in both unless they are the same: true of every object. */
term pairs_agree(struct terms *ts, const struct pairs *pairs, term port, term other);

struct pairs *pairs_new(struct terms *ts, const char *name);

/* The pair of a port (64 bits); states on the path, once a port, what holds of every such object: the port is
 * one of its pair, both exist (below ports) and differ, and two pairs are the same or disjoint. */
struct pair pairs_look(struct state *s, unsigned object, term port, term ports);

#endif
