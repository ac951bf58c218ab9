/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What program_test.c looks for in a shared object. Its line numbers matter there. */
#include <stdint.h>

#define PUBLIC __attribute__((visibility("default")))

extern uint64_t elsewhere(uint64_t x);
extern uint64_t far_away(uint64_t x);

PUBLIC uint64_t sample_counter = 7;
PUBLIC uint64_t sample_zeroed[100];
PUBLIC const char sample_text[] = "text";
PUBLIC const char *const sample_names[] = { sample_text, sample_text + 2 };
PUBLIC uint64_t (*const sample_call)(uint64_t) = elsewhere;

static uint64_t __attribute__((noinline, noclone))
hidden(uint64_t x)
{
	return x + far_away(x); /* line 19 */
}

PUBLIC uint64_t
sample_function(uint64_t x)
{
	return hidden(x) * elsewhere(x);
}

PUBLIC uint64_t __attribute__((section("vigor_summary")))
sample_summary(uint64_t x)
{
	return x ^ 1;
}

PUBLIC double
sample_float(double x)
{
	return x * 3; /* line 37 */
}
