/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vig.h -- the memory of one network function instance, and its objects by name. */
#ifndef LIBVIG_VIG_H
#define LIBVIG_VIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvig/logic/vig.h"

struct vig;

/* How memory is had and given back. zalloc answers size zeroed bytes aligned to a cache line (64),
 * or NULL. */
struct vig_memory {
	void *(*zalloc)(size_t size, void *context);
	void (*release)(void *memory, size_t size, void *context);
	void *context;
};

/* secret: random words that key every hash; drawn at start. memory NULL: the C library's. NULL when
 * out of memory. */
/*@ requires secret: \valid_read(secret + (0 .. 3));
    requires memory: memory == \null || \valid_read(memory);
    assigns  vig_state, \result \from vig_state, memory, secret[0 .. 3];
    ensures  made:   \result != \null ==> Vig(\result) && vig_objects(\result) == 0; */
struct vig *vig_new(const struct vig_memory *memory, const uint64_t secret[4]);

/* Gives back everything that was made in it. NULL is allowed. */
/*@ requires vig: vig == \null || Vig(vig);
    assigns  vig_state;
    ensures  gone: vig != \null ==> !Vig(vig); */
void vig_delete(struct vig *vig);

/* Zeroed memory for the function's own state struct; lives as long as vig. NULL when out of memory. */
/*@ requires vig:  Vig(vig);
    assigns  vig_state, \result \from vig_state, vig, size;
    ensures  vig:  Vig(vig) && vig_objects(vig) == \old(vig_objects(vig));
    ensures  made: \result != \null ==> \valid((char *)\result + (0 .. size - 1));
    ensures  zero: \result != \null ==> \forall integer i; 0 <= i < size ==> ((char *)\result)[i] == 0; */
void *vig_alloc(struct vig *vig, uint64_t size);

/* What the operator sees of an object. */
struct vig_figures {
	uint64_t live;     /* entries present at the time asked for */
	uint64_t capacity;
	uint64_t refused;  /* insertions that found it full */
};

/* Objects in the order of their making. name NULL: no such index. kind: "flow_table_k2v2", "list_map", "port_pairs" … */
/*@ requires vig: Vig(vig); assigns \nothing; ensures told: \result == vig_objects(vig); */
size_t vig_count(const struct vig *vig);

/*@ requires vig: Vig(vig); assigns \nothing; ensures none: \result == \null <==> index >= vig_objects(vig); */
const char *vig_name(const struct vig *vig, size_t index);

/*@ requires vig: Vig(vig); assigns \nothing; ensures none: \result == \null <==> index >= vig_objects(vig); */
const char *vig_kind(const struct vig *vig, size_t index);

/*@ requires vig: Vig(vig); assigns \nothing; ensures none: \result == \null <==> index >= vig_objects(vig); */
void *vig_object(const struct vig *vig, size_t index);

/* now: nanoseconds, not before the last operation's. Walks what has expired and was not yet cleared up: for an
 * operator now and then, not for each packet. Precondition: there is such an index. */
/*@ requires vig:   Vig(vig);
    requires index: index < vig_objects(vig);
    requires out:   \valid(figures);
    assigns  *figures;
    ensures  fits:  figures->live <= figures->capacity; */
void vig_figures(const struct vig *vig, size_t index, uint64_t now, struct vig_figures *figures);

/* Adds one record of a list option to the object of that name: field values in the option's order
 * (two words each: lo, hi). ports: how many exist. NULL: done. Otherwise why not, in words; nothing changed. */
/*@ requires vig:    Vig(vig);
    requires name:   \valid_read(name);
    requires fields: \valid_read(fields + (0 .. count - 1));
    assigns  vig_state;
    ensures  vig:    Vig(vig) && vig_objects(vig) == \old(vig_objects(vig)); */
const char *vig_bind(struct vig *vig, const char *name, const uint64_t (*fields)[2], size_t count, uint64_t ports);

/* All records are added: what is made of all of them together is made now. Once, before the first packet. */
/*@ requires vig: Vig(vig);
    assigns  vig_state;
    ensures  vig: Vig(vig) && vig_objects(vig) == \old(vig_objects(vig)); */
void vig_settle(struct vig *vig);

#endif
