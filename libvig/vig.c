/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/vig.h"

#include <assert.h>
#include <string.h>

#include "libvig/vig_object.h"

/* Stands in front of the memory that it keeps; as long as a cache line, so that what follows is aligned. */
struct vig_block {
	struct vig_block *older __attribute__((aligned(64)));
	size_t size; /* with this header */
};

struct vig_object {
	struct vig_object *next; /* in the order of making */
	const struct vig_kind *kind;
	void *object;
	char name[];
};

struct vig {
	struct vig_memory memory;
	uint64_t secret[4];
	struct vig_block *newest;
	struct vig_object *first, *last;
	size_t count;
};

struct vig *
vig_new(const struct vig_memory *memory, const uint64_t secret[4])
{
	struct vig *vig;

	if (memory == NULL)
		memory = &vig_libc_memory;
	vig = memory->zalloc(sizeof *vig, memory->context);
	if (vig == NULL)
		return NULL;
	vig->memory = *memory;
	memcpy(vig->secret, secret, sizeof vig->secret);
	return vig;
}

void
vig_delete(struct vig *vig)
{
	struct vig_memory memory;

	if (vig == NULL)
		return;
	vig_rewind(vig, NULL);
	memory = vig->memory;
	memory.release(vig, sizeof *vig, memory.context);
}

void *
vig_alloc(struct vig *vig, uint64_t size)
{
	struct vig_block *block;

	if (size > SIZE_MAX - sizeof *block)
		return NULL;
	block = vig->memory.zalloc(sizeof *block + size, vig->memory.context);
	if (block == NULL)
		return NULL;
	block->older = vig->newest;
	block->size = sizeof *block + size;
	vig->newest = block;
	return block + 1;
}

const uint64_t *
vig_secret(const struct vig *vig)
{
	return vig->secret;
}

struct vig_block *
vig_newest(const struct vig *vig)
{
	return vig->newest;
}

void
vig_rewind(struct vig *vig, struct vig_block *newest)
{
	while (vig->newest != newest) {
		struct vig_block *block = vig->newest;

		vig->newest = block->older;
		vig->memory.release(block, block->size, vig->memory.context);
	}
}

static const struct vig_object *
vig_named(const struct vig *vig, const char *name)
{
	const struct vig_object *object = vig->first;

	while (object != NULL && strcmp(object->name, name) != 0)
		object = object->next;
	return object;
}

bool
vig_add(struct vig *vig, const char *name, const struct vig_kind *kind, void *object)
{
	struct vig_object *entered;
	size_t length;

	if (name == NULL || vig_named(vig, name) != NULL)
		return false;
	length = strlen(name) + 1;
	entered = vig_alloc(vig, sizeof *entered + length);
	if (entered == NULL)
		return false;
	memcpy(entered->name, name, length);
	entered->kind = kind;
	entered->object = object;
	if (vig->last == NULL)
		vig->first = entered;
	else
		vig->last->next = entered;
	vig->last = entered;
	vig->count++;
	return true;
}

size_t
vig_count(const struct vig *vig)
{
	return vig->count;
}

/* NULL: no such index. */
static const struct vig_object *
vig_at(const struct vig *vig, size_t index)
{
	const struct vig_object *object = vig->first;

	while (object != NULL && index-- > 0)
		object = object->next;
	return object;
}

const char *
vig_name(const struct vig *vig, size_t index)
{
	const struct vig_object *object = vig_at(vig, index);

	return object == NULL ? NULL : object->name;
}

const char *
vig_kind(const struct vig *vig, size_t index)
{
	const struct vig_object *object = vig_at(vig, index);

	return object == NULL ? NULL : object->kind->name;
}

void *
vig_object(const struct vig *vig, size_t index)
{
	const struct vig_object *object = vig_at(vig, index);

	return object == NULL ? NULL : object->object;
}

void
vig_figures(const struct vig *vig, size_t index, uint64_t now, struct vig_figures *figures)
{
	const struct vig_object *object = vig_at(vig, index);

	assert(object != NULL);
	memset(figures, 0, sizeof *figures);
	if (object != NULL)
		object->kind->figures(object->object, now, figures);
}

const char *
vig_bind(struct vig *vig, const char *name, const uint64_t (*fields)[2], size_t count, uint64_t ports)
{
	const struct vig_object *object = vig_named(vig, name);

	if (object == NULL)
		return "the network function made no object of this name";
	if (object->kind->bind == NULL)
		return "the object of this name takes no records from a configuration";
	return object->kind->bind(object->object, fields, count, ports);
}

void
vig_settle(struct vig *vig)
{
	for (const struct vig_object *object = vig->first; object != NULL; object = object->next)
		if (object->kind->settle != NULL)
			object->kind->settle(object->object);
}
