/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/state.h -- everything one path knows: registers, memory, objects, path condition, how it came here. */
#ifndef VERIFY_STATE_STATE_H
#define VERIFY_STATE_STATE_H

#include "verify/lift/ir.h"
#include "verify/state/bucket.h"
#include "verify/state/memory.h"
#include "verify/state/path.h"
#include "verify/state/table.h"

#define STATE_BUCKETS 4
#define STATE_OBJECTS 16
#define STATE_CALL_RESULTS 8
#define STATE_HASHES 5

/* Disjoint port pairs, fixed by the configuration: functions of the port. */
struct pairs {
	const char *name;
	struct term_function *found, *inside, *outside; /* of a 64-bit port; results 1, 64, 64 bits */
};

enum object_kind { OBJECT_NONE, OBJECT_TABLE, OBJECT_PAIRS, OBJECT_LISTED, OBJECT_ROUTES, OBJECT_PICKS };

struct listed;
struct listed_look;
struct routes;
struct routes_seen;
struct picks;
struct picked;

/* What a pointer that a constructor answered stands for. */
struct object {
	enum object_kind kind;
	uint64_t handle; /* the pointer's value */
	const struct table *table;
	const struct pairs *pairs;
	const struct listed *listed; /* for lists by key, picked from or not */
	const struct routes *routes;
	const struct picks *picks;
};

/* One call to libVig on this path, with what it answered and stored: what a native replay must repeat. */
struct call {
	struct call *before;
	const char *name;
	uint64_t site; /* return address */
	term result;   /* 64 bits; NULL: void */
	unsigned out;  /* which argument points to where the results below were stored */
	unsigned stored;
	term store[STATE_CALL_RESULTS]; /* one after the other */
	unsigned also_out, also_stored; /* and one more argument, with what was stored there */
	term also[TABLE_KEY_WORDS];
	unsigned points; /* which argument points to a key, and its words; 0 words: none */
	unsigned key_words;
	term key[TABLE_KEY_WORDS];
};

/* Blocks and calls in order: the way through the source. */
struct step {
	struct step *before;
	uint64_t address;
	unsigned depth;
};

/* A condition that the path went along with, of which the opposite was possible too. */
struct decision {
	struct decision *before;
	term condition;
	unsigned depth;
};

struct state {
	term reg[IR_REGS];
	uint64_t pc;
	struct path path;
	struct memory memory;
	struct object object[STATE_OBJECTS];
	struct chain chain[STATE_OBJECTS];  /* by object, for tables */
	term port_seen[STATE_OBJECTS][4];   /* by object, for pairs: ports looked up so far */
	struct listed_look *listed_looks[STATE_OBJECTS]; /* by object, for lists: the same */
	struct routes_seen *routes_seen[STATE_OBJECTS];  /* by object, for routes: the same */
	struct picked *picked[STATE_OBJECTS];            /* by object, for lists that are picked from: picks so far */
	struct bucket_look bucket[STATE_BUCKETS];        /* levels that the program asked for; of more than fit here less is known */
	unsigned buckets;
	struct term_function *hash[STATE_HASHES];        /* maglev_hash, by the number of words: see hash.h */
	unsigned objects;
	struct call *calls;
	struct step *steps;
	struct decision *decisions;
	uint64_t instructions;
	uint64_t blocks;
	unsigned depth; /* of calls */
	bool entered;   /* the last jump was a call */
	bool looked_into, excluded; /* of a returned path: whether joined functions' definitions exclude it was asked; they do */
	unsigned start; /* which of nf_init's outcomes it began from */
	struct state *next; /* in whatever list holds it */
};

/* A copy that shares what never changes. */
struct state *state_fork(const struct state *s);
void state_free(struct state *s);

void state_decide(struct state *s, term condition);

/* The object a pointer stands for, or NULL. */
const struct object *state_object(const struct state *s, term pointer, unsigned *index);

#endif
