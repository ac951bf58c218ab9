/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/listed.h -- records that the configuration lists, as functions of their key: fixed while packets are
 * handled, arbitrary but for the ranges that the option's fields declare. */
#ifndef VERIFY_STATE_LISTED_H
#define VERIFY_STATE_LISTED_H

#include "verify/state/state.h"

#define LISTED_FIELDS (2 * TABLE_FIELDS)

/* A list option as the program declares it. */
struct list_field {
	uint64_t min, max; /* of a number; meaningless if wide */
	bool port;         /* a port that exists */
	bool wide;         /* 16 bytes: any */
	bool prefix;       /* an address and a length: no field of a record, but the first of a route */
};

struct list_option {
	char name[64];
	unsigned fields;
	struct list_field field[LISTED_FIELDS];
};

/* The object that is bound to one: the key record's fields come first, then the value record's. */
struct listed {
	const char *name;
	const struct list_option *option;
	struct layout key, value;
	unsigned key_words, value_words;
	struct term_function *present, *word[TABLE_VALUE_WORDS]; /* of the key's words */
};

/* A key that was looked up on this path. */
struct listed_look {
	struct listed_look *before;
	term key[TABLE_KEY_WORDS];
};

struct listed_record {
	term present; /* 1 bit; the rest means something only if it holds */
	term value[TABLE_VALUE_WORDS];
};

/* Makes the functions; everything else is filled in. */
void listed_base(struct terms *ts, struct listed *listed);

/* The record of a key. States on the path, once a key, what holds of every list: a record that is there has its
 * fields within their ranges, its ports exist, and its padding is zero. */
struct listed_record listed_find(struct state *s, unsigned object, const term *key, term ports);

/* Whether a number of the option's field can stand in a record's field of so many bytes: then its range there is not empty. */
static inline bool
listed_fits(const struct list_field *field, unsigned size)
{
	return !field->prefix && field->wide == (size == 16) && (size >= 8 || field->min >> 8 * size == 0);
}

/* Numbers of a record are in their fields' ranges. That may be said of a value also where there is no record: nobody sees it
 * there, and no range is empty, so it is as good as any other. (That its ports exist may not: perhaps none does.) */
term listed_ranges(struct terms *ts, const struct layout *layout, const struct list_field *field, const term *words);

/* What holds of each record of a list, key or value, that is there: fields in range, ports that exist, padding zero. */
term listed_holds(struct terms *ts, const struct layout *layout, const struct list_field *field, const term *words,
	unsigned count, term ports);

#endif
