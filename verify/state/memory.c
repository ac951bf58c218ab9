/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/memory.h"

#include <assert.h>
#include <stdlib.h>

#define SPACE_SHIFT 40
#define MAX_TABLE_READS 64

void
space_init(struct space *space, struct terms *ts)
{
	*space = (struct space){ .terms = ts };
}

unsigned
space_add_at(struct space *space, const char *name, uint64_t origin, const uint8_t *bytes, uint64_t size, bool writable)
{
	assert(space->count < MEMORY_REGIONS);
	space->region[space->count] = (struct region){
		.name = name,
		.origin = origin,
		.readable = true,
		.writable = writable,
		.bytes = bytes,
		.low = term_const(space->terms, 64, 0),
		.high = term_const(space->terms, 64, size),
	};
	return space->count++;
}

unsigned
space_add(struct space *space, const char *name, uint64_t size, bool writable)
{
	const uint64_t middle = (uint64_t)1 << (SPACE_SHIFT - 1);

	return space_add_at(space, name, ((uint64_t)(space->count + 1) << SPACE_SHIFT) + middle, NULL, size, writable);
}

static bool
near(const struct region *r, uint64_t address)
{
	if (r->bytes != NULL)
		return address - r->origin < r->high->value;
	return address >> SPACE_SHIFT == r->origin >> SPACE_SHIFT;
}

int
space_find(const struct space *space, term address, term *offset)
{
	uint64_t constant;

	assert(address->width == 64);
	term_base(space->terms, address, &constant);
	for (unsigned i = 0; i < space->count; i++) {
		if (!near(&space->region[i], constant))
			continue;
		*offset = term_sub(space->terms, address, term_const(space->terms, 64, space->region[i].origin));
		return (int)i;
	}
	return -1;
}

/* Offsets are compared relative to low, so that a negative low and a wrapping offset both come out right:
 * inside iff offset - low <= (high - low) - size, without overflow since size <= high - low is demanded too. */
term
space_inside(const struct space *space, const struct region *region, term offset, unsigned size)
{
	struct terms *ts = space->terms;
	const term extent = term_sub(ts, region->high, region->low);
	const term from = term_sub(ts, offset, region->low);
	const term bytes = term_const(ts, 64, size);

	if (from->high <= UINT64_MAX - size) /* offset + size cannot wrap: the simpler form */
		return term_ule(ts, term_add(ts, from, bytes), extent);
	return term_and(ts, term_ule(ts, bytes, extent), term_ule(ts, from, term_sub(ts, extent, bytes)));
}

void
memory_write(const struct space *space, struct memory *memory, unsigned region, term offset, term value)
{
	struct write *w = malloc(sizeof *w);

	(void)space;
	if (w == NULL)
		abort();
	*w = (struct write){
		.before = memory->newest[region],
		.offset = offset,
		.value = value,
		.depth = memory->newest[region] == NULL ? 1 : memory->newest[region]->depth + 1,
	};
	memory->newest[region] = w;
}

/* How a read at `offset` of `size` bytes stands to a write. */
enum overlap { OVERLAP_NONE, OVERLAP_COVERED, OVERLAP_OTHER, OVERLAP_OPEN };

static enum overlap
overlap_constant(uint64_t distance, unsigned size, unsigned written)
{
	/* distance = read offset - write offset, modulo 2^64 */
	if (distance < written)
		return distance + size <= written ? OVERLAP_COVERED : OVERLAP_OTHER;
	return -distance < size ? OVERLAP_OTHER : OVERLAP_NONE;
}

static enum overlap
overlap_of(struct terms *ts, struct path *path, term offset, unsigned size, const struct write *w, uint64_t *distance)
{
	const unsigned written = w->value->width / 8;
	const term apart = term_sub(ts, offset, w->offset);

	if (term_is_const(apart)) {
		*distance = apart->value;
		return overlap_constant(apart->value, size, written);
	}
	if (w->offset->high < INT64_MAX && offset->high < INT64_MAX &&
		(offset->low > w->offset->high + written - 1 || w->offset->low > offset->high + size - 1))
		return OVERLAP_NONE;
	/* apart in [written, 2^64 - size]: nothing shared, however the offsets fall */
	if (path_must(path, term_and(ts, term_ule(ts, term_const(ts, 64, written), apart),
			term_ule(ts, apart, term_const(ts, 64, -(uint64_t)size)))))
		return OVERLAP_NONE;
	return OVERLAP_OPEN;
}

static term
initial_at(const struct space *space, const struct region *r, uint64_t offset)
{
	return term_const(space->terms, 8, offset < r->high->value ? r->bytes[offset] : 0);
}

/* A table lookup: one case for each offset that is possible here. NULL: too many. */
static term
initial_table(const struct space *space, const struct region *r, struct path *path, term offset)
{
	uint64_t values[MAX_TABLE_READS];
	const size_t n = path_values(path, offset, values, MAX_TABLE_READS);
	term result;

	if (n == 0)
		return NULL;
	result = initial_at(space, r, values[0]);
	for (size_t i = 1; i < n; i++)
		result = term_ite(space->terms, term_eq(space->terms, offset, term_const(space->terms, 64, values[i])),
			initial_at(space, r, values[i]), result);
	return result;
}

static term
initial_byte(const struct space *space, const struct region *r, struct path *path, term offset)
{
	if (r->bytes != NULL)
		return term_is_const(offset) ? initial_at(space, r, offset->value)
					     : initial_table(space, r, path, offset);
	if (r->initial != NULL)
		return term_app(space->terms, r->initial, &offset);
	return term_const(space->terms, 8, 0);
}

/* One byte: every write that may have been to it is a case. */
static term
read_byte(const struct space *space, const struct write *w, const struct region *r, struct path *path, term offset)
{
	struct terms *ts = space->terms;
	uint64_t distance;

	for (; w != NULL; w = w->before) {
		const enum overlap overlap = overlap_of(ts, path, offset, 1, w, &distance);
		term older;

		if (overlap == OVERLAP_NONE)
			continue;
		if (overlap == OVERLAP_COVERED)
			return term_extract(ts, w->value, (unsigned)distance * 8, 8);
		older = read_byte(space, w->before, r, path, offset);
		for (unsigned i = 0; older != NULL && i < w->value->width / 8u; i++)
			older = term_ite(ts, term_eq(ts, offset, term_add(ts, w->offset, term_const(ts, 64, i))),
				term_extract(ts, w->value, i * 8, 8), older);
		return older;
	}
	return initial_byte(space, r, path, offset);
}

term
memory_read(const struct space *space, const struct memory *memory, struct path *path, unsigned region, term offset,
	unsigned size)
{
	struct terms *ts = space->terms;
	const struct region *r = &space->region[region];
	const struct write *w = memory->newest[region];
	uint64_t distance;
	term result = NULL;

	while (w != NULL) {
		const enum overlap overlap = overlap_of(ts, path, offset, size, w, &distance);

		if (overlap == OVERLAP_COVERED)
			return term_extract(ts, w->value, (unsigned)distance * 8, size * 8);
		if (overlap != OVERLAP_NONE)
			break;
		w = w->before;
	}
	for (unsigned i = 0; i < size; i++) {
		const term byte = read_byte(space, w, r, path, term_add(ts, offset, term_const(ts, 64, i)));

		if (byte == NULL)
			return NULL;
		result = result == NULL ? byte : term_concat(ts, byte, result);
	}
	return result;
}
