/* SPDX-License-Identifier: BSD-3-Clause */
/* net/ipv4.h -- the IPv4 header (RFC 791 §3.1). */
#ifndef NET_IPV4_H
#define NET_IPV4_H

#include <stdbool.h>
#include <stdint.h>

#include "net/bytes.h"
#include "net/checksum.h"
#include "net/summary.h"

#define IPV4_HEADER 20u /* without options */
/* The first byte: version 4, and the header's length in words of 32 bits, 5 at least. */
#define IPV4_FIRST_MIN 0x45u
#define IPV4_FIRST_MAX 0x4fu
#define IPV4_TOTAL_LENGTH 2u
#define IPV4_IDENTIFICATION 4u
#define IPV4_FRAGMENT 6u
#define IPV4_TTL 8u
#define IPV4_PROTOCOL 9u
#define IPV4_CHECKSUM 10u
#define IPV4_SOURCE 12u
#define IPV4_DESTINATION 16u

/* Bits of the word at IPV4_FRAGMENT. */
#define IPV4_MORE 0x2000u
#define IPV4_OFFSET 0x1fffu

/* Whether the header at `at`, options included, lies before end. Its checksum and its total length are not
 * looked at. */
static inline bool
ipv4_header_whole(const uint8_t *data, uint64_t at, uint64_t end)
{
	if (!bytes_fit(at, end, IPV4_HEADER))
		return false;

	uint64_t first = data[at], size = (first & 0xf) * 4;

	return (first >= IPV4_FIRST_MIN) & (first <= IPV4_FIRST_MAX) & (size <= end - at);
}

/* Bytes of the header at `at`, which is whole. */
static inline uint64_t
ipv4_header_size(const uint8_t *data, uint64_t at)
{
	return (uint64_t)(data[at] & 0xf) * 4;
}

/* The total length field of the header at `at`, which is whole. */
static inline uint64_t
ipv4_total_length(const uint8_t *data, uint64_t at)
{
	return bytes_be16(data + at + IPV4_TOTAL_LENGTH);
}

/* The one's-complement sum of a header of so many words of 32 bits: 0xffff when its checksum is right (RFC 1071).
 * Counted in words, so that there are fifteen cases and no odd byte. Precondition: words <= 15. */
static NET_SUMMARY uint64_t
ipv4_header_sum(const uint8_t *header, uint64_t words)
{
	uint32_t sum = 0;

	for (uint64_t i = 0; i < words; i++)
		sum += (uint32_t)bytes_raw16(header + 4 * i) + bytes_raw16(header + 4 * i + 2);
	return checksum_fold(sum);
}

/* Whether the checksum of a header of that many bytes is right. Precondition: size is a multiple of 4 from 20 to 60. */
static inline bool
ipv4_checksum_right(const uint8_t *header, uint64_t size)
{
	return ipv4_header_sum(header, size / 4) == 0xffff;
}

/* One hop less to live (RFC 1812 §5.3.1), the checksum as right as it was. Precondition: there is one left. */
static inline void
ipv4_age(uint8_t *header)
{
	uint16_t was = bytes_raw16(header + IPV4_TTL);

	header[IPV4_TTL]--;
	bytes_put_raw16(header + IPV4_CHECKSUM,
		checksum_update16(bytes_raw16(header + IPV4_CHECKSUM), was, bytes_raw16(header + IPV4_TTL)));
}

#endif
