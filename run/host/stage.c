/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/host/stage.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define ALIGNMENT ((size_t)64)
#define BODY (STAGE_PACKET_MAX + 2 * PAGE)

/* A page, the body, a page. The outer pages are inaccessible while closed. */
static struct {
	uint8_t *body;
	bool open; /* one of the outer pages was opened since they were closed */
	struct packet packet;
	uint8_t *floor, *ceiling;
} stage;

static size_t
whole_pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

/* A fault inside the packet is on an outer page that the packet was grown over: opens the page. Any
 * other is the function's: it ends the process when the instruction is tried again. */
static void
on_fault(int number, siginfo_t *info, void *context)
{
	uint8_t *const at = info->si_addr;
	uint8_t *const page = at < stage.body ? stage.body - PAGE : stage.body + BODY;
	const bool outside = at < stage.body || at >= stage.body + BODY;
	const bool lent = at >= stage.floor && at < stage.ceiling;

	(void)context;
	if (outside && lent && at >= stage.packet.data && (size_t)(at - stage.packet.data) < stage.packet.length &&
	    mprotect(page, PAGE, PROT_READ | PROT_WRITE) == 0)
		stage.open = true;
	else
		signal(number, SIG_DFL);
}

static void
watch_faults(void)
{
	static uint8_t apart[64 * 1024]; /* the function may have used up its own stack */
	const stack_t stack = { .ss_sp = apart, .ss_size = sizeof apart };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

bool
stage_init(bool guarded, struct err *err)
{
	uint8_t *const base = mmap(NULL, BODY + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED || mprotect(base + PAGE, BODY, PROT_READ | PROT_WRITE) != 0)
		return err_set(err, "no memory for packets: %s", strerror(errno));
	stage.body = base + PAGE;
	if (guarded)
		watch_faults();
	return true;
}

static void
close_pages(void)
{
	if (!stage.open)
		return;
	if (mprotect(stage.body - PAGE, PAGE, PROT_NONE) != 0 || mprotect(stage.body + BODY, PAGE, PROT_NONE) != 0)
		abort();
	stage.open = false;
}

struct packet *
stage_lend(const uint8_t *bytes, size_t length, uint64_t port, enum stage_place place, uint8_t fill)
{
	uint8_t *const data = place == STAGE_START ? stage.body
		: place == STAGE_END ? stage.body + BODY - length : stage.body + PAGE;

	assert(length <= STAGE_PACKET_MAX);
	close_pages();
	if (place == STAGE_MIDDLE)
		memset(data - PACKET_HEADROOM, fill, PACKET_HEADROOM + length + PACKET_TAILROOM);
	memcpy(data, bytes, length);
	stage.floor = data - PACKET_HEADROOM;
	stage.ceiling = data + length + PACKET_TAILROOM;
	stage.packet = (struct packet){
		.data = data, .length = length, .port = port, .floor = stage.floor, .ceiling = stage.ceiling,
	};
	return &stage.packet;
}

const struct packet *
stage_packet(void)
{
	const struct packet *const p = &stage.packet;

	if (p->data < stage.floor || p->data > stage.ceiling || p->length > (size_t)(stage.ceiling - p->data))
		return NULL;
	return p;
}

static void *
guarded_zalloc(size_t size, void *context)
{
	const size_t aligned = (size + ALIGNMENT - 1) & -ALIGNMENT, whole = whole_pages(aligned);
	uint8_t *base;

	(void)context;
	if (aligned < size || whole < aligned || whole > SIZE_MAX - PAGE)
		return NULL;
	base = mmap(NULL, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return NULL;
	if (mprotect(base + whole, PAGE, PROT_NONE) == 0)
		return base + whole - aligned;
	munmap(base, whole + PAGE);
	return NULL;
}

static void
guarded_release(void *memory, size_t size, void *context)
{
	const size_t aligned = (size + ALIGNMENT - 1) & -ALIGNMENT, whole = whole_pages(aligned);

	(void)context;
	munmap((uint8_t *)memory + aligned - whole, whole + PAGE);
}

static void *
fresh_zalloc(size_t size, void *context)
{
	const size_t whole = whole_pages(size);
	void *memory;

	(void)context;
	if (whole < size)
		return NULL;
	memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

static void
fresh_release(void *memory, size_t size, void *context)
{
	(void)context;
	munmap(memory, whole_pages(size));
}

const struct vig_memory stage_fresh_memory = { fresh_zalloc, fresh_release, NULL };
const struct vig_memory stage_guarded_memory = { guarded_zalloc, guarded_release, NULL };
