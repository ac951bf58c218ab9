/* SPDX-License-Identifier: BSD-3-Clause */
/* net/ipv4.h -- the IPv4 header (RFC 791 §3.1). */
#ifndef NET_IPV4_H
#define NET_IPV4_H

#include <stdbool.h>
#include <stdint.h>

#include "net/bytes.h"

#define IPV4_HEADER 20u /* without options */
#define IPV4_TOTAL_LENGTH 2u
#define IPV4_FRAGMENT 6u
#define IPV4_TTL 8u
#define IPV4_PROTOCOL 9u
#define IPV4_CHECKSUM 10u
#define IPV4_SOURCE 12u
#define IPV4_DESTINATION 16u

/* Bits of the word at IPV4_FRAGMENT. */
#define IPV4_MORE 0x2000u
#define IPV4_OFFSET 0x1fffu

/* Bytes of the header at `at`, options included, when it lies whole before end; otherwise 0. Its
 * checksum and its total length are not looked at. */
static inline uint64_t
ipv4_header_size(const uint8_t *data, uint64_t at, uint64_t end)
{
	if (!bytes_fit(at, end, IPV4_HEADER))
		return 0;

	uint64_t first = data[at], size = (first & 0xf) * 4;
	bool whole = (first >> 4 == 4) & (size >= IPV4_HEADER) & (size <= end - at);

	return whole ? size : 0;
}

/* The total length field of the header at `at`, which is whole. */
static inline uint64_t
ipv4_total_length(const uint8_t *data, uint64_t at)
{
	return bytes_be16(data + at + IPV4_TOTAL_LENGTH);
}

#endif
