/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/program.h -- a shared object as the loader would lay it out: bytes, symbols, imports, lines, blocks.
 *
 * Everything is read once; nothing is run. Addresses are those after loading at PROGRAM_BASE. */
#ifndef VERIFY_LIFT_PROGRAM_H
#define VERIFY_LIFT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "verify/lift/ir.h"

#define PROGRAM_BASE 0x10000000ull
#define PROGRAM_IMPORTS 0x20000000ull /* import i "is" at PROGRAM_IMPORTS + 16 * i */

struct program;

/* One loaded segment, after relocation. */
struct program_segment {
	uint64_t address, size;
	const uint8_t *bytes;
	bool writable, executable;
};

/* Loads an x86-64 ELF shared object (or position-independent executable). NULL: it cannot be, and err
 * names the file and why: missing, not ELF, not x86-64, truncated, a relocation that is not known. */
struct program *program_open(const char *path, struct err *err);
void program_close(struct program *program);

/* The address of a defined dynamic symbol; 0 if there is none. */
uint64_t program_symbol(const struct program *program, const char *name);
uint64_t program_symbol_size(const struct program *program, const char *name);
/* The function symbol that holds an address (for messages), or NULL. From .symtab if there is one, else .dynsym. */
const char *program_function(const struct program *program, uint64_t address);
/* The import that an address stands for, or NULL. */
const char *program_import(const struct program *program, uint64_t address);
/* The name of the ELF section that holds an address ("" if none): code in "vigor_summary" asks to be summarised. */
const char *program_section(const struct program *program, uint64_t address);

size_t program_segments(const struct program *program);
const struct program_segment *program_segment(const struct program *program, size_t index);
/* PT_GNU_RELRO memory is read-only after loading: segments come split so that `writable` is the truth. */

/* Source file and line of an address; false when the file has no DWARF for it. The string lives as long as program. */
bool program_where(const struct program *program, uint64_t address, const char **file, int *line);

/* The basic block that starts there, lifted at most once. NULL: refused, and err says what is not
 * understood, with address and source line. */
const struct ir_block *program_block(struct program *program, uint64_t address, struct err *err);

#endif
