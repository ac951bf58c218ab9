/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/scenario.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/frames.h"
#include "bench/sample.h"

/* Bursts made ready before they are timed one after another, so that neither making them nor the writes
 * still under way are in the figures. */
#define READY 8u

/* Packets in a round: about a millisecond, so that many rounds pass without an interruption, and long
 * enough to forget what the other subject left in the caches. */
#define ROUND_PACKETS 32768u

#define FIRST_UNKNOWN ((uint64_t)1 << 32)
#define SECOND ((uint64_t)1000000000)
#define LONG (300 * SECOND)

#define WORST_PACKETS 20000u
#define WORST_REPEATS 7u

/* The subjects' clock and choices. Each subject has its own, and both see the same packets. */
struct course {
	struct subject subject;
	struct frames frames, gone; /* what comes next; what the baseline is told to forget */
	double now;
	uint64_t random;
	uint64_t sent;
};

static uint64_t
course_random(struct course *course)
{
	course->random ^= course->random >> 12;
	course->random ^= course->random << 25;
	course->random ^= course->random >> 27;
	return course->random * 0x2545f4914f6cdd1du >> 8;
}

static void
course_fini(struct course *course)
{
	frames_fini(&course->frames);
	frames_fini(&course->gone);
	course->subject.free(course->subject.self);
}

/* Capacity and lifetime apply to whichever of these options a function has. */
static bool
course_init(struct course *course, const struct bench *bench, bool baseline, uint32_t capacity,
	uint64_t lifetime, struct err *err)
{
	const struct setting setting[] = {
		{ "capacity4", capacity }, { "capacity", capacity }, { "udp", lifetime },
	};

	*course = (struct course){ .now = SECOND, .random = 88172645463325252u };
	if (baseline ? !baseline_subject(&course->subject, capacity, err)
		     : !nf_subject(&course->subject, bench->file, setting, 3, err))
		return false;
	if (frames_init(&course->frames, READY * BURST) && frames_init(&course->gone, READY * BURST))
		return true;
	course_fini(course);
	return err_set(err, "out of memory for frames");
}

/* Handles the frames that are ready, gap nanoseconds a packet apart. Answers the counter steps it took. */
static uint64_t
course_run(struct course *course, double gap)
{
	struct packet packet[BURST];
	uint64_t steps = 0, start;

	for (uint32_t burst = 0; burst < READY; burst++) {
		for (uint32_t i = 0; i < BURST; i++)
			frames_packet(&course->frames, burst * BURST + i, &packet[i]);
		start = sample_clock();
		course->sent += course->subject.burst(course->subject.self, packet, BURST, (uint64_t)course->now);
		steps += sample_clock() - start;
		course->now += gap * BURST;
	}
	return steps;
}

/* Opens flows 0 .. flows - 1, gap nanoseconds apart. */
static bool
course_fill(struct course *course, uint32_t flows, double gap, struct err *err)
{
	for (uint64_t flow = 0; flow < flows; flow += READY * BURST) {
		for (uint32_t i = 0; i < READY * BURST; i++)
			frames_set(&course->frames, i, (flow + i) % flows, false);
		course->sent = 0;
		course_run(course, gap);
		if (course->sent != READY * BURST)
			return err_set(err, "%s drops what opens a flow", course->subject.name);
	}
	return true;
}

/* How a scenario picks the next packet's flow. */
typedef uint64_t pick(struct course *course, uint64_t number, uint32_t flows);

static uint64_t
pick_known(struct course *course, uint64_t number, uint32_t flows)
{
	(void)number;
	return course_random(course) % flows;
}

static uint64_t
pick_unknown(struct course *course, uint64_t number, uint32_t flows)
{
	(void)number;
	(void)flows;
	return FIRST_UNKNOWN + course_random(course) % FIRST_UNKNOWN;
}

static uint64_t
pick_new(struct course *course, uint64_t number, uint32_t flows)
{
	(void)course;
	return flows + number;
}

struct round {
	pick *pick;
	uint64_t packets;
	uint64_t begin;   /* number of its first packet */
	uint32_t flows;
	double gap;
	bool outside;
	bool forget;      /* the baseline's flow of `flows` packets ago goes: it has no expiry of its own */
};

/* Counter steps for the baseline to forget flows first, first + 1 ... */
static uint64_t
course_forget(struct course *course, uint64_t first)
{
	struct packet packet[READY * BURST];
	uint64_t start, forgotten = 0;

	for (uint32_t i = 0; i < READY * BURST; i++) {
		frames_set(&course->gone, i, first + i, false);
		frames_packet(&course->gone, i, &packet[i]);
	}
	start = sample_clock();
	for (uint32_t i = 0; i < READY * BURST; i++)
		forgotten += baseline_forget(course->subject.self, &packet[i]);
	start = sample_clock() - start;
	assert(forgotten == READY * BURST);
	(void)forgotten;
	return start;
}

/* Counter steps for a round's packets. */
static uint64_t
course_round(struct course *course, const struct round *round)
{
	uint64_t steps = 0;

	for (uint64_t number = 0; number < round->packets; number += READY * BURST) {
		for (uint32_t i = 0; i < READY * BURST; i++)
			frames_set(&course->frames, i,
				round->pick(course, round->begin + number + i, round->flows), round->outside);
		steps += course_run(course, round->gap);
		if (round->forget)
			steps += course_forget(course, round->begin + number);
	}
	return steps;
}

static double
course_nanoseconds(const struct bench *bench, uint64_t steps, uint64_t packets)
{
	uint64_t overhead = sample_overhead() * (packets / BURST);

	return (double)(steps > overhead ? steps - overhead : 0) * bench->tick_ns / (double)packets;
}

static struct sample samples[2]; /* of the function and of the baseline */

static void
report_one(const char *what, uint32_t size, double first, double second)
{
	printf("%-24s %8u  %7.1f %7.1f        -       -      -     -\n", what, size, first, second);
	fflush(stdout);
}

/* The last figure is the median of each turn's ratio: both of a turn met the machine in the same mood. */
static void
report(const char *what, uint32_t size, struct sample sample[2])
{
	static struct sample ratio;
	double least[2], median[2];

	ratio.count = 0;
	for (uint32_t turn = 0; turn < sample[0].count; turn++)
		sample_add(&ratio, sample[0].value[turn] / sample[1].value[turn]);
	for (int i = 0; i < 2; i++) {
		least[i] = sample_min(&sample[i]);
		median[i] = sample_median(&sample[i]);
	}
	printf("%-24s %8u  %7.1f %7.1f  %7.1f %7.1f  %5.2f %5.2f\n", what, size, least[0], median[0], least[1],
		median[1], least[0] / least[1], sample_median(&ratio));
	fflush(stdout);
}

/* Function and baseline take turns. Every packet is to be sent, or none: a figure for anything else than
 * what was asked would be worthless. */
static bool
compare(const struct bench *bench, struct course course[2], struct round *round, bool sends, const char *what,
	struct err *err)
{
	samples[0].count = samples[1].count = 0;
	for (uint32_t turn = 0; turn < bench->rounds; turn++, round->begin += round->packets) {
		for (int i = 0; i < 2; i++) {
			struct round own = *round;

			own.forget = round->forget && i == 1;
			course[i].sent = 0;
			sample_add(&samples[i], course_nanoseconds(bench, course_round(&course[i], &own),
				round->packets));
			if (course[i].sent != (sends ? round->packets : 0))
				return err_set(err, "%s: %s sent %llu of %llu packets", what,
					course[i].subject.name, (unsigned long long)course[i].sent,
					(unsigned long long)round->packets);
		}
	}
	report(what, round->flows, samples);
	return true;
}

/* Function and baseline, each with flows 0 .. flows - 1 open. */
static bool
both_init(struct course course[2], const struct bench *bench, uint32_t capacity, uint64_t lifetime,
	uint32_t flows, double gap, struct err *err)
{
	for (int i = 0; i < 2; i++) {
		if (course_init(&course[i], bench, i == 1, capacity, lifetime, err)) {
			if (course_fill(&course[i], flows, gap, err))
				continue;
			course_fini(&course[i]);
		}
		if (i == 1)
			course_fini(&course[0]);
		return false;
	}
	return true;
}

static void
both_fini(struct course course[2])
{
	for (int i = 0; i < 2; i++)
		course_fini(&course[i]);
}

bool
scenario_known(const struct bench *bench, uint32_t flows, struct err *err)
{
	struct course course[2];
	struct round round = {
		.pick = pick_known, .packets = ROUND_PACKETS, .flows = flows, .gap = bench->gap,
	};
	bool ok;

	if (!both_init(course, bench, flows, LONG, flows, 0, err))
		return false;
	ok = compare(bench, course, &round, true, "known, from inside", err);
	round.outside = true;
	ok = ok && compare(bench, course, &round, true, "known, from outside", err);
	both_fini(course);
	return ok;
}

bool
scenario_churn(const struct bench *bench, uint32_t capacity, struct err *err)
{
	const uint32_t live = capacity / 10 * 9 / (READY * BURST) * (READY * BURST);
	const double gap = (double)SECOND / live;
	struct course course[2];
	struct round round = {
		.pick = pick_new, .packets = ROUND_PACKETS, .flows = live, .gap = gap, .forget = true,
	};
	bool ok;

	if (!both_init(course, bench, capacity, SECOND, live, gap, err))
		return false;
	ok = compare(bench, course, &round, true, "churn, 90 % live", err);
	both_fini(course);
	return ok;
}

bool
scenario_unknown(const struct bench *bench, uint32_t capacity, struct err *err)
{
	struct course course[2];
	struct round round = {
		.pick = pick_unknown, .packets = ROUND_PACKETS, .flows = capacity, .gap = bench->gap,
		.outside = true,
	};
	bool ok;

	if (!both_init(course, bench, capacity, LONG, capacity, 0, err))
		return false;
	ok = compare(bench, course, &round, false, "unknown, full, outside", err);
	round.outside = false;
	samples[0].count = 0;
	for (uint32_t turn = 0; ok && turn < bench->rounds; turn++)
		sample_add(&samples[0], course_nanoseconds(bench, course_round(&course[0], &round), round.packets));
	if (ok)
		report_one("unknown, full, inside", capacity, sample_min(&samples[0]), sample_median(&samples[0]));
	both_fini(course);
	return ok;
}

/* The same packets each time; of each, the least time over all repetitions, so that what is left is the
 * function's own and not an interruption. */
static bool
worst_repeat(const struct bench *bench, uint32_t capacity, double least[WORST_PACKETS], struct err *err)
{
	const uint64_t overhead = sample_overhead();
	struct course course;
	struct packet packet;

	if (!course_init(&course, bench, false, capacity, LONG, err))
		return false;
	if (!course_fill(&course, capacity, 0, err)) {
		course_fini(&course);
		return false;
	}
	course.now += 2 * LONG;
	for (uint32_t i = 0; i < WORST_PACKETS; i++) {
		uint64_t start;
		double ns;

		frames_set(&course.frames, i % (READY * BURST), FIRST_UNKNOWN + i, false);
		frames_packet(&course.frames, i % (READY * BURST), &packet);
		start = sample_clock();
		course.subject.single(course.subject.self, &packet, (uint64_t)course.now);
		ns = (double)(sample_clock() - start - overhead) * bench->tick_ns;
		if (ns < least[i])
			least[i] = ns;
		course.now += bench->gap;
	}
	course_fini(&course);
	return true;
}

bool
scenario_worst(const struct bench *bench, uint32_t capacity, struct err *err)
{
	static double least[WORST_PACKETS];
	double worst = 0, sum = 0;

	for (uint32_t i = 0; i < WORST_PACKETS; i++)
		least[i] = 1e9;
	for (uint32_t repeat = 0; repeat < WORST_REPEATS; repeat++)
		if (!worst_repeat(bench, capacity, least, err))
			return false;
	for (uint32_t i = 0; i < WORST_PACKETS; i++) {
		sum += least[i];
		if (least[i] > worst)
			worst = least[i];
	}
	report_one("all expired: mean, worst", capacity, sum / WORST_PACKETS, worst);
	return true;
}
