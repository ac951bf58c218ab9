/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/vig_object.h -- how an object is made in a vig: all of it, or nothing. Private to libvig.
 *
 * Everything made in a vig is a stack of blocks. A constructor notes where the stack stands, makes its
 * blocks, adds its object, and goes back to where it stood if any step fails. */
#ifndef LIBVIG_VIG_OBJECT_H
#define LIBVIG_VIG_OBJECT_H

#include "libvig/vig.h"

/* What vig.c asks of every kind of object. bind is NULL for objects that take no records, settle for those that have
 * nothing to do once all records are there. */
struct vig_kind {
	const char *name;
	void (*figures)(const void *object, uint64_t now, struct vig_figures *figures);
	const char *(*bind)(void *object, const uint64_t (*fields)[2], size_t count, uint64_t ports);
	void (*settle)(void *object);
};

struct vig_block;

#pragma GCC visibility push(hidden)

/* The C library's memory; an image without one links its own definition. */
extern const struct vig_memory vig_libc_memory;

/* The four random words that this vig was made with. */
const uint64_t *vig_secret(const struct vig *vig);

/* The newest block; vig_rewind gives back every block that is newer. */
struct vig_block *vig_newest(const struct vig *vig);
void vig_rewind(struct vig *vig, struct vig_block *newest);

/* Enters an object under a name of its own. False, and nothing changed, when the name is NULL or taken or
 * memory is short. After true there is no rewinding past it. */
bool vig_add(struct vig *vig, const char *name, const struct vig_kind *kind, void *object);

#pragma GCC visibility pop

#endif
