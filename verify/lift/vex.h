/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/vex.h -- what the lowering asks of the library itself. */
#ifndef VERIFY_LIFT_VEX_H
#define VERIFY_LIFT_VEX_H

#include <stddef.h>

/* The library's own name of an operation, as "Add64". */
void vex_op_name(unsigned op, char *name, size_t size);

#endif
