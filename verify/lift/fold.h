/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/fold.h -- what one IR operation yields on numbers. */
#ifndef VERIFY_LIFT_FOLD_H
#define VERIFY_LIFT_FOLD_H

#include "verify/lift/ir.h"

/* The value of a statement whose arguments a[i].value are all known; false for statements that are no
 * pure operation, and for a division by zero. */
bool fold_stmt(const struct ir_stmt *s, uint64_t *result);

#endif
