/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/case.h -- a counterexample as JSON: what spec/vigor/trial.py plays, and what reports show. */
#ifndef REPORT_CASE_H
#define REPORT_CASE_H

#include <jansson.h>
#include <stdio.h>

#include "verify/prove/verify.h"

/* program: the one that it is about; its option table gives the names. folder: of the specification, or NULL.
 * The caller decrefs the object. NULL: err. */
json_t *case_json(const struct counterexample *c, const struct goal *goal, const char *program, const char *folder,
	struct err *err);

/* Reads FOLDER/case.json: setting and packets; the first ones are left out if there are more than SHOWN_PACKETS. Their bytes
 * are the counterexample's own. False: err. */
bool case_read(const char *folder, const char *program, struct counterexample *c, struct err *err);

struct options;

/* The option table of a program's file. False: err. */
bool case_program_options(const char *path, struct options *options, struct err *err);

/* A JSON string of any bytes: file names and cut messages need not be UTF-8. */
json_t *case_string(const char *text);

/* Writes ", NAME = VALUE" for each option; nothing if the program cannot be read. */
void case_options(const struct counterexample *c, const char *program, FILE *to);

#endif
