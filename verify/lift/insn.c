/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/lift/insn.h"

struct insn {
	bool vex;              /* VEX or EVEX encoded */
	bool size16, wide;     /* 66 prefix; REX.W */
	bool lock;
	unsigned reg_high, rm_high; /* REX.R and REX.B, as 8 or 0 */
	bool repne, rep;       /* F2, F3 */
	unsigned map;          /* 0: one byte, 1: 0F, 2: 0F 38, 3: 0F 3A */
	uint8_t opcode, modrm; /* modrm: the byte after the opcode, if any */
};

static uint8_t
byte_at(const uint8_t *code, size_t size, size_t i)
{
	return i < size ? code[i] : 0;
}

static bool
is_segment_prefix(uint8_t byte)
{
	return byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x26 || byte == 0x64 || byte == 0x65;
}

static bool
take_prefix(struct insn *insn, uint8_t byte)
{
	if (byte == 0x66)
		insn->size16 = true;
	else if (byte == 0xf0)
		insn->lock = true;
	else if (byte == 0xf2)
		insn->repne = true;
	else if (byte == 0xf3)
		insn->rep = true;
	else
		return byte == 0x67 || is_segment_prefix(byte);
	return true;
}

static struct insn
decode(const uint8_t *code, size_t size)
{
	struct insn insn = { 0 };
	size_t i = 0;

	while (i < size && take_prefix(&insn, code[i]))
		i++;
	if ((byte_at(code, size, i) & 0xf0) == 0x40) {
		insn.wide = code[i] & 8;
		insn.reg_high = code[i] & 4 ? 8 : 0;
		insn.rm_high = code[i] & 1 ? 8 : 0;
		i++;
	}
	insn.opcode = byte_at(code, size, i++);
	if (insn.opcode == 0xc4 || insn.opcode == 0xc5 || insn.opcode == 0x62)
		insn.vex = true;
	if (insn.opcode == 0x0f) {
		insn.map = 1;
		insn.opcode = byte_at(code, size, i++);
		if (insn.opcode == 0x38 || insn.opcode == 0x3a) {
			insn.map = insn.opcode == 0x38 ? 2 : 3;
			insn.opcode = byte_at(code, size, i++);
		}
	}
	insn.modrm = byte_at(code, size, i);
	return insn;
}

unsigned
insn_divide_bits(const uint8_t *code, size_t size)
{
	struct insn insn = decode(code, size);
	unsigned extension = insn.modrm >> 3 & 7;

	if (insn.vex || insn.map != 0 || (extension != 6 && extension != 7))
		return 0;
	if (insn.opcode == 0xf6)
		return 8;
	if (insn.opcode != 0xf7)
		return 0;
	return insn.wide ? 64 : insn.size16 ? 16 : 32;
}

bool
insn_wants_aligned(const uint8_t *code, size_t size)
{
	struct insn insn = decode(code, size);

	if (insn.vex)
		return false;
	if (insn.map == 1 && (insn.opcode == 0x10 || insn.opcode == 0x11))
		return false; /* movups, movupd */
	if (insn.map == 1 && (insn.opcode == 0x28 || insn.opcode == 0x29))
		return false; /* movaps, movapd: they do fault, but VEX says so itself */
	if (insn.map == 1 && insn.size16 && (insn.opcode == 0x6f || insn.opcode == 0x7f))
		return false; /* movdqa: likewise */
	if (insn.map == 1 && insn.rep && (insn.opcode == 0x6f || insn.opcode == 0x7f))
		return false; /* movdqu */
	if (insn.map == 1 && insn.repne && insn.opcode == 0xf0)
		return false; /* lddqu */
	return !(insn.map == 3 && insn.opcode >= 0x60 && insn.opcode <= 0x63); /* pcmp?str? */
}

const char *
insn_traps(const uint8_t *code, size_t size)
{
	struct insn insn = decode(code, size);

	if (insn.vex)
		return NULL;
	if (insn.map == 1 && insn.opcode == 0x0b)
		return "ud2";
	if (insn.map == 1 && insn.opcode == 0xb9)
		return "ud1";
	if (insn.map == 1 && insn.opcode == 0xff)
		return "ud0";
	if (insn.map == 0 && insn.opcode == 0xcc)
		return "int3";
	if (insn.map == 0 && insn.opcode == 0xf4)
		return "hlt";
	return NULL;
}

bool
insn_bit_test(const uint8_t *code, size_t size, struct insn_bit_test *test)
{
	struct insn insn = decode(code, size);

	if (insn.vex || insn.map != 1 || insn.modrm < 0xc0 || (insn.opcode & 0xe7) != 0xa3)
		return false;
	test->how = (insn.opcode >> 3 & 3) == 0 ? INSN_TEST : (insn.opcode >> 3 & 3) == 1 ? INSN_SET :
		(insn.opcode >> 3 & 3) == 2 ? INSN_RESET : INSN_COMPLEMENT;
	test->width = insn.wide ? 64 : insn.size16 ? 16 : 32;
	test->operand = (insn.modrm & 7) + insn.rm_high;
	test->number = (insn.modrm >> 3 & 7) + insn.reg_high;
	return true;
}

const char *
insn_odd(const uint8_t *code, size_t size)
{
	struct insn insn = decode(code, size);

	/* VEX answers these as one particular machine would. */
	if (!insn.vex && insn.map == 1 && insn.opcode == 0x01 && insn.modrm == 0xd0)
		return "xgetbv";
	if (!insn.vex && insn.map == 1 && insn.opcode == 0x01 && insn.modrm == 0xd6)
		return "xtest";
	if (!insn.vex && insn.map == 0 && (insn.opcode & 0xfe) == 0xc6 && insn.modrm == 0xf8)
		return "a memory transaction (xbegin, xabort)";
	if (insn.vex || insn.map != 1 || insn.modrm < 0xc0)
		return NULL;
	/* VEX clears the upper half of the destination where the CPU leaves it alone. */
	return insn.opcode == 0xb1 && !insn.wide ? "cmpxchg between registers" : NULL;
}
