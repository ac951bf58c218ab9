/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "test/verify/lift/native.h"

#define PAGE 4096

static sigjmp_buf trapped;
static volatile sig_atomic_t running;

static void
on_trap(int signal)
{
	if (!running)
		abort(); /* ours, not the code's under test */
	siglongjmp(trapped, signal);
}

/* The stack pointer belongs to the code under test: signals need a stack of their own. */
void
native_catch_traps(void)
{
	static uint8_t stack[65536];
	static const int signals[] = { SIGFPE, SIGSEGV, SIGILL, SIGTRAP, SIGBUS };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction action = { .sa_handler = on_trap, .sa_flags = SA_ONSTACK };

	sigaltstack(&alternate, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}

static uint8_t *
executable_page(void)
{
	static uint8_t *page;

	if (page == NULL)
		page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert(page != MAP_FAILED);
	memset(page, 0xcc, PAGE);
	return page;
}

const uint8_t *
native_place(const struct native_case *const *cases, unsigned count, size_t *size)
{
	static const uint8_t jump[] = { 0xff, 0x25, 0, 0, 0, 0 }; /* jmp *0(%rip) */
	uint8_t *page = executable_page(), *at = page;
	const void *leave = (const void *)native_leave;

	for (unsigned i = 0; i < count; i++) {
		size_t length = (size_t)(cases[i]->end - cases[i]->start);

		assert((size_t)(at - page) + length + sizeof jump + sizeof leave < PAGE);
		memcpy(at, cases[i]->start, length);
		at += length;
	}
	memcpy(at, jump, sizeof jump);
	memcpy(at + sizeof jump, &leave, sizeof leave);
	*size = (size_t)(at - page) + sizeof jump + sizeof leave;
	native_entry = page;
	return page;
}

bool
native_run(struct machine *m)
{
	native_machine = *m;
	if (sigsetjmp(trapped, 1) != 0) {
		running = 0;
		return false;
	}
	running = 1;
	native_enter();
	running = 0;
	*m = native_machine;
	return true;
}
