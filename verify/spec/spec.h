/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/spec/spec.h -- the one door to CPython: specifications and properties, run on symbolic values.
 *
 * Python code runs as it stands. Where it asks for the truth of a symbolic condition, every answer that is
 * possible on the path is followed by running it again with the earlier answers replayed: its paths are found by
 * repetition, and each ends in a case. */
#ifndef VERIFY_SPEC_SPEC_H
#define VERIFY_SPEC_SPEC_H

#include "base/err.h"
#include "verify/state/state.h"

#define SPEC_NAMES 64

struct spec_field {
	char name[64];
	unsigned size;
};

/* A table as the specification declares it. Capacity and lifetimes are option names, or numbers in ns. */
struct spec_amount {
	char option[64]; /* "" : the number */
	uint64_t number;
};

struct spec_table {
	char name[64];
	unsigned key_fields, value_fields, classes, shift;
	struct spec_field key[TABLE_FIELDS], value[TABLE_FIELDS];
	struct spec_amount capacity, lifetime[TABLE_CLASSES];
};

/* A list of records that the specification looks up by key; of routes, which have none, by address. */
struct spec_listed {
	char name[64];
	unsigned key_fields, value_fields;
	struct spec_field key[TABLE_FIELDS], value[TABLE_FIELDS];
};

/* One of those lists, which flows are spread over by a table of so many entries. */
struct spec_backends {
	char name[64];
	struct spec_amount size;
};

struct spec;

/* Starts Python; package: the folder that holds the Python package `vigor`. Once a process. */
bool spec_start(const char *package, struct err *err);

/* Reads spec.py and props/ of a folder. NULL: err says file, line and what is wrong. */
struct spec *spec_load(const char *folder, struct err *err);

bool spec_has_spec(const struct spec *spec);
unsigned spec_tables(const struct spec *spec);
const struct spec_table *spec_table(const struct spec *spec, unsigned index);
unsigned spec_listed_count(const struct spec *spec);
const struct spec_listed *spec_listed(const struct spec *spec, unsigned index);
unsigned spec_backends_count(const struct spec *spec);
const struct spec_backends *spec_backends(const struct spec *spec, unsigned index);
unsigned spec_routes_count(const struct spec *spec);
const struct spec_listed *spec_routes(const struct spec *spec, unsigned index);
unsigned spec_options(const struct spec *spec);
const char *spec_option_name(const struct spec *spec, unsigned index);
const char *spec_option_type(const struct spec *spec, unsigned index);
unsigned spec_pairs(const struct spec *spec);
const char *spec_pairs_name(const struct spec *spec, unsigned index);
unsigned spec_properties(const struct spec *spec);
const char *spec_property_name(const struct spec *spec, unsigned index);
const char *spec_property_title(const struct spec *spec, unsigned index);
unsigned spec_invariants(const struct spec *spec);
const char *spec_invariant_name(const struct spec *spec, unsigned index);
const char *spec_invariant_table(const struct spec *spec, unsigned index);
const char *spec_invariant_title(const struct spec *spec, unsigned index);
unsigned spec_files(const struct spec *spec);
const char *spec_file(const struct spec *spec, unsigned index);

/* One option's arbitrary value. */
struct spec_value {
	const char *name;
	enum spec_shape { SPEC_NUMBER, SPEC_PAIR_HI_LO, SPEC_PAIR_LO_HI } shape; /* a pair: IPv6; prefix */
	term lo, hi;
};

/* What a run speaks of: a path of the network function that has returned. */
struct spec_input {
	struct state *end;            /* not changed */
	struct space *space;
	unsigned packet;              /* region */
	struct term_function *byte;   /* of the packet as it arrived, by offset */
	term length, port, ports, now, now_before;
	term sent_ports, sent_offset, sent_length; /* as the function left it; 64 bits */
	const struct spec_value *option;
	unsigned options;
	/* Called when the Python code has looked at a key for the first time: adds to the state's path what is known of
	 * every entry. May be NULL. */
	void (*looked)(void *context, struct state *s);
	void *context;
};

enum spec_ending {
	SPEC_OUTCOME,  /* the specification answered: `ports`, the packet and the tables are what it demands */
	SPEC_HELD,     /* the property ran to its end */
	SPEC_VIOLATED, /* an assert failed: file, line, text */
	SPEC_REFUSED,  /* the function made a choice that the specification does not allow: file, line, text */
	SPEC_ERROR,    /* the Python code is at fault: file, line, text */
};

/* One path of the Python code over one path of the function. */
struct spec_case {
	enum spec_ending ending;
	struct state *s;     /* path: both paths' conditions; chain: tables as the specification wants them; memory: the
	                        packet region holds the specification's writes. Owned by the run, freed after the call. */
	term ports;          /* 64 bits */
	term offset, length; /* of the packet as the specification leaves it */
	char file[256];
	int line;
	char text[512];
};

/* Runs the specification (property < 0) or a property on every case of the input, and shows each to `each`, which
 * returns false to stop. False: stopped. *decisions counts questions that both had answers to. */
bool spec_run(struct spec *spec, int property, const struct spec_input *input,
	bool (*each)(void *context, struct spec_case *found), void *context);

/* An entry of a table, as unknowns. */
struct spec_entry {
	const struct table *table;
	term key[TABLE_KEY_WORDS], value[TABLE_VALUE_WORDS];
	term class, last; /* 64 bits */
};

/* What an invariant says of that entry: a condition, all of the Python code's cases in one. Of the input `end` (its objects;
 * what its path knows is not used), `ports`, `now` and the options are asked for. NULL: err says file and line. */
term spec_invariant(struct spec *spec, unsigned index, const struct spec_input *input, const struct spec_entry *entry,
	struct err *err);

/* How many asserts of a property were evaluated since the load, over all runs: a property none of whose asserts
 * is reached says nothing. */
uint64_t spec_asserts(const struct spec *spec);

#endif
