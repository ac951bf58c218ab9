/* SPDX-License-Identifier: BSD-3-Clause */
/* What the router makes of a packet, against bytes written by hand. */
#include "libvig/flow_table.h"
#include "test/nf/bench.h"

#define SECOND UINT64_C(1000000000)
#define PORTS 4
#define BROADCAST 0xffffffffffff

/* Behind port 0: 192.0.2.0/24, behind port 1: 198.51.100.0/24, behind port 2: 203.0.113.0/24 with an MTU of 600. */
#define MY_MAC(port) (0x020000000100 + (port))
static const uint32_t my_address[3] = { 0xc0000201, 0xc6336401, 0xcb007101 };

#define HOST_A 0xc0000202 /* behind port 0 */
#define MAC_A 0x0200000000a1
#define HOST_B 0xc6336402 /* behind port 1 */
#define MAC_B 0x0200000000b1
#define GATEWAY 0xcb0071fe /* behind port 2 */
#define MAC_GATEWAY 0x0200000000fe

static void
bind(const struct bench *bench, const char *name, uint64_t a, uint64_t a_high, uint64_t b, uint64_t c, uint64_t d,
	uint64_t e, size_t count)
{
	const uint64_t fields[5][2] = { { a, a_high }, { b, 0 }, { c, 0 }, { d, 0 }, { e, 0 } };

	assert_null(vig_bind(bench->vig, name, fields, count, PORTS));
}

static void
route(const struct bench *bench, uint64_t prefix, uint64_t length, uint64_t gateway, uint64_t port)
{
	bind(bench, "routes", prefix, length, gateway, port, 0, 0, 3);
}

static void
start(struct bench *bench)
{
	bench_init(bench, NULL, PORTS);
	assert_true(bench_start(bench));
	for (uint64_t port = 0; port < 3; port++) {
		bind(bench, "interfaces", port, 0, my_address[port], 24, MY_MAC(port), port == 2 ? 600 : 1500, 5);
		route(bench, my_address[port] - 1, 24, 0, port);
	}
	route(bench, 0x0a000000, 8, GATEWAY, 2);
	route(bench, 0x0a010000, 16, HOST_B, 1);
	bind(bench, "static", HOST_B, 0, 1, MAC_B, 0, 0, 3);
	bind(bench, "static", GATEWAY, 0, 2, MAC_GATEWAY, 0, 0, 3);
}

/* A packet with room around it, as the loop lends it. */
struct lent {
	uint8_t room[64 + 2048 + 64];
	struct packet packet;
};

static port_set
hand(struct bench *bench, const struct frame *frame, uint64_t port, struct lent *lent)
{
	memset(lent->room, 0xa5, sizeof lent->room);
	memcpy(lent->room + 64, frame->byte, frame->length);
	lent->packet = (struct packet){
		.data = lent->room + 64, .length = frame->length, .port = port,
		.floor = lent->room, .ceiling = lent->room + 64 + frame->length + 64,
	};
	return nf_process(bench->state, &lent->packet, bench->now);
}

static uint64_t
number(const struct lent *lent, size_t at, size_t bytes)
{
	uint64_t number = 0;

	assert_true(at + bytes <= lent->packet.length);
	for (size_t i = 0; i < bytes; i++)
		number = number << 8 | lent->packet.data[at + i];
	return number;
}

/* The one's-complement sum: 0xffff where a right checksum is among the bytes. */
static uint64_t
sum(const uint8_t *bytes, size_t n)
{
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += (uint64_t)bytes[i] << (i % 2 ? 0 : 8);
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

static void
seal(struct frame *frame)
{
	const size_t size = (frame->byte[14] & 15) * 4u;

	frame_poke(frame, 24, 0, 2);
	frame_poke(frame, 24, 0xffff - sum(frame->byte + 14, size), 2);
}

/* 20 + 4 * options + payload bytes of IP, with a right header checksum. */
static struct frame
datagram(uint64_t port, uint64_t from, uint8_t protocol, uint32_t source, uint32_t destination, size_t options,
	size_t payload)
{
	struct frame frame = { .length = 0 };

	frame_put(&frame, MY_MAC(port), 6);
	frame_put(&frame, from, 6);
	frame_put(&frame, 0x0800, 2);
	frame_ipv4(&frame, protocol, source, destination, 0x4000, options);
	for (size_t i = 0; i < payload; i++)
		frame_put(&frame, 0x11 * (i + 1), 1);
	frame_poke(&frame, 16, 20 + 4 * options + payload, 2);
	seal(&frame);
	return frame;
}

static void
expect_dropped(struct bench *bench, const struct frame *frame, uint64_t port)
{
	struct lent lent;

	assert_int_equal(hand(bench, frame, port, &lent), PORTS_NONE);
}

static void
forwards(void **unused)
{
	struct bench bench;
	struct lent lent;
	struct frame frame = datagram(0, MAC_A, 17, HOST_A, HOST_B, 3, 30);

	(void)unused;
	start(&bench);
	assert_int_equal(hand(&bench, &frame, 0, &lent), port_only(1));
	assert_int_equal(lent.packet.length, frame.length);
	assert_int_equal(number(&lent, 0, 6), MAC_B);
	assert_int_equal(number(&lent, 6, 6), MY_MAC(1));
	assert_int_equal(number(&lent, 22, 1), 63);
	assert_int_equal(sum(lent.packet.data + 14, 32), 0xffff);
	frame_poke(&frame, 0, MAC_B, 6);
	frame_poke(&frame, 6, MY_MAC(1), 6);
	frame_poke(&frame, 22, 63, 1);
	seal(&frame);
	assert_memory_equal(lent.packet.data, frame.byte, frame.length);
	bench_fini(&bench);
}

static void
longest_route(void **unused)
{
	struct bench bench;
	struct lent lent;
	const struct { uint32_t to; port_set out; uint64_t mac; } *c, cases[] = {
		{ 0x0a000000, port_only(2), MAC_GATEWAY }, { 0x0a00ffff, port_only(2), MAC_GATEWAY },
		{ 0x0a010000, port_only(1), MAC_B }, { 0x0a01ffff, port_only(1), MAC_B }, { 0x0a020000, port_only(2), MAC_GATEWAY },
		{ GATEWAY, port_only(2), MAC_GATEWAY },
	};

	(void)unused;
	start(&bench);
	for (c = cases; c < cases + sizeof cases / sizeof cases[0]; c++) {
		const struct frame frame = datagram(0, MAC_A, 6, HOST_A, c->to, 0, 40);

		assert_int_equal(hand(&bench, &frame, 0, &lent), c->out);
		assert_int_equal(number(&lent, 0, 6), c->mac);
	}
	bench_fini(&bench);
}

/* What must not be forwarded, and not be answered either. */
static void
silence(void **unused)
{
	struct bench bench;
	struct frame frame;
	const uint32_t martian[] = { 0, 0x00ffffff, 0x7f000001, 0xe0000001, 0xf0000000, 0xffffffff };

	(void)unused;
	start(&bench);
	for (size_t i = 0; i < sizeof martian / sizeof martian[0]; i++) {
		frame = datagram(0, MAC_A, 17, martian[i], HOST_B, 0, 30);
		expect_dropped(&bench, &frame, 0);
		frame = datagram(0, MAC_A, 17, HOST_A, martian[i], 0, 30);
		expect_dropped(&bench, &frame, 0);
	}
	frame = datagram(0, MAC_A, 17, 0xc00002ff, HOST_B, 0, 30); /* from everybody on the network */
	expect_dropped(&bench, &frame, 0);
	frame = datagram(0, MAC_A, 17, HOST_A, 0xc63364ff, 0, 30); /* to everybody on it */
	expect_dropped(&bench, &frame, 0);
	frame = datagram(0, MAC_A, 17, HOST_A, 0xc6336400, 0, 30);
	expect_dropped(&bench, &frame, 0);
	frame = datagram(1, MAC_A, 17, HOST_A, HOST_B, 0, 30); /* another port's Ethernet address */
	expect_dropped(&bench, &frame, 0);
	frame_poke(&frame, 0, BROADCAST, 6);
	expect_dropped(&bench, &frame, 0);
	frame = datagram(0, 0x010000000001, 17, HOST_A, HOST_B, 0, 30);
	expect_dropped(&bench, &frame, 0);
	frame = datagram(0, MAC_A, 17, HOST_A, HOST_B, 0, 30);
	expect_dropped(&bench, &frame, 3); /* no address there */
	bench_fini(&bench);
}

/* A single wrong bit anywhere in the header, or a length that does not fit. */
static void
broken(void **unused)
{
	struct bench bench;
	const struct frame whole = datagram(0, MAC_A, 17, HOST_A, HOST_B, 2, 30);
	struct frame frame;

	(void)unused;
	start(&bench);
	for (size_t bit = 0; bit < 8 * 28; bit++) {
		frame = whole;
		frame.byte[14 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		expect_dropped(&bench, &frame, 0);
	}
	for (size_t length = 0; length < whole.length; length++) {
		frame = whole;
		frame.length = length;
		expect_dropped(&bench, &frame, 0);
	}
	bench_fini(&bench);
}

/* The error goes back to the sender and quotes header and 8 bytes, as they came. */
static void
expect_error(struct bench *bench, const struct frame *frame, uint64_t port, uint64_t type, uint64_t code, uint64_t mtu)
{
	const size_t quote = (frame->byte[14] & 15) * 4u + 8;
	struct lent lent;

	assert_int_equal(hand(bench, frame, port, &lent), port_only(port));
	assert_int_equal(lent.packet.length, 42 + quote);
	assert_memory_equal(lent.packet.data, frame->byte + 6, 6);
	assert_int_equal(number(&lent, 6, 6), MY_MAC(port));
	assert_int_equal(number(&lent, 12, 4), 0x080045c0);
	assert_int_equal(number(&lent, 16, 2), 28 + quote);
	assert_int_equal(number(&lent, 18, 6), 0x000040004001);
	assert_int_equal(sum(lent.packet.data + 14, 20), 0xffff);
	assert_int_equal(number(&lent, 26, 4), my_address[port]);
	assert_memory_equal(lent.packet.data + 30, frame->byte + 26, 4);
	assert_int_equal(number(&lent, 34, 2), type << 8 | code);
	assert_int_equal(number(&lent, 38, 4), mtu);
	assert_int_equal(sum(lent.packet.data + 34, 8 + quote), 0xffff);
	assert_memory_equal(lent.packet.data + 42, frame->byte + 14, quote);
}

static void
errors(void **unused)
{
	struct bench bench;
	struct frame frame;

	(void)unused;
	start(&bench);
	for (size_t options = 0; options <= 10; options++) {
		frame = datagram(0, MAC_A, 17, HOST_A, 0x0b000001, options, 30);
		expect_error(&bench, &frame, 0, 3, 0, 0); /* no route */
		frame = datagram(0, MAC_A, 17, HOST_A, HOST_B, options, 8);
		frame_poke(&frame, 22, options % 2, 1); /* TTL */
		seal(&frame);
		expect_error(&bench, &frame, 0, 11, 0, 0);
		frame = datagram(1, MAC_B, 6, HOST_B, GATEWAY, options, 601 - 20 - 4 * options);
		expect_error(&bench, &frame, 1, 3, 4, 600);
		frame = datagram(0, MAC_A, 17, HOST_A, my_address[1], options, 30);
		expect_error(&bench, &frame, 0, 3, 3, 0);
		frame = datagram(0, MAC_A, 6, HOST_A, my_address[0], options, 30);
		expect_error(&bench, &frame, 0, 3, 2, 0);
	}
	bench_fini(&bench);
}

/* RFC 1812 4.3.2.7. */
static void
no_errors(void **unused)
{
	struct bench bench;
	struct lent lent;
	struct frame frame;

	(void)unused;
	start(&bench);
	for (uint64_t type = 0; type < 20; type++) {
		frame = datagram(0, MAC_A, 1, HOST_A, 0x0b000001, 0, 30);
		frame_poke(&frame, 34, type, 1);
		if (type == 3 || type == 4 || type == 5 || type == 11 || type == 12)
			expect_dropped(&bench, &frame, 0);
		else
			expect_error(&bench, &frame, 0, 3, 0, 0);
	}
	frame = datagram(0, MAC_A, 17, HOST_A, 0x0b000001, 0, 7);
	expect_dropped(&bench, &frame, 0);
	frame = datagram(0, MAC_A, 17, HOST_A, 0x0b000001, 0, 30);
	frame_poke(&frame, 20, 0x2001, 2); /* a later fragment */
	seal(&frame);
	expect_dropped(&bench, &frame, 0);
	frame_poke(&frame, 20, 0x2000, 2); /* the first */
	seal(&frame);
	expect_error(&bench, &frame, 0, 3, 0, 0);
	frame = datagram(1, MAC_B, 6, HOST_B, GATEWAY, 0, 581); /* too big, but might be cut */
	frame_poke(&frame, 20, 0, 2);
	seal(&frame);
	expect_dropped(&bench, &frame, 1);
	frame = datagram(1, MAC_B, 6, HOST_B, GATEWAY, 0, 580);
	assert_int_equal(hand(&bench, &frame, 1, &lent), port_only(2));
	bench_fini(&bench);
}

static struct frame
ping(uint64_t port, uint32_t destination, size_t data)
{
	struct frame frame = datagram(port, MAC_A, 1, HOST_A, destination, 0, 8 + data);

	frame_poke(&frame, 34, 0x08000000, 4);
	frame_poke(&frame, 36, 0xffff - sum(frame.byte + 34, 8 + data), 2);
	frame_poke(&frame, 22, 1, 1); /* TTL: it goes no further (4.2.2.9) */
	seal(&frame);
	return frame;
}

static void
echoes(void **unused)
{
	struct bench bench;
	struct lent lent;
	struct frame frame;

	(void)unused;
	start(&bench);
	for (size_t data = 0; data < 60; data++)
		for (size_t port = 0; port < 3; port++) {
			frame = ping(0, my_address[port], data);
			assert_int_equal(hand(&bench, &frame, 0, &lent), port_only(0));
			assert_int_equal(lent.packet.length, frame.length);
			assert_int_equal(number(&lent, 0, 6), MAC_A);
			assert_int_equal(number(&lent, 6, 6), MY_MAC(0));
			assert_int_equal(number(&lent, 22, 1), 64);
			assert_int_equal(number(&lent, 26, 8), (uint64_t)my_address[port] << 32 | HOST_A);
			assert_int_equal(number(&lent, 34, 2), 0);
			assert_int_equal(sum(lent.packet.data + 14, 20), 0xffff);
			assert_int_equal(sum(lent.packet.data + 34, 8 + data), 0xffff);
			assert_memory_equal(lent.packet.data + 38, frame.byte + 38, 4 + data);
		}
	frame_poke(&frame, 20, 0x2000, 2); /* a fragment */
	seal(&frame);
	expect_dropped(&bench, &frame, 0);
	frame = ping(0, my_address[0], 10);
	frame_poke(&frame, 34, 0, 1); /* a reply */
	expect_dropped(&bench, &frame, 0);
	bench_fini(&bench);
}

static struct frame
arp(uint64_t to, uint64_t from, uint64_t operation, uint64_t mac, uint32_t sender, uint32_t target)
{
	struct frame frame = { .length = 0 };

	frame_put(&frame, to, 6);
	frame_put(&frame, from, 6);
	frame_put(&frame, 0x0806, 2);
	frame_put(&frame, 0x000108000604, 6);
	frame_put(&frame, operation, 2);
	frame_put(&frame, mac, 6);
	frame_put(&frame, sender, 4);
	frame_put(&frame, 0, 6);
	frame_put(&frame, target, 4);
	frame_put(&frame, 0x5a5a5a, 3);
	return frame;
}

/* Where packets to a host behind port 0 go: 0 while its Ethernet address is asked for. */
static uint64_t
mac_of(struct bench *bench, uint32_t address)
{
	const struct frame frame = datagram(1, MAC_B, 17, HOST_B, address, 0, 30);
	struct lent lent;

	assert_int_equal(hand(bench, &frame, 1, &lent), port_only(0));
	if (number(&lent, 0, 6) != BROADCAST)
		return number(&lent, 0, 6);
	assert_int_equal(lent.packet.length, 60);
	assert_int_equal(number(&lent, 6, 6), MY_MAC(0));
	assert_int_equal(number(&lent, 12, 8), 0x0806000108000604);
	assert_int_equal(number(&lent, 20, 8), 0x0001020000000100);
	assert_int_equal(number(&lent, 28, 4), my_address[0]);
	assert_int_equal(number(&lent, 32, 6), 0);
	assert_int_equal(number(&lent, 38, 4), address);
	for (size_t at = 42; at < 60; at++)
		assert_int_equal(number(&lent, at, 1), 0);
	return 0;
}

static void
neighbours(void **unused)
{
	struct bench bench;
	struct lent lent;
	struct frame frame;

	(void)unused;
	start(&bench);
	assert_int_equal(mac_of(&bench, HOST_A), 0);
	frame = arp(MY_MAC(0), MAC_A, 2, MAC_A, HOST_A, my_address[0]);
	expect_dropped(&bench, &frame, 0); /* it is a reply: there is nothing to say, */
	assert_int_equal(mac_of(&bench, HOST_A), MAC_A); /* but it was heard */

	frame = arp(BROADCAST, MAC_A, 1, MAC_A + 1, HOST_A, my_address[0]);
	assert_int_equal(hand(&bench, &frame, 0, &lent), port_only(0));
	assert_int_equal(lent.packet.length, frame.length);
	assert_int_equal(number(&lent, 0, 6), MAC_A + 1);
	assert_int_equal(number(&lent, 6, 6), MY_MAC(0));
	assert_int_equal(number(&lent, 20, 8), 0x0002020000000100);
	assert_int_equal(number(&lent, 28, 4), my_address[0]);
	assert_int_equal(number(&lent, 32, 6), MAC_A + 1);
	assert_int_equal(number(&lent, 38, 4), HOST_A);
	assert_int_equal(mac_of(&bench, HOST_A), MAC_A + 1);

	bench.now += 299 * SECOND;
	assert_int_equal(mac_of(&bench, HOST_A), MAC_A + 1);
	bench.now += 2 * SECOND;
	assert_int_equal(mac_of(&bench, HOST_A), 0);
	bench_fini(&bench);
}

/* Who is not believed, and who is not meant. */
static void
strangers(void **unused)
{
	struct bench bench;
	struct lent lent;
	struct frame frame;

	(void)unused;
	start(&bench);
	frame = arp(BROADCAST, MAC_A, 1, MAC_A, HOST_A, HOST_A + 1); /* not for the router, and a stranger */
	expect_dropped(&bench, &frame, 0);
	assert_int_equal(mac_of(&bench, HOST_A), 0);
	frame = arp(BROADCAST, MAC_A, 1, 0x010000000001, HOST_A, my_address[0]);
	(void)hand(&bench, &frame, 0, &lent);
	assert_int_equal(mac_of(&bench, HOST_A), 0);
	frame = arp(MY_MAC(1), MAC_A, 1, MAC_A, HOST_A, my_address[0]); /* to another station */
	expect_dropped(&bench, &frame, 0);
	frame = arp(BROADCAST, MAC_A, 1, MAC_A, HOST_A, my_address[0]);
	frame.length = 41;
	expect_dropped(&bench, &frame, 0);
	assert_int_equal(mac_of(&bench, HOST_A), 0);
	frame = arp(BROADCAST, MAC_A, 1, MAC_A, 0, my_address[0]); /* RFC 5227: a probe is answered */
	assert_int_equal(hand(&bench, &frame, 0, &lent), port_only(0));
	assert_int_equal(number(&lent, 0, 6), MAC_A);
	bench_fini(&bench);
}

static void
memory_runs_out(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_init(&bench, NULL, PORTS);
	bench_set(&bench, "capacity", UINT64_C(1) << 60);
	assert_false(bench_start(&bench));
	assert_non_null(bench.env.error);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forwards),
		cmocka_unit_test(longest_route),
		cmocka_unit_test(silence),
		cmocka_unit_test(broken),
		cmocka_unit_test(errors),
		cmocka_unit_test(no_errors),
		cmocka_unit_test(echoes),
		cmocka_unit_test(neighbours),
		cmocka_unit_test(strangers),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
