/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/verify.h -- one network function against its specification and properties: the verdict. */
#ifndef VERIFY_PROVE_VERIFY_H
#define VERIFY_PROVE_VERIFY_H

#include "base/err.h"
#include "verify/infer/infer.h"
#include "verify/prove/subject.h"
#include "verify/spec/spec.h"

enum verdict_kind {
	VERDICT_PROVED,
	VERDICT_REFUTED,
	VERDICT_UNKNOWN,
	VERDICT_BAD_INPUT,
};

#define GOAL_INVARIANT "invariant " /* and then its name */

/* One thing that was to be shown. */
struct goal {
	char name[160];  /* "safety", "spec", "invariant NAME", a property's name, "undefined behaviour" */
	char title[160];
	enum verdict_kind verdict;
	uint64_t obligations, syntactic; /* of these, held by their form alone */
	char reason[768]; /* not proved: one or two sentences, with the place */
};

#define VERIFY_GOALS 140
#define VERIFY_SEQUENCE 6 /* packets that the prover looks for */
#define SHOWN_PACKETS 32  /* of a counterexample, whoever found it */
#define VERIFY_MAX_BYTES 9216

/* A packet of a counterexample. */
struct shown_packet {
	uint64_t port, time, length;
	uint8_t *bytes;
};

#define SHOWN_LISTS 8
#define SHOWN_RECORDS 40 /* a route of each length, and some */

/* Records of a list option that the packets of a counterexample meet. */
struct shown_list {
	char name[64];
	unsigned fields, records;
	bool routes; /* the first field is an IPv4 prefix: address, length */
	uint64_t value[SHOWN_RECORDS][LISTED_FIELDS][2]; /* lo, hi */
};

/* A case in which a goal fails: values for everything that was arbitrary. */
struct counterexample {
	int goal;               /* index */
	int property;           /* of the specification; -1: the specification or safety */
	uint64_t ports;
	uint64_t option[OPTIONS_MAX][2];
	unsigned options;
	unsigned lists;
	struct shown_list list[SHOWN_LISTS];
	unsigned packets;
	struct shown_packet packet[SHOWN_PACKETS];
	char before[4096];      /* the state that the last packet found, in words */
	char way[4096];         /* source lines, one a line */
	bool confirmed;
	bool made_up;           /* no proof led to it: packets were tried */
	bool unreached;         /* one packet, in a state that no packets were found to lead to … */
	char missing[320];      /* … and an invariant with which there is no such state; "": none was found */
};

struct verify_request {
	const char *program;    /* the shared object */
	const char *folder;     /* spec.py, props/; NULL: safety alone */
	const char *property;   /* only this one; NULL: all */
	bool safety;            /* no goal but this; of the folder's specification, its invariants are used if they hold */
	bool traps;             /* it is the build with UBSan's traps: shown is only that none is reached */
	unsigned jobs;          /* processes that share out the paths once these are known; 0 is 1 */
	const char *mock;       /* the program vigor-mock, for path replay; NULL: paths are not replayed */
	const char *libvig;     /* folder of libvig.so.0, for the same */
	uint64_t max_length;    /* bytes */
	unsigned solver_ms;
	bool explain;
	bool certify;           /* a second solver is asked for every answer that the proof rests on */
	/* tells of progress; may be NULL */
	void (*progress)(void *context, const char *stage, uint64_t done, uint64_t all);
	void *context;
	/* tries a counterexample on the real program; may be NULL. True: it was confirmed. */
	bool (*confirm)(void *context, struct counterexample *c, const struct goal *goal);
	void *confirm_context;
};

struct verdict {
	enum verdict_kind kind;
	unsigned goals;
	struct goal goal[VERIFY_GOALS];
	uint64_t paths, sanitized_paths, spec_cases;
	uint64_t summaries;
	uint64_t replayed; /* paths whose prediction the CPU confirmed */
	struct invariants invariants;
	char invariant[INFER_CANDIDATES][256];
	unsigned printed_invariants;
	struct smt_figures solver;
	uint64_t tried;    /* packets that were made up and showed no difference */
	double seconds;
	uint64_t peak_kib;
	bool has_counterexample;
	struct counterexample counterexample;
	struct err err; /* VERDICT_BAD_INPUT: what and where */
};

/* Verifies. The verdict is complete whatever happens; spec_start() was called if there is a folder. */
void verify(const struct verify_request *request, struct verdict *verdict);
void verdict_fini(struct verdict *verdict);

/* Of two verdicts the one that counts: proved, unknown, refuted, bad input, in rising order. */
unsigned verdict_severity(enum verdict_kind kind);

/* For a process that ends: its packets' bytes, SHOWN_PACKETS rows of them, to where another one can read them. */
void counterexample_copy_bytes(const struct counterexample *c, uint8_t (*bytes)[VERIFY_MAX_BYTES]);

#endif
