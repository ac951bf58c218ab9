/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/proof/flow_table/k2v2.c -- one instance of flow_table, for tool/prove: the others are the same text. */
#include "libvig/flow_table.h"
#include "libvig/flow_table_state.h"

#define FLOW_K 2
#define FLOW_V 2
#include "libvig/flow_table_names.h"

#include "libvig/flow_order.h"
#include "libvig/flow_search.h"
#include "libvig/flow_entries.h"
