/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/port_pairs.h, as its callers may rely on it: any set of disjoint pairs of ports that exist. */
#include "libvig/port_pairs.h"

#include <string.h>

#include "verify/model/inside.h"
#include "verify/state/pairs.h"

_Static_assert(__builtin_types_compatible_p(__typeof__(&port_pairs_find),
	bool (*)(const struct port_pairs *, uint64_t, struct port_pair *)) &&
	__builtin_types_compatible_p(__typeof__(&port_pairs_new), struct port_pairs *(*)(struct vig *, const char *)) &&
	sizeof(struct port_pair) == 8, "port_pairs.h is no longer what its model says");

static void
pairs_make(struct model_call *c)
{
	const char *name;
	struct object *object;

	if (!model_demand(c, term_eq(c->x->terms, model_arg(c, 0), term_const(c->x->terms, 64, MODEL_VIG_HANDLE)),
			"the first argument must be env->vig") ||
		!model_string(c, model_arg(c, 1), &name))
		return;
	if (model_same_name(c, name)) {
		model_refuse(c, "two objects of the same name");
		return;
	}
	model_may_fail(c);
	object = model_new_object(c, OBJECT_PAIRS);
	if (object == NULL)
		return;
	object->pairs = pairs_new(c->x->terms, name);
	model_answer(c, term_const(c->x->terms, 64, object->handle));
}

static void
pairs_found(struct model_call *c, const struct pair *p)
{
	const term both[] = { term_extract(c->x->terms, p->inside, 0, 32), term_extract(c->x->terms, p->outside, 0, 32) };

	model_answer_stored(c, model_bool_result(c->x, term_bool(c->x->terms, true)), 2, both, 2);
}

static void
pairs_find(struct model_call *c, unsigned index)
{
	struct terms *ts = c->x->terms;
	const term port = model_arg(c, 1);
	struct pair p;

	if (c->x->ports == NULL) {
		model_refuse(c, "port pairs are looked up from nf_process and nf_hint only");
		return;
	}
	if (!model_demand(c, term_ult(ts, port, term_const(ts, 64, PORT_PAIRS_PORTS)), "the port is not below 32"))
		return;
	p = pairs_look(c->s, index, port, c->x->ports);
	if (!model_false_unless(c, p.found))
		return;
	pairs_found(c, &p);
}

void
model_port_pairs(struct model_call *c, const char *operation)
{
	unsigned index;

	if (strcmp(operation, "new") == 0)
		pairs_make(c);
	else if (strcmp(operation, "find") != 0)
		model_refuse(c, "no such operation in libVig");
	else if (model_object(c, OBJECT_PAIRS, &index) != NULL)
		pairs_find(c, index);
}
