/* SPDX-License-Identifier: GPL-2.0-or-later */
extern int elsewhere(void);

static int __attribute__((used))
sample_function(void)
{
	return elsewhere();
}
