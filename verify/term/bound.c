/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unsigned bounds that hold for every value of the arguments: cheap, and enough to settle most range
 * questions without the solver. Where nothing better is known: the whole range. */
#include "verify/term/intern.h"

static bool
add_fits(uint64_t a, uint64_t b, uint64_t mask, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum) && *sum <= mask;
}

bool
term_sum_fits(term a)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < a->count; i++)
		if (!add_fits(sum, a->args[i]->high, term_mask(a->width), &sum))
			return false;
	return true;
}

static void
bound_add(struct term_node *n, uint64_t mask)
{
	uint64_t low = 0, high = 0;

	for (unsigned i = 0; i < n->count; i++) {
		if (!add_fits(high, n->args[i]->high, mask, &high))
			return;
		low += n->args[i]->low;
	}
	n->low = low;
	n->high = high;
}

static void
bound_concat(struct term_node *n)
{
	unsigned shift = 0;

	n->low = n->high = 0;
	for (unsigned i = n->count; i-- > 0;) {
		n->low |= n->args[i]->low << shift;
		n->high |= n->args[i]->high << shift;
		shift += n->args[i]->width;
	}
}

static void
bound_extract(struct term_node *n, uint64_t mask)
{
	const term a = n->args[0];

	if (a->high >> n->value > mask)
		return;
	n->low = a->low >> n->value;
	n->high = a->high >> n->value;
}

static uint64_t
filled(uint64_t high)
{
	return high == 0 ? 0 : UINT64_MAX >> __builtin_clzll(high);
}

static void
bound_bitwise(struct term_node *n)
{
	const term a = n->args[0], b = n->args[1];

	if (n->op == TERM_AND)
		n->high = a->high < b->high ? a->high : b->high;
	else
		n->high = filled(a->high | b->high);
	if (n->op == TERM_OR)
		n->low = a->low > b->low ? a->low : b->low;
}

static void
bound_ite(struct term_node *n)
{
	const term a = n->args[1], b = n->args[2];

	n->low = a->low < b->low ? a->low : b->low;
	n->high = a->high > b->high ? a->high : b->high;
}

static void
bound_division(struct term_node *n)
{
	const term a = n->args[0], b = n->args[1];

	if (b->low == 0)
		return;
	if (n->op == TERM_UDIV) {
		n->low = a->low / b->high;
		n->high = a->high / b->low;
	} else {
		n->high = a->high < b->high - 1 ? a->high : b->high - 1;
	}
}

void
term_bound(struct term_node *n)
{
	const uint64_t mask = term_mask(n->width);
	uint64_t product;

	n->low = 0;
	n->high = mask;
	switch (n->op) {
	case TERM_CONST:
		n->low = n->high = n->value;
		break;
	case TERM_APP:
		n->low = n->function->low;
		n->high = n->function->high;
		break;
	case TERM_CONCAT:
		bound_concat(n);
		break;
	case TERM_EXTRACT:
		bound_extract(n, mask);
		break;
	case TERM_ADD:
		bound_add(n, mask);
		break;
	case TERM_MUL:
		if (!__builtin_mul_overflow(n->args[0]->high, n->args[1]->high, &product) && product <= mask) {
			n->low = n->args[0]->low * n->args[1]->low;
			n->high = product;
		}
		break;
	case TERM_UDIV:
	case TERM_UREM:
		bound_division(n);
		break;
	case TERM_AND:
	case TERM_OR:
	case TERM_XOR:
		bound_bitwise(n);
		break;
	case TERM_LSHR:
		n->high = n->args[0]->high;
		break;
	case TERM_ITE:
		bound_ite(n);
		break;
	case TERM_NOT:
		n->low = mask - n->args[0]->high;
		n->high = mask - n->args[0]->low;
		break;
	case TERM_FOLD:
		n->low = n->args[0]->low > 0;
		break;
	default:
		break;
	}
}
