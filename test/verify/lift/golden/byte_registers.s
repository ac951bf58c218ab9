/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second byte of a register, and that the rest of it stays. */
	.globl	f
	.type	f, @function
f:
	mov	%dl, %ah
	add	%ah, %ch
	ret
	.size	f, . - f
	.section .note.GNU-stack,"",@progbits
