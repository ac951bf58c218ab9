/* SPDX-License-Identifier: GPL-2.0-or-later */
__thread int sample_counter;

int
sample_function(void)
{
	return sample_counter++;
}
