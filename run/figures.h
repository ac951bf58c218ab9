/* SPDX-License-Identifier: BSD-3-Clause */
/* run/figures.h -- what the operator is told of a run: counters of each port, figures of each object. */
#ifndef RUN_FIGURES_H
#define RUN_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "libvig/vig.h"
#include "run/loop.h"

#define FIGURES_OBJECTS 64u
#define FIGURES_NAME 48u

struct figures_object {
	char name[FIGURES_NAME], kind[FIGURES_NAME];
	struct vig_figures figures;
};

/* A copy: it stays as it is while the loop goes on. */
struct figures {
	uint64_t ports, objects;
	struct loop_counters port[NF_MAX_PORTS];
	uint64_t missed[NF_MAX_PORTS]; /* frames that the device had no room for */
	struct figures_object object[FIGURES_OBJECTS];
};

/* Takes the counters of the loop and the figures of the first FIGURES_OBJECTS objects. Leaves missed to
 * the caller. */
void figures_take(struct figures *figures, const struct loop *loop, const struct vig *vig, uint64_t now);

/* Two aligned tables. Columns that are zero for every port are left out, the first three excepted. */
void figures_print(const struct figures *figures, FILE *out);

/* One array each; NULL when out of memory. */
json_t *figures_ports_json(const struct figures *figures);
json_t *figures_objects_json(const struct figures *figures);

/* A counter by position, for whoever goes through them: name NULL ends. */
struct figures_counter {
	const char *name;
	uint64_t value;
};
struct figures_counter figures_counter(const struct figures *figures, uint64_t port, size_t position);

#endif
