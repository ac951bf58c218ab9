/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "test/verify/lift/interp.h"
#include "verify/lift/fold.h"

uint64_t amd64g_calculate_condition(uint64_t condition, uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);
uint64_t amd64g_calculate_rflags_c(uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);
uint64_t amd64g_calculate_rflags_all(uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);

/* The statement with every argument's value filled in. */
static struct ir_stmt
with_values(const struct ir_stmt *s, const uint64_t *temp)
{
	struct ir_stmt known = *s;

	for (unsigned i = 0; i < s->count; i++)
		if (s->a[i].temp >= 0)
			known.a[i].value = temp[s->a[i].temp];
	return known;
}

static uint64_t
flags(const struct ir_stmt *s)
{
	const struct ir_arg *a = s->a;

	if (s->op == IR_CONDITION)
		return amd64g_calculate_condition(s->imm, a[0].value, a[1].value, a[2].value, a[3].value);
	if (s->op == IR_CARRY)
		return amd64g_calculate_rflags_c(a[0].value, a[1].value, a[2].value, a[3].value);
	return amd64g_calculate_rflags_all(a[0].value, a[1].value, a[2].value, a[3].value);
}

static uint64_t
load(uint64_t address, unsigned width)
{
	uint64_t value = 0;

	memcpy(&value, (const void *)(uintptr_t)address, width / 8);
	return value;
}

static uint64_t
value_of(struct interp *m, const struct ir_stmt *s)
{
	uint64_t value = 0;

	switch (s->op) {
	case IR_GET: return m->reg[s->imm];
	case IR_LOAD: return load(s->a[0].value, s->width);
	case IR_CONDITION: case IR_CARRY: case IR_RFLAGS: return flags(s);
	default: break;
	}
	if (!fold_stmt(s, &value))
		abort();
	return value;
}

/* True: it left the block. */
static bool
effect(struct interp *m, const struct ir_stmt *s)
{
	switch (s->op) {
	case IR_MARK:
		return false;
	case IR_PUT:
		m->reg[s->imm] = s->a[0].value;
		return false;
	case IR_STORE:
		memcpy((void *)(uintptr_t)s->a[0].value, &s->a[1].value, s->a[1].width / 8);
		return false;
	case IR_CHECK:
		m->trapped = s->a[0].value == 0;
		return m->trapped;
	case IR_EXIT:
		m->pc = s->imm;
		m->trapped = s->a[0].value && s->jump == IR_JUMP_TRAP;
		return s->a[0].value;
	default:
		abort();
	}
}

void
interp_block(struct interp *m, const struct ir_block *block)
{
	uint64_t *temp = calloc(block->temps + 1, sizeof *temp);

	assert(temp != NULL);
	for (uint32_t i = 0; i < block->count; i++) {
		struct ir_stmt s = with_values(&block->stmt[i], temp);

		if (s.dst >= 0) {
			temp[s.dst] = value_of(m, &s);
		} else if (effect(m, &s)) {
			free(temp);
			return;
		}
	}
	m->pc = block->next.temp >= 0 ? temp[block->next.temp] : block->next.value;
	m->trapped = block->jump == IR_JUMP_TRAP;
	free(temp);
}
