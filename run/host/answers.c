/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/host/answers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hex.h"

#define LINE_ROOM 4096u /* more than any answer but bytes */

struct answers *
answers_new(void)
{
	void *const memory = mmap(NULL, sizeof(struct answers), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory != MAP_FAILED ? memory : NULL;
}

bool
answers_flush(struct answers *answers)
{
	size_t done = 0;

	while (done < answers->used) {
		const ssize_t n = write(STDOUT_FILENO, answers->text + done, answers->used - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	memmove(answers->text, answers->text + done, answers->used - done);
	answers->used -= done;
	return answers->used == 0;
}

/* Whoever reads the answers is gone: there is nobody to go on for. */
static void
make_room(struct answers *answers, size_t size)
{
	if (ANSWERS_ROOM - answers->used < size && !answers_flush(answers))
		_exit(EXIT_FAILURE);
}

void
answers_add(struct answers *answers, const char *format, ...)
{
	va_list arguments;
	int n;

	make_room(answers, LINE_ROOM);
	va_start(arguments, format);
	n = vsnprintf(answers->text + answers->used, LINE_ROOM, format, arguments);
	va_end(arguments);
	answers->used += n < (int)LINE_ROOM ? (size_t)n : LINE_ROOM - 1;
}

void
answers_add_bytes(struct answers *answers, const uint8_t *bytes, size_t size)
{
	make_room(answers, HEX_ROOM(size));
	answers->used = (size_t)(hex_write(answers->text + answers->used, bytes, size) - answers->text);
}
