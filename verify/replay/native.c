/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/replay/native.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "verify/replay/script.h"

#define PAGE UINT64_C(4096)
#define SLACK 0xa5 /* fills what is lent with the packet, and what lies before it */

/* What the process that runs the function tells the one that waits for it: a page that both share. */
struct report {
	bool told;
	enum native_outcome outcome;
	char what[NATIVE_WORDS];
	uint64_t fault, instruction; /* where a signal came from */
};

static struct report *report;

static _Noreturn void
tell(enum native_outcome outcome, const char *what)
{
	report->outcome = outcome;
	snprintf(report->what, sizeof report->what, "%s", what);
	report->told = true;
	_exit(0);
}

static void
differs(const char *what)
{
	tell(NATIVE_MISMATCH, what);
}

static bool
page_taken(const struct scene *scene, size_t blocks, uint64_t page)
{
	for (size_t i = 0; i < blocks; i++) {
		const struct scene_block *const b = &scene->block[i];
		if (b->bytes.size > 0 && page >= (b->address & -PAGE) && page < b->address + b->bytes.size)
			return true;
	}
	return false;
}

/* Blocks may share a page: each page is mapped once. */
static void
map_block(const struct scene *scene, size_t index)
{
	const struct scene_block *const block = &scene->block[index];
	char what[128];

	for (uint64_t page = block->address & -PAGE; page < block->address + block->bytes.size; page += PAGE) {
		void *const wanted = (void *)page;
		if (page_taken(scene, index, page))
			continue;
		if (mmap(wanted, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
				-1, 0) == wanted)
			continue;
		snprintf(what, sizeof what, "no memory can be had at %" PRIx64 ": %s", page, strerror(errno));
		tell(NATIVE_UNABLE, what);
	}
	memcpy((void *)block->address, block->bytes.at, block->bytes.size);
}

/* The packet and the room around it, ending at an inaccessible page and starting less than a page after
 * another; what is left in between is watched. */
struct stage {
	uint8_t *start;
	struct packet packet;
};

static struct stage
map_packet(const struct scene *scene)
{
	const uint64_t size = scene->headroom + scene->packet.size + scene->tailroom;
	const uint64_t whole = (size + PAGE - 1) & -PAGE;
	uint8_t *const base = mmap(NULL, whole + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct stage stage;

	if (base == MAP_FAILED || mprotect(base + PAGE, whole, PROT_READ | PROT_WRITE) != 0)
		tell(NATIVE_UNABLE, "out of memory for the packet");
	stage.start = base + PAGE;
	memset(stage.start, SLACK, whole);
	stage.packet = (struct packet){
		.data = stage.start + whole - scene->tailroom - scene->packet.size,
		.length = scene->packet.size,
		.port = scene->port,
		.hint = scene->hint,
		.floor = stage.start + whole - size,
		.ceiling = stage.start + whole,
	};
	memcpy(stage.packet.data, scene->packet.at, scene->packet.size);
	return stage;
}

static void
check_bytes(const char *where, const uint8_t *got, const struct scene_bytes *expected)
{
	char what[160];

	for (size_t i = 0; i < expected->size; i++) {
		if (got[i] == expected->at[i])
			continue;
		snprintf(what, sizeof what, "byte %zu of %s is %02x where %02x was expected", i, where, got[i],
			expected->at[i]);
		differs(what);
	}
}

static void
check_packet(const struct scene *scene, const struct stage *stage, const uint8_t *data)
{
	const struct packet *const p = &stage->packet;
	const int64_t moved = (int64_t)((uint64_t)p->data - (uint64_t)data);
	char what[160];

	for (const uint8_t *byte = stage->start; byte < data - scene->headroom; byte++)
		if (*byte != SLACK)
			differs("wrote before the packet's headroom");
	if (moved != scene->offset) {
		snprintf(what, sizeof what, "the packet starts %" PRId64 " bytes from where it did, where %" PRId64
			" was expected", moved, scene->offset);
		differs(what);
	}
	if (p->length != scene->sent.size) {
		snprintf(what, sizeof what, "the packet has %" PRIu64 " bytes where %zu were expected", p->length,
			scene->sent.size);
		differs(what);
	}
	if (p->data < data - scene->headroom ||
	    p->length > (uint64_t)(data + scene->packet.size + scene->tailroom - p->data))
		differs("the packet lies outside its buffer");
	check_bytes("the packet", p->data, &scene->sent);
}

static void
check_memory(const struct scene *scene)
{
	char where[64];

	for (size_t i = 0; i < scene->afters; i++) {
		snprintf(where, sizeof where, "the memory at %" PRIx64, scene->after[i].address);
		check_bytes(where, (const uint8_t *)scene->after[i].address, &scene->after[i].bytes);
	}
}

static void
on_fault(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *const machine = context;

	report->fault = (uint64_t)info->si_addr;
	report->instruction = (uint64_t)machine->uc_mcontext.gregs[REG_RIP];
	raise(signal); /* blocked until the handler returns, and then it ends the process: SA_RESETHAND */
}

/* Faults are looked at on a stack of their own: the function may have used up its. */
static void
watch(unsigned limit_ms)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	static uint8_t stack[64 * 1024];
	const stack_t apart = { .ss_sp = stack, .ss_size = sizeof stack };
	const struct itimerval limit = { .it_value = { limit_ms / 1000, (suseconds_t)(limit_ms % 1000) * 1000 } };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND };

	sigaltstack(&apart, NULL);
	for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
		sigaction(fatal[i], &action, NULL);
	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &limit, NULL);
}

static _Noreturn void
play(const struct native_functions *functions, const struct scene *scene, unsigned limit_ms)
{
	struct stage stage;
	const uint8_t *data;
	uint64_t result;
	char what[160];

	if (scene->hints && functions->hint == NULL)
		tell(NATIVE_UNABLE, "there is no nf_hint");
	for (size_t i = 0; i < scene->blocks; i++)
		map_block(scene, i);
	stage = map_packet(scene);
	data = stage.packet.data;
	script_start(scene, differs);
	watch(limit_ms);
	result = scene->hints
		? functions->hint((const void *)scene->state, &stage.packet, (uint32_t)scene->stage, scene->hint)
		: functions->process((void *)scene->state, &stage.packet, scene->now);
	script_finish();
	if (result != scene->result) {
		snprintf(what, sizeof what, "result %" PRIx64 " where %" PRIx64 " was expected", result, scene->result);
		differs(what);
	}
	check_packet(scene, &stage, data);
	check_memory(scene);
	tell(NATIVE_OK, "");
}

/* The process ended by a signal, or by an exit of the function's own making. */
static void
describe_end(int status, unsigned limit_ms, char what[NATIVE_WORDS])
{
	const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	Dl_info info;
	int n;

	if (signal == 0) {
		snprintf(what, NATIVE_WORDS, "ended the process");
		return;
	}
	if (signal == SIGALRM) {
		snprintf(what, NATIVE_WORDS, "did not return within %u ms", limit_ms);
		return;
	}
	n = snprintf(what, NATIVE_WORDS, "crashed with signal %d (%s)", signal, strsignal(signal));
	if (report->instruction == 0)
		return;
	if (dladdr((void *)report->instruction, &info) == 0 || info.dli_fname == NULL)
		snprintf(what + n, NATIVE_WORDS - (size_t)n, " at %" PRIx64 ", address %" PRIx64, report->instruction,
			report->fault);
	else
		snprintf(what + n, NATIVE_WORDS - (size_t)n, " at %s+%" PRIx64 ", address %" PRIx64, info.dli_fname,
			report->instruction - (uint64_t)info.dli_fbase, report->fault);
}

static bool
prepare_report(void)
{
	if (report == NULL) {
		void *const shared = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (shared == MAP_FAILED)
			return false;
		report = shared;
	}
	memset(report, 0, sizeof *report);
	return true;
}

enum native_outcome
native_run(const struct native_functions *functions, const struct scene *scene, unsigned limit_ms, char what[NATIVE_WORDS])
{
	int status = 0;
	pid_t child;

	if (!prepare_report() || (child = fork()) < 0) {
		snprintf(what, NATIVE_WORDS, "no process can be had: %s", strerror(errno));
		return NATIVE_UNABLE;
	}
	if (child == 0)
		play(functions, scene, limit_ms);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			abort();
	if (report->told && WIFEXITED(status)) {
		memcpy(what, report->what, NATIVE_WORDS);
		return report->outcome;
	}
	describe_end(status, limit_ms, what);
	return NATIVE_MISMATCH;
}
