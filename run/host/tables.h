/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/tables.h -- what an instance's tables hold, as answers. */
#ifndef RUN_HOST_TABLES_H
#define RUN_HOST_TABLES_H

#include <stdint.h>

#include "libvig/flow_table.h"
#include "libvig/vig.h"
#include "run/host/answers.h"

/* NULL: there is no table of that name. */
struct flow_table *tables_named(const struct vig *vig, const char *name);

/* "absent", or "entry CLASS TICK VALUE". key: as many words as the table's keys have. now: not before what
 * the table was last told. */
void tables_entry(struct flow_table *table, const uint64_t *key, uint64_t now, struct answers *answers);

/* "absent", or "slot NUMBER". Parameters as for tables_entry. */
void tables_slot(struct flow_table *table, const uint64_t *key, uint64_t now, struct answers *answers);

/* "live KEY CLASS TICK VALUE SLOT" for each entry, then "done". */
void tables_dump(const struct flow_table *table, uint64_t now, struct answers *answers);

/* "table NAME SHIFT CAPACITY LIFETIME…" (in ticks), or "list NAME" for what a list is kept in, each followed by
 * its "field key|value NAME OFFSET SIZE host|network" lines; then "done". */
void tables_describe(const struct vig *vig, struct answers *answers);

/* "figures NAME LIVE CAPACITY REFUSED" for each object, then "done". */
void tables_figures(const struct vig *vig, uint64_t now, struct answers *answers);

#endif
