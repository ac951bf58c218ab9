/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which invariant seems missing where a goal fails in a state that nothing was shown to reach.
 *
 * A guess is a relation between two fields of an entry, or between a field and a limit or the value that it has in the
 * failing case. One is told if it excludes the case; of these, those first that every packet keeps: said as an
 * @invariant they would hold. Nothing is concluded from a guess here. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"

#define MOST_ASKED 60 /* guesses that the solver is asked about */
#define MOST_FIELDS (2 * TABLE_FIELDS + 1)

struct field {
	char name[80];
	term hole; /* the field of an entry of unknowns, 64 bits */
};

struct guessing {
	struct prover *p;
	const struct failing *failing;
	const struct table *table;
	const struct change *look; /* of a present entry */
	term hole[SAID_HOLES];
	struct field field[MOST_FIELDS];
	unsigned fields, asked;
	char *text; /* where the best guess goes */
	size_t room;
	bool kept; /* the one there is */
};

static void
add_fields(struct guessing *g, const struct layout *layout, const term *words, const char *prefix)
{
	for (unsigned f = 0; f < layout->fields; f++) {
		struct field *const field = &g->field[g->fields];

		if (layout->field[f].size > 8)
			continue;
		snprintf(field->name, sizeof field->name, "entry.%s%.50s", prefix, layout->field[f].name);
		field->hole = layout_get(g->p->subject.terms, layout, words, f, 0);
		g->fields++;
	}
}

static void
make_fields(struct guessing *g)
{
	struct spec_entry e;

	said_entry(g->p, g->table, &e, g->hole);
	g->fields = 0;
	add_fields(g, &g->table->value, e.value, "");
	add_fields(g, &g->table->key, e.key, "key.");
	if (g->table->classes > 1)
		g->field[g->fields++] = (struct field){ "entry.state", e.class };
}

/* The failing case with the guess said of every entry that its packet finds. */
static bool
excludes(struct guessing *g, const struct invariant *guess)
{
	struct terms *const ts = g->p->subject.terms;
	struct invariants *const only = calloc(1, sizeof *only);
	struct state *const s = state_fork(g->failing->state);
	struct model *model = NULL;
	bool excluded;

	if (only == NULL)
		abort();
	only->one[only->count++] = *guess;
	infer_assume(ts, only, s);
	excluded = cases_implied(&s->path, term_bool(ts, false), &model) == SMT_UNSAT;
	model_free(model);
	state_free(s);
	free(only);
	return excluded;
}

/* What a term over the holes is of the entry that the failing packet finds. */
static uint64_t
found_value(const struct guessing *g, term over_holes)
{
	struct template *const t = template_new(over_holes, g->hole, SAID_HOLES);
	const term found = infer_fill(g->p->subject.terms, t, g->look->key, &g->look->entry, g->p->subject.now);

	template_free(t);
	return model_value(g->failing->model, found);
}

static void
tell(struct guessing *g, const char *left, const char *relation, const char *right, bool kept)
{
	if (!kept && g->text[0] != '\0')
		return;
	g->kept = kept;
	snprintf(g->text, g->room, "%s %s %s of each entry of %s (%s)", left, relation, right, g->table->name,
		kept ? "every packet keeps it, so it holds if it is said as an @invariant" : "which not every packet keeps");
}

static void
try(struct guessing *g, term says, const char *left, const char *relation, const char *right)
{
	struct infer_said said = { .name = "guess", .table = g->table->name, .now = g->p->subject.now, .later = g->p->later };
	const struct invariant guess = { .table = g->table, .of = INVARIANT_SAID, .said = &said, .when = -1 };

	if (g->kept || g->asked == MOST_ASKED || term_is_const(says) || found_value(g, says) != 0)
		return;
	g->asked++;
	said.says = template_new(says, g->hole, SAID_HOLES);
	if (excludes(g, &guess))
		tell(g, left, relation, right, infer_keeps(g->p->subject.terms, g->p->subject.exec.returned,
			&g->p->verdict->invariants, &guess));
	template_free(said.says);
}

static void
try_limits(struct guessing *g, const struct field *a)
{
	struct terms *const ts = g->p->subject.terms;

	for (unsigned i = 0; i < g->p->limits.count; i++) {
		const struct infer_limit *const l = &g->p->limits.one[i];
		const bool clock = l->before != l->after;
		const term limit = clock ? g->hole[SAID_NOW] : l->after;

		try(g, l->below ? term_ult(ts, a->hole, limit) : term_ule(ts, a->hole, limit), a->name, l->below ? "<" : "<=",
			clock ? "now()" : l->name);
	}
}

static void
try_value(struct guessing *g, const struct field *a)
{
	const term value = term_const(g->p->subject.terms, 64, found_value(g, a->hole));
	char text[32];

	snprintf(text, sizeof text, "%" PRIu64, value->value);
	try(g, term_ne(g->p->subject.terms, a->hole, value), a->name, "!=", text);
}

static void
try_all(struct guessing *g)
{
	struct terms *const ts = g->p->subject.terms;

	for (unsigned i = 0; i < g->fields; i++)
		for (unsigned k = 0; k < g->fields; k++) {
			const struct field *const a = &g->field[i], *const b = &g->field[k];

			if (i < k)
				try(g, term_eq(ts, a->hole, b->hole), a->name, "==", b->name);
			if (i < k)
				try(g, term_ne(ts, a->hole, b->hole), a->name, "!=", b->name);
			if (i != k)
				try(g, term_ule(ts, a->hole, b->hole), a->name, "<=", b->name);
		}
	for (unsigned i = 0; i < g->fields; i++)
		try_limits(g, &g->field[i]);
	for (unsigned i = 0; i < g->fields; i++)
		try_value(g, &g->field[i]);
}

void
missing_invariant(struct prover *p, const struct failing *failing, char *text, size_t room)
{
	struct guessing *const g = calloc(1, sizeof *g);

	if (g == NULL)
		abort();
	*g = (struct guessing){ .p = p, .failing = failing, .text = text, .room = room };
	text[0] = '\0';
	for (unsigned o = 0; o < failing->state->objects; o++)
		for (const struct change *c = failing->state->chain[o].newest; c != NULL; c = c->before) {
			g->table = failing->state->chain[o].table;
			g->look = c;
			if (!c->look || model_value(failing->model, c->entry.live) == 0)
				continue;
			make_fields(g);
			try_all(g);
		}
	free(g);
}
