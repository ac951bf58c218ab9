/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/hash.h"

#include <assert.h>
#include <stdio.h>

void
hash_base(struct terms *ts, struct state *s)
{
	static const uint8_t words[STATE_HASHES] = { 64, 64, 64, 64, 64 };
	char name[32];

	for (unsigned i = 0; i < STATE_HASHES; i++) {
		snprintf(name, sizeof name, "maglev_hash%u", i + 1);
		s->hash[i] = term_function_new(ts, name, 64, i + 1, words);
	}
}

term
hash_of(const struct state *s, const term *word, unsigned words)
{
	assert(words >= 1 && words <= STATE_HASHES);
	return term_app(s->path.terms, s->hash[words - 1], word);
}

bool
hash_is(const struct state *s, const struct term_function *function)
{
	for (unsigned i = 0; i < STATE_HASHES; i++)
		if (s->hash[i] == function)
			return true;
	return false;
}
