/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/memory.h -- memory as regions, each a base and a chain of writes at symbolic offsets.
 *
 * A region's origin is a constant address in the middle of a space of its own, so the constant part of an
 * address names the region and the rest is the offset. Which region was meant need not be guessed right:
 * every access is proved to lie inside the extent that the code owns at that moment, or it is reported. */
#ifndef VERIFY_STATE_MEMORY_H
#define VERIFY_STATE_MEMORY_H

#include "verify/state/path.h"

#define MEMORY_REGIONS 48

struct region {
	const char *name;               /* for people: "packet", "stack", "state" … */
	uint64_t origin;                /* address of offset 0 */
	bool readable, writable;
	const uint8_t *bytes;           /* initial bytes, or NULL */
	struct term_function *initial;  /* initial byte by 64-bit offset, when bytes is NULL; NULL: zeros */
	term low, high;                 /* the extent: low <= offset < high; 64 bits, signed */
};

/* Regions of one verification; append-only, shared by all states. */
struct space {
	struct terms *terms;
	struct region region[MEMORY_REGIONS];
	unsigned count;
};

struct write {
	struct write *before;
	term offset; /* 64 bits */
	term value;  /* 8 … 64 bits, whole bytes, little-endian */
	unsigned depth;
};

/* One state's view: the newest write of each region. Chains are shared and never change. */
struct memory {
	struct write *newest[MEMORY_REGIONS];
};

void space_init(struct space *space, struct terms *ts);
/* Adds a region whose origin is given by the space; answers its index. size: constant extent [0, size). */
unsigned space_add(struct space *space, const char *name, uint64_t size, bool writable);
/* Adds one at a given address, with given bytes (program segments). */
unsigned space_add_at(struct space *space, const char *name, uint64_t origin, const uint8_t *bytes, uint64_t size,
	bool writable);

/* Splits an address: the region (-1: none) and the offset in it. */
int space_find(const struct space *space, term address, term *offset);

/* Whether size bytes at offset lie inside [low, high) of the region. */
term space_inside(const struct space *space, const struct region *region, term offset, unsigned size);

/* What size bytes at offset are worth; the access is known to be inside. NULL: a constant table is read at too
 * many places at once (the caller refuses). */
term memory_read(const struct space *space, const struct memory *memory, struct path *path, unsigned region,
	term offset, unsigned size);
void memory_write(const struct space *space, struct memory *memory, unsigned region, term offset, term value);

#endif
