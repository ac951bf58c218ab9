/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/names.h"

#include <string.h>

const char *const trusted_names[] = {
	"TRUST-CPU", "TRUST-VEX", "TRUST-LOWERING", "TRUST-LOADER", "TRUST-TERMS", "TRUST-Z3", "TRUST-ENGINE",
	"TRUST-PYTHON", "TRUST-MODELS", "TRUST-LIBVIG", "TRUST-FRAMA-C",
	"TRUST-HASH-FUNCTION", "TRUST-SPEC", "TRUST-RUN", "TRUST-DPDK", "TRUST-MEMORY",
	"TRUST-VERDICT", "TRUST-COMPILER-FLAGS", "TRUST-UBSAN", "TRUST-BOUNDS", "TRUST-TIME", "TRUST-HASH",
	"TRUST-TCP-SEQUENCE", NULL,
};

const char *
verdict_word(enum verdict_kind kind)
{
	static const char *const word[] = {
		[VERDICT_PROVED] = "proved", [VERDICT_REFUTED] = "refuted", [VERDICT_UNKNOWN] = "unknown",
		[VERDICT_BAD_INPUT] = "bad input",
	};

	return word[kind];
}

uint64_t
verdict_obligations(const struct verdict *verdict)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < verdict->goals; i++)
		sum += verdict->goal[i].obligations;
	return sum;
}

uint64_t
verdict_syntactic(const struct verdict *verdict)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < verdict->goals; i++)
		sum += verdict->goal[i].syntactic;
	return sum;
}

/* Every goal that is not a property, by name. */
static const struct {
	const char *name, *kind;
} kinds[] = {
	{ GOAL_SAFETY, "safety" }, { GOAL_REPLAY, "replay" }, { GOAL_SPEC, "spec" }, { GOAL_UNDEFINED, "undefined" },
	{ GOAL_CERTIFIED, "certified" },
};

static const char KIND_INVARIANT[] = "invariant";

static const char *
kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
	return strncmp(name, GOAL_INVARIANT, strlen(GOAL_INVARIANT)) == 0 ? KIND_INVARIANT : NULL;
}

const char *
goal_kind(const struct goal *goal)
{
	const char *const kind = kind_of(goal->name);

	return kind == NULL ? "property" : kind;
}

bool
goal_is_property(const struct goal *goal)
{
	return kind_of(goal->name) == NULL;
}

bool
goal_is_invariant(const struct goal *goal)
{
	return kind_of(goal->name) == KIND_INVARIANT;
}

bool
goal_name_is_taken(const char *name)
{
	return kind_of(name) != NULL;
}
