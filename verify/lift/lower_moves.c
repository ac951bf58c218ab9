/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/lower_moves.c -- operations that only take 128- and 256-bit values apart and put them together. */
#include "verify/lift/lower.h"

static struct value
lanes(unsigned count, struct ir_arg a, struct ir_arg b, struct ir_arg c, struct ir_arg d)
{
	return (struct value){ .lanes = (uint8_t)count, .lane = { a, b, c, d } };
}

static struct value
pair(struct ir_arg low, struct ir_arg high)
{
	struct ir_arg none = build_const(64, 0);

	return lanes(2, low, high, none, none);
}

static struct ir_arg
keep_low(struct lower *l, struct ir_arg x, unsigned width)
{
	return build_zext(&l->b, build_extract(&l->b, x, 0, width), 64);
}

/* Out of a wide value. */
static bool
take(struct lower *l, IROp op, const struct value *x, struct value *r)
{
	const struct ir_arg *a = x[0].lane;

	switch (op) {
	case Iop_128to64: case Iop_V128to64: case Iop_V256to64_0: *r = lower_scalar_value(a[0]); return true;
	case Iop_128HIto64: case Iop_V128HIto64: case Iop_V256to64_1: *r = lower_scalar_value(a[1]); return true;
	case Iop_V256to64_2: *r = lower_scalar_value(a[2]); return true;
	case Iop_V256to64_3: *r = lower_scalar_value(a[3]); return true;
	case Iop_V128to32: *r = lower_scalar_value(build_extract(&l->b, a[0], 0, 32)); return true;
	case Iop_V256toV128_0: *r = pair(a[0], a[1]); return true;
	case Iop_V256toV128_1: *r = pair(a[2], a[3]); return true;
	case Iop_ReinterpV128asI128: case Iop_ReinterpI128asV128: *r = x[0]; return true;
	default: return false;
	}
}

/* Into a wide value. */
static bool
make(struct lower *l, IROp op, const struct value *x, struct value *r)
{
	const struct ir_arg *a = x[0].lane, *b = x[1].lane;
	struct ir_arg zero = build_const(64, 0);

	switch (op) {
	case Iop_64HLto128: case Iop_64HLtoV128: *r = pair(b[0], a[0]); return true;
	case Iop_V128HLtoV256: *r = lanes(4, b[0], b[1], a[0], a[1]); return true;
	case Iop_64x4toV256: *r = lanes(4, x[3].lane[0], x[2].lane[0], b[0], a[0]); return true;
	case Iop_64UtoV128: *r = pair(a[0], zero); return true;
	case Iop_32UtoV128: *r = pair(build_zext(&l->b, a[0], 64), zero); return true;
	case Iop_SetV128lo64: *r = pair(b[0], a[1]); return true;
	case Iop_SetV128lo32:
		*r = pair(build_concat(&l->b, build_extract(&l->b, a[0], 32, 32), b[0]), a[1]);
		return true;
	case Iop_ZeroHI64ofV128: *r = pair(a[0], zero); return true;
	case Iop_ZeroHI96ofV128: *r = pair(keep_low(l, a[0], 32), zero); return true;
	case Iop_ZeroHI112ofV128: *r = pair(keep_low(l, a[0], 16), zero); return true;
	case Iop_ZeroHI120ofV128: *r = pair(keep_low(l, a[0], 8), zero); return true;
	default: return false;
	}
}

/* Shifts of 128 bits as one number, by a constant number of whole bytes, as PSLLDQ and PSRLDQ do. */
static bool
shift_bytes(struct lower *l, IROp op, const struct value *x, struct value *r)
{
	struct ir_arg piece[16];
	uint64_t by = x[1].lane[0].value / 8;

	if (!build_is_const(x[1].lane[0]) || x[1].lane[0].value % 8 != 0 || by > 16)
		return false;
	for (unsigned i = 0; i < 16; i++) {
		uint64_t from = op == Iop_ShlV128 ? i - by : i + by; /* wraps far above 16 */

		piece[i] = from < 16 ? lower_piece(l, &x[0], 8, (unsigned)from) : build_const(8, 0);
	}
	*r = lower_assemble(l, piece, 8, 16);
	return true;
}

bool
lower_moves(struct lower *l, IROp op, const struct value *x, struct value *result)
{
	if (op == Iop_ShlV128 || op == Iop_ShrV128)
		return shift_bytes(l, op, x, result);
	return take(l, op, x, result) || make(l, op, x, result);
}
