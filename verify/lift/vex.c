/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/lift/vex.c -- runs libVEX's decoder. The library has global state, and panics by not returning. */
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libvex_basictypes.h>
#include <libvex.h>
#include <libvex_ir.h>

#include "verify/lift/lower.h"
#include "verify/lift/vex.h"

#define BLOCK_INSTRUCTIONS 50

static jmp_buf panic;
static char said[256]; /* what the library printed last, cut */
static size_t said_length;

static void __attribute__((noreturn))
on_panic(void)
{
	longjmp(panic, 1);
}

static void
on_print(const HChar *text, SizeT length)
{
	for (size_t i = 0; i < length && said_length < sizeof said - 1; i++)
		said[said_length++] = text[i] == '\n' ? ' ' : text[i];
	said[said_length] = '\0';
}

static void
forget_said(void)
{
	said_length = 0;
	said[0] = '\0';
}

static Bool
never_chase(void *unused, Addr address)
{
	(void)unused;
	(void)address;
	return False;
}

static UInt
no_self_check(void *unused, VexRegisterUpdates *updates, const VexGuestExtents *extents)
{
	(void)unused;
	(void)updates;
	(void)extents;
	return 0;
}

/* Level 0: VEX's optimiser drops loads whose value is not used; our own clean-up (build.h) does not. */
static void
start(void)
{
	static bool started;
	VexControl control;

	if (started)
		return;
	started = true;
	LibVEX_default_VexControl(&control);
	control.iropt_level = 0;
	control.iropt_unroll_thresh = 0;
	control.guest_chase = False;
	control.guest_max_insns = BLOCK_INSTRUCTIONS;
	LibVEX_Init(on_panic, on_print, 0, &control);
}

static void
set_machine(VexTranslateArgs *args)
{
	VexArchInfo *machine = &args->archinfo_guest;

	LibVEX_default_VexArchInfo(machine);
	machine->endness = VexEndnessLE;
	machine->hwcaps = VEX_HWCAPS_AMD64_SSE3 | VEX_HWCAPS_AMD64_SSSE3 | VEX_HWCAPS_AMD64_CX16 |
		VEX_HWCAPS_AMD64_LZCNT | VEX_HWCAPS_AMD64_AVX | VEX_HWCAPS_AMD64_RDTSCP | VEX_HWCAPS_AMD64_BMI |
		VEX_HWCAPS_AMD64_AVX2;
	args->archinfo_host = *machine;
	args->arch_guest = args->arch_host = VexArchAMD64;
	LibVEX_default_VexAbiInfo(&args->abiinfo_both);
	args->abiinfo_both.guest_stack_redzone_size = 128;
	args->abiinfo_both.guest_amd64_assume_fs_is_const = True;
	args->abiinfo_both.guest_amd64_assume_gs_is_const = True;
}

/* The library wants addresses to jump to, although it never generates code here. */
static void
nowhere(void)
{
}

static IRSB *
decode(const struct lift_code *code, uint64_t address, VexGuestExtents *extents)
{
	VexTranslateArgs args;
	VexTranslateResult result;
	VexRegisterUpdates updates = VexRegUpdSpAtMemAccess;

	memset(&args, 0, sizeof args);
	memset(&result, 0, sizeof result);
	set_machine(&args);
	args.guest_bytes = code->bytes + (address - code->address);
	args.guest_bytes_addr = address;
	args.chase_into_ok = never_chase;
	args.guest_extents = extents;
	args.needs_self_check = no_self_check;
	args.disp_cp_chain_me_to_slowEP = args.disp_cp_chain_me_to_fastEP = (const void *)nowhere;
	args.disp_cp_xindir = args.disp_cp_xassisted = (const void *)nowhere;
	return LibVEX_FrontEnd(&args, &result, &updates);
}

/* Decodes at an address and checks that the decoder stayed inside the code. NULL: refused. */
static IRSB *
decode_inside(const struct lift_code *code, uint64_t address, struct lift_refusal *refusal)
{
	VexGuestExtents extents = { .n_used = 0 };
	IRSB *sb = decode(code, address, &extents);

	refusal->address = address;
	if (sb == NULL) {
		snprintf(refusal->why, sizeof refusal->why, "libVEX cannot translate it");
		return NULL;
	}
	for (unsigned i = 0; i < extents.n_used; i++) {
		if (extents.base[i] >= code->address && extents.base[i] + extents.len[i] <= code->address + code->size)
			continue;
		snprintf(refusal->why, sizeof refusal->why, "the code runs past the end of its segment");
		return NULL;
	}
	return sb;
}

struct ir_block *
lift_block(const struct lift_code *code, uint64_t address, struct lift_refusal *refusal)
{
	IRSB *sb;

	forget_said();
	if (setjmp(panic) != 0) {
		refusal->address = address;
		snprintf(refusal->why, sizeof refusal->why, "libVEX gave up: %.150s", said);
		return NULL;
	}
	start();
	sb = decode_inside(code, address, refusal);
	return sb == NULL ? NULL : lower_block(sb, code, address, refusal);
}

void
lift_block_free(struct ir_block *block)
{
	build_block_free(block);
}

void
vex_op_name(unsigned op, char *name, size_t size)
{
	forget_said();
	ppIROp((IROp)op);
	snprintf(name, size, "%s", said);
}
