/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vig.h -- the memory of one network function instance, and its objects by name. */
#ifndef LIBVIG_VIG_H
#define LIBVIG_VIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
struct vig *vig_new(const struct vig_memory *memory, const uint64_t secret[4]);

/* Gives back everything that was made in it. NULL is allowed. */
void vig_delete(struct vig *vig);

/* Zeroed memory for the function's own state struct; lives as long as vig. NULL when out of memory. */
void *vig_alloc(struct vig *vig, uint64_t size);

/* What the operator sees of an object. */
struct vig_figures {
	uint64_t live;     /* entries present at the time asked for */
	uint64_t capacity;
	uint64_t refused;  /* insertions that found it full */
};

/* Objects in the order of their making. name NULL: no such index. kind: "flow_table_k2v2", "port_pairs" … */
size_t vig_count(const struct vig *vig);
const char *vig_name(const struct vig *vig, size_t index);
const char *vig_kind(const struct vig *vig, size_t index);
void *vig_object(const struct vig *vig, size_t index);
/* now: nanoseconds, not before the last operation's. */
void vig_figures(const struct vig *vig, size_t index, uint64_t now, struct vig_figures *figures);

/* Adds one record of a list option to the object of that name: field values in the option's order
 * (two words each: lo, hi). ports: how many exist. NULL: done. Otherwise why not, in words; nothing changed. */
const char *vig_bind(struct vig *vig, const char *name, const uint64_t (*fields)[2], size_t count, uint64_t ports);

#endif
