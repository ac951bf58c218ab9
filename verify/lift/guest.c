/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/guest.c -- VEX's picture of the CPU state (byte offsets) against our numbered registers. */
#include <assert.h>

#include "verify/lift/lower.h"

#include <libvex_guest_amd64.h>

#define OFFSET(field) offsetof(VexGuestAMD64State, field)

struct range {
	size_t offset;
	unsigned count; /* registers of 64 bits, one after the other */
	unsigned reg;
};

/* What the table leaves out (x87, MMX) is refused. RIP is not kept: marks, exits and `next` say it. */
static const struct range ranges[] = {
	{ OFFSET(guest_RAX), 16, IR_RAX },
	{ OFFSET(guest_CC_OP), 4, IR_CC_OP },
	{ OFFSET(guest_DFLAG), 1, IR_DFLAG },
	{ OFFSET(guest_RIP), 1, IR_IP },
	{ OFFSET(guest_ACFLAG), 1, IR_OTHER },
	{ OFFSET(guest_IDFLAG), 1, IR_OTHER },
	{ OFFSET(guest_FS_CONST), 1, IR_FS },
	{ OFFSET(guest_SSEROUND), 1, IR_OTHER },
	{ OFFSET(guest_YMM0), 17 * 4, IR_YMM0 },
	{ OFFSET(guest_EMNOTE), 1, IR_OTHER },
	{ OFFSET(guest_GS_CONST), 1, IR_GS },
};

/* The register that holds `bits` bits of state from an offset on; -1: not one, or more than one. */
static int
find(int offset, unsigned bits, unsigned *low)
{
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		const struct range *r = &ranges[i];
		size_t within = (size_t)offset - r->offset;

		if ((size_t)offset < r->offset || within >= r->count * 8)
			continue;
		*low = within % 8 * 8;
		if (*low + bits > 64)
			return -1;
		return (int)r->reg + (r->reg == IR_OTHER ? 0 : (int)(within / 8));
	}
	return -1;
}

static struct ir_arg
get_lane(struct lower *l, int offset, unsigned width)
{
	unsigned low;
	int reg = find(offset, width, &low);

	if (reg < 0 || reg == IR_OTHER || reg == IR_IP) {
		lower_refuse(l, "it reads CPU state outside the integer and vector registers (x87, MMX or control)");
		return build_const(width, 0);
	}
	return build_extract(&l->b, build_get(&l->b, (unsigned)reg), low, width);
}

struct value
lower_get(struct lower *l, int offset, IRType type)
{
	struct value x = { .lanes = (uint8_t)lower_lane_count(type) };

	for (unsigned i = 0; i < x.lanes; i++)
		x.lane[i] = get_lane(l, offset + 8 * (int)i, lower_width(type));
	return x;
}

static void
put_lane(struct lower *l, int offset, struct ir_arg x)
{
	unsigned low, end;
	int reg = find(offset, x.width, &low);
	struct ir_arg old;

	if (reg < 0) {
		lower_refuse(l, "it writes CPU state outside the integer and vector registers (x87, MMX or control)");
		return;
	}
	if (reg == IR_IP || reg == IR_OTHER)
		return; /* nothing can read them: lower_get refuses */
	if (reg == IR_CC_NDEP && l->flags_guarded && x.width == 64)
		x = build_ite(&l->b, l->flags_guard, x, build_get(&l->b, IR_CC_NDEP));
	end = low + x.width;
	if (x.width < 64) {
		old = build_get(&l->b, (unsigned)reg);
		if (low > 0)
			x = build_concat(&l->b, x, build_extract(&l->b, old, 0, low));
		if (end < 64)
			x = build_concat(&l->b, build_extract(&l->b, old, end, 64 - end), x);
	}
	build_put(&l->b, (unsigned)reg, x);
}

/* The choice that made a temporary of the instruction at hand, or NULL. */
static const IRExpr *
choice(const struct lower *l, const IRExpr *e)
{
	if (e->tag != Iex_RdTmp)
		return NULL;
	for (int i = l->index; i-- > 0 && l->sb->stmts[i]->tag != Ist_IMark;) {
		const IRStmt *s = l->sb->stmts[i];

		if (s->tag == Ist_WrTmp && s->Ist.WrTmp.tmp == e->Iex.RdTmp.tmp)
			return s->Ist.WrTmp.data->tag == Iex_ITE ? s->Ist.WrTmp.data : NULL;
	}
	return NULL;
}

void
lower_flags_guard(struct lower *l, int offset, const IRExpr *data)
{
	const IRExpr *e;

	if (offset != (int)OFFSET(guest_CC_OP))
		return;
	e = choice(l, data);
	l->flags_guarded = e != NULL;
	if (e == NULL)
		return;
	l->flags_guard = lower_expr(l, e->Iex.ITE.cond).lane[0];
	if (!build_same(lower_expr(l, e->Iex.ITE.iffalse).lane[0], build_get(&l->b, IR_CC_OP)))
		lower_refuse(l, "flags that are set under a condition in a way that is not known");
}

void
lower_put(struct lower *l, int offset, const struct value *x)
{
	for (unsigned i = 0; i < x->lanes; i++)
		put_lane(l, offset + 8 * (int)i, x->lane[i]);
}
