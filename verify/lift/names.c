/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/names.c -- section headers: only messages and requests to summarise depend on them. */
#include <stdlib.h>
#include <string.h>

#include "verify/lift/image.h"

static int
by_address(const void *a, const void *b)
{
	const struct image_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->size < y->size ? -1 : x->size > y->size;
}

static Elf_Scn *
find_table(const struct image *image, unsigned type, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(image->elf, section)) != NULL)
		if (gelf_getshdr(section, header) != NULL && header->sh_type == type && header->sh_entsize != 0)
			return section;
	return NULL;
}

static bool
add_function(struct image *image, const GElf_Shdr *header, const GElf_Sym *sym)
{
	const char *name = elf_strptr(image->elf, header->sh_link, sym->st_name);

	if (GELF_ST_TYPE(sym->st_info) != STT_FUNC || sym->st_shndx == SHN_UNDEF || name == NULL || name[0] == '\0')
		return false;
	image->function[image->functions++] = (struct image_symbol){
		.address = PROGRAM_BASE + sym->st_value, .size = sym->st_size, .name = name };
	return true;
}

bool
image_name_functions(struct image *image, struct err *err)
{
	GElf_Shdr header;
	GElf_Sym sym;
	Elf_Scn *section = find_table(image, SHT_SYMTAB, &header);
	Elf_Data *data;
	size_t count;

	if (section == NULL)
		section = find_table(image, SHT_DYNSYM, &header);
	data = section == NULL ? NULL : elf_getdata(section, NULL);
	if (data == NULL)
		return true; /* stripped to the bone, or damaged: messages then carry addresses only */
	count = data->d_size / sizeof(Elf64_Sym);
	image->function = calloc(count + 1, sizeof *image->function);
	if (image->function == NULL)
		return err_set(err, "%s needs more memory than there is.", image->path);
	for (size_t i = 0; i < count; i++)
		if (gelf_getsym(data, (int)i, &sym) != NULL)
			add_function(image, &header, &sym);
	qsort(image->function, image->functions, sizeof *image->function, by_address);
	return true;
}

const char *
image_section(const struct image *image, uint64_t address)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t strings;
	const char *name;

	if (elf_getshdrstrndx(image->elf, &strings) != 0)
		return "";
	while ((section = elf_nextscn(image->elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) == NULL || (header.sh_flags & SHF_ALLOC) == 0)
			continue;
		if (address - PROGRAM_BASE < header.sh_addr || address - PROGRAM_BASE - header.sh_addr >= header.sh_size)
			continue;
		name = elf_strptr(image->elf, strings, header.sh_name);
		return name == NULL ? "" : name;
	}
	return "";
}
