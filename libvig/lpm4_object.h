/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/lpm4_object.h -- routes for IPv4 prefixes as a part of another object. Private to libvig. */
#ifndef LIBVIG_LPM4_OBJECT_H
#define LIBVIG_LPM4_OBJECT_H

#include "libvig/lpm4.h"

#pragma GCC visibility push(hidden)

/* lpm4_new without a name. What a failure leaves behind is the caller's to rewind. */
struct lpm4 *lpm4_make(struct vig *vig, uint64_t routes, uint64_t groups);

#pragma GCC visibility pop

#endif
