/* SPDX-License-Identifier: BSD-3-Clause */
/* base/err.h -- what went wrong with the user's input: what, where, and what to do about it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

struct err {
	char text[1024]; /* one or two sentences, no newline at the end */
};

/* Keeps the first message: later ones are consequences. Always false, so `return err_set(…)` reads well. */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
