/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test/verify/lift/native.h -- a few machine instructions, run by the CPU itself on registers of our choice. */
#ifndef TEST_VERIFY_LIFT_NATIVE_H
#define TEST_VERIFY_LIFT_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The layout is known to native.S. */
struct machine {
	uint64_t gpr[16]; /* rax rcx rdx rbx rsp rbp rsi rdi r8 … r15 */
	uint64_t flags;
	uint64_t reserved[15];
	uint64_t ymm[16][4];
};

/* One sequence of cases.S. */
struct native_case {
	const uint8_t *start, *end;
	const char *name;
	uint64_t flags; /* those that the instruction defines, or NATIVE_REFUSED */
};

#define NATIVE_REFUSED 0x100000000 /* the lowering must refuse it */

extern const struct native_case native_cases[], native_cases_end[];

/* What native.S and its caller share. */
extern struct machine native_machine;
extern const void *native_entry;
void native_enter(void);
void native_leave(void);

/* Puts cases into executable memory one after the other, followed by a jump to native_leave. */
const uint8_t *native_place(const struct native_case *const *cases, unsigned count, size_t *size);

/* To be called first in each test: cmocka installs signal handlers of its own before every test. */
void native_catch_traps(void);

/* Runs what was placed. False: the CPU trapped. */
bool native_run(struct machine *m);

#endif
