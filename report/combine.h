/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/combine.h -- one verdict of what was found about a function and about its build with traps. */
#ifndef REPORT_COMBINE_H
#define REPORT_COMBINE_H

#include "verify/prove/verify.h"

/* The safety of the build with traps becomes one more goal. together: both ran at the same time. */
void combine_traps(struct verdict *verdict, const struct verdict *traps, bool together);

/* The verdict of the whole is the worst of its goals'. A violation that the function itself was not seen to do may be
 * in a state that it cannot reach: then nothing is known. */
void combine_settle(struct verdict *verdict);

/* Whatever the files say: "proved" without the specification or a property would be a lie. */
void combine_refuse_vacuous(struct verdict *verdict, const char *folder);

#endif
