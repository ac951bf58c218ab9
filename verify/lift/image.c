/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verify/lift/image.h"
#include "verify/lift/lift.h"

#define PAGE 4096

static const char *
machine_name(unsigned machine)
{
	static const struct { unsigned machine; const char *name; } known[] = {
		{ EM_386, "x86 (32 bits)" }, { EM_ARM, "ARM (32 bits)" }, { EM_AARCH64, "ARM64" },
		{ EM_RISCV, "RISC-V" }, { EM_PPC64, "PowerPC64" }, { EM_PPC, "PowerPC" }, { EM_S390, "s390" },
		{ EM_MIPS, "MIPS" }, { EM_SPARCV9, "SPARC64" }, { EM_BPF, "BPF" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].machine == machine)
			return known[i].name;
	return NULL;
}

static bool
check_machine(const struct image *image, const GElf_Ehdr *header, struct err *err)
{
	const char *name = machine_name(header->e_machine);

	if (header->e_machine != EM_X86_64 && name != NULL)
		return err_set(err, "%s is machine code for %s; only x86-64 is understood.", image->path, name);
	if (header->e_machine != EM_X86_64)
		return err_set(err, "%s is machine code for ELF machine %u; only x86-64 is understood.", image->path,
			header->e_machine);
	if (gelf_getclass(image->elf) != ELFCLASS64)
		return err_set(err, "%s is a 32-bit (x32) file; only 64-bit x86-64 is understood.", image->path);
	if (header->e_ident[EI_DATA] != ELFDATA2LSB)
		return err_set(err, "%s is not little-endian, as x86-64 is.", image->path);
	return true;
}

static const char *
type_name(unsigned type)
{
	return type == ET_REL ? "an object file" : type == ET_EXEC ? "an executable at a fixed address" :
		type == ET_CORE ? "a core dump" : "of an unknown ELF type";
}

static bool
check_header(const struct image *image, struct err *err)
{
	GElf_Ehdr header;

	if (elf_kind(image->elf) != ELF_K_ELF)
		return err_set(err, "%s is not an ELF file; give a shared object as `vigor build` makes it.", image->path);
	if (gelf_getehdr(image->elf, &header) == NULL)
		return err_set(err, "%s is truncated: its ELF header is not whole.", image->path);
	if (!check_machine(image, &header, err))
		return false;
	if (header.e_type != ET_DYN)
		return err_set(err, "%s is %s, not a shared object; link it with -shared -fPIC.", image->path,
			type_name(header.e_type));
	return true;
}

bool
image_read(struct image *image, const char *path, struct err *err)
{
	*image = (struct image){ .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (image->fd < 0)
		return err_set(err, "%s cannot be opened: %s.", path, strerror(errno));
	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, "libelf does not support this ELF version: %s.", elf_errmsg(-1));
	image->elf = elf_begin(image->fd, ELF_C_READ, NULL);
	if (image->elf == NULL)
		return err_set(err, "%s cannot be read: %s.", path, elf_errmsg(-1));
	image->file = (const uint8_t *)elf_rawfile(image->elf, &image->file_size);
	if (image->file == NULL || image->file_size == 0)
		return err_set(err, "%s is empty or not a regular file.", path);
	return check_header(image, err);
}

static bool
check_segment(const struct image *image, const GElf_Phdr *p, uint64_t after, struct err *err)
{
	uint64_t limit = PROGRAM_IMPORTS - PROGRAM_BASE - PAGE;

	if (p->p_offset > image->file_size || p->p_filesz > image->file_size - p->p_offset)
		return err_set(err, "%s is truncated: a segment at file offset 0x%" PRIx64 " of 0x%" PRIx64
			" bytes ends past the end of the file.", image->path, p->p_offset, p->p_filesz);
	if (p->p_filesz > p->p_memsz)
		return err_set(err, "%s is corrupt: a segment is larger in the file than in memory.", image->path);
	if (p->p_vaddr > limit || p->p_memsz > limit - p->p_vaddr)
		return err_set(err, "%s does not fit: a segment ends past 0x%" PRIx64 " (or the file is corrupt).",
			image->path, limit);
	if (p->p_vaddr < after)
		return err_set(err, "%s is corrupt: its segments overlap or are not in order.", image->path);
	return true;
}

static void
add_segment(struct image *image, uint64_t vaddr, uint64_t size, bool writable, bool executable)
{
	if (size == 0)
		return;
	image->segment[image->segments++] = (struct program_segment){
		.address = PROGRAM_BASE + vaddr, .size = size, .bytes = image->memory + vaddr,
		.writable = writable, .executable = executable };
}

static bool
map_segments(struct image *image, size_t headers, struct err *err)
{
	GElf_Phdr p;

	for (size_t i = 0; i < headers; i++) {
		if (gelf_getphdr(image->elf, (int)i, &p) == NULL)
			return err_set(err, "%s is truncated: program header %zu is not whole.", image->path, i);
		if (p.p_type != PT_LOAD)
			continue;
		if (!check_segment(image, &p, image->memory_size, err))
			return false;
		image->memory_size = p.p_vaddr + p.p_memsz;
	}
	if (image->memory_size == 0)
		return err_set(err, "%s has nothing to load.", image->path);
	image->memory = calloc(1, image->memory_size + LIFT_SLACK);
	if (image->memory == NULL)
		return err_set(err, "%s needs more memory than there is.", image->path);
	for (size_t i = 0; i < headers; i++) {
		if (gelf_getphdr(image->elf, (int)i, &p) == NULL || p.p_type != PT_LOAD)
			continue;
		memcpy(image->memory + p.p_vaddr, image->file + p.p_offset, p.p_filesz);
		add_segment(image, p.p_vaddr, p.p_memsz, p.p_flags & PF_W, p.p_flags & PF_X);
	}
	return true;
}

bool
image_map(struct image *image, struct err *err)
{
	size_t headers;

	if (elf_getphdrnum(image->elf, &headers) != 0 || headers == 0)
		return err_set(err, "%s has no program headers; it cannot be loaded.", image->path);
	image->segment = calloc(headers + 2, sizeof *image->segment); /* RELRO splits one in three */
	if (image->segment == NULL)
		return err_set(err, "%s needs more memory than there is.", image->path);
	return map_segments(image, headers, err);
}

/* Splits the segment at an address; what lies below stays in it. */
static size_t
split(struct image *image, size_t i, uint64_t address)
{
	struct program_segment *s = &image->segment[i];
	uint64_t below = address - s->address;

	if (address <= s->address || address >= s->address + s->size)
		return i;
	memmove(s + 2, s + 1, (image->segments - i - 1) * sizeof *s);
	image->segments++;
	s[1] = s[0];
	s->size = below;
	s[1].address += below;
	s[1].bytes += below;
	s[1].size -= below;
	return i + 1;
}

/* The loader makes whole pages read-only: what shares the last page with other data stays writable. */
static bool
protect_range(struct image *image, uint64_t start, uint64_t end, struct err *err)
{
	start = start / PAGE * PAGE;
	end = end / PAGE * PAGE;
	for (size_t i = 0; i < image->segments; i++) {
		struct program_segment *s = &image->segment[i];

		if (start >= end || start >= s->address + s->size || end <= s->address)
			continue;
		if (!s->writable || end > s->address + s->size)
			return err_set(err, "%s is corrupt: its RELRO part is not in one writable segment.", image->path);
		i = split(image, i, start);
		split(image, i, end);
		image->segment[i].writable = false;
		return true;
	}
	return true;
}

bool
image_protect(struct image *image, struct err *err)
{
	GElf_Phdr p;
	size_t headers;
	bool seen = false;

	if (elf_getphdrnum(image->elf, &headers) != 0)
		return err_set(err, "%s has no program headers; it cannot be loaded.", image->path);
	for (size_t i = 0; i < headers; i++) {
		if (gelf_getphdr(image->elf, (int)i, &p) == NULL || p.p_type != PT_GNU_RELRO)
			continue;
		if (seen || p.p_vaddr > image->memory_size || p.p_memsz > image->memory_size + PAGE - p.p_vaddr)
			return err_set(err, "%s is corrupt: its RELRO part does not lie in its memory.", image->path);
		seen = true;
		if (!protect_range(image, PROGRAM_BASE + p.p_vaddr, PROGRAM_BASE + p.p_vaddr + p.p_memsz, err))
			return false;
	}
	return true;
}

bool
image_mapped(const struct image *image, uint64_t vaddr, uint64_t size)
{
	for (size_t i = 0; i < image->segments; i++) {
		const struct program_segment *s = &image->segment[i];
		uint64_t within = PROGRAM_BASE + vaddr - s->address;

		if (vaddr <= image->memory_size && PROGRAM_BASE + vaddr >= s->address && within <= s->size &&
		    size <= s->size - within)
			return true;
	}
	return false;
}

void
image_close(struct image *image)
{
	if (image->elf != NULL)
		elf_end(image->elf);
	if (image->fd >= 0)
		close(image->fd);
	free(image->memory);
	free(image->segment);
	free(image->dynamic);
	free(image->function);
	free(image->import);
}
