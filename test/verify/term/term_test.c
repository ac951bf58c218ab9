/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every simplification is an identity: random expressions are built twice, once through the simplifying
 * constructors and once evaluated operation by operation, and must agree, bounds included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "verify/term/model.h"
#include "verify/term/template.h"

#define POOL 60
#define ROUNDS 600

struct sample {
	term t;
	uint64_t value;
};

static uint64_t state = 88172645463325252ull;

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int64_t
sign(uint64_t v, unsigned w)
{
	return (int64_t)(v << (64 - w)) >> (64 - w);
}

static uint64_t
shift_value(unsigned op, uint64_t a, uint64_t n, unsigned w)
{
	if (op == 2)
		return (uint64_t)(sign(a, w) >> (n >= w ? w - 1 : n));
	return n >= w ? 0 : op == 0 ? a << n : a >> n;
}

static struct sample
binary(struct terms *ts, struct sample a, struct sample b)
{
	const unsigned w = a.t->width;
	const unsigned op = (unsigned)(draw() % 16);

	switch (op) {
	case 0: return (struct sample){ term_add(ts, a.t, b.t), a.value + b.value };
	case 1: return (struct sample){ term_sub(ts, a.t, b.t), a.value - b.value };
	case 2: return (struct sample){ term_mul(ts, a.t, b.t), a.value * b.value };
	case 3: return (struct sample){ term_and(ts, a.t, b.t), a.value & b.value };
	case 4: return (struct sample){ term_or(ts, a.t, b.t), a.value | b.value };
	case 5: return (struct sample){ term_xor(ts, a.t, b.t), a.value ^ b.value };
	case 6: return (struct sample){ term_shift(ts, TERM_SHL, a.t, b.t), shift_value(0, a.value, b.value, w) };
	case 7: return (struct sample){ term_shift(ts, TERM_LSHR, a.t, b.t), shift_value(1, a.value, b.value, w) };
	case 8: return (struct sample){ term_shift(ts, TERM_ASHR, a.t, b.t), shift_value(2, a.value, b.value, w) };
	case 9: return (struct sample){ term_eq(ts, a.t, b.t), a.value == b.value };
	case 10: return (struct sample){ term_ult(ts, a.t, b.t), a.value < b.value };
	case 11: return (struct sample){ term_slt(ts, a.t, b.t), sign(a.value, w) < sign(b.value, w) };
	case 12: return (struct sample){ term_ule(ts, a.t, b.t), a.value <= b.value };
	case 13: return (struct sample){ term_sle(ts, a.t, b.t), sign(a.value, w) <= sign(b.value, w) };
	case 14: return (struct sample){ term_arith(ts, TERM_UMULH, a.t, b.t),
		(uint64_t)((unsigned __int128)a.value * b.value >> w) };
	default:
		return b.value == 0 ? a : (struct sample){ term_arith(ts, TERM_UREM, a.t, b.t), a.value % b.value };
	}
}

static uint64_t
halves_added(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static struct sample
unary(struct terms *ts, struct sample a, struct sample other)
{
	const unsigned w = a.t->width;
	unsigned low, width;

	switch (draw() % 8) {
	case 7: return (struct sample){ term_fold(ts, a.t), halves_added(a.value) };
	case 0: return (struct sample){ term_not(ts, a.t), ~a.value };
	case 1: return (struct sample){ term_neg(ts, a.t), 0 - a.value };
	case 2:
		low = (unsigned)(draw() % w);
		width = 1 + (unsigned)(draw() % (w - low));
		return (struct sample){ term_extract(ts, a.t, low, width), a.value >> low };
	case 3:
		width = w + (unsigned)(draw() % (65 - w));
		return (struct sample){ term_zext(ts, a.t, width), a.value };
	case 4:
		width = w + (unsigned)(draw() % (65 - w));
		return (struct sample){ term_sext(ts, a.t, width), (uint64_t)sign(a.value, w) };
	case 5:
		if (w % 8 != 0)
			return a;
		return (struct sample){ term_bswap(ts, a.t), __builtin_bswap64(a.value) >> (64 - w) };
	default:
		if (w + other.t->width > 64)
			return a;
		return (struct sample){ term_concat(ts, a.t, other.t), a.value << other.t->width | other.value };
	}
}

static struct sample
leaf(struct terms *ts, struct model *model)
{
	static const unsigned widths[] = { 1, 8, 16, 32, 64, 64, 32, 5 };
	const unsigned w = widths[draw() % 8];
	const uint64_t value = (draw() % 3 ? draw() : draw() % 9) & term_mask(w);
	struct sample s = { NULL, value };

	if (draw() % 3 == 0) {
		s.t = term_const(ts, w, value);
		return s;
	}
	s.t = draw() % 2 ? term_var(ts, w, "v") : term_var_in(ts, w, "v", value / 2, value);
	model_fix_var(model, s.t, value);
	return s;
}

static struct sample
step(struct terms *ts, struct model *model, struct sample *pool)
{
	const struct sample a = pool[draw() % POOL], b = pool[draw() % POOL], c = pool[draw() % POOL];

	if (draw() % 12 == 0)
		return leaf(ts, model);
	if (draw() % 8 == 0 && c.t->width == 1 && a.t->width == b.t->width)
		return (struct sample){ term_ite(ts, c.t, a.t, b.t), c.value ? a.value : b.value };
	if (draw() % 2 && a.t->width == b.t->width)
		return binary(ts, a, b);
	return unary(ts, a, b);
}

static void
test_simplifications_are_identities(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct terms *ts = terms_new();
		struct model *model = model_new(1);
		struct sample pool[POOL];

		for (int i = 0; i < POOL; i++)
			pool[i] = leaf(ts, model);
		for (int i = 0; i < 150; i++) {
			struct sample s = step(ts, model, pool);

			s.value &= term_mask(s.t->width);
			if (model_value(model, s.t) != s.value) {
				term_print(stderr, s.t, 400);
				fprintf(stderr, " round %d step %d\n", round, i);
			}
			assert_int_equal(model_value(model, s.t), s.value);
			assert_true(s.t->low <= s.value && s.value <= s.t->high);
			pool[draw() % POOL] = s;
		}
		model_free(model);
		terms_free(ts);
	}
}

/* The forms in which compiled code and a specification must meet. */
static void
test_normal_forms_meet(void **unused)
{
	struct terms *ts = terms_new();
	const term byte[] = { term_var(ts, 8, "b0"), term_var(ts, 8, "b1") };
	const term ihl = term_zext(ts, term_extract(ts, byte[0], 0, 4), 64);
	const term word = term_concat(ts, byte[1], byte[0]);
	const term offset32 = term_add(ts, term_mul(ts, term_zext(ts, term_extract(ts, byte[0], 0, 4), 32),
		term_const(ts, 32, 4)), term_const(ts, 32, 14));

	(void)unused;
	assert_ptr_equal(term_bswap(ts, word), term_concat(ts, byte[0], byte[1]));
	assert_ptr_equal(term_zext(ts, offset32, 64),
		term_add(ts, term_const(ts, 64, 14), term_mul(ts, ihl, term_const(ts, 64, 4))));
	assert_ptr_equal(term_or(ts, term_shift(ts, TERM_SHL, term_zext(ts, byte[1], 16), term_const(ts, 16, 8)),
		term_zext(ts, byte[0], 16)), word);
	assert_ptr_equal(term_eq(ts, word, term_const(ts, 16, 0x0008)),
		term_and(ts, term_eq(ts, byte[0], term_const(ts, 8, 8)), term_eq(ts, byte[1], term_const(ts, 8, 0))));
	assert_ptr_equal(term_extract(ts, term_zext(ts, word, 64), 0, 16), word);
	terms_free(ts);
}

/* The ways in which programs fold: masked twice; masked, then only the low half kept; and in 64 bits. */
static term
fold_twice(struct terms *ts, term sum, bool mask_last)
{
	const term sixteen = term_const(ts, sum->width, 16), mask = term_const(ts, sum->width, 0xffff);

	sum = term_add(ts, term_and(ts, sum, mask), term_shift(ts, TERM_LSHR, sum, sixteen));
	sum = term_add(ts, mask_last ? term_and(ts, sum, mask) : sum, term_shift(ts, TERM_LSHR, sum, sixteen));
	return term_extract(ts, sum, 0, 16);
}

#define WORDS 9

struct words {
	term raw[WORDS], read[WORDS]; /* as a little-endian processor loads them, and as documents number them */
};

static struct words
packet_words(struct terms *ts)
{
	struct words w;

	for (int i = 0; i < WORDS; i++) {
		const term first = term_var(ts, 8, "first"), second = term_var(ts, 8, "second");

		w.raw[i] = term_concat(ts, second, first);
		w.read[i] = term_concat(ts, first, second);
	}
	return w;
}

static term
total(struct terms *ts, const term *word, int from, int to, unsigned width)
{
	term sum = term_const(ts, width, 0);

	for (int i = from; i < to; i++)
		sum = term_add(ts, sum, term_zext(ts, word[i], width));
	return sum;
}

/* The sum as the program and as the specification has it: one term, up to the order of bytes. */
static void
test_sums_meet(void **unused)
{
	struct terms *ts = terms_new();
	const struct words w = packet_words(ts);
	const term program = fold_twice(ts, total(ts, w.raw, 0, WORDS, 32), true);
	const term specification = fold_twice(ts, total(ts, w.read, 0, WORDS, 64), true);
	const term halves = term_add(ts, total(ts, w.raw, 0, 4, 32),
		term_zext(ts, fold_twice(ts, total(ts, w.raw, 4, WORDS, 32), false), 32));

	(void)unused;
	assert_ptr_equal(program, term_bswap(ts, specification));
	assert_ptr_equal(fold_twice(ts, total(ts, w.raw, 0, WORDS, 32), false), program);
	assert_ptr_equal(fold_twice(ts, halves, true), program);
	assert_ptr_equal(term_eq(ts, program, term_const(ts, 16, 0xffff)),
		term_eq(ts, specification, term_const(ts, 16, 0xffff)));
	assert_ptr_equal(term_eq(ts, program, term_const(ts, 16, 0x1234)),
		term_eq(ts, specification, term_const(ts, 16, 0x3412)));
	assert_int_not_equal(fold_twice(ts, total(ts, w.raw, 0, 4, 32), true) == program, 1);
	terms_free(ts);
}

/* RFC 1624, equation 3, in 32 bits, raw. */
static term
updated(struct terms *ts, term checksum, term was, term is)
{
	term sum = term_zext(ts, term_extract(ts, term_not(ts, term_zext(ts, checksum, 32)), 0, 16), 32);

	sum = term_add(ts, sum, term_zext(ts, term_extract(ts, term_not(ts, term_zext(ts, was, 32)), 0, 16), 32));
	sum = term_add(ts, sum, term_zext(ts, is, 32));
	return term_extract(ts, term_not(ts, term_zext(ts, fold_twice(ts, sum, false), 32)), 0, 16);
}

/* The same in 64 bits, of several words at once, complements by subtraction. */
static term
updated_at_once(struct terms *ts, term checksum, const term *was, const term *is, int n)
{
	const term ones = term_const(ts, 64, 0xffff);
	term sum = term_sub(ts, ones, term_zext(ts, checksum, 64));

	for (int i = 0; i < n; i++)
		sum = term_add(ts, sum, term_sub(ts, ones, term_zext(ts, was[i], 64)));
	for (int i = 0; i < n; i++)
		sum = term_add(ts, sum, term_zext(ts, is[i], 64));
	return term_extract(ts, term_sub(ts, ones, term_zext(ts, fold_twice(ts, sum, true), 64)), 0, 16);
}

/* One update after the other, and all at once. */
static void
test_updates_meet(void **unused)
{
	struct terms *ts = terms_new();
	const struct words w = packet_words(ts);
	term step = w.raw[0];

	(void)unused;
	for (int i = 1; i <= 4; i++)
		step = updated(ts, step, w.raw[i], w.raw[i + 4]);
	assert_ptr_equal(term_bswap(ts, step), updated_at_once(ts, w.read[0], w.read + 1, w.read + 5, 4));
	assert_ptr_not_equal(term_bswap(ts, step), updated_at_once(ts, w.read[0], w.read + 1, w.read + 5, 3));
	/* what is put back as it was changes nothing but -0 to +0 */
	step = updated(ts, updated(ts, w.raw[0], w.raw[1], w.raw[2]), w.raw[2], w.raw[1]);
	assert_ptr_not_equal(step, w.raw[0]);
	assert_ptr_equal(step, updated(ts, w.raw[0], w.raw[1], w.raw[1]));
	terms_free(ts);
}

/* A header whose sum is known not to be 0 and is right is right after an update, whatever the words: the new sum is
 * the old one's term. */
static void
test_right_stays_right(void **unused)
{
	struct terms *ts = terms_new();
	const struct words w = packet_words(ts);
	const term version = term_const(ts, 32, 0x45);
	const term before = term_add(ts, version, total(ts, w.raw, 0, 5, 32));
	const term checksum = updated(ts, w.raw[0], w.raw[1], w.raw[5]);
	term after = term_add(ts, version, total(ts, w.raw, 2, 6, 32));

	(void)unused;
	after = term_add(ts, after, term_zext(ts, checksum, 32));
	assert_ptr_equal(fold_twice(ts, after, true), fold_twice(ts, before, true));
	terms_free(ts);
}

/* +0 and -0 are two numbers: a sum is 0 only of nothing but zeros. */
static void
test_zeros(void **unused)
{
	struct terms *ts = terms_new();
	const term a = term_var(ts, 16, "a"), b = term_var(ts, 16, "b"), zero = term_const(ts, 16, 0);
	const term sum = fold_twice(ts, term_add(ts, term_zext(ts, a, 32), term_zext(ts, b, 32)), true);
	const term lost = fold_twice(ts, term_add(ts, term_zext(ts, a, 32), term_zext(ts, term_not(ts, a), 32)), true);
	const term more = fold_twice(ts, term_add(ts, term_zext(ts, a, 32), term_const(ts, 32, 0xffff)), true);

	(void)unused;
	assert_ptr_equal(term_eq(ts, sum, zero), term_and(ts, term_eq(ts, a, zero), term_eq(ts, b, zero)));
	assert_ptr_equal(lost, term_const(ts, 16, 0xffff));
	assert_ptr_not_equal(more, a);
	assert_ptr_equal(term_eq(ts, more, zero), term_bool(ts, false));
	terms_free(ts);
}

/* A word that is there under a condition, as an if-then-else of sums or of words. */
static void
test_sums_of_some(void **unused)
{
	struct terms *ts = terms_new();
	const struct words w = packet_words(ts);
	const term longer = term_var(ts, 1, "longer"), none = term_const(ts, 64, 0);
	const term some = fold_twice(ts, total(ts, w.read, 0, 5, 64), true), all = fold_twice(ts, total(ts, w.raw, 0, 7, 32), true);
	term sum = total(ts, w.read, 0, 5, 64);

	(void)unused;
	for (int i = 5; i < 7; i++)
		sum = term_add(ts, sum, term_ite(ts, longer, term_zext(ts, w.read[i], 64), none));
	assert_ptr_equal(term_ite(ts, longer, term_bswap(ts, all), some), fold_twice(ts, sum, true));
	terms_free(ts);
}

static term
relation(struct terms *ts, term a, term b, term c)
{
	const term sum = term_add(ts, term_mul(ts, a, term_const(ts, 64, 3)), term_extract(ts, term_concat(ts, b, b), 0, 64));

	return term_or(ts, term_ult(ts, sum, c), term_eq(ts, term_ite(ts, term_ult(ts, a, c), a, term_zext(ts, b, 64)), c));
}

/* What is put into holes gives the same term as what is built so, other unknowns and bounds included. */
static void
test_templates(void **unused)
{
	struct terms *ts = terms_new();
	const term hole[] = { term_var(ts, 64, "x"), term_var(ts, 32, "y") }, other = term_var(ts, 64, "z");
	struct template *const t = template_new(relation(ts, hole[0], hole[1], other), hole, 2);
	struct template *const constant = template_new(term_const(ts, 8, 7), hole, 2);
	const term values[][2] = {
		{ term_const(ts, 64, 5), term_const(ts, 32, 9) }, { other, term_var(ts, 32, "w") },
		{ term_var_in(ts, 64, "v", 0, 9), term_extract(ts, other, 8, 32) }, { hole[0], hole[1] },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_ptr_equal(template_fill(ts, t, values[i]), relation(ts, values[i][0], values[i][1], other));
	assert_true(template_has(t, 0) && template_has(t, 1) && !template_has(constant, 0));
	assert_ptr_equal(template_fill(ts, constant, values[0]), term_const(ts, 8, 7));
	template_free(t);
	template_free(constant);
	terms_free(ts);
}

static term
define_twice(struct terms *ts, const struct term_function *function, const term *args)
{
	assert_ptr_equal(function->definition, ts);
	return term_add(ts, args[0], args[0]);
}

/* A function that is known is never applied: not when it is, and not when a term is made anew with other arguments. */
static void
test_definitions(void **unused)
{
	static const uint8_t width[] = { 32 };
	struct terms *ts = terms_new();
	struct term_function *twice = term_function_new(ts, "twice", 32, 1, width);
	const term a = term_var(ts, 32, "a"), b = term_var(ts, 32, "b"), open = term_app(ts, twice, &a);

	(void)unused;
	assert_int_equal(open->op, TERM_APP);
	twice->define = define_twice;
	twice->definition = ts;
	assert_ptr_equal(term_app(ts, twice, &a), term_add(ts, a, a));
	assert_ptr_equal(term_rebuild(ts, open, &b), term_add(ts, b, b));
	terms_free(ts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simplifications_are_identities),
		cmocka_unit_test(test_normal_forms_meet),
		cmocka_unit_test(test_sums_meet),
		cmocka_unit_test(test_updates_meet),
		cmocka_unit_test(test_right_stays_right),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_sums_of_some),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
