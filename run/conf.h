/* SPDX-License-Identifier: BSD-3-Clause */
/* run/conf.h -- a .conf file, read against the option table of a network function.
 *
 *     # comment
 *     capacity4 = 65_536
 *     established = 2h
 *
 *     [pairs]            # one section a record of the list option "pairs"
 *     inside = 0
 *     outside = 1
 *
 * What stands in the file is either understood and in range, or refused with its line: nothing is
 * rounded, clamped or ignored. */
#ifndef RUN_CONF_H
#define RUN_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "nf/nf.h"

/* The records of one list option: count * fields values, record after record. */
struct conf_list {
	size_t fields;
	size_t count, room;
	struct nf_value *value;
	uint32_t *line; /* where each record's section starts */
};

/* By position in the option table: value for plain options, list for NF_LIST. */
struct conf {
	char *path;      /* NULL: no file, all defaults */
	size_t options;
	struct nf_value *value;
	uint32_t *line;  /* where it was set; 0: not in the file */
	struct conf_list *list;
};

/* Reads a file. False: conf holds nothing, and err says what is wrong on which line. */
bool conf_read(const char *path, const struct nf_option *options, uint64_t ports, struct conf *conf,
	struct err *err);

/* The same for text in memory; path is what messages call it. */
bool conf_parse(const char *path, const char *text, size_t size, const struct nf_option *options,
	uint64_t ports, struct conf *conf, struct err *err);

/* Every option at its default, every list empty. False when a default cannot be: a port that does
 * not exist, or no memory. */
bool conf_defaults(const struct nf_option *options, uint64_t ports, struct conf *conf, struct err *err);

/* Gives back what conf_read, conf_parse or conf_defaults made. */
void conf_free(struct conf *conf);

#endif
