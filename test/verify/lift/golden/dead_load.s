/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A load stays a load though nobody uses its value. */
	.globl	f
	.type	f, @function
f:
	mov	(%rdi), %eax
	xor	%eax, %eax
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
