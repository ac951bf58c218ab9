/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pure Python function called by a specification: all its cases at once.
 *
 * Where the program under proof has a joined function on this path (state/cases.h) that does the same, the
 * answers are expressed by that function's unknowns: a specification's walk over headers and the program's meet
 * here, each case against each, and what is not shown equal stays an unknown of its own. */
#include <string.h>

#include "verify/spec/loaded.h"

#define MAX_CASES 512
#define MAX_GUARDS 64
#define FEW_CASES 4

struct gathered {
	struct one_case one[MAX_CASES];
	term guard[MAX_CASES][MAX_GUARDS];
	unsigned count, answers;
	bool truth[CASES_ANSWERS];
	__int128 low[CASES_ANSWERS], high[CASES_ANSWERS];
};

static bool
take_answer(struct gathered *g, PyObject *item, unsigned a)
{
	__int128 low, high;
	term t;

	if (is_truth(item)) {
		t = truth_term(item);
		low = 0;
		high = 1;
	} else {
		t = number_term(item, &low, &high);
	}
	if (t == NULL)
		return false;
	g->truth[a] = g->count == 0 ? is_truth(item) : g->truth[a] && is_truth(item);
	g->low[a] = g->count == 0 || low < g->low[a] ? low : g->low[a];
	g->high[a] = g->count == 0 || high > g->high[a] ? high : g->high[a];
	g->one[g->count].answer[a] = t;
	return true;
}

static bool
take_case(struct gathered *g, PyObject *result, const struct explorer *e)
{
	struct one_case *one = &g->one[g->count];

	if (!PyTuple_Check(result) || PyTuple_GET_SIZE(result) > CASES_ANSWERS ||
		(g->count > 0 && PyTuple_GET_SIZE(result) != (Py_ssize_t)g->answers)) {
		PyErr_SetString(PyExc_TypeError, "a pure function returns a tuple of up to 16 numbers and conditions");
		return false;
	}
	g->answers = (unsigned)PyTuple_GET_SIZE(result);
	one->guard = g->guard[g->count];
	one->guards = 0;
	for (unsigned i = 0; i < e->at; i++) {
		if (!e->made[i].fork)
			continue;
		if (one->guards == MAX_GUARDS) {
			PyErr_SetString(PyExc_RecursionError, "a pure function decides more than 64 times");
			return false;
		}
		g->guard[g->count][one->guards++] = e->made[i].answer ? e->made[i].condition
			: term_not(spec_current->ts, e->made[i].condition);
	}
	for (unsigned a = 0; a < g->answers; a++)
		if (!take_answer(g, PyTuple_GET_ITEM(result, a), a))
			return false;
	g->count++;
	return true;
}

/* One run of the function on a copy of the path. */
static bool
run_once(struct gathered *g, PyObject *function, PyObject *args, struct explorer *e, const struct path *outer)
{
	struct path path;
	PyObject *result;
	bool taken;

	path_copy(&path, outer);
	path.hasty = true; /* an impossible case is an answer never given */
	e->path = &path;
	spec_current->path = &path;
	result = PyObject_CallObject(function, args);
	taken = result != NULL && take_case(g, result, e);
	Py_XDECREF(result);
	path_fini(&path);
	return taken;
}

static bool
gather(struct gathered *g, PyObject *function, PyObject *args)
{
	struct explorer *const outer = spec_current->explorer;
	struct path *const path = spec_current->path;
	struct explorer *e = calloc(1, sizeof *e);
	bool fine = true;

	if (e == NULL)
		abort();
	spec_current->explorer = e;
	do {
		if (g->count == MAX_CASES) {
			PyErr_SetString(PyExc_RecursionError, "a pure function has more than 512 cases");
			fine = false;
			break;
		}
		fine = run_once(g, function, args, e, path);
	} while (fine && explorer_next(e));
	free(e);
	spec_current->explorer = outer;
	spec_current->path = path;
	return fine;
}

/* Whether a condition is seen to be impossible on a path: by looking, by sums, by a question about its own unknowns
 * alone, or part by part. Never asks about the whole path, so it is quick; false means only "not seen". */
static bool
refuted(struct path *path, term condition)
{
	struct terms *const ts = path->terms;

	if (path_look(path, condition) == TRUTH_FALSE || linear_implied(ts, &path->linear, term_not(ts, condition)))
		return true;
	if (condition->op == TERM_AND && (refuted(path, condition->args[0]) || refuted(path, condition->args[1])))
		return true;
	if (condition->op == TERM_NOT && condition->args[0]->op == TERM_AND &&
		refuted(path, term_not(ts, condition->args[0]->args[0])) &&
		refuted(path, term_not(ts, condition->args[0]->args[1])))
		return true;
	return smt_feasible_locally(path->smt, path->conjunct, path->count, condition) == SMT_UNSAT;
}

/* Conditions of two cases together: false when they are seen to contradict each other. */
static bool
together(struct sweep *sweep, struct path *path, const struct one_case *a, const struct one_case *b)
{
	const struct one_case *const both[] = { a, b };

	for (int k = 0; k < 2; k++)
		for (unsigned i = 0; i < both[k]->guards; i++) {
			const term guard = sweep_rewrite(sweep, both[k]->guard[i]);

			if (refuted(path, guard))
				return false;
			path_assume(path, guard, NULL);
		}
	return true;
}

static term
wide(term a)
{
	return term_zext(spec_current->ts, a, 64);
}

/* Whether answer `mine` of every case of the specification's function is `theirs` (an answer of the program's
 * function, or a constant when index is CASES_ANSWERS) in every case of class `class` that it can meet. */
struct matching {
	struct sweep *sweep;
	const struct gathered *g;
	const struct cases *c;
	unsigned by;    /* the program's answer that tells its classes apart */
	term class;
	unsigned theirs;
	term constant;
	/* in each of the sweep's models: which case of either side it is (-1: none of this class) */
	int their_case[SWEEP_MODELS], my_case[SWEEP_MODELS];
};

static int
case_in(struct model *model, const struct one_case *one, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		bool here = true;

		for (unsigned k = 0; k < one[i].guards && here; k++)
			here = model_value(model, one[i].guard[k]) == 1;
		if (here)
			return (int)i;
	}
	return -1;
}

/* A temporary path on which two cases are together, knowing what is known of the arguments here. */
static bool
meet(const struct matching *m, struct path *path, unsigned i, unsigned j)
{
	path_init(path, spec_current->ts, spec_current->path->smt);
	linear_copy(&path->linear, &m->c->facts);
	return together(m->sweep, path, &m->c->one[i], &m->g->one[j]);
}

/* A model that no path has (its arguments make no sense) shows nothing. */
static bool
can_meet(const struct matching *m, unsigned i, int j)
{
	struct path path;
	const bool can = j >= 0 && meet(m, &path, i, (unsigned)j);

	if (j >= 0)
		path_fini(&path);
	return can;
}

static void
sample(struct matching *m)
{
	for (unsigned k = 0; k < SWEEP_MODELS; k++) {
		struct model *model = sweep_model(m->sweep, k);

		m->their_case[k] = case_in(model, m->c->one, m->c->count);
		m->my_case[k] = case_in(model, m->g->one, m->g->count);
		if (m->their_case[k] >= 0 && ((m->by < CASES_ANSWERS &&
			m->c->one[m->their_case[k]].answer[m->by] != m->class) ||
			!can_meet(m, (unsigned)m->their_case[k], m->my_case[k])))
			m->their_case[k] = -1;
	}
}

/* Whether some model shows that the answers differ: then there is nothing to prove. */
static bool
differs_in_a_model(const struct matching *m, unsigned mine)
{
	for (unsigned k = 0; k < SWEEP_MODELS; k++) {
		struct model *model = sweep_model(m->sweep, k);
		uint64_t ours, other;

		if (m->their_case[k] < 0 || m->my_case[k] < 0)
			continue;
		ours = model_value(model, m->g->one[m->my_case[k]].answer[mine]);
		other = m->theirs == CASES_ANSWERS ? m->constant->value
			: model_value(model, m->c->one[m->their_case[k]].answer[m->theirs]);
		if (ours != other)
			return true;
	}
	return false;
}

static bool
pair_matches(const struct matching *m, unsigned mine, unsigned i, unsigned j)
{
	struct terms *const ts = spec_current->ts;
	const term expected = m->theirs == CASES_ANSWERS ? m->constant : wide(m->c->one[i].answer[m->theirs]);
	const term same = term_eq(ts, sweep_rewrite(m->sweep, wide(m->g->one[j].answer[mine])),
		sweep_rewrite(m->sweep, expected));
	struct path path;
	bool matches = true;

	if (term_is_true(same))
		return true;
	if (meet(m, &path, i, j))
		matches = refuted(&path, term_not(ts, same)) || path_must(&path, same);
	path_fini(&path);
	return matches;
}

static bool
all_match(const struct matching *m, unsigned mine)
{
	if (differs_in_a_model(m, mine))
		return false;
	for (unsigned i = 0; i < m->c->count; i++) {
		if (m->by < CASES_ANSWERS && m->c->one[i].answer[m->by] != m->class)
			continue;
		for (unsigned j = 0; j < m->g->count; j++)
			if (!pair_matches(m, mine, i, j))
				return false;
	}
	return true;
}

/* The program's answer by whose constant value its cases fall into classes; CASES_ANSWERS: none. */
static unsigned
class_answer(const struct cases *c)
{
	for (unsigned a = 0; a < c->answers; a++) {
		bool constant = !term_is_const(c->unknown[a]);

		for (unsigned i = 0; i < c->count; i++)
			constant = constant && term_is_const(c->one[i].answer[a]);
		if (constant)
			return a;
	}
	return CASES_ANSWERS;
}

/* Which class this path is in, decided if need be. NULL: a Python error. */
static term
class_here(const struct cases *c, unsigned by)
{
	term last = NULL;

	for (unsigned i = 0; i < c->count; i++) {
		const term value = c->one[i].answer[by];
		int is;

		if (value == last)
			continue;
		last = value;
		is = decide(term_eq(spec_current->ts, c->unknown[by], value));
		if (is < 0)
			return NULL;
		if (is)
			return value;
	}
	return last;
}

/* Whether the two functions look like the same walk: on random inputs of this class, some answer is the same. */
static bool
worth_trying(const struct gathered *g, const struct cases *c, unsigned mine, unsigned theirs, unsigned by, term class)
{
	struct sweep *const sweep = spec_current->spec->sweep;

	for (unsigned i = 0; i < c->count; i++) {
		if (by < CASES_ANSWERS && c->one[i].answer[by] != class)
			continue;
		for (unsigned j = 0; j < g->count; j++)
			if (sweep_rewrite(sweep, wide(g->one[j].answer[mine])) ==
				sweep_rewrite(sweep, wide(c->one[i].answer[theirs])))
				return true;
	}
	return false;
}

static term
constant_of(const struct gathered *g, unsigned mine, unsigned which)
{
	for (unsigned j = 0; j < g->count; j++) {
		const term a = g->one[j].answer[mine];
		const term options[] = { a, a->op == TERM_ITE ? a->args[1] : a, a->op == TERM_ITE ? a->args[2] : a };

		for (int k = 0; k < 3; k++)
			if (term_is_const(options[k]) && which-- == 0)
				return wide(options[k]);
	}
	return NULL;
}

/* The specification's answer in terms of the program's, or NULL. */
static term
matched_answer(struct matching *m, unsigned mine)
{
	term tried[6] = { NULL };
	unsigned n = 0;

	for (m->theirs = 0; m->theirs < m->c->answers; m->theirs++)
		if (worth_trying(m->g, m->c, mine, m->theirs, m->by, m->class) && all_match(m, mine))
			return wide(m->c->unknown[m->theirs]);
	m->theirs = CASES_ANSWERS;
	for (unsigned k = 0; n < 6 && (m->constant = constant_of(m->g, mine, k)) != NULL; k++) {
		bool seen = false;

		for (unsigned t = 0; t < n; t++)
			seen = seen || tried[t] == m->constant;
		if (!seen && all_match(m, mine))
			return m->constant;
		if (!seen)
			tried[n++] = m->constant;
	}
	return NULL;
}

static PyObject *
answer_object(const struct gathered *g, unsigned a, term value)
{
	if (g->truth[a])
		return truth_new(term_extract(spec_current->ts, value, 0, 1));
	return number_new(wide(value), g->low[a] > (__int128)value->low ? g->low[a] : (__int128)value->low,
		g->high[a] < (__int128)value->high ? g->high[a] : (__int128)value->high);
}

static size_t
flattened(const struct gathered *g, term *key)
{
	size_t n = 0;

	for (unsigned j = 0; j < g->count; j++) {
		for (unsigned k = 0; k < g->one[j].guards; k++, n++)
			if (key != NULL)
				key[n] = g->one[j].guard[k];
		for (unsigned a = 0; a < g->answers; a++, n++)
			if (key != NULL)
				key[n] = g->one[j].answer[a];
	}
	return n;
}

/* What matching gives, from memory if these cases met before. It depends on nothing but the two functions' cases and
 * what was known at the program's call, which holds on every path that has its cases. */
static const struct matched *
recall(struct matching *m)
{
	const size_t count = flattened(m->g, NULL);
	struct matched *made = calloc(1, sizeof *made + count * sizeof(term));

	if (made == NULL)
		abort();
	flattened(m->g, made->key);
	for (struct matched *old = spec_current->spec->matched; old != NULL; old = old->next)
		if (old->theirs == m->c && old->class == m->class && old->count == count &&
			memcmp(old->key, made->key, count * sizeof(term)) == 0) {
			free(made);
			return old;
		}
	made->theirs = m->c;
	made->class = m->class;
	made->count = count;
	made->next = spec_current->spec->matched;
	spec_current->spec->matched = made;
	sample(m);
	for (unsigned a = 0; a < m->g->answers; a++)
		made->out[a] = matched_answer(m, a);
	return made;
}

/* Fills in what the program's functions answer already. *error: a decision failed. */
static void
match_all(const struct gathered *g, term *out, bool *error)
{
	for (const struct cases *c = spec_current->path->cases; c != NULL && !*error; c = c->before) {
		struct matching m = { .sweep = spec_current->spec->sweep, .g = g, .c = c, .by = class_answer(c) };
		const struct matched *known;
		bool any = false;

		for (unsigned a = 0; a < g->answers && !any; a++)
			for (unsigned t = 0; t < c->answers && !any; t++)
				any = !term_is_const(c->unknown[t]) && t != m.by &&
					worth_trying(g, c, a, t, CASES_ANSWERS, NULL) && c->unknown[t]->width == 64;
		if (!any)
			continue;
		if (m.by < CASES_ANSWERS && (m.class = class_here(c, m.by)) == NULL) {
			*error = true;
			return;
		}
		known = recall(&m);
		for (unsigned a = 0; a < g->answers; a++)
			out[a] = out[a] == NULL ? known->out[a] : out[a];
	}
}

static PyObject *
answers_tuple(const struct gathered *g, const term *out)
{
	PyObject *tuple = PyTuple_New(g->answers);

	for (unsigned a = 0; tuple != NULL && a < g->answers; a++) {
		PyObject *item = answer_object(g, a, out[a]);

		if (item == NULL) {
			Py_CLEAR(tuple);
			break;
		}
		PyTuple_SET_ITEM(tuple, a, item);
	}
	return tuple;
}

/* What matched nothing: one term when the cases are few, otherwise an unknown with its cases aside. */
static void
answer_rest(const struct gathered *g, term *out)
{
	struct cases *const outer = spec_current->path->cases;
	const struct cases *c = cases_add(spec_current->path, g->one, g->count, g->answers);
	bool aside = false, known;

	for (unsigned a = 0; a < g->answers; a++) {
		if (out[a] != NULL)
			continue;
		known = g->count <= FEW_CASES || c->met[a];
		aside = aside || !known;
		out[a] = known ? c->defined[a] : c->unknown[a];
	}
	if (!aside)
		spec_current->path->cases = outer;
}

PyObject *
merge_call(PyObject *function, PyObject *args)
{
	struct gathered *g = calloc(1, sizeof *g);
	term out[CASES_ANSWERS] = { NULL };
	PyObject *tuple = NULL;
	bool error = false;

	if (g == NULL)
		abort();
	if (gather(g, function, args)) {
		if (g->count > FEW_CASES)
			match_all(g, out, &error);
		if (!error) {
			answer_rest(g, out);
			tuple = answers_tuple(g, out);
		}
	}
	free(g);
	return tuple;
}
