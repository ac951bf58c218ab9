/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vigor verify: the function and its build with traps, side by side, put together to one verdict. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/build.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "report/combine.h"
#include "report/fuzz.h"
#include "report/names.h"
#include "report/progress.h"
#include "report/replay.h"
#include "report/report.h"

#define DEFAULT_LENGTH 1518u
#define SOLVER_MS 20000u /* for one question */
#define MADE_UP 10000u   /* packets */
#define LONGER 20u       /* times as many where the proof has found a case, but not how to come to it */

static const char usage[] =
	"usage: vigor verify DIR [options]\n"
	"\n"
	"Proves the network function in DIR: that it is safe, does what DIR/spec.py says and has the properties in\n"
	"DIR/props. What is missing or out of date is compiled first.\n"
	"\n"
	"  --safety            only that it is safe: no specification, no properties\n"
	"  --prop NAME         only safety and this property\n"
	"  --length N          for packets up to N bytes (default 1518)\n"
	"  --timeout SECONDS   give up after that time: unknown\n"
	"  --packets N         packets that are made up and tried first, on function and specification (default 10000):\n"
	"                      most mistakes show there at once; 20 times as many where the proof finds a case\n"
	"                      that nothing is known to lead to; 0: none\n"
	"  --jobs N            processes that share out the paths (default: one a processor)\n"
	"  --out FOLDER        where a counterexample goes (default NAME.counterexample), with .undefined behind its\n"
	"                      name if it is the build with traps that fails\n"
	"  --certify           also asks a second solver, cvc5, for every answer of Z3 that the proof rests on: takes minutes\n"
	"  --explain           also what the verdict rests on: bounds, invariants, what is trusted\n"
	"  --json              one JSON object instead of text\n"
	"\n"
	"A full run also writes its verdict beside the function, where `vigor run` looks for it.\n"
	"Exit: 0 proved; 1 refuted, with a counterexample that the function itself confirmed; 2 unknown;\n"
	"3 bad input.\n";

/* What is done in a process of its own, in this order. */
enum part { PART_TRIAL, PART_FUNCTION, PART_TRAPS, PARTS };

static const char *const part_suffix[PARTS] = { ".trial", "", ".undefined" }; /* of its counterexample's folder */

struct verifying {
	const char *folder, *property, *out;
	uint64_t length, timeout, jobs, packets, seed;
	bool safety, certify, json, explain, help;
	struct place place;
	struct function function;
	struct hashes hashes;
	double start;
	struct progress progress;
	struct replay replay[PARTS];
	struct job job[PARTS];
};

static uint64_t
processors(void)
{
	const long online = sysconf(_SC_NPROCESSORS_ONLN);

	return online < 1 ? 1 : (uint64_t)online;
}

static bool
read_arguments(int argc, char **argv, struct verifying *v, struct err *err)
{
	const struct argument table[] = {
		{ .name = "safety", .flag = &v->safety },
		{ .name = "prop", .text = &v->property },
		{ .name = "length", .number = &v->length, .least = 64, .most = VERIFY_MAX_BYTES },
		{ .name = "timeout", .number = &v->timeout, .least = 1, .most = 1000000 },
		{ .name = "packets", .number = &v->packets, .most = 1000000000 },
		{ .name = "jobs", .number = &v->jobs, .least = 1, .most = 1024 },
		{ .name = "out", .text = &v->out },
		{ .name = "certify", .flag = &v->certify },
		{ .name = "explain", .flag = &v->explain },
		{ .name = "json", .flag = &v->json },
		{ .name = "help", .letter = 'h', .flag = &v->help },
		{ .name = NULL },
	};

	*v = (struct verifying){ .length = DEFAULT_LENGTH, .jobs = processors(), .packets = MADE_UP, .seed = 1,
		.start = clock_seconds() };
	if (!arguments_read(argc, argv, table, &v->folder, err))
		return false;
	if (v->safety && v->property != NULL)
		return err_set(err, "--safety and --prop: one or the other");
	if (v->folder == NULL && !v->help)
		return err_set(err, "verify what? Name the folder of a network function; --help says more");
	return true;
}

static bool
matches(const char *folder, const char *pattern)
{
	glob_t found = { .gl_pathc = 0 };
	const bool some = glob(words("%s/%s", folder, pattern), 0, NULL, &found) == 0;

	globfree(&found);
	return some;
}

/* Goals are told apart by name. */
static bool
check_names(const char *folder, struct err *err)
{
	glob_t found = { .gl_pathc = 0 };

	glob(words("%s/props/*.py", folder), 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *const file = strrchr(found.gl_pathv[i], '/') + 1;

		if (goal_name_is_taken(words("%.*s", (int)strlen(file) - 3, file)))
			err_set(err, "%s: a property cannot have this name, another goal has it; rename the file",
				found.gl_pathv[i]);
	}
	globfree(&found);
	return err->text[0] == '\0';
}

static bool
check_property(const struct verifying *v, struct err *err)
{
	return v->property == NULL || access(words("%s/props/%s.py", v->function.folder, v->property), R_OK) == 0 ||
		err_set(err, "--prop %s: there is no %s/props/%s.py", v->property, v->folder, v->property);
}

static bool
check_specification(const struct verifying *v, struct err *err)
{
	if (!check_property(v, err))
		return false;
	if (v->safety || matches(v->function.folder, "spec.py") || matches(v->function.folder, "props/*.py"))
		return check_names(v->function.folder, err);
	return err_set(err, "%s: there is neither spec.py nor props/*.py, so nothing is said that could be proved; "
		"write one, or ask for --safety alone", v->folder);
}

static bool
prepare(struct verifying *v, struct err *err)
{
	if (!place_find(&v->place, err) || !function_find(&v->place, v->folder, &v->function, err) ||
		!check_specification(v, err) || !build_if_stale(&v->place, &v->function, err))
		return false;
	return hashes_take(v->function.program, v->place.libvig, v->safety ? NULL : v->function.folder, &v->hashes, err);
}

static struct replay
replay_of(const struct verifying *v, enum part part)
{
	const char *const out = v->out != NULL ? v->out : words("%s.counterexample", v->function.name);

	return (struct replay){
		.python = VIGOR_PYTHON,
		.package = v->place.package,
		.host = place_program(&v->place, "vigor-host"),
		.program = part == PART_TRAPS ? v->function.sanitized : v->function.program,
		.folder = v->safety ? NULL : v->function.folder,
		.into = words("%s%s", out, part_suffix[part]),
	};
}

static bool
wanted(const struct verifying *v, enum part part)
{
	if (part == PART_TRIAL)
		return v->packets > 0 && !v->safety && v->property == NULL &&
			access(words("%s/spec.py", v->function.folder), R_OK) == 0;
	return part == PART_FUNCTION || v->property == NULL;
}

static struct verify_request
request_of(struct verifying *v, enum part part)
{
	const bool traps = part == PART_TRAPS; /* of these only that none is reached */

	return (struct verify_request){
		.program = v->replay[part].program,
		.folder = v->replay[part].folder,
		.property = v->property,
		.safety = traps || v->safety,
		.traps = traps,
		.jobs = traps ? 1 : (unsigned)v->jobs,
		.mock = place_program(&v->place, "vigor-mock"),
		.libvig = v->place.libvig_folder,
		.max_length = v->length,
		.solver_ms = SOLVER_MS,
		.explain = v->explain,
		.certify = v->certify,
		.progress = part == PART_FUNCTION ? progress_tell : NULL,
		.context = &v->progress,
		.confirm = replay_confirm,
		.confirm_context = &v->replay[part],
	};
}

/* In a process of its own, as the other parts below. */
static void
try_packets(void *context, struct verdict *verdict)
{
	const struct verifying *const v = context;
	const struct replay *const r = &v->replay[PART_TRIAL];
	const char *const conf = words("%s/%s.conf", v->function.folder, v->function.name);
	const struct fuzz fuzz = {
		.python = r->python, .package = r->package, .host = r->host, .program = r->program, .folder = r->folder,
		.conf = access(conf, R_OK) == 0 ? conf : NULL, .into = r->into, .packets = v->packets, .seed = v->seed,
	};

	fuzz_run(&fuzz, verdict);
}

static void
verify_part(struct verifying *v, enum part part, struct verdict *verdict)
{
	const struct verify_request request = request_of(v, part);

	if (request.folder != NULL && !spec_start(v->place.package, &verdict->err))
		verdict->kind = VERDICT_BAD_INPUT;
	else
		verify(&request, verdict);
}

static void
verify_function(void *context, struct verdict *verdict)
{
	verify_part(context, PART_FUNCTION, verdict);
}

static void
verify_traps(void *context, struct verdict *verdict)
{
	verify_part(context, PART_TRAPS, verdict);
}

static bool
start(struct verifying *v, enum part part, struct err *err)
{
	static void (*const work[PARTS])(void *, struct verdict *) = {
		[PART_TRIAL] = try_packets, [PART_FUNCTION] = verify_function, [PART_TRAPS] = verify_traps,
	};

	return job_start(&v->job[part], work[part], v, err);
}

/* Whether a part's verdict is such that nothing else makes it better. */
static bool
is_settled(const struct verifying *v, const struct job *job)
{
	const enum verdict_kind kind = job->result->verdict.kind;

	if (job == &v->job[PART_TRAPS])
		return false;
	return kind == VERDICT_REFUTED || (kind == VERDICT_BAD_INPUT && job == &v->job[PART_FUNCTION]);
}

static void
drop_rest(struct verifying *v)
{
	for (unsigned part = 0; part < PARTS; part++)
		job_drop(&v->job[part]);
}

static double
deadline_of(const struct verifying *v)
{
	return v->timeout == 0 ? 0 : v->start + (double)v->timeout;
}

/* Runs all parts that are wanted, as many at a time as may be. False: one could not be started. */
static bool
run_jobs(struct verifying *v, struct err *err)
{
	const double deadline = deadline_of(v);
	uint64_t running = 0;

	for (unsigned part = 0; part < PARTS || running > 0;) {
		if (part < PARTS && running < v->jobs) {
			if (wanted(v, part)) {
				if (!start(v, part, err))
					return false;
				running++;
			}
			part++;
			continue;
		}
		if (is_settled(v, job_wait(v->job, PARTS, deadline))) {
			drop_rest(v);
			break;
		}
		running--;
		progress_tell(&v->progress, part < PARTS ? GOAL_UNDEFINED : "the rest", 0, 0);
	}
	progress_end(&v->progress);
	return true;
}

/* Whether packets that were made up have refuted it. */
static bool
is_refuted_by_trial(const struct verifying *v)
{
	return v->job[PART_TRIAL].result != NULL && v->job[PART_TRIAL].result->verdict.kind == VERDICT_REFUTED;
}

/* Whether there is a case against a goal, and no packets that lead to it. */
static bool
is_suspected(const struct verifying *v)
{
	const struct job_result *const result = v->job[PART_FUNCTION].result;

	return result != NULL && result->verdict.kind == VERDICT_UNKNOWN && result->verdict.has_counterexample;
}

/* More packets, where the proof says that it may be worth it: what a mistake takes, many packets in a row, is more than
 * the proof looks for. False: they could not be tried. */
static bool
search_longer(struct verifying *v, struct err *err)
{
	if (!wanted(v, PART_TRIAL) || is_refuted_by_trial(v) || !is_suspected(v))
		return true;
	v->packets *= LONGER;
	v->seed++;
	progress_tell(&v->progress, "made-up packets", 0, 0);
	if (!start(v, PART_TRIAL, err))
		return false;
	job_wait(v->job, PARTS, deadline_of(v));
	progress_end(&v->progress);
	return true;
}

/* One verdict of all. */
static struct verdict *
conclude(struct verifying *v)
{
	const bool by_trial = is_refuted_by_trial(v);
	struct verdict *const verdict = &v->job[by_trial ? PART_TRIAL : PART_FUNCTION].result->verdict;

	if (by_trial)
		fuzz_keep(v->replay[PART_TRIAL].into, v->replay[PART_FUNCTION].into);
	else
		fuzz_discard(v->replay[PART_TRIAL].into); /* the proof was faster: half a case may be there */
	if (!by_trial && v->job[PART_TRIAL].result != NULL)
		verdict->tried = v->job[PART_TRIAL].result->verdict.tried;
	if (!by_trial && v->job[PART_TRAPS].result != NULL)
		combine_traps(verdict, &v->job[PART_TRAPS].result->verdict, v->jobs > 1);
	combine_settle(verdict);
	if (!v->safety)
		combine_refuse_vacuous(verdict, v->folder);
	verdict->seconds = clock_seconds() - v->start;
	return verdict;
}

static void
keep_verdict(const struct verifying *v, json_t *object)
{
	struct err err = { "" };

	if (v->safety || v->property != NULL)
		return;
	if (!report_write(object, words("%s.verdict.json", v->function.program), &err))
		fprintf(stderr, "vigor: %s\n", err.text);
}

/* Which part found the counterexample. */
static enum part
part_of(const struct verdict *verdict)
{
	const struct goal *goal;

	if (!verdict->has_counterexample)
		return PART_FUNCTION;
	goal = &verdict->goal[verdict->counterexample.goal];
	return strcmp(goal->name, GOAL_UNDEFINED) == 0 ? PART_TRAPS : PART_FUNCTION;
}

static struct report
report_of(const struct verifying *v, const struct verdict *verdict)
{
	const struct replay *const replay = &v->replay[part_of(verdict)];

	return (struct report){
		.name = v->function.name,
		.verdict = verdict,
		.hashes = &v->hashes,
		.length = v->length,
		.program = replay->program,
		.folder = replay->folder,
		.evidence = verdict->has_counterexample && access(replay->into, R_OK) == 0 ? replay->into : NULL,
	};
}

static void
tell(const struct verifying *v, const struct verdict *verdict)
{
	const struct report report = report_of(v, verdict);
	json_t *const object = report_json(&report);

	keep_verdict(v, object);
	if (verdict->kind == VERDICT_BAD_INPUT)
		fprintf(stderr, "vigor: %s\n", verdict->err.text);
	if (v->json) {
		json_dumpf(object, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (verdict->kind != VERDICT_BAD_INPUT) {
		report_text(&report, v->explain, isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL, stdout);
	}
	json_decref(object);
}

static int
exit_code(enum verdict_kind kind)
{
	static const int code[] = {
		[VERDICT_PROVED] = EXIT_PROVED, [VERDICT_REFUTED] = EXIT_REFUTED, [VERDICT_UNKNOWN] = EXIT_UNKNOWN,
		[VERDICT_BAD_INPUT] = EXIT_BAD_INPUT,
	};

	return code[kind];
}

static int
verify_folder(struct verifying *v, struct err *err)
{
	struct verdict *verdict;

	if (!prepare(v, err))
		return EXIT_BAD_INPUT;
	for (unsigned part = 0; part < PARTS; part++)
		v->replay[part] = replay_of(v, part);
	v->progress = progress_start(v->function.name);
	if (!run_jobs(v, err) || !search_longer(v, err)) {
		drop_rest(v);
		return EXIT_BAD_INPUT;
	}
	verdict = conclude(v);
	tell(v, verdict);
	return exit_code(verdict->kind);
}

int
cli_verify(int argc, char **argv)
{
	struct err err = { "" };
	struct verifying v;
	int code = EXIT_BAD_INPUT;

	if (read_arguments(argc, argv, &v, &err)) {
		if (v.help) {
			fputs(usage, stdout);
			return 0;
		}
		code = verify_folder(&v, &err);
	}
	if (err.text[0] != '\0')
		fprintf(stderr, "vigor: %s\n", err.text);
	return code;
}
