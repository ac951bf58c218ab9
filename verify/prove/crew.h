/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/prove/crew.h -- a proof's paths shared out among processes.
 *
 * They are forked once everything is known that they have in common: the paths, in one order, and the invariants. Each
 * goes through all goals; of each goal's paths, each path is taken by exactly one of them. So a goal holds if every one of
 * them ended and found nothing against it. (Processes that explored for themselves might number the paths
 * differently: a time limit of the solver is enough. Then one could be in nobody's share.) */
#ifndef VERIFY_PROVE_CREW_H
#define VERIFY_PROVE_CREW_H

#include <stdbool.h>
#include <stdint.h>

#define CREW_MAX 64

struct prover;

/* Shares out what p does from here on among `members` processes, this one included, or fewer if no more are to be had. Answers in each of them. */
void crew_start(struct prover *p, unsigned members);
/* Ends all but the process that crew_start was called in, whose verdict then holds what all of them found. */
void crew_end(struct prover *p);

/* Whether the goal's path of this number, counted from 0 in rising order, is this process's. */
bool crew_takes(struct prover *p, uint64_t path);
/* How many of the goal's paths somebody took so far. */
uint64_t crew_taken(const struct prover *p, uint64_t paths);
/* Whether a goal before the one in work is settled, so that nothing that follows matters. */
bool crew_is_done(const struct prover *p);
/* The goal in work failed for good: what follows it is not looked at. */
void crew_stop(struct prover *p);
/* The goal in work says nothing unless its Python code asserted something on somebody's path. */
void crew_count_asserts(struct prover *p, uint64_t asserts);

/* One at a time tries counterexamples, for they are written to one place; nobody once one is confirmed. False: so it is. */
bool crew_may_confirm(struct prover *p);
void crew_confirmed(struct prover *p, bool confirmed);

#endif
