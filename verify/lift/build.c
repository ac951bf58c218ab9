/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "verify/lift/build.h"
#include "verify/lift/fold.h"

static void *
grown(void *old, uint32_t *room, uint32_t need, size_t size)
{
	if (need <= *room)
		return old;
	*room = need < 64 ? 128 : need * 2;
	old = realloc(old, *room * size);
	if (old == NULL)
		abort();
	return old;
}

void
build_init(struct build *b, uint64_t address)
{
	memset(b, 0, sizeof *b);
	b->block = calloc(1, sizeof *b->block);
	if (b->block == NULL)
		abort();
	b->block->address = address;
}

void
build_free(struct build *b)
{
	build_block_free(b->block);
	free(b->def);
	memset(b, 0, sizeof *b);
}

void
build_block_free(struct ir_block *block)
{
	if (block == NULL)
		return;
	free(block->stmt);
	free(block);
}

struct ir_arg
build_const(unsigned width, uint64_t value)
{
	assert(width >= 1 && width <= 64);
	if (width < 64)
		value &= ((uint64_t)1 << width) - 1;
	return (struct ir_arg){ .temp = -1, .width = (uint8_t)width, .value = value };
}

static struct ir_stmt *
append(struct build *b, enum ir_op op)
{
	struct ir_block *block = b->block;
	struct ir_stmt *s;

	block->stmt = grown(block->stmt, &b->stmt_room, block->count + 1, sizeof *block->stmt);
	s = &block->stmt[block->count++];
	*s = (struct ir_stmt){ .op = (uint8_t)op, .dst = -1 };
	return s;
}

/* Appends a statement that yields a value. */
static struct ir_arg
define(struct build *b, const struct ir_stmt *model)
{
	struct ir_block *block = b->block;
	struct ir_stmt *s = append(b, model->op);

	*s = *model;
	s->dst = (int32_t)block->temps++;
	b->def = grown(b->def, &b->def_room, block->temps, sizeof *b->def);
	b->def[s->dst] = block->count - 1;
	return (struct ir_arg){ .temp = s->dst, .width = s->width };
}

const struct ir_stmt *
build_maker(const struct build *b, struct ir_arg x)
{
	return build_is_const(x) ? NULL : &b->block->stmt[b->def[x.temp]];
}

static struct ir_arg
compute(struct build *b, const struct ir_stmt *s)
{
	uint64_t value;
	bool known = true;

	for (unsigned i = 0; i < s->count; i++)
		known &= build_is_const(s->a[i]);
	if (known && fold_stmt(s, &value))
		return build_const(s->width, value);
	return define(b, s);
}

struct ir_arg
build_1(struct build *b, enum ir_op op, unsigned width, struct ir_arg x)
{
	struct ir_stmt s = { .op = (uint8_t)op, .width = (uint8_t)width, .count = 1, .a = { x } };

	return compute(b, &s);
}

struct ir_arg
build_2(struct build *b, enum ir_op op, unsigned width, struct ir_arg x, struct ir_arg y)
{
	struct ir_stmt s = { .op = (uint8_t)op, .width = (uint8_t)width, .count = 2, .a = { x, y } };

	assert(x.width == y.width || op == IR_SHL || op == IR_LSHR || op == IR_ASHR);
	return compute(b, &s);
}

struct ir_arg
build_ite(struct build *b, struct ir_arg condition, struct ir_arg x, struct ir_arg y)
{
	struct ir_stmt s = { .op = IR_ITE, .width = x.width, .count = 3, .a = { condition, x, y } };

	assert(condition.width == 1 && x.width == y.width);
	if (build_is_const(condition))
		return condition.value ? x : y;
	return define(b, &s);
}

struct ir_arg
build_flags(struct build *b, enum ir_op op, uint64_t condition, const struct ir_arg cc[4])
{
	struct ir_stmt s = { .op = (uint8_t)op, .width = 64, .count = 4, .imm = condition };

	memcpy(s.a, cc, sizeof s.a);
	return define(b, &s);
}

/* Looks through what assembles words from pieces: a byte put into a register and read again is that byte. */
static bool
extract_piece(struct build *b, struct ir_arg x, unsigned low, unsigned width, struct ir_arg *piece)
{
	const struct ir_stmt *s = build_maker(b, x);
	struct ir_arg high = s->a[0], inner = s->op == IR_CONCAT ? s->a[1] : s->a[0];

	if (s->op == IR_EXTRACT)
		return *piece = build_extract(b, inner, low + (unsigned)s->imm, width), true;
	if (s->op != IR_CONCAT && s->op != IR_ZEXT && s->op != IR_SEXT)
		return false;
	if (low + width <= inner.width)
		return *piece = build_extract(b, inner, low, width), true;
	if (s->op == IR_CONCAT && low >= inner.width)
		return *piece = build_extract(b, high, low - inner.width, width), true;
	if (s->op == IR_ZEXT && low >= inner.width)
		return *piece = build_const(width, 0), true;
	if (s->op == IR_ZEXT)
		return *piece = build_zext(b, build_extract(b, inner, low, inner.width - low), width), true;
	return false;
}

struct ir_arg
build_extract(struct build *b, struct ir_arg x, unsigned low, unsigned width)
{
	struct ir_stmt s = { .op = IR_EXTRACT, .width = (uint8_t)width, .count = 1, .a = { x }, .imm = low };
	struct ir_arg piece;

	assert(low + width <= x.width);
	if (width == x.width)
		return x;
	if (!build_is_const(x) && extract_piece(b, x, low, width, &piece))
		return piece;
	return compute(b, &s);
}

/* Two neighbouring pieces of one word are one piece of it. */
static bool
rejoin(struct build *b, struct ir_arg high, struct ir_arg low, struct ir_arg *whole)
{
	const struct ir_stmt *h = build_maker(b, high), *l = build_maker(b, low);

	if (h == NULL || l == NULL || h->op != IR_EXTRACT || l->op != IR_EXTRACT)
		return false;
	if (h->a[0].temp != l->a[0].temp || h->imm != l->imm + low.width)
		return false;
	*whole = build_extract(b, l->a[0], (unsigned)l->imm, high.width + low.width);
	return true;
}

struct ir_arg
build_concat(struct build *b, struct ir_arg high, struct ir_arg low)
{
	unsigned width = high.width + low.width;
	struct ir_stmt s = { .op = IR_CONCAT, .width = (uint8_t)width, .count = 2, .a = { high, low } };
	struct ir_arg whole;

	assert(width <= 64);
	if (build_is(high, 0))
		return build_zext(b, low, width);
	if (rejoin(b, high, low, &whole))
		return whole;
	return compute(b, &s);
}

struct ir_arg
build_zext(struct build *b, struct ir_arg x, unsigned width)
{
	const struct ir_stmt *s = build_maker(b, x);

	assert(width >= x.width);
	if (s != NULL && s->op == IR_ZEXT)
		x = s->a[0];
	return x.width == width ? x : build_1(b, IR_ZEXT, width, x);
}

struct ir_arg
build_sext(struct build *b, struct ir_arg x, unsigned width)
{
	assert(width >= x.width);
	return x.width == width ? x : build_1(b, IR_SEXT, width, x);
}

struct ir_arg
build_join(struct build *b, const struct ir_arg *x, unsigned count)
{
	struct ir_arg whole = x[0];

	for (unsigned i = 1; i < count; i++)
		whole = build_concat(b, x[i], whole);
	return whole;
}

struct ir_arg
build_get(struct build *b, unsigned reg)
{
	struct build_register *r = &b->reg[reg];
	struct ir_stmt s = { .op = IR_GET, .width = 64, .imm = reg };

	assert(reg < IR_REGS);
	if (!r->known)
		*r = (struct build_register){ .value = define(b, &s), .known = true };
	return r->value;
}

void
build_put(struct build *b, unsigned reg, struct ir_arg x)
{
	assert(reg < IR_REGS && x.width == 64);
	b->reg[reg] = (struct build_register){ .value = x, .known = true, .dirty = true };
}

/* Whoever leaves the block finds the registers as the machine would have them. */
static void
flush(struct build *b)
{
	for (unsigned reg = 0; reg < IR_REGS; reg++) {
		struct ir_stmt *s;

		if (!b->reg[reg].dirty)
			continue;
		s = append(b, IR_PUT);
		s->imm = reg;
		s->count = 1;
		s->a[0] = b->reg[reg].value;
		b->reg[reg].dirty = false;
	}
}

struct ir_arg
build_load(struct build *b, struct ir_arg address, unsigned width)
{
	struct ir_stmt s = { .op = IR_LOAD, .width = (uint8_t)width, .count = 1, .a = { address } };

	return define(b, &s);
}

void
build_store(struct build *b, struct ir_arg address, struct ir_arg x)
{
	struct ir_stmt *s = append(b, IR_STORE);

	s->count = 2;
	s->a[0] = address;
	s->a[1] = x;
}

void
build_mark(struct build *b, uint64_t address)
{
	append(b, IR_MARK)->imm = address;
}

void
build_check(struct build *b, struct ir_arg holds)
{
	struct ir_stmt *s;

	assert(holds.width == 1);
	if (build_is(holds, 1))
		return;
	s = append(b, IR_CHECK);
	s->count = 1;
	s->a[0] = holds;
}

void
build_exit(struct build *b, struct ir_arg guard, enum ir_jump jump, uint64_t address)
{
	struct ir_stmt *s;

	assert(guard.width == 1);
	if (build_is(guard, 0))
		return;
	flush(b);
	s = append(b, IR_EXIT);
	s->count = 1;
	s->a[0] = guard;
	s->jump = (uint8_t)jump;
	s->imm = address;
}

/* A load is kept whoever uses it: that it may be done at all is something to prove. */
static bool
has_effect(const struct ir_stmt *s)
{
	return s->dst < 0 || s->op == IR_LOAD;
}

static void
mark_used(struct ir_arg x, bool *used)
{
	if (!build_is_const(x))
		used[x.temp] = true;
}

/* Drops statements without effect whose value nobody uses, then numbers temporaries from 0 again. */
static void
sweep(struct ir_block *block)
{
	bool *used = calloc(block->temps + 1, sizeof *used);
	int32_t *name = calloc(block->temps + 1, sizeof *name);
	uint32_t kept = 0, temps = 0;

	if (used == NULL || name == NULL)
		abort();
	mark_used(block->next, used);
	for (uint32_t i = block->count; i-- > 0;) {
		const struct ir_stmt *s = &block->stmt[i];

		if (!has_effect(s) && !used[s->dst])
			continue;
		for (unsigned k = 0; k < s->count; k++)
			mark_used(s->a[k], used);
	}
	for (uint32_t i = 0; i < block->count; i++) {
		struct ir_stmt s = block->stmt[i];

		if (!has_effect(&s) && !used[s.dst])
			continue;
		for (unsigned k = 0; k < s.count; k++)
			s.a[k].temp = build_is_const(s.a[k]) ? -1 : name[s.a[k].temp];
		if (s.dst >= 0)
			s.dst = name[s.dst] = (int32_t)temps++;
		block->stmt[kept++] = s;
	}
	if (!build_is_const(block->next))
		block->next.temp = name[block->next.temp];
	block->count = kept;
	block->temps = temps;
	free(used);
	free(name);
}

struct ir_block *
build_finish(struct build *b, enum ir_jump jump, struct ir_arg next)
{
	struct ir_block *block = b->block;

	flush(b);
	block->jump = jump;
	block->next = next;
	sweep(block);
	b->block = NULL;
	build_free(b);
	return block;
}
