/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a case that fails in some state to packets that lead there from nf_init.
 *
 * The search goes backwards: which packet's path may leave the tables as the next packet finds them? A chain of
 * paths is kept while its formula is satisfiable with arbitrary tables in front, and is a way from nf_init once it
 * is satisfiable with empty ones. What is found is only a proposal: the real program decides (see the
 * request's `confirm`). So nothing here has to be complete, and restrictions (no entry expires in between
 * uncounted, functions take their plainest cases) cost answers, never soundness. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/prove/inside.h"
#include "verify/state/hash.h"
#include "verify/state/pairs.h"
#include "verify/state/picks.h"
#include "verify/state/routes.h"
#include "verify/term/rename.h"

#define BUDGET_SECONDS 25.0 /* a goal, of this process's own time */
#define MAX_CHAIN VERIFY_SEQUENCE
#define FEW_CASES 12 /* of one joined function */

/* One packet of a chain: a path, said of unknowns of its own. */
struct leg {
	struct state *end;
	struct rename *rename;
	struct leg *later;   /* the packet after this one; NULL: the failing one */
	struct leg *earlier; /* the packet before; NULL: the first */
};

struct search {
	struct prover *p;
	const struct failing *failing;
	struct state **path; /* paths that change a table */
	struct rename **renames[MAX_CHAIN]; /* by depth and path: the same unknowns for the same leg */
	unsigned paths;
	double used; /* seconds */
	struct timespec start;
	term *conjunct;
	size_t count, room;
};

static bool
keep_var(void *context, term var)
{
	const struct subject *u = context;

	for (unsigned i = 0; i < u->options.count; i++)
		if (u->options.option[i].lo == var || u->options.option[i].hi == var)
			return true;
	return var == u->ports;
}

static bool
is_routes(const struct routes *r, const struct term_function *f)
{
	if (f == r->found || f == r->length || f == r->listed)
		return true;
	for (unsigned w = 0; w < r->value_words; w++)
		if (f == r->word[w] || f == r->listed_word[w])
			return true;
	return false;
}

/* The list's orders of preference are the same; which keys live, and so the table's version, is each packet's own. */
static bool
is_picks(const struct listed *l, const struct picks *picks, const struct term_function *f)
{
	for (unsigned w = 0; w < l->key_words; w++)
		if (f == picks->key[w])
			return true;
	return f == picks->some;
}

/* Lists are the same for every packet. */
static bool
is_listed(const struct state *s, const struct term_function *f)
{
	for (unsigned o = 0; o < s->objects; o++) {
		const struct listed *l = s->object[o].listed;

		if (s->object[o].routes != NULL && is_routes(s->object[o].routes, f))
			return true;
		if (l == NULL)
			continue;
		if (f == l->present || (s->object[o].picks != NULL && is_picks(l, s->object[o].picks, f)))
			return true;
		for (unsigned w = 0; w < l->value_words; w++)
			if (f == l->word[w])
				return true;
	}
	return false;
}

static bool
keep_function(void *context, const struct term_function *f)
{
	const struct subject *u = context;

	for (unsigned o = 0; o < u->start[0]->objects; o++) {
		const struct pairs *pairs = u->start[0]->object[o].pairs;

		if (pairs != NULL && (f == pairs->found || f == pairs->inside || f == pairs->outside))
			return true;
	}
	return is_listed(u->start[0], f) || hash_is(u->start[0], f);
}

static void
say(struct search *s, term conjunct)
{
	if (s->count == s->room) {
		s->room = s->room * 2 + 256;
		s->conjunct = realloc(s->conjunct, s->room * sizeof *s->conjunct);
		if (s->conjunct == NULL)
			abort();
	}
	s->conjunct[s->count++] = conjunct;
}

/* The unknowns of a leg: the failing packet keeps its own. */
static term
of(const struct leg *leg, term a)
{
	return leg->rename == NULL ? a : rename_term(leg->rename, a);
}

/* The case of a joined function that a model is in; without one, the plainest. */
static const struct one_case *
case_of(const struct cases *c, struct model *model)
{
	const struct one_case *which = &c->one[0];

	for (unsigned i = 0; i < c->count; i++) {
		bool here = model != NULL;

		for (unsigned g = 0; g < c->one[i].guards && here; g++)
			here = model_value(model, c->one[i].guard[g]) == 1;
		if (here || (model == NULL && c->one[i].guards < which->guards))
			which = &c->one[i];
	}
	return which;
}

/* A joined function of few cases is said whole: which of them the failing packet is in depends on what the packets
 * before it left. One of many cases (a walk over headers) takes the case that the failing case's model is in, or the
 * plainest. */
static void
say_cases(struct search *s, const struct leg *leg, struct model *model)
{
	struct terms *ts = s->p->subject.terms;

	for (const struct cases *c = leg->end->path.cases; c != NULL; c = c->before) {
		const struct one_case *one = c->count > FEW_CASES ? case_of(c, model) : NULL;

		for (unsigned g = 0; one != NULL && g < one->guards; g++)
			say(s, of(leg, one->guard[g]));
		for (unsigned a = 0; a < c->answers; a++)
			say(s, of(leg, term_eq(ts, c->unknown[a], one != NULL ? one->answer[a] : c->defined[a])));
	}
}

static void
say_path(struct search *s, const struct leg *leg, struct model *model)
{
	for (size_t i = 0; i < leg->end->path.count; i++)
		say(s, of(leg, leg->end->path.conjunct[i]));
	say_cases(s, leg, model);
}

/* The entry that a leg's packet leaves at a key (a term of some later packet): its own change, or what the packets
 * before it left. */
static struct entry
left_at(struct search *s, const struct leg *leg, unsigned object, const term *key, bool from_empty)
{
	struct terms *ts = s->p->subject.terms;
	const struct chain *chain = &leg->end->chain[object];
	const struct table *t = chain->table;
	struct entry e = { 0 };
	const struct change *stack[64];
	unsigned n = 0;

	if (leg->earlier != NULL) {
		e = left_at(s, leg->earlier, object, key, from_empty);
	} else {
		e.live = from_empty ? term_bool(ts, false) : term_app(ts, rename_function(leg->rename, t->live), key);
		e.slot = term_app(ts, rename_function(leg->rename, t->slot), key);
		e.class = term_app(ts, rename_function(leg->rename, t->class), key);
		e.last = term_app(ts, rename_function(leg->rename, t->last), key);
		for (unsigned i = 0; i < t->value_words; i++)
			e.value[i] = term_app(ts, rename_function(leg->rename, t->word[i]), key);
	}
	for (const struct change *c = chain->newest; c != NULL && n < 64; c = c->before)
		if (!c->look)
			stack[n++] = c;
	while (n-- > 0) {
		term applies = of(leg, stack[n]->guard);

		for (unsigned w = 0; w < t->key_words; w++)
			applies = term_and(ts, applies, term_eq(ts, key[w], of(leg, stack[n]->key[w])));
		e.live = term_ite(ts, applies, of(leg, stack[n]->entry.live), e.live);
		e.slot = term_ite(ts, applies, of(leg, stack[n]->entry.slot), e.slot);
		e.class = term_ite(ts, applies, of(leg, stack[n]->entry.class), e.class);
		e.last = term_ite(ts, applies, of(leg, stack[n]->entry.last), e.last);
		for (unsigned i = 0; i < t->value_words; i++)
			e.value[i] = term_ite(ts, applies, of(leg, stack[n]->entry.value[i]), e.value[i]);
	}
	return e;
}

/* A packet is worth having before another only if that one finds an entry that it stored, or the table full. */
static void
say_matters(struct search *s, const struct leg *leg)
{
	struct terms *ts = s->p->subject.terms;
	const struct leg *later = leg->later;
	term matters = term_bool(ts, false);

	for (unsigned o = 0; o < later->end->objects; o++) {
		const struct table *t = later->end->chain[o].table;

		if (t == NULL)
			continue;
		for (const struct change *l = later->end->chain[o].newest; l != NULL; l = l->before)
			for (const struct change *c = leg->end->chain[o].newest; l->look && c != NULL; c = c->before) {
				term same = term_and(ts, of(later, l->entry.live), c->look ? term_bool(ts, false) : of(leg, c->guard));

				for (unsigned w = 0; w < t->key_words && !term_is_false(same); w++)
					same = term_and(ts, same, term_eq(ts, of(later, l->key[w]), of(leg, c->key[w])));
				matters = term_or(ts, matters, same);
				if (!c->look)
					matters = term_or(ts, matters, of(later, term_eq(ts, t->count, t->capacity)));
			}
	}
	say(s, matters);
}

/* libVig gives slots out from 0 on as long as no entry has ended: a proposal that follows it is more likely to be what
 * happens. */
static void
say_new_slots(struct search *s, const struct leg *leg, const struct chain *chain)
{
	struct terms *ts = s->p->subject.terms;

	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		if (c->born != NULL)
			say(s, of(leg, term_or(ts, term_not(ts, c->born),
				term_eq(ts, term_zext(ts, c->entry.slot, 64), chain->table->count))));
}

/* What the later packet finds at the keys that it looks at is what the earlier one left there. */
static void
say_handover(struct search *s, const struct leg *leg, bool from_empty)
{
	struct terms *ts = s->p->subject.terms;
	const struct leg *later = leg->later;

	say(s, term_eq(ts, of(later, s->p->subject.now_before), of(leg, s->p->subject.now)));
	for (unsigned o = 0; o < later->end->objects; o++) {
		const struct chain *then = &later->end->chain[o], *now = &leg->end->chain[o];

		if (then->table == NULL)
			continue;
		say(s, term_eq(ts, of(later, then->table->count), term_add(ts,
			from_empty && leg->earlier == NULL ? term_const(ts, 64, 0) : of(leg, now->table->count),
			of(leg, term_sub(ts, table_count(ts, now), now->table->count)))));
		if (then->by_slot)
			say_new_slots(s, leg, now);
		for (const struct change *c = then->newest; c != NULL; c = c->before) {
			term key[TABLE_KEY_WORDS];
			struct entry left;

			if (!c->look)
				continue;
			for (unsigned w = 0; w < then->table->key_words; w++)
				key[w] = of(later, c->key[w]);
			left = left_at(s, leg, o, key, from_empty);
			say(s, term_or(ts, term_not(ts, of(later, c->entry.live)), left.live));
			say(s, term_or(ts, of(later, c->entry.live), term_not(ts, left.live)));
			say(s, term_or(ts, term_not(ts, left.live), term_eq(ts, of(later, c->entry.class), left.class)));
			say(s, term_or(ts, term_not(ts, left.live), term_eq(ts, of(later, c->entry.last), left.last)));
			if (then->by_slot)
				say(s, term_or(ts, term_not(ts, left.live), term_eq(ts, of(later, c->entry.slot), left.slot)));
			for (unsigned i = 0; i < then->table->value_words; i++)
				say(s, term_or(ts, term_not(ts, left.live),
					term_eq(ts, of(later, c->entry.value[i]), left.value[i])));
		}
	}
}

/* The first packet finds empty tables. */
static void
say_empty(struct search *s, const struct leg *leg)
{
	struct terms *ts = s->p->subject.terms;

	for (unsigned o = 0; o < leg->end->objects; o++) {
		if (leg->end->chain[o].table == NULL)
			continue;
		say(s, of(leg, term_eq(ts, leg->end->chain[o].table->count, term_const(ts, 64, 0))));
		for (const struct change *c = leg->end->chain[o].newest; c != NULL; c = c->before)
			if (c->look)
				say(s, term_not(ts, of(leg, c->entry.live)));
	}
}

/* Ports of different packets have the same pairs to choose from: each path says so of its own only. */
static void
say_pairs(struct search *s, const struct leg *a, const struct leg *b)
{
	for (unsigned o = 0; o < a->end->objects; o++) {
		const struct pairs *pairs = a->end->object[o].pairs;

		if (pairs == NULL)
			continue;
		for (unsigned i = 0; i < 4 && a->end->port_seen[o][i] != NULL; i++)
			for (unsigned k = 0; k < 4 && b->end->port_seen[o][k] != NULL; k++)
				say(s, pairs_agree(s->p->subject.terms, pairs, of(a, a->end->port_seen[o][i]),
					of(b, b->end->port_seen[o][k])));
	}
}

static struct model *
solve(struct search *s, const struct leg *first, bool from_empty)
{
	enum smt_result result;

	s->count = 0;
	for (const struct leg *leg = first; leg != NULL; leg = leg->later) {
		say_path(s, leg, leg->later == NULL ? s->failing->model : NULL);
		if (leg->later == NULL)
			continue;
		for (const struct leg *other = leg->later; other != NULL; other = other->later)
			say_pairs(s, leg, other);
		say_matters(s, leg);
		say_handover(s, leg, from_empty);
	}
	if (from_empty)
		say_empty(s, first);
	return smt_model(s->p->subject.smt, s->conjunct, s->count, 3, &result);
}

static double
seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

static bool
time_left(const struct search *s)
{
	return s->used + seconds_since(&s->start) < BUDGET_SECONDS;
}

static void
describe(struct search *s, const struct leg *first, struct model *m)
{
	struct verdict *v = s->p->verdict;
	struct counterexample *c = &v->counterexample;

	verdict_fini(v);
	*c = (struct counterexample){ .goal = (int)(s->p->goal - v->goal), .property = s->p->property };
	for (const struct leg *leg = first; leg != NULL; leg = leg->later)
		show_leg(s->p, leg->end, leg->rename, m, c);
	show_case(s->p, s->failing->state, m, c);
	v->has_counterexample = true;
}

void
reach_in_vain(struct prover *p, const struct failing *failing)
{
	struct verdict *const v = p->verdict;
	struct counterexample *const c = &v->counterexample;

	if (v->has_counterexample || failing->model == NULL || p->subject.exec.packet_region < 0)
		return;
	*c = (struct counterexample){ .goal = (int)(p->goal - v->goal), .property = p->property, .unreached = true };
	show_leg(p, failing->state, NULL, failing->model, c);
	show_case(p, failing->state, failing->model, c);
	missing_invariant(p, failing, c->missing, sizeof c->missing);
	v->has_counterexample = true;
}

static bool
confirmed(struct search *s)
{
	struct verdict *v = s->p->verdict;
	const struct verify_request *r = s->p->request;
	bool agreed;

	if (r->confirm == NULL || !crew_may_confirm(s->p))
		return false;
	agreed = r->confirm(r->confirm_context, &v->counterexample, s->p->goal);
	v->counterexample.confirmed = agreed;
	crew_confirmed(s->p, agreed);
	return agreed;
}

static struct rename *
rename_of(struct search *s, unsigned depth, unsigned path)
{
	struct rename **slot = &s->renames[depth][path];

	if (*slot == NULL)
		*slot = rename_new(s->p->subject.terms, keep_var, keep_function, &s->p->subject);
	return *slot;
}

/* Tries the chain from empty tables; then longer ones, up to the depth allowed. True: confirmed. */
static bool
search_from(struct search *s, struct leg *first, unsigned left)
{
	struct model *m;

	if (left == 0) {
		m = solve(s, first, true);
		if (m == NULL)
			return false;
		describe(s, first, m);
		model_free(m);
		return confirmed(s);
	}
	for (unsigned i = 0; i < s->paths && time_left(s); i++) {
		struct leg leg = { .end = s->path[i], .later = first };
		bool found = false;

		leg.rename = rename_of(s, left, i);
		first->earlier = &leg;
		m = solve(s, &leg, false);
		if (m != NULL)
			found = search_from(s, &leg, left - 1);
		model_free(m);
		if (found)
			return true;
	}
	first->earlier = NULL;
	return false;
}

static void
collect_paths(struct search *s)
{
	struct subject *u = &s->p->subject;

	s->path = calloc(u->exec.returned_count + 1, sizeof *s->path);
	if (s->path == NULL)
		abort();
	for (struct state *e = u->exec.returned; e != NULL; e = e->next) {
		bool changes = false;

		for (unsigned o = 0; o < e->objects; o++)
			for (const struct change *c = e->chain[o].newest; c != NULL; c = c->before)
				changes = changes || !c->look;
		if (changes)
			s->path[s->paths++] = e;
	}
	for (unsigned d = 0; d < MAX_CHAIN; d++) {
		s->renames[d] = calloc(s->paths + 1, sizeof *s->renames[d]);
		if (s->renames[d] == NULL)
			abort();
	}
}

static struct search *
search_of(struct prover *p)
{
	if (p->search == NULL) {
		p->search = calloc(1, sizeof *p->search);
		if (p->search == NULL)
			abort();
		p->search->p = p;
		collect_paths(p->search);
	}
	return p->search;
}

bool
reach(struct prover *p, const struct failing *failing, unsigned earlier)
{
	struct leg last = { .end = failing->state };
	struct search *s;
	bool found;

	if (p->subject.exec.packet_region < 0 || earlier >= MAX_CHAIN) /* in nf_init there are no packets yet */
		return false;
	s = search_of(p);
	s->failing = failing;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &s->start);
	found = time_left(s) && search_from(s, &last, earlier);
	s->used += seconds_since(&s->start);
	return found;
}

void
reach_new_goal(struct prover *p)
{
	if (p->search != NULL)
		p->search->used = 0;
}

void
reach_end(struct prover *p)
{
	struct search *s = p->search;

	if (s == NULL)
		return;
	for (unsigned d = 0; d < MAX_CHAIN; d++) {
		for (unsigned i = 0; i < s->paths; i++)
			rename_free(s->renames[d][i]);
		free(s->renames[d]);
	}
	free(s->path);
	free(s->conjunct);
	free(s);
	p->search = NULL;
}
