/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Misaligned is a trap. */
	.globl	f
	.type	f, @function
f:
	movaps	%xmm1, 8(%rsp)
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
