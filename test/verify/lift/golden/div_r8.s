/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The quotient must fit in a byte. */
	.globl	f
	.type	f, @function
f:
	div	%cl
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
