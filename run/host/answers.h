/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/answers.h -- what has been answered and not yet written: kept where it outlives a crash.
 *
 * The worker, which runs the function, and the supervisor, which started it, share it: when the worker is
 * gone, the supervisor writes what it still had to say, and why it is gone. */
#ifndef RUN_HOST_ANSWERS_H
#define RUN_HOST_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWERS_ROOM (256u * 1024)

struct answers {
	uint64_t packets; /* shown to the function so far, the present one included; 0: it is being started */
	int signal;       /* of a crash that was seen in a further process; 0: none */
	size_t used;
	char text[ANSWERS_ROOM];
};

/* NULL: out of memory. It lives as long as the process. */
struct answers *answers_new(void);

/* Adds text as printf would; writes what is there first if there is no room. */
void answers_add(struct answers *answers, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds bytes in hexadecimal. */
void answers_add_bytes(struct answers *answers, const uint8_t *bytes, size_t size);

/* Writes all of it to standard output. False: nobody reads there any more. */
bool answers_flush(struct answers *answers);

#endif
