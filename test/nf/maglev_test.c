/* SPDX-License-Identifier: BSD-3-Clause */
/* Who lives, where flows go, what is remembered of them, and what is in a tunnel. */
#include "test/nf/bench.h"

#define SECOND UINT64_C(1000000000)
#define PORTS 4
#define VIP 0xc6336450u   /* 198.51.100.80 */
#define CLIENT 0x0a000001u
#define HERE 0xc00002feu  /* 192.0.2.254 */
#define MAPPED UINT64_C(0xffff00000000)
#define MAC UINT64_C(0x020000000100) /* of backend n: this + n */
#define ROOM PACKET_HEADROOM

enum { DSR, TUNNEL };

/* Backend n is 192.0.2.n, behind port n. */
static void
list_backend(struct bench *bench, uint64_t n, uint64_t weight, uint64_t delivery)
{
	const uint64_t fields[5][2] = { { MAPPED | (0xc0000200u + n), 0 }, { n, 0 }, { weight, 0 }, { MAC + n, 0 }, { delivery, 0 } };

	assert_null(vig_bind(bench->vig, "backends", fields, 5, PORTS));
}

static void
start(struct bench *bench, uint64_t delivery)
{
	const uint64_t four[4][2] = { { MAPPED | VIP, 0 }, { 0, 0 }, { 80, 0 }, { 0, 0 } };
	const uint64_t six[4][2] = { { 80, 0x20010db800000000 }, { 0, 0 }, { 80, 0 }, { 1, 0 } };

	bench_init(bench, NULL, PORTS);
	bench_set(bench, "health", SECOND);
	bench_set(bench, "capacity", 1000);
	bench_set(bench, "address4", HERE);
	bench_set(bench, "mac", 0x0200000000f0);
	assert_true(bench_start(bench));
	assert_null(vig_bind(bench->vig, "vips", four, 4, PORTS));
	assert_null(vig_bind(bench->vig, "vips", six, 4, PORTS));
	list_backend(bench, 1, 1, delivery);
	list_backend(bench, 2, 1, delivery);
	list_backend(bench, 3, 0, delivery);
	vig_settle(bench->vig);
}

enum hints { NO_HINT, RIGHT_HINT, WRONG_HINT };

static uint64_t
hint_of(const struct bench *bench, const struct packet *packet, enum hints hints)
{
	uint64_t hint = 0;

	for (uint32_t stage = 0; stage < nf_hint_stages && hints == RIGHT_HINT; stage++)
		hint = nf_hint(bench->state, packet, stage, hint);
	return hints == WRONG_HINT ? UINT64_C(0x9e3779b97f4a7c15) * packet->length : hint;
}

/* What becomes of a frame: the ports, and the frame as it is sent. */
static port_set
send_hinted(struct bench *bench, const struct frame *frame, uint64_t port, struct frame *sent, enum hints hints)
{
	uint8_t *buffer = calloc(1, ROOM + frame->length + PACKET_TAILROOM);
	struct packet packet = { .data = buffer + ROOM, .length = frame->length, .port = port, .floor = buffer,
		.ceiling = buffer + ROOM + frame->length + PACKET_TAILROOM };
	port_set out;

	memcpy(packet.data, frame->byte, frame->length);
	packet.hint = hint_of(bench, &packet, hints);
	out = nf_process(bench->state, &packet, bench->now);
	sent->length = packet.length;
	memcpy(sent->byte, packet.data, packet.length);
	free(buffer);
	return out;
}

static port_set
send(struct bench *bench, const struct frame *frame, uint64_t port, struct frame *sent)
{
	return send_hinted(bench, frame, port, sent, NO_HINT);
}

static struct frame
udp(uint32_t source, uint32_t destination, uint16_t port)
{
	struct frame frame = frame_ether(0x0800);

	frame_ipv4(&frame, 17, source, destination, 0, 0);
	frame_udp(&frame, 1, port);
	frame_end(&frame);
	return frame;
}

static struct frame
tcp(uint32_t source, uint16_t source_port, uint32_t destination, uint16_t port)
{
	struct frame frame = frame_ether(0x0800);

	frame_ipv4(&frame, 6, source, destination, 0, 0);
	frame_tcp(&frame, source_port, port, 0, 0);
	frame_end(&frame);
	return frame;
}

/* A heartbeat is never forwarded. */
static void
beat(struct bench *bench, uint64_t n, uint64_t port)
{
	const struct frame frame = udp((uint32_t)(0xc0000200u + n), HERE, 5344);
	struct frame sent;

	assert_int_equal(send(bench, &frame, port, &sent), 0);
}

/* The backend that a flow is sent to, by dsr: nothing but the destination address changes. 0: nobody. */
static uint64_t
backend_of(struct bench *bench, uint16_t source_port)
{
	struct frame frame = tcp(CLIENT, source_port, VIP, 80), sent;
	const port_set out = send(bench, &frame, 0, &sent);

	if (out == 0)
		return 0;
	assert_int_equal(sent.length, frame.length);
	assert_memory_equal(sent.byte + 6, frame.byte + 6, frame.length - 6);
	assert_int_equal(out, UINT64_C(1) << (sent.byte[5]));
	frame_poke(&frame, 0, MAC + sent.byte[5], 6);
	assert_memory_equal(sent.byte, frame.byte, 6);
	return sent.byte[5];
}

static void
who_lives_serves(void **unused)
{
	struct bench bench;
	unsigned had[4] = { 0 };

	(void)unused;
	start(&bench, DSR);
	assert_int_equal(backend_of(&bench, 1), 0);
	beat(&bench, 1, 2); /* by another's port */
	beat(&bench, 9, 1); /* nobody */
	beat(&bench, 3, 3); /* has no weight */
	assert_int_equal(backend_of(&bench, 1), 0);
	beat(&bench, 1, 1);
	for (uint16_t port = 0; port < 200; port++)
		assert_int_equal(backend_of(&bench, port), 1);
	beat(&bench, 2, 2);
	for (uint16_t port = 200; port < 400; port++)
		had[backend_of(&bench, port)]++;
	assert_true(had[1] > 60 && had[2] > 60 && had[1] + had[2] == 200);
	bench_fini(&bench);
}

static void
flows_stay(void **unused)
{
	struct bench bench;
	unsigned had[4] = { 0 };

	(void)unused;
	start(&bench, DSR);
	beat(&bench, 1, 1);
	for (uint16_t port = 0; port < 200; port++)
		assert_int_equal(backend_of(&bench, port), 1);
	beat(&bench, 2, 2);
	for (uint16_t port = 0; port < 200; port++) /* though half of them would now prefer the other */
		assert_int_equal(backend_of(&bench, port), 1);
	bench.now += SECOND - SECOND / 4;
	beat(&bench, 2, 2);
	bench.now += SECOND / 2; /* the first is dead */
	for (uint16_t port = 0; port < 200; port++)
		assert_int_equal(backend_of(&bench, port), 2);
	beat(&bench, 1, 1);
	for (uint16_t port = 0; port < 200; port++)
		assert_int_equal(backend_of(&bench, port), 2);
	bench.now += 400 * SECOND; /* and forgotten */
	beat(&bench, 1, 1);
	beat(&bench, 2, 2);
	for (uint16_t port = 0; port < 200; port++)
		had[backend_of(&bench, port)]++;
	assert_true(had[1] > 60 && had[2] > 60);
	bench.now += 3 * SECOND;
	assert_int_equal(backend_of(&bench, 0), 0);
	bench_fini(&bench);
}

static void
what_is_for_nobody(void **unused)
{
	const struct frame frames[] = { tcp(CLIENT, 1, VIP, 81), tcp(CLIENT, 1, VIP + 1, 80), udp(CLIENT, VIP, 80),
		udp(CLIENT, VIP, 5344), frame_ether(0x0806), frame_ether(0x8100) };
	struct bench bench;
	struct frame sent;

	(void)unused;
	start(&bench, DSR);
	beat(&bench, 1, 1);
	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
		assert_int_equal(send(&bench, &frames[i], 0, &sent), 0);
	bench_fini(&bench);
}

/* All flows of a client, over IPv6. */
static void
clients_stay_together(void **unused)
{
	struct bench bench;
	struct frame sent;
	port_set first[50];
	bool differ = false;

	(void)unused;
	start(&bench, DSR);
	beat(&bench, 1, 1);
	beat(&bench, 2, 2);
	for (uint64_t client = 0; client < 50; client++)
		for (uint16_t port = 0; port < 10; port++) {
			struct frame frame = frame_ether(0x86dd);
			port_set out;

			frame_ipv6(&frame, 6, client, 80);
			frame_tcp(&frame, port, 80, 0, 0);
			frame_end(&frame);
			out = send(&bench, &frame, 0, &sent);
			first[client] = port == 0 ? out : first[client];
			assert_true(out != 0 && out == first[client]);
			differ = differ || out != first[0];
		}
	assert_true(differ);
	bench_fini(&bench);
}

static void
fragments_follow(void **unused)
{
	struct bench bench;
	struct frame first = frame_ether(0x0800), later = frame_ether(0x0800), sent;
	port_set out;

	(void)unused;
	start(&bench, DSR);
	beat(&bench, 1, 1);
	beat(&bench, 2, 2);
	frame_ipv4(&first, 6, CLIENT, VIP, 0x2000, 0);
	frame_tcp(&first, 7, 80, 0, 0);
	frame_bytes(&first, 4);
	frame_end(&first);
	frame_ipv4(&later, 6, CLIENT, VIP, 3, 0);
	frame_bytes(&later, 9);
	frame_end(&later);
	assert_int_equal(send(&bench, &later, 0, &sent), 0);
	out = send(&bench, &first, 0, &sent);
	assert_true(out != 0);
	assert_int_equal(send(&bench, &later, 0, &sent), out);
	frame_poke(&later, 18, 0x1235, 2);
	assert_int_equal(send(&bench, &later, 0, &sent), 0);
	bench_fini(&bench);
}

/* RFC 2003 3.1, by hand, but for the checksum: the header's sum must be right. */
static void
tunnels(void **unused)
{
	static const uint8_t outer[] = { 0x45, 0xb8, 0, 60, 0, 0, 0x40, 0, 64, 4, 0, 0, 192, 0, 2, 254, 192, 0, 2, 2 };
	struct bench bench;
	struct frame frame = tcp(CLIENT, 7, VIP, 80), sent;
	const size_t whole = frame.length;
	uint32_t sum = 0;

	(void)unused;
	start(&bench, TUNNEL);
	beat(&bench, 2, 2);
	frame_poke(&frame, 15, 0xb8, 1);
	frame_bytes(&frame, 6); /* padding */
	assert_int_equal(send(&bench, &frame, 0, &sent), 1 << 2);
	assert_int_equal(sent.length, whole + 20);
	assert_memory_equal(sent.byte, ((const uint8_t[]){ 2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 0, 0xf0, 8, 0 }), 14);
	for (size_t at = 14; at < 34; at += 2)
		sum += (uint32_t)sent.byte[at] << 8 | sent.byte[at + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	memset(sent.byte + 24, 0, 2);
	assert_memory_equal(sent.byte + 14, outer, sizeof outer);
	assert_memory_equal(sent.byte + 34, frame.byte + 14, whole - 14);
	bench_fini(&bench);
}

/* What does not fit, and what comes from one of the tunnel's ends. */
static void
not_into_tunnels(void **unused)
{
	struct bench bench;
	struct frame frame = tcp(CLIENT, 7, VIP, 80), from_here = tcp(HERE, 7, VIP, 80), from_there = tcp(0xc0000202, 7, VIP, 80);
	struct frame sent;

	(void)unused;
	start(&bench, TUNNEL);
	beat(&bench, 2, 2);
	frame_bytes(&frame, 1480 - 40);
	frame_end(&frame);
	assert_int_equal(send(&bench, &frame, 0, &sent), 1 << 2);
	assert_int_equal(sent.length, 14 + 1500);
	frame_bytes(&frame, 1);
	assert_int_equal(send(&bench, &frame, 0, &sent), 1 << 2); /* padding need not fit */
	frame_end(&frame);
	assert_int_equal(send(&bench, &frame, 0, &sent), 0);
	assert_int_equal(send(&bench, &from_here, 0, &sent), 0);
	assert_int_equal(send(&bench, &from_there, 0, &sent), 0);
	bench_fini(&bench);
}

static struct frame
any_frame(uint64_t random)
{
	const uint16_t port = random >> 40 & 15;
	struct frame frame = random & 1 ? tcp(CLIENT + (random >> 33 & 7), port, VIP, 80) : udp(CLIENT, VIP, 80);

	if ((random >> 60) == 0)
		frame.length = random >> 50 & 63;
	return frame;
}

/* A packet goes where it goes, and is what it is, whatever its hint; and what is remembered then too. */
static void
hints_change_nothing(void **unused)
{
	struct bench bench[3];
	uint64_t random = 1;

	(void)unused;
	for (unsigned b = 0; b < 3; b++)
		start(&bench[b], DSR);
	for (int i = 0; i < 3000; i++) {
		struct frame frame, sent[3];
		port_set out[3];

		random = random * 6364136223846793005u + 1442695040888963407u;
		frame = any_frame(random >> 2);
		for (unsigned b = 0; b < 3; b++) {
			if (i % 10 == 0)
				beat(&bench[b], 1 + i / 10 % 3, 1 + i / 10 % 3);
			out[b] = send_hinted(&bench[b], &frame, 0, &sent[b], b);
			bench[b].now += SECOND / 20;
		}
		for (unsigned b = 1; b < 3; b++) {
			assert_int_equal(out[b], out[0]);
			assert_int_equal(sent[b].length, sent[0].length);
			assert_memory_equal(sent[b].byte, sent[0].byte, sent[0].length);
		}
	}
	for (unsigned b = 0; b < 3; b++)
		bench_fini(&bench[b]);
}

/* Packets of one flow are hinted alike, those of another otherwise; what has no ports is not. */
static void
hints_are_of_the_flow(void **unused)
{
	const struct frame one = tcp(CLIENT, 1, VIP, 80), other = tcp(CLIENT, 2, VIP, 80);
	struct packet packet = { .data = (uint8_t *)(uintptr_t)one.byte, .length = one.length };
	struct bench bench;
	uint64_t hash;

	(void)unused;
	start(&bench, DSR);
	hash = nf_hint(bench.state, &packet, 0, 0);
	assert_int_not_equal(hash, 0);
	assert_int_equal(nf_hint(bench.state, &packet, 0, 0), hash);
	packet.data = (uint8_t *)(uintptr_t)other.byte;
	assert_int_not_equal(nf_hint(bench.state, &packet, 0, 0), hash);
	packet.length = 14 + 20 + 3;
	assert_int_equal(nf_hint(bench.state, &packet, 0, 0), 0);
	assert_int_equal(nf_hint(bench.state, &packet, 1, 0), 0);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_lives_serves),
		cmocka_unit_test(flows_stay),
		cmocka_unit_test(what_is_for_nobody),
		cmocka_unit_test(clients_stay_together),
		cmocka_unit_test(fragments_follow),
		cmocka_unit_test(tunnels),
		cmocka_unit_test(not_into_tunnels),
		cmocka_unit_test(hints_change_nothing),
		cmocka_unit_test(hints_are_of_the_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
