/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why nothing is lost. Any list of routes gives these functions, and all that is stated of them below holds of every
 * list: it is what "the longest prefix that contains the address" means. So what is proved of the functions holds of
 * every list. What is stated is also enough, so that a counterexample is always a list:
 *
 *   - While only addresses were asked for, nothing relates two different addresses: whatever the functions answer,
 *     the routes "address/32 -> its value" of those that were found answer the same.
 *   - Once prefixes are asked for, each address is held against each prefix, and against every other address, by the route
 *     that this one took. The list of the prefixes that are listed and of the routes that were taken then answers the same:
 *     of the routes in it that contain an address, none is longer than what the address took, none is
 *     as long and other, and there is none if it took none.
 *
 * In the first case the prefixes' declared range is not stated, and in none the most records: there may then be
 * counterexamples that no configuration allows, which are not confirmed. */
#include "verify/state/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct term_function *
base_function(struct terms *ts, const struct routes *routes, const char *what, unsigned width, unsigned arguments)
{
	static const uint8_t words[2] = { 64, 64 };
	char name[192];

	snprintf(name, sizeof name, "%.64s.%.64s", routes->name, what);
	return term_function_new(ts, name, width, arguments, words);
}

void
routes_base(struct terms *ts, struct routes *routes)
{
	char name[32];

	routes->found = base_function(ts, routes, "found", 1, 1);
	routes->length = base_function(ts, routes, "length", 64, 1);
	routes->length->high = 32;
	routes->listed = base_function(ts, routes, "listed", 1, 2);
	for (unsigned i = 0; i < routes->value_words; i++) {
		snprintf(name, sizeof name, "value%u", i);
		routes->word[i] = base_function(ts, routes, name, 64, 1);
		snprintf(name, sizeof name, "listed value%u", i);
		routes->listed_word[i] = base_function(ts, routes, name, 64, 2);
	}
}

static term
implies(struct terms *ts, term condition, term conclusion)
{
	return term_or(ts, term_not(ts, condition), conclusion);
}

/* How many bits of an address are beyond a length: all 32 for a length that is too large, which no route has. */
static term
beyond(struct terms *ts, term length)
{
	const term most = term_const(ts, 64, 32);

	return term_ite(ts, term_ule(ts, length, most), term_sub(ts, most, length), most);
}

static term
first_bits(struct terms *ts, term address, term length)
{
	return term_shift(ts, TERM_LSHR, address, beyond(ts, length));
}

term
routes_prefix(struct terms *ts, term address, term length)
{
	return term_shift(ts, TERM_SHL, first_bits(ts, address, length), beyond(ts, length));
}

/* The prefix contains the address. */
static term
contains(struct terms *ts, term prefix, term length, term address)
{
	return term_eq(ts, first_bits(ts, prefix, length), first_bits(ts, address, length));
}

static struct route_record
taken(struct terms *ts, const struct routes *routes, term address)
{
	struct route_record record = { .present = term_app(ts, routes->found, &address) };

	for (unsigned i = 0; i < routes->value_words; i++)
		record.value[i] = term_app(ts, routes->word[i], &address);
	return record;
}

static struct route_record
listed(struct terms *ts, const struct routes *routes, term prefix, term length)
{
	const term at[2] = { prefix, length };
	struct route_record record = { .present = term_app(ts, routes->listed, at) };

	for (unsigned i = 0; i < routes->value_words; i++)
		record.value[i] = term_app(ts, routes->listed_word[i], at);
	return record;
}

static term
same_value(struct terms *ts, const struct routes *routes, const struct route_record *a, const struct route_record *b)
{
	term same = term_bool(ts, true);

	for (unsigned i = 0; i < routes->value_words; i++)
		same = term_and(ts, same, term_eq(ts, a->value[i], b->value[i]));
	return same;
}

/* An address that a listed route contains takes this one or a longer one. */
static void
say_not_shorter(struct path *path, const struct routes *routes, const struct route_record *route, term prefix,
	term length, term address)
{
	struct terms *ts = path->terms;
	const struct route_record took = taken(ts, routes, address);
	const term its = term_app(ts, routes->length, &address);
	const term same = implies(ts, term_eq(ts, its, length), same_value(ts, routes, &took, route));

	path_assume(path, implies(ts, term_and(ts, route->present, contains(ts, prefix, length, address)),
		term_and(ts, took.present, term_and(ts, term_ule(ts, length, its), same))), NULL);
}

static term
in_range(struct terms *ts, const struct routes *routes, term prefix)
{
	const struct list_field *field = &routes->option->field[0];

	return term_and(ts, term_ule(ts, term_const(ts, 64, field->min), prefix),
		term_ule(ts, prefix, term_const(ts, 64, field->max)));
}

/* What an address takes is listed. */
static void
say_taken_is_listed(struct path *path, const struct routes *routes, term address)
{
	struct terms *ts = path->terms;
	const struct route_record took = taken(ts, routes, address);
	const term length = term_app(ts, routes->length, &address), prefix = routes_prefix(ts, address, length);
	const struct route_record route = listed(ts, routes, prefix, length);
	const term known = term_and(ts, route.present, same_value(ts, routes, &took, &route));

	path_assume(path, implies(ts, took.present, term_and(ts, known, in_range(ts, routes, prefix))), NULL);
}

/* What is known of an address beside another by the routes that both take. */
static void
say_pair(struct path *path, const struct routes *routes, term address, term other)
{
	struct terms *ts = path->terms;
	const struct route_record took = taken(ts, routes, other);

	say_not_shorter(path, routes, &took, other, term_app(ts, routes->length, &other), address);
}

static struct routes_seen *
remember(struct state *s, unsigned object, term at, term length)
{
	struct routes_seen *seen = calloc(1, sizeof *seen);

	if (seen == NULL)
		abort();
	*seen = (struct routes_seen){ s->routes_seen[object], at, length };
	s->routes_seen[object] = seen;
	return seen;
}

static bool
is_seen(const struct state *s, unsigned object, term at, term length)
{
	for (const struct routes_seen *seen = s->routes_seen[object]; seen != NULL; seen = seen->before)
		if (seen->at == at && seen->length == length)
			return true;
	return false;
}

bool
routes_are_exact(const struct state *s, unsigned object)
{
	for (const struct routes_seen *seen = s->routes_seen[object]; seen != NULL; seen = seen->before)
		if (seen->length != NULL)
			return true;
	return false;
}

/* An address beside all that was asked before it. */
static void
relate_address(struct state *s, const struct routes *routes, term address, const struct routes_seen *before)
{
	say_taken_is_listed(&s->path, routes, address);
	for (; before != NULL; before = before->before) {
		if (before->length == NULL) {
			say_pair(&s->path, routes, address, before->at);
			say_pair(&s->path, routes, before->at, address);
		} else {
			const struct route_record route = listed(s->path.terms, routes, before->at, before->length);

			say_not_shorter(&s->path, routes, &route, before->at, before->length, address);
		}
	}
}

/* The first prefix on a path: what was not needed of the addresses before it is now. */
static void
become_exact(struct state *s, const struct routes *routes, const struct routes_seen *newest)
{
	for (const struct routes_seen *seen = newest; seen != NULL; seen = seen->before)
		relate_address(s, routes, seen->at, seen->before);
}

struct route_record
routes_longest(struct state *s, unsigned object, term address, term ports)
{
	struct terms *ts = s->path.terms;
	const struct routes *routes = s->object[object].routes;
	const struct route_record took = taken(ts, routes, address);
	const bool exact = routes_are_exact(s, object);

	if (is_seen(s, object, address, NULL))
		return took;
	path_assume(&s->path, listed_ranges(ts, &routes->value, routes->option->field + 1, took.value), NULL);
	path_assume(&s->path, implies(ts, took.present, listed_holds(ts, &routes->value, routes->option->field + 1,
		took.value, routes->value_words, ports)), NULL);
	if (exact)
		relate_address(s, routes, address, s->routes_seen[object]);
	remember(s, object, address, NULL);
	return took;
}

/* What holds of every route that is listed. */
static void
say_route(struct path *path, const struct routes *routes, const struct route_record *route, term prefix, term length,
	term ports)
{
	struct terms *ts = path->terms;
	term holds = term_and(ts, term_ule(ts, length, term_const(ts, 64, 32)), in_range(ts, routes, prefix));

	holds = term_and(ts, holds, term_eq(ts, routes_prefix(ts, prefix, length), prefix));
	holds = term_and(ts, holds, listed_holds(ts, &routes->value, routes->option->field + 1, route->value,
		routes->value_words, ports));
	path_assume(path, listed_ranges(ts, &routes->value, routes->option->field + 1, route->value), NULL);
	path_assume(path, implies(ts, route->present, holds), NULL);
}

struct route_record
routes_listed(struct state *s, unsigned object, term prefix, term length, term ports)
{
	const struct routes *routes = s->object[object].routes;
	const struct route_record route = listed(s->path.terms, routes, prefix, length);

	if (is_seen(s, object, prefix, length))
		return route;
	if (!routes_are_exact(s, object))
		become_exact(s, routes, s->routes_seen[object]);
	say_route(&s->path, routes, &route, prefix, length, ports);
	for (const struct routes_seen *seen = s->routes_seen[object]; seen != NULL; seen = seen->before)
		if (seen->length == NULL)
			say_not_shorter(&s->path, routes, &route, prefix, length, seen->at);
	remember(s, object, prefix, length);
	return route;
}
