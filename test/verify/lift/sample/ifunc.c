/* SPDX-License-Identifier: GPL-2.0-or-later */
static int
one(void)
{
	return 1;
}

static int
(*choose(void))(void)
{
	return one;
}

static int chosen(void) __attribute__((ifunc("choose")));

int
sample_function(void)
{
	return chosen();
}
