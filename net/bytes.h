/* SPDX-License-Identifier: BSD-3-Clause */
/* net/bytes.h -- numbers in packet bytes, wherever they start.
 *
 * Nothing in a packet is aligned, so every access goes through memcpy, which compiles to one plain
 * load or store. "raw" is the bytes as they stand, for keys and copies; "be" is the number that they
 * write in network byte order. The caller has checked the bounds. */
#ifndef NET_BYTES_H
#define NET_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint16_t
bytes_raw16(const uint8_t *bytes)
{
	uint16_t raw;

	memcpy(&raw, bytes, sizeof raw);
	return raw;
}

static inline uint32_t
bytes_raw32(const uint8_t *bytes)
{
	uint32_t raw;

	memcpy(&raw, bytes, sizeof raw);
	return raw;
}

static inline uint64_t
bytes_raw64(const uint8_t *bytes)
{
	uint64_t raw;

	memcpy(&raw, bytes, sizeof raw);
	return raw;
}

static inline void
bytes_put_raw16(uint8_t *bytes, uint16_t raw)
{
	memcpy(bytes, &raw, sizeof raw);
}

static inline void
bytes_put_raw32(uint8_t *bytes, uint32_t raw)
{
	memcpy(bytes, &raw, sizeof raw);
}

static inline uint32_t
bytes_be16(const uint8_t *bytes)
{
	return __builtin_bswap16(bytes_raw16(bytes));
}

static inline uint32_t
bytes_be32(const uint8_t *bytes)
{
	return __builtin_bswap32(bytes_raw32(bytes));
}

static inline void
bytes_put_be16(uint8_t *bytes, uint32_t number)
{
	bytes_put_raw16(bytes, __builtin_bswap16((uint16_t)number));
}

static inline void
bytes_put_be32(uint8_t *bytes, uint32_t number)
{
	bytes_put_raw32(bytes, __builtin_bswap32(number));
}

/* Whether n bytes lie between offset and end. Cannot overflow, whatever the numbers. */
static inline _Bool
bytes_fit(uint64_t offset, uint64_t end, uint64_t n)
{
	return offset <= end && n <= end - offset;
}

#endif
