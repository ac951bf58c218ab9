/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/prove/inside.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What one process found. Goals are numbered alike in all of them. */
struct member {
	struct verdict verdict;
	bool has_asserts[VERIFY_GOALS]; /* of the goals that are nothing without one */
	uint64_t asserts[VERIFY_GOALS];
	pid_t process;
	bool finished;
	uint8_t bytes[SHOWN_PACKETS][VERIFY_MAX_BYTES]; /* of the counterexample's packets */
};

/* Shared by all. */
struct crew {
	_Atomic uint64_t next[VERIFY_GOALS]; /* path that nobody took yet */
	_Atomic unsigned last;               /* goal after which nothing matters */
	pthread_mutex_t trying;              /* a counterexample */
	bool confirmed;
	unsigned members, first; /* first: goal that is shared out */
	struct member member[];
};

static size_t
crew_size(unsigned members)
{
	return sizeof(struct crew) + members * sizeof(struct member);
}

static struct crew *
crew_new(unsigned members)
{
	struct crew *const crew = mmap(NULL, crew_size(members), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t shared;

	if (crew == MAP_FAILED)
		abort();
	pthread_mutexattr_init(&shared);
	pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&crew->trying, &shared);
	pthread_mutexattr_destroy(&shared);
	crew->last = VERIFY_GOALS;
	return crew;
}

static unsigned
goal_of(const struct prover *p)
{
	return (unsigned)(p->goal - p->verdict->goal);
}

/* Claims rise, and each number is claimed once: what this process passes over, another one took or takes. */
bool
crew_takes(struct prover *p, uint64_t path)
{
	const unsigned goal = goal_of(p);

	if (goal >= p->crew->last)
		return false;
	if (path == 0 || p->claim < path)
		p->claim = atomic_fetch_add(&p->crew->next[goal], 1);
	return p->claim == path;
}

uint64_t
crew_taken(const struct prover *p, uint64_t paths)
{
	const uint64_t claimed = p->crew->next[goal_of(p)]; /* whoever found none left has claimed one more */

	return claimed < paths ? claimed : paths;
}

bool
crew_is_done(const struct prover *p)
{
	return goal_of(p) >= p->crew->last;
}

void
crew_stop(struct prover *p)
{
	const unsigned goal = goal_of(p);
	unsigned last = p->crew->last;

	while (goal < last && !atomic_compare_exchange_weak(&p->crew->last, &last, goal))
		;
}

void
crew_count_asserts(struct prover *p, uint64_t asserts)
{
	struct member *const m = &p->crew->member[p->which];

	m->has_asserts[goal_of(p)] = true;
	m->asserts[goal_of(p)] = asserts;
}

bool
crew_may_confirm(struct prover *p)
{
	struct crew *const crew = p->crew;

	bool confirmed;

	if (crew == NULL) /* nothing is shared out yet */
		return true;
	if (pthread_mutex_lock(&crew->trying) == EOWNERDEAD)
		pthread_mutex_consistent(&crew->trying);
	confirmed = crew->confirmed;
	if (confirmed)
		pthread_mutex_unlock(&crew->trying);
	return !confirmed;
}

void
crew_confirmed(struct prover *p, bool confirmed)
{
	if (p->crew == NULL)
		return;
	p->crew->confirmed = confirmed;
	if (confirmed)
		crew_stop(p);
	pthread_mutex_unlock(&p->crew->trying);
}

/* Becomes a member: from here on it writes to its own verdict, which has the goals shown so far and nothing else. */
static void
become(struct prover *p, unsigned which)
{
	struct member *const m = &p->crew->member[which];

	m->verdict = *p->verdict;
	p->which = which;
	p->verdict = &m->verdict;
	p->goal = NULL;
}

void
crew_start(struct prover *p, unsigned members)
{
	const pid_t parent = getpid();
	unsigned started = 1;

	members = members < 1 ? 1 : members > CREW_MAX ? CREW_MAX : members;
	p->crew = crew_new(members);
	p->crew->members = 1;
	p->crew->first = p->verdict->goals;
	fflush(NULL);
	for (; started < members; started++) {
		const pid_t child = fork();

		if (child < 0)
			break;
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent)
				_exit(1);
			become(p, started);
			smt_restart_figures(p->subject.smt); /* what was asked before the fork is the first's */
			certify_start(p);
			return;
		}
		p->crew->member[started].process = child;
	}
	p->crew->members = started;
	p->whole = p->verdict;
	become(p, 0);
}

static uint64_t
own_peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_maxrss;
}

/* Pointers into this process end with it: packets move to the shared memory. */
static _Noreturn void
publish(struct prover *p)
{
	struct member *const m = &p->crew->member[p->which];
	counterexample_copy_bytes(&m->verdict.counterexample, m->bytes);
	m->verdict.solver = smt_figures(p->subject.smt);
	m->verdict.peak_kib = own_peak_kib();
	m->finished = true;
	_exit(0);
}

/* Packets that another process left in shared memory become this one's own. */
static void
own_packets(struct member *m)
{
	struct counterexample *const c = &m->verdict.counterexample;

	for (unsigned i = 0; i < c->packets; i++) {
		c->packet[i].bytes = malloc(c->packet[i].length + 1);
		if (c->packet[i].bytes == NULL)
			abort();
		memcpy(c->packet[i].bytes, m->bytes[i], c->packet[i].length);
	}
}

static void
take_counterexample(struct verdict *v, struct member *m, bool mine)
{
	if (!m->verdict.has_counterexample || (v->has_counterexample && v->counterexample.confirmed))
		return;
	if (!mine)
		own_packets(m);
	verdict_fini(v);
	v->has_counterexample = true;
	v->counterexample = m->verdict.counterexample;
}

static void
add_goal(struct goal *g, const struct goal *found)
{
	g->obligations += found->obligations;
	g->syntactic += found->syntactic;
	if (verdict_severity(found->verdict) <= verdict_severity(g->verdict))
		return;
	g->verdict = found->verdict;
	memcpy(g->reason, found->reason, sizeof g->reason);
}

/* A process that left early leaves its goals open: which paths it had taken is not known. */
static void
lost(struct verdict *v, unsigned first)
{
	for (unsigned g = first; g < v->goals; g++)
		if (v->goal[g].verdict == VERDICT_PROVED) {
			v->goal[g].verdict = VERDICT_UNKNOWN;
			snprintf(v->goal[g].reason, sizeof v->goal[g].reason,
				"one of the verifier's processes failed: please report it");
		}
}

static void
add_member(struct prover *p, struct verdict *v, unsigned which)
{
	struct crew *const crew = p->crew;
	struct member *const m = &crew->member[which];

	if (!m->finished) {
		lost(v, crew->first);
		return;
	}
	for (unsigned g = crew->first; g < v->goals && g < m->verdict.goals; g++)
		add_goal(&v->goal[g], &m->verdict.goal[g]);
	v->replayed += m->verdict.replayed;
	v->spec_cases += m->verdict.spec_cases;
	v->peak_kib += m->verdict.peak_kib;
	smt_figures_add(&v->solver, m->verdict.solver);
	take_counterexample(v, m, which == 0);
}

/* A property that no path's Python code came to assert says nothing. */
static void
refuse_silent(const struct crew *crew, struct verdict *v)
{
	for (unsigned g = crew->first; g < v->goals; g++) {
		uint64_t asserts = 0;

		for (unsigned i = 0; i < crew->members; i++)
			asserts += crew->member[i].asserts[g];
		if (!crew->member[0].has_asserts[g] || asserts > 0 || v->goal[g].verdict != VERDICT_PROVED || g > crew->last)
			continue;
		v->goal[g].verdict = VERDICT_BAD_INPUT;
		snprintf(v->goal[g].reason, sizeof v->goal[g].reason,
			"no packet reaches any of its asserts: it says nothing");
	}
}

/* The goals as this process numbered them, with nothing found yet. All processes number them alike; this one's list may
 * end sooner if it had heard that nothing later matters. */
static void
list_goals(const struct crew *crew, struct verdict *v, const struct verdict *mine)
{
	const unsigned goals = crew->last < mine->goals ? crew->last + 1 : mine->goals;

	for (; v->goals < goals; v->goals++) {
		v->goal[v->goals] = mine->goal[v->goals];
		v->goal[v->goals].obligations = v->goal[v->goals].syntactic = 0;
		v->goal[v->goals].verdict = VERDICT_PROVED;
		v->goal[v->goals].reason[0] = '\0';
	}
}

void
crew_end(struct prover *p)
{
	struct crew *const crew = p->crew;
	struct verdict *const v = p->whole;

	if (crew == NULL)
		return;
	if (p->which > 0)
		publish(p);
	crew->member[0].finished = true;
	for (unsigned i = 1; i < crew->members; i++)
		while (waitpid(crew->member[i].process, NULL, 0) < 0 && errno == EINTR)
			;
	list_goals(crew, v, p->verdict);
	for (unsigned i = 0; i < crew->members; i++)
		add_member(p, v, i);
	refuse_silent(crew, v);
	p->verdict = v;
	p->goal = v->goals > 0 ? &v->goal[v->goals - 1] : NULL;
	pthread_mutex_destroy(&crew->trying);
	munmap(crew, crew_size(crew->members));
	p->crew = NULL;
}
