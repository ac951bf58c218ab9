/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/maglev.h -- which of several backends a flow goes to, such that few flows move when one comes or goes.
 *
 * As in "Maglev: a fast and reliable software network load balancer" (NSDI 2016, 3.4): a table of a prime number of
 * entries is filled by backends taking turns, each claiming the first free entry in an order of its own. That
 * order depends on the backend's name alone, and nothing on a secret, so instances with the same backends choose alike.
 * With weights, a backend takes its turn in weight / (highest weight) of all rounds.
 *
 * Worst cases: find reads one entry. fill takes about size * ln(size) steps, and at most size * backends; it is for
 * when the set of backends changes, not for each packet. Nothing is allocated after new. */
#ifndef LIBVIG_MAGLEV_H
#define LIBVIG_MAGLEV_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/logic/maglev.h"
#include "libvig/vig.h"

#define MAGLEV_MAX_SIZE (1u << 24)
#define MAGLEV_MAX_BACKENDS (1u << 16)
#define MAGLEV_MAX_WEIGHT (1u << 16)
#define MAGLEV_NONE 0xffffffffu

/* A backend and its turns. To be looked at in maglev.c and in contracts only. */
struct maglev_turn {
	uint64_t name;
	uint64_t weight;      /* 0: it is not there */
	uint64_t credit;      /* a turn costs the highest weight; < that */
	uint64_t taken;       /* entries */
	uint64_t start, skip; /* its order: start, start + skip, start + 2 skip … modulo size */
	uint64_t at;          /* the next in it */
};

struct maglev {
	uint32_t *entry; /* backend, or MAGLEV_NONE */
	struct maglev_turn *turn;
	uint32_t size, backends;
};

/*@ predicate maglev_memory{L}(uint32_t *entry, integer size, struct maglev_turn *turn, integer backends) =
      1 <= size <= MAGLEV_MAX_SIZE && 1 <= backends <= MAGLEV_MAX_BACKENDS &&
      \valid(entry + (0 .. size - 1)) && \valid(turn + (0 .. backends - 1)) &&
      \separated(entry + (0 .. size - 1), turn + (0 .. backends - 1));

    predicate maglev_turns{L}(struct maglev_turn *turn, integer backends, integer size) =
      \forall integer b; 0 <= b < backends ==>
        turn[b].weight <= MAGLEV_MAX_WEIGHT && turn[b].skip < size && turn[b].at < size && turn[b].start < size;

    // Every entry belongs to a backend that is there …
    predicate maglev_full{L}(uint32_t *entry, integer size, struct maglev_turn *turn, integer backends) =
      \forall integer i; 0 <= i < size ==> entry[i] < backends && turn[entry[i]].weight > 0;

    // … and each has as many as it took turns.
    predicate maglev_counted{L}(uint32_t *entry, integer size, struct maglev_turn *turn, integer backends) =
      \forall integer b; 0 <= b < backends ==> turn[b].taken == maglev_count(entry, size, b);

    // Before a table is full.
    predicate maglev_owned{L}(uint32_t *entry, integer size, struct maglev_turn *turn, integer backends) =
      \forall integer i; 0 <= i < size ==> entry[i] == MAGLEV_NONE ||
        (entry[i] < backends && turn[entry[i]].weight > 0);

    // After r rounds, of backends from .. to - 1.
    predicate maglev_even{L}(struct maglev_turn *turn, integer from, integer to, integer most, integer r) =
      \forall integer b; from <= b < to ==> maglev_due(turn[b].taken, turn[b].credit, turn[b].weight, most, r);

    // Of r rounds, or r - 1 if the last one ended before it, a backend took its share, rounded down.
    predicate maglev_fair{L}(struct maglev_turn *turn, integer backends, integer most, integer r) =
      \forall integer b; 0 <= b < backends ==>
        maglev_due(turn[b].taken, turn[b].credit, turn[b].weight, most, r) ||
        maglev_due(turn[b].taken, turn[b].credit, turn[b].weight, most, r - 1);

    predicate Maglev{L}(struct maglev *m) =
      \valid(m) && maglev_memory(m->entry, m->size, m->turn, m->backends) &&
      \separated(m, m->entry + (0 .. m->size - 1), m->turn + (0 .. m->backends - 1)) &&
      maglev_turns(m->turn, m->backends, m->size); */

/* A table of that size for backends 0 .. backends - 1, none of them there yet. NULL when out of memory; size is
 * not a prime, or over MAGLEV_MAX_SIZE; backends is 0, over MAGLEV_MAX_BACKENDS, or over size. */
struct maglev *maglev_new(struct vig *vig, const char *name, uint64_t backends, uint64_t size);

/* Says who a backend is, and its weight; 0: it is not there. Takes effect with the next fill.
 * Precondition: backend below backends, weight <= MAGLEV_MAX_WEIGHT. */
/*@ requires maglev:  Maglev(m) && 2 <= m->size;
    requires backend: backend < m->backends;
    requires weight:  weight <= MAGLEV_MAX_WEIGHT;
    terminates \true;
    assigns  m->turn[backend];
    ensures  maglev:  Maglev(m);
    ensures  named:   m->turn[backend].name == name;
    ensures  weighed: m->turn[backend].weight == weight; */
void maglev_set(struct maglev *m, uint64_t backend, uint64_t name, uint64_t weight);

/* Fills the table for the backends that are there. False: none is, and every entry is MAGLEV_NONE. */
/*@ requires maglev:  Maglev(m);
    terminates \true;
    assigns  m->entry[0 .. m->size - 1], m->turn[0 .. m->backends - 1];
    ensures  maglev:  Maglev(m);
    ensures  some:    \result == true <==> \exists integer b; 0 <= b < m->backends && m->turn[b].weight > 0;
    ensures  weights: \forall integer b; 0 <= b < m->backends ==> m->turn[b].weight == \old(m->turn[b].weight);
    ensures  full:    \result == true ==> maglev_full(m->entry, m->size, m->turn, m->backends);
    ensures  counted: \result == true ==> maglev_counted(m->entry, m->size, m->turn, m->backends);
    ensures  fair:    \result == true ==> \exists integer r, most; 0 < most &&
                      (\forall integer b; 0 <= b < m->backends ==> m->turn[b].weight <= most) &&
                      maglev_fair(m->turn, m->backends, most, r);
    ensures  none:    \result == false ==> \forall integer i; 0 <= i < m->size ==> m->entry[i] == MAGLEV_NONE; */
bool maglev_fill(struct maglev *m);

/* The backend of a flow with this hash, of which the upper 32 bits count. False, and nothing is written: none is there. */
/*@ requires maglev:  Maglev(m);
    requires out:     \valid(backend) && \separated(backend, m, m->entry + (0 .. m->size - 1));
    terminates \true;
    assigns  *backend;
    ensures  entry:   \result == true ==> *backend == m->entry[(hash / 4294967296) * m->size / 4294967296];
    ensures  none:    \result == false <==> m->entry[(hash / 4294967296) * m->size / 4294967296] == MAGLEV_NONE;
    ensures  kept:    \result == false ==> *backend == \old(*backend); */
bool maglev_find(const struct maglev *m, uint64_t hash, uint32_t *backend);

/* A hash of some words for maglev_find: the same in every instance, without a secret. */
uint64_t maglev_hash(const uint64_t *word, uint64_t words);

#endif
