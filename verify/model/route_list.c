/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/route_list.h, as its callers may rely on it: any routes within the ranges of the list option of that name. */
#include "libvig/route_list.h"

#include <stdlib.h>
#include <string.h>

#include "libvig/lpm4.h"
#include "verify/model/inside.h"
#include "verify/state/routes.h"

_Static_assert(__builtin_types_compatible_p(__typeof__(&route_list_new),
	struct route_list *(*)(struct vig *, const char *, const struct record_type *, uint64_t, uint64_t)) &&
	__builtin_types_compatible_p(__typeof__(&route_list_find), bool (*)(const struct route_list *, uint64_t, uint64_t *)),
	"route_list.h is no longer what its model says");

/* Whether the option's fields are a prefix and the record's, one by one. */
static bool
option_fits(struct model_call *c, const struct routes *r)
{
	if (r->option == NULL) {
		model_refuse(c, "there is no list option of that name");
		return false;
	}
	if (r->option->fields != 1 + r->value.fields || !r->option->field[0].prefix) {
		model_refuse(c, "the list option has not a prefix and as many fields as the value");
		return false;
	}
	for (unsigned f = 0; f < r->value.fields; f++) {
		if (!listed_fits(&r->option->field[1 + f], r->value.field[f].size)) {
			model_refuse(c, "a field of the list option does not fit the record's");
			return false;
		}
	}
	return true;
}

static bool
read_arguments(struct model_call *c, struct routes *r)
{
	if (!model_demand(c, term_eq(c->x->terms, model_arg(c, 0), term_const(c->x->terms, 64, MODEL_VIG_HANDLE)),
			"the first argument must be env->vig") ||
		!model_string(c, model_arg(c, 1), &r->name) ||
		!model_read_layout(c, model_arg(c, 2), TABLE_VALUE_WORDS, &r->value))
		return false;
	r->value_words = (r->value.size + 7) / 8;
	r->option = model_list_option(c, r->name);
	if (!option_fits(c, r))
		return false;
	if (model_same_name(c, r->name)) {
		model_refuse(c, "two objects of the same name");
		return false;
	}
	return true;
}

static void
list_make(struct model_call *c)
{
	struct terms *ts = c->x->terms;
	const term capacity = model_arg(c, 3), groups = model_arg(c, 4);
	struct routes *r = calloc(1, sizeof *r);
	struct object *object;
	term valid;

	if (r == NULL)
		abort();
	if (!read_arguments(c, r))
		return;
	valid = term_and(ts, term_ne(ts, capacity, term_const(ts, 64, 0)),
		term_ule(ts, capacity, term_const(ts, 64, ROUTE_LIST_MAX_CAPACITY)));
	valid = term_and(ts, valid, term_ule(ts, groups, term_const(ts, 64, LPM4_MAX_GROUPS)));
	object = model_make_object(c, OBJECT_ROUTES, valid);
	if (object == NULL)
		return;
	routes_base(ts, r);
	object->routes = r;
	model_answer(c, term_const(ts, 64, object->handle));
}

static void
list_find(struct model_call *c, unsigned index)
{
	struct terms *ts = c->x->terms;
	const struct routes *routes = c->s->object[index].routes;
	const term address = model_arg(c, 1);
	struct route_record r;

	if (c->x->ports == NULL) {
		model_refuse(c, "routes are looked up from nf_process and nf_hint only");
		return;
	}
	if (!model_demand(c, term_ult(ts, address, term_const(ts, 64, (uint64_t)1 << 32)), "the address has more than 32 bits"))
		return;
	r = routes_longest(c->s, index, address, c->x->ports);
	if (!model_false_unless(c, r.present))
		return;
	model_answer_stored(c, model_bool_result(c->x, term_bool(ts, true)), 2, r.value, routes->value_words);
}

void
model_route_list(struct model_call *c, const char *operation)
{
	unsigned index;

	if (strcmp(operation, "new") == 0)
		list_make(c);
	else if (strcmp(operation, "find") != 0)
		model_refuse(c, "no such operation in libVig");
	else if (model_object(c, OBJECT_ROUTES, &index) != NULL)
		list_find(c, index);
}
