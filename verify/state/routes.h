/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/routes.h -- routes that the configuration lists, as functions: what an address takes, and what is listed for
 * a prefix. Fixed while packets are handled, arbitrary but for the ranges that the option's fields declare. */
#ifndef VERIFY_STATE_ROUTES_H
#define VERIFY_STATE_ROUTES_H

#include "verify/state/listed.h"

/* The object that is bound to a list option whose first field is the prefix; the value record's fields follow. */
struct routes {
	const char *name;
	const struct list_option *option;
	struct layout value;
	unsigned value_words;
	/* of an address: whether some route contains it, and of the longest that does its length and value */
	struct term_function *found, *length, *word[TABLE_VALUE_WORDS];
	/* of a prefix and a length: whether exactly that is listed, and its value */
	struct term_function *listed, *listed_word[TABLE_VALUE_WORDS];
};

/* What was asked on this path: of an address (length NULL), or of a prefix. */
struct routes_seen {
	struct routes_seen *before;
	term at, length;
};

struct route_record {
	term present; /* 1 bit; the rest means something only if it holds */
	term value[TABLE_VALUE_WORDS];
};

/* Makes the functions; everything else is filled in. */
void routes_base(struct terms *ts, struct routes *routes);

/* The value of the longest prefix that contains an address (64 bits, below 2^32). */
struct route_record routes_longest(struct state *s, unsigned object, term address, term ports);

/* The value that is listed for exactly this prefix (64 bits each). */
struct route_record routes_listed(struct state *s, unsigned object, term prefix, term length, term ports);

/* Whether prefixes matter on this path: some were asked for. */
bool routes_are_exact(const struct state *s, unsigned object);

/* The address without the bits beyond a length of at most 32. */
term routes_prefix(struct terms *ts, term address, term length);

#endif
