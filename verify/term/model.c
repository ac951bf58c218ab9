/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/term/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FUNCTION_ARGS 6

struct fixed {
	bool used;
	uint32_t id; /* of the variable, or of the function */
	uint8_t count;
	bool app;
	uint64_t args[MAX_FUNCTION_ARGS];
	uint64_t value;
};

struct model {
	unsigned owners;
	uint64_t seed;
	bool settled;
	const uint64_t *pool;
	size_t pool_count;
	struct fixed *table;
	size_t slots, count;
	uint64_t *value; /* by term id */
	uint8_t *known;
	size_t room;
};

struct model *
model_new(uint64_t seed)
{
	struct model *model = calloc(1, sizeof *model);

	if (model == NULL)
		abort();
	model->owners = 1;
	model->seed = seed;
	model->slots = 64;
	model->table = calloc(model->slots, sizeof *model->table);
	if (model->table == NULL)
		abort();
	return model;
}

struct model *
model_share(struct model *model)
{
	model->owners++;
	return model;
}

void
model_free(struct model *model)
{
	if (model == NULL || --model->owners > 0)
		return;
	free(model->table);
	free(model->value);
	free(model->known);
	free(model);
}

static uint64_t
key_hash(const struct fixed *key, uint64_t seed)
{
	uint64_t h = seed * 0x9e3779b97f4a7c15ull + key->id * 2u + key->app;

	for (unsigned i = 0; i < key->count; i++)
		h = (h ^ key->args[i]) * 0xff51afd7ed558ccdull ^ h >> 31;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 32;
}

static bool
key_same(const struct fixed *a, const struct fixed *b)
{
	return a->used && a->id == b->id && a->app == b->app && a->count == b->count &&
		memcmp(a->args, b->args, a->count * sizeof a->args[0]) == 0;
}

static struct fixed *
table_find(struct fixed *table, size_t slots, const struct fixed *key)
{
	size_t at = key_hash(key, 0) & (slots - 1);

	while (table[at].used && !key_same(&table[at], key))
		at = (at + 1) & (slots - 1);
	return &table[at];
}

static void
model_fix(struct model *model, const struct fixed *key)
{
	if (model->count * 2 >= model->slots) {
		struct fixed *table = calloc(model->slots * 2, sizeof *table);

		if (table == NULL)
			abort();
		for (size_t i = 0; i < model->slots; i++)
			if (model->table[i].used)
				*table_find(table, model->slots * 2, &model->table[i]) = model->table[i];
		free(model->table);
		model->table = table;
		model->slots *= 2;
	}
	struct fixed *at = table_find(model->table, model->slots, key);

	model->count += !at->used;
	*at = *key;
}

struct model *
model_clone(const struct model *model)
{
	struct model *copy = model_new(model->seed);

	free(copy->table);
	copy->settled = model->settled;
	copy->slots = model->slots;
	copy->count = model->count;
	copy->table = malloc(copy->slots * sizeof *copy->table);
	if (copy->table == NULL)
		abort();
	memcpy(copy->table, model->table, copy->slots * sizeof *copy->table);
	return copy;
}

void
model_fix_var(struct model *model, term var, uint64_t value)
{
	const struct fixed key = { .used = true, .id = var->id, .value = value };

	assert(var->op == TERM_VAR);
	model_fix(model, &key);
}

void
model_fix_app(struct model *model, const struct term_function *function, const uint64_t *args, uint64_t value)
{
	struct fixed key = { .used = true, .app = true, .id = function->id, .count = function->count, .value = value };

	memcpy(key.args, args, function->count * sizeof *args);
	model_fix(model, &key);
}

static uint64_t
unknown_value(struct model *model, const struct fixed *key, uint64_t low, uint64_t high)
{
	const struct fixed *found = table_find(model->table, model->slots, key);
	const uint64_t range = high - low, hash = key_hash(key, model->seed);

	if (found->used)
		return found->value;
	if (model->settled && (!key->app || range == 1))
		return low;
	if (model->pool_count > 0 && hash % 4 != 0) {
		const uint64_t preferred = model->pool[hash / 4 % model->pool_count];

		if (preferred >= low && preferred <= high)
			return preferred;
	}
	return range == UINT64_MAX ? hash : low + hash % (range + 1);
}

static uint64_t
app_value(struct model *model, term a, const uint64_t *args)
{
	struct fixed key = { .used = true, .app = true, .id = a->function->id, .count = (uint8_t)a->count };

	memcpy(key.args, args, a->count * sizeof *args);
	return unknown_value(model, &key, a->function->low, a->function->high);
}

void
model_settle(struct model *model)
{
	model->settled = true;
}

void
model_prefer(struct model *model, const uint64_t *pool, size_t count)
{
	model->pool = pool;
	model->pool_count = count;
}

static int64_t
as_signed(uint64_t value, unsigned width)
{
	return (int64_t)(value << (64 - width)) >> (64 - width);
}

static uint64_t
division(enum term_op op, uint64_t a, uint64_t b, unsigned width)
{
	const int64_t x = as_signed(a, width), y = as_signed(b, width);

	switch (op) { /* by zero: SMT-LIB's meaning */
	case TERM_UDIV:
		return b == 0 ? UINT64_MAX : a / b;
	case TERM_UREM:
		return b == 0 ? a : a % b;
	case TERM_SDIV:
		return b == 0 ? (x < 0 ? 1 : UINT64_MAX) : y == -1 ? 0 - a : (uint64_t)(x / y);
	default:
		return b == 0 ? a : y == -1 ? 0 : (uint64_t)(x % y);
	}
}

static uint64_t
shifted(enum term_op op, uint64_t a, uint64_t n, unsigned width)
{
	if (op == TERM_ASHR)
		return (uint64_t)(as_signed(a, width) >> (n >= width ? width - 1u : n));
	if (n >= width)
		return 0;
	return op == TERM_SHL ? a << n : a >> n;
}

static uint64_t
many_value(term a, const uint64_t *v)
{
	uint64_t result = 0;

	for (unsigned i = 0; i < a->count; i++)
		result = a->op == TERM_ADD ? result + v[i]
			: a->args[i]->width == 64 ? v[i] : result << a->args[i]->width | v[i];
	return result;
}

/* By adding halves, as RFC 1071 does: not as verify/term/fold.c argues. */
static uint64_t
folded(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static uint64_t
plain_value(term a, const uint64_t *v)
{
	const unsigned width = a->count > 0 ? a->args[0]->width : a->width;

	switch (a->op) {
	case TERM_CONST: return a->value;
	case TERM_CONCAT:
	case TERM_ADD: return many_value(a, v);
	case TERM_EXTRACT: return v[0] >> a->value;
	case TERM_MUL: return v[0] * v[1];
	case TERM_NEG: return 0 - v[0];
	case TERM_UMULH: return (uint64_t)((unsigned __int128)v[0] * v[1] >> width);
	case TERM_SMULH: return (uint64_t)((__int128)as_signed(v[0], width) * as_signed(v[1], width) >> width);
	case TERM_AND: return v[0] & v[1];
	case TERM_OR: return v[0] | v[1];
	case TERM_XOR: return v[0] ^ v[1];
	case TERM_NOT: return ~v[0];
	case TERM_SHL:
	case TERM_LSHR:
	case TERM_ASHR: return shifted(a->op, v[0], v[1], width);
	case TERM_EQ: return v[0] == v[1];
	case TERM_ULT: return v[0] < v[1];
	case TERM_SLT: return as_signed(v[0], width) < as_signed(v[1], width);
	case TERM_ITE: return v[0] ? v[1] : v[2];
	case TERM_FOLD: return folded(v[0]);
	default: return division(a->op, v[0], v[1], width);
	}
}

static void
cache_reach(struct model *model, uint32_t id)
{
	const size_t room = id + 1024u;

	if (id < model->room)
		return;
	model->value = realloc(model->value, room * sizeof *model->value);
	model->known = realloc(model->known, room);
	if (model->value == NULL || model->known == NULL)
		abort();
	memset(model->known + model->room, 0, room - model->room);
	model->room = room;
}

uint64_t
model_value(struct model *model, term a)
{
	uint64_t v[64], value;

	cache_reach(model, a->id);
	if (model->known[a->id])
		return model->value[a->id];
	for (unsigned i = 0; i < a->count; i++)
		v[i] = model_value(model, a->args[i]);
	if (a->op == TERM_APP)
		value = app_value(model, a, v);
	else if (a->op == TERM_VAR)
		value = unknown_value(model, &(struct fixed){ .used = true, .id = a->id }, a->low, a->high);
	else
		value = plain_value(a, v);
	model->known[a->id] = 1;
	return model->value[a->id] = value & term_mask(a->width);
}
