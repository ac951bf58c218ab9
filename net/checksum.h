/* SPDX-License-Identifier: BSD-3-Clause */
/* net/checksum.h -- the Internet checksum: whole (RFC 1071) and by what changed (RFC 1624).
 *
 * A one's-complement sum commutes with swapping the bytes of every word (RFC 1071 §2 B), so all
 * words here are raw: as they stand in the packet. The checksum field holds the complement of the
 * sum. */
#ifndef NET_CHECKSUM_H
#define NET_CHECKSUM_H

#include <stdint.h>

#include "net/bytes.h"

/* Most bytes that checksum_add takes: the sum of that many, and one folded sum more, fit 32 bits. */
#define CHECKSUM_MAX_LENGTH 65536u

/* The one's-complement sum of a number's two halves, 16 bits. Exact for every sum: the first fold
 * leaves at most 0x1fffe, the second no carry. */
static inline uint16_t
checksum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Adds n bytes to a folded sum; an odd last byte counts as if a zero followed. The complement of the
 * answer is the checksum of bytes whose checksum field is 0; over bytes with a right checksum in
 * place the answer is 0xffff. Precondition: n <= CHECKSUM_MAX_LENGTH. */
static inline uint16_t
checksum_add(uint16_t sum, const uint8_t *bytes, uint64_t n)
{
	uint32_t total = sum;
	uint64_t at = 0;

	for (; n - at >= 2; at += 2)
		total += bytes_raw16(bytes + at);
	if (at < n) {
		uint16_t last = 0;

		memcpy(&last, bytes + at, 1);
		total += last;
	}
	return checksum_fold(total);
}

/* The checksum after a word that it covers changes from was to is: RFC 1624 equation 3,
 * HC' = ~(~HC + ~m + m'). A right checksum stays right and a wrong one wrong. */
static inline uint16_t
checksum_update16(uint16_t checksum, uint16_t was, uint16_t is)
{
	uint32_t sum = (uint32_t)(uint16_t)~checksum + (uint16_t)~was + is;

	return (uint16_t)~checksum_fold(sum);
}

/* The same for 32 bits that start on a word: two words at once. */
static inline uint16_t
checksum_update32(uint16_t checksum, uint32_t was, uint32_t is)
{
	uint32_t sum = (uint32_t)(uint16_t)~checksum + (~was & 0xffff) + (~was >> 16) +
		(is & 0xffff) + (is >> 16);

	return (uint16_t)~checksum_fold(sum);
}

/* What to write into a UDP header whose checksum was `was`, when the update made it `updated`: 0
 * says that there is no checksum, and stays; a checksum that happens to be 0 is sent as all ones,
 * which is the same number (RFC 768). */
static inline uint16_t
checksum_fix_udp(uint16_t was, uint16_t updated)
{
	uint16_t sent = __builtin_expect_with_probability(updated == 0, 1, 0.5) ? 0xffff : updated;

	return __builtin_expect_with_probability(was == 0, 1, 0.5) ? 0 : sent;
}

#endif
