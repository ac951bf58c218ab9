/* SPDX-License-Identifier: BSD-3-Clause */
/* The states of the firewall's TCP flows, and how long each lasts. */
#include "test/nf/firewall.h"

/* One packet of a TCP conversation and what is kept after it. */
struct step {
	bool outward;
	uint8_t flags;
	bool passes;
	int class;      /* -1: no flow */
	unsigned fins;
	bool used;      /* its time is the flow's last use */
};

static void
play(const struct step *step, size_t steps)
{
	for (int version = 4; version <= 6; version += 2) {
		uint64_t last = 0;
		struct bench bench;

		start_default(&bench);
		for (size_t i = 0; i < steps; i++) {
			struct frame frame = tcp(version, step[i].outward, step[i].flags);

			wait(&bench, 3);
			last = step[i].used ? tick(&bench) : last;
			assert_int_equal(passes(&bench, &frame, step[i].outward ? INSIDE : OUTSIDE), step[i].passes);
			if (step[i].class < 0)
				assert_int_equal(kept(&bench, version).count, 0);
			else
				assert_kept(&bench, version, (uint32_t)step[i].class, step[i].fins, last);
		}
		bench_fini(&bench);
	}
}

#define PLAY(steps) play(steps, sizeof steps / sizeof steps[0])

static void
tcp_life(void **unused)
{
	const struct step steps[] = {
		{ false, SYN, false, -1, 0, false },
		{ false, ACK, false, -1, 0, false },
		{ true, SYN, true, OPENING, 0, true },
		{ true, SYN, true, OPENING, 0, true },
		{ true, ACK, true, OPENING, 0, true },
		{ false, ACK, true, OPENING, 0, true },
		{ false, SYN | ACK, true, ESTABLISHED, 0, true },
		{ true, ACK, true, ESTABLISHED, 0, true },
		{ true, SYN, true, ESTABLISHED, 0, true },
		{ false, SYN, true, ESTABLISHED, 0, true },
		{ false, PSH | ACK, true, ESTABLISHED, 0, true },
		{ true, FIN | ACK, true, ESTABLISHED, 1, true },
		{ true, FIN | ACK, true, ESTABLISHED, 1, true },
		{ false, ACK, true, ESTABLISHED, 1, true },
		{ false, FIN | ACK, true, CLOSING, 3, true },
		{ true, ACK, true, CLOSING, 3, true },
		{ false, ACK, true, CLOSING, 3, true },
		{ false, SYN | ACK, true, CLOSING, 3, true },
		{ true, SYN | ACK, true, CLOSING, 3, true },
		{ true, SYN, true, OPENING, 0, true },
	};

	(void)unused;
	PLAY(steps);
}

static void
tcp_outside_closes_first(void **unused)
{
	const struct step steps[] = {
		{ true, SYN, true, OPENING, 0, true },
		{ false, SYN, true, ESTABLISHED, 0, true }, /* simultaneous open */
		{ false, FIN | ACK, true, ESTABLISHED, 2, true },
		{ true, ACK, true, ESTABLISHED, 2, true },
		{ true, FIN | ACK, true, CLOSING, 3, true },
		{ true, SYN | FIN, true, OPENING, 0, true }, /* opens; the FIN is not looked at */
		{ false, SYN | FIN | ACK, true, ESTABLISHED, 2, true },
		{ true, SYN | FIN, true, CLOSING, 3, true },
	};

	(void)unused;
	PLAY(steps);
}

static void
tcp_fins_while_opening(void **unused)
{
	const struct step steps[] = {
		{ true, SYN, true, OPENING, 0, true },
		{ true, FIN, true, OPENING, 1, true },
		{ false, FIN, true, CLOSING, 3, true },
		{ false, FIN, true, CLOSING, 3, true },
	};

	(void)unused;
	PLAY(steps);
}

static void
tcp_reset_from_inside(void **unused)
{
	const struct step steps[] = {
		{ true, SYN, true, OPENING, 0, true },
		{ false, SYN | ACK, true, ESTABLISHED, 0, true },
		{ true, FIN | ACK, true, ESTABLISHED, 1, true },
		{ true, RST | ACK, true, CLOSING, 1, true },
		{ true, RST, true, CLOSING, 1, true },
		{ true, RST | SYN, true, CLOSING, 1, true },
		{ true, RST | FIN, true, CLOSING, 1, true },
	};

	(void)unused;
	PLAY(steps);
}

/* A reset from outside starts the closing lifetime once and cannot prolong it. */
static void
tcp_reset_from_outside(void **unused)
{
	const struct step steps[] = {
		{ false, RST, false, -1, 0, false },
		{ true, SYN, true, OPENING, 0, true },
		{ false, RST | ACK, true, CLOSING, 0, true },
		{ false, RST, true, CLOSING, 0, false },
		{ false, RST | SYN | FIN, true, CLOSING, 0, false },
		{ false, ACK, true, CLOSING, 0, true },
		{ false, FIN | ACK, true, CLOSING, 2, true },
		{ false, RST, true, CLOSING, 2, false },
		{ true, SYN, true, OPENING, 0, true },
	};

	(void)unused;
	PLAY(steps);
}

/* Without a flow everything from inside passes, but only a SYN without ACK and RST opens one. */
static void
tcp_opens(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2)
		for (unsigned flags = 0; flags < 256; flags++) {
			bool opens = (flags & SYN) && !(flags & (ACK | RST));
			struct bench bench;

			bench_init(&bench, NULL, PORTS);
			bench_set(&bench, "capacity4", 1);
			bench_set(&bench, "capacity6", 1);
			start(&bench);
			assert_true(goes_out(&bench, tcp(version, true, (uint8_t)flags)));
			assert_int_equal(kept(&bench, version).count, opens);
			assert_int_equal(comes_in(&bench, tcp(version, false, ACK)), opens);
			bench_fini(&bench);
		}
}

/* Each state lasts its option, and is gone one tick later. */
static void
tcp_lifetimes(void **unused)
{
	const uint64_t seconds[] = { 240, 7440, 10 };

	(void)unused;
	for (uint32_t class = OPENING; class <= CLOSING; class++)
		for (uint64_t late = 0; late < 2; late++) {
			struct bench bench;

			start_default(&bench);
			assert_true(goes_out(&bench, tcp(4, true, SYN)));
			if (class != OPENING)
				assert_true(comes_in(&bench, tcp(4, false, class == CLOSING ? RST : SYN | ACK)));
			assert_int_equal(kept(&bench, 4).class, class);
			wait(&bench, ticks(seconds[class]) + late);
			assert_int_equal(comes_in(&bench, tcp(4, false, ACK)), !late);
			bench_fini(&bench);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_life),
		cmocka_unit_test(tcp_outside_closes_first),
		cmocka_unit_test(tcp_fins_while_opening),
		cmocka_unit_test(tcp_reset_from_inside),
		cmocka_unit_test(tcp_reset_from_outside),
		cmocka_unit_test(tcp_opens),
		cmocka_unit_test(tcp_lifetimes),
	};

	return cmocka_run_group_tests_name("nf/firewall_tcp", tests, NULL, NULL);
}
