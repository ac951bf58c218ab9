/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One's-complement sums in one normal form.
 *
 * F(s), the folding of a natural number s to 16 bits, is 0 if s is 0 and otherwise the number from 1 to 65535 that is
 * congruent to s modulo 65535 (65536 is congruent to 1, so adding the halves changes neither the residue nor whether
 * the number is 0; once it fits 16 bits it is F(s)). So F depends on two things only, and every rule below keeps both:
 *
 *     F(F(x) + y) = F(x + y)            a multiple m may be replaced by F(m)
 *     swap F(s) = F(256 s)              swapping the bytes of a 16-bit number multiplies it by 256
 *     b + ~b = 2^n - 1 for n bits b
 *
 * Where s is known not to be 0 only the residue counts, and -x may be said for x' complement: ~F(x) stands for
 * 65535 - x and cancels against x. Where s may be 0 that would turn +0 into -0 (RFC 1141's mistake), so complements stay;
 * what F(s) is if s is not 0 stands beside it, as F(s + 65535).
 *
 * s is taken apart into cells: up to 8 bits of a term, at a byte boundary of that term, times a number from 1 to
 * 65535. A program adds raw words and a specification adds words most significant byte first: their multiples differ by
 * 256, so one of the two is chosen and the other is its swap. */
#include <string.h>

#include "verify/term/intern.h"

#define MAX_CELLS 160

struct cell {
	term of;          /* not a TERM_NOT */
	uint8_t low, width;
	bool complement;  /* of these bits */
	uint32_t times;
};

struct ones {
	struct terms *ts;
	struct cell cell[MAX_CELLS]; /* sorted by place_before */
	unsigned count;
	uint64_t constant; /* below 2^32 */
	bool overflow;     /* more cells than there is room for */
};

static uint32_t
reduced(uint64_t m)
{
	return m == 0 ? 0 : (uint32_t)((m - 1) % 65535 + 1);
}

static uint32_t
multiplied(uint64_t a, uint64_t b)
{
	return reduced(a * b);
}

/* 2^n modulo 65535. */
static uint32_t
power(unsigned n)
{
	return 1u << (n % 16);
}

static void
constant_add(struct ones *o, uint64_t by)
{
	o->constant = reduced(o->constant + by);
}

/* The largest value of a cell's bits, or of their complement. */
static uint64_t
ones_of(const struct cell *c)
{
	return term_mask(c->width);
}

static int
place_compare(const struct cell *a, const struct cell *b)
{
	if (a->of != b->of)
		return a->of->id < b->of->id ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	if (a->width != b->width)
		return a->width < b->width ? -1 : 1;
	return (int)a->complement - (int)b->complement;
}

static void
cell_remove(struct ones *o, unsigned at)
{
	memmove(&o->cell[at], &o->cell[at + 1], (--o->count - at) * sizeof o->cell[0]);
}

static void
cell_add(struct ones *o, const struct cell *c)
{
	unsigned at = 0;

	if (c->of->high >> c->low == 0) { /* no bits there: zeros, or ones */
		constant_add(o, c->complement ? multiplied(c->times, ones_of(c)) : 0);
		return;
	}
	while (at < o->count && place_compare(&o->cell[at], c) < 0)
		at++;
	if (at < o->count && place_compare(&o->cell[at], c) == 0) {
		o->cell[at].times = reduced((uint64_t)o->cell[at].times + c->times);
		return;
	}
	if (o->count == MAX_CELLS) {
		o->overflow = true;
		return;
	}
	memmove(&o->cell[at + 1], &o->cell[at], (o->count++ - at) * sizeof o->cell[0]);
	o->cell[at] = *c;
}

/* The term to take bits below `top` from, whatever the width of the register that a sum was computed in: the widest where
 * it is a number that fits, otherwise just as many bits as are asked for. */
static term
whatever_width(struct terms *ts, term of, unsigned top)
{
	term same;

	if (of->op != TERM_ADD)
		return of;
	if (term_sum_fits(of)) {
		same = term_zext(ts, of, 64);
	} else {
		same = term_const(ts, top, 0);
		for (unsigned i = 0; i < of->count; i++)
			same = term_add(ts, same, term_extract(ts, of->args[i], 0, top));
	}
	return same->op == TERM_ADD ? same : of;
}

/* times * (bits low .. low + width - 1 of a term), byte by byte. */
static void
bits_add(struct ones *o, term of, unsigned low, unsigned width, uint32_t times)
{
	const bool complement = of->op == TERM_NOT;

	while (width > 0) {
		const unsigned n = width < 8 - low % 8 ? width : 8 - low % 8;
		const struct cell c = {
			whatever_width(o->ts, complement ? of->args[0] : of, low + n), (uint8_t)low, (uint8_t)n, complement,
			times,
		};

		cell_add(o, &c);
		low += n;
		width -= n;
		times = multiplied(times, power(n));
	}
}

static bool
product_fits(term a)
{
	uint64_t product;

	return term_is_const(a->args[0]) && !__builtin_mul_overflow(a->args[0]->value, a->args[1]->high, &product) &&
		product <= term_mask(a->width);
}

static void expand(struct ones *o, term a, uint32_t times);

/* A word that is there only under a condition: its bytes are, each. */
static void
expand_choice(struct ones *o, term a, uint32_t times)
{
	const unsigned there = term_is_const(a->args[1]) && a->args[1]->value == 0 ? 2 : 1;
	const term word = a->args[there], zero = a->args[3 - there];
	struct term_piece piece[TERM_MAX_ARGS];
	unsigned n;

	if (!term_is_const(zero) || zero->value != 0 || word->op != TERM_CONCAT) {
		bits_add(o, a, 0, a->width, times);
		return;
	}
	n = term_pieces(word, piece);
	for (unsigned i = 0, at = 0; i < n; at += piece[i++].width) {
		const term part = term_extract(o->ts, piece[i].of, piece[i].low, piece[i].width);
		const term none = term_const(o->ts, piece[i].width, 0);

		expand(o, there == 1 ? term_ite(o->ts, a->args[0], part, none) : term_ite(o->ts, a->args[0], none, part),
			multiplied(times, power(at)));
	}
}

/* Adds times * a, a number that is not taken modulo anything. */
static void
expand(struct ones *o, term a, uint32_t times)
{
	if (term_is_const(a)) {
		constant_add(o, (uint64_t)times * reduced(a->value));
	} else if (a->op == TERM_FOLD) {
		expand(o, a->args[0], times);
	} else if (a->op == TERM_ADD && term_sum_fits(a)) {
		for (unsigned i = 0; i < a->count; i++)
			expand(o, a->args[i], times);
	} else if (a->op == TERM_MUL && product_fits(a)) {
		expand(o, a->args[1], multiplied(times, reduced(a->args[0]->value)));
	} else if (a->op == TERM_CONCAT) {
		for (unsigned i = a->count, at = 0; i-- > 0; at += a->args[i]->width)
			expand(o, a->args[i], multiplied(times, power(at)));
	} else if (a->op == TERM_EXTRACT) {
		bits_add(o, a->args[0], (unsigned)a->value, a->width, times);
	} else if (a->op == TERM_ITE) {
		expand_choice(o, a, times);
	} else {
		bits_add(o, a, 0, a->width, times);
	}
}

static bool
may_be_summed(term of)
{
	return of->op == TERM_FOLD || (of->op == TERM_ADD && term_sum_fits(of));
}

/* Cells from `from` on that are a whole term times the first one's multiple: how many, 0 if they are not. */
static unsigned
whole_from(const struct ones *o, unsigned from)
{
	const struct cell *const first = &o->cell[from];
	unsigned n = 0, low = 0;

	if (!may_be_summed(first->of) || first->complement)
		return 0;
	for (; low < first->of->width && first->of->high >> low != 0; low += 8, n++) {
		const struct cell *const c = &o->cell[from + n];

		if (from + n >= o->count || c->of != first->of || c->complement || c->low != low ||
			c->width != (first->of->width - low < 8 ? first->of->width - low : 8) ||
			c->times != multiplied(first->times, power(low)))
			return 0;
	}
	return n;
}

/* Puts what a sum sums in its place where all its bits are there. False: there is none. */
static bool
open_one(struct ones *o)
{
	for (unsigned i = 0; i < o->count; i++) {
		const unsigned n = whole_from(o, i);
		const struct cell first = o->cell[i];

		if (n == 0)
			continue;
		for (unsigned k = 0; k < n; k++)
			cell_remove(o, i);
		expand(o, first.of, first.times);
		return true;
	}
	return false;
}

/* b + ~b is all ones, as often as both are there. False: no such pair. */
static bool
pair_off(struct ones *o)
{
	for (unsigned i = 0; i + 1 < o->count; i++) {
		struct cell *const a = &o->cell[i], *const b = &o->cell[i + 1];
		const uint32_t both = a->times < b->times ? a->times : b->times;

		if (a->of != b->of || a->low != b->low || a->width != b->width)
			continue;
		constant_add(o, multiplied(both, ones_of(a)));
		a->times -= both;
		b->times -= both;
		if (b->times == 0)
			cell_remove(o, i + 1);
		if (a->times == 0)
			cell_remove(o, i);
		return true;
	}
	return false;
}

/* Only where the whole is not 0: a complement is what all ones lack. False: there is none. */
static bool
complement_away(struct ones *o)
{
	for (unsigned i = 0; i < o->count; i++) {
		struct cell c = o->cell[i];

		if (!c.complement)
			continue;
		cell_remove(o, i);
		constant_add(o, multiplied(c.times, ones_of(&c)));
		c.complement = false;
		c.times = 65535 - c.times;
		if (c.times != 0)
			cell_add(o, &c);
		return true;
	}
	return false;
}

static void
settle(struct ones *o, bool positive)
{
	bool changed;

	do {
		changed = open_one(o) || (positive || o->constant > 0 ? complement_away(o) : pair_off(o));
	} while (changed && !o->overflow);
	for (unsigned i = o->count; i-- > 0 && (positive || o->constant > 0);)
		if (o->cell[i].times == 65535)
			cell_remove(o, i);
}

static uint32_t
distance_from_zero(uint32_t times)
{
	return times < 65535 - times ? times : 65535 - times;
}

/* Whether a's multiple is the one to prefer: that nearer to 0, then the smaller. */
static int
multiple_compare(uint32_t a, uint32_t b)
{
	const uint32_t x = distance_from_zero(a), y = distance_from_zero(b);

	return x != y ? (x < y ? -1 : 1) : a != b ? (a < b ? -1 : 1) : 0;
}

/* Of a sum and its swap, the one to write down: as the first cell that tells them apart prefers. */
static bool
prefers_swap(const struct ones *o)
{
	for (unsigned i = 0; i < o->count; i++) {
		const int order = multiple_compare(o->cell[i].times, multiplied(o->cell[i].times, 256));

		if (order != 0)
			return order > 0;
	}
	return multiple_compare((uint32_t)o->constant, multiplied(o->constant, 256)) > 0;
}

static void
swap_bytes(struct ones *o)
{
	for (unsigned i = 0; i < o->count; i++)
		o->cell[i].times = multiplied(o->cell[i].times, 256);
	o->constant = multiplied(o->constant, 256);
}

/* Small multiples of complements rather than large ones. Only where the whole is not 0. */
static void
small_multiples(struct ones *o)
{
	for (unsigned i = 0; i < o->count; i++) {
		struct cell *const c = &o->cell[i];

		if (c->times <= 32767)
			continue;
		constant_add(o, 65535 - multiplied(65535 - c->times, ones_of(c)));
		c->times = 65535 - c->times;
		c->complement = true;
	}
}

static term
cell_term(struct terms *ts, const struct cell *c)
{
	return term_extract(ts, c->complement ? term_not(ts, c->of) : c->of, c->low, c->width);
}

struct addends {
	term of[2 * MAX_CELLS];
	unsigned count;
};

/* Bytes that stand for themselves and bytes 256 times: by twos they make words, whichever words they came from. */
static void
write_words(const struct ones *o, struct addends *a)
{
	term byte[2][MAX_CELLS];
	unsigned n[2] = { 0, 0 };

	for (unsigned i = 0; i < o->count; i++) {
		const term t = cell_term(o->ts, &o->cell[i]);

		if (o->cell[i].times == 1 || o->cell[i].times == 256)
			byte[o->cell[i].times == 256][n[o->cell[i].times == 256]++] = term_zext(o->ts, t, 8);
		else
			a->of[a->count++] = term_mul(o->ts, term_zext(o->ts, t, 64), term_const(o->ts, 64, o->cell[i].times));
	}
	for (unsigned i = 0; i < n[0] || i < n[1]; i++)
		a->of[a->count++] = term_zext(o->ts, term_concat(o->ts, i < n[1] ? byte[1][i] : term_const(o->ts, 8, 0),
			i < n[0] ? byte[0][i] : term_const(o->ts, 8, 0)), 64);
}

static void
sort_addends(struct addends *a)
{
	for (unsigned i = 1; i < a->count; i++)
		for (unsigned j = i; j > 0 && a->of[j - 1]->id > a->of[j]->id; j--) {
			const term swap = a->of[j];

			a->of[j] = a->of[j - 1];
			a->of[j - 1] = swap;
		}
}

static uint64_t
least(const struct addends *a)
{
	uint64_t low = 0;

	for (unsigned i = 0; i < a->count; i++)
		low += a->of[i]->low;
	return low;
}

/* The cells as one sum; NULL if it has too many addends. Nothing wraps: at most 160 bytes times 65535, and a
 * constant. */
static term
written(const struct ones *o, bool positive)
{
	struct addends a = { .count = 0 };
	uint64_t constant = o->constant;

	write_words(o, &a);
	if (a.count >= TERM_MAX_ARGS)
		return NULL;
	sort_addends(&a);
	/* If it is not 0, 65535 says just that: not needed where the addends say so, needed where nothing else does. */
	if (positive && constant % 65535 == 0)
		constant = least(&a) > 0 ? 0 : 65535;
	if (constant != 0 || a.count == 0)
		a.of[a.count++] = term_const(o->ts, 64, constant);
	return a.count == 1 ? a.of[0] : term_intern(o->ts, TERM_ADD, 64, 0, NULL, a.of, a.count);
}

static term folded_new(struct terms *ts, term sum);

/* F of a sum that is in normal form. Beside one that may be 0 stands F(sum + 65535). */
static term
folded(struct terms *ts, term sum)
{
	term args[2] = { sum, NULL };

	if (term_is_const(sum))
		return term_const(ts, 16, reduced(sum->value));
	if (sum->high <= 65535)
		return term_extract(ts, sum, 0, 16);
	if (sum->low > 0)
		return term_intern(ts, TERM_FOLD, 16, 0, NULL, args, 1);
	args[1] = folded_new(ts, term_add(ts, sum, term_const(ts, 64, 65535)));
	return term_intern(ts, TERM_FOLD, 16, 0, NULL, args, 2);
}

static term
folded_new(struct terms *ts, term sum)
{
	struct ones o = { .ts = ts, .count = 0 };
	bool positive = sum->low > 0, swapped;
	term normal;

	expand(&o, sum, 1);
	settle(&o, positive);
	positive = positive || o.constant > 0;
	swapped = prefers_swap(&o);
	if (swapped)
		swap_bytes(&o);
	if (positive)
		small_multiples(&o);
	normal = o.overflow ? NULL : written(&o, positive);
	if (normal == NULL) /* too large to be made normal: as it is */
		return folded(ts, sum);
	return swapped ? term_bswap(ts, folded(ts, normal)) : folded(ts, normal);
}

term
term_fold(struct terms *ts, term sum)
{
	return folded_new(ts, term_zext(ts, sum, 64));
}

/* A folded sum, as it is or with its bytes swapped. */
static term
sum_in(term a, bool *swapped)
{
	const term other = term_fold_swapped(a);

	*swapped = other != NULL;
	a = other != NULL ? other : a;
	return a->op == TERM_FOLD ? a->args[0] : NULL;
}

/* What `more` has beyond `less`, each cell only where the condition is `when`. False: it lacks some of it. */
static bool
add_rest(struct ones *o, const struct ones *less, const struct ones *more, term condition, bool when)
{
	unsigned i = 0;

	for (unsigned k = 0; k < more->count; k++) {
		struct cell rest = more->cell[k];
		const bool both = i < less->count && place_compare(&less->cell[i], &rest) == 0;
		term part, none;

		if (both && less->cell[i].times > rest.times)
			return false;
		rest.times -= both ? less->cell[i++].times : 0;
		if (rest.times == 0)
			continue;
		part = cell_term(o->ts, &rest);
		none = term_const(o->ts, rest.width, 0);
		expand(o, when ? term_ite(o->ts, condition, part, none) : term_ite(o->ts, condition, none, part), rest.times);
	}
	return i == less->count;
}

/* F(c ? s : s + t) = F(s + (c ? 0 : t)): a word more for a longer header. */
static term
choice(struct terms *ts, term condition, term a, term b)
{
	bool a_swapped, b_swapped;
	struct ones of_a = { .ts = ts }, of_b = { .ts = ts }, o;
	const term x = sum_in(a, &a_swapped), y = sum_in(b, &b_swapped);
	term sum;

	if (x == NULL || y == NULL)
		return NULL;
	expand(&of_a, x, 1);
	expand(&of_b, y, a_swapped == b_swapped ? 1 : 256);
	if (of_a.overflow || of_b.overflow || of_a.constant != of_b.constant)
		return NULL;
	o = of_a;
	if (!add_rest(&o, &of_a, &of_b, condition, false)) {
		o = of_b;
		if (!add_rest(&o, &of_b, &of_a, condition, true))
			return NULL;
	}
	sum = o.overflow ? NULL : written(&o, false);
	if (sum == NULL)
		return NULL;
	sum = term_fold(ts, sum);
	return a_swapped ? term_bswap(ts, sum) : sum;
}

/* The sum that a condition compares with a constant. NULL: it is no such condition. */
static term
sum_compared(term a, term *constant)
{
	if (a->op != TERM_EQ)
		return NULL;
	*constant = term_is_const(a->args[0]) ? a->args[0] : a->args[1];
	a = *constant == a->args[0] ? a->args[1] : a->args[0];
	return term_is_const(*constant) && a->op == TERM_FOLD ? a : NULL;
}

/* A sum in a wider register, or a question about one. NULL: neither. */
static term
extended(struct terms *ts, term a, unsigned width)
{
	if (a->op != TERM_CONCAT || a->width <= width || !term_is_const(a->args[0]) || a->args[0]->width != a->width - width)
		return NULL;
	a = term_extract(ts, a, 0, width);
	return term_fold_in(a) ? a : NULL;
}

static term
choice_extended(struct terms *ts, term condition, term a, term b)
{
	term x = extended(ts, a, 16), y = extended(ts, b, 16), chosen;

	if (x == NULL || y == NULL) {
		x = extended(ts, a, 1);
		y = extended(ts, b, 1);
	}
	if (x == NULL || y == NULL || a->args[0] != b->args[0])
		return NULL;
	chosen = term_fold_choice(ts, condition, x, y);
	return chosen == NULL ? NULL : term_concat(ts, a->args[0], chosen);
}

term
term_fold_choice(struct terms *ts, term condition, term a, term b)
{
	term x, y, k, other, chosen;

	if (a->width == 16 && a->op == b->op && term_is_sum(a))
		return choice(ts, condition, a, b);
	if (a->width != 1)
		return choice_extended(ts, condition, a, b);
	if (a->op == TERM_NOT && b->op == TERM_NOT) {
		chosen = term_fold_choice(ts, condition, a->args[0], b->args[0]);
		return chosen == NULL ? NULL : term_not(ts, chosen);
	}
	x = sum_compared(a, &k);
	y = x == NULL ? NULL : sum_compared(b, &other);
	chosen = y == NULL || k != other ? NULL : choice(ts, condition, x, y);
	return chosen == NULL ? NULL : term_eq(ts, chosen, k);
}
