/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test/agree/inside.h -- the verifier's side of the agreement: drivers are executed, and what they call model_NAME is answered
 * by verify/model.
 *
 * Why agreement follows. A model describes a table by functions of which nothing is known but what it states of them. Here
 * the same functions are given a definition, by what the real table holds on this path: then every statement of the model is
 * one about the real table, and the code of the model is the same. A statement that is not true of it would make
 * some path of the real code impossible: so it is an obligation of each call that the paths that the model goes on with,
 * cut to those that answer what the real call did, are together all cases in which the call is made. What the model
 * leaves open (a slot) is defined as what the real code chose: the model has to allow it. */
#ifndef TEST_AGREE_INSIDE_H
#define TEST_AGREE_INSIDE_H

#include "verify/exec/exec.h"

/* Counted by all processes. */
struct agreement_figures {
	uint64_t paths, obligations, calls, questions, findings;
};

struct agreement {
	struct exec x; /* first: the engine knows only this part */
	struct agreement_figures *figures;
	bool apart; /* this is a process that another one waits for */
};

/* A condition that has to hold on a state, which stays as it is. */
void agreement_oblige(struct agreement *a, const struct state *s, term condition, const char *what);
/* Whatever was stated of a state since it had so many conjuncts is one of these obligations. */
void agreement_oblige_stated(struct agreement *a, const struct state *s, size_t conjuncts, const char *what);
/* A number in the driver's memory: of a symbol, so many bytes on. */
term agreement_number(struct agreement *a, struct state *s, const char *symbol, uint64_t offset);
/* Integer argument 0 .. 5 of the call. */
term agreement_arg(const struct state *s, unsigned n);

/* The object that argument 0 is: the driver's mistake if it is of another kind. */
unsigned agreement_object(const struct state *s, enum object_kind kind);

/* What agree_table_begin and its like mean. */
void agreement_table_begin(struct agreement *a, struct state *s);
void agreement_table_end(struct agreement *a, struct state *s);
void agreement_pairs_begin(struct agreement *a, struct state *s);
void agreement_list_begin(struct agreement *a, struct state *s);

#endif
