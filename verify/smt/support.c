/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/support.h"

#include <stdlib.h>
#include <string.h>

/* Sets by term id. Surface: an application or a sum stands for itself, and its arguments or words are not looked into. */
struct sets {
	struct support_set **set;
	size_t room;
	bool surface;
};

struct support {
	struct sets whole, surface;
	uint32_t *mark; /* by term id: the slice that last saw this unknown */
	size_t marks;
	uint32_t slice;
};

struct support *
support_new(void)
{
	struct support *support = calloc(1, sizeof *support);

	if (support == NULL)
		abort();
	support->surface.surface = true;
	return support;
}

static void
sets_free(struct sets *sets)
{
	for (size_t i = 0; i < sets->room; i++)
		free(sets->set[i]);
	free(sets->set);
}

void
support_free(struct support *support)
{
	if (support == NULL)
		return;
	sets_free(&support->whole);
	sets_free(&support->surface);
	free(support->mark);
	free(support);
}

static void
sets_reach(struct sets *sets, uint32_t id)
{
	const size_t room = id + 4096u;

	if (id < sets->room)
		return;
	sets->set = realloc(sets->set, room * sizeof *sets->set);
	if (sets->set == NULL)
		abort();
	memset(sets->set + sets->room, 0, (room - sets->room) * sizeof *sets->set);
	sets->room = room;
}

static struct support_set *
set_new(size_t count)
{
	struct support_set *set = malloc(sizeof *set + count * sizeof(term));

	if (set == NULL)
		abort();
	set->count = 0;
	return set;
}

static struct support_set *
set_union(const struct support_set *a, const struct support_set *b)
{
	struct support_set *set = set_new(a->count + b->count);
	uint32_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		if (j == b->count || (i < a->count && a->leaf[i]->id < b->leaf[j]->id))
			set->leaf[set->count++] = a->leaf[i++];
		else if (i == a->count || b->leaf[j]->id < a->leaf[i]->id)
			set->leaf[set->count++] = b->leaf[j++];
		else {
			set->leaf[set->count++] = a->leaf[i++];
			j++;
		}
	}
	return set;
}

static const struct support_set *
set_of(struct sets *sets, term a)
{
	struct support_set *set;

	sets_reach(sets, a->id);
	if (sets->set[a->id] != NULL)
		return sets->set[a->id];
	set = set_new(1);
	if (a->op == TERM_VAR || a->op == TERM_APP || term_is_hard(a))
		set->leaf[set->count++] = a;
	for (unsigned i = 0; i < a->count && !(sets->surface && (a->op == TERM_APP || a->op == TERM_FOLD)); i++) {
		if (a->op == TERM_FOLD && i > 0) /* of the same words */
			break;
		struct support_set *both = set_union(set, set_of(sets, a->args[i]));

		free(set);
		set = both;
	}
	return sets->set[a->id] = set;
}

const struct support_set *
support_of(struct support *support, term a)
{
	return set_of(&support->whole, a);
}

const struct support_set *
support_on_surface(struct support *support, term a)
{
	return set_of(&support->surface, a);
}

const struct support_set *
support_of_all(struct support *support, const term *terms, size_t count)
{
	struct support_set *all = set_new(0);

	for (size_t i = 0; i < count; i++) {
		struct support_set *both = set_union(all, support_of(support, terms[i]));

		free(all);
		all = both;
	}
	return all;
}

static void
marks_reach(struct support *support, uint32_t id)
{
	const size_t marks = id + 4096u;

	if (id < support->marks)
		return;
	support->mark = realloc(support->mark, marks * sizeof *support->mark);
	if (support->mark == NULL)
		abort();
	memset(support->mark + support->marks, 0, (marks - support->marks) * sizeof *support->mark);
	support->marks = marks;
}

static void
mark_all(struct support *support, const struct support_set *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		marks_reach(support, set->leaf[i]->id);
		support->mark[set->leaf[i]->id] = support->slice;
	}
}

static bool
touches(struct support *support, const struct support_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->leaf[i]->id < support->marks && support->mark[set->leaf[i]->id] == support->slice)
			return true;
	return false;
}

/* The conjuncts connected with these unknowns. */
static size_t
slice_from(struct support *support, const struct support_set *unknowns, const term *conjuncts, size_t count, term *out)
{
	bool *taken = calloc(count + 1, sizeof *taken);
	size_t n = 0;
	bool grew = true;

	if (taken == NULL)
		abort();
	support->slice++;
	mark_all(support, unknowns);
	while (grew) {
		grew = false;
		for (size_t i = 0; i < count; i++) {
			const struct support_set *set = set_of(&support->surface, conjuncts[i]);

			if (taken[i] || !touches(support, set))
				continue;
			mark_all(support, set);
			taken[i] = grew = true;
		}
	}
	for (size_t i = 0; i < count; i++)
		if (taken[i])
			out[n++] = conjuncts[i];
	free(taken);
	return n;
}

size_t
support_slice(struct support *support, const term *conjuncts, size_t count, term goal, term *out)
{
	return slice_from(support, set_of(&support->surface, goal), conjuncts, count, out);
}

size_t
support_wide_slice(struct support *support, const term *conjuncts, size_t count, term goal, term *out)
{
	return slice_from(support, set_of(&support->whole, goal), conjuncts, count, out);
}

static bool
all_marked(struct support *support, const struct support_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->leaf[i]->id >= support->marks || support->mark[set->leaf[i]->id] != support->slice)
			return false;
	return true;
}

size_t
support_surface(struct support *support, term goal)
{
	return set_of(&support->surface, goal)->count;
}

size_t
support_within(struct support *support, const term *conjuncts, size_t count, term goal, term *out)
{
	size_t n = 0;

	support->slice++;
	mark_all(support, set_of(&support->surface, goal));
	for (size_t i = 0; i < count; i++)
		if (all_marked(support, set_of(&support->surface, conjuncts[i])))
			out[n++] = conjuncts[i];
	return n;
}
