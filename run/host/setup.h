/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/setup.h -- a configuration given as numbers, line by line, instead of as a .conf file. */
#ifndef RUN_HOST_SETUP_H
#define RUN_HOST_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "run/conf.h"
#include "run/host/answers.h"

/* Sets a plain option. False: err says what is wrong with the name or the value. */
bool setup_option(struct conf *conf, const struct nf_option *options, uint64_t ports, const char *name,
	const struct nf_value *value, struct err *err);

/* Adds a record to a list option; its fields in the option's order. line: where it was given. */
bool setup_record(struct conf *conf, const struct nf_option *options, uint64_t ports, const char *name,
	const struct nf_value *field, size_t fields, uint32_t line, struct err *err);

/* "option NAME TYPE LO HI" and "record LIST LO:HI …" for all there is, then "done". */
void setup_show(const struct conf *conf, const struct nf_option *options, struct answers *answers);

#endif
