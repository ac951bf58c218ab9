/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lines.h -- source lines, from DWARF. */
#ifndef VERIFY_LIFT_LINES_H
#define VERIFY_LIFT_LINES_H

#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>

struct lines;

/* NULL when the file has no DWARF (or a damaged one). Lives no longer than elf. */
struct lines *lines_new(Elf *elf);
void lines_free(struct lines *lines);

/* By the address in the file. The string lives as long as lines. */
bool lines_find(struct lines *lines, uint64_t vaddr, const char **file, int *line);

#endif
