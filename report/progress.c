/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30u
#define BAR_SECONDS 0.05
#define LINE_SECONDS 10.0

static double
clock_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct progress
progress_start(const char *name)
{
	return (struct progress){ .name = name, .terminal = isatty(STDERR_FILENO), .told = clock_seconds() };
}

static void
draw_bar(const struct progress *p, const char *stage, uint64_t done, uint64_t all)
{
	const unsigned full = all == 0 ? 0 : (unsigned)(BAR_WIDTH * (done < all ? done : all) / all);
	char bar[BAR_WIDTH + 1];

	memset(bar, '#', full);
	memset(bar + full, '.', BAR_WIDTH - full);
	bar[BAR_WIDTH] = '\0';
	if (all == 0)
		fprintf(stderr, "\r\033[K%s: %s", p->name, stage);
	else
		fprintf(stderr, "\r\033[K%s: [%s] %" PRIu64 "/%" PRIu64 " %s", p->name, bar, done, all, stage);
	fflush(stderr);
}

void
progress_tell(void *context, const char *stage, uint64_t done, uint64_t all)
{
	struct progress *const p = context;
	const double now = clock_seconds();

	if (now - p->told < (p->terminal ? BAR_SECONDS : LINE_SECONDS))
		return;
	p->told = now;
	if (p->terminal)
		draw_bar(p, stage, done, all);
	else if (all == 0)
		fprintf(stderr, "%s: %s\n", p->name, stage);
	else
		fprintf(stderr, "%s: %s, %" PRIu64 " of %" PRIu64 "\n", p->name, stage, done, all);
}

void
progress_end(const struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}
