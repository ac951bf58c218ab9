/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/prove/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "verify/prove/inside.h"

static double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct goal *
prover_goal(struct prover *p, const char *name, const char *title)
{
	struct goal *g;

	if (p->verdict->goals == VERIFY_GOALS) /* at most SPEC_NAMES properties are loaded: cannot be */
		abort();
	g = &p->verdict->goal[p->verdict->goals++];

	*g = (struct goal){ .verdict = VERDICT_PROVED };
	snprintf(g->name, sizeof g->name, "%s", name);
	snprintf(g->title, sizeof g->title, "%s", title);
	p->goal = g;
	p->path = NULL;
	reach_new_goal(p);
	return g;
}

void
prover_oblige(struct prover *p, struct state *s, term condition, const char *what)
{
	struct model *model;
	enum smt_result result;

	p->goal->obligations++;
	if (term_is_true(condition)) {
		p->goal->syntactic++;
		return;
	}
	if (p->goal->verdict == VERDICT_REFUTED || prover_skips(p, what) || path_must(&s->path, condition))
		return;
	result = cases_implied(&s->path, condition, &model);
	if (result == SMT_UNSAT)
		return;
	if (result == SMT_UNKNOWN) {
		prover_fails(p, VERDICT_UNKNOWN, "%s: the solver gave up", what);
		return;
	}
	prover_violated(p, s, condition, model, "%s: not what is demanded", what);
}

/* Findings of the engine as the goal's. Invariants may show that the state cannot be: then there is none. */
static void
take_findings(struct prover *p)
{
	for (struct finding *f = p->subject.exec.findings; f != NULL; f = f->next) {
		struct model *model;
		enum smt_result result;

		infer_assume(p->subject.terms, &p->verdict->invariants, f->state);
		result = cases_implied(&f->state->path, term_bool(p->subject.terms, false), &model);
		p->goal->obligations++;
		if (result == SMT_UNSAT)
			continue;
		if (f->kind == FINDING_REFUSAL || result == SMT_UNKNOWN) {
			prover_fails(p, VERDICT_UNKNOWN, "%s", f->text);
			model_free(model);
			continue;
		}
		p->path = f->state;
		prover_violated(p, f->state, term_bool(p->subject.terms, false), model, "%s", f->text);
	}
}

static void
show_progress(const struct prover *p, const char *stage, uint64_t done, uint64_t all)
{
	if (p->request->progress != NULL && p->which == 0) /* one of the processes tells */
		p->request->progress(p->request->context, stage, done, all);
}

/* Ports that the packet leaves by exist: the program and a specification might agree on nonsense. */
static void
check_egress(struct prover *p)
{
	struct subject *u = &p->subject;
	struct terms *ts = u->terms;

	for (struct state *s = u->exec.returned; s != NULL; s = s->next) {
		p->path = s;
		prover_oblige(p, s, term_eq(ts, term_shift(ts, TERM_LSHR, s->reg[IR_RAX], u->ports), term_const(ts, 64, 0)),
			"the packet is sent out of a port that does not exist");
	}
}

/* Entries already looked at satisfy the invariants: said once, for every use of the path below. */
static void
assume_invariants(struct prover *p)
{
	for (struct state *s = p->subject.exec.returned; s != NULL; s = s->next)
		infer_assume(p->subject.terms, &p->verdict->invariants, s);
}

static bool
find_invariants(struct prover *p)
{
	struct subject *u = &p->subject;

	show_progress(p, "invariants", 0, 0);
	find_limits(p, &p->limits);
	if (!said_propose(p))
		return false;
	infer(u->terms, u->exec.returned, &p->limits, &p->verdict->invariants);
	assume_invariants(p);
	return true;
}

/* Of the build with traps nothing is shown but that its paths end in no finding: what the function sends and keeps is the
 * other build's affair, and without a finding there is nothing for invariants to exclude. */
static bool
explore(struct prover *p)
{
	struct subject *u = &p->subject;
	struct verdict *v = p->verdict;

	prover_goal(p, "safety", "every access is owned, nothing traps, every path returns");
	if (!subject_init(u, &v->err)) {
		take_findings(p);
		return p->goal->verdict != VERDICT_PROVED;
	}
	take_findings(p);
	if (p->goal->verdict != VERDICT_PROVED)
		return true;
	exec_clear(&u->exec);
	if (p->spec != NULL && !agree_check(p))
		return false;
	if (!subject_process(u, &v->err))
		return false;
	v->paths = u->exec.returned_count;
	v->summaries = u->exec.summaries;
	if (!subject_hint(u, &v->err))
		return false;
	if ((!p->request->traps || u->exec.findings != NULL) && !find_invariants(p))
		return false;
	take_findings(p);
	if (!p->request->traps) {
		check_egress(p);
		check_leaks(p);
	}
	return true;
}

static void
assume_looked(void *context, struct state *s)
{
	struct prover *p = context;

	infer_assume(p->subject.terms, &p->verdict->invariants, s);
}

struct walking {
	struct prover *p;
	struct state *end;
	struct spec_input *input;
};

/* A case in which the Python code failed: it counts only if it can happen. */
static void
python_failed(struct prover *p, struct spec_case *found, bool violated)
{
	struct model *model;
	const enum smt_result result = cases_implied(&found->s->path, term_bool(p->subject.terms, false), &model);

	if (result == SMT_UNSAT)
		return;
	if (result == SMT_UNKNOWN) {
		prover_fails(p, VERDICT_UNKNOWN, "%s:%d: %s: the solver gave up on whether this case can be", found->file,
			found->line, found->text);
		return;
	}
	if (!violated) {
		model_free(model);
		if (p->goal->verdict != VERDICT_BAD_INPUT)
			prover_fails(p, VERDICT_BAD_INPUT, "%s:%d: %s", found->file, found->line, found->text);
		return;
	}
	prover_violated(p, found->s, term_bool(p->subject.terms, false), model, "%s:%d: %s", found->file, found->line,
		found->text);
}

static bool
each_case(void *context, struct spec_case *found)
{
	struct walking *w = context;
	struct prover *p = w->p;

	p->verdict->spec_cases++;
	switch (found->ending) {
	case SPEC_OUTCOME:
		compare_outcome(p, w->end, found, w->input);
		break;
	case SPEC_HELD:
		p->goal->obligations++;
		break;
	default:
		p->goal->obligations++;
		python_failed(p, found, found->ending == SPEC_REFUSED || (found->ending == SPEC_VIOLATED && p->property >= 0));
	}
	return p->goal->verdict != VERDICT_REFUTED && p->goal->verdict != VERDICT_BAD_INPUT;
}

unsigned
prover_option_values(const struct subject *u, struct spec_value *values)
{
	unsigned n = 0;

	for (unsigned i = 0; i < u->options.count; i++) {
		const struct option *o = &u->options.option[i];

		if (o->type == NF_LIST)
			continue;
		values[n++] = (struct spec_value){
			.name = o->name,
			.shape = o->type == NF_IPV6 ? SPEC_PAIR_HI_LO : o->type == NF_IPV4_PREFIX ? SPEC_PAIR_LO_HI : SPEC_NUMBER,
			.lo = o->lo,
			.hi = o->hi,
		};
	}
	return n;
}

/* No packet takes the path: what the joined functions on it answer, taken together, excludes it. Branches are followed
 * without asking for that, and on such a path everything holds, but each obligation takes the definitions to show. Only UNSAT
 * drops a path, and it is asked once. */
static bool
excluded(struct state *s)
{
	enum smt_result result = SMT_UNKNOWN;

	if (!s->looked_into) {
		path_prepare(&s->path, s->path.cases == NULL ? NULL : cases_any_model(&s->path, &result));
		s->excluded = result == SMT_UNSAT;
		s->looked_into = true;
	}
	return s->excluded;
}

/* Holds the specification (property < 0) or a property against every path. */
static void
check_against(struct prover *p, int property)
{
	struct subject *u = &p->subject;
	struct spec_value values[OPTIONS_MAX];
	const unsigned options = prover_option_values(u, values);
	uint64_t path = 0;

	p->property = property;
	for (struct state *s = u->exec.returned; s != NULL; s = s->next) {
		struct spec_input input = {
			.end = s, .space = &u->exec.space, .packet = u->packet, .byte = u->byte, .length = u->length,
			.port = u->port, .ports = u->ports, .now = u->now, .now_before = u->now_before,
			.sent_ports = s->reg[IR_RAX], .sent_offset = subject_sent_offset(u, s),
			.sent_length = subject_sent_length(u, s), .option = values, .options = options,
			.looked = assume_looked, .context = p,
		};
		struct walking w = { p, s, &input };

		if (!crew_takes(p, path++))
			continue;
		show_progress(p, p->goal->name, crew_taken(p, u->exec.returned_count), u->exec.returned_count);
		p->path = s;
		if (prover_skips(p, p->goal->title) || excluded(s))
			continue;
		if (!spec_run(p->spec, property, &input, each_case, &w))
			return;
	}
}

static bool
wanted(const struct prover *p, const char *name)
{
	return p->request->property == NULL || strcmp(p->request->property, name) == 0;
}

/* True: the goal is refuted or says nothing that can be shown, and there is no need to look further. */
static bool
settle(struct prover *p)
{
	if (p->failures > 0)
		show_progress(p, "counterexample", 0, 0);
	return prover_settle(p) || p->goal->verdict == VERDICT_BAD_INPUT;
}

/* The same of a goal whose paths are shared out: whoever finds it tells the others. */
static bool
settle_share(struct prover *p)
{
	if (settle(p))
		crew_stop(p);
	return crew_is_done(p);
}

static bool
check_properties(struct prover *p)
{
	for (unsigned i = 0; i < spec_properties(p->spec); i++) {
		const uint64_t before = spec_asserts(p->spec);

		if (!wanted(p, spec_property_name(p->spec, i)))
			continue;
		prover_goal(p, spec_property_name(p->spec, i), spec_property_title(p->spec, i));
		check_against(p, (int)i);
		crew_count_asserts(p, spec_asserts(p->spec) - before);
		if (settle_share(p))
			return false;
	}
	return true;
}

static bool
check_invariants(struct prover *p)
{
	char name[160 + sizeof GOAL_INVARIANT];

	for (unsigned i = 0; i < spec_invariants(p->spec); i++) {
		snprintf(name, sizeof name, "%s%s", GOAL_INVARIANT, spec_invariant_name(p->spec, i));
		prover_goal(p, name, spec_invariant_title(p->spec, i));
		said_check(p, i);
		if (settle_share(p))
			return false;
	}
	return true;
}

static bool
has_property(const struct prover *p)
{
	for (unsigned i = 0; i < spec_properties(p->spec); i++)
		if (wanted(p, spec_property_name(p->spec, i)))
			return true;
	return false;
}

/* What is shown path by path. False: it ended early. */
static bool
prove_paths(struct prover *p)
{
	if (replay_paths(p) && settle_share(p))
		return false;
	if (p->request->property == NULL && !check_invariants(p))
		return false;
	if (spec_has_spec(p->spec) && p->request->property == NULL) {
		prover_goal(p, "spec", "egress, every byte and the new state are what spec.py demands");
		check_against(p, -1);
		if (settle_share(p))
			return false;
	}
	return check_properties(p);
}

static void
prove_all(struct prover *p)
{
	if (p->request->property != NULL && p->spec != NULL && !has_property(p)) {
		err_set(&p->verdict->err, "there is no property %s in props/", p->request->property);
		return;
	}
	certify_start(p);
	if (!explore(p) || settle(p) || p->goal->verdict != VERDICT_PROVED)
		return;
	if (p->request->safety || p->spec == NULL) {
		certify_end(p);
		return;
	}
	crew_start(p, p->request->jobs);
	if (prove_paths(p))
		certify_end(p);
	certify_drop(p);
	crew_end(p);
}

static void
finish(struct prover *p, double start)
{
	struct verdict *v = p->verdict;
	struct rusage usage;

	for (unsigned i = 0; i < v->invariants.count; i++)
		if (!v->invariants.one[i].dropped)
			invariant_print(&v->invariants.one[i], v->invariant[v->printed_invariants++], 256);
	v->kind = v->err.text[0] != '\0' ? VERDICT_BAD_INPUT : VERDICT_PROVED;
	for (unsigned i = 0; i < v->goals; i++) {
		const enum verdict_kind k = v->goal[i].verdict;

		if (k == VERDICT_BAD_INPUT)
			err_set(&v->err, "%s", v->goal[i].reason);
		if (verdict_severity(k) > verdict_severity(v->kind))
			v->kind = k;
	}
	if (p->subject.smt != NULL)
		smt_figures_add(&v->solver, smt_figures(p->subject.smt));
	v->seconds = seconds_now() - start;
	getrusage(RUSAGE_SELF, &usage);
	v->peak_kib += (uint64_t)usage.ru_maxrss;
}

void
verify(const struct verify_request *request, struct verdict *verdict)
{
	const double start = seconds_now();
	struct prover p = { .request = request, .verdict = verdict, .property = -1 };

	*verdict = (struct verdict){ .kind = VERDICT_UNKNOWN };
	if (request->folder != NULL)
		p.spec = spec_load(request->folder, &verdict->err);
	if (verdict->err.text[0] == '\0' &&
		subject_open(&p.subject, request->program, request->max_length, request->solver_ms, &verdict->err))
		prove_all(&p);
	certify_drop(&p);
	finish(&p, start);
	reach_end(&p);
	said_end(&p);
	subject_close(&p.subject);
}
