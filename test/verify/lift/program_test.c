/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading shared objects: what is found in good ones, what is said of bad ones, and that none does harm.
 * The first argument is the directory where meson built the samples. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verify/lift/program.h"

#define FUZZ_ROUNDS 1000

static const char *samples;
static char scratch[] = "/tmp/program_test.XXXXXX";

static const char *
sample(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/sample_%s.so", samples, name);
	return path;
}

static struct program *
open_sample(const char *name)
{
	struct err err = { { 0 } };
	struct program *program = program_open(sample(name), &err);

	if (program == NULL)
		fail_msg("%s", err.text);
	return program;
}

static const struct program_segment *
segment_at(const struct program *program, uint64_t address)
{
	for (size_t i = 0; i < program_segments(program); i++) {
		const struct program_segment *s = program_segment(program, i);

		if (address >= s->address && address - s->address < s->size)
			return s;
	}
	fail_msg("nothing is loaded at 0x%llx", (unsigned long long)address);
	return NULL;
}

static uint64_t
word_at(const struct program *program, uint64_t address)
{
	const struct program_segment *s = segment_at(program, address);
	uint64_t word;

	assert_true(address + 8 - s->address <= s->size);
	memcpy(&word, s->bytes + (address - s->address), sizeof word);
	return word;
}

static void
check_permissions(const struct program *program, const char *name, bool writable, bool executable)
{
	const struct program_segment *s = segment_at(program, program_symbol(program, name));

	assert_int_equal(s->writable, writable);
	assert_int_equal(s->executable, executable);
}

static void
check_contents(struct program *program)
{
	uint64_t text = program_symbol(program, "sample_text"), call = program_symbol(program, "sample_call");
	uint64_t names = program_symbol(program, "sample_names");

	check_permissions(program, "sample_counter", true, false);
	check_permissions(program, "sample_zeroed", true, false);
	check_permissions(program, "sample_text", false, false);
	check_permissions(program, "sample_names", false, false); /* relocated, then protected */
	check_permissions(program, "sample_call", false, false);
	check_permissions(program, "sample_function", false, true);
	assert_int_equal(program_symbol_size(program, "sample_zeroed"), 800);
	assert_int_equal(word_at(program, program_symbol(program, "sample_counter")), 7);
	assert_int_equal(word_at(program, program_symbol(program, "sample_zeroed") + 792), 0);
	assert_int_equal(word_at(program, names), text);
	assert_int_equal(word_at(program, names + 8), text + 2);
	assert_string_equal(program_import(program, word_at(program, call)), "elsewhere");
	assert_null(program_import(program, word_at(program, call) + 1));
	assert_null(program_import(program, text));
	assert_int_equal(program_symbol(program, "elsewhere"), 0);
	assert_int_equal(program_symbol(program, "hidden"), 0);
	assert_string_equal(program_section(program, program_symbol(program, "sample_summary")), "vigor_summary");
	assert_string_equal(program_section(program, 1), "");
}

/* Follows jumps from a call until code outside the file is reached, and answers the import it is. */
static const char *
follow(struct program *program, uint64_t address)
{
	for (unsigned hops = 0; hops < 4 && program_import(program, address) == NULL; hops++) {
		struct err err = { { 0 } };
		const struct ir_block *block = program_block(program, address, &err);

		if (block == NULL)
			fail_msg("%s", err.text);
		assert_int_equal(block->jump, IR_JUMP_PLAIN);
		address = block->next.value;
		for (uint32_t i = 0; block->next.temp >= 0 && i < block->count; i++)
			if (block->stmt[i].dst == block->next.temp && block->stmt[i].op == IR_LOAD)
				address = word_at(program, block->stmt[i].a[0].value);
	}
	return program_import(program, address);
}

/* The first block of `hidden` calls far_away, through whatever table the linker made. */
static void
check_calls(struct program *program, bool stripped)
{
	struct err err = { { 0 } };
	const struct ir_block *block = program_block(program, program_symbol(program, "sample_function"), &err);

	assert_non_null(block);
	assert_int_equal(block->jump, IR_JUMP_CALL);
	if (!stripped)
		assert_string_equal(program_function(program, block->next.value), "hidden");
	block = program_block(program, block->next.value, &err);
	assert_non_null(block);
	assert_int_equal(block->jump, IR_JUMP_CALL);
	assert_string_equal(follow(program, block->next.value), "far_away");
	assert_ptr_equal(block, program_block(program, block->address, &err));
}

/* Lazy and immediate binding, and the two tables of calls that CET brings, load to the same thing. */
static void
test_variants(void **unused)
{
	static const char *const names[] = { "plain", "now", "cet", "stripped" };

	(void)unused;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct program *program = open_sample(names[i]);

		check_contents(program);
		check_calls(program, strcmp(names[i], "stripped") == 0);
		program_close(program);
	}
}

/* Forgotten PUBLICs are no damage: the file opens, and nothing is found in it. */
static void
test_nothing_public(void **unused)
{
	struct program *program = open_sample("nothing");

	(void)unused;
	assert_int_equal(program_symbol(program, "sample_function"), 0);
	assert_string_equal(program_import(program, PROGRAM_IMPORTS), "elsewhere");
	program_close(program);
}

static void
test_lines(void **unused)
{
	struct program *program = open_sample("plain");
	struct err err = { { 0 } };
	const char *file = NULL;
	int line = 0;
	const struct ir_block *block = program_block(program, program_symbol(program, "sample_function"), &err);

	(void)unused;
	assert_true(program_where(program, program_symbol(program, "sample_float"), &file, &line));
	assert_non_null(strstr(file, "sample/plain.c"));
	assert_int_equal(line, 37);
	block = program_block(program, block->next.value, &err);
	assert_non_null(block);
	assert_true(program_where(program, block->address + block->size - 1, &file, &line));
	assert_int_equal(line, 19);
	assert_false(program_where(program, PROGRAM_IMPORTS, &file, &line));
	program_close(program);
}

static void
check_refusal(struct program *program, uint64_t address, const char *const *parts)
{
	struct err err = { { 0 } };

	assert_null(program_block(program, address, &err));
	for (; *parts != NULL; parts++)
		if (strstr(err.text, *parts) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err.text, *parts);
}

/* A refusal says operation, address, function and line. */
static void
test_refused_code(void **unused)
{
	struct program *program = open_sample("plain");
	static const char *const floating[] = { "sample_plain.so", "Mul64F0x2", "0x1000", "in sample_float",
		"plain.c:37", NULL };
	static const char *const data[] = { "not in executable memory", NULL };

	(void)unused;
	check_refusal(program, program_symbol(program, "sample_float"), floating);
	check_refusal(program, program_symbol(program, "sample_counter"), data);
	check_refusal(program, PROGRAM_IMPORTS, data);
	check_refusal(program, 0, data);
	program_close(program);
}

static void
check_message(const char *path, const char *part)
{
	struct err err = { { 0 } };
	struct program *program = program_open(path, &err);

	assert_null(program);
	if (strstr(err.text, path) == NULL || strstr(err.text, part) == NULL)
		fail_msg("\"%s\" does not name \"%s\" and say \"%s\"", err.text, path, part);
}

static void
test_refused_files(void **unused)
{
	(void)unused;
	check_message("/nonexistent/nf.so", "No such file");
	check_message("/tmp", "/tmp");
	check_message("/dev/null", "empty");
	check_message(sample("thread_local"), "thread-local");
	check_message(sample("weak"), "maybe weakly");
	check_message(sample("constructor"), "runs code of its own when it is loaded");
	check_message(sample("constructor_alone"), "runs code of its own when it is loaded");
	check_message(sample("init"), "runs code of its own when it is loaded");
	check_message(sample("ifunc"), "IRELATIVE");
}

struct bytes {
	uint8_t *data;
	size_t size;
};

static struct bytes
read_sample(const char *name)
{
	FILE *in = fopen(sample(name), "rb");
	struct bytes all = { NULL, 0 };

	assert_non_null(in);
	fseek(in, 0, SEEK_END);
	all.size = (size_t)ftell(in);
	rewind(in);
	all.data = malloc(all.size);
	assert_non_null(all.data);
	assert_int_equal(fread(all.data, 1, all.size, in), all.size);
	fclose(in);
	return all;
}

static const char *
write_scratch(const uint8_t *data, size_t size)
{
	static char path[64];
	FILE *out;

	snprintf(path, sizeof path, "%s/changed.so", scratch);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, size, out), size);
	fclose(out);
	return path;
}

static void
check_changed(struct bytes all, size_t offset, uint8_t value, const char *part)
{
	uint8_t old = all.data[offset];

	all.data[offset] = value;
	check_message(write_scratch(all.data, all.size), part);
	all.data[offset] = old;
}

static void
test_changed_headers(void **unused)
{
	struct bytes all = read_sample("plain");
	size_t machine = offsetof(Elf64_Ehdr, e_machine), type = offsetof(Elf64_Ehdr, e_type);

	(void)unused;
	check_changed(all, 0, 'x', "not an ELF file");
	check_changed(all, machine, EM_AARCH64, "ARM64");
	check_changed(all, machine, EM_386, "x86 (32 bits)");
	check_changed(all, machine, 77, "ELF machine 77");
	check_changed(all, EI_CLASS, ELFCLASS32, "32-bit");
	check_changed(all, type, ET_REL, "an object file");
	check_changed(all, type, ET_EXEC, "an executable at a fixed address");
	check_message(write_scratch(all.data, 0), "empty");
	check_message(write_scratch(all.data, 20), "changed.so");
	check_message(write_scratch(all.data, 0x1800), "truncated");
	check_message(write_scratch((const uint8_t *)"hello\n", 6), "not an ELF file");
	free(all.data);
}

static uint64_t seed = 0x853c49e6748fea9b;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1d;
}

/* Uses whatever could be opened, as a verifier would. */
static void
exercise(struct program *program)
{
	static const char *const names[] = { "sample_function", "sample_float", "sample_counter" };
	const char *file;
	int line;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		uint64_t address = program_symbol(program, names[i]);
		struct err err = { { 0 } };

		if (program_block(program, address, &err) == NULL)
			assert_true(err.text[0] != '\0');
		program_where(program, address, &file, &line);
		program_function(program, address);
		program_section(program, address);
	}
	for (size_t i = 0; i < program_segments(program); i++)
		assert_true(program_segment(program, i)->size > 0);
}

/* Random damage, most of it to headers and tables. */
static void
test_damage(void **unused)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct bytes all = read_sample("plain");
	uint8_t *copy = malloc(all.size);

	(void)unused;
	assert_non_null(copy);
	for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
		struct err err = { { 0 } };
		struct program *program;
		size_t size = round % 8 == 0 ? next_random() % all.size : all.size;

		memcpy(copy, all.data, all.size);
		for (unsigned i = 0; i < 1 + round % 5; i++) {
			uint64_t r = next_random();
			size_t reach = round % 3 == 0 ? all.size : round % 3 == 1 ? 0x400 : 0x3200;

			copy[r % (reach < all.size ? reach : all.size)] =
				r >> 60 < 5 ? values[r >> 60] : (uint8_t)(r >> 40);
		}
		program = program_open(write_scratch(copy, size), &err);
		if (program == NULL)
			assert_true(err.text[0] != '\0');
		else
			exercise(program);
		program_close(program);
	}
	free(copy);
	free(all.data);
}

static int
clean_up(void **unused)
{
	char path[64];

	(void)unused;
	snprintf(path, sizeof path, "%s/changed.so", scratch);
	unlink(path);
	return rmdir(scratch);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_nothing_public),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refused_code),
		cmocka_unit_test(test_refused_files),
		cmocka_unit_test(test_changed_headers),
		cmocka_unit_test(test_damage),
	};

	if (argc != 2 || mkdtemp(scratch) == NULL)
		return 2;
	samples = argv[1];
	return cmocka_run_group_tests(tests, NULL, clean_up);
}
