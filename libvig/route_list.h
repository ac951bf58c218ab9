/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/route_list.h -- routes that the configuration lists; an address takes the longest prefix that contains it.
 *
 * A list is finite: (prefix, length) -> value, a record. Bound to a list option of the same name: its first field is an
 * NF_IPV4_PREFIX, the others are those of the value, in their order, one for each (see list_map.h for their kinds).
 *
 * The runtime adds the routes before the first packet; nothing else changes the list. No prefix is listed twice, and
 * none has bits set beyond its length. Addresses are numbers in host order: 10.0.0.1 is 0x0a000001.
 *
 * find reads two words and the value (libvig/lpm4.h): at most three cache lines. */
#ifndef LIBVIG_ROUTE_LIST_H
#define LIBVIG_ROUTE_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/logic/flow_table.h"
#include "libvig/logic/lpm4.h"
#include "libvig/record.h"
#include "libvig/vig.h"

#define ROUTE_LIST_MAX_CAPACITY (1u << 20)
#define ROUTE_LIST_VALUE_WORDS 4u /* of 64 bits, at most */

struct route_list;

/*@ axiomatic RouteLists {
      // The list's own invariant, down to its memory.
      predicate RouteList{L}(struct route_list *r) reads vig_state;

      // Fixed when the list is made.
      logic integer route_capacity{L}(struct route_list *r) reads vig_state;
      logic integer route_value_words{L}(struct route_list *r) reads vig_state;

      // What is listed. The value means something for listed prefixes only.
      predicate route_listed{L}(struct route_list *r, integer prefix, integer length) reads vig_state;
      logic flow_words route_value{L}(struct route_list *r, integer prefix, integer length) reads vig_state;

      axiom route_words{L}: \forall struct route_list *r; RouteList(r) ==>
        1 <= route_value_words(r) <= ROUTE_LIST_VALUE_WORDS && 1 <= route_capacity(r) <= ROUTE_LIST_MAX_CAPACITY;
      axiom route_prefixes{L}: \forall struct route_list *r, integer p, l; RouteList(r) && route_listed(r, p, l) ==>
        lpm4_is_prefix(p, l);
    } */

/* A listed prefix that contains the address, and no longer one does. */
/*@ predicate route_longest{L}(struct route_list *r, integer prefix, integer length, integer address) =
      route_listed(r, prefix, length) && lpm4_covers(prefix, length, address) &&
      \forall integer p, l; l > length && route_listed(r, p, l) ==> !lpm4_covers(p, l, address); */

/* No route yet. groups: how many blocks of 256 addresses (a /24) may hold routes longer than 24 bits; each takes 1 KiB,
 * all of them together 64 MiB beside. NULL when out of memory, capacity is 0 or over ROUTE_LIST_MAX_CAPACITY,
 * groups is over 2^24, or the value is empty or takes more words than a list has. value outlives the list. */
/*@ requires vig:     Vig(vig);
    requires name:    name == \null || \valid_read(name);
    requires record:  \valid_read(value);
    assigns  vig_state, \result \from vig_state, vig, name, value, capacity, groups;
    ensures  vig:     Vig(vig);
    ensures  counted: vig_objects(vig) == \old(vig_objects(vig)) + (\result == \null ? 0 : 1);
    ensures  made:    \result != \null ==> RouteList(\result) && route_capacity(\result) == capacity;
    ensures  words:   \result != \null ==> route_value_words(\result) == (value->size + 7) / 8;
    ensures  empty:   \result != \null ==> \forall integer p, l; !route_listed(\result, p, l); */
struct route_list *route_list_new(struct vig *vig, const char *name, const struct record_type *value, uint64_t capacity,
	uint64_t groups);

/* Copies out the value of the longest prefix that contains the address, padding zero. False: none does, and nothing is
 * written. Precondition: address < 2^32. */
/*@ requires list:    RouteList(list);
    requires address: address < 4294967296;
    requires out:     \valid(value + (0 .. route_value_words(list) - 1));
    assigns  value[0 .. route_value_words(list) - 1];
    ensures  found:   \result == true <==> (\exists integer p, l; route_longest(list, p, l, address));
    ensures  copied:  \result == true ==> (\exists integer p, l; route_longest(list, p, l, address) &&
                      flow_read(value, route_value_words(list)) == route_value(list, p, l));
    ensures  kept:    \result == false ==>
                      \forall integer i; 0 <= i < route_value_words(list) ==> value[i] == \old(value[i]); */
bool route_list_find(const struct route_list *list, uint64_t address, uint64_t *value);

/* For tools: what a list was made with. */
/*@ requires list: RouteList(list); assigns \nothing; */
const struct record_type *route_list_value_record(const struct route_list *list);

/* Types for one list: ROUTE_LIST(routes, hop, 1) defines, for a record hop that takes 1 word, routes_new and routes_find
 * that take struct hop. They only copy from zero-padded words. */
#define ROUTE_LIST(name, vtag, V) \
	_Static_assert((sizeof(struct vtag) + 7) / 8 == (V), #vtag " does not take " #V " words"); \
	static inline struct route_list * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity, uint64_t groups) \
	{ \
		return route_list_new(vig, label, vtag##_record(), capacity, groups); \
	} \
	static inline bool \
	name##_find(const struct route_list *list, uint64_t address, struct vtag *value) \
	{ \
		uint64_t found[V]; \
		if (!route_list_find(list, address, found)) \
			return false; \
		memcpy(value, found, sizeof *value); \
		return true; \
	}

#endif
