/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/replay/script.h -- libVig's operations, played from a script.
 *
 * They carry the names of the real ones and are exported by the executable, which the dynamic linker
 * searches before libVig: a function loaded into it calls these. What it calls, in which order and with
 * which arguments, is held against the scene. */
#ifndef VERIFY_REPLAY_SCRIPT_H
#define VERIFY_REPLAY_SCRIPT_H

#include "verify/replay/scene.h"

/* The scene whose calls come from now on. differs: told of the first difference, in words, and does not
 * return. */
void script_start(const struct scene *scene, void (*differs)(const char *what));

/* The function returned: has it made every call? If not, differs is told. */
void script_finish(void);

#endif
