/* SPDX-License-Identifier: BSD-3-Clause */
/* A shared object that is not quite a network function: it exports no nf_process. */
#include "nf/nf.h"

const struct nf_option nf_options[] = { { .name = NULL } };

void *
nf_init(struct nf_env *env)
{
	return env;
}
