/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/record.h -- structs that say their own layout: what ties a key in C to a Record in the specification.
 *
 *     #define FLOW4(FIELD) FIELD(be32, src) FIELD(be32, dst) FIELD(be16, src_port) FIELD(u8, protocol)
 *     RECORD(flow4, FLOW4)
 *
 * defines struct flow4, the descriptor flow4_record, and flow4_words, which copies a record to words of 64
 * bits: the struct's own bytes, but padding is zero, as it is in every stored record. */
#ifndef LIBVIG_RECORD_H
#define LIBVIG_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How a field's bytes read as a number. */
enum record_order {
	RECORD_HOST = 0,    /* the machine's own order (little-endian) */
	RECORD_NETWORK = 1, /* most significant byte first, as in a packet */
};

struct record_field {
	const char *name;
	uint32_t offset; /* bytes from the record's start */
	uint32_t size;   /* bytes: 1, 2, 4, 6, 8 or 16 */
	uint32_t order;  /* enum record_order */
	uint32_t zero;
};

struct record_type {
	const char *name;
	uint64_t size;   /* of the struct, bytes */
	uint64_t fields;
	const struct record_field *field;
};

struct mac_bytes { uint8_t byte[6]; };
struct ipv6_bytes { uint8_t byte[16]; };

/* The kinds of field: u8 u16 u32 u64 are numbers in host order; be16 be32 be64, mac and ipv6 are
 * bytes as they stand in a packet. */
typedef uint8_t record_u8;
typedef uint16_t record_u16;
typedef uint32_t record_u32;
typedef uint64_t record_u64;
typedef uint16_t record_be16;
typedef uint32_t record_be32;
typedef uint64_t record_be64;
typedef struct mac_bytes record_mac;
typedef struct ipv6_bytes record_ipv6;

#define RECORD_ORDER_u8 RECORD_HOST
#define RECORD_ORDER_u16 RECORD_HOST
#define RECORD_ORDER_u32 RECORD_HOST
#define RECORD_ORDER_u64 RECORD_HOST
#define RECORD_ORDER_be16 RECORD_NETWORK
#define RECORD_ORDER_be32 RECORD_NETWORK
#define RECORD_ORDER_be64 RECORD_NETWORK
#define RECORD_ORDER_mac RECORD_NETWORK
#define RECORD_ORDER_ipv6 RECORD_NETWORK

/* Adds the size bytes of a number to words, offset bytes from their start. Assembled in registers: words
 * read back from memory just written piece by piece would wait for the pieces. */
static inline void
record_put(uint64_t *words, uint64_t offset, uint64_t size, uint64_t value)
{
	const uint64_t shift = offset % 8 * 8;

	words[offset / 8] |= value << shift;
	if (shift + size * 8 > 64)
		words[offset / 8 + 1] |= value >> (64 - shift);
}

static inline void
record_put_mac(uint64_t *words, uint64_t offset, struct mac_bytes mac)
{
	uint32_t low;
	uint16_t high;

	memcpy(&low, mac.byte, sizeof low);
	memcpy(&high, mac.byte + sizeof low, sizeof high);
	record_put(words, offset, 6, low | (uint64_t)high << 32);
}

static inline void
record_put_ipv6(uint64_t *words, uint64_t offset, struct ipv6_bytes address)
{
	uint64_t half[2];

	memcpy(half, address.byte, sizeof half);
	record_put(words, offset, 8, half[0]);
	record_put(words, offset + 8, 8, half[1]);
}

#define RECORD_PUT_u8(words, offset, value) record_put(words, offset, 1, value)
#define RECORD_PUT_u16(words, offset, value) record_put(words, offset, 2, value)
#define RECORD_PUT_u32(words, offset, value) record_put(words, offset, 4, value)
#define RECORD_PUT_u64(words, offset, value) record_put(words, offset, 8, value)
#define RECORD_PUT_be16 RECORD_PUT_u16
#define RECORD_PUT_be32 RECORD_PUT_u32
#define RECORD_PUT_be64 RECORD_PUT_u64
#define RECORD_PUT_mac record_put_mac
#define RECORD_PUT_ipv6 record_put_ipv6

#define RECORD_MEMBER(kind, member) record_##kind member;
#define RECORD_DESCRIBE(kind, member) \
	{ #member, (uint32_t)offsetof(record_struct, member), (uint32_t)sizeof(record_##kind), RECORD_ORDER_##kind, 0 },

#define RECORD_PUT(kind, member) RECORD_PUT_##kind(words, offsetof(record_struct, member), record->member);

#define RECORD(tag, FIELDS) \
	struct tag { FIELDS(RECORD_MEMBER) }; \
	static inline const struct record_type * \
	tag##_record(void) \
	{ \
		typedef struct tag record_struct; \
		static const struct record_field field[] = { FIELDS(RECORD_DESCRIBE) }; \
		static const struct record_type type = { \
			#tag, sizeof(struct tag), sizeof field / sizeof field[0], field \
		}; \
		return &type; \
	} \
	static inline void \
	tag##_words(const struct tag *record, uint64_t *words) /* words: all zero, enough for the struct */ \
	{ \
		typedef struct tag record_struct; \
		FIELDS(RECORD_PUT) \
	}

#endif
