/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/state.h"

#include <stdlib.h>

struct state *
state_fork(const struct state *s)
{
	struct state *copy = malloc(sizeof *copy);

	if (copy == NULL)
		abort();
	*copy = *s;
	copy->next = NULL;
	path_copy(&copy->path, &s->path);
	return copy;
}

void
state_free(struct state *s)
{
	if (s == NULL)
		return;
	path_fini(&s->path);
	free(s);
}

const struct object *
state_object(const struct state *s, term pointer, unsigned *index)
{
	if (!term_is_const(pointer))
		return NULL;
	for (unsigned i = 0; i < s->objects; i++)
		if (s->object[i].handle == pointer->value) {
			*index = i;
			return &s->object[i];
		}
	return NULL;
}

void
state_decide(struct state *s, term condition)
{
	struct decision *d = malloc(sizeof *d);

	if (d == NULL)
		abort();
	*d = (struct decision){ s->decisions, condition, s->decisions == NULL ? 1 : s->decisions->depth + 1 };
	s->decisions = d;
}
