/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _POSIX_C_SOURCE 200809L
/* golden NAME.so NAME.ir -- whether the IR of function f, block after block, reads as recorded.
 * With --write it records instead: read the difference before you commit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/lift/program.h"

static bool
print_function(FILE *out, struct program *program)
{
	uint64_t address = program_symbol(program, "f"), end = address + program_symbol_size(program, "f");

	while (address < end) {
		struct err err = { { 0 } };
		const struct ir_block *block = program_block(program, address, &err);

		if (block == NULL) {
			fprintf(out, "%s\n", strstr(err.text, "not understood"));
			return true;
		}
		ir_print(out, block);
		address += block->size;
	}
	return program_symbol(program, "f") != 0;
}

static char *
read_all(const char *path)
{
	static char text[1 << 16];
	FILE *in = fopen(path, "r");
	size_t length = in == NULL ? 0 : fread(text, 1, sizeof text - 1, in);

	text[length] = '\0';
	if (in != NULL)
		fclose(in);
	return text;
}

int
main(int argc, char **argv)
{
	static char got[1 << 16];
	struct err err = { { 0 } };
	struct program *program = argc > 2 ? program_open(argv[1], &err) : NULL;
	bool write = argc > 3 && strcmp(argv[3], "--write") == 0;
	FILE *out = write ? fopen(argv[2], "w") : fmemopen(got, sizeof got, "w");
	bool printed;

	if (program == NULL || out == NULL) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	printed = print_function(out, program);
	fclose(out);
	program_close(program);
	if (write || !printed)
		return printed ? 0 : 2;
	if (strcmp(got, read_all(argv[2])) == 0)
		return 0;
	fprintf(stderr, "%s: it now reads\n%s", argv[2], got);
	return 1;
}
