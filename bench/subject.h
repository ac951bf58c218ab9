/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/subject.h -- something that handles bursts of packets, to be timed against another such thing. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/packet.h"

#define BURST 32u

/* burst answers how many of the packets are to be sent. n <= BURST. single handles one packet that
 * came alone. */
struct subject {
	const char *name;
	uint64_t (*burst)(void *self, struct packet *packet, uint32_t n, uint64_t now);
	uint64_t (*single)(void *self, struct packet *packet, uint64_t now);
	void (*free)(void *self);
	void *self;
};

/* Of an option of the network function: overrides what it says of itself. */
struct setting {
	const char *name;
	uint64_t value;
};

struct nf_file;

/* A network function's shared object. NULL: err says why. */
struct nf_file *nf_file_open(const char *path, struct err *err);

/* A fresh instance with two ports, 0 inside and 1 outside. Settings whose option does not exist are left
 * out. False: err says why. */
bool nf_subject(struct subject *subject, const struct nf_file *file, const struct setting *setting, uint32_t settings,
	struct err *err);

/* The unverified baseline: the same work on DPDK's rte_hash, looked up in bulk, without expiry, for at
 * most `flows` flows at four fifths load. */
bool baseline_subject(struct subject *subject, uint32_t flows, struct err *err);

/* Takes a flow out again, as its expiry would. False: it was not there. */
bool baseline_forget(void *self, const struct packet *packet);

#endif
