/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model in which a one's-complement sum is not what a conjunct wants of it, made right by changing one word of the sum: what
 * a checksum field is for. Plain computing, and the result is checked by evaluation, so nothing rests on it. */
#include "verify/smt/inside.h"

static uint64_t
folded(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum that a conjunct compares with a number, and the number that it should be. NULL: another conjunct. */
static term
wanted_sum(term conjunct, uint64_t *wanted)
{
	const term equal = conjunct->op == TERM_NOT ? conjunct->args[0] : conjunct;
	term constant, sum;

	if (equal->op != TERM_EQ)
		return NULL;
	constant = equal->args[term_is_const(equal->args[0]) ? 0 : 1];
	sum = equal->args[constant == equal->args[0] ? 1 : 0];
	if (!term_is_const(constant) || sum->op != TERM_FOLD || sum->args[0]->op != TERM_ADD)
		return NULL;
	*wanted = conjunct->op == TERM_NOT ? constant->value ^ 1 : constant->value;
	return sum;
}

static bool
is_byte(term a)
{
	return a->width == 8 && (a->op == TERM_VAR || a->op == TERM_APP);
}

static void
fix_byte(struct model *to, struct model *from, term byte, uint64_t value)
{
	uint64_t args[6];

	if (byte->op == TERM_VAR) {
		model_fix_var(to, byte, value);
		return;
	}
	for (unsigned i = 0; i < byte->count; i++)
		args[i] = model_value(from, byte->args[i]);
	model_fix_app(to, byte->function, args, value);
}

/* The model with this word (two bytes) such that the sum is as wanted. NULL: no word of two unknown bytes, or none does. */
static struct model *
with_word(struct model *model, term sum, term word, uint64_t wanted)
{
	const uint64_t others = model_value(model, sum) - model_value(model, word);
	const uint64_t is = (wanted + 65535 - others % 65535) % 65535;
	struct model *changed;

	if (word->op != TERM_CONCAT || word->count != 3 || !is_byte(word->args[1]) || !is_byte(word->args[2]) ||
		folded(others + is) != wanted)
		return NULL;
	changed = model_clone(model);
	fix_byte(changed, model, word->args[1], is >> 8);
	fix_byte(changed, model, word->args[2], is & 0xff);
	return changed;
}

static bool
all_hold(struct model *model, const term *conjuncts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (model_value(model, conjuncts[i]) != 1)
			return false;
	return true;
}

struct model *
words_mended(struct model *model, const term *conjuncts, size_t count, term failed)
{
	uint64_t wanted;
	const term sum = wanted_sum(failed, &wanted);

	for (unsigned i = 0; sum != NULL && i < sum->args[0]->count; i++) {
		struct model *changed = with_word(model, sum->args[0], sum->args[0]->args[i], wanted);

		if (changed != NULL && all_hold(changed, conjuncts, count))
			return changed;
		model_free(changed);
	}
	return NULL;
}
