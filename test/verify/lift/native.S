/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads the CPU's registers from native_machine, jumps to native_entry; native_leave is the way back. */
	.section .note.GNU-stack,"",@progbits
	.bss
	.globl	native_machine, native_entry
	.balign	64
native_machine:
	.skip	768
native_entry:
	.skip	8
host_stack:
	.skip	8

	.text
	.globl	native_enter, native_leave
native_enter:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, host_stack(%rip)
	lea	native_machine(%rip), %rax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu	256 + 32 * \n(%rax), %ymm\n
	.endr
	push	128(%rax)
	popfq
	mov	8(%rax), %rcx
	mov	16(%rax), %rdx
	mov	24(%rax), %rbx
	mov	32(%rax), %rsp
	mov	40(%rax), %rbp
	mov	48(%rax), %rsi
	mov	56(%rax), %rdi
	mov	64(%rax), %r8
	mov	72(%rax), %r9
	mov	80(%rax), %r10
	mov	88(%rax), %r11
	mov	96(%rax), %r12
	mov	104(%rax), %r13
	mov	112(%rax), %r14
	mov	120(%rax), %r15
	mov	(%rax), %rax
	jmp	*native_entry(%rip)

native_leave:
	mov	%rax, native_machine(%rip)
	mov	%rsp, 32+native_machine(%rip)
	mov	host_stack(%rip), %rsp
	pushfq
	lea	native_machine(%rip), %rax
	mov	%rcx, 8(%rax)
	mov	%rdx, 16(%rax)
	mov	%rbx, 24(%rax)
	mov	%rbp, 40(%rax)
	mov	%rsi, 48(%rax)
	mov	%rdi, 56(%rax)
	mov	%r8, 64(%rax)
	mov	%r9, 72(%rax)
	mov	%r10, 80(%rax)
	mov	%r11, 88(%rax)
	mov	%r12, 96(%rax)
	mov	%r13, 104(%rax)
	mov	%r14, 112(%rax)
	mov	%r15, 120(%rax)
	pop	128(%rax)
	cld
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu	%ymm\n, 256 + 32 * \n(%rax)
	.endr
	vzeroupper
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
