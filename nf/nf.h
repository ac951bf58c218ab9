/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/nf.h -- the interface between a network function and whatever runs it.
 *
 * A network function (NF) is one shared object that exports nf_options, nf_init, nf_process and,
 * if it likes, nf_hint. One packet goes in; the same buffer, possibly rewritten, grown or trimmed,
 * goes out to a set of ports. All state hangs off the pointer that nf_init returns. */
#ifndef NF_NF_H
#define NF_NF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/packet.h"

#define NF_MAX_PORTS 32u

/* Bit p is set: send out of port p. */
typedef uint64_t port_set;

#define PORTS_NONE ((port_set)0)

/* Precondition: port < NF_MAX_PORTS. */
static inline port_set
port_only(uint64_t port)
{
	return (port_set)1 << port;
}

/* Every one of the first n ports but this one. Precondition: n <= NF_MAX_PORTS, port < n. */
static inline port_set
port_all_but(uint64_t n, uint64_t port)
{
	return (((port_set)1 << n) - 1) & ~port_only(port);
}

/* What an option's text means, and how it is stored in struct nf_value. Multi-byte quantities are
 * numbers in host order: 10.0.0.1 is 0x0a000001. */
enum nf_type {
	NF_INTEGER,     /* lo */
	NF_DURATION,    /* lo: nanoseconds; written "300s", "67ms", "2h" */
	NF_IPV4,        /* lo: the address */
	NF_IPV4_PREFIX, /* lo: the address, hi: prefix length 0..32 */
	NF_IPV6,        /* hi: first 64 bits, lo: last 64 bits */
	NF_MAC,         /* lo: the 48 bits */
	NF_PORT,        /* lo: a port that exists: below env->ports, whatever max says */
	NF_ENUM,        /* lo: index into names */
	NF_LIST,        /* records of fields; stored in the libVig object of the same name */
};

struct nf_value {
	uint64_t lo, hi;
};

/* One option. The table nf_options ends with an entry whose name is NULL. For integers, durations
 * and addresses min <= lo <= max; the runtime refuses a value outside, the verifier proves for every
 * value inside. */
struct nf_option {
	const char *name;               /* as written in the .conf file */
	const char *help;               /* one sentence for the operator */
	enum nf_type type;
	uint64_t min, max;              /* range of lo, both included */
	struct nf_value initial;        /* when the .conf file is silent */
	const char *const *names;       /* NF_ENUM: the max + 1 words */
	const struct nf_option *fields; /* NF_LIST: the record's fields, same convention */
	uint64_t max_count;             /* NF_LIST: most records */
};

/* A list option is never seen by nf_init: nf_init makes a libVig object of the same name, and the
 * runtime then adds the records to it, through proved code, reporting those that it rejects. */

struct vig; /* libvig/vig.h: the memory that libVig objects are made in */

struct nf_env {
	struct vig *vig;
	const struct nf_value *option; /* by position in nf_options */
	uint64_t ports;                /* 1 .. NF_MAX_PORTS */
	const char *error;             /* nf_init's reason for answering NULL */
};

/* The function's shared object exports these and nothing else, whatever -fvisibility says. */
#pragma GCC visibility push(default)

extern const struct nf_option nf_options[];

/* Allocates the state. NULL: it cannot, and env->error says why. */
void *nf_init(struct nf_env *env);

/* Handles one packet that came in on packet->port. now: nanoseconds, never decreasing.
 * Answers the ports that the packet is to leave by, as it then stands; none drops it. */
port_set nf_process(void *state, struct packet *packet, uint64_t now);

#define NF_HINT_STAGES 3u

/* Optional. Called for stages 0, 1, 2 over a whole burst before nf_process: a place to hash and
 * prefetch. hint is what the stage before answered (0 at first). Changes nothing. A wrong hint may
 * cost time, never correctness. */
uint64_t nf_hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint);

/* Optional, beside nf_hint: how many of the stages it wants to be called for, at most NF_HINT_STAGES, which is also how
 * many it is called for without this. A call for nothing costs a nanosecond a packet. */
extern const uint32_t nf_hint_stages;

#pragma GCC visibility pop

#endif
