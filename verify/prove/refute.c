/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From failing cases to a refutation.
 *
 * A failing case counts as refuted only when packets from nf_init on show it on the real program. Many cases of a
 * wrong program are in states that nothing reaches, so several are kept, each is tried at once with few packets
 * before it, and all of them in turn with more. Until one is confirmed the goal's verdict is "unknown". */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/prove/inside.h"

#define AT_ONCE 1 /* packets before the failing one */

static void
record(struct goal *g, enum verdict_kind kind, const char *reason)
{
	g->verdict = kind;
	snprintf(g->reason, sizeof g->reason, "%s", reason);
}

void
prover_fails(struct prover *p, enum verdict_kind kind, const char *format, ...)
{
	char reason[sizeof p->goal->reason];
	va_list arguments;

	if (p->goal->verdict == VERDICT_REFUTED || (p->goal->verdict != VERDICT_PROVED && kind == VERDICT_UNKNOWN))
		return;
	va_start(arguments, format);
	vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	record(p->goal, kind, reason);
}

static bool
keeps(const struct prover *p)
{
	unsigned same = 0;

	for (unsigned i = 0; i < p->failures; i++)
		same += p->failing[i].path == p->path;
	return p->failures < FAILING_CASES && same < FAILING_A_PATH;
}

bool
prover_skips(struct prover *p, const char *what)
{
	if (keeps(p))
		return false;
	prover_fails(p, VERDICT_UNKNOWN, "%s: not asked, because other cases fail", what);
	return true;
}

void
prover_violated(struct prover *p, const struct state *s, term demanded, struct model *model, const char *format, ...)
{
	struct failing *f = &p->failing[p->failures];
	va_list arguments;

	if (p->goal->verdict == VERDICT_REFUTED || !keeps(p)) {
		model_free(model);
		return;
	}
	p->failures++;
	*f = (struct failing){ .state = state_fork(s), .model = model, .path = p->path };
	path_assume(&f->state->path, term_not(p->subject.terms, demanded), NULL);
	va_start(arguments, format);
	vsnprintf(f->reason, sizeof f->reason, format, arguments);
	va_end(arguments);
	for (unsigned earlier = 0; earlier <= AT_ONCE && p->goal->verdict != VERDICT_REFUTED; earlier++)
		if (reach(p, f, earlier))
			record(p->goal, VERDICT_REFUTED, f->reason);
	prover_fails(p, VERDICT_UNKNOWN, "%s (in a state that no sequence of packets was shown to reach)", f->reason);
}

bool
prover_settle(struct prover *p)
{
	for (unsigned earlier = AT_ONCE + 1; earlier < VERIFY_SEQUENCE; earlier++)
		for (unsigned i = 0; i < p->failures && p->goal->verdict != VERDICT_REFUTED; i++)
			if (reach(p, &p->failing[i], earlier))
				record(p->goal, VERDICT_REFUTED, p->failing[i].reason);
	if (p->failures > 0 && p->goal->verdict != VERDICT_REFUTED)
		reach_in_vain(p, &p->failing[0]);
	while (p->failures > 0) {
		p->failures--;
		state_free(p->failing[p->failures].state);
		model_free(p->failing[p->failures].model);
	}
	return p->goal->verdict == VERDICT_REFUTED;
}
