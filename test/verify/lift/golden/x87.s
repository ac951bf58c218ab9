/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is not understood is refused by name and address. */
	.globl	f
	.type	f, @function
f:
	xor	%eax, %eax
	fld1
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
