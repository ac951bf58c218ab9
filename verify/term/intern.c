/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/term/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (1u << 20)

struct chunk {
	struct chunk *next;
	size_t used;
	char bytes[CHUNK];
};

struct remembered {
	term a, result;
	unsigned low, width;
};

#define REMEMBER (1u << 14)
#define SMALL (1u << 12)

struct terms {
	struct chunk *chunks;
	term *table;
	size_t slots, count;
	uint32_t variables, functions;
	struct remembered remembered[REMEMBER];
	struct term_small_known small[SMALL];
};

static void *
arena_take(struct terms *ts, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (ts->chunks == NULL || ts->chunks->used + size > CHUNK) {
		struct chunk *chunk = malloc(sizeof *chunk);

		if (chunk == NULL)
			abort();
		chunk->next = ts->chunks;
		chunk->used = 0;
		ts->chunks = chunk;
	}
	ts->chunks->used += size;
	return ts->chunks->bytes + ts->chunks->used - size;
}

struct terms *
terms_new(void)
{
	struct terms *ts = calloc(1, sizeof *ts);

	if (ts == NULL)
		abort();
	ts->slots = 1u << 16;
	ts->table = calloc(ts->slots, sizeof *ts->table);
	if (ts->table == NULL)
		abort();
	return ts;
}

void
terms_free(struct terms *ts)
{
	while (ts != NULL && ts->chunks != NULL) {
		struct chunk *next = ts->chunks->next;

		free(ts->chunks);
		ts->chunks = next;
	}
	if (ts != NULL)
		free(ts->table);
	free(ts);
}

size_t
terms_count(const struct terms *ts)
{
	return ts->count;
}

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint64_t
shape_hash(enum term_op op, unsigned width, uint64_t value, const struct term_function *function,
	const term *args, unsigned count)
{
	uint64_t h = mix(op * 131u + width, value);

	if (function != NULL)
		h = mix(h, function->id + 77u);
	for (unsigned i = 0; i < count; i++)
		h = mix(h, args[i]->id);
	return h;
}

static uint64_t
node_hash(term a)
{
	return shape_hash(a->op, a->width, a->value, a->function, a->args, a->count);
}

static bool
same_shape(term a, enum term_op op, unsigned width, uint64_t value, const struct term_function *function,
	const term *args, unsigned count)
{
	return a->op == op && a->width == width && a->value == value && a->function == function &&
		a->count == count && (count == 0 || memcmp(a->args, args, count * sizeof *args) == 0);
}

static void
table_grow(struct terms *ts)
{
	const size_t slots = ts->slots * 2;
	term *table = calloc(slots, sizeof *table);

	if (table == NULL)
		abort();
	for (size_t i = 0; i < ts->slots; i++) {
		if (ts->table[i] == NULL)
			continue;
		size_t at = node_hash(ts->table[i]) & (slots - 1);

		while (table[at] != NULL)
			at = (at + 1) & (slots - 1);
		table[at] = ts->table[i];
	}
	free(ts->table);
	ts->table = table;
	ts->slots = slots;
}

static struct term_node *
node_new(struct terms *ts, enum term_op op, unsigned width, uint64_t value, unsigned count)
{
	struct term_node *node = arena_take(ts, sizeof *node + count * sizeof(term));

	memset(node, 0, sizeof *node);
	node->op = (uint8_t)op;
	node->width = (uint8_t)width;
	node->count = (uint16_t)count;
	node->value = value;
	node->id = (uint32_t)ts->count++;
	return node;
}

term
term_intern(struct terms *ts, enum term_op op, unsigned width, uint64_t value, struct term_function *function,
	const term *args, unsigned count)
{
	size_t at = shape_hash(op, width, value, function, args, count) & (ts->slots - 1);
	struct term_node *node;

	assert(width >= 1 && width <= 64 && count <= TERM_MAX_ARGS);
	for (; ts->table[at] != NULL; at = (at + 1) & (ts->slots - 1))
		if (same_shape(ts->table[at], op, width, value, function, args, count))
			return ts->table[at];
	node = node_new(ts, op, width, value, count);
	node->function = function;
	if (count > 0)
		memcpy(node->args, args, count * sizeof *args);
	term_bound(node);
	ts->table[at] = node;
	if (ts->count * 2 > ts->slots)
		table_grow(ts);
	return node;
}

term
term_var_in(struct terms *ts, unsigned width, const char *name, uint64_t low, uint64_t high)
{
	/* Never looked up again, so it stays out of the table. */
	struct term_node *node = node_new(ts, TERM_VAR, width, ts->variables++, 0);
	char *copy = arena_take(ts, strlen(name) + 1);

	assert(low <= high && high <= term_mask(width));
	strcpy(copy, name);
	node->name = copy;
	node->low = low;
	node->high = high;
	return node;
}

term
term_var(struct terms *ts, unsigned width, const char *name)
{
	return term_var_in(ts, width, name, 0, term_mask(width));
}

struct term_function *
term_function_new(struct terms *ts, const char *name, unsigned width, unsigned count, const uint8_t *arg_width)
{
	struct term_function *function = arena_take(ts, sizeof *function);
	char *copy = arena_take(ts, strlen(name) + 1);

	memset(function, 0, sizeof *function);
	assert(count <= sizeof function->arg_width);
	strcpy(copy, name);
	function->name = copy;
	function->width = (uint8_t)width;
	function->count = (uint8_t)count;
	memcpy(function->arg_width, arg_width, count);
	function->id = ts->functions++;
	function->high = term_mask(width);
	return function;
}

static struct remembered *
remembered_at(struct terms *ts, term a, unsigned low, unsigned width)
{
	return &ts->remembered[mix(a->id, low * 64u + width) % REMEMBER];
}

term
term_extract_cached(struct terms *ts, term a, unsigned low, unsigned width)
{
	const struct remembered *r = remembered_at(ts, a, low, width);

	return r->a == a && r->low == low && r->width == width ? r->result : NULL;
}

void
term_extract_remember(struct terms *ts, term a, unsigned low, unsigned width, term result)
{
	*remembered_at(ts, a, low, width) = (struct remembered){ a, result, low, width };
}

struct term_small_known *
term_small_at(struct terms *ts, term condition)
{
	return &ts->small[mix(condition->id, 0) % SMALL];
}
