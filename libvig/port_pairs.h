/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/port_pairs.h -- which ports belong together: disjoint pairs, each with an inside and an outside.
 *
 * Bound to a list option of the same name with the two fields "inside" and "outside" (in that order, both
 * NF_PORT): the runtime adds one pair a record. No port is in two pairs, and no port is its own partner. */
#ifndef LIBVIG_PORT_PAIRS_H
#define LIBVIG_PORT_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define PORT_PAIRS_PORTS 32u

struct port_pairs;

/* Both are ports that exist; they differ. */
struct port_pair {
	uint32_t inside, outside;
};

/* No pairs yet. NULL when out of memory. */
struct port_pairs *port_pairs_new(struct vig *vig, const char *name);

/* Copies out the pair that a port belongs to. False: it belongs to none.
 * Precondition: port < PORT_PAIRS_PORTS. */
bool port_pairs_find(const struct port_pairs *pairs, uint64_t port, struct port_pair *pair);

#endif
