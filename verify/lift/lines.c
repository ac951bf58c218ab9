/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elfutils/libdw.h>
#include <stdlib.h>

#include "verify/lift/lines.h"

struct lines {
	Dwarf *dwarf;
};

struct lines *
lines_new(Elf *elf)
{
	struct lines *lines = calloc(1, sizeof *lines);

	if (lines == NULL)
		return NULL;
	lines->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (lines->dwarf == NULL) {
		free(lines);
		return NULL;
	}
	return lines;
}

void
lines_free(struct lines *lines)
{
	if (lines == NULL)
		return;
	dwarf_end(lines->dwarf);
	free(lines);
}

static bool
find_in_unit(Dwarf_Die *unit, uint64_t vaddr, const char **file, int *line)
{
	Dwarf_Line *row = dwarf_getsrc_die(unit, vaddr);

	if (row == NULL || dwarf_lineno(row, line) != 0 || *line <= 0)
		return false;
	*file = dwarf_linesrc(row, NULL, NULL);
	return *file != NULL;
}

/* Unit by unit: the index by address (.debug_aranges) is a thing that clang does not write. */
bool
lines_find(struct lines *lines, uint64_t vaddr, const char **file, int *line)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;
	uint8_t type;

	if (lines == NULL)
		return false;
	while (dwarf_get_units(lines->dwarf, cu, &cu, NULL, &type, &unit, NULL) == 0)
		if (dwarf_haspc(&unit, vaddr) == 1 && find_in_unit(&unit, vaddr, file, line))
			return true;
	return false;
}
