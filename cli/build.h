/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/build.h -- sources to the file that is proved and run, with the flags of nf/meson.build. */
#ifndef CLI_BUILD_H
#define CLI_BUILD_H

#include "cli/place.h"

/* Compiles both variants. The compiler's own messages go to standard error. */
bool build_function(const struct place *place, const struct function *function, struct err *err);

/* Compiles what is missing or older than its sources. */
bool build_if_stale(const struct place *place, const struct function *function, struct err *err);

#endif
