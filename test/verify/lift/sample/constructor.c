/* SPDX-License-Identifier: GPL-2.0-or-later */
static int counter;

static void __attribute__((constructor))
start(void)
{
	counter = 3;
}

int
sample_function(void)
{
	return counter;
}
