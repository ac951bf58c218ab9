/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second opinion: every question that Z3 answered "cannot be" is put to cvc5 as well. The proof rests on these answers
 * only; that something can be is concluded from values that were evaluated. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "verify/prove/inside.h"

struct answers {
	uint64_t agreed, open;
	uint64_t wrong; /* number of the first question that cvc5 answers otherwise, from 1; 0: none */
	char error[256];
};

void
certify_start(struct prover *p)
{
	if (!p->request->certify)
		return;
	if (p->questions != NULL) /* another process's, from which this one was forked */
		fclose(p->questions);
	p->questions = prover_temporary("questions", p->questions_file, sizeof p->questions_file);
	smt_record(p->subject.smt, p->questions);
}

static void
read_answer(struct answers *a, const char *line)
{
	if (strcmp(line, "unsat\n") == 0)
		a->agreed++;
	else if (strcmp(line, "unknown\n") == 0)
		a->open++;
	else if (strcmp(line, "sat\n") == 0 && a->wrong == 0)
		a->wrong = a->agreed + a->open + 1;
	else if (a->error[0] == '\0')
		snprintf(a->error, sizeof a->error, "%.*s", (int)strcspn(line, "\n"), line);
}

static bool
ask_second(const struct prover *p, struct answers *a)
{
	char command[1024], line[512];
	FILE *out;

	snprintf(command, sizeof command, "cvc5 --lang=smt2 --tlimit-per=%u '%s' 2>&1", p->request->solver_ms,
		p->questions_file);
	out = popen(command, "r");
	if (out == NULL)
		return false;
	while (fgets(line, sizeof line, out) != NULL)
		read_answer(a, line);
	return pclose(out) == 0;
}

static void
judge(struct prover *p, const struct answers *a, uint64_t asked, bool ran)
{
	p->goal->obligations = a->agreed;
	if (a->wrong > 0)
		prover_fails(p, VERDICT_UNKNOWN, "Z3 says that something cannot be, cvc5 that it can: question %" PRIu64
			" of %s, which is kept", a->wrong, p->questions_file);
	else if (!ran || a->error[0] != '\0')
		prover_fails(p, VERDICT_UNKNOWN, "cvc5 failed%s%s (apt-get install cvc5, if it is missing)",
			a->error[0] != '\0' ? ": " : "", a->error);
	else if (a->agreed < asked)
		prover_fails(p, VERDICT_UNKNOWN, "cvc5 answered %" PRIu64 " of %" PRIu64 " questions in time", a->agreed, asked);
}

void
certify_end(struct prover *p)
{
	const uint64_t asked = smt_figures(p->subject.smt).recorded;
	struct answers answers = { .agreed = 0 };
	bool ran;

	if (!p->request->certify)
		return;
	prover_goal(p, "certified", "cvc5 agrees with every answer of Z3 that the proof rests on");
	if (p->questions == NULL || fclose(p->questions) != 0) {
		prover_fails(p, VERDICT_UNKNOWN, "the questions cannot be written to a temporary file: %s", strerror(errno));
		return;
	}
	p->questions = NULL;
	smt_record(p->subject.smt, NULL);
	ran = ask_second(p, &answers);
	judge(p, &answers, asked, ran);
	if (answers.wrong == 0)
		unlink(p->questions_file);
}

void
certify_drop(struct prover *p)
{
	if (p->questions == NULL)
		return;
	smt_record(p->subject.smt, NULL);
	fclose(p->questions);
	p->questions = NULL;
	unlink(p->questions_file);
}
