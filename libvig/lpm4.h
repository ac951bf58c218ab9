/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/lpm4.h -- routes for IPv4 prefixes; an address takes the longest that covers it.
 *
 * A table is a finite map: (prefix, length) -> value, filled and emptied in any order. Addresses and prefixes are
 * numbers in host order; a prefix is written with its host bits 0.
 *
 * Worst cases: find reads two words. add and delete of a prefix longer than 24 bits touch 256 cells (of a group that
 * may have to be made or moved), of length l <= 24 they touch 2^(24 - l) cells and each group below: at most 2^24
 * and 256 a group. They are for configuration, not for each packet. delete also asks for at most 32 shorter routes.
 * Memory, all taken by new: 64 MiB, 1 KiB a group, 48 bytes a route.
 *
 * Contracts stand in lpm4.c, in terms of the map of routes that is kept there. */
#ifndef LIBVIG_LPM4_H
#define LIBVIG_LPM4_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define LPM4_MAX_ROUTES (1u << 24)
#define LPM4_MAX_GROUPS (1u << 24)
#define LPM4_MAX_VALUE 0xffffffu

struct lpm4;

/* An empty table for so many routes and so many groups: one is needed for each block of 256 addresses (a /24) in which
 * some route is longer than 24 bits. NULL when out of memory, routes is 0 or over LPM4_MAX_ROUTES, or groups
 * is over LPM4_MAX_GROUPS. */
struct lpm4 *lpm4_new(struct vig *vig, const char *name, uint64_t routes, uint64_t groups);

/* The value of the longest prefix that covers the address. False, and nothing is written: none does.
 * Precondition: address < 2^32. */
bool lpm4_find(const struct lpm4 *lpm, uint64_t address, uint32_t *value);

/* The same for many addresses; none where no prefix covers one. */
void lpm4_find_many(const struct lpm4 *lpm, const uint32_t *address, uint64_t count, uint32_t none, uint32_t *value);

/* Gives a prefix this value, new or not. False, and nothing changed: the prefix is new and there are as many routes as
 * asked for, or it needs a group and there are as many as asked for.
 * Precondition: length <= 32, prefix < 2^32 with host bits 0, value <= LPM4_MAX_VALUE. */
bool lpm4_add(struct lpm4 *lpm, uint64_t prefix, uint64_t length, uint64_t value);

/* Whether exactly this prefix has a value. Precondition as for add. */
bool lpm4_has(const struct lpm4 *lpm, uint64_t prefix, uint64_t length);

/* Takes a prefix out. False: it was not there. Precondition as for add. */
bool lpm4_delete(struct lpm4 *lpm, uint64_t prefix, uint64_t length);

#endif
