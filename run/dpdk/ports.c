/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/ports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "nf/nf.h"
#include "run/capture.h"
#include "run/dpdk/device.h"
#include "run/loop.h"

#define SECOND UINT64_C(1000000000)
#define POOL_CACHE 256u

struct port {
	enum request_kind kind;
	uint16_t id;                   /* a device's */
	struct capture_reader *reader; /* a file's; NULL: nothing comes in */
	struct capture_writer *writer; /* a file's; NULL: what is sent vanishes */
};

struct ports {
	struct rte_mempool *pool;
	uint32_t count;
	bool trace_time;
	uint64_t now;                  /* what ports_clock answers */
	uint64_t tsc_start, ns_start;  /* the two clocks at one moment */
	uint64_t ns_per_tsc;           /* in units of 2^-32 */
	struct port port[NF_MAX_PORTS];
};

static uint32_t
pool_size(uint32_t count)
{
	/* Every ring full, two bursts a port in the loop's hands (one received, one flooded into), and
	 * what the cache holds back. */
	return count * (DEVICE_RX_RING + DEVICE_TX_RING + 2 * LOOP_MAX_BURST) + 2 * POOL_CACHE + 4096;
}

static uint32_t
buffer_size(uint64_t limit)
{
	const uint64_t least = RTE_PKTMBUF_HEADROOM + limit + PACKET_TAILROOM;
	const uint64_t size = least < RTE_MBUF_DEFAULT_BUF_SIZE ? RTE_MBUF_DEFAULT_BUF_SIZE : least;

	return (uint32_t)((size + 63) & ~UINT64_C(63));
}

uint64_t
ports_memory(uint32_t count, uint64_t limit)
{
	return (uint64_t)pool_size(count) * (buffer_size(limit) + sizeof(struct rte_mbuf) + 128);
}

uint64_t
ports_time(struct ports *ports)
{
	const uint64_t elapsed = rte_rdtsc() - ports->tsc_start;
	const uint64_t now = ports->ns_start + (uint64_t)((unsigned __int128)elapsed * ports->ns_per_tsc >> 32);

	if (ports->trace_time)
		return ports->now;
	/* Cores may disagree by a little; time as the function sees it never goes back. */
	if (now > ports->now)
		ports->now = now;
	return ports->now;
}

/* Starts at the time of day, so that logs and captures can be compared with others', and counts
 * steadily from there. */
static void
start_clock(struct ports *ports)
{
	struct timespec day;

	clock_gettime(CLOCK_REALTIME, &day);
	ports->tsc_start = rte_rdtsc();
	ports->ns_start = (uint64_t)day.tv_sec * SECOND + (uint64_t)day.tv_nsec;
	ports->ns_per_tsc = (uint64_t)(((unsigned __int128)SECOND << 32) / rte_get_tsc_hz());
}

/* Whether path is, now, the same file as one that is read. */
static bool
is_input(const struct request *requests, uint32_t count, const char *path)
{
	struct stat out, in;

	if (stat(path, &out) != 0)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (requests[i].in[0] != '\0' && stat(requests[i].in, &in) == 0 && in.st_dev == out.st_dev &&
		    in.st_ino == out.st_ino)
			return true;
	return false;
}

static bool
examine_output(const struct request *requests, uint32_t count, uint32_t at, struct err *err)
{
	const char *const path = requests[at].out;

	if (path[0] == '\0')
		return true;
	if (is_input(requests, count, path))
		return err_set(err, "--port %s: %s is read by this very run; write to another file", requests[at].text, path);
	for (uint32_t i = 0; i < at; i++)
		if (strcmp(requests[i].out, path) == 0)
			return err_set(err, "--port %s: port %u writes to %s already", requests[at].text, i, path);
	return true;
}

static bool
examine_input(const struct request *request, struct err *err)
{
	struct capture_census census;

	if (request->in[0] == '\0')
		return true;
	if (!capture_examine(request->in, &census, err))
		return false;
	if (census.cut != 0)
		fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 " frames were captured in part; the part is all that is fed\n",
			request->in, census.cut, census.frames);
	return true;
}

static bool
examine_device(const struct request *requests, uint32_t at, struct err *err)
{
	const struct request *const request = &requests[at];

	for (uint32_t i = 0; i < at; i++)
		if (strcmp(requests[i].text, request->text) == 0 || strcmp(requests[i].name, request->name) == 0)
			return err_set(err, "--port %s: port %u is this device already", request->text, i);
	return true;
}

bool
ports_examine(const struct request *requests, uint32_t count, const struct ports_settings *settings,
	struct err *err)
{
	for (uint32_t i = 0; i < count; i++) {
		if (settings->trace_time && requests[i].kind != REQUEST_FILE)
			return err_set(err, "--port %s: with --trace-time every port is pcap:IN:OUT", requests[i].text);
		if (requests[i].kind != REQUEST_FILE ? !examine_device(requests, i, err)
		    : !examine_input(&requests[i], err) || !examine_output(requests, count, i, err))
			return false;
	}
	return true;
}

static bool
open_port(struct ports *ports, const struct request *request, uint64_t limit, struct err *err)
{
	struct port *const port = &ports->port[ports->count];

	port->kind = request->kind;
	if (request->kind != REQUEST_FILE) {
		if (!device_start(request, ports->pool, limit, &port->id, err))
			return false;
		ports->count++;
		return true;
	}
	ports->count++; /* from here on ports_close cleans up whatever is there */
	if (request->in[0] != '\0' && (port->reader = capture_open(request->in, err)) == NULL)
		return false;
	return request->out[0] == '\0' || (port->writer = capture_create(request->out, err)) != NULL;
}

struct ports *
ports_open(const struct request *requests, uint32_t count, const struct ports_settings *settings,
	struct err *err)
{
	struct ports *const ports = calloc(1, sizeof *ports);
	struct err later = { "" };

	if (ports == NULL) {
		err_set(err, "out of memory");
		return NULL;
	}
	ports->trace_time = settings->trace_time;
	ports->pool = rte_pktmbuf_pool_create("vigor", pool_size(count), POOL_CACHE, 0,
		(uint16_t)buffer_size(settings->limit), SOCKET_ID_ANY);
	if (ports->pool == NULL) {
		err_set(err, "no memory for %u packet buffers: %s; use fewer ports, a lower --length-limit, or free "
			"hugepages", pool_size(count), rte_strerror(rte_errno));
		ports_close(ports, &later);
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++)
		if (!open_port(ports, &requests[i], settings->limit, err)) {
			ports_close(ports, &later);
			return NULL;
		}
	if (!settings->trace_time)
		start_clock(ports);
	return ports;
}

/* Leaves no room around a frame, as run/port.h says of one that the loop must not show. */
static void
withhold(struct frame *frame)
{
	frame->packet.floor = frame->packet.ceiling = frame->packet.data;
}

/* The frame that is an mbuf, with all of its buffer around it. */
static void
present(struct rte_mbuf *mbuf, uint64_t stamp, struct frame *frame)
{
	frame->buffer = mbuf;
	frame->stamp = stamp;
	frame->packet.data = rte_pktmbuf_mtod(mbuf, uint8_t *);
	frame->packet.length = mbuf->pkt_len;
	frame->packet.floor = mbuf->buf_addr;
	frame->packet.ceiling = (uint8_t *)mbuf->buf_addr + mbuf->buf_len;
	if (mbuf->nb_segs != 1)
		withhold(frame);
}

static uint32_t
receive_device(struct ports *ports, const struct port *port, struct frame *frames, uint32_t count)
{
	struct rte_mbuf *mbufs[LOOP_MAX_BURST];
	const uint32_t received = rte_eth_rx_burst(port->id, 0, mbufs, (uint16_t)count);

	if (received == 0)
		return 0;
	ports_time(ports);
	for (uint32_t i = 0; i < received; i++)
		rte_prefetch0(rte_pktmbuf_mtod(mbufs[i], void *));
	for (uint32_t i = 0; i < received; i++) {
		const bool stripped = (mbufs[i]->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0;
		/* A device that took the VLAN tag out has it put back: the function is shown the wire. */
		const bool restored = !stripped || rte_vlan_insert(&mbufs[i]) == 0;
		present(mbufs[i], ports->now, &frames[i]);
		if (!restored)
			withhold(&frames[i]);
	}
	return received;
}

/* Takes the frame that a reader shows. A frame longer than the buffer is presented under its true
 * length, which is over any limit, so that nobody reads what is not there. */
static bool
take_captured(struct ports *ports, const uint8_t *data, uint64_t length, uint64_t stamp, struct frame *frame)
{
	struct rte_mbuf *const mbuf = rte_pktmbuf_alloc(ports->pool);
	uint64_t copied;

	if (mbuf == NULL)
		return false;
	copied = length < rte_pktmbuf_tailroom(mbuf) ? length : rte_pktmbuf_tailroom(mbuf);
	memcpy(rte_pktmbuf_mtod(mbuf, void *), data, copied);
	present(mbuf, stamp, frame);
	frame->packet.length = length;
	return true;
}

static uint32_t
receive_file(struct ports *ports, struct port *port, struct frame *frames, uint32_t count)
{
	uint32_t received = 0;
	const uint8_t *data;
	uint64_t length, stamp;

	while (received < count && capture_peek(port->reader, &data, &length, &stamp) &&
	       take_captured(ports, data, length, stamp, &frames[received])) {
		capture_advance(port->reader);
		received++;
	}
	if (received != 0)
		ports_time(ports);
	return received;
}

/* The port whose next frame is the oldest, the lowest of several. False: all files are at their end. */
static bool
find_oldest(struct ports *ports, uint32_t *oldest)
{
	uint64_t least = UINT64_MAX, length, stamp;
	const uint8_t *data;
	bool found = false;

	for (uint32_t i = 0; i < ports->count; i++) {
		struct capture_reader *const reader = ports->port[i].reader;
		if (reader == NULL || !capture_peek(reader, &data, &length, &stamp) || (found && stamp >= least))
			continue;
		least = stamp;
		*oldest = i;
		found = true;
	}
	return found;
}

/* With the captures' clock: the next frame of all, if it is this port's; one at a time, since each has
 * a time of its own. */
static uint32_t
receive_trace(struct ports *ports, uint32_t port, struct frame *frame)
{
	const uint8_t *data;
	uint64_t length, stamp;
	uint32_t oldest = 0;

	if (!find_oldest(ports, &oldest) || oldest != port)
		return 0;
	capture_peek(ports->port[port].reader, &data, &length, &stamp);
	if (!take_captured(ports, data, length, stamp, frame))
		return 0;
	capture_advance(ports->port[port].reader);
	if (stamp > ports->now)
		ports->now = stamp;
	return 1;
}

uint32_t
ports_receive(struct ports *ports, uint32_t port, struct frame *frames, uint32_t count)
{
	struct port *const from = &ports->port[port];

	if (from->kind != REQUEST_FILE)
		return receive_device(ports, from, frames, count);
	if (from->reader == NULL)
		return 0;
	return ports->trace_time ? receive_trace(ports, port, frames) : receive_file(ports, from, frames, count);
}

void
ports_free(struct ports *ports, void *const *buffers, uint32_t count)
{
	struct rte_mbuf *mbufs[LOOP_MAX_BURST];

	(void)ports;
	for (uint32_t i = 0; i < count; i++)
		mbufs[i] = buffers[i];
	rte_pktmbuf_free_bulk(mbufs, count);
}

static uint32_t
send_device(const struct port *port, const struct outgoing *frames, uint32_t count)
{
	struct rte_mbuf *mbufs[LOOP_MAX_BURST];

	for (uint32_t i = 0; i < count; i++) {
		struct rte_mbuf *const mbuf = frames[i].buffer;
		mbuf->data_off = (uint16_t)(frames[i].data - (uint8_t *)mbuf->buf_addr);
		mbuf->data_len = (uint16_t)frames[i].length;
		mbuf->pkt_len = (uint32_t)frames[i].length;
		mbufs[i] = mbuf;
	}
	return rte_eth_tx_burst(port->id, 0, mbufs, (uint16_t)count);
}

static uint32_t
send_file(struct ports *ports, const struct port *port, const struct outgoing *frames, uint32_t count)
{
	void *buffers[LOOP_MAX_BURST];

	for (uint32_t i = 0; i < count; i++) {
		if (port->writer != NULL)
			capture_write(port->writer, frames[i].data, frames[i].length, frames[i].stamp);
		buffers[i] = frames[i].buffer;
	}
	ports_free(ports, buffers, count);
	return count;
}

uint32_t
ports_send(struct ports *ports, uint32_t port, const struct outgoing *frames, uint32_t count)
{
	const struct port *const to = &ports->port[port];

	return to->kind == REQUEST_FILE ? send_file(ports, to, frames, count) : send_device(to, frames, count);
}

/* The copy lies at the same place in its buffer, and buffers are of one size, so it fits. */
bool
ports_copy(struct ports *ports, const struct outgoing *from, struct outgoing *copy)
{
	struct rte_mbuf *const source = from->buffer, *const mbuf = rte_pktmbuf_alloc(ports->pool);

	if (mbuf == NULL)
		return false;
	*copy = *from;
	copy->buffer = mbuf;
	copy->data = (uint8_t *)mbuf->buf_addr + (from->data - (uint8_t *)source->buf_addr);
	memcpy(copy->data, from->data, from->length);
	return true;
}

uint64_t
ports_clock(struct ports *ports)
{
	return ports->now;
}

bool
ports_are_done(struct ports *ports)
{
	const uint8_t *data;
	uint64_t length, stamp;

	for (uint32_t i = 0; i < ports->count; i++) {
		struct port *const port = &ports->port[i];
		if (port->kind != REQUEST_FILE)
			return false;
		if (port->reader != NULL && capture_peek(port->reader, &data, &length, &stamp))
			return false;
	}
	return true;
}

uint64_t
ports_missed(const struct ports *ports, uint32_t port)
{
	return ports->port[port].kind == REQUEST_FILE ? 0 : device_missed(ports->port[port].id);
}

bool
ports_close(struct ports *ports, struct err *err)
{
	bool whole = true;

	if (ports == NULL)
		return true;
	for (uint32_t i = 0; i < ports->count; i++) {
		struct port *const port = &ports->port[i];
		if (port->kind != REQUEST_FILE)
			device_stop(port->id);
		capture_close(port->reader);
		whole &= capture_finish(port->writer, err);
	}
	rte_mempool_free(ports->pool);
	free(ports);
	return whole;
}
