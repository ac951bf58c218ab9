/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vector.h -- records by number, 0 .. capacity - 1, each there from the start, all of it zero.
 *
 * Records are 1, 2 or 4 words of 64 bits, zero-padded: exactly these three instances are compiled. VECTOR gives
 * them types. get and set copy one record, whatever the capacity. Nothing is allocated after new. */
#ifndef LIBVIG_VECTOR_H
#define LIBVIG_VECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/record.h"
#include "libvig/vig.h"

#define VECTOR_MAX_CAPACITY (1u << 28)

/* For each instance vV (V words):
 *
 * new    makes a vector of that name; record describes what is stored. NULL when out of memory, or capacity is 0 or over
 *        VECTOR_MAX_CAPACITY.
 * get    copies a record out. Precondition: index below capacity, as for set.
 * set    copies a record in. */
#define VECTOR_V 1
#include "libvig/vector_instance.h"
#define VECTOR_V 2
#include "libvig/vector_instance.h"
#define VECTOR_V 4
#include "libvig/vector_instance.h"

/* Types for one instance: VECTOR(backends, backend, 2) defines, for a record backend that fits 2 words, backends_new,
 * backends_get and backends_set that take struct backend. They only copy from and to zero-padded words. */
#define VECTOR(name, tag, V) \
	_Static_assert(sizeof(struct tag) <= 8 * (V), #tag " does not fit " #V " words"); \
	static inline struct vector_v##V * \
	name##_new(struct vig *vig, const char *label, uint64_t capacity) \
	{ \
		return vector_v##V##_new(vig, label, tag##_record(), capacity); \
	} \
	static inline void \
	name##_get(const struct vector_v##V *vector, uint64_t index, struct tag *record) \
	{ \
		uint64_t words[V]; \
		vector_v##V##_get(vector, index, words); \
		memcpy(record, words, sizeof *record); \
	} \
	static inline void \
	name##_set(struct vector_v##V *vector, uint64_t index, const struct tag *record) \
	{ \
		uint64_t words[V] = { 0 }; \
		tag##_words(record, words); \
		vector_v##V##_set(vector, index, words); \
	}

#endif
