/* SPDX-License-Identifier: BSD-3-Clause */
/* What passes the firewall and what it remembers, TCP apart. */
#include "test/nf/firewall.h"

static void
ports_without_pair(void **unused)
{
	struct bench bench;
	struct frame frame = udp(4, true), arp = frame_ether(0x0806);

	(void)unused;
	start_default(&bench);
	frame_bytes(&arp, 28);
	for (uint64_t port = 4; port < PORTS; port++) {
		assert_false(passes(&bench, &frame, port));
		assert_false(passes(&bench, &arp, port));
	}
	assert_int_equal(kept(&bench, 4).count, 0);
	bench_fini(&bench);
}

/* What one pair opened is no flow of another, whatever the addresses. */
static void
pairs_are_apart(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;
		struct frame out = udp(version, true), in = udp(version, false);

		start_default(&bench);
		assert_true(passes(&bench, &out, INSIDE2));
		assert_false(passes(&bench, &in, OUTSIDE));
		assert_true(passes(&bench, &in, OUTSIDE2));
		assert_false(passes(&bench, &out, OUTSIDE));
		assert_false(passes(&bench, &out, OUTSIDE2));
		assert_int_equal(kept(&bench, version).count, 1);
		bench_fini(&bench);
	}
}

static void
keys_as_the_inside_sends(void **unused)
{
	struct bench bench;
	uint8_t key[40];

	(void)unused;
	start_default(&bench);
	struct frame four = udp(4, true), six = udp(6, true);
	assert_true(passes(&bench, &four, INSIDE2));
	assert_true(passes(&bench, &six, INSIDE2));
	struct kept flow = kept(&bench, 4);
	memcpy(key, flow.key, 16);
	assert_memory_equal(key, "\x0a\x00\x00\x01\xc0\x00\x02\x01\x03\xe8\x00\x50\x11\x03\x00\x00", 16);
	flow = kept(&bench, 6);
	memcpy(key, flow.key, 40);
	assert_memory_equal(key, six.byte + 22, 32);
	assert_memory_equal(key + 32, "\x03\xe8\x00\x50\x11\x03\x00\x00", 8);
	assert_true(goes_out(&bench, icmp(4, true, 8, 0x1234)));
	bool found = false;
	struct flow_table *table = bench_object(&bench, "flows4");
	for (uint64_t slot = 0; slot < flow_table_capacity(table); slot++)
		if (flow_table_entry_at(table, slot, bench.now, flow.key, flow.value, &flow.class, &flow.tick))
			found |= memcmp(flow.key, "\x0a\x00\x00\x01\xc0\x00\x02\x01\x12\x34\x00\x00\x01\x00\x00\x00", 16) == 0;
	assert_true(found);
	bench_fini(&bench);
}

static void
not_ip(void **unused)
{
	(void)unused;
	for (uint64_t other = 0; other < 2; other++) {
		struct bench bench;

		bench_init(&bench, NULL, PORTS);
		bench_set(&bench, "other", other);
		start(&bench);
		for (uint64_t port = 0; port < 2; port++) {
			struct frame arp = frame_ether(0x0806), tagged = frame_ether(0x8100), raw = frame_ether(46);

			for (size_t n = 0; n < 32; n++) {
				assert_int_equal(passes(&bench, &arp, port), n >= 28);
				frame_put(&arp, 0, 1);
			}
			frame_put(&tagged, 0x00010800, 4);
			assert_int_equal(passes(&bench, &tagged, port), other);
			assert_int_equal(passes(&bench, &raw, port), other);
			for (raw.length = 0; raw.length < 14; raw.length++)
				assert_false(passes(&bench, &raw, port));
		}
		bench_fini(&bench);
	}
}

/* Every whole frame, cut anywhere: dropped both ways, also where a flow lives. */
static void
not_whole(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;

		bench_init(&bench, NULL, PORTS);
		bench_set(&bench, "other", 1);
		start(&bench);
		assert_true(goes_out(&bench, tcp(version, true, SYN)));
		assert_true(goes_out(&bench, udp(version, true)));
		assert_true(goes_out(&bench, icmp(version, true, echo_request(version), 7)));
		for (int outward = 0; outward < 2; outward++) {
			struct frame whole[] = {
				tcp(version, outward, ACK), udp(version, outward),
				icmp(version, outward, (outward ? echo_request : echo_reply)(version), 7),
			};
			for (size_t i = 0; i < 3; i++) {
				size_t length = whole[i].length;

				assert_true(passes(&bench, &whole[i], outward ? INSIDE : OUTSIDE));
				for (whole[i].length = 0; whole[i].length < length; whole[i].length++)
					assert_false(passes(&bench, &whole[i], outward ? INSIDE : OUTSIDE));
			}
		}
		bench_fini(&bench);
	}
}

/* UDP and echo: opened and refreshed from inside, refreshed by answers, gone when silent. */
static void
queries(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2)
		for (int echo = 0; echo < 2; echo++) {
			struct frame out = echo ? icmp(version, true, echo_request(version), 7) : udp(version, true);
			struct frame in = echo ? icmp(version, false, echo_reply(version), 7) : udp(version, false);
			uint64_t life = ticks(echo ? 60 : 300);
			struct bench bench;

			start_default(&bench);
			assert_false(comes_in(&bench, in));
			assert_true(goes_out(&bench, out));
			assert_kept(&bench, version, echo ? ECHO : UDP, 0, tick(&bench));
			wait(&bench, life);
			assert_true(comes_in(&bench, in));
			assert_kept(&bench, version, echo ? ECHO : UDP, 0, tick(&bench));
			wait(&bench, life);
			assert_true(goes_out(&bench, out));
			assert_kept(&bench, version, echo ? ECHO : UDP, 0, tick(&bench));
			wait(&bench, life + 1);
			assert_false(comes_in(&bench, in));
			assert_int_equal(kept(&bench, version).count, 0);
			bench_fini(&bench);
		}
}

/* An answer that differs in anything from the reversed flow is none. */
static void
near_answers(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;
		struct frame in = udp(version, false);
		size_t addresses = version == 4 ? 26 : 22, l4 = version == 4 ? 34 : 54;

		start_default(&bench);
		assert_true(goes_out(&bench, udp(version, true)));
		for (size_t at = addresses; at < l4 + 4; at++)
			for (unsigned bit = 0; bit < 8; bit++) {
				in.byte[at] ^= (uint8_t)(1 << bit);
				assert_false(comes_in(&bench, in));
				in.byte[at] ^= (uint8_t)(1 << bit);
			}
		assert_true(comes_in(&bench, in));
		assert_false(comes_in(&bench, tcp(version, false, ACK)));
		assert_false(comes_in(&bench, udp(version, true)));
		/* Both ports equal is a flow like another. */
		assert_true(goes_out(&bench, udp_between(version, true, 500, 500)));
		assert_true(comes_in(&bench, udp_between(version, false, 500, 500)));
		bench_fini(&bench);
	}
}

static void
echo_only(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;

		start_default(&bench);
		for (unsigned type = 0; type < 256; type++) {
			bool discovery = version == 6 && type >= 133 && type <= 137;

			if (type == echo_request(version))
				continue;
			assert_true(goes_out(&bench, icmp(version, true, (uint8_t)type, 7)));
			assert_int_equal(kept(&bench, version).count, 0);
			assert_int_equal(comes_in(&bench, icmp(version, false, (uint8_t)type, 7)), discovery);
		}
		assert_true(goes_out(&bench, icmp(version, true, echo_request(version), 7)));
		assert_false(comes_in(&bench, icmp(version, false, echo_request(version), 7)));
		assert_false(comes_in(&bench, icmp(version, false, echo_reply(version), 8)));
		assert_true(comes_in(&bench, icmp(version, false, echo_reply(version), 7)));
		bench_fini(&bench);
	}
}

/* ICMP in IPv6 and ICMPv6 in IPv4 are protocols like any other, and so are those without ports. */
static void
other_protocols(void **unused)
{
	const uint8_t protocol[] = { 2, 41, 47, 50, 58, 59, 89, 132 };
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (size_t i = 0; i < 8; i++)
		for (int version = 4; version <= 6; version += 2) {
			uint8_t number = version == 6 && protocol[i] == 58 ? 1 : protocol[i];
			struct frame out = ip(version, number, true), in = ip(version, number, false);

			frame_icmp(&out, echo_request(version), 7);
			frame_icmp(&in, echo_reply(version), 7);
			frame_end(&out);
			frame_end(&in);
			assert_true(goes_out(&bench, out));
			assert_false(comes_in(&bench, in));
			assert_int_equal(kept(&bench, version).count, 0);
		}
	bench_fini(&bench);
}

static void
lifetimes_are_options(void **unused)
{
	const char *const name[] = { "opening", "established", "closing", "udp", "echo" };
	const struct flow_table *table;
	struct bench bench;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	bench_set(&bench, "capacity4", 3);
	bench_set(&bench, "capacity6", 5);
	for (uint64_t i = 0; i < 5; i++)
		bench_set(&bench, name[i], (i + 2) * SECOND);
	start(&bench);
	for (int version = 4; version <= 6; version += 2) {
		table = bench_object(&bench, version == 4 ? "flows4" : "flows6");
		assert_int_equal(flow_table_capacity(table), version == 4 ? 3 : 5);
		assert_int_equal(flow_table_shift(table), 30);
		assert_int_equal(flow_table_classes(table), 5);
		for (uint64_t i = 0; i < 5; i++)
			assert_int_equal(flow_table_lifetime(table, i), ticks(i + 2));
	}
	bench_fini(&bench);
}

/* An error from outside about a packet: the error's header, then the start of what it quotes. */
static struct frame
error_about(int version, uint8_t type, const struct frame *packet, size_t bytes)
{
	struct frame frame = icmp(version, false, type, 0);

	frame.length -= 9;
	for (size_t i = 0; i < bytes; i++)
		frame_put(&frame, packet->byte[14 + i], 1);
	frame_end(&frame);
	return frame;
}

static bool
is_error(int version, unsigned type)
{
	return version == 4 ? type == 3 || type == 11 || type == 12 : type >= 1 && type <= 4;
}

/* Eight bytes of the quoted L4 header are enough and seven are not; errors refresh nothing. */
static void
errors(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct frame sent[] = { tcp(version, true, SYN), udp(version, true),
			icmp(version, true, echo_request(version), 7) };
		size_t header = version == 4 ? 20 : 40;
		uint8_t type = version == 4 ? 3 : 1;

		for (size_t i = 0; i < 3; i++) {
			struct bench bench;

			start_default(&bench);
			assert_false(comes_in(&bench, error_about(version, type, &sent[i], header + 8)));
			assert_true(goes_out(&bench, sent[i]));
			struct kept before = kept(&bench, version);
			wait(&bench, 5);
			for (size_t n = 0; n < header + 8; n++)
				assert_false(comes_in(&bench, error_about(version, type, &sent[i], n)));
			for (unsigned other = 0; other < 256; other++) {
				bool discovery = version == 6 && other >= 133 && other <= 137;

				assert_int_equal(comes_in(&bench, error_about(version, (uint8_t)other, &sent[i], header + 8)),
					is_error(version, other) || discovery);
			}
			struct frame error = error_about(version, type, &sent[i], header + 8);
			assert_false(passes(&bench, &error, OUTSIDE2));
			assert_true(goes_out(&bench, error));
			struct kept after = kept(&bench, version);
			assert_memory_equal(&before, &after, sizeof before);
			wait(&bench, ticks(400));
			assert_false(comes_in(&bench, error));
			bench_fini(&bench);
		}
	}
}

/* The quoted packet must be one that the inside sent. */
static void
errors_about_answers(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct frame answer[] = { tcp(version, false, SYN | ACK), udp(version, false),
			icmp(version, false, echo_reply(version), 7), icmp(version, true, echo_reply(version), 7) };
		size_t header = version == 4 ? 20 : 40;
		struct bench bench;

		start_default(&bench);
		assert_true(goes_out(&bench, tcp(version, true, SYN)));
		assert_true(goes_out(&bench, udp(version, true)));
		assert_true(goes_out(&bench, icmp(version, true, echo_request(version), 7)));
		for (size_t i = 0; i < 4; i++)
			assert_false(comes_in(&bench, error_about(version, 3, &answer[i], header + 8)));
		bench_fini(&bench);
	}
}

/* Options and extension headers in the quote; a quoted later fragment, protocol, version do not count. */
static void
quotes(void **unused)
{
	struct bench bench;

	(void)unused;
	start_default(&bench);
	assert_true(goes_out(&bench, udp(4, true)));
	assert_true(goes_out(&bench, udp(6, true)));
	for (size_t options = 0; options <= 10; options++) {
		struct frame sent = frame_ether(0x0800);

		frame_ipv4(&sent, 17, HOST, PEER, 0x4000, options);
		frame_udp(&sent, 1000, 80);
		assert_true(comes_in(&bench, error_about(4, 11, &sent, sent.length - 14)));
		frame_poke(&sent, 20, 0x0001, 2);
		assert_false(comes_in(&bench, error_about(4, 11, &sent, sent.length - 14)));
		frame_poke(&sent, 20, 0x2000, 2);
		assert_true(comes_in(&bench, error_about(4, 11, &sent, sent.length - 14)));
		frame_poke(&sent, 14, 0x64, 1);
		assert_false(comes_in(&bench, error_about(4, 11, &sent, sent.length - 14)));
	}
	for (size_t extensions = 0; extensions < 11; extensions++) {
		struct frame sent = frame_ether(0x86dd);

		frame_ipv6(&sent, extensions ? 60 : 17, 1, 2);
		for (size_t i = 0; i < extensions; i++)
			frame_options6(&sent, i + 1 < extensions ? 60 : 17, i % 2);
		frame_udp(&sent, 1000, 80);
		assert_int_equal(comes_in(&bench, error_about(6, 3, &sent, sent.length - 14)), extensions <= 8);
		assert_false(comes_in(&bench, error_about(6, 3, &sent, sent.length - 15)));
	}
	bench_fini(&bench);
}

/* A full table loses the answer, not the packet, and keeps what it has. */
static void
full(void **unused)
{
	(void)unused;
	for (int version = 4; version <= 6; version += 2) {
		struct bench bench;

		bench_init(&bench, NULL, PORTS);
		bench_set(&bench, "capacity4", 4);
		bench_set(&bench, "capacity6", 4);
		start(&bench);
		for (uint16_t port = 1; port <= 8; port++)
			assert_true(goes_out(&bench, udp_between(version, true, port, 80)));
		assert_true(goes_out(&bench, tcp(version, true, SYN)));
		assert_true(goes_out(&bench, icmp(version, true, echo_request(version), 7)));
		for (uint16_t port = 1; port <= 8; port++)
			assert_int_equal(comes_in(&bench, udp_between(version, false, 80, port)), port <= 4);
		assert_false(comes_in(&bench, tcp(version, false, SYN | ACK)));
		assert_false(comes_in(&bench, icmp(version, false, echo_reply(version), 7)));
		/* Other flows that are there already still pass. */
		assert_true(goes_out(&bench, udp_between(version, true, 3, 80)));
		/* Space that expiry makes is space at once. */
		wait(&bench, ticks(300) + 1);
		for (uint16_t port = 11; port <= 14; port++)
			assert_true(goes_out(&bench, udp_between(version, true, port, 80)));
		for (uint16_t port = 11; port <= 14; port++)
			assert_true(comes_in(&bench, udp_between(version, false, 80, port)));
		bench_fini(&bench);
	}
}

/* First fragments are packets like others; later ones only go out. */
static void
fragments(void **unused)
{
	struct bench bench;

	(void)unused;
	start_default(&bench);
	for (int later = 0; later < 2; later++) {
		struct frame four[2], six[2];

		for (int outward = 0; outward < 2; outward++) {
			four[outward] = frame_ether(0x0800);
			frame_ipv4(&four[outward], 17, outward ? HOST : PEER, outward ? PEER : HOST,
				later ? 0x0007 : 0x2000, 0);
			six[outward] = ip(6, 44, outward);
			frame_fragment6(&six[outward], 17, later ? 7 : 0, !later);
			frame_udp(&four[outward], outward ? 1000 : 80, outward ? 80 : 1000);
			frame_udp(&six[outward], outward ? 1000 : 80, outward ? 80 : 1000);
			frame_end(&four[outward]);
			frame_end(&six[outward]);
			frame_poke(&four[outward], four[outward].udp + 4, 4000, 2);
			frame_poke(&six[outward], six[outward].udp + 4, 4000, 2);
		}
		assert_true(goes_out(&bench, four[1]));
		assert_true(goes_out(&bench, six[1]));
		assert_int_equal(comes_in(&bench, four[0]), !later);
		assert_int_equal(comes_in(&bench, six[0]), !later);
	}
	bench_fini(&bench);
}

/* Eight extension headers are walked; with a ninth nobody knows what it is. */
static void
extension_headers(void **unused)
{
	(void)unused;
	for (size_t extensions = 0; extensions < 11; extensions++) {
		struct bench bench;

		start_default(&bench);
		for (int outward = 1; outward >= 0; outward--) {
			struct frame frame = ip(6, extensions ? 60 : 17, outward);

			for (size_t i = 0; i < extensions; i++)
				frame_options6(&frame, i + 1 < extensions ? 60 : 17, 0);
			frame_udp(&frame, outward ? 1000 : 80, outward ? 80 : 1000);
			frame_end(&frame);
			assert_int_equal(passes(&bench, &frame, outward ? INSIDE : OUTSIDE), outward || extensions <= 8);
		}
		assert_int_equal(kept(&bench, 6).count, extensions <= 8);
		bench_fini(&bench);
	}
}

/* Memory that runs out after so many pieces. */
static void *
short_zalloc(size_t size, void *context)
{
	uint64_t *left = context, rounded = (size + 63) / 64 * 64;

	if (*left == 0)
		return NULL;
	(*left)--;
	return memset(aligned_alloc(64, rounded), 0, rounded);
}

static void
short_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	free(memory);
}

/* Wherever memory runs out, it says so and leaves nothing behind. */
static void
out_of_memory(void **unused)
{
	bool started = false;

	(void)unused;
	for (uint64_t pieces = 1; !started; pieces++) {
		uint64_t left = pieces;
		struct vig_memory memory = { short_zalloc, short_release, &left };
		struct bench bench;

		assert_true(pieces < 100);
		bench_init(&bench, &memory, PORTS);
		if (!bench.vig)
			continue;
		started = bench_start(&bench);
		assert_int_equal(bench.env.error != NULL, !started);
		bench_fini(&bench);
		if (started)
			assert_true(pieces > 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_without_pair),
		cmocka_unit_test(pairs_are_apart),
		cmocka_unit_test(keys_as_the_inside_sends),
		cmocka_unit_test(not_ip),
		cmocka_unit_test(not_whole),
		cmocka_unit_test(queries),
		cmocka_unit_test(near_answers),
		cmocka_unit_test(echo_only),
		cmocka_unit_test(other_protocols),
		cmocka_unit_test(lifetimes_are_options),
		cmocka_unit_test(errors),
		cmocka_unit_test(errors_about_answers),
		cmocka_unit_test(quotes),
		cmocka_unit_test(full),
		cmocka_unit_test(fragments),
		cmocka_unit_test(extension_headers),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("nf/firewall", tests, NULL, NULL);
}
