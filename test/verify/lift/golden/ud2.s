/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trap instruction ends its block. */
	.globl	f
	.type	f, @function
f:
	test	%edi, %edi
	je	1f
	ret
1:	ud2
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
