/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/nearest.h -- the word that was probably meant. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* The index of the word that takes the fewest changes, or -1: none is near. words ends with NULL. */
int nearest(const char *given, const char *const *words);

#endif
