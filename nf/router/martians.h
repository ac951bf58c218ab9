/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/router/martians.h -- addresses that no packet on its way can have (RFC 1812 5.3.7, 4.2.2.11). */
#ifndef NF_ROUTER_MARTIANS_H
#define NF_ROUTER_MARTIANS_H

#include <stdbool.h>
#include <stdint.h>

/* This network (0/8), loopback (127/8), groups (224/4), class E and the limited broadcast (240/4): none is one host.
 * As destinations, groups are no martians, but without multicast routing they go nowhere either. */
static inline bool
martian(uint32_t address)
{
	const uint32_t network = address >> 24;

	return (network == 0) | (network == 127) | (network >= 224);
}

#endif
