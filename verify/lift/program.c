/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/lift/image.h"
#include "verify/lift/lift.h"
#include "verify/lift/lines.h"

struct program {
	struct image image;
	char *path;
	struct lines *lines;
	struct ir_block **block; /* by hashed address, linear probing; rooms is a power of two, half are free */
	size_t blocks, rooms;
};

static bool
load(struct program *program, struct err *err)
{
	struct image *image = &program->image;

	return image_read(image, program->path, err) && image_map(image, err) && image_link(image, err) &&
		image_protect(image, err) && image_name_functions(image, err) && image_check_start(image, err);
}

struct program *
program_open(const char *path, struct err *err)
{
	struct program *program = calloc(1, sizeof *program);

	if (program == NULL || (program->path = strdup(path)) == NULL)
		abort();
	if (!load(program, err)) {
		program_close(program);
		return NULL;
	}
	program->lines = lines_new(program->image.elf);
	return program;
}

void
program_close(struct program *program)
{
	if (program == NULL)
		return;
	for (size_t i = 0; i < program->rooms; i++)
		lift_block_free(program->block[i]);
	free(program->block);
	lines_free(program->lines);
	image_close(&program->image);
	free(program->path);
	free(program);
}

static const struct image_symbol *
find_dynamic(const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->image.dynamics; i++)
		if (strcmp(program->image.dynamic[i].name, name) == 0)
			return &program->image.dynamic[i];
	return NULL;
}

uint64_t
program_symbol(const struct program *program, const char *name)
{
	const struct image_symbol *symbol = find_dynamic(program, name);

	return symbol == NULL ? 0 : symbol->address;
}

uint64_t
program_symbol_size(const struct program *program, const char *name)
{
	const struct image_symbol *symbol = find_dynamic(program, name);

	return symbol == NULL ? 0 : symbol->size;
}

const char *
program_function(const struct program *program, uint64_t address)
{
	const struct image_symbol *function = program->image.function;
	size_t low = 0, high = program->image.functions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (function[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	function += low - 1;
	return address - function->address < function->size || address == function->address ? function->name : NULL;
}

const char *
program_import(const struct program *program, uint64_t address)
{
	uint64_t offset = address - PROGRAM_IMPORTS;

	if (address < PROGRAM_IMPORTS || offset % 16 != 0 || offset / 16 >= program->image.imports)
		return NULL;
	return program->image.import[offset / 16];
}

const char *
program_section(const struct program *program, uint64_t address)
{
	return image_section(&program->image, address);
}

size_t
program_segments(const struct program *program)
{
	return program->image.segments;
}

const struct program_segment *
program_segment(const struct program *program, size_t index)
{
	assert(index < program->image.segments);
	return &program->image.segment[index];
}

bool
program_where(const struct program *program, uint64_t address, const char **file, int *line)
{
	return lines_find(program->lines, address - PROGRAM_BASE, file, line);
}

/* The place of a block in the table: its own, or the free one where it would go. */
static struct ir_block **
place(struct ir_block **table, size_t rooms, uint64_t address)
{
	size_t i = (size_t)(address * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (rooms - 1);

	while (table[i] != NULL && table[i]->address != address)
		i = (i + 1) & (rooms - 1);
	return &table[i];
}

static void
make_room(struct program *program)
{
	size_t rooms = program->rooms == 0 ? 256 : 2 * program->rooms;
	struct ir_block **table;

	if (2 * (program->blocks + 1) <= program->rooms)
		return;
	table = calloc(rooms, sizeof *table);
	if (table == NULL)
		abort();
	for (size_t i = 0; i < program->rooms; i++)
		if (program->block[i] != NULL)
			*place(table, rooms, program->block[i]->address) = program->block[i];
	free(program->block);
	program->block = table;
	program->rooms = rooms;
}

static const struct program_segment *
code_at(const struct program *program, uint64_t address)
{
	for (size_t i = 0; i < program->image.segments; i++) {
		const struct program_segment *s = &program->image.segment[i];

		if (address >= s->address && address - s->address < s->size)
			return s->executable ? s : NULL;
	}
	return NULL;
}

static void
refuse(const struct program *program, const struct lift_refusal *refusal, struct err *err)
{
	const char *function = program_function(program, refusal->address), *file;
	char where[320] = "";
	int line;

	if (program_where(program, refusal->address, &file, &line))
		snprintf(where, sizeof where, " (%.255s:%d)", file, line);
	err_set(err, "%s: the instruction at 0x%" PRIx64 " in %s%s is not understood: %s.", program->path,
		refusal->address, function == NULL ? "an unnamed function" : function, where, refusal->why);
}

const struct ir_block *
program_block(struct program *program, uint64_t address, struct err *err)
{
	const struct program_segment *segment = code_at(program, address);
	struct lift_refusal refusal = { .address = address, .why = "it is not in executable memory" };
	struct lift_code code;
	struct ir_block **room;

	make_room(program);
	room = place(program->block, program->rooms, address);
	if (*room != NULL)
		return *room;
	if (segment != NULL) {
		code = (struct lift_code){ segment->address, segment->size, segment->bytes };
		*room = lift_block(&code, address, &refusal);
	}
	if (*room == NULL) {
		refuse(program, &refusal, err);
		return NULL;
	}
	program->blocks++;
	return *room;
}
