/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bit test stays arithmetic: nothing touches memory but the return. */
	.globl	f
	.type	f, @function
f:
	bt	%esi, %edi
	setc	%al
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
