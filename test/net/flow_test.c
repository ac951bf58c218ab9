/* SPDX-License-Identifier: BSD-3-Clause */
/* What net/flow finds in whole frames, and that it finds nothing in frames that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/flow.h"
#include "test/net/frame.h"

#define HERE 0x0a000001u
#define THERE 0xc0000201u

/* Looks at the first bytes of a frame. */
static struct net_flow
look(const struct frame *frame, size_t length)
{
	uint8_t *copy = frame_copy(frame, length);
	struct net_flow flow = { .kind = 0xff };

	net_flow(copy, length, &flow);
	free(copy);
	return flow;
}

/* The frame is whole and of that kind, and cut anywhere it is not. l4: bytes after Ethernet. */
static void
assert_kind(struct frame *frame, unsigned kind, size_t l4)
{
	struct net_flow flow;

	frame_end(frame);
	for (size_t n = 0; n < frame->length; n++)
		assert_int_equal(look(frame, n).kind, n < 14 ? NET_FLOW_NONE : NET_FLOW_BROKEN);
	flow = look(frame, frame->length);
	assert_int_equal(flow.kind, kind);
	assert_int_equal(flow.ip, 14);
	assert_int_equal(flow.l4, 14 + l4);
	assert_int_equal(flow.end, frame->length);
	assert_int_equal(flow.version, frame->byte[14] >> 4);
	/* Padding behind the packet changes nothing. */
	size_t end = frame->length;
	frame_bytes(frame, 6);
	flow = look(frame, frame->length);
	assert_int_equal(flow.kind, kind);
	assert_int_equal(flow.end, end);
	frame->length = end;
}

static void
assert_broken(struct frame *frame)
{
	frame_end(frame);
	assert_int_equal(look(frame, frame->length).kind, NET_FLOW_BROKEN);
}

static struct frame
ipv4(uint8_t protocol, uint16_t fragment, size_t options)
{
	struct frame frame = frame_ether(0x0800);

	frame_ipv4(&frame, protocol, HERE, THERE, fragment, options);
	return frame;
}

static struct frame
ipv6(uint8_t next)
{
	struct frame frame = frame_ether(0x86dd);

	frame_ipv6(&frame, next, 1, 2);
	return frame;
}

static void
ipv4_kinds(void **state)
{
	(void)state;
	for (size_t options = 0; options <= 10; options++) {
		struct frame tcp = ipv4(6, 0, options), udp = ipv4(17, 0, options), icmp = ipv4(1, 0, options),
			other = ipv4(47, 0, options), icmp6 = ipv4(58, 0, options);

		frame_tcp(&tcp, 1, 2, 0x02, options);
		frame_udp(&udp, 1, 2);
		frame_bytes(&udp, options);
		frame_icmp(&icmp, 8, 7);
		assert_kind(&tcp, NET_FLOW_TCP, 20 + 4 * options);
		assert_kind(&udp, NET_FLOW_UDP, 20 + 4 * options);
		assert_kind(&icmp, NET_FLOW_ICMP, 20 + 4 * options);
		assert_kind(&other, NET_FLOW_OTHER, 20 + 4 * options);
		assert_kind(&icmp6, NET_FLOW_OTHER, 20 + 4 * options);
	}
}

/* The IP length agrees with what is there, but too little is there. */
static void
ipv4_short_l4(void **state)
{
	const uint8_t protocol[] = { 6, 17, 1 };
	const size_t least[] = { 20, 8, 8 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t n = 0; n < least[i]; n++) {
			struct frame frame = ipv4(protocol[i], 0, 0);

			frame_put(&frame, 0, n < 4 ? n : 4);
			while (frame.length < 34 + n)
				frame_put(&frame, 0x50, 1); /* a data offset of 5, a length of 0x5050 */
			assert_broken(&frame);
			/* Bytes after the packet are not the packet's. */
			frame_bytes(&frame, 40);
			assert_int_equal(look(&frame, frame.length).kind, NET_FLOW_BROKEN);
		}
}

static void
ipv4_header_lies(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		struct frame frame = ipv4(47, 0, 0);
		unsigned version = first >> 4, size = (first & 15) * 4;

		frame_bytes(&frame, 20);
		frame_end(&frame);
		frame.byte[14] = (uint8_t)first;
		assert_int_equal(look(&frame, frame.length).kind,
			version == 4 && size >= 20 && size <= 40 ? NET_FLOW_OTHER : NET_FLOW_BROKEN);
	}
	for (unsigned total = 0; total < 100; total++) {
		struct frame frame = ipv4(47, 0, 2);

		frame_bytes(&frame, 32);
		frame_poke(&frame, 16, total, 2);
		assert_int_equal(look(&frame, frame.length).kind,
			total >= 28 && total <= 60 ? NET_FLOW_OTHER : NET_FLOW_BROKEN);
	}
}

static void
tcp_header_lies(void **state)
{
	(void)state;
	for (unsigned offset = 0; offset < 16; offset++) {
		struct frame frame = ipv4(6, 0, 0);

		frame_tcp(&frame, 1, 2, 0x10, 3);
		frame.byte[34 + 12] = (uint8_t)(offset << 4 | 0xf);
		frame_end(&frame);
		assert_int_equal(look(&frame, frame.length).kind,
			offset >= 5 && offset <= 8 ? NET_FLOW_TCP : NET_FLOW_BROKEN);
	}
}

/* A first fragment's UDP length goes beyond the fragment; nobody else's may. */
static void
udp_length_lies(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++)
		for (unsigned length = 0; length < 40; length++) {
			struct frame four = ipv4(17, more ? 0x2000 : 0x4000, 0), six = ipv6(more ? 44 : 17);
			unsigned want = length >= 8 && (more || length <= 20) ? NET_FLOW_UDP : NET_FLOW_BROKEN;

			if (more)
				frame_fragment6(&six, 17, 0, 1);
			frame_udp(&four, 1, 2);
			frame_udp(&six, 1, 2);
			frame_bytes(&four, 12);
			frame_bytes(&six, 12);
			frame_end(&four);
			frame_end(&six);
			frame_poke(&four, four.udp + 4, length, 2);
			frame_poke(&six, six.udp + 4, length, 2);
			assert_int_equal(look(&four, four.length).kind, want);
			assert_int_equal(look(&six, six.length).kind, want);
			assert_int_equal(look(&four, four.length).more, more);
			assert_int_equal(look(&six, six.length).more, more);
		}
}

static void
ipv4_fragments(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 16; bit++) {
		struct frame frame = ipv4(17, (uint16_t)(1u << bit), 0);

		frame_udp(&frame, 1, 2);
		assert_kind(&frame, bit < 13 ? NET_FLOW_LATER : NET_FLOW_UDP, 20);
		assert_int_equal(look(&frame, frame.length).more, bit == 13);
	}
	/* A later fragment may be shorter than any L4 header. */
	struct frame later = ipv4(6, 0x2001, 0);
	assert_kind(&later, NET_FLOW_LATER, 20);
	assert_true(look(&later, later.length).more);
}

static void
ipv6_kinds(void **state)
{
	struct frame tcp = ipv6(6), udp = ipv6(17), icmp = ipv6(58), icmp4 = ipv6(1), none = ipv6(59), esp = ipv6(50);

	(void)state;
	frame_tcp(&tcp, 1, 2, 0x02, 1);
	frame_udp(&udp, 1, 2);
	frame_icmp(&icmp, 128, 7);
	frame_icmp(&icmp4, 8, 7);
	assert_kind(&tcp, NET_FLOW_TCP, 40);
	assert_kind(&udp, NET_FLOW_UDP, 40);
	assert_kind(&icmp, NET_FLOW_ICMP, 40);
	assert_kind(&icmp4, NET_FLOW_OTHER, 40);
	assert_kind(&none, NET_FLOW_OTHER, 40);
	assert_kind(&esp, NET_FLOW_OTHER, 40);
	for (unsigned version = 0; version < 16; version++) {
		udp.byte[14] = (uint8_t)(version << 4);
		assert_int_equal(look(&udp, udp.length).kind, version == 6 ? NET_FLOW_UDP : NET_FLOW_BROKEN);
	}
}

/* Every value of the next header field, alone: only five are walked through. */
static void
ipv6_next_values(void **state)
{
	(void)state;
	for (unsigned next = 0; next < 256; next++) {
		struct frame frame = ipv6((uint8_t)next);
		int walked = next == 0 || next == 43 || next == 44 || next == 51 || next == 60;

		frame_put(&frame, 59, 1);
		frame_put(&frame, 0, 7);
		frame_bytes(&frame, 4);
		frame_end(&frame);
		if (next == 6 || next == 17) {
			assert_int_equal(look(&frame, frame.length).kind, NET_FLOW_BROKEN);
			continue;
		}
		assert_int_equal(look(&frame, frame.length).kind, next == 58 ? NET_FLOW_ICMP : NET_FLOW_OTHER);
		assert_int_equal(look(&frame, frame.length).protocol, walked ? 59 : next);
		assert_int_equal(look(&frame, frame.length).l4, walked ? 62 : 54);
	}
}

/* Appends a header of the given kind that leads to next; answers its size. */
static size_t
extend(struct frame *frame, unsigned kind, unsigned next, unsigned length)
{
	size_t before = frame->length;

	if (kind == 44)
		frame_fragment6(frame, (uint8_t)next, 0, 0);
	else if (kind == 51)
		frame_authentication(frame, (uint8_t)next, (uint8_t)length);
	else
		frame_options6(frame, (uint8_t)next, (uint8_t)length);
	return frame->length - before;
}

static void
ipv6_each_extension(void **state)
{
	const unsigned kind[] = { 0, 43, 44, 51, 60 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (unsigned length = 0; length < 6; length++) {
			struct frame frame = ipv6((uint8_t)kind[i]);
			size_t size = extend(&frame, kind[i], 17, length);

			/* An authentication header of length 0 says 8 bytes. */
			if (kind[i] == 51 && length == 0)
				assert_int_equal(size, 8);
			frame_udp(&frame, 1, 2);
			assert_kind(&frame, NET_FLOW_UDP, 40 + size);
		}
}

/* Chains of every length: eight are walked, a ninth is unknown. */
static void
ipv6_chains(void **state)
{
	const unsigned kind[] = { 0, 60, 43, 44, 51, 60, 51, 44, 0, 43 };

	(void)state;
	for (unsigned count = 0; count <= 10; count++) {
		struct frame frame = ipv6(count ? (uint8_t)kind[0] : 6);
		size_t walked = 40;

		for (unsigned i = 0; i < count; i++) {
			size_t size = extend(&frame, kind[i], i + 1 < count ? kind[i + 1] : 6, i % 3 + (kind[i] == 51));
			walked += i < 8 ? size : 0;
		}
		frame_tcp(&frame, 1, 2, 0x02, 0);
		if (count <= 8) {
			assert_kind(&frame, NET_FLOW_TCP, walked);
		} else {
			assert_kind(&frame, NET_FLOW_UNKNOWN, walked);
			/* The ninth is not looked at: nothing of it has to be there. */
			frame.length = 14 + walked;
			assert_kind(&frame, NET_FLOW_UNKNOWN, walked);
		}
	}
}

static void
ipv6_extension_lies(void **state)
{
	const unsigned kind[] = { 0, 43, 51, 60 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (unsigned length = 0; length < 256; length++) {
			struct frame frame = ipv6((uint8_t)kind[i]);
			size_t size = kind[i] == 51 ? (length + 2) * 4 : (length + 1) * 8;

			frame_put(&frame, 59, 1);
			frame_put(&frame, length, 1);
			frame_put(&frame, 0, 6);
			frame_bytes(&frame, 92);
			frame_end(&frame);
			assert_int_equal(look(&frame, frame.length).kind, size <= 100 ? NET_FLOW_OTHER : NET_FLOW_BROKEN);
			if (size <= 100)
				assert_int_equal(look(&frame, frame.length).l4, 54 + size);
		}
	for (size_t n = 0; n < 8; n++) {
		struct frame frame = ipv6(44);

		frame_put(&frame, 0x3b00000000000000 >> (64 - 8 * (n ? n : 1)), n);
		assert_broken(&frame);
	}
}

static void
ipv6_fragments(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 13; bit++) {
		struct frame frame = ipv6(44);

		frame_fragment6(&frame, 17, (uint16_t)(1u << bit), bit & 1);
		frame_bytes(&frame, 3);
		assert_kind(&frame, NET_FLOW_LATER, 40);
		assert_int_equal(look(&frame, frame.length).more, bit & 1);
	}
	/* Reserved bits of the offset word are no offset. */
	struct frame reserved = ipv6(44);
	frame_fragment6(&reserved, 17, 0, 0);
	reserved.byte[57] = 6;
	frame_udp(&reserved, 1, 2);
	assert_kind(&reserved, NET_FLOW_UDP, 48);
	/* One of two fragment headers says more. */
	struct frame twice = ipv6(44);
	frame_fragment6(&twice, 44, 0, 1);
	frame_fragment6(&twice, 17, 0, 0);
	frame_udp(&twice, 1, 2);
	assert_kind(&twice, NET_FLOW_UDP, 56);
	assert_true(look(&twice, twice.length).more);
	/* A later fragment ends the walk, whatever it says comes next. */
	struct frame broken = ipv6(44);
	frame_fragment6(&broken, 60, 9, 0);
	frame_put(&broken, 0xff, 1);
	assert_kind(&broken, NET_FLOW_LATER, 40);
}

static void
other_types(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 0x10000; type++) {
		if (type == 0x0800 || type == 0x86dd)
			continue;
		struct frame frame = frame_ether((uint16_t)type);
		frame_ipv4(&frame, 17, HERE, THERE, 0, 0);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		assert_int_equal(look(&frame, frame.length).kind, NET_FLOW_NONE);
	}
}

/* What an error quotes, when the frame is cut to every length that leaves the error itself whole. */
static void
assert_quote(struct frame *frame, unsigned kind, size_t ip, size_t l4)
{
	for (size_t n = ip; n <= ip + l4 + 8; n++) {
		struct frame cut = *frame;
		struct net_flow error = { 0 }, quoted;

		cut.length = n;
		frame_end(&cut);
		uint8_t *copy = frame_copy(&cut, n);
		net_flow(copy, n, &error);
		assert_int_equal(error.kind, NET_FLOW_ICMP);
		net_flow_quoted(copy, &error, &quoted);
		free(copy);
		if (n < ip + l4 + 8) {
			assert_true(quoted.kind == NET_FLOW_BROKEN ||
				(kind <= NET_FLOW_UNKNOWN && quoted.kind == kind));
			continue;
		}
		assert_int_equal(quoted.kind, kind);
		assert_int_equal(quoted.ip, ip);
		if (kind >= NET_FLOW_TCP)
			assert_int_equal(quoted.l4, ip + l4);
	}
}

static void
ipv4_quotes(void **state)
{
	const unsigned kind[] = { NET_FLOW_TCP, NET_FLOW_UDP, NET_FLOW_ICMP, NET_FLOW_OTHER, NET_FLOW_OTHER };
	const uint8_t protocol[] = { 6, 17, 1, 47, 58 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (size_t options = 0; options < 4; options++) {
			struct frame frame = ipv4(1, 0, options);
			size_t ip = 34 + 4 * options + 8;

			frame_icmp(&frame, 3, 0);
			frame_ipv4(&frame, protocol[i], HERE, THERE, 0x4000, 3 - options);
			frame_put(&frame, 0x0001000200000000, 8);
			assert_quote(&frame, kind[i], ip, 20 + 4 * (3 - options));
			frame_poke(&frame, ip + 6, 1, 2);
			assert_quote(&frame, NET_FLOW_LATER, ip, 20 + 4 * (3 - options));
			frame_poke(&frame, ip, 0x54, 1);
			assert_quote(&frame, NET_FLOW_BROKEN, ip, 20 + 4 * (3 - options));
			frame_poke(&frame, ip, 0x44, 1);
			assert_quote(&frame, NET_FLOW_BROKEN, ip, 20 + 4 * (3 - options));
		}
}

static void
ipv6_quotes(void **state)
{
	const unsigned kind[] = { NET_FLOW_TCP, NET_FLOW_UDP, NET_FLOW_ICMP, NET_FLOW_OTHER, NET_FLOW_OTHER };
	const uint8_t protocol[] = { 6, 17, 58, 59, 1 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (unsigned count = 0; count <= 9; count++) {
			struct frame frame = ipv6(58);
			size_t l4 = 40;

			frame_icmp(&frame, 1, 0);
			frame_ipv6(&frame, count ? 60 : protocol[i], 1, 2);
			for (unsigned n = 0; n < count; n++)
				l4 += extend(&frame, 60, n + 1 < count ? 60 : protocol[i], 0);
			frame_put(&frame, 0x0001000200000000, 8);
			assert_quote(&frame, count < 9 ? kind[i] : NET_FLOW_UNKNOWN, 62, l4);
		}
	struct frame later = ipv6(58);
	frame_icmp(&later, 1, 0);
	frame_ipv6(&later, 44, 1, 2);
	frame_fragment6(&later, 17, 1, 0);
	frame_put(&later, 0x0001000200000000, 8);
	assert_quote(&later, NET_FLOW_LATER, 62, 48);
	later.byte[62] = 0x40;
	assert_quote(&later, NET_FLOW_BROKEN, 62, 48);
}

/* Whatever the bytes, what is answered lies inside. */
static void
any_bytes(void **state)
{
	/* Small numbers make long chains and plausible lengths. */
	static const uint8_t likely[16] = { 0, 0, 0, 1, 6, 17, 43, 44, 51, 58, 60, 2, 3, 8, 11, 16 };
	uint64_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 300000; round++) {
		struct frame frame = frame_ether(round & 1 ? 0x0800 : 0x86dd);
		size_t extra = round / 2 % 120;

		for (size_t i = 0; i < extra; i++) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			frame_put(&frame, seed >> 63 ? seed >> 33 : likely[seed >> 40 & 15], 1);
		}
		if (extra > 0)
			frame.byte[14] = round & 1 ? (uint8_t)(0x45 + (seed >> 60 == 0)) : 0x60;
		if (extra > 5)
			frame_poke(&frame, round & 1 ? 16 : 18, round & 1 ? extra : extra >= 40 ? extra - 40 : 0, 2);

		struct net_flow flow = look(&frame, frame.length);
		assert_in_range(flow.kind, 0, NET_FLOW_ICMP);
		if (flow.kind == NET_FLOW_BROKEN || flow.kind == NET_FLOW_NONE)
			continue;
		assert_true(flow.ip < flow.l4 && flow.l4 <= flow.end && flow.end <= frame.length);
		if (flow.kind == NET_FLOW_ICMP) {
			uint8_t *copy = frame_copy(&frame, frame.length);
			struct net_flow quoted;

			net_flow_quoted(copy, &flow, &quoted);
			free(copy);
			if (quoted.kind >= NET_FLOW_TCP)
				assert_true(quoted.l4 + 8 <= frame.length && quoted.ip < quoted.l4);
		}
	}
}

/* A glance needs the bytes up to the ports, and where the headers are as usual it sees what a look sees. */
static void
assert_usual(struct frame *frame)
{
	struct net_flow whole, glance;

	frame_end(frame);
	whole = look(frame, frame->length);
	for (size_t n = 0; n <= frame->length; n++) {
		uint8_t *copy = frame_copy(frame, n);

		assert_int_equal(net_flow_usual(copy, n, &glance), n >= whole.l4 + 4);
		free(copy);
	}
	assert_int_equal(glance.ip, whole.ip);
	assert_int_equal(glance.l4, whole.l4);
	assert_int_equal(glance.version, whole.version);
	assert_int_equal(glance.protocol, whole.protocol);
}

static void
usual_frames(void **state)
{
	struct frame tcp4 = ipv4(6, 0, 0), udp4 = ipv4(17, 0, 0), tcp6 = ipv6(6), udp6 = ipv6(17);
	struct frame arp = frame_ether(0x0806);
	struct net_flow flow;

	(void)state;
	frame_tcp(&tcp4, 1, 2, 0x02, 0);
	frame_udp(&udp4, 1, 2);
	frame_tcp(&tcp6, 1, 2, 0x02, 0);
	frame_udp(&udp6, 1, 2);
	assert_usual(&tcp4);
	assert_usual(&udp4);
	assert_usual(&tcp6);
	assert_usual(&udp6);
	frame_bytes(&arp, 100);
	assert_false(net_flow_usual(arp.byte, arp.length, &flow));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_kinds),
		cmocka_unit_test(ipv4_short_l4),
		cmocka_unit_test(ipv4_header_lies),
		cmocka_unit_test(tcp_header_lies),
		cmocka_unit_test(udp_length_lies),
		cmocka_unit_test(ipv4_fragments),
		cmocka_unit_test(ipv6_kinds),
		cmocka_unit_test(ipv6_next_values),
		cmocka_unit_test(ipv6_each_extension),
		cmocka_unit_test(ipv6_chains),
		cmocka_unit_test(ipv6_extension_lies),
		cmocka_unit_test(ipv6_fragments),
		cmocka_unit_test(other_types),
		cmocka_unit_test(ipv4_quotes),
		cmocka_unit_test(ipv6_quotes),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(usual_frames),
	};

	return cmocka_run_group_tests_name("net/flow", tests, NULL, NULL);
}
