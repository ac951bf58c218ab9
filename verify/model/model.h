/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/model/model.h -- what each imported function means to whoever calls it.
 *
 * Each model states the contract of the header it stands for, no more: what a contract leaves open is an
 * unknown here, what it requires is demanded of the caller. Anything without a model is refused by name. */
#ifndef VERIFY_MODEL_MODEL_H
#define VERIFY_MODEL_MODEL_H

#include "verify/exec/exec.h"

#define MODEL_VIG_HANDLE 0x600000000000ull /* what env->vig points to */

/* Calls an import: x->import. */
void model_import(struct exec *x, struct state *s, const char *name);

#endif
