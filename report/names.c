/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/names.h"

#include <string.h>

const char *const trusted_names[] = {
	"TRUST-CPU", "TRUST-VEX", "TRUST-LOWERING", "TRUST-LOADER", "TRUST-TERMS", "TRUST-Z3", "TRUST-ENGINE",
	"TRUST-PYTHON", "TRUST-MODELS", "TRUST-LIBVIG", "TRUST-SPEC", "TRUST-RUN", "TRUST-DPDK", "TRUST-MEMORY",
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

const char *
goal_kind(const struct goal *goal)
{
	if (strcmp(goal->name, GOAL_SAFETY) == 0)
		return "safety";
	if (strcmp(goal->name, GOAL_SPEC) == 0)
		return "spec";
	return strcmp(goal->name, GOAL_UNDEFINED) == 0 ? "undefined" : "property";
}

bool
goal_is_property(const struct goal *goal)
{
	return strcmp(goal_kind(goal), "property") == 0;
}
