/* SPDX-License-Identifier: BSD-3-Clause */
#include "nat.h"

static void
mappings_are_of_the_inside_endpoint_alone(void **unused)
{
	struct bench bench;
	uint16_t one;

	(void)unused;
	start_default(&bench);
	one = leaves(&bench, HOST, 5000, PEER, 53);
	assert_true(one >= FIRST && one % 2 == 0);
	assert_int_equal(leaves(&bench, HOST, 5000, FAR, 80), one);
	assert_int_equal(leaves(&bench, HOST, 5000, PEER, 54), one);
	assert_int_not_equal(leaves(&bench, HOST, 5001, PEER, 53), one);
	assert_int_not_equal(leaves(&bench, HOST2, 5000, PEER, 53), one);
	assert_int_equal(leaves(&bench, HOST, 5001, PEER, 53) % 2, 1);
	assert_int_not_equal(segment_leaves(&bench, 5000, PEER, SYN), one);
	assert_true(enters(&bench, PEER, 53, one, HOST, 5000));
	assert_true(enters(&bench, FAR, 80, one, HOST, 5000));
	assert_false(enters(&bench, PEER, 53, one ^ 1, HOST, 5000));
	assert_false(enters(&bench, PEER, 53, 80, HOST, 5000));
	assert_false(segment_enters(&bench, PEER, one, SYN));
	bench_fini(&bench);
}

static void
no_port_is_given_twice(void **unused)
{
	static bool given[65536];
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (unsigned port = 0; port < 32256; port++) {
		uint16_t external = leaves(&bench, port % 2 ? HOST : HOST2, (uint16_t)port, PEER, 53);

		assert_true(external >= FIRST && !given[external]);
		given[external] = true;
		bench.now += SECOND / 1000;
	}
	assert_int_equal(leaves(&bench, HOST, 40000, PEER, 53), 0);
	assert_int_equal(segment_leaves(&bench, 40000, PEER, SYN), 0);
	assert_true(given[leaves(&bench, HOST, 1, PEER, 53)]);
	bench.now += 300 * SECOND; /* all have run out but the one just used, or nearly so */
	assert_int_not_equal(leaves(&bench, HOST, 40000, PEER, 53), 0);
	bench_fini(&bench);
}

static void
who_may_answer(void **unused)
{
	(void)unused;
	for (uint64_t filtering = ANYBODY; filtering <= ADDRESS_AND_PORT; filtering++) {
		struct bench bench;
		uint16_t external;

		bench_init(&bench, NULL, PORTS);
		bench_set(&bench, "filtering", filtering);
		start(&bench);
		external = leaves(&bench, HOST, 5000, PEER, 53);
		assert_true(enters(&bench, PEER, 53, external, HOST, 5000));
		assert_int_equal(enters(&bench, PEER, 54, external, HOST, 5000), filtering != ADDRESS_AND_PORT);
		assert_int_equal(enters(&bench, FAR, 53, external, HOST, 5000), filtering == ANYBODY);
		bench_fini(&bench);
	}
}

/* Outbound traffic keeps a mapping alive; inbound traffic by option, and never such as is filtered. */
static void
what_keeps_a_mapping_alive(void **unused)
{
	(void)unused;
	for (uint64_t inbound = 0; inbound <= 1; inbound++) {
		struct bench bench;
		uint16_t external;

		bench_init(&bench, NULL, PORTS);
		bench_set(&bench, "inbound_refresh", inbound);
		start(&bench);
		external = leaves(&bench, HOST, 5000, PEER, 53);
		for (int i = 0; i < 3; i++) {
			bench.now += 200 * SECOND;
			meet(&bench);
			assert_int_equal(leaves(&bench, HOST, 5000, PEER, 53), external);
		}
		bench.now += 200 * SECOND;
		meet(&bench);
		assert_true(enters(&bench, PEER, 53, external, HOST, 5000));
		assert_false(enters(&bench, FAR, 53, external, HOST, 5000));
		bench.now += 150 * SECOND;
		assert_int_equal(enters(&bench, PEER, 53, external, HOST, 5000), inbound);
		bench.now += 200 * SECOND;
		assert_false(enters(&bench, FAR, 53, external, HOST, 5000));
		bench.now += 100 * SECOND + 2 * TICK;
		meet(&bench);
		assert_false(enters(&bench, PEER, 53, external, HOST, 5000));
		bench_fini(&bench);
	}
}

static void
how_long_a_connection_lives(void **unused)
{
	const struct {
		/* Capitals from inside: SYN, ACK, FIN, RST, and O for a segment to somebody else. Small ones from outside;
		 * x is a SYN with ACK. */
		const char *segments;
		uint64_t seconds;
	} cases[] = {
		{ "S", 240 }, { "SA", 240 }, { "Sa", 240 }, { "Ss", 7440 }, { "Sxa", 7440 }, { "SsA", 7440 },
		{ "SsF", 7440 }, { "Ssf", 7440 }, { "SsFf", 240 }, { "SsfF", 240 }, { "SsR", 240 }, { "SsRs", 240 },
		{ "SsFfS", 240 }, { "SsFfSs", 7440 }, { "SsFfSsF", 7440 }, { "SO", 239 }, { "SsOFf", 7440 }, { "SsFfO", 239 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int late = 0; late <= 1; late++) {
			struct bench bench;
			uint16_t external = 0;

			start_default(&bench);
			for (const char *c = cases[i].segments; *c; c++) {
				uint8_t flags = *c == 'S' || *c == 's' ? SYN : *c == 'x' ? SYN | ACK
					: *c == 'F' || *c == 'f' ? FIN | ACK : *c == 'R' ? RST : ACK;

				if (*c == 'O') /* a segment to somebody else */
					assert_int_equal(segment_leaves(&bench, 5000, FAR, ACK), external);
				else if (*c >= 'a')
					assert_true(segment_enters(&bench, PEER, external, flags));
				else
					external = segment_leaves(&bench, 5000, PEER, flags);
				bench.now += SECOND;
			}
			bench.now -= SECOND;
			meet(&bench);
			bench.now += cases[i].seconds * SECOND + (late ? 2 * TICK : 0);
			meet(&bench);
			assert_int_equal(segment_enters(&bench, PEER, external, ACK), !late);
			bench_fini(&bench);
		}
}

static void
only_a_syn_opens(void **unused)
{
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (uint8_t flags = 0; flags < 64; flags++)
		if ((flags & (SYN | ACK | RST)) != SYN)
			assert_int_equal(segment_leaves(&bench, 5000, PEER, flags), 0);
	assert_int_not_equal(segment_leaves(&bench, 5000, PEER, SYN), 0);
	bench_fini(&bench);
}

/* RFC 768: no checksum stays none, and a calculated 0 is sent as all ones. Others stay as wrong as they were. */
static void
checksums(void **unused)
{
	struct bench bench;
	bool zero = false;

	(void)unused;
	start_default(&bench);
	for (uint32_t was = 0; was < 0x10000; was++) {
		struct frame frame = udp(INSIDE, HOST, 5000, PEER, 53);
		uint16_t right = (uint16_t)get(frame.byte, 40, 2);
		struct sent sent;
		uint16_t is;

		frame_poke(&frame, 40, was, 2);
		sent = hand_in(&bench, &frame, INSIDE);
		is = (uint16_t)get(sent.byte, 40, 2);
		zero |= was != 0 && is == 0xffff;
		if (was == 0)
			assert_int_equal(is, 0);
		else
			assert_true(is != 0 && (l4_sum(sent.byte, 14, sent.length) == 0xffff) == (was == right));
	}
	assert_true(zero);
	bench_fini(&bench);
}

static void
queries(void **unused)
{
	(void)unused;
	for (uint8_t type = 0; type < 20; type++) {
		struct bench bench;
		struct frame frame = query(INSIDE, HOST, FAR, type, 77), reply;
		struct sent sent;
		uint16_t external;

		start_default(&bench);
		sent = hand_in(&bench, &frame, INSIDE);
		assert_int_equal(sent.ports != 0, type == 8 || type == 13);
		if (sent.ports == 0) {
			bench_fini(&bench);
			continue;
		}
		assert_sent(&sent, OUTSIDE, ROUTER, EXTERNAL, FAR);
		assert_whole(&sent);
		external = (uint16_t)get(sent.byte, 38, 2);
		assert_int_equal(external % 2, 1);
		reply = query(OUTSIDE, FAR, EXTERNAL, type == 8 ? 0 : 14, external);
		sent = hand_in(&bench, &reply, OUTSIDE);
		assert_sent(&sent, INSIDE, HOST, FAR, HOST);
		assert_whole(&sent);
		assert_int_equal(get(sent.byte, 38, 2), 77);
		reply = query(OUTSIDE, FAR, EXTERNAL, type, external);
		assert_int_equal(hand_in(&bench, &reply, OUTSIDE).ports, 0);
		bench_fini(&bench);
	}
}

/* From one inside host to another by its external endpoint: both see external ends only. */
static void
hairpinning(void **unused)
{
	struct bench bench;
	uint16_t one, two;
	struct frame frame;
	struct sent sent;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	bench_set(&bench, "filtering", ANYBODY);
	start(&bench);
	one = leaves(&bench, HOST, 5000, PEER, 53);
	two = leaves(&bench, HOST2, 6001, PEER, 53);
	frame = udp(INSIDE, HOST, 5000, EXTERNAL, two);
	sent = hand_in(&bench, &frame, INSIDE);
	assert_sent(&sent, INSIDE, HOST2, EXTERNAL, HOST2);
	assert_whole(&sent);
	assert_int_equal(source_port(&sent), one);
	assert_int_equal(destination_port(&sent), 6001);

	frame = error(INSIDE, HOST2, EXTERNAL, sent.byte, 20);
	sent = hand_in(&bench, &frame, INSIDE);
	assert_sent(&sent, INSIDE, HOST, EXTERNAL, HOST);
	assert_whole(&sent);
	assert_int_equal(folded(sum_of(sent.byte, 42, 62)), 0xffff);
	assert_int_equal(get(sent.byte, 54, 4), HOST);
	assert_int_equal(get(sent.byte, 58, 4), EXTERNAL);
	assert_int_equal(get(sent.byte, 62, 2), 5000);
	assert_int_equal(get(sent.byte, 64, 2), two);
	assert_int_equal(hand_in(&bench, &frame, OUTSIDE).ports, 0);
	bench_fini(&bench);
}

/* What is quoted is what the receiver sent or got, with each checksum that is there. */
static void
errors(void **unused)
{
	(void)unused;
	for (size_t quoted = 7; quoted <= 60; quoted++)
		for (int protocol = 0; protocol < 2; protocol++) {
			struct frame out = protocol ? tcp(INSIDE, HOST, 5000, FAR, 80, SYN) : udp(INSIDE, HOST, 5000, FAR, 80), frame;
			size_t header = (out.byte[14] & 15u) * 4, whole = out.length - 14 - header;
			struct bench bench;
			struct sent sent, told;

			start_default(&bench);
			sent = hand_in(&bench, &out, INSIDE);
			frame = error(OUTSIDE, ROUTER, EXTERNAL, sent.byte, quoted < whole ? quoted : whole);
			told = hand_in(&bench, &frame, OUTSIDE);
			assert_int_equal(told.ports != 0, quoted >= 8);
			if (quoted < 8) {
				bench_fini(&bench);
				continue;
			}
			assert_sent(&told, INSIDE, HOST, ROUTER, HOST);
			assert_whole(&told);
			assert_int_equal(folded(sum_of(told.byte, 42, 42 + header)), 0xffff);
			assert_int_equal(get(told.byte, 54, 4), HOST);
			assert_int_equal(get(told.byte, 42 + header, 2), 5000);
			if (quoted >= whole)
				assert_int_equal(l4_sum(told.byte, 42, told.length), 0xffff);
			frame = error(OUTSIDE, ROUTER, EXTERNAL, out.byte, 8); /* not as it was seen out there */
			assert_int_equal(hand_in(&bench, &frame, OUTSIDE).ports, 0);
			bench_fini(&bench);
		}
}

static void
errors_from_inside(void **unused)
{
	struct bench bench;
	uint16_t external;
	struct frame frame;
	struct sent sent;

	(void)unused;
	start_default(&bench);
	external = leaves(&bench, HOST, 5000, FAR, 80);
	frame = udp(OUTSIDE, FAR, 80, EXTERNAL, external);
	sent = hand_in(&bench, &frame, OUTSIDE);
	frame = error(INSIDE, HOST2, FAR, sent.byte, 15); /* a router of its own, say */
	sent = hand_in(&bench, &frame, INSIDE);
	assert_sent(&sent, OUTSIDE, ROUTER, EXTERNAL, FAR);
	assert_whole(&sent);
	assert_int_equal(get(sent.byte, 58, 4), EXTERNAL);
	assert_int_equal(get(sent.byte, 64, 2), external);
	assert_int_equal(l4_sum(sent.byte, 42, sent.length), 0xffff);
	bench.now += 250 * SECOND;
	meet(&bench);
	assert_int_not_equal(hand_in(&bench, &frame, INSIDE).ports, 0);
	bench.now += 51 * SECOND; /* errors keep nothing alive */
	assert_int_equal(hand_in(&bench, &frame, INSIDE).ports, 0);
	bench_fini(&bench);
}

static void
fragments(void **unused)
{
	struct bench bench;
	struct frame first = ip(INSIDE, 17, HOST, FAR, 0x2000, 0), later = ip(INSIDE, 17, HOST, FAR, 0x2002, 0);
	struct sent sent;

	(void)unused;
	start_default(&bench);
	frame_udp(&first, 5000, 80);
	frame_bytes(&first, 8);
	seal(&first);
	frame_bytes(&later, 16);
	frame_poke(&later, 16, 36, 2);
	frame_poke(&later, 24, (uint16_t)~folded(sum_of(later.byte, 14, 34)), 2);
	assert_int_equal(hand_in(&bench, &later, INSIDE).ports, 0);
	sent = hand_in(&bench, &first, INSIDE);
	assert_sent(&sent, OUTSIDE, ROUTER, EXTERNAL, FAR);
	sent = hand_in(&bench, &later, INSIDE);
	assert_sent(&sent, OUTSIDE, ROUTER, EXTERNAL, FAR);
	assert_memory_equal(sent.byte + 34, later.byte + 34, 16);
	frame_poke(&later, 0, OUTSIDE_MAC, 6);
	assert_int_equal(hand_in(&bench, &later, OUTSIDE).ports, 0);
	frame_poke(&later, 0, INSIDE_MAC, 6);
	bench.now += 60 * SECOND + 2 * TICK;
	assert_int_equal(hand_in(&bench, &later, INSIDE).ports, 0);
	bench_fini(&bench);
}

static void
neighbours(void **unused)
{
	for (size_t size = 0; size < 200; size += 5) {
		struct bench bench;
		struct frame frame = ip(INSIDE, 17, HOST, FAR, 0, 0);
		struct sent sent;

		(void)unused;
		bench_init(&bench, NULL, PORTS);
		assert_true(bench_start(&bench));
		frame_udp(&frame, 5000, 80);
		frame_bytes(&frame, size);
		seal(&frame);
		sent = hand_in(&bench, &frame, INSIDE);
		assert_int_equal(sent.ports, 1 << OUTSIDE);
		assert_int_equal(sent.length, 60);
		assert_int_equal(get(sent.byte, 0, 6), 0xffffffffffff);
		assert_int_equal(get(sent.byte, 6, 6), OUTSIDE_MAC);
		assert_int_equal(get(sent.byte, 12, 8), 0x0806000108000604);
		assert_int_equal(get(sent.byte, 20, 2), 1);
		assert_int_equal(get(sent.byte, 22, 6), OUTSIDE_MAC);
		assert_int_equal(get(sent.byte, 28, 4), EXTERNAL);
		assert_int_equal(get(sent.byte, 32, 6), 0);
		assert_int_equal(get(sent.byte, 38, 4), ROUTER);
		for (size_t at = 42; at < 60; at++)
			assert_int_equal(sent.byte[at], 0);
		assert_int_equal(arp(&bench, OUTSIDE, 2, mac_of(ROUTER), ROUTER, EXTERNAL).ports, 0);
		sent = hand_in(&bench, &frame, INSIDE);
		assert_sent(&sent, OUTSIDE, ROUTER, EXTERNAL, FAR);
		bench_fini(&bench);
	}
}

static void
arp_is_answered(void **unused)
{
	struct bench bench;
	struct sent sent;

	(void)unused;
	start_default(&bench);
	sent = arp(&bench, INSIDE, 1, mac_of(HOST), HOST, GATE);
	assert_int_equal(sent.ports, 1 << INSIDE);
	assert_int_equal(sent.length, 42);
	assert_int_equal(get(sent.byte, 0, 6), mac_of(HOST));
	assert_int_equal(get(sent.byte, 6, 6), INSIDE_MAC);
	assert_int_equal(get(sent.byte, 20, 2), 2);
	assert_int_equal(get(sent.byte, 22, 6), INSIDE_MAC);
	assert_int_equal(get(sent.byte, 28, 4), GATE);
	assert_int_equal(get(sent.byte, 32, 6), mac_of(HOST));
	assert_int_equal(get(sent.byte, 38, 4), HOST);
	assert_int_equal(arp(&bench, INSIDE, 1, mac_of(HOST), 0, GATE).ports, 1 << INSIDE); /* a probe */
	assert_int_equal(arp(&bench, INSIDE, 1, mac_of(HOST), HOST, EXTERNAL).ports, 0);
	assert_int_equal(arp(&bench, OUTSIDE, 1, mac_of(PEER), PEER, GATE).ports, 0);
	assert_int_equal(arp(&bench, 2, 1, mac_of(PEER), PEER, EXTERNAL).ports, 0);
	assert_int_equal(arp(&bench, INSIDE, 3, mac_of(HOST), HOST, GATE).ports, 0);
	bench_fini(&bench);
}

/* Who is known is kept up to date, who is not and does not ask stays unknown; nobody says that they are us. */
static void
arp_teaches(void **unused)
{
	struct bench bench;
	uint16_t external;
	struct frame frame;

	(void)unused;
	start_default(&bench);
	external = leaves(&bench, HOST, 5000, PEER, 53);
	arp(&bench, INSIDE, 1, 0x0a0000000001, HOST, HOST); /* a new Ethernet address, announced to all */
	frame = udp(OUTSIDE, PEER, 53, EXTERNAL, external);
	assert_int_equal(get(hand_in(&bench, &frame, OUTSIDE).byte, 0, 6), 0x0a0000000001);
	arp(&bench, INSIDE, 2, 0x0b0000000001, HOST, GATE); /* a group's */
	assert_int_equal(get(hand_in(&bench, &frame, OUTSIDE).byte, 0, 6), 0x0a0000000001);
	arp(&bench, OUTSIDE, 2, mac_of(HOST), HOST, EXTERNAL); /* on the other side */
	assert_int_equal(get(hand_in(&bench, &frame, OUTSIDE).byte, 0, 6), 0x0a0000000001);
	arp(&bench, OUTSIDE, 1, mac_of(PEER + 1), PEER + 1, PEER);
	frame = udp(INSIDE, HOST, 5000, PEER + 1, 53);
	assert_int_equal(get(hand_in(&bench, &frame, INSIDE).byte, 12, 2), 0x0806);
	bench_fini(&bench);
}

static void
what_is_dropped(void **unused)
{
	struct bench bench;
	struct frame good = udp(INSIDE, HOST, 5000, PEER, 53), frame;

	(void)unused;
	start_default(&bench);
	assert_int_equal(hand_in(&bench, &good, INSIDE).ports, 1 << OUTSIDE);
	assert_int_equal(hand_in(&bench, &good, 2).ports, 0);
	for (size_t at = 0; at < 34; at++) { /* the MAC address, the type, and all that the header's checksum covers */
		frame = good;
		frame.byte[at] ^= 0x10;
		assert_int_equal(hand_in(&bench, &frame, INSIDE).ports != 0, at >= 6 && at < 12);
	}
	for (frame = good; frame.length-- > 0;)
		assert_int_equal(hand_in(&bench, &frame, INSIDE).ports, 0);
	for (uint8_t ttl = 0; ttl < 3; ttl++) {
		frame = good;
		frame.byte[22] = ttl;
		seal(&frame);
		assert_int_equal(hand_in(&bench, &frame, INSIDE).ports != 0, ttl == 2);
	}
	bench_fini(&bench);
}

static void
whose_addresses(void **unused)
{
	const uint32_t never[] = { GATE, HOST2, 0x00000001, 0x7f000001, 0xe0000001, 0xf0000001, 0xffffffff };
	const uint32_t nobody[] = { GATE, PEER, FAR, 0 };
	struct bench bench;
	struct frame frame;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	bench_set(&bench, "filtering", ANYBODY);
	start(&bench);
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		assert_int_equal(leaves(&bench, HOST, 5000, never[i], 53), 0);
	for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
		assert_int_equal(leaves(&bench, nobody[i], 5000, PEER, 53), 0);
	uint16_t external = leaves(&bench, HOST, 5000, PEER, 53);
	const uint32_t spoofed[] = { EXTERNAL, HOST2, 0x7f000001, 0xe0000001 };
	for (size_t i = 0; i < sizeof spoofed / sizeof spoofed[0]; i++)
		assert_false(enters(&bench, spoofed[i], 53, external, HOST, 5000));
	frame = udp(OUTSIDE, PEER, 53, HOST, 5000);
	assert_int_equal(hand_in(&bench, &frame, OUTSIDE).ports, 0);
	bench_fini(&bench);
}

static void
options_that_are_refused(void **unused)
{
	const struct {
		const char *name, *reason;
		uint64_t value;
	} cases[] = {
		{ "outside", "same port", INSIDE }, { "first_port", "odd", 1025 }, { "first_port", "65536", 1026 },
		{ "udp", "RFC 4787", 120 * SECOND - 1 }, { "established", "RFC 5382", 7440 * SECOND - 1 },
		{ "transitory", "RFC 5382", 240 * SECOND - 1 }, { "query", "RFC 5508", 60 * SECOND - 1 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (uint64_t timers = 0; timers <= 1; timers++) {
			struct bench bench;
			bool starts = i >= 3 && !timers;

			bench_init(&bench, NULL, PORTS);
			bench_set(&bench, cases[i].name, cases[i].value);
			bench_set(&bench, "rfc_timers", timers);
			assert_int_equal(bench_start(&bench), starts);
			assert_true(starts || strstr(bench.env.error, cases[i].reason));
			bench_fini(&bench);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappings_are_of_the_inside_endpoint_alone), cmocka_unit_test(no_port_is_given_twice),
		cmocka_unit_test(who_may_answer), cmocka_unit_test(what_keeps_a_mapping_alive),
		cmocka_unit_test(how_long_a_connection_lives), cmocka_unit_test(only_a_syn_opens), cmocka_unit_test(checksums),
		cmocka_unit_test(queries), cmocka_unit_test(hairpinning), cmocka_unit_test(errors),
		cmocka_unit_test(errors_from_inside), cmocka_unit_test(fragments), cmocka_unit_test(neighbours),
		cmocka_unit_test(arp_is_answered), cmocka_unit_test(arp_teaches), cmocka_unit_test(what_is_dropped),
		cmocka_unit_test(whose_addresses), cmocka_unit_test(options_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
