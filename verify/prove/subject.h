/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/subject.h -- the program under proof: one arbitrary packet in an arbitrary state that nf_init and
 * earlier packets may have left. */
#ifndef VERIFY_PROVE_SUBJECT_H
#define VERIFY_PROVE_SUBJECT_H

#include "verify/exec/exec.h"
#include "verify/prove/options.h"

#define SUBJECT_STARTS 8
#define SUBJECT_MUTABLE 64

/* A word of the state block that packets change: arbitrary when a packet arrives. */
struct mutable_word {
	unsigned region;
	uint64_t offset;
	unsigned size;
};

/* Times are up to 2^62 ns, 146 years: so that sums of a time and a lifetime do not wrap. */
#define LAST_TIME (((uint64_t)1 << 62) - 1)

struct subject {
	struct terms *terms;
	struct smt *smt;
	struct program *program;
	struct exec exec;
	struct options options;
	uint64_t max_length;
	/* the unknowns of one packet */
	term ports, port, length, now, now_before, hint, headroom, tailroom;
	unsigned packet, packet_struct, option_region, env_region; /* regions */
	struct term_function *byte; /* of the packet as it arrived, by 64-bit offset */
	/* what nf_init leaves: states with the block's address in rax */
	struct state *start[SUBJECT_STARTS];
	unsigned starts;
	struct state *hinted; /* in which nf_hint has returned, linked by next */
	term stage;           /* of nf_hint; 64 bits */
	struct mutable_word mutable_word[SUBJECT_MUTABLE];
	unsigned mutable_words;
};

/* Opens the program and reads its options. */
bool subject_open(struct subject *subject, const char *path, uint64_t max_length, unsigned solver_ms, struct err *err);
void subject_close(struct subject *subject);

/* Runs nf_init for every option value. Findings stay in exec.findings. False: it never succeeds (err). */
bool subject_init(struct subject *subject, struct err *err);

/* Runs nf_process (stage < 0) or nf_hint (stage 0 …) on an arbitrary packet from each start. Returned states and
 * findings are in exec. Runs again until the words that packets change are known. False: err. */
bool subject_process(struct subject *subject, struct err *err);
bool subject_hint(struct subject *subject, struct err *err);

/* The packet as a returned state leaves it: where it starts relative to where it did, how long it is. */
term subject_sent_offset(struct subject *subject, struct state *s);
term subject_sent_length(struct subject *subject, struct state *s);

#endif
