/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/proof/flow_index/index.c -- the index alone, for its proof. */
#include "libvig/flow_index.h"
