/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvig/vig.h"
#include "verify/model/inside.h"
#include "verify/state/routes.h"

#define MAX_STRING 128
#define MAX_COPY 4096

_Static_assert(__builtin_types_compatible_p(__typeof__(&vig_alloc), void *(*)(struct vig *, uint64_t)),
	"vig_alloc is no longer what its model says");

term
model_arg(const struct model_call *c, unsigned n)
{
	static const enum ir_reg passed[] = { IR_RDI, IR_RSI, IR_RDX, IR_RCX, IR_R8, IR_R9 };

	return c->s->reg[passed[n]];
}

void
model_refuse(struct model_call *c, const char *sentence)
{
	exec_refuse(c->x, c->s, "%s: %s", c->name, sentence);
	c->s = NULL;
}

bool
model_constant(struct model_call *c, unsigned n, const char *what, uint64_t *value)
{
	const term fixed = path_fixed(&c->s->path, model_arg(c, n));

	if (fixed == NULL) {
		model_refuse(c, what);
		return false;
	}
	*value = fixed->value;
	return true;
}

bool
model_load(struct model_call *c, term address, unsigned size, term *value)
{
	*value = exec_load(c->x, c->s, address, size);
	if (*value == NULL)
		c->s = NULL;
	return *value != NULL;
}

bool
model_read_words(struct model_call *c, unsigned n, unsigned count, term *words)
{
	const term address = model_arg(c, n);

	for (unsigned i = 0; i < count; i++)
		if (!model_load(c, term_add(c->x->terms, address, term_const(c->x->terms, 64, 8 * i)), 8, &words[i]))
			return false;
	return true;
}

bool
model_string(struct model_call *c, term pointer, const char **string)
{
	char text[MAX_STRING] = "";

	for (unsigned i = 0; i < MAX_STRING; i++) {
		term byte;

		if (!model_load(c, term_add(c->x->terms, pointer, term_const(c->x->terms, 64, i)), 1, &byte))
			return false;
		if (!term_is_const(byte))
			break;
		text[i] = (char)byte->value;
		if (byte->value == 0) {
			*string = strdup(text);
			return *string != NULL;
		}
	}
	model_refuse(c, "a name must be a constant string of fewer than 128 bytes");
	return false;
}

bool
model_demand(struct model_call *c, term condition, const char *sentence)
{
	if (exec_demand(c->x, c->s, condition, "misuse of libVig", "%s: %s", c->name, sentence))
		return true;
	c->s = NULL;
	return false;
}

void
model_answer_stored(struct model_call *c, term result, unsigned out, const term *values, unsigned n)
{
	struct call *call = calloc(1, sizeof *call);
	term address = model_arg(c, out);

	if (call == NULL)
		abort();
	*call = (struct call){
		.before = c->s->calls, .name = c->name, .site = c->s->pc, .result = result, .out = out, .stored = n
	};
	call->points = c->points;
	call->key_words = c->key_words;
	memcpy(call->key, c->key, sizeof call->key);
	call->also_out = c->also_out;
	call->also_stored = c->also_stored;
	memcpy(call->also, c->also, sizeof call->also);
	for (unsigned i = 0; i < n; i++) {
		call->store[i] = values[i];
		if (!exec_store(c->x, c->s, address, values[i])) {
			c->s = NULL;
			free(call);
			return;
		}
		address = term_add(c->x->terms, address, term_const(c->x->terms, 64, values[i]->width / 8));
	}
	c->s->calls = call;
	exec_return(c->x, c->s, result);
	c->s = NULL;
}

void
model_store_also(struct model_call *c, unsigned out, const term *values, unsigned n)
{
	term address = model_arg(c, out);

	c->also_out = out;
	c->also_stored = n;
	for (unsigned i = 0; i < n; i++) {
		c->also[i] = values[i];
		if (!exec_store(c->x, c->s, address, values[i])) {
			c->s = NULL;
			return;
		}
		address = term_add(c->x->terms, address, term_const(c->x->terms, 64, values[i]->width / 8));
	}
}

void
model_answer(struct model_call *c, term result)
{
	model_answer_stored(c, result, 0, NULL, 0);
}

term
model_bool_result(struct exec *x, term bit)
{
	return term_concat(x->terms, term_var(x->terms, 56, "left over"), term_zext(x->terms, bit, 8));
}

void
model_answer_bool(struct model_call *c, bool value)
{
	model_answer(c, model_bool_result(c->x, term_bool(c->x->terms, value)));
}

void
model_may_fail(struct model_call *c)
{
	struct model_call failed = { .x = c->x, .s = state_fork(c->s), .name = c->name };

	model_answer(&failed, term_const(c->x->terms, 64, 0));
}

struct object *
model_make_object(struct model_call *c, enum object_kind kind, term valid)
{
	model_may_fail(c);
	if (!path_can(&c->s->path, valid, NULL)) {
		state_free(c->s);
		return NULL;
	}
	path_assume(&c->s->path, valid, NULL);
	return model_new_object(c, kind);
}

const struct object *
model_object(struct model_call *c, enum object_kind kind, unsigned *index)
{
	const term pointer = path_fixed(&c->s->path, model_arg(c, 0));
	const struct object *const object = pointer == NULL ? NULL : state_object(c->s, pointer, index);

	if (object != NULL && object->kind == kind)
		return object;
	model_demand(c, term_bool(c->x->terms, false), "the first argument is not an object of this kind");
	return NULL;
}

/* Both cases are followed unless the solver showed that one cannot be: together they are the whole. */
bool
model_false_unless(struct model_call *c, term condition)
{
	const term opposite = term_not(c->x->terms, condition);
	struct model *model;

	if (path_can(&c->s->path, opposite, &model)) {
		struct model_call absent = *c;

		absent.s = state_fork(c->s);
		path_assume(&absent.s->path, opposite, model);
		state_decide(absent.s, opposite);
		model_answer_bool(&absent, false);
	}
	if (!path_can(&c->s->path, condition, &model)) {
		state_free(c->s);
		return false;
	}
	path_assume(&c->s->path, condition, model);
	state_decide(c->s, condition);
	return true;
}

struct object *
model_new_object(struct model_call *c, enum object_kind kind)
{
	struct object *object;

	if (!c->x->in_init) {
		model_refuse(c, "objects are made in nf_init only");
		return NULL;
	}
	if (c->s->objects == STATE_OBJECTS) {
		model_refuse(c, "more than 16 objects");
		return NULL;
	}
	object = &c->s->object[c->s->objects];
	*object = (struct object){ .kind = kind, .handle = MODEL_VIG_HANDLE + 4096 * (++c->s->objects) };
	return object;
}

bool
model_same_name(struct model_call *c, const char *name)
{
	for (unsigned i = 0; i < c->s->objects; i++) {
		const struct object *o = &c->s->object[i];

		if ((o->table != NULL && strcmp(o->table->name, name) == 0) ||
			(o->pairs != NULL && strcmp(o->pairs->name, name) == 0) ||
			(o->listed != NULL && strcmp(o->listed->name, name) == 0) ||
			(o->routes != NULL && strcmp(o->routes->name, name) == 0))
			return true;
	}
	return false;
}

const struct list_option *
model_list_option(const struct model_call *c, const char *name)
{
	for (unsigned i = 0; i < c->x->lists; i++)
		if (strcmp(c->x->list[i].name, name) == 0)
			return &c->x->list[i];
	return NULL;
}

static void
alloc(struct model_call *c)
{
	uint64_t size;
	unsigned region;

	if (!c->x->in_init) {
		model_refuse(c, "memory is allocated in nf_init only");
		return;
	}
	if (!model_constant(c, 1, "the size of the state must be a constant", &size))
		return;
	if (!model_demand(c, term_eq(c->x->terms, model_arg(c, 0), term_const(c->x->terms, 64, MODEL_VIG_HANDLE)),
		"the first argument must be env->vig"))
		return;
	if (c->x->space.count == MEMORY_REGIONS) {
		model_refuse(c, "too many allocations");
		return;
	}
	model_may_fail(c);
	region = space_add(&c->x->space, "state", size, true);
	model_answer(c, term_const(c->x->terms, 64, c->x->space.region[region].origin));
}

/* memcpy, memmove, memset of a constant number of bytes: what compilers call for structs. */
static void
copy(struct model_call *c, bool fill)
{
	struct terms *ts = c->x->terms;
	const term to = model_arg(c, 0), from = model_arg(c, 1);
	term bytes[MAX_COPY];
	uint64_t n;

	if (!model_constant(c, 2, "the number of bytes must be a constant", &n))
		return;
	if (n > MAX_COPY) {
		model_refuse(c, "more than 4096 bytes");
		return;
	}
	for (uint64_t i = 0; i < n; i++) {
		if (fill)
			bytes[i] = term_extract(ts, from, 0, 8);
		else if (!model_load(c, term_add(ts, from, term_const(ts, 64, i)), 1, &bytes[i]))
			return;
	}
	for (uint64_t i = 0; i < n; i++)
		if (!exec_store(c->x, c->s, term_add(ts, to, term_const(ts, 64, i)), bytes[i])) {
			c->s = NULL;
			return;
		}
	exec_return(c->x, c->s, to);
}

static void
assertion(struct model_call *c)
{
	exec_demand(c->x, c->s, term_bool(c->x->terms, false), "assertion", "an assertion of the program fails here");
}

void
model_import(struct exec *x, struct state *s, const char *name)
{
	struct model_call c = { .x = x, .s = s, .name = name, .points = 1 };
	unsigned key_words, value_words;
	int after = 0;

	if (sscanf(name, "flow_table_k%uv%u_%n", &key_words, &value_words, &after) == 2 && after > 0)
		model_flow_table(&c, key_words, value_words, name + after);
	else if (strncmp(name, "port_pairs_", 11) == 0)
		model_port_pairs(&c, name + 11);
	else if (strncmp(name, "list_map_", 9) == 0)
		model_list_map(&c, name + 9);
	else if (strncmp(name, "route_list_", 11) == 0)
		model_route_list(&c, name + 11);
	else if (strncmp(name, "balancer_", 9) == 0)
		model_balancer(&c, name + 9);
	else if (strcmp(name, "maglev_hash") == 0)
		model_maglev_hash(&c);
	else if (strncmp(name, "token_", 6) == 0)
		model_token_bucket(&c, name + 6);
	else if (strcmp(name, "vig_alloc") == 0)
		alloc(&c);
	else if (strcmp(name, "memcpy") == 0 || strcmp(name, "memmove") == 0)
		copy(&c, false);
	else if (strcmp(name, "memset") == 0)
		copy(&c, true);
	else if (strcmp(name, "__assert_fail") == 0)
		assertion(&c);
	else
		exec_refuse(x, s, "calls %s, of which nothing is known: a network function may call libVig and its own "
			"code only", name);
}
