/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vector_body.h -- the functions of one instance of vector: included by vector.c, once for each. Private to
 * libvig. */
#include "libvig/vector_words.h"

static void
VECTOR_FN(figures)(const void *object, uint64_t now, struct vig_figures *figures)
{
	const VECTOR_TYPE *v = object;

	(void)now;
	figures->live = figures->capacity = v->capacity;
}

static const struct vig_kind VECTOR_FN(kind) = { VECTOR_NAME(VECTOR_V), VECTOR_FN(figures), NULL, NULL };

VECTOR_TYPE *
VECTOR_FN(new)(struct vig *vig, const char *name, const struct record_type *record, uint64_t capacity)
{
	struct vig_block *before = vig_newest(vig);
	VECTOR_TYPE *v;

	if (capacity == 0 || capacity > VECTOR_MAX_CAPACITY)
		return NULL;
	v = vig_alloc(vig, sizeof *v);
	if (v == NULL)
		return NULL;
	v->capacity = capacity;
	v->record = record;
	v->cell = vig_alloc(vig, capacity * sizeof v->cell[0]);
	if (v->cell == NULL || !vig_add(vig, name, &VECTOR_FN(kind), v)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return v;
}

void
VECTOR_FN(get)(const VECTOR_TYPE *v, uint64_t index, uint64_t word[VECTOR_V])
{
	const struct VECTOR_FN(cell) *cell = v->cell;

	assert(index < v->capacity);
	/*@ loop invariant range:  0 <= i <= VECTOR_V;
	    loop invariant copied: \forall integer k; 0 <= k < i ==> word[k] == cell[index].word[k];
	    loop assigns   i, word[0 .. VECTOR_V - 1];
	    loop variant   VECTOR_V - i; */
	for (uint32_t i = 0; i < VECTOR_V; i++)
		word[i] = cell[index].word[i];
}

void
VECTOR_FN(set)(VECTOR_TYPE *v, uint64_t index, const uint64_t word[VECTOR_V])
{
	struct VECTOR_FN(cell) *cell = v->cell;

	assert(index < v->capacity);
	/*@ loop invariant range:  0 <= i <= VECTOR_V;
	    loop invariant copied: \forall integer k; 0 <= k < i ==> cell[index].word[k] == word[k];
	    loop assigns   i, cell[index].word[0 .. VECTOR_V - 1];
	    loop variant   VECTOR_V - i; */
	for (uint32_t i = 0; i < VECTOR_V; i++)
		cell[index].word[i] = word[i];
}

#include "libvig/vector_words_end.h"
