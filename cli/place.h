/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/place.h -- where our own files are, and which files belong to a network function's folder. */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <stdbool.h>

#include "base/err.h"

/* Found from where the running program lies: a build folder, or PREFIX/bin. All live as long as the command. */
struct place {
	char *programs; /* the folder of vigor, vigor-run, vigor-host */
	char *root;     /* what network functions include from: nf/nf.h, net/, libvig/ */
	char *package;  /* holds the Python package `vigor` */
	char *libvig;   /* the shared library */
	char *libvig_folder;
};

bool place_find(struct place *place, struct err *err);

/* A program next to this one. */
char *place_program(const struct place *place, const char *name);

/* A network function: folder, name, and the files made from its sources. */
struct function {
	char *folder;    /* without links, from the root */
	char *name;      /* the folder's own */
	char *program;   /* NAME.so: what is proved and run */
	char *sanitized; /* NAME.trap.so */
	bool ours;       /* built with the project, not by `vigor build` */
};

/* False: there is no such folder, or none of C sources. */
bool function_find(const struct place *place, const char *folder, struct function *function, struct err *err);

/* Whether a file made from the sources is there and newer than all that it was made from. */
bool function_is_fresh(const struct place *place, const struct function *function, const char *made);

/* The words of a format, in memory that lives as long as the command. */
char *words(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
