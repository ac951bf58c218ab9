/* SPDX-License-Identifier: GPL-2.0-or-later */
extern int maybe(void) __attribute__((weak));

int
sample_function(void)
{
	return maybe ? maybe() : 0;
}
