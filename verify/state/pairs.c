/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/pairs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct pairs *
pairs_new(struct terms *ts, const char *name)
{
	static const uint8_t port[] = { 64 };
	struct pairs *pairs = calloc(1, sizeof *pairs);
	char label[96];

	if (pairs == NULL)
		abort();
	pairs->name = name;
	snprintf(label, sizeof label, "%.80s.found", name);
	pairs->found = term_function_new(ts, label, 1, 1, port);
	snprintf(label, sizeof label, "%.80s.inside", name);
	pairs->inside = term_function_new(ts, label, 64, 1, port);
	snprintf(label, sizeof label, "%.80s.outside", name);
	pairs->outside = term_function_new(ts, label, 64, 1, port);
	pairs->inside->high = pairs->outside->high = 31;
	return pairs;
}

static struct pair
pair_at(struct terms *ts, const struct pairs *pairs, term port)
{
	return (struct pair){
		term_app(ts, pairs->found, &port),
		term_app(ts, pairs->inside, &port),
		term_app(ts, pairs->outside, &port),
	};
}

static term
pair_facts(struct terms *ts, const struct pair *p, term port, term ports)
{
	term facts = term_or(ts, term_eq(ts, port, p->inside), term_eq(ts, port, p->outside));

	facts = term_and(ts, facts, term_ne(ts, p->inside, p->outside));
	facts = term_and(ts, facts, term_ult(ts, p->inside, ports));
	facts = term_and(ts, facts, term_ult(ts, p->outside, ports));
	return term_or(ts, term_not(ts, p->found), facts);
}

static term
disjoint_or_same(struct terms *ts, const struct pair *p, const struct pair *q)
{
	const term same = term_and(ts, term_eq(ts, p->inside, q->inside), term_eq(ts, p->outside, q->outside));
	term apart = term_and(ts, term_ne(ts, p->inside, q->inside), term_ne(ts, p->outside, q->outside));

	apart = term_and(ts, apart, term_ne(ts, p->inside, q->outside));
	apart = term_and(ts, apart, term_ne(ts, p->outside, q->inside));
	return term_or(ts, term_not(ts, term_and(ts, p->found, q->found)), term_or(ts, same, apart));
}

term
pairs_agree(struct terms *ts, const struct pairs *pairs, term port, term other)
{
	const struct pair p = pair_at(ts, pairs, port), q = pair_at(ts, pairs, other);

	return disjoint_or_same(ts, &p, &q);
}

struct pair
pairs_look(struct state *s, unsigned object, term port, term ports)
{
	struct terms *ts = s->path.terms;
	const struct pairs *pairs = s->object[object].pairs;
	const struct pair p = pair_at(ts, pairs, port);
	unsigned n = 0;

	for (; n < 4 && s->port_seen[object][n] != NULL; n++)
		if (s->port_seen[object][n] == port)
			return p;
	path_assume(&s->path, pair_facts(ts, &p, port, ports), NULL);
	for (unsigned i = 0; i < n; i++) {
		const struct pair q = pair_at(ts, pairs, s->port_seen[object][i]);

		path_assume(&s->path, disjoint_or_same(ts, &p, &q), NULL);
	}
	if (n < 4)
		s->port_seen[object][n] = port;
	return p;
}
