/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one overflow of a signed division. */
	.globl	f
	.type	f, @function
f:
	cqto
	idiv	%rcx
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
