/* SPDX-License-Identifier: BSD-3-Clause */
/* test/agree/agree.h -- what a driver is written with: it calls a structure of libVig and the verifier's model of it with
 * the same arguments. libVig's own compiled code is linked into the driver, so the verifier executes it; what is called
 * model_NAME is answered by the model of NAME. All of it is run on unknowns (test/agree/prove). */
#ifndef TEST_AGREE_AGREE_H
#define TEST_AGREE_AGREE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define AGREE_EXPORT __attribute__((visibility("default")))

/* Where it begins. */
AGREE_EXPORT void agree_main(void);

/* Answered by the verifier. Any number; any in this range; each of 0 .. n - 1, on a path of its own. */
uint64_t agree_any(void);
uint64_t agree_any_in(uint64_t low, uint64_t high);
uint64_t agree_pick(uint64_t n);
/* Goes on only where this holds: a choice of inputs, for what the contract requires. */
void agree_assume(bool holds);
/* Goes on only where two keys are not the same. */
void agree_assume_other(const uint64_t *a, const uint64_t *b, uint64_t words);
/* Has to hold, whatever the unknowns are. */
void agree_check(bool holds, const char *what);
/* The end of a path that says nothing new. */
_Noreturn void agree_drop(void);
/* What follows is done on its own: nothing that is learned on the way is kept. */
void agree_apart(void);

/* What models are handed as env->vig, and a vig for the real ones. */
struct vig *agree_model_vig(void);
struct vig *agree_real_vig(void);

/* The verifier reads these. Time of the call, and of the last operation before it. */
extern AGREE_EXPORT uint64_t agree_now, agree_before;
/* What the next call to a model has to be able to answer: so many bits of a value. 0 bits: it is not compared;
 * AGREE_POINTER: only whether it is NULL is. Answers that the model gives beside it (that it fails, say) are not followed. */
#define AGREE_POINTER 65u
extern AGREE_EXPORT uint64_t agree_bits, agree_answer;
/* For reports: what the driver did, as text. */
extern AGREE_EXPORT char agree_trail[64];
void agree_note(char what, uint64_t number);

/* Any hash whose key begins its search at this home, below AGREE_HOMES. libVig's hash is any function of the key, each
 * home on a path of its own. */
uint64_t agree_hash_from(uint64_t home);

static inline bool
agree_same(const uint64_t *a, const uint64_t *b, unsigned words)
{
	uint64_t differ = 0;

	for (unsigned i = 0; i < words; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

#endif
