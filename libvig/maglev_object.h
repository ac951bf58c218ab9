/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/maglev_object.h -- a Maglev table as a part of another object. Private to libvig. */
#ifndef LIBVIG_MAGLEV_OBJECT_H
#define LIBVIG_MAGLEV_OBJECT_H

#include "libvig/maglev.h"

#pragma GCC visibility push(hidden)

/* maglev_new without a name. What a failure leaves behind is the caller's to rewind. */
struct maglev *maglev_make(struct vig *vig, uint64_t backends, uint64_t size);

/* The smallest prime number that is not below; over MAGLEV_MAX_SIZE if that is. */
uint64_t maglev_prime(uint64_t least);

#pragma GCC visibility pop

#endif
