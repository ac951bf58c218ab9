/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/image.h -- the inside of a loaded program: shared by the parts that fill it. */
#ifndef VERIFY_LIFT_IMAGE_H
#define VERIFY_LIFT_IMAGE_H

#include <gelf.h>
#include <libelf.h>

#include "verify/lift/program.h"

struct image_symbol {
	uint64_t address, size;
	const char *name; /* lives in the file */
};

/* Addresses inside the file ("vaddr") plus PROGRAM_BASE are addresses in memory. */
struct image {
	const char *path;
	int fd;
	Elf *elf;
	const uint8_t *file; /* the raw bytes … */
	size_t file_size;    /* … and how many */

	uint8_t *memory;     /* vaddr 0 .. memory_size - 1, then slack for the decoder */
	uint64_t memory_size;
	struct program_segment *segment;
	size_t segments;

	struct image_symbol *dynamic; /* defined dynamic symbols */
	size_t dynamics;
	struct image_symbol *function; /* by address */
	size_t functions;
	uint64_t init, init_array, init_array_size; /* code that runs at loading */
	const char **import; /* import i is at PROGRAM_IMPORTS + 16 * i */
	size_t imports;
};

/* Each answers false with the reason in err. In this order: */
bool image_read(struct image *image, const char *path, struct err *err);     /* file, headers */
bool image_map(struct image *image, struct err *err);                        /* memory, segments */
bool image_link(struct image *image, struct err *err);                       /* symbols, imports, relocations */
bool image_protect(struct image *image, struct err *err);                    /* RELRO */
bool image_name_functions(struct image *image, struct err *err);             /* for messages */
bool image_check_start(const struct image *image, struct err *err);          /* nothing runs at loading */
void image_close(struct image *image);

/* Whether [vaddr, vaddr + size) is mapped by one segment. */
bool image_mapped(const struct image *image, uint64_t vaddr, uint64_t size);
const char *image_section(const struct image *image, uint64_t address);

#endif
