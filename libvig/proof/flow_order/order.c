/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/proof/flow_order/order.c -- the order as a model, for its proof. */
#include <stdint.h>

#include "libvig/logic/flow_order.h"
