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

static json_t *
goals(const struct verdict *v, bool properties)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < v->goals; i++) {
		const struct goal *const g = &v->goal[i];

		if (properties && !goal_is_property(g))
			continue;
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "name", g->name, "kind", goal_kind(g),
			"title", g->title, "verdict", verdict_word(g->verdict), "obligations", integer(g->obligations),
			"reason", g->reason));
	}
	return all;
}

static json_t *
invariants(const struct verdict *v)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < v->printed_invariants; i++)
		json_array_append_new(all, json_string(v->invariant[i]));
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
	json_object_set_new(object, "confirmed", json_boolean(v->counterexample.confirmed));
	json_object_set_new(object, "folder", r->evidence == NULL ? json_null() : json_string(r->evidence));
	return object;
}

static void
add_hash(json_t *object, const char *key, const char *hash)
{
	json_object_set_new(object, key, hash[0] == '\0' ? json_null() : json_string(hash));
}

json_t *
report_json(const struct report *r)
{
	const struct verdict *const v = r->verdict;
	json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:i}}",
		"name", r->name, "verdict", verdict_word(v->kind), "paths", integer(v->paths), "sanitized_paths",
		integer(v->sanitized_paths), "replayed", integer(v->replayed), "spec_cases", integer(v->spec_cases), "obligations", integer(v->obligations),
		"seconds", v->seconds, "peak_kib", integer(v->peak_kib), "properties", goals(v, true),
		"goals", goals(v, false), "invariants", invariants(v), "trusted", trusted(), "counterexample",
		counterexample(r), "bounds", "length", integer(r->length), "ports", (int)NF_MAX_PORTS);

	if (v->kind == VERDICT_BAD_INPUT)
		json_object_set_new(object, "error", json_string(v->err.text));
	add_hash(object, "nf_sha256", r->hashes->nf);
	add_hash(object, "libvig_sha256", r->hashes->libvig);
	add_hash(object, "spec_sha256", r->hashes->spec);
	add_hash(object, "tool_sha256", r->hashes->tool);
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
