/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/case.h"
#include "report/names.h"
#include "report/report.h"
#include "verify/prove/options.h"

static json_t *
integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void
set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *
one_goal(const struct goal *g)
{
	json_t *object = json_object();

	set(object, "name", case_string(g->name));
	set(object, "kind", json_string(goal_kind(g)));
	set(object, "title", case_string(g->title));
	set(object, "verdict", json_string(verdict_word(g->verdict)));
	set(object, "obligations", integer(g->obligations));
	set(object, "reason", case_string(g->reason));
	return object;
}

static json_t *
goals(const struct verdict *v, bool properties)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < v->goals; i++) {
		const struct goal *const g = &v->goal[i];

		if (properties && !goal_is_property(g))
			continue;
		json_array_append_new(all, one_goal(g));
	}
	return all;
}

static json_t *
invariants(const struct verdict *v)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < v->printed_invariants; i++)
		json_array_append_new(all, case_string(v->invariant[i]));
	return all;
}

static json_t *
trusted(void)
{
	json_t *all = json_array();

	for (const char *const *name = trusted_names; *name != NULL; name++)
		json_array_append_new(all, json_string(*name));
	return all;
}

static json_t *
counterexample(const struct report *r)
{
	const struct verdict *const v = r->verdict;
	struct err err = { "" };
	json_t *object;

	if (!v->has_counterexample)
		return json_null();
	object = case_json(&v->counterexample, &v->goal[v->counterexample.goal], r->program, r->folder, &err);
	if (object == NULL)
		return json_null();
	set(object, "confirmed", json_boolean(v->counterexample.confirmed));
	set(object, "reached", json_boolean(!v->counterexample.unreached));
	set(object, "missing", v->counterexample.missing[0] == '\0' ? json_null() : case_string(v->counterexample.missing));
	set(object, "folder", r->evidence == NULL || v->counterexample.unreached ? json_null() : case_string(r->evidence));
	return object;
}

static json_t *
hash(const char *text)
{
	return text[0] == '\0' ? json_null() : json_string(text);
}

static void
set_figures(json_t *object, const struct verdict *v)
{
	set(object, "paths", integer(v->paths));
	set(object, "sanitized_paths", integer(v->sanitized_paths));
	set(object, "replayed", integer(v->replayed));
	set(object, "tried", integer(v->tried));
	set(object, "spec_cases", integer(v->spec_cases));
	set(object, "obligations", integer(verdict_obligations(v)));
	set(object, "seconds", json_real(v->seconds));
	set(object, "peak_kib", integer(v->peak_kib));
}

/* Which files it is about, and how far it goes. */
static void
set_scope(json_t *object, const struct report *r)
{
	set(object, "trusted", trusted());
	set(object, "bounds", json_pack("{s:o, s:i}", "length", integer(r->length), "ports", (int)NF_MAX_PORTS));
	set(object, "nf_sha256", hash(r->hashes->nf));
	set(object, "libvig_sha256", hash(r->hashes->libvig));
	set(object, "spec_sha256", hash(r->hashes->spec));
	set(object, "tool_sha256", hash(r->hashes->tool));
}

json_t *
report_json(const struct report *r)
{
	const struct verdict *const v = r->verdict;
	json_t *object = json_object();

	set(object, "name", case_string(r->name));
	set(object, "verdict", json_string(verdict_word(v->kind)));
	if (v->kind == VERDICT_BAD_INPUT)
		set(object, "error", case_string(v->err.text));
	set_figures(object, v);
	set(object, "goals", goals(v, false));
	set(object, "properties", goals(v, true));
	set(object, "invariants", invariants(v));
	set(object, "counterexample", counterexample(r));
	set_scope(object, r);
	return object;
}

bool
report_write(json_t *object, const char *path, struct err *err)
{
	char *fresh = NULL;
	bool written;

	if (asprintf(&fresh, "%s.%ld", path, (long)getpid()) < 0)
		return err_set(err, "out of memory");
	written = json_dump_file(object, fresh, JSON_INDENT(2)) == 0 && rename(fresh, path) == 0;
	if (!written) {
		err_set(err, "%s: cannot be written: %s", path, strerror(errno));
		unlink(fresh);
	}
	free(fresh);
	return written;
}
