/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/infer/infer.h -- what every entry of a table satisfies, found by proposing and dropping.
 *
 * Candidates come from the values that paths store. Each is assumed of the entries that a packet finds and
 * checked of the entries that it leaves; what some path violates is dropped, and all is checked again, until
 * nothing is dropped: then what remains holds of every reachable entry, by induction over packets (a table starts
 * empty, and expiry only takes entries away). */
#ifndef VERIFY_INFER_INFER_H
#define VERIFY_INFER_INFER_H

#include "verify/state/state.h"
#include "verify/term/template.h"

#define INFER_CANDIDATES 256
#define INFER_LIMITS 64

/* A quantity that fields may be bounded by, other than a number. What is stored under `after` is found under `before` by
 * the next packet: the same for what never changes, the two packets' times for the clock. */
struct infer_limit {
	const char *name; /* as Python says it */
	term before, after; /* 64 bits */
	bool below;         /* less, not less or equal */
};

struct infer_limits {
	unsigned count;
	struct infer_limit one[INFER_LIMITS];
};

/* What a specification says of an entry of a table. It may ask for the time: so it is shown, of what a packet leaves, at
 * any `later` time too, and is known, of what a packet finds, `now` and at that time. */
struct infer_said {
	const char *name, *table;
	struct template *says; /* 1 bit; holes as below; owned */
	term now, later;       /* this packet's time, and a time that is not before it; 64 bits */
};

enum said_hole { SAID_KEY, SAID_VALUE = SAID_KEY + TABLE_KEY_WORDS, SAID_CLASS = SAID_VALUE + TABLE_VALUE_WORDS, SAID_LAST,
	SAID_NOW, SAID_HOLES };

/* field <= bound (or a limit), where the key field `when` (if any) is `is`; or what a specification says. */
struct invariant {
	const struct table *table;
	enum { INVARIANT_KEY, INVARIANT_VALUE, INVARIANT_CLASS, INVARIANT_SAID } of;
	const struct infer_said *said; /* INVARIANT_SAID; the fields below but the last mean nothing then */
	unsigned field;
	uint64_t bound;
	const struct infer_limit *limit; /* NULL: the number */
	int when; /* -1: always */
	uint64_t is;
	bool dropped;
};

struct invariants {
	struct invariant one[INFER_CANDIDATES];
	unsigned count;
	unsigned rounds, dropped;
};

/* From the states in which packets leave (a list linked by next). limits: kept as long as what is found, as is what
 * *found has of INVARIANT_SAID already, candidates like the others. */
void infer(struct terms *ts, struct state *returned, const struct infer_limits *limits, struct invariants *found);

/* What one of INVARIANT_SAID demands of an entry that a packet leaves at a key. */
term infer_demands(struct terms *ts, const struct invariant *i, const struct change *c);

/* A template over the holes above, of one entry at one time. */
term infer_fill(struct terms *ts, const struct template *says, const term *key, const struct entry *e, term time);

/* Whether every packet keeps one that is not among what was found. Not shown is not kept. */
bool infer_keeps(struct terms *ts, struct state *returned, const struct invariants *found, const struct invariant *i);

/* Adds what holds of every entry that the state has looked at to its path. */
void infer_assume(struct terms *ts, const struct invariants *found, struct state *s);

/* As Python, in the words of a specification. */
void invariant_print(const struct invariant *i, char *text, size_t room);

#endif
