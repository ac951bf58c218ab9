/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/names.h"
#include "report/report.h"
#include "verify/prove/options.h"

#define WIDTH 110u
#define ROWS 8u /* of a packet that are shown; all are in the folder */

/* Writes words, broken at spaces, each line after the first indented. at: the column where it starts. */
static void
wrap(const char *text, unsigned at, unsigned indent, FILE *to)
{
	while (*text != '\0') {
		const size_t length = strcspn(text, " \n");

		if (at > indent && at + length + 1 > WIDTH) {
			fprintf(to, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', to);
			at++;
		}
		fwrite(text, 1, length, to);
		at += (unsigned)length;
		text += length + (text[length] != '\0');
	}
	fputc('\n', to);
}

static void
indented(const char *text, unsigned indent, FILE *to)
{
	while (*text != '\0') {
		const size_t length = strcspn(text, "\n");

		fprintf(to, "%*s%.*s\n", length == 0 ? 0 : (int)indent, "", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void
word(enum verdict_kind kind, const char *text, int width, bool colour, FILE *to)
{
	static const char *const ink[] = {
		[VERDICT_PROVED] = "32", [VERDICT_REFUTED] = "31", [VERDICT_UNKNOWN] = "33", [VERDICT_BAD_INPUT] = "35",
	};

	if (colour)
		fprintf(to, "\033[1;%sm%-*s\033[0m", ink[kind], width, text);
	else
		fprintf(to, "%-*s", width, text);
}

static void
headline(const struct report *r, bool colour, FILE *to)
{
	static const char *const loud[] = {
		[VERDICT_PROVED] = "PROVED", [VERDICT_REFUTED] = "REFUTED", [VERDICT_UNKNOWN] = "UNKNOWN",
		[VERDICT_BAD_INPUT] = "BAD INPUT",
	};
	const struct verdict *const v = r->verdict;
	unsigned properties = 0;

	for (unsigned i = 0; i < v->goals; i++)
		properties += goal_is_property(&v->goal[i]);
	fprintf(to, "%s: ", r->name);
	word(v->kind, loud[v->kind], 0, colour, to);
	if (v->has_counterexample && v->counterexample.made_up) {
		fprintf(to, "   by packets that were made up   %.1f s\n", v->seconds);
		return;
	}
	fprintf(to, "   %" PRIu64 " paths, %" PRIu64 " obligations, %u %s   %.1f s\n", v->paths, verdict_obligations(v),
		properties, properties == 1 ? "property" : "properties", v->seconds);
}

static void
one_goal(const struct goal *g, unsigned width, bool colour, FILE *to)
{
	const unsigned column = width + 13;

	fprintf(to, "  %-*s  ", (int)width, g->name);
	word(g->verdict, verdict_word(g->verdict), 9, colour, to);
	wrap(g->title, column, column, to);
	if (g->reason[0] == '\0')
		return;
	fprintf(to, "%*s", (int)column, "");
	wrap(g->reason, column, column, to);
}

static void
all_goals(const struct verdict *v, bool colour, FILE *to)
{
	unsigned width = 0;

	for (unsigned i = 0; i < v->goals; i++)
		width = strlen(v->goal[i].name) > width ? (unsigned)strlen(v->goal[i].name) : width;
	for (unsigned i = 0; i < v->goals; i++)
		one_goal(&v->goal[i], width, colour, to);
}

/* A row of a packet's dump: its offset, four digits, between blanks. */
static bool
is_row(const char *line)
{
	const size_t blank = strspn(line, " ");

	return blank > 0 && strspn(line + blank, "0123456789abcdef") == 4 && strncmp(line + blank + 4, "  ", 2) == 0;
}

/* What the trial said: each packet decoded, and what the function made of it. False: it was not run. */
static bool
show_trial(const char *folder, FILE *to)
{
	char *path = NULL, *line = NULL;
	unsigned rows = 0; /* of the dump at hand */
	size_t room = 0;
	FILE *file;

	if (folder == NULL || asprintf(&path, "%s/replay.txt", folder) < 0)
		return false;
	file = fopen(path, "r");
	free(path);
	if (file == NULL)
		return false;
	while (getline(&line, &room, file) > 0) {
		rows = is_row(line) ? rows + 1 : 0;
		if (rows == ROWS + 1)
			fprintf(to, "            (all bytes are in %s/replay.txt)\n", folder);
		else if (rows <= ROWS && strncmp(line, "claim: ", 7) != 0)
			fprintf(to, "    %s", line);
	}
	free(line);
	fclose(file);
	return true;
}

static void
show_packets(const struct counterexample *c, FILE *to)
{
	for (unsigned i = 0; i < c->packets; i++) {
		const struct shown_packet *const p = &c->packet[i];

		fprintf(to, "    packet %u: by port %" PRIu64 " at %" PRIu64 ".%09" PRIu64 " s, %" PRIu64
			" bytes\n      ", i + 1, p->port, p->time / 1000000000, p->time % 1000000000, p->length);
		for (uint64_t at = 0; at < p->length; at++)
			fprintf(to, "%02x%s", p->bytes[at], at + 1 == p->length ? "" : at % 32 == 31 ? "\n      " : "");
		fputc('\n', to);
	}
}

static void
show_field(const struct shown_list *list, unsigned record, unsigned field, FILE *to)
{
	const uint64_t *value = list->value[record][field];

	fputs(field == 0 ? " " : "-", to);
	if (list->routes && field == 0)
		fprintf(to, "%u.%u.%u.%u/%" PRIu64, (unsigned)(value[0] >> 24), (unsigned)(value[0] >> 16 & 255),
			(unsigned)(value[0] >> 8 & 255), (unsigned)(value[0] & 255), value[1]);
	else
		fprintf(to, value[1] == 0 ? "%" PRIu64 : "%" PRIu64 ":%" PRIu64, value[0], value[1]);
}

/* Records as numbers, their fields joined by dashes. */
static void
show_lists(const struct counterexample *c, FILE *to)
{
	for (unsigned i = 0; i < c->lists; i++) {
		const struct shown_list *list = &c->list[i];

		fprintf(to, ", %s", list->name);
		for (unsigned r = 0; r < list->records; r++)
			for (unsigned f = 0; f < list->fields; f++)
				show_field(list, r, f, to);
	}
}

static void
show_setting(const struct report *r, const struct counterexample *c, FILE *to)
{
	char *text = NULL;
	size_t size;
	FILE *const line = open_memstream(&text, &size);

	if (line == NULL)
		return;
	fprintf(line, "%" PRIu64 " ports", c->ports);
	case_options(c, r->program, line);
	show_lists(c, line);
	fclose(line);
	fputs("    ", to);
	wrap(text, 4, 4, to);
	free(text);
}

static void
show_counterexample(const struct report *r, FILE *to)
{
	const struct verdict *const v = r->verdict;
	const struct counterexample *const c = &v->counterexample;

	fprintf(to, "\n  A %s to %s, %s:\n", c->unreached ? "case contrary" : "counterexample", v->goal[c->goal].name,
		c->confirmed ? "confirmed on the function itself" : c->unreached ? "in a state that nothing was shown to reach"
		: "which the function itself did not confirm");
	show_setting(r, c, to);
	if (c->unreached || !show_trial(r->evidence, to))
		show_packets(c, to);
	if (c->missing[0] != '\0') {
		fputs("  An invariant with which there is no such state:\n    ", to);
		wrap(c->missing, 4, 4, to);
	}
	if (c->before[0] != '\0')
		fputs("  The state that the last packet found:\n", to);
	indented(c->before, 4, to);
	if (c->way[0] != '\0')
		fputs("  Its way through the source:\n", to);
	indented(c->way, 4, to);
	if (r->evidence != NULL && !c->unreached)
		fprintf(to, "  Written to %s; to play it again: vigor replay %s\n", r->evidence, r->evidence);
}

static void
show_figures(const struct verdict *v, FILE *to)
{
	fprintf(to, "  Paths: %" PRIu64 " of the function, %" PRIu64 " of its build with traps; %" PRIu64 " summaries; %"
		PRIu64 " cases of the specification.\n", v->paths, v->sanitized_paths, v->summaries, v->spec_cases);
	if (v->tried > 0)
		fprintf(to, "  Made up and tried before: %" PRIu64 " packets, no difference.\n", v->tried);
	fprintf(to, "  On this processor: %" PRIu64 " paths run, each as predicted.\n", v->replayed);
	fprintf(to, "  Solver: %" PRIu64 " questions, %" PRIu64 " answered from memory, %" PRIu64 " by Z3 in %.1f s, "
		"%" PRIu64 " not at all.\n", v->solver.asked, v->solver.cached, v->solver.solved, v->solver.seconds,
		v->solver.unknown);
	fprintf(to, "  Obligations that held by their form alone: %" PRIu64 ".\n", verdict_syntactic(v));
	fprintf(to, "  Memory: %" PRIu64 " MiB.\n", v->peak_kib / 1024);
}

/* What the verdict rests on. */
static void
show_grounds(const struct report *r, FILE *to)
{
	const struct verdict *const v = r->verdict;

	fprintf(to, "\n  Bounds: packets up to %" PRIu64 " bytes, up to %u ports, options within their "
		"declared ranges.\n", r->length, NF_MAX_PORTS);
	show_figures(v, to);
	if (v->printed_invariants > 0)
		fputs("  Invariants of every reachable state, found and shown inductive:\n", to);
	for (unsigned i = 0; i < v->printed_invariants; i++)
		fprintf(to, "    %s\n", v->invariant[i]);
	fputs("  Trusted (doc/trust.md):", to);
	for (unsigned i = 0; trusted_names[i] != NULL; i++)
		fprintf(to, "%s%s", i % 5 == 0 ? "\n    " : " ", trusted_names[i]);
	fputs("\n  Of these files:\n", to);
	fprintf(to, "    function %s\n    libVig   %s\n", r->hashes->nf, r->hashes->libvig);
}

void
report_text(const struct report *r, bool explain, bool colour, FILE *to)
{
	headline(r, colour, to);
	all_goals(r->verdict, colour, to);
	if (r->verdict->has_counterexample)
		show_counterexample(r, to);
	if (explain)
		show_grounds(r, to);
}
