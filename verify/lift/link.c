/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/link.c -- what the dynamic loader does with a file: symbols, imports, relocations.
 *
 * Read through the dynamic section, as the loader does, not through section headers, which may say
 * something else. Nothing is interposed: a symbol that the file defines is the file's own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify/lift/image.h"

struct table {
	uint64_t at, size; /* vaddr, bytes */
};

/* What the dynamic section says. */
struct dynamic {
	uint64_t symbols, symbol_size, hash, gnu_hash;
	struct table strings, rela, plt;
	uint64_t rela_size;
	uint64_t *place; /* symbol number → import's address, once it has one */
	uint64_t count;  /* of symbols */
};

static uint64_t
word(const struct image *image, uint64_t vaddr)
{
	uint64_t value;

	memcpy(&value, image->memory + vaddr, sizeof value);
	return value;
}

static uint32_t
half(const struct image *image, uint64_t vaddr)
{
	uint32_t value;

	memcpy(&value, image->memory + vaddr, sizeof value);
	return value;
}

static bool
corrupt(const struct image *image, const char *what, struct err *err)
{
	return err_set(err, "%s is corrupt or truncated: its %s does not lie in its memory.", image->path, what);
}

static bool
read_entry(struct image *image, struct dynamic *d, int64_t tag, uint64_t value, struct err *err)
{
	switch (tag) {
	case DT_SYMTAB: d->symbols = value; break;
	case DT_SYMENT: d->symbol_size = value; break;
	case DT_HASH: d->hash = value; break;
	case DT_GNU_HASH: d->gnu_hash = value; break;
	case DT_STRTAB: d->strings.at = value; break;
	case DT_STRSZ: d->strings.size = value; break;
	case DT_RELA: d->rela.at = value; break;
	case DT_RELASZ: d->rela.size = value; break;
	case DT_RELAENT: d->rela_size = value; break;
	case DT_JMPREL: d->plt.at = value; break;
	case DT_PLTRELSZ: d->plt.size = value; break;
	case DT_INIT: image->init = value; break;
	case DT_INIT_ARRAY: image->init_array = value; break;
	case DT_INIT_ARRAYSZ: image->init_array_size = value; break;
	case DT_TEXTREL:
		return err_set(err, "%s changes its own code when loaded (text relocations); build it with -fPIC.",
			image->path);
	case DT_REL: case 36: /* DT_RELR */
		return err_set(err, "%s has a kind of relocation table that is not supported (%s); link it with "
			"-Wl,-z,nopack-relative-relocs.", image->path, tag == DT_REL ? "DT_REL" : "DT_RELR");
	default: break;
	}
	return true;
}

static bool
read_dynamic(struct image *image, struct dynamic *d, struct err *err)
{
	GElf_Phdr p = { 0 };
	size_t headers = 0;

	elf_getphdrnum(image->elf, &headers);
	for (size_t i = 0; i < headers; i++)
		if (gelf_getphdr(image->elf, (int)i, &p) != NULL && p.p_type == PT_DYNAMIC)
			break;
	if (p.p_type != PT_DYNAMIC)
		return err_set(err, "%s has no dynamic section; it is not a shared object.", image->path);
	if (!image_mapped(image, p.p_vaddr, p.p_memsz))
		return corrupt(image, "dynamic section", err);
	for (uint64_t at = p.p_vaddr; at + 16 <= p.p_vaddr + p.p_memsz && word(image, at) != DT_NULL; at += 16)
		if (!read_entry(image, d, (int64_t)word(image, at), word(image, at + 8), err))
			return false;
	return true;
}

/* The GNU hash table does not say how many symbols there are: the longest chain ends at the last one. */
static bool
count_gnu(const struct image *image, struct dynamic *d, struct err *err)
{
	uint64_t at = d->gnu_hash, buckets, first, bloom, chains, last = 0;

	if (!image_mapped(image, at, 16))
		return corrupt(image, "symbol hash table", err);
	buckets = half(image, at);
	first = half(image, at + 4);
	bloom = half(image, at + 8);
	if (!image_mapped(image, at, 16 + 8 * bloom + 4 * buckets))
		return corrupt(image, "symbol hash table", err);
	at += 16 + 8 * bloom;
	chains = at + 4 * buckets;
	for (uint64_t i = 0; i < buckets; i++)
		if (half(image, at + 4 * i) > last)
			last = half(image, at + 4 * i);
	d->count = first;
	if (last < first)
		return true; /* nothing defined */
	do {
		if (!image_mapped(image, chains + 4 * (last - first), 4))
			return corrupt(image, "symbol hash table", err);
	} while ((half(image, chains + 4 * (last++ - first)) & 1) == 0);
	d->count = last;
	return true;
}

/* A file that defines nothing has a hash table that counts nothing: what it imports shows in its relocations. */
static void
count_relocated(const struct image *image, struct dynamic *d, struct table t)
{
	Elf64_Rela r;

	if (!image_mapped(image, t.at, t.size))
		return; /* relocate_table says so */
	for (uint64_t i = 0; i < t.size / sizeof r; i++) {
		memcpy(&r, image->memory + t.at + i * sizeof r, sizeof r);
		if (ELF64_R_SYM(r.r_info) >= d->count)
			d->count = ELF64_R_SYM(r.r_info) + 1;
	}
}

static bool
count_symbols(const struct image *image, struct dynamic *d, struct err *err)
{
	if (d->gnu_hash != 0) {
		if (!count_gnu(image, d, err))
			return false;
	} else if (d->hash != 0) {
		if (!image_mapped(image, d->hash, 8))
			return corrupt(image, "symbol hash table", err);
		d->count = half(image, d->hash + 4);
	} else {
		return err_set(err, "%s has no symbol hash table; nothing could be found in it.", image->path);
	}
	count_relocated(image, d, d->rela);
	count_relocated(image, d, d->plt);
	if (d->symbol_size != sizeof(Elf64_Sym) || !image_mapped(image, d->symbols, d->count * sizeof(Elf64_Sym)))
		return corrupt(image, "dynamic symbol table", err);
	if (d->strings.size == 0 || !image_mapped(image, d->strings.at, d->strings.size) ||
	    image->memory[d->strings.at + d->strings.size - 1] != '\0')
		return corrupt(image, "dynamic string table", err);
	return true;
}

static Elf64_Sym
symbol(const struct image *image, const struct dynamic *d, uint64_t i)
{
	Elf64_Sym sym;

	memcpy(&sym, image->memory + d->symbols + i * sizeof sym, sizeof sym);
	return sym;
}

static const char *
name_of(const struct image *image, const struct dynamic *d, const Elf64_Sym *sym)
{
	return sym->st_name < d->strings.size ? (const char *)image->memory + d->strings.at + sym->st_name : "";
}

/* Start-up code asks for these and does without: they are no part of what is verified. */
static bool
is_optional(const char *name)
{
	static const char *const names[] = { "__gmon_start__", "__cxa_finalize", "_ITM_registerTMCloneTable",
		"_ITM_deregisterTMCloneTable" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
import(struct image *image, struct dynamic *d, uint64_t i, const Elf64_Sym *sym, struct err *err)
{
	const char *name = name_of(image, d, sym);

	if (ELF64_ST_BIND(sym->st_info) == STB_WEAK && is_optional(name))
		return true;
	if (ELF64_ST_BIND(sym->st_info) == STB_WEAK)
		return err_set(err, "%s imports %s weakly: whether it exists is known only when it is loaded. Make the "
			"declaration strong.", image->path, name);
	if (ELF64_ST_TYPE(sym->st_info) == STT_TLS)
		return err_set(err, "%s imports the thread-local variable %s; thread-local storage is not supported.",
			image->path, name);
	image->import[image->imports] = name;
	d->place[i] = PROGRAM_IMPORTS + 16 * image->imports++;
	return true;
}

static bool
define(struct image *image, const struct dynamic *d, const Elf64_Sym *sym, struct err *err)
{
	const char *name = name_of(image, d, sym);

	if (sym->st_shndx == SHN_ABS)
		return true;
	if (ELF64_ST_TYPE(sym->st_info) == STT_TLS)
		return err_set(err, "%s defines the thread-local variable %s; thread-local storage is not supported.",
			image->path, name);
	if (ELF64_ST_TYPE(sym->st_info) == STT_GNU_IFUNC)
		return err_set(err, "%s chooses %s when it is loaded (ifunc); that is not supported.", image->path, name);
	if (!image_mapped(image, sym->st_value, 0))
		return corrupt(image, "dynamic symbol table", err);
	image->dynamic[image->dynamics++] = (struct image_symbol){
		.address = PROGRAM_BASE + sym->st_value, .size = sym->st_size, .name = name };
	return true;
}

static bool
read_symbols(struct image *image, struct dynamic *d, struct err *err)
{
	image->dynamic = calloc(d->count + 1, sizeof *image->dynamic);
	image->import = calloc(d->count + 1, sizeof *image->import);
	d->place = calloc(d->count + 1, sizeof *d->place);
	if (image->dynamic == NULL || image->import == NULL || d->place == NULL)
		return err_set(err, "%s needs more memory than there is.", image->path);
	for (uint64_t i = 1; i < d->count; i++) {
		Elf64_Sym sym = symbol(image, d, i);

		if (!(sym.st_shndx == SHN_UNDEF ? import(image, d, i, &sym, err) : define(image, d, &sym, err)))
			return false;
	}
	return true;
}

static const char *
relocation_name(uint64_t type)
{
	static const char *const names[] = { [R_X86_64_PC32] = "PC32", [R_X86_64_COPY] = "COPY",
		[R_X86_64_32] = "32", [R_X86_64_32S] = "32S", [R_X86_64_DTPMOD64] = "DTPMOD64 (thread-local storage)",
		[R_X86_64_DTPOFF64] = "DTPOFF64 (thread-local storage)",
		[R_X86_64_TPOFF64] = "TPOFF64 (thread-local storage)", [R_X86_64_PC64] = "PC64",
		[R_X86_64_TLSDESC] = "TLSDESC (thread-local storage)",
		[R_X86_64_IRELATIVE] = "IRELATIVE (code chosen when it is loaded)" };

	return type < sizeof names / sizeof *names ? names[type] : NULL;
}

static bool
refuse_relocation(const struct image *image, const Elf64_Rela *r, struct err *err)
{
	const char *name = relocation_name(ELF64_R_TYPE(r->r_info));

	if (name != NULL)
		return err_set(err, "%s: relocation R_X86_64_%s at 0x%" PRIx64 " is not supported.", image->path, name,
			r->r_offset);
	return err_set(err, "%s: relocation type %" PRIu64 " at 0x%" PRIx64 " is not known.", image->path,
		(uint64_t)ELF64_R_TYPE(r->r_info), r->r_offset);
}

/* The value of a relocation's symbol. Zero when it is optional and absent. */
static uint64_t
symbol_value(const struct image *image, const struct dynamic *d, uint64_t i)
{
	Elf64_Sym sym = symbol(image, d, i);

	if (sym.st_shndx == SHN_UNDEF)
		return d->place[i];
	return sym.st_value + (sym.st_shndx == SHN_ABS ? 0 : PROGRAM_BASE);
}

static bool
relocate(struct image *image, const struct dynamic *d, const Elf64_Rela *r, struct err *err)
{
	uint64_t type = ELF64_R_TYPE(r->r_info), number = ELF64_R_SYM(r->r_info), value;

	if (type == R_X86_64_NONE)
		return true;
	if (type != R_X86_64_RELATIVE && type != R_X86_64_64 && type != R_X86_64_GLOB_DAT &&
	    type != R_X86_64_JUMP_SLOT)
		return refuse_relocation(image, r, err);
	if (number >= d->count || !image_mapped(image, r->r_offset, 8))
		return corrupt(image, "relocation table", err);
	if (type == R_X86_64_RELATIVE)
		value = PROGRAM_BASE + (uint64_t)r->r_addend;
	else
		value = symbol_value(image, d, number) + (type == R_X86_64_64 ? (uint64_t)r->r_addend : 0);
	memcpy(image->memory + r->r_offset, &value, sizeof value);
	return true;
}

static bool
relocate_table(struct image *image, const struct dynamic *d, struct table t, struct err *err)
{
	Elf64_Rela r;

	if (t.size == 0)
		return true;
	if (!image_mapped(image, t.at, t.size) || (d->rela_size != 0 && d->rela_size != sizeof r))
		return corrupt(image, "relocation table", err);
	for (uint64_t i = 0; i < t.size / sizeof r; i++) {
		memcpy(&r, image->memory + t.at + i * sizeof r, sizeof r);
		if (!relocate(image, d, &r, err))
			return false;
	}
	return true;
}

bool
image_link(struct image *image, struct err *err)
{
	struct dynamic d = { 0 };
	bool fine = read_dynamic(image, &d, err) && count_symbols(image, &d, err) && read_symbols(image, &d, err) &&
		relocate_table(image, &d, d.rela, err) && relocate_table(image, &d, d.plt, err);

	free(d.place);
	return fine;
}

static const char *
function_at(const struct image *image, uint64_t address)
{
	for (size_t i = 0; i < image->functions; i++)
		if (image->function[i].address == address)
			return image->function[i].name;
	return NULL;
}

/* A function that the start-up files of GCC and clang bring along, and that does nothing for us: _init calls
 * __gmon_start__ when there is one, frame_dummy registers clones for transactional memory. In a stripped file
 * it has no name, and is recognised by where it is, or that it is nothing but a jump. */
static bool
is_harmless(const struct image *image, uint64_t address, const char *name)
{
	const char *found = function_at(image, address);
	const uint8_t *code;

	if (found != NULL)
		return strcmp(found, name) == 0;
	if (!image_mapped(image, address - PROGRAM_BASE, 16))
		return false;
	if (strcmp(name, "_init") == 0)
		return strcmp(image_section(image, address), ".init") == 0;
	code = image->memory + (address - PROGRAM_BASE);
	return code[0] == 0xe9 || memcmp(code, "\xf3\x0f\x1e\xfa\xe9", 5) == 0; /* jmp, after an endbr64 or not */
}

bool
image_check_start(const struct image *image, struct err *err)
{
	uint64_t count = image->init_array_size / 8, first;

	if (image->init != 0 && !is_harmless(image, PROGRAM_BASE + image->init, "_init"))
		return err_set(err, "%s runs code of its own when it is loaded (DT_INIT), which is not verified; "
			"initialise in nf_init instead.", image->path);
	if (count == 0)
		return true;
	if (!image_mapped(image, image->init_array, image->init_array_size))
		return corrupt(image, "table of constructors", err);
	first = word(image, image->init_array);
	if (count > 1 || !is_harmless(image, first, "frame_dummy"))
		return err_set(err, "%s runs code of its own when it is loaded (constructors), which is not verified; "
			"initialise in nf_init instead.", image->path);
	return true;
}
