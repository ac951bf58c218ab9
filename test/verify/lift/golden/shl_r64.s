/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shift by a variable amount sets flags only when the amount is not zero. */
	.globl	f
	.type	f, @function
f:
	shl	%cl, %rax
	jc	f
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
