/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/sketch.h"

#include <assert.h>

#include "libvig/flow_hash.h"
#include "libvig/vig_object.h"

/* What was added in an age, and in the one before. */
struct sketch_cell {
	uint64_t age;
	uint32_t now, before;
};

struct sketch {
	struct sketch_cell *cell; /* row by row */
	uint64_t width, age;      /* age in nanoseconds */
	uint64_t latest;          /* number of the latest age */
	uint64_t secret[FLOW_HASH_SECRETS];
};

static void
sketch_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct sketch *sketch = object;

	figures->capacity = sketch->width * SKETCH_ROWS;
	for (uint64_t i = 0; i < figures->capacity; i++)
		figures->live += sketch->cell[i].age + 1 >= now / sketch->age &&
			(sketch->cell[i].now > 0 || (sketch->cell[i].before > 0 && sketch->cell[i].age >= now / sketch->age));
}

static const struct vig_kind sketch_kind = { "sketch", sketch_figures, NULL, NULL };

struct sketch *
sketch_new(struct vig *vig, const char *name, uint64_t width, uint64_t age)
{
	struct vig_block *before = vig_newest(vig);
	struct sketch *sketch;

	if (width == 0 || width > SKETCH_MAX_WIDTH || age == 0)
		return NULL;
	sketch = vig_alloc(vig, sizeof *sketch);
	if (sketch == NULL)
		return NULL;
	sketch->width = width;
	sketch->age = age;
	flow_hash_secrets(sketch->secret, vig_secret(vig));
	sketch->cell = vig_alloc(vig, width * SKETCH_ROWS * sizeof sketch->cell[0]);
	if (sketch->cell == NULL || !vig_add(vig, name, &sketch_kind, sketch)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return sketch;
}

/* The key's cell in each row. Rows need hashes of their own, but two are enough to make them of: h + row * g, as Kirsch
 * and Mitzenmacher show. */
static void
sketch_cells(const struct sketch *sketch, const uint64_t *key, uint64_t words, uint64_t cell[SKETCH_ROWS])
{
	const uint64_t hash = flow_hash(key, (uint32_t)words, sketch->secret) + words;
	uint32_t h = (uint32_t)(hash >> 32);
	const uint32_t g = (uint32_t)hash | 1;

	for (uint32_t row = 0; row < SKETCH_ROWS; row++, h += g)
		cell[row] = row * sketch->width + (h * sketch->width >> 32);
}

/* A cell as it is in an age that is not before its own. */
static struct sketch_cell
sketch_aged(struct sketch_cell cell, uint64_t age)
{
	if (cell.age == age)
		return cell;
	return (struct sketch_cell){ age, 0, cell.age + 1 == age ? cell.now : 0 };
}

static uint64_t
sketch_least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
sketch_add(struct sketch *sketch, const uint64_t *key, uint64_t words, uint64_t now, uint64_t amount)
{
	const uint64_t age = now / sketch->age;
	uint64_t at[SKETCH_ROWS], least = UINT64_MAX;

	assert(words >= 1 && words <= SKETCH_MAX_WORDS);
	assert(age >= sketch->latest);
	sketch->latest = age;
	sketch_cells(sketch, key, words, at);
	for (uint32_t row = 0; row < SKETCH_ROWS; row++) {
		struct sketch_cell cell = sketch_aged(sketch->cell[at[row]], age);

		cell.now = (uint32_t)sketch_least(amount < UINT32_MAX ? cell.now + amount : UINT32_MAX, UINT32_MAX);
		sketch->cell[at[row]] = cell;
		least = sketch_least(least, (uint64_t)cell.now + cell.before);
	}
	return least;
}

uint64_t
sketch_estimate(const struct sketch *sketch, const uint64_t *key, uint64_t words, uint64_t now)
{
	const uint64_t age = now / sketch->age;
	uint64_t at[SKETCH_ROWS], least = UINT64_MAX;

	assert(words >= 1 && words <= SKETCH_MAX_WORDS);
	assert(age >= sketch->latest);
	sketch_cells(sketch, key, words, at);
	for (uint32_t row = 0; row < SKETCH_ROWS; row++) {
		const struct sketch_cell cell = sketch_aged(sketch->cell[at[row]], age);

		least = sketch_least(least, (uint64_t)cell.now + cell.before);
	}
	return least;
}
