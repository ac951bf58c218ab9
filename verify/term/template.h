/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/term/template.h -- a term with holes: one expression, said of many things. */
#ifndef VERIFY_TERM_TEMPLATE_H
#define VERIFY_TERM_TEMPLATE_H

#include "verify/term/term.h"

#define TEMPLATE_HOLES 16

struct template;

/* holes: up to TEMPLATE_HOLES unknowns (TERM_VAR) that stand for what comes later. */
struct template *template_new(term a, const term *holes, unsigned count);
void template_free(struct template *template);

/* The term with each hole's value in its place: as many as there are holes, each of its width. Where a hole has
 * bounds its value must keep them, or what was simplified by them is lost. */
term template_fill(struct terms *ts, const struct template *template, const term *values);

/* Whether the term speaks of the hole at all. */
bool template_has(const struct template *template, unsigned hole);

#endif
