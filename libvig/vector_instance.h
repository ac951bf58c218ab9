/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vector_instance.h -- one instance of vector and its contracts: included by vector.h once for each, with
 * VECTOR_V the words of a record. What the functions do is told there. */
#include "libvig/vector_words.h"

struct VECTOR_FN(cell) {
	uint64_t word[VECTOR_V];
};

/* To be looked at in vector.c and in contracts only. */
VECTOR_TYPE {
	struct VECTOR_FN(cell) *cell;
	uint64_t capacity;
	const struct record_type *record;
};

/*@ predicate VECTOR_FN(Vector){L}(VECTOR_TYPE *v) =
      \valid(v) && 1 <= v->capacity <= VECTOR_MAX_CAPACITY && \valid(v->cell + (0 .. v->capacity - 1)) &&
      \separated(v, v->cell + (0 .. v->capacity - 1)); */

VECTOR_TYPE *VECTOR_FN(new)(struct vig *vig, const char *name, const struct record_type *record, uint64_t capacity);

/*@ requires vector: VECTOR_FN(Vector)(v);
    requires index:  index < v->capacity;
    requires out:    \valid(word + (0 .. VECTOR_V - 1));
    requires apart:  \separated(word + (0 .. VECTOR_V - 1), v, v->cell + (0 .. v->capacity - 1));
    terminates \true;
    assigns  word[0 .. VECTOR_V - 1];
    ensures  copied: \forall integer i; 0 <= i < VECTOR_V ==> word[i] == v->cell[index].word[i]; */
void VECTOR_FN(get)(const VECTOR_TYPE *v, uint64_t index, uint64_t word[VECTOR_V]);

/*@ requires vector: VECTOR_FN(Vector)(v);
    requires index:  index < v->capacity;
    requires in:     \valid_read(word + (0 .. VECTOR_V - 1));
    requires apart:  \separated(word + (0 .. VECTOR_V - 1), v, v->cell + (0 .. v->capacity - 1));
    terminates \true;
    assigns  v->cell[index];
    ensures  vector: VECTOR_FN(Vector)(v);
    ensures  stored: \forall integer i; 0 <= i < VECTOR_V ==> v->cell[index].word[i] == word[i];
    ensures  others: \forall integer k, i; 0 <= k < v->capacity && k != index && 0 <= i < VECTOR_V ==>
                     v->cell[k].word[i] == \old(v->cell[k].word[i]); */
void VECTOR_FN(set)(VECTOR_TYPE *v, uint64_t index, const uint64_t word[VECTOR_V]);

#include "libvig/vector_words_end.h"
