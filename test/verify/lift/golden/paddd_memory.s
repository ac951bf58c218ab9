/* SPDX-License-Identifier: GPL-2.0-or-later */
/* So it is for most operands in memory, which VEX does not say. */
	.globl	f
	.type	f, @function
f:
	paddd	(%rdi), %xmm1
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
