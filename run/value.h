/* SPDX-License-Identifier: BSD-3-Clause */
/* run/value.h -- one option's value as text: reading it, and saying what would be allowed. */
#ifndef RUN_VALUE_H
#define RUN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nf/nf.h"

#define VALUE_REASON 320u

/* Reads text as a value of the option. False: reason says why not and what is allowed. */
bool value_read(const struct nf_option *option, uint64_t ports, const char *text, struct nf_value *value,
	char reason[VALUE_REASON]);

/* Whether the value is one that the option allows. False: reason says what is. */
bool value_check(const struct nf_option *option, uint64_t ports, const struct nf_value *value,
	char reason[VALUE_REASON]);

/* Writes the value as it would stand in a .conf file; answers buffer. */
const char *value_write(const struct nf_option *option, const struct nf_value *value, char *buffer,
	size_t size);

#endif
