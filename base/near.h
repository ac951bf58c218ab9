/* SPDX-License-Identifier: BSD-3-Clause */
/* base/near.h -- how near one word is to another: for "did you mean". */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

#define NEAR_LONGEST 80u

/* Letters to insert, leave out or replace, to make one of the other. SIZE_MAX: one is longer than NEAR_LONGEST. */
size_t near_changes(const char *a, const char *b);

#endif
