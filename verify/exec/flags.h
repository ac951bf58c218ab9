/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/exec/flags.h -- x86 flags from VEX's lazy form (cc_op, dep1, dep2, ndep), as terms. */
#ifndef VERIFY_EXEC_FLAGS_H
#define VERIFY_EXEC_FLAGS_H

#include "verify/term/term.h"

/* Each answers a 64-bit term equal to what VEX's helper of that name computes, or NULL when cc_op is not
 * a constant or not known: the caller refuses. */
term flags_condition(struct terms *ts, unsigned condition, const term cc[4]); /* amd64g_calculate_condition */
term flags_carry(struct terms *ts, const term cc[4]);                         /* amd64g_calculate_rflags_c */
term flags_all(struct terms *ts, const term cc[4]);                           /* amd64g_calculate_rflags_all */

#endif
