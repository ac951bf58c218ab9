/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/picks.h -- one of the listed records that live in a table, chosen by a hash (libvig/balancer.h). Arbitrary,
 * but alive, and the same for the same hash and the same table's version. */
#ifndef VERIFY_STATE_PICKS_H
#define VERIFY_STATE_PICKS_H

#include "verify/state/listed.h"

/* What a list that is picked from has besides what every list has. */
struct picks {
	unsigned weight; /* the value's field that must not be 0; the value's number of fields: none is asked for */
	term size;       /* of the table of preferences, as nf_init said it */
	/* of a table's version: whether one can be picked; of that and a hash: the key */
	struct term_function *some, *key[TABLE_KEY_WORDS];
};

/* A pick on this path, and the table that it was made from, as it was then. */
struct picked {
	struct picked *before;
	unsigned table;
	struct chain chain;
	term version, hash;
	term some, key[TABLE_KEY_WORDS];
};

/* Whose time it is: the packet's and the last one's. */
struct moment {
	term now, before, ports;
};

/* Makes the functions; listed's are made already. */
void picks_base(struct terms *ts, const struct listed *listed, struct picks *picks);

/* listed_find, in a list that is picked from. */
struct listed_record picks_find(struct state *s, unsigned object, const term *key, const struct moment *moment);

/* The pick of a hash (64 bits) from the list of one object among the keys that are live in another's table, in the version
 * given. Its record is listed_find's of the key. */
struct picked picks_pick(struct state *s, unsigned object, unsigned table, const struct chain *version, term hash,
	const struct moment *moment);

#endif
