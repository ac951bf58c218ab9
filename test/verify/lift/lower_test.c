/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lowering against the CPU: each sequence of cases.S is lifted and interpreted, and run natively, from the
 * same registers, flags and memory; everything must come out the same, traps included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/verify/lift/interp.h"
#include "test/verify/lift/native.h"
#include "verify/lift/lift.h"

uint64_t amd64g_calculate_rflags_all(uint64_t op, uint64_t dep1, uint64_t dep2, uint64_t ndep);

#define ROUNDS 40
#define SEQUENCE 5
#define SEQUENCES 10000
#define FLAGS 0x8d5
#define AREA 1024
#define MAX_BLOCKS 100 /* a repeated string instruction is one block a turn */

static _Alignas(64) uint8_t area[AREA];
static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1d;
}

/* Every other value is one where carries, signs and saturation change. */
static uint64_t
next_value(void)
{
	static const uint64_t corners[] = { 0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x80008000ff7f0001 };
	uint64_t r = next_random();

	return r & 1 ? next_random() : corners[(r >> 8) % (sizeof corners / sizeof *corners)];
}

static void
make_machine(struct machine *m)
{
	memset(m, 0, sizeof *m);
	for (unsigned i = 0; i < 16; i++) {
		m->gpr[i] = next_value();
		for (unsigned lane = 0; lane < 4; lane++)
			m->ymm[i][lane] = next_value();
	}
	if (next_random() % 4 == 0)
		m->gpr[1] = m->gpr[2] = m->gpr[0];
	m->gpr[4] = (uint64_t)(uintptr_t)(area + AREA - 256);
	m->gpr[15] = (uint64_t)(uintptr_t)area;
	m->flags = next_random() & FLAGS;
	for (size_t i = 0; i < AREA; i += 8) {
		uint64_t value = next_value();

		memcpy(area + i, &value, sizeof value);
	}
}

static void
to_interp(struct interp *x, const struct machine *m)
{
	memset(x, 0, sizeof *x);
	memcpy(x->reg, m->gpr, sizeof m->gpr);
	memcpy(&x->reg[IR_YMM0], m->ymm, sizeof m->ymm);
	x->reg[IR_CC_DEP1] = m->flags; /* cc_op 0: dep1 is the flags */
	x->reg[IR_DFLAG] = 1;
	x->pc = (uint64_t)(uintptr_t)native_entry;
}

static void
from_interp(struct machine *m, const struct interp *x)
{
	memcpy(m->gpr, x->reg, sizeof m->gpr);
	memcpy(m->ymm, &x->reg[IR_YMM0], sizeof m->ymm);
	m->flags = amd64g_calculate_rflags_all(x->reg[IR_CC_OP], x->reg[IR_CC_DEP1], x->reg[IR_CC_DEP2],
		x->reg[IR_CC_NDEP]);
}

/* False: refused, or lost. */
static bool
interpret(struct interp *x, const struct lift_code *code, struct lift_refusal *refusal)
{
	uint64_t leave = (uint64_t)(uintptr_t)native_leave;

	for (unsigned i = 0; i < MAX_BLOCKS && !x->trapped && x->pc != leave; i++) {
		struct ir_block *block = lift_block(code, x->pc, refusal);

		if (block == NULL)
			return false;
		interp_block(x, block);
		lift_block_free(block);
	}
	snprintf(refusal->why, sizeof refusal->why, "it does not end");
	return x->trapped || x->pc == leave;
}

static bool
same_registers(const struct native_case *c, const struct machine *ours, const struct machine *cpu)
{
	bool same = true;

	for (unsigned i = 0; i < 16; i++)
		if (ours->gpr[i] != cpu->gpr[i]) {
			print_error("%s: register %u is %llx, not %llx\n", c->name, i,
				(unsigned long long)ours->gpr[i], (unsigned long long)cpu->gpr[i]);
			same = false;
		}
	for (unsigned i = 0; i < 64; i++)
		if (ours->ymm[i / 4][i % 4] != cpu->ymm[i / 4][i % 4]) {
			print_error("%s: ymm%u lane %u is %llx, not %llx\n", c->name, i / 4, i % 4,
				(unsigned long long)ours->ymm[i / 4][i % 4], (unsigned long long)cpu->ymm[i / 4][i % 4]);
			same = false;
		}
	if ((ours->flags & c->flags) == (cpu->flags & c->flags))
		return same;
	print_error("%s: flags are %llx, not %llx (of %llx)\n", c->name, (unsigned long long)(ours->flags & c->flags),
		(unsigned long long)(cpu->flags & c->flags), (unsigned long long)c->flags);
	return false;
}

static bool
one_round(const struct native_case *c, const struct lift_code *code)
{
	uint8_t before[AREA], after[AREA];
	struct machine cpu, ours;
	struct interp x;
	struct lift_refusal refusal = { 0 };
	bool ran;

	make_machine(&cpu);
	to_interp(&x, &cpu);
	memcpy(before, area, AREA);
	ran = native_run(&cpu);
	memcpy(after, area, AREA);
	memcpy(area, before, AREA);
	if (!interpret(&x, code, &refusal)) {
		print_error("%s: %s\n", c->name, refusal.why);
		return false;
	}
	if (ran == x.trapped) {
		print_error("%s: the CPU %s\n", c->name, ran ? "does not trap" : "traps");
		return false;
	}
	if (!ran)
		return true;
	from_interp(&ours, &x);
	if (memcmp(area, after, AREA) != 0)
		print_error("%s: memory differs\n", c->name);
	return same_registers(c, &ours, &cpu) && memcmp(area, after, AREA) == 0;
}

/* The day it is understood, this fails: its line in cases.S then becomes a test like the others. */
static bool
refused_case(const struct native_case *c, const struct lift_code *code)
{
	struct lift_refusal refusal = { 0 };
	struct ir_block *block = lift_block(code, code->address, &refusal);

	lift_block_free(block);
	if (block == NULL && refusal.why[0] != '\0' && refusal.address == code->address)
		return true;
	print_error("%s: should have been refused with a reason, at its address\n", c->name);
	return false;
}

static bool
one_case(const struct native_case *c)
{
	size_t size;
	const uint8_t *bytes = native_place(&c, 1, &size);
	struct lift_code code = { (uint64_t)(uintptr_t)bytes, size, bytes };

	if (c->flags == NATIVE_REFUSED)
		return refused_case(c, &code);
	for (unsigned i = 0; i < ROUNDS; i++)
		if (!one_round(c, &code))
			return false;
	return true;
}

/* A case that leaves no flag undefined, for the next one to read. */
static const struct native_case *
clean_case(void)
{
	const struct native_case *c;

	do
		c = &native_cases[next_random() % (uint64_t)(native_cases_end - native_cases)];
	while (c->flags != FLAGS);
	return c;
}

/* Several instructions in a row in one block: what one leaves in hand for the next. */
static bool
one_sequence(void)
{
	const struct native_case *cases[SEQUENCE], *last;
	size_t size;
	const uint8_t *bytes;
	struct lift_code code;

	for (unsigned i = 0; i < SEQUENCE; i++)
		cases[i] = clean_case();
	do
		last = &native_cases[next_random() % (uint64_t)(native_cases_end - native_cases)];
	while (last->flags == NATIVE_REFUSED);
	cases[SEQUENCE - 1] = last;
	bytes = native_place(cases, SEQUENCE, &size);
	code = (struct lift_code){ (uint64_t)(uintptr_t)bytes, size, bytes };
	if (one_round(last, &code) && one_round(last, &code))
		return true;
	for (unsigned i = 0; i < SEQUENCE; i++)
		print_error("  %s\n", cases[i]->name);
	return false;
}

static bool
cpu_can(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
		__builtin_cpu_supports("popcnt") && __builtin_cpu_supports("sse4.2");
}

static void
test_against_cpu(void **unused)
{
	unsigned wrong = 0, all = 0;

	(void)unused;
	if (!cpu_can())
		skip();
	native_catch_traps();
	for (const struct native_case *c = native_cases; c < native_cases_end; c++, all++)
		wrong += !one_case(c);
	assert_true(all > 1000);
	assert_int_equal(wrong, 0);
}

static void
test_sequences(void **unused)
{
	unsigned wrong = 0;

	(void)unused;
	if (!cpu_can())
		skip();
	native_catch_traps();
	for (unsigned i = 0; i < SEQUENCES && wrong < 10; i++)
		wrong += !one_sequence();
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_cpu),
		cmocka_unit_test(test_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
