/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/port_pairs.h -- which ports belong together: disjoint pairs, each with an inside and an outside.
 *
 * Bound to a list option of the same name with the two fields "inside" and "outside" (in that order, both
 * NF_PORT): the runtime adds one pair a record. No port is in two pairs, and no port is its own partner. */
#ifndef LIBVIG_PORT_PAIRS_H
#define LIBVIG_PORT_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/logic/vig.h"
#include "libvig/vig.h"

#define PORT_PAIRS_PORTS 32u

struct port_pairs;

/* Both are ports that exist; they differ. */
struct port_pair {
	uint32_t inside, outside;
};

/*@ axiomatic PortPairs {
      predicate PortPairs{L}(struct port_pairs *pairs) reads vig_state;

      // The other port of a port's pair, and whether it is the outside; -1: it is in no pair.
      logic integer port_partner{L}(struct port_pairs *pairs, integer port) reads vig_state;
      predicate port_is_outside{L}(struct port_pairs *pairs, integer port) reads vig_state;

      axiom port_partner_mutual{L}: \forall struct port_pairs *pairs, integer port;
        PortPairs(pairs) && port_partner(pairs, port) != -1 ==>
          0 <= port_partner(pairs, port) < PORT_PAIRS_PORTS && port_partner(pairs, port) != port &&
          port_partner(pairs, port_partner(pairs, port)) == port &&
          (port_is_outside(pairs, port) <==> !port_is_outside(pairs, port_partner(pairs, port)));
    } */

/* No pairs yet. NULL when out of memory. */
/*@ requires vig:     Vig(vig);
    requires name:    name == \null || \valid_read(name);
    assigns  vig_state, \result \from vig_state, vig, name;
    ensures  vig:     Vig(vig);
    ensures  counted: vig_objects(vig) == \old(vig_objects(vig)) + (\result == \null ? 0 : 1);
    ensures  made:    \result != \null ==> PortPairs(\result);
    ensures  empty:   \result != \null ==> \forall integer port; port_partner(\result, port) == -1; */
struct port_pairs *port_pairs_new(struct vig *vig, const char *name);

/* Copies out the pair that a port belongs to. False: it belongs to none.
 * Precondition: port < PORT_PAIRS_PORTS. */
/*@ requires pairs:   PortPairs(pairs);
    requires port:    port < PORT_PAIRS_PORTS;
    requires out:     \valid(pair);
    assigns  *pair;
    ensures  found:   \result == true <==> port_partner(pairs, port) != -1;
    ensures  inside:  \result == true && !port_is_outside(pairs, port) ==>
                      pair->inside == port && pair->outside == port_partner(pairs, port);
    ensures  outside: \result == true && port_is_outside(pairs, port) ==>
                      pair->outside == port && pair->inside == port_partner(pairs, port); */
bool port_pairs_find(const struct port_pairs *pairs, uint64_t port, struct port_pair *pair);

#endif
