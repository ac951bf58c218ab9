/* SPDX-License-Identifier: BSD-3-Clause */
/* run/instance.h -- one network function brought to life: its memory, its state, its lists filled. */
#ifndef RUN_INSTANCE_H
#define RUN_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "libvig/vig.h"
#include "nf/nf.h"
#include "run/conf.h"
#include "run/load.h"

struct instance {
	struct vig *vig;
	void *state;
};

/* Runs nf_init with the configuration, then adds each record of each list to its object. memory
 * NULL: the C library's. secret NULL: drawn from the system. conf must outlive the instance. False:
 * err says what was refused, with the line of the .conf file where there is one. */
bool instance_new(const struct load *load, const struct conf *conf, uint64_t ports,
	const struct vig_memory *memory, const uint64_t secret[4], struct instance *instance, struct err *err);

void instance_delete(struct instance *instance);

#endif
