/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instruction sequences for lower_test.c. r15 points to 1 KB of memory, aligned to 64; rsp into its upper half;
 * every other register is anything. Flags: 0x8d5 = O S Z A P C, those that are compared; REFUSED: the lowering
 * must say no. */
#define REFUSED 0x100000000

	.section .note.GNU-stack,"",@progbits
	.section .data.rel.ro,"aw"
	.balign	8
	.globl	native_cases, native_cases_end
native_cases:
	.text

	.macro	CASE name, flags=0x8d5
	.section .rodata
771:	.asciz	"\name"
	.section .data.rel.ro,"aw"
	.quad	772f, 773f, 771b, \flags
	.text
772:
	.endm
	.macro	END
773:	nop
	.endm

	.macro	ONE name, flags, insn:vararg
	CASE	"\name", \flags
	\insn
	END
	.endm

	/* several instructions, in quotes */
	.macro	SOME name, flags, insns
	CASE	"\name", \flags
	\insns
	END
	.endm

/* ---- integer arithmetic in every width */
	.macro	TWO op, flags
	ONE	"\op b", \flags, \op\()b %cl, %al
	ONE	"\op bh", \flags, \op\()b %ch, %al
	ONE	"\op hb", \flags, \op\()b %dl, %bh
	ONE	"\op w", \flags, \op\()w %cx, %ax
	ONE	"\op l", \flags, \op\()l %ecx, %eax
	ONE	"\op q", \flags, \op\()q %rcx, %rax
	ONE	"\op q same", \flags, \op\()q %rax, %rax
	ONE	"\op imm b", \flags, \op\()b $0x85, %dl
	ONE	"\op imm w", \flags, \op\()w $0x1234, %dx
	ONE	"\op imm l", \flags, \op\()l $0x81234567, %edx
	ONE	"\op imm q", \flags, \op\()q $-5, %rdx
	ONE	"\op to memory b", \flags, \op\()b %cl, 3(%r15)
	ONE	"\op to memory w", \flags, \op\()w %cx, 3(%r15)
	ONE	"\op to memory l", \flags, \op\()l %ecx, 3(%r15)
	ONE	"\op to memory q", \flags, \op\()q %rcx, 3(%r15)
	ONE	"\op from memory w", \flags, \op\()w 5(%r15), %ax
	ONE	"\op from memory q", \flags, \op\()q 16(%r15), %rax
	.endm
	TWO	add, 0x8d5
	TWO	sub, 0x8d5
	TWO	adc, 0x8d5
	TWO	sbb, 0x8d5
	TWO	cmp, 0x8d5
	TWO	and, 0x8c5
	TWO	or, 0x8c5
	TWO	xor, 0x8c5
	TWO	test, 0x8c5
	TWO	mov, 0x8d5

	.macro	UNARY op, flags
	ONE	"\op b", \flags, \op\()b %al
	ONE	"\op h", \flags, \op\()b %dh
	ONE	"\op w", \flags, \op\()w %cx
	ONE	"\op l", \flags, \op\()l %r8d
	ONE	"\op q", \flags, \op\()q %r9
	ONE	"\op memory w", \flags, \op\()w 7(%r15)
	ONE	"\op memory l", \flags, \op\()l (%r15)
	.endm
	UNARY	inc, 0x8d5
	UNARY	dec, 0x8d5
	UNARY	neg, 0x8d5
	UNARY	not, 0x8d5
	UNARY	mul, 0x801
	UNARY	imul, 0x801

	.macro	DIVIDE op
	CASE	"\op b", 0
	movzbl	%al, %eax
	\op\()b	%cl
	END
	ONE	"\op b any", 0, \op\()b %cl
	CASE	"\op w", 0
	mov	%ax, %dx
	sar	$15, %dx
	\op\()w	%cx
	END
	ONE	"\op w any", 0, \op\()w %cx
	CASE	"\op w fits", 0
	and	$3, %edx
	or	$0x10, %ecx
	\op\()w	%cx
	END
	CASE	"\op l zero", 0
	xor	%edx, %edx
	\op\()l	%ecx
	END
	CASE	"\op l sign", 0
	cltd
	\op\()l	%ecx
	END
	ONE	"\op l any", 0, \op\()l %ecx
	CASE	"\op l fits", 0
	and	$0xffff, %edx
	or	$0x200000, %ecx
	and	$0x7fffffff, %ecx
	\op\()l	%ecx
	END
	CASE	"\op memory l", 0
	cltd
	\op\()l	4(%r15)
	END
	CASE	"\op q any", REFUSED
	\op\()q	%rcx
	END
	.endm
	DIVIDE	div
	DIVIDE	idiv
	CASE	"div q", 0
	xor	%edx, %edx
	divq	%rcx
	END
	CASE	"idiv q", 0
	cqto
	idivq	%rcx
	END

	.macro	SHIFT op, flags
	ONE	"\op b 1", 0x8d5 & (\flags | 0x800), \op\()b $1, %al
	ONE	"\op b 3", \flags, \op\()b $3, %al
	ONE	"\op b cl", \flags, \op\()b %cl, %al
	ONE	"\op h cl", \flags, \op\()b %cl, %dh
	ONE	"\op w 1", 0x8d5 & (\flags | 0x800), \op\()w $1, %ax
	ONE	"\op w 9", \flags, \op\()w $9, %ax
	ONE	"\op w cl", \flags, \op\()w %cl, %ax
	ONE	"\op l 1", 0x8d5 & (\flags | 0x800), \op\()l $1, %eax
	ONE	"\op l 17", \flags, \op\()l $17, %eax
	ONE	"\op l cl", \flags, \op\()l %cl, %eax
	ONE	"\op q 1", 0x8d5 & (\flags | 0x800), \op\()q $1, %rax
	ONE	"\op q 45", \flags, \op\()q $45, %rax
	ONE	"\op q cl", \flags, \op\()q %cl, %rax
	ONE	"\op memory l cl", \flags, \op\()l %cl, 4(%r15)
	.endm
	SHIFT	shl, 0xc4
	SHIFT	shr, 0xc4
	SHIFT	sar, 0xc4
	SHIFT	rol, 0xd4
	SHIFT	ror, 0xd4
	/* a shift by nothing leaves the flags, and what is kept to compute them later */
	SOME	"stc, inc, shl by nothing", 0x8d5, "stc; inc %edx; mov $0, %ecx; shll %cl, %eax; setc %bl; setp %bh"
	SOME	"adc, sar by nothing", 0x8d5, "adc %eax, %edx; mov $0, %ecx; sarq %cl, %rax; setc %bl; seto %bh"
	SOME	"dec, rol by nothing", 0x8d5, "dec %edx; mov $0, %ecx; rolq %cl, %rax; setc %bl; seto %bh"
	SOME	"inc, shr by any", 0x1, "add %rax, %rdx; inc %rsi; andb $1, %cl; inc %rsi; shrq %cl, %rax; setc %bl"
	ONE	"shl l carry", 0xc5, shll $5, %eax
	ONE	"shr q carry", 0xc5, shrq $33, %rax
	ONE	"sar q carry", 0xc5, sarq $63, %rax
	ONE	"rol w carry", 0xd5, rolw $8, %ax
	ONE	"ror l carry", 0xd5, rorl $13, %eax
	ONE	"shld l", 0xc5, shldl $7, %edx, %eax
	ONE	"shld q", 0xc5, shldq $57, %rdx, %rax
	ONE	"shrd l", 0xc5, shrdl $7, %edx, %eax
	ONE	"shrd q", 0xc5, shrdq $13, %rdx, %rax
	ONE	"shld cl", 0, shldq %cl, %rdx, %rax
	ONE	"shrd cl", 0, shrdl %cl, %edx, %eax

	ONE	"imul two w", 0x801, imulw %cx, %ax
	ONE	"imul two l", 0x801, imull %ecx, %eax
	ONE	"imul two q", 0x801, imulq %rcx, %rax
	ONE	"imul three w", 0x801, imulw $-77, %cx, %ax
	ONE	"imul three l", 0x801, imull $12345, %ecx, %eax
	ONE	"imul three q", 0x801, imulq $-98765, %rcx, %rax

/* ---- moves and widths */
	ONE	"movzx bw", 0x8d5, movzbw %cl, %ax
	ONE	"movzx bl", 0x8d5, movzbl %ch, %eax
	ONE	"movzx bq", 0x8d5, movzbq %cl, %rax
	ONE	"movzx wl", 0x8d5, movzwl %cx, %eax
	ONE	"movsx bw", 0x8d5, movsbw %cl, %ax
	ONE	"movsx bl", 0x8d5, movsbl %ch, %eax
	ONE	"movsx wq", 0x8d5, movswq %cx, %rax
	ONE	"movsx lq", 0x8d5, movslq %ecx, %rax
	ONE	"cbw", 0x8d5, cbtw
	ONE	"cwde", 0x8d5, cwtl
	ONE	"cdqe", 0x8d5, cltq
	ONE	"cwd", 0x8d5, cwtd
	ONE	"cdq", 0x8d5, cltd
	ONE	"cqo", 0x8d5, cqto
	ONE	"lea", 0x8d5, leaq 17(%rcx,%rdx,4), %rax
	ONE	"lea l", 0x8d5, leal -3(%rcx,%rdx,8), %eax
	ONE	"bswap l", 0x8d5, bswapl %eax
	ONE	"bswap q", 0x8d5, bswapq %rax
	ONE	"movbe load w", 0x8d5, movbew 3(%r15), %ax
	ONE	"movbe load l", 0x8d5, movbel 3(%r15), %eax
	ONE	"movbe store q", 0x8d5, movbeq %rax, 3(%r15)
	ONE	"xchg", 0x8d5, xchgq %rax, %rcx
	ONE	"xchg b", 0x8d5, xchgb %ah, %cl
	ONE	"mov imm", 0x8d5, movabsq $0x123456789abcdef0, %rax
	SOME	"push pop", 0x8d5, "push %rax; pop %rcx"
	ONE	"push imm", 0x8d5, push $-9
	ONE	"push memory", 0x8d5, pushq 8(%r15)
	ONE	"push w", 0x8d5, pushw %ax
	ONE	"pop memory", 0x8d5, popq 8(%r15)
	SOME	"leave", 0x8d5, "lea -64(%rsp), %rbp; leave"
	ONE	"xlat", REFUSED, xlat
	ONE	"lahf", 0x8d5, lahf
	ONE	"sahf", 0x8d5, sahf
	ONE	"clc", 0x8d5, clc
	ONE	"stc", 0x8d5, stc
	ONE	"cmc", 0x8d5, cmc
	ONE	"endbr64", 0x8d5, endbr64
	ONE	"nopw", 0x8d5, nopw 0(%rax,%rax)
	ONE	"pause", 0x8d5, pause
	SOME	"fences", 0x8d5, "mfence; lfence; sfence"
	ONE	"prefetch", 0x8d5, prefetcht0 (%r15)

	.macro	ON_CONDITION code
	ONE	"set\code", 0x8d5, set\code %al
	ONE	"cmov\code w", 0x8d5, cmov\code\()w %cx, %ax
	ONE	"cmov\code l", 0x8d5, cmov\code\()l %ecx, %eax
	ONE	"cmov\code q", 0x8d5, cmov\code\()q %rcx, %rax
	ONE	"cmov\code memory", 0x8d5, cmov\code\()l 4(%r15), %eax
	CASE	"j\code"
	j\code	1f
	mov	$0x11, %eax
	jmp	2f
1:	mov	$0x22, %eax
2:
	END
	CASE	"cmp j\code"
	cmp	%ecx, %edx
	j\code	1f
	mov	$0x33, %eax
1:
	END
	CASE	"add set\code"
	add	%cx, %dx
	set\code %al
	END
	CASE	"test cmov\code", 0x8c5
	test	%rcx, %rcx
	cmov\code %rdx, %rax
	END
	CASE	"imul set\code", 0
	imul	%rcx, %rdx
	.ifnc	\code,s
	seto	%al
	.endif
	END
	.endm
	.irp	code, o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g
	ON_CONDITION \code
	.endr

/* ---- bits */
	ONE	"bt l", 0x1, btl %ecx, %eax
	ONE	"bt q imm", 0x1, btq $43, %rax
	ONE	"bts l", 0x1, btsl %ecx, %eax
	ONE	"btr q", 0x1, btrq %rcx, %rax
	ONE	"btc w", 0x1, btcw $5, %ax
	SOME	"bts q, used", 0x8d5, "btsq %rcx, %rax; setc %bl; mov %rax, %rdx; push %rax; add %rax, %rcx"
	SOME	"btr w, used", 0x8d5, "btrw %cx, %ax; mov %rax, %rdx; push %rax; adc %rax, %rsi"
	SOME	"btc l, used", 0x8d5, "btcl %r9d, %r12d; mov %r12, %rdx; push %r12; sbb %rax, %rsi"
	SOME	"bt l, used", 0x8d5, "btl %r9d, %r12d; mov %r12, %rdx; push %r12; sbb %rax, %rsi"
	ONE	"bts l memory", 0x1, btsl $5, (%r15)
	SOME	"bt memory by register", 0x1, "and $0xff, %ecx; btl %ecx, (%r15)"
	SOME	"bts memory by register", 0x1, "and $0xff, %ecx; btsl %ecx, (%r15)"
	ONE	"bts memory imm", 0x1, btsl $9, 4(%r15)
	/* of zero the result is undefined (SDM), and the upper half differs between CPUs and VEX */
	SOME	"bsf l", 0x40, "or $0x40000000, %ecx; bsfl %ecx, %eax"
	SOME	"bsf l zero", 0x40, "bsfl %ecx, %eax; mov $1, %eax"
	ONE	"bsf q", 0x40, bsfq %rcx, %rax
	ONE	"bsr w", 0x40, bsrw %cx, %ax
	SOME	"bsr l", 0x40, "or $4, %ecx; bsrl %ecx, %eax"
	SOME	"bsr l zero", 0x40, "bsrl %ecx, %eax; mov $1, %eax"
	ONE	"bsr q", 0x40, bsrq %rcx, %rax
	SOME	"ffs", 0x40, "bsfl %ecx, %eax; mov $-1, %edx; cmovzl %edx, %eax"
	ONE	"tzcnt w", 0x41, tzcntw %cx, %ax
	ONE	"tzcnt l", 0x41, tzcntl %ecx, %eax
	ONE	"tzcnt q", 0x41, tzcntq %rcx, %rax
	ONE	"lzcnt w", 0x41, lzcntw %cx, %ax
	ONE	"lzcnt l", 0x41, lzcntl %ecx, %eax
	ONE	"lzcnt q", 0x41, lzcntq %rcx, %rax
	ONE	"popcnt w", 0x8d5, popcntw %cx, %ax
	ONE	"popcnt l", 0x8d5, popcntl %ecx, %eax
	ONE	"popcnt q", 0x8d5, popcntq %rcx, %rax
	ONE	"andn l", 0x8c1, andnl %ecx, %edx, %eax
	ONE	"andn q", 0x8c1, andnq %rcx, %rdx, %rax
	ONE	"blsi l", 0x8c1, blsil %ecx, %eax
	ONE	"blsr q", 0x8c1, blsrq %rcx, %rax
	ONE	"blsmsk l", 0x881, blsmskl %ecx, %eax
	ONE	"bextr l", 0x841, bextrl %ecx, %edx, %eax
	ONE	"bextr q", 0x841, bextrq %rcx, %rdx, %rax
	ONE	"bzhi l", 0x8c1, bzhil %ecx, %edx, %eax
	ONE	"bzhi q", 0x8c1, bzhiq %rcx, %rdx, %rax
	ONE	"rorx l", 0x8d5, rorxl $7, %ecx, %eax
	ONE	"rorx q", 0x8d5, rorxq $43, %rcx, %rax
	ONE	"shlx l", 0x8d5, shlxl %ecx, %edx, %eax
	ONE	"shrx q", 0x8d5, shrxq %rcx, %rdx, %rax
	ONE	"sarx l", 0x8d5, sarxl %ecx, %edx, %eax
	ONE	"mulx l", 0x8d5, mulxl %ecx, %eax, %ebx
	ONE	"mulx q", 0x8d5, mulxq %rcx, %rax, %rbx
	ONE	"adcx l", 0x8d5, adcxl %ecx, %eax
	ONE	"adcx q", 0x8d5, adcxq %rcx, %rax
	ONE	"adox l", 0x8d5, adoxl %ecx, %eax
	ONE	"adox q", 0x8d5, adoxq %rcx, %rax
	ONE	"xadd l", 0x8d5, xaddl %ecx, %eax
	ONE	"xadd memory q", 0x8d5, xaddq %rcx, 8(%r15)
	ONE	"cmpxchg q", 0x8d5, cmpxchgq %rcx, %rdx
	SOME	"cmpxchg memory equal", 0x8d5, "mov 8(%r15), %rax; cmpxchgq %rcx, 8(%r15)"

/* ---- strings */
	.macro	STRING name, insn, flags=0x8d5
	CASE	"\name", \flags
	lea	(%r15), %rsi
	lea	100(%r15), %rdi
	and	$15, %ecx
	\insn
	END
	.endm
	STRING	"movsb", movsb
	STRING	"stosq", stosq
	STRING	"lodsl", lodsl
	STRING	"rep movsb", "rep movsb"
	STRING	"rep movsq", "rep movsq"
	STRING	"rep stosb", "rep stosb"
	STRING	"rep stosl", "rep stosl"
	STRING	"repe cmpsb", "repe cmpsb"
	STRING	"repne scasb", "repne scasb"
	STRING	"down", "std; stosb; cld"

/* ---- traps */
	ONE	"ud2", 0, ud2
	ONE	"int3", 0, int3
	ONE	"movaps misaligned", 0, movaps 8(%r15), %xmm0
	ONE	"movaps store misaligned", 0, movaps %xmm0, 8(%r15)
	ONE	"movapd misaligned", 0, movapd 8(%r15), %xmm0
	ONE	"movdqa misaligned", 0, movdqa 8(%r15), %xmm0
	ONE	"movdqa store misaligned", 0, movdqa %xmm0, 4(%r15)
	ONE	"movntps misaligned", 0, movntps %xmm0, 24(%r15)
	ONE	"movntdqa misaligned", 0, movntdqa 24(%r15), %xmm0
	ONE	"punpcklbw misaligned", 0, punpcklbw 8(%r15), %xmm0
	ONE	"pshufb misaligned", 0, pshufb 8(%r15), %xmm0
	ONE	"ptest misaligned", 0, ptest 8(%r15), %xmm0
	ONE	"andps misaligned", 0, andps 8(%r15), %xmm0
	ONE	"shufps misaligned", 0, shufps $1, 8(%r15), %xmm0
	ONE	"palignr misaligned", 0, palignr $1, 8(%r15), %xmm0
	ONE	"pmovzxbw misaligned", 0, pmovzxbw 8(%r15), %xmm0
	ONE	"movhps misaligned", 0, movhps 4(%r15), %xmm0
	ONE	"pinsrq misaligned", 0, pinsrq $1, 4(%r15), %xmm0
	ONE	"vmovaps misaligned", 0, vmovaps 8(%r15), %xmm0
	ONE	"vmovntdq misaligned", 0, vmovntdq %ymm0, 16(%r15)
	ONE	"paddd misaligned", 0, paddd 4(%r15), %xmm0
	ONE	"pshufd misaligned", 0, pshufd $0x1b, 12(%r15), %xmm0
	ONE	"movdqu misaligned", 0, movdqu 7(%r15), %xmm0
	ONE	"movups misaligned", 0, movups %xmm0, 9(%r15)
	ONE	"lddqu misaligned", 0, lddqu 7(%r15), %xmm3
	ONE	"vpaddd misaligned", 0, vpaddd 4(%r15), %xmm1, %xmm0
	ONE	"vmovdqa misaligned", 0, vmovdqa 16(%r15), %ymm0
	ONE	"movntdq misaligned", 0, movntdq %xmm0, 24(%r15)

/* ---- vectors: moves */
	ONE	"movd", 0x8d5, movd %eax, %xmm1
	ONE	"movq", 0x8d5, movq %rax, %xmm1
	ONE	"movd back", 0x8d5, movd %xmm1, %eax
	ONE	"movq back", 0x8d5, movq %xmm1, %rax
	ONE	"movq xmm", 0x8d5, movq %xmm2, %xmm1
	ONE	"movq load", 0x8d5, movq 9(%r15), %xmm1
	ONE	"movq store", 0x8d5, movq %xmm1, 9(%r15)
	ONE	"movdqa", 0x8d5, movdqa %xmm2, %xmm1
	ONE	"movdqa load", 0x8d5, movdqa 32(%r15), %xmm1
	ONE	"movdqa store", 0x8d5, movdqa %xmm1, 32(%r15)
	ONE	"movups", 0x8d5, movups 33(%r15), %xmm1
	ONE	"movaps", 0x8d5, movaps %xmm5, %xmm1
	ONE	"movhps load", 0x8d5, movhps 5(%r15), %xmm1
	ONE	"movhps store", 0x8d5, movhps %xmm1, 5(%r15)
	ONE	"movlps load", 0x8d5, movlps 5(%r15), %xmm1
	ONE	"movhlps", 0x8d5, movhlps %xmm2, %xmm1
	ONE	"movlhps", 0x8d5, movlhps %xmm2, %xmm1
	ONE	"movss load", 0x8d5, movss 5(%r15), %xmm1
	ONE	"movss", 0x8d5, movss %xmm2, %xmm1
	ONE	"movsd load", 0x8d5, movsd 5(%r15), %xmm1
	ONE	"movsd store", 0x8d5, movsd %xmm1, 5(%r15)
	ONE	"movnti", 0x8d5, movnti %rax, 8(%r15)
	ONE	"movntdq", 0x8d5, movntdq %xmm3, 16(%r15)
	ONE	"movddup", 0x8d5, movddup %xmm2, %xmm1
	ONE	"unpcklpd", 0x8d5, unpcklpd %xmm2, %xmm1
	ONE	"unpckhps", 0x8d5, unpckhps %xmm2, %xmm1
	ONE	"shufps", 0x8d5, shufps $0x9c, %xmm2, %xmm1
	ONE	"shufpd", 0x8d5, shufpd $1, %xmm2, %xmm1
	ONE	"andps", 0x8d5, andps %xmm2, %xmm1
	ONE	"xorps", 0x8d5, xorps %xmm1, %xmm1
	ONE	"andnps", 0x8d5, andnps %xmm2, %xmm1
	ONE	"orpd", 0x8d5, orpd %xmm2, %xmm1

/* ---- vectors: each in the SSE form, and in both AVX widths */
	.macro	VECTOR op
	ONE	"\op", 0x8d5, \op %xmm2, %xmm1
	ONE	"\op same", 0x8d5, \op %xmm1, %xmm1
	ONE	"\op memory", 0x8d5, \op 32(%r15), %xmm1
	ONE	"v\op xmm", 0x8d5, v\op %xmm2, %xmm3, %xmm1
	ONE	"v\op ymm", 0x8d5, v\op %ymm2, %ymm3, %ymm1
	ONE	"v\op ymm memory", 0x8d5, v\op 33(%r15), %ymm3, %ymm1
	.endm
	.irp	op, paddb, paddw, paddd, paddq, psubb, psubw, psubd, psubq, pand, pandn, por, pxor
	VECTOR	\op
	.endr
	.irp	op, pcmpeqb, pcmpeqw, pcmpeqd, pcmpeqq, pcmpgtb, pcmpgtw, pcmpgtd, pcmpgtq
	VECTOR	\op
	.endr
	.irp	op, pminub, pminuw, pminud, pminsb, pminsw, pminsd, pmaxub, pmaxuw, pmaxud, pmaxsb, pmaxsw, pmaxsd
	VECTOR	\op
	.endr
	.irp	op, paddsb, paddsw, paddusb, paddusw, psubsb, psubsw, psubusb, psubusw, pavgb, pavgw
	VECTOR	\op
	.endr
	.irp	op, pmullw, pmulld, pmulhw, pmulhuw, pmuludq, pmuldq, pmaddwd
	VECTOR	\op
	.endr
	.irp	op, punpcklbw, punpcklwd, punpckldq, punpcklqdq, punpckhbw, punpckhwd, punpckhdq, punpckhqdq
	VECTOR	\op
	.endr
	.irp	op, packsswb, packssdw, packuswb, packusdw, pshufb, phaddw, phaddd, phsubw, phsubd, psignb, psignw, psignd
	VECTOR	\op
	.endr

	.macro	VECTOR_SHIFT op
	ONE	"\op imm", 0x8d5, \op $3, %xmm1
	ONE	"\op imm big", 0x8d5, \op $77, %xmm1
	SOME	"\op by small", 0x8d5, "and $15, %ecx; movd %ecx, %xmm2; \op %xmm2, %xmm1"
	ONE	"\op by any", 0x8d5, \op %xmm2, %xmm1
	ONE	"v\op imm ymm", 0x8d5, v\op $5, %ymm2, %ymm1
	SOME	"v\op by small ymm", 0x8d5, "and $15, %ecx; vmovd %ecx, %xmm2; v\op %xmm2, %ymm3, %ymm1"
	.endm
	.irp	op, psllw, pslld, psllq, psrlw, psrld, psrlq, psraw, psrad
	VECTOR_SHIFT \op
	.endr
	.irp	n, 0, 1, 4, 7, 8, 11, 15, 16
	ONE	"pslldq \n", 0x8d5, pslldq $\n, %xmm1
	ONE	"psrldq \n", 0x8d5, psrldq $\n, %xmm1
	ONE	"palignr \n", 0x8d5, palignr $\n, %xmm2, %xmm1
	ONE	"vpalignr \n ymm", 0x8d5, vpalignr $\n, %ymm2, %ymm3, %ymm1
	.endr
	ONE	"palignr 21", 0x8d5, palignr $21, %xmm2, %xmm1
	.irp	n, 0x00, 0x1b, 0x4e, 0xb1, 0xe4, 0x93
	ONE	"pshufd \n", 0x8d5, pshufd $\n, %xmm2, %xmm1
	ONE	"pshuflw \n", 0x8d5, pshuflw $\n, %xmm2, %xmm1
	ONE	"pshufhw \n", 0x8d5, pshufhw $\n, %xmm2, %xmm1
	ONE	"vpshufd \n ymm", 0x8d5, vpshufd $\n, %ymm2, %ymm1
	ONE	"vpermq \n", 0x8d5, vpermq $\n, %ymm2, %ymm1
	ONE	"vpblendd \n", 0x8d5, vpblendd $\n, %ymm2, %ymm3, %ymm1
	ONE	"pblendw \n", 0x8d5, pblendw $\n, %xmm2, %xmm1
	.endr
	.irp	n, 0, 1, 5, 7
	ONE	"pinsrw \n", 0x8d5, pinsrw $\n, %eax, %xmm1
	ONE	"pextrw \n", 0x8d5, pextrw $\n, %xmm1, %eax
	ONE	"pinsrb \n", 0x8d5, pinsrb $\n, %eax, %xmm1
	ONE	"pextrb \n", 0x8d5, pextrb $\n, %xmm1, %eax
	.endr
	ONE	"pinsrd", 0x8d5, pinsrd $2, %eax, %xmm1
	ONE	"pinsrd memory", 0x8d5, pinsrd $1, 4(%r15), %xmm1
	ONE	"pinsrq", 0x8d5, pinsrq $1, %rax, %xmm1
	ONE	"pextrd", 0x8d5, pextrd $3, %xmm1, %eax
	ONE	"pextrq", 0x8d5, pextrq $1, %xmm1, %rax
	ONE	"pmovmskb", 0x8d5, pmovmskb %xmm1, %eax
	ONE	"vpmovmskb ymm", 0x8d5, vpmovmskb %ymm1, %eax
	ONE	"movmskps", 0x8d5, movmskps %xmm1, %eax
	ONE	"movmskpd", 0x8d5, movmskpd %xmm1, %eax
	ONE	"pabsb", 0x8d5, pabsb %xmm2, %xmm1
	ONE	"pabsw", 0x8d5, pabsw %xmm2, %xmm1
	ONE	"pabsd", 0x8d5, pabsd %xmm2, %xmm1
	ONE	"vpabsd ymm", 0x8d5, vpabsd %ymm2, %ymm1
	ONE	"ptest", 0x8d5, ptest %xmm2, %xmm1
	SOME	"ptest same", 0x8d5, "pand %xmm3, %xmm1; ptest %xmm1, %xmm1"
	ONE	"vptest ymm", 0x8d5, vptest %ymm2, %ymm1
	ONE	"pblendvb", 0x8d5, pblendvb %xmm0, %xmm2, %xmm1
	ONE	"vpblendvb ymm", 0x8d5, vpblendvb %ymm0, %ymm2, %ymm3, %ymm1
	.irp	op, bw, bd, bq, wd, wq, dq
	ONE	"pmovzx\op", 0x8d5, pmovzx\op %xmm2, %xmm1
	ONE	"pmovsx\op", 0x8d5, pmovsx\op %xmm2, %xmm1
	ONE	"vpmovzx\op ymm", 0x8d5, vpmovzx\op %xmm2, %ymm1
	ONE	"vpmovsx\op ymm", 0x8d5, vpmovsx\op %xmm2, %ymm1
	.endr
	ONE	"pmovzxbd memory", 0x8d5, pmovzxbd 3(%r15), %xmm1
	ONE	"vmovdqu ymm load", 0x8d5, vmovdqu 7(%r15), %ymm1
	ONE	"vmovdqu ymm store", 0x8d5, vmovdqu %ymm1, 7(%r15)
	ONE	"vmovdqa ymm", 0x8d5, vmovdqa 64(%r15), %ymm1
	ONE	"vmovd clears", 0x8d5, vmovd %eax, %xmm1
	ONE	"vmovq clears", 0x8d5, vmovq %rax, %xmm1
	ONE	"vmovdqa clears", 0x8d5, vmovdqa %xmm2, %xmm1
	ONE	"vzeroupper", 0x8d5, vzeroupper
	ONE	"vpxor self", 0x8d5, vpxor %xmm1, %xmm1, %xmm1
	ONE	"vinserti128", 0x8d5, vinserti128 $1, %xmm2, %ymm3, %ymm1
	ONE	"vextracti128", 0x8d5, vextracti128 $1, %ymm2, %xmm1
	ONE	"vperm2i128", 0x8d5, vperm2i128 $0x21, %ymm2, %ymm3, %ymm1
	ONE	"vperm2i128 zero", 0x8d5, vperm2i128 $0x81, %ymm2, %ymm3, %ymm1
	ONE	"vpermd", 0x8d5, vpermd %ymm2, %ymm3, %ymm1
	ONE	"vpbroadcastb", 0x8d5, vpbroadcastb %xmm2, %ymm1
	ONE	"vpbroadcastw", 0x8d5, vpbroadcastw %xmm2, %ymm1
	ONE	"vpbroadcastd", 0x8d5, vpbroadcastd %xmm2, %ymm1
	ONE	"vpbroadcastq", 0x8d5, vpbroadcastq %xmm2, %ymm1
	ONE	"vbroadcasti128", 0x8d5, vbroadcasti128 16(%r15), %ymm1
	ONE	"vpsllvd", 0x8d5, vpsllvd %ymm2, %ymm3, %ymm1
	ONE	"vpsrlvd", 0x8d5, vpsrlvd %ymm2, %ymm3, %ymm1
	ONE	"vpsravd", 0x8d5, vpsravd %ymm2, %ymm3, %ymm1
	ONE	"vpsllvq", 0x8d5, vpsllvq %ymm2, %ymm3, %ymm1
	SOME	"vpsrlvq small", 0x8d5, "vpsrlq $58, %ymm2, %ymm2; vpsrlvq %ymm2, %ymm3, %ymm1"
	SOME	"vpgatherdd", 0x8d5, "vpsrld $24, %ymm2, %ymm2; vpgatherdd %ymm1, (%r15,%ymm2), %ymm3"
	SOME	"vpgatherqq", 0x8d5, "vpsrlq $58, %ymm2, %ymm2; vpgatherqq %ymm1, (%r15,%ymm2,2), %ymm3"
	ONE	"psadbw", 0x8d5, psadbw %xmm2, %xmm1
	ONE	"pmulhrsw", 0x8d5, pmulhrsw %xmm2, %xmm1

/* ---- what is not understood */
	.irp	insn, fld1, cpuid, rdtsc, rdtscp, syscall, emms, xgetbv, cli
	ONE	"\insn", REFUSED, \insn
	.endr
	ONE	"rdrand", REFUSED, rdrand %eax
	ONE	"crc32", REFUSED, crc32l %ecx, %eax
	ONE	"cmpxchg l", REFUSED, cmpxchgl %ecx, %edx
	ONE	"lea w", REFUSED, leaw 5(%rcx,%rdx), %ax
	ONE	"cmpsw", REFUSED, cmpsw
	ONE	"xtest", REFUSED, xtest
	ONE	"int 0x80", REFUSED, int $0x80
	ONE	"lock add", REFUSED, lock addl $1, (%r15)
	ONE	"lock cmpxchg", REFUSED, lock cmpxchgl %ecx, (%r15)
	ONE	"xchg memory", REFUSED, xchgl %ecx, (%r15)
	ONE	"cmpxchg16b", REFUSED, cmpxchg16b (%r15)
	ONE	"rcl", REFUSED, rcll $3, %eax
	ONE	"pdep", REFUSED, pdepl %ecx, %edx, %eax
	ONE	"pext", REFUSED, pextl %ecx, %edx, %eax
	ONE	"in", REFUSED, inb $0x80, %al
	ONE	"addss", REFUSED, addss %xmm1, %xmm2
	ONE	"addpd", REFUSED, addpd %xmm1, %xmm2
	ONE	"ucomisd", REFUSED, ucomisd %xmm1, %xmm2
	ONE	"cvtsi2sd", REFUSED, cvtsi2sdl %eax, %xmm2
	ONE	"cvttss2si", REFUSED, cvttss2si %xmm2, %eax
	ONE	"ldmxcsr", REFUSED, ldmxcsr (%r15)
	ONE	"stmxcsr", REFUSED, stmxcsr (%r15)
	ONE	"fldl", REFUSED, fldl (%r15)
	ONE	"paddb mm", REFUSED, paddb %mm1, %mm2
	ONE	"movq mm", REFUSED, movq %rax, %mm2
	ONE	"aesenc", REFUSED, aesenc %xmm1, %xmm2
	ONE	"pclmulqdq", REFUSED, pclmulqdq $0, %xmm1, %xmm2
	ONE	"pcmpistri", REFUSED, pcmpistri $0, %xmm1, %xmm2
	ONE	"pmaddubsw", REFUSED, pmaddubsw %xmm2, %xmm1
	ONE	"vpmaskmovd", REFUSED, vpmaskmovd (%r15), %ymm2, %ymm1
	ONE	"vpmaskmovd store", REFUSED, vpmaskmovd %ymm2, %ymm1, (%r15)
	ONE	"vpaddd zmm", REFUSED, vpaddd %zmm1, %zmm2, %zmm3
	ONE	"bts stack pointer", REFUSED, btsq %rax, %rsp
	ONE	"pushf", REFUSED, pushfq

	.section .data.rel.ro,"aw"
native_cases_end:
