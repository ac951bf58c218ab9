/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/model/inside.h -- inside verify/model only: what models are written with. */
#ifndef VERIFY_MODEL_INSIDE_H
#define VERIFY_MODEL_INSIDE_H

#include "verify/model/model.h"
#include "verify/state/listed.h"

/* A call being modelled. Whatever ends the state sets s to NULL. */
struct model_call {
	struct exec *x;
	struct state *s;
	const char *name;
	/* what an argument pointed to, for those that read a key: argument 1 unless the model says another */
	unsigned points, key_words;
	term key[TABLE_KEY_WORDS];
	/* what is stored where one more argument points */
	unsigned also_out, also_stored;
	term also[TABLE_KEY_WORDS];
};

/* Integer argument 0 .. 5. */
term model_arg(const struct model_call *c, unsigned n);
/* A constant argument; false (and refused) when it is not. */
bool model_constant(struct model_call *c, unsigned n, const char *what, uint64_t *value);
/* Words of 8 bytes at argument n. False: ended. */
bool model_read_words(struct model_call *c, unsigned n, unsigned count, term *words);
bool model_load(struct model_call *c, term address, unsigned size, term *value);
/* A name in constant memory; false: refused. The string lives as long as the verification. */
bool model_string(struct model_call *c, term pointer, const char **string);
/* What stands at an address, which must be a constant; false: refused. */
bool model_constant_at(struct model_call *c, term address, unsigned size, uint64_t *value);
term model_at(const struct model_call *c, term address, uint64_t offset);
/* A record descriptor of at most so many words. False: refused. */
bool model_read_layout(struct model_call *c, term address, unsigned words, struct layout *layout);
bool model_demand(struct model_call *c, term condition, const char *sentence);
void model_refuse(struct model_call *c, const char *sentence);
/* Answers and remembers the call for replays. */
void model_answer(struct model_call *c, term result);
/* The same, having stored n values (one after the other) where argument `out` points. */
void model_answer_stored(struct model_call *c, term result, unsigned out, const term *values, unsigned n);
/* Stores n values where another argument points; before model_answer_stored. Sets c->s to NULL where that ended the state. */
void model_store_also(struct model_call *c, unsigned out, const term *values, unsigned n);
/* The same for a bool: only the low byte means something to a caller. */
void model_answer_bool(struct model_call *c, bool value);
term model_bool_result(struct exec *x, term bit);
/* A new object; its handle, or 0 and refused. */
struct object *model_new_object(struct model_call *c, enum object_kind kind);
bool model_same_name(struct model_call *c, const char *name);
/* The program's list option of that name, or NULL. */
const struct list_option *model_list_option(const struct model_call *c, const char *name);
/* Forks off the case that memory runs out: answers NULL there. */
void model_may_fail(struct model_call *c);
/* The same, then a new object in a state in which the arguments are valid. NULL: ended. */
struct object *model_make_object(struct model_call *c, enum object_kind kind, term valid);
/* The object of this kind that argument 0 is. NULL: it is another thing, and ended. */
const struct object *model_object(struct model_call *c, enum object_kind kind, unsigned *index);
/* The case that the condition does not hold is answered false, having stored nothing; the state goes on with that it
 * holds. False: that cannot be, and ended. */
bool model_false_unless(struct model_call *c, term condition);

void model_flow_table(struct model_call *c, unsigned key_words, unsigned value_words, const char *operation);
void model_port_pairs(struct model_call *c, const char *operation);
void model_list_map(struct model_call *c, const char *operation);
/* The arguments of a list's constructor, which are list_map_new's, but for the capacity. False: ended. */
bool model_read_list(struct model_call *c, struct listed *l);

void model_balancer(struct model_call *c, const char *operation);
void model_maglev_hash(struct model_call *c);
void model_route_list(struct model_call *c, const char *operation);
void model_token_bucket(struct model_call *c, const char *operation);

#endif
