/* SPDX-License-Identifier: BSD-3-Clause */
/* The packet loop over ports that are stricter than any: each buffer knows who owns it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/loop.h"

#define BUFFERS 600u
#define ROOM 2048u
#define HEAD 128u
#define WAITING 256u
#define PORTS 4u
#define LIMIT 1518u

enum owner { POOL, LOOP, WIRE };

struct buffer {
	enum owner owner;
	uint8_t bytes[ROOM];
};

/* A frame to come, and how much room is left before it. */
struct arrival {
	uint64_t length;
	uint64_t head;
	uint8_t mark; /* its first byte */
};

struct fake_port {
	struct arrival arrival[WAITING];
	uint32_t arrivals, received;
	uint32_t takes;  /* how many frames one ports_send accepts */
	uint32_t calls;  /* of ports_send */
	uint32_t sent;
	uint8_t mark[4 * WAITING];     /* first byte of each frame sent, in order */
	uint64_t length[4 * WAITING];
};

struct ports {
	struct buffer buffer[BUFFERS];
	struct fake_port port[PORTS];
	uint32_t copies_left;
	uint64_t freed, copied, now;
};

static struct ports wires;
static struct loop loop;

static struct buffer *
borrow(void)
{
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (wires.buffer[i].owner == POOL) {
			wires.buffer[i].owner = LOOP;
			return &wires.buffer[i];
		}
	return NULL;
}

uint32_t
ports_receive(struct ports *ports, uint32_t port, struct frame *frames, uint32_t count)
{
	struct fake_port *const from = &ports->port[port];
	uint32_t n = 0;

	assert_true(count >= 1 && count <= loop.burst);
	for (; n < count && from->received < from->arrivals; n++) {
		const struct arrival *const a = &from->arrival[from->received++];
		struct buffer *const buffer = borrow();
		assert_non_null(buffer);
		memset(&frames[n], 0xee, sizeof frames[n]); /* the loop must not rely on what was there */
		buffer->bytes[a->head] = a->mark;
		frames[n].buffer = buffer;
		frames[n].stamp = a->mark;
		frames[n].packet.data = buffer->bytes + a->head;
		frames[n].packet.length = a->length;
		frames[n].packet.floor = buffer->bytes;
		frames[n].packet.ceiling = buffer->bytes + ROOM;
	}
	ports->now += 1000;
	return n;
}

static void
give_up(struct buffer *buffer, enum owner owner)
{
	assert_int_equal(buffer->owner, LOOP); /* not sent before, not freed before */
	buffer->owner = owner;
}

uint32_t
ports_send(struct ports *ports, uint32_t port, const struct outgoing *frames, uint32_t count)
{
	struct fake_port *const to = &ports->port[port];
	const uint32_t n = count < to->takes ? count : to->takes;

	assert_true(port < loop.port_count && count >= 1 && count <= loop.burst);
	to->calls++;
	for (uint32_t i = 0; i < n; i++) {
		struct buffer *const buffer = frames[i].buffer;
		give_up(buffer, WIRE);
		assert_true(frames[i].data >= buffer->bytes && frames[i].data + frames[i].length <= buffer->bytes + ROOM);
		to->mark[to->sent] = frames[i].data[0];
		to->length[to->sent++] = frames[i].length;
		assert_int_equal(frames[i].stamp & 0xf0, frames[i].data[0] & 0xf0); /* the stamp goes with its frame */
	}
	return n;
}

void
ports_free(struct ports *ports, void *const *buffers, uint32_t count)
{
	assert_true(count >= 1 && count <= loop.burst);
	for (uint32_t i = 0; i < count; i++)
		give_up(buffers[i], POOL);
	ports->freed += count;
}

bool
ports_copy(struct ports *ports, const struct outgoing *from, struct outgoing *copy)
{
	struct buffer *const source = from->buffer;
	struct buffer *buffer;

	assert_int_equal(source->owner, LOOP); /* not given away before it is copied */
	if (ports->copies_left == 0 || (buffer = borrow()) == NULL)
		return false;
	ports->copies_left--;
	ports->copied++;
	*copy = *from;
	memcpy(buffer->bytes, source->bytes, ROOM);
	copy->buffer = buffer;
	copy->data = buffer->bytes + (from->data - source->bytes);
	return true;
}

uint64_t
ports_clock(struct ports *ports)
{
	return ports->now;
}

/* The function under the loop: a frame's mark says what becomes of it. */
static port_set answer[256];
static uint32_t processed;

/* What hint answers for a stage. */
static uint64_t
hint_after(uint32_t stage, const struct packet *packet)
{
	return (stage + 1) * 100u + packet->data[0];
}

static port_set
process(void *state, struct packet *packet, uint64_t now)
{
	assert_ptr_equal(state, &wires);
	assert_int_equal(now, wires.now);
	assert_true(packet->length <= LIMIT && packet->port < loop.port_count);
	assert_true(packet->data - packet->floor >= PACKET_HEADROOM);
	assert_true(packet->ceiling - packet->data >= (ptrdiff_t)(packet->length + PACKET_TAILROOM));
	assert_int_equal(packet->hint, loop.hint_stages == 0 ? 0 : hint_after(loop.hint_stages - 1, packet));
	processed++;
	return answer[packet->data[0]];
}

static uint32_t hints[NF_HINT_STAGES];

/* Each stage is given what the stage before it answered, for the same packet. */
static uint64_t
hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t before)
{
	assert_ptr_equal(state, &wires);
	assert_true(packet->length <= LIMIT);
	assert_int_equal(before, stage == 0 ? 0 : stage * 100 + packet->data[0]);
	hints[stage]++;
	return hint_after(stage, packet);
}

static int
start(void **state)
{
	(void)state;
	memset(&wires, 0, sizeof wires);
	memset(&loop, 0, sizeof loop);
	memset(answer, 0, sizeof answer);
	memset(hints, 0, sizeof hints);
	processed = 0;
	wires.copies_left = UINT32_MAX;
	for (uint32_t i = 0; i < PORTS; i++)
		wires.port[i].takes = UINT32_MAX;
	loop.ports = &wires;
	loop.port_count = PORTS;
	loop.burst = 32;
	loop.limit = LIMIT;
	loop.state = &wires;
	loop.process = process;
	return 0;
}

static void
arrive(uint32_t port, uint64_t length, uint64_t head, uint8_t mark)
{
	struct fake_port *const p = &wires.port[port];

	p->arrival[p->arrivals++] = (struct arrival){ length, head, mark };
}

static uint32_t
owned_by(enum owner owner)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < BUFFERS; i++)
		n += wires.buffer[i].owner == owner;
	return n;
}

/* After a turn the loop owns nothing. */
static void
turn(void)
{
	loop_turn(&loop);
	assert_int_equal(owned_by(LOOP), 0);
}

static void
frames_go_where_they_are_sent_in_order(void **state)
{
	(void)state;
	answer[1] = port_only(1);
	answer[2] = port_only(2);
	for (int i = 0; i < 20; i++)
		arrive(0, 60, HEAD, (uint8_t)(1 + i % 2));
	arrive(1, 61, HEAD, 2);
	turn();
	assert_int_equal(loop.counters[0].received, 20);
	assert_int_equal(loop.counters[1].sent, 10);
	assert_int_equal(loop.counters[2].sent, 11);
	assert_int_equal(wires.port[2].length[10], 61); /* port 1 was polled after port 0 */
	assert_int_equal(wires.port[1].calls, 1);       /* one burst, one call */
	assert_int_equal(wires.freed, 0);
	assert_int_equal(loop_turn(&loop), 0);
}

static void
nowhere_is_freed_and_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		arrive(3, 60, HEAD, 7);
	for (int i = 0; i < 4; i++)
		turn();
	assert_int_equal(loop.counters[3].refused, 100);
	assert_int_equal(wires.freed, 100);
	assert_int_equal(owned_by(WIRE), 0);
}

static void
floods_are_copied(void **state)
{
	(void)state;
	answer[9] = port_all_but(PORTS, 1);
	arrive(1, 300, HEAD, 9);
	turn();
	assert_int_equal(wires.copied, 2);
	assert_int_equal(owned_by(WIRE), 3);
	for (uint32_t p = 0; p < PORTS; p++) {
		assert_int_equal(wires.port[p].sent, p != 1);
		if (p != 1)
			assert_int_equal(wires.port[p].length[0], 300);
	}
}

static void
floods_without_buffers_lose_copies_only(void **state)
{
	(void)state;
	answer[9] = port_all_but(PORTS, 1);
	wires.copies_left = 1;
	arrive(1, 300, HEAD, 9);
	turn();
	assert_int_equal(wires.port[0].sent, 1);
	assert_int_equal(wires.port[2].sent, 0);
	assert_int_equal(loop.counters[2].no_copy, 1);
	assert_int_equal(wires.port[3].sent, 1);
}

static void
ports_that_do_not_exist_get_nothing(void **state)
{
	(void)state;
	answer[1] = port_only(4);
	answer[2] = port_only(31) | port_only(0) | (port_set)1 << 63;
	arrive(0, 60, HEAD, 1);
	arrive(0, 60, HEAD, 2);
	turn();
	assert_int_equal(loop.counters[0].no_port, 2);
	assert_int_equal(loop.counters[0].refused, 0);
	assert_int_equal(wires.freed, 1);
	assert_int_equal(wires.port[0].sent, 1);
}

static void
what_cannot_be_shown_is_not(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++)
		answer[i] = port_only(1);
	arrive(0, LIMIT + 1, HEAD, 1);
	arrive(0, LIMIT, HEAD, 2);
	arrive(0, 60, PACKET_HEADROOM - 1, 3);
	arrive(0, 60, PACKET_HEADROOM, 4);
	arrive(0, 100, ROOM - PACKET_TAILROOM - 99, 5);
	arrive(0, 100, ROOM - PACKET_TAILROOM - 100, 6);
	arrive(0, UINT64_MAX, HEAD, 7);
	arrive(0, 0, HEAD, 8);
	loop.hint = hint;
	loop.hint_stages = NF_HINT_STAGES;
	turn();
	assert_int_equal(processed, 4);
	assert_int_equal(hints[0], 4);
	assert_int_equal(loop.counters[0].too_long, 2);
	assert_int_equal(loop.counters[0].unfit, 2);
	assert_int_equal(wires.freed, 4);
	assert_memory_equal(wires.port[1].mark, "\2\4\6\10", 4);
}

static void
hints_run_stage_by_stage(void **state)
{
	(void)state;
	answer[5] = port_only(1);
	loop.hint = hint;
	loop.hint_stages = NF_HINT_STAGES;
	for (int i = 0; i < 40; i++)
		arrive(2, 60, HEAD, 5);
	turn();
	turn();
	for (uint32_t s = 0; s < NF_HINT_STAGES; s++)
		assert_int_equal(hints[s], 40);
	assert_int_equal(loop.counters[1].sent, 40);
}

static void
a_full_port_loses_what_it_does_not_take(void **state)
{
	(void)state;
	answer[1] = port_only(1);
	answer[2] = port_only(2);
	wires.port[1].takes = 0;
	wires.port[2].takes = 3;
	for (int i = 0; i < 32; i++)
		arrive(0, 60, HEAD, (uint8_t)(1 + i % 2));
	turn();
	assert_int_equal(loop.counters[1].tx_full, 16);
	assert_int_equal(loop.counters[1].sent, 0);
	assert_in_range(wires.port[1].calls, 1, 16); /* patient, not stuck */
	assert_int_equal(loop.counters[2].sent, 16); /* slow, but it takes them all */
	assert_int_equal(loop.counters[2].tx_full, 0);
	assert_int_equal(wires.freed, 16);
}

static void
more_than_a_burst_for_one_port_is_sent_in_between(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++)
		answer[i] = port_only(3);
	loop.burst = 8;
	for (uint32_t p = 0; p < PORTS; p++)
		for (int i = 0; i < 8; i++)
			arrive(p, 60, HEAD, (uint8_t)(p * 16 + i));
	turn();
	assert_int_equal(loop.counters[3].sent, 32);
	assert_int_equal(wires.port[3].calls, 4);
	for (uint32_t i = 0; i < 32; i++)
		assert_int_equal(wires.port[3].mark[i], i / 8 * 16 + i % 8);
}

/* A function that rewrites its own idea of the packet. */
static uint64_t moved_by, length_to;

static port_set
process_moving(void *state, struct packet *packet, uint64_t now)
{
	(void)state;
	(void)now;
	packet->data = (uint8_t *)((uintptr_t)packet->data + (uintptr_t)moved_by);
	packet->length = length_to;
	packet->floor = NULL; /* the loop must not believe it */
	packet->ceiling = (uint8_t *)UINTPTR_MAX;
	packet->port = 1001;
	return port_only(1);
}

static void
moved(uint64_t by, uint64_t length, bool sent)
{
	start(NULL);
	moved_by = by;
	length_to = length;
	loop.process = process_moving;
	arrive(0, 60, HEAD, 0);
	turn();
	assert_int_equal(wires.port[1].sent, sent);
	assert_int_equal(loop.counters[0].broken, !sent);
	if (sent)
		assert_int_equal(wires.port[1].length[0], length);
}

static void
packets_outside_their_buffer_are_not_sent(void **state)
{
	(void)state;
	moved(0, 60, true);
	moved(-(uint64_t)HEAD, ROOM, true);
	moved(ROOM - HEAD - 1, 1, true);
	moved(-(uint64_t)HEAD - 1, 60, false);
	moved(-(uint64_t)HEAD, ROOM + 1, false);
	moved(ROOM - HEAD + 1, 0, false);
	moved(0, UINT64_MAX, false);
	moved(UINT64_C(1) << 62, 60, false);
}

static char told[4096];

static void
tell(void *context, uint64_t port, uint64_t now, uint64_t length, bool shown, port_set egress)
{
	const size_t used = strlen(told);

	assert_ptr_equal(context, told);
	assert_int_equal(now, wires.now);
	snprintf(told + used, sizeof told - used, "%u %u %c %x\n", (unsigned)port, (unsigned)length, shown ? '+' : '-',
		(unsigned)egress);
}

static void
the_witness_sees_all_in_order(void **state)
{
	(void)state;
	told[0] = '\0';
	loop.witness = tell;
	loop.witness_context = told;
	answer[1] = 0x2;
	answer[2] = 0x12;
	arrive(0, 60, HEAD, 1);
	arrive(0, 2000, HEAD, 1);
	arrive(0, 61, HEAD, 2);
	arrive(3, 62, HEAD, 3);
	turn();
	assert_string_equal(told, "0 60 + 2\n0 2000 - 0\n0 61 + 12\n3 62 + 0\n");
}

/* Random turns: nothing is lost, nothing is counted twice. */
static void
every_frame_is_accounted_for(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 3000; round++) {
		uint64_t received = 0, sent = 0, lost = 0, unsent = 0;
		start(NULL);
		loop.burst = 1 + (uint32_t)rand() % 40;
		loop.port_count = 1 + (uint32_t)rand() % PORTS;
		loop.hint = hint;
		loop.hint_stages = (uint32_t)rand() % (NF_HINT_STAGES + 1);
		wires.copies_left = rand() % 2 == 0 ? UINT32_MAX : (uint32_t)rand() % 20;
		for (uint32_t m = 0; m < 256; m++)
			answer[m] = (port_set)rand() & (rand() % 4 == 0 ? 0x3f : (1u << loop.port_count) - 1);
		for (uint32_t p = 0; p < loop.port_count; p++) {
			wires.port[p].takes = rand() % 3 == 0 ? (uint32_t)rand() % 4 : UINT32_MAX;
			for (int i = rand() % 60; i > 0; i--)
				arrive(p, (uint64_t)rand() % 1600, 50 + (uint64_t)rand() % 100, (uint8_t)rand());
		}
		for (int i = 0; i < 60; i++)
			turn();
		for (uint32_t p = 0; p < loop.port_count; p++) {
			const struct loop_counters *const c = &loop.counters[p];
			assert_int_equal(c->received, wires.port[p].arrivals);
			assert_int_equal(c->sent, wires.port[p].sent);
			received += c->received;
			sent += c->sent;
			unsent += c->tx_full;
			lost += c->too_long + c->unfit + c->broken;
		}
		assert_int_equal(received, processed + lost);
		assert_int_equal(received + wires.copied, sent + wires.freed);
		assert_true(wires.freed >= lost + unsent);
		assert_int_equal(owned_by(WIRE), sent);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(frames_go_where_they_are_sent_in_order, start),
		cmocka_unit_test_setup(nowhere_is_freed_and_counted, start),
		cmocka_unit_test_setup(floods_are_copied, start),
		cmocka_unit_test_setup(floods_without_buffers_lose_copies_only, start),
		cmocka_unit_test_setup(ports_that_do_not_exist_get_nothing, start),
		cmocka_unit_test_setup(what_cannot_be_shown_is_not, start),
		cmocka_unit_test_setup(hints_run_stage_by_stage, start),
		cmocka_unit_test_setup(a_full_port_loses_what_it_does_not_take, start),
		cmocka_unit_test_setup(more_than_a_burst_for_one_port_is_sent_in_between, start),
		cmocka_unit_test_setup(packets_outside_their_buffer_are_not_sent, start),
		cmocka_unit_test_setup(the_witness_sees_all_in_order, start),
		cmocka_unit_test_setup(every_frame_is_accounted_for, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
