/* SPDX-License-Identifier: BSD-3-Clause */
/* net/packet.h -- one packet in one contiguous buffer, lent to the network function for one call. */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

/* Whoever lends a packet leaves at least this many bytes free on both sides of it. */
#define PACKET_HEADROOM 64u
#define PACKET_TAILROOM 64u

/* The buffer is floor <= data <= data + length <= ceiling; outside it nothing belongs to the
 * function. Bytes between floor and data, and between data + length and ceiling, are free space:
 * they are read or written only after the packet has been grown over them. */
struct packet {
	uint8_t *data;    /* first byte of the Ethernet header */
	uint64_t length;  /* bytes, without frame check sequence */
	uint64_t port;    /* where it came in: 0 .. ports - 1 */
	uint64_t hint;    /* what the last nf_hint stage answered; 0 if there was none */
	uint8_t *floor;   /* first byte of the free space in front */
	uint8_t *ceiling; /* first byte after the free space behind */
};

/* Makes room for n bytes before the first one. They are arbitrary until written.
 * False, and nothing changed, when there is no room. */
static inline bool
packet_grow_front(struct packet *packet, uint64_t n)
{
	if ((uint64_t)(packet->data - packet->floor) < n)
		return false;
	packet->data -= n;
	packet->length += n;
	return true;
}

/* Makes room for n bytes after the last one. They are arbitrary until written.
 * False, and nothing changed, when there is no room. */
static inline bool
packet_grow_back(struct packet *packet, uint64_t n)
{
	if ((uint64_t)(packet->ceiling - packet->data) - packet->length < n)
		return false;
	packet->length += n;
	return true;
}

/* Takes n bytes off the front. False, and nothing changed, when there are fewer. */
static inline bool
packet_trim_front(struct packet *packet, uint64_t n)
{
	if (packet->length < n)
		return false;
	packet->data += n;
	packet->length -= n;
	return true;
}

/* Takes n bytes off the end. False, and nothing changed, when there are fewer. */
static inline bool
packet_trim_back(struct packet *packet, uint64_t n)
{
	if (packet->length < n)
		return false;
	packet->length -= n;
	return true;
}

/* Makes the packet n bytes long, at its end: what is added is arbitrary until written. False, and nothing changed, when
 * there is no room. */
static inline bool
packet_resize_back(struct packet *packet, uint64_t n)
{
	if ((uint64_t)(packet->ceiling - packet->data) < n)
		return false;
	packet->length = n;
	return true;
}

#endif
