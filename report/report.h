/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/report.h -- a verdict for those who asked: as text, and as one JSON object. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "report/hashes.h"
#include "verify/prove/verify.h"

struct report {
	const char *name;        /* of the network function */
	const struct verdict *verdict;
	const struct hashes *hashes;
	uint64_t length;         /* the bound, in bytes */
	const char *program;     /* that the counterexample is about */
	const char *folder;      /* of the specification; NULL: none was asked for */
	const char *evidence;    /* folder that the counterexample was written to, or NULL */
};

/* The verdict, its goals and its counterexample. explain: also what it rests on. colour: on a terminal. */
void report_text(const struct report *report, bool explain, bool colour, FILE *to);

/* The same as one object; the caller decrefs it. */
json_t *report_json(const struct report *report);

/* Replaces the file in one step, so that no reader sees half a verdict. */
bool report_write(json_t *object, const char *path, struct err *err);

#endif
