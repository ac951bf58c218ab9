/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/policer/subscribers.h -- who is policed, and with which bucket: the same for IPv4 and IPv6. */
#ifndef NF_POLICER_SUBSCRIBERS_H
#define NF_POLICER_SUBSCRIBERS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/record.h"
#include "libvig/token_bucket.h"
#include "net/bytes.h"
#include "net/ether.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#define SUBSCRIBERS_TICK 26u /* the table counts time in ticks of 2^26 ns, 67 ms; buckets in nanoseconds */

/* The bits behind the prefix are 0. Which pair of ports a subscriber is behind plays no part. */
#define SUBSCRIBER4(FIELD) FIELD(be32, address)
#define SUBSCRIBER6(FIELD) FIELD(ipv6, address)
/* A struct token_bucket. Its `last` is always the time of the entry's last use. */
#define BUCKET(FIELD) FIELD(u64, tokens) FIELD(u64, last)

RECORD(subscriber4, SUBSCRIBER4)
RECORD(subscriber6, SUBSCRIBER6)
RECORD(bucket, BUCKET)
FLOW_TABLE(subscribers4, subscriber4, bucket, 1, 2)
FLOW_TABLE(subscribers6, subscriber6, bucket, 2, 2)

struct subscribers {
	struct flow_table *four, *six;
	uint64_t mask6[2]; /* of the two halves of an address, as numbers: the prefix's bits are 1 */
	uint32_t mask4;
};

/* The key of a subscriber, and which table it is for. */
struct subscriber {
	union {
		struct subscriber4 four;
		struct subscriber6 six;
	};
	uint64_t version; /* 4 or 6 */
};

/* The first n of 64 bits. n may be 64, and to shift by that is undefined. */
static inline uint64_t
subscribers_leading(uint64_t n)
{
	return n < 64 ? ~(UINT64_MAX >> n) : UINT64_MAX;
}

/* Preconditions: prefix4 <= 32, prefix6 <= 128. */
static inline void
subscribers_mask(struct subscribers *all, uint64_t prefix4, uint64_t prefix6)
{
	uint64_t high = prefix6 < 64 ? prefix6 : 64;

	all->mask4 = (uint32_t)(subscribers_leading(prefix4) >> 32);
	all->mask6[0] = subscribers_leading(high);
	all->mask6[1] = subscribers_leading(prefix6 - high);
}

/* Who sends (upstream) or is to receive the packet behind the frame's header. Precondition: it is a whole one of that
 * version. Masked as numbers, as the specification does it: the verifier then sees one term, not two to be proved
 * equal. */
static inline void
subscriber_of(const struct subscribers *all, const uint8_t *data, uint64_t version, bool upstream,
	struct subscriber *who)
{
	const uint8_t *ip = data + ETHER_HEADER;

	who->version = version;
	if (version == 4) {
		uint32_t address = bytes_be32(ip + (upstream ? IPV4_SOURCE : IPV4_DESTINATION));

		who->four.address = __builtin_bswap32(address & all->mask4);
	} else {
		uint64_t half[2];

		memcpy(half, ip + (upstream ? IPV6_SOURCE : IPV6_DESTINATION), sizeof half);
		half[0] = __builtin_bswap64(__builtin_bswap64(half[0]) & all->mask6[0]);
		half[1] = __builtin_bswap64(__builtin_bswap64(half[1]) & all->mask6[1]);
		memcpy(&who->six.address, half, sizeof half);
	}
}

/* False: nobody knows the subscriber. Nothing changes. */
static inline bool
subscribers_find(const struct subscribers *all, const struct subscriber *who, uint64_t hint, uint64_t now,
	struct token_bucket *bucket, uint32_t *slot)
{
	struct bucket kept;
	uint32_t class;
	bool known = who->version == 4
		? subscribers4_find(all->four, &who->four, hint, now, &kept, slot, &class)
		: subscribers6_find(all->six, &who->six, hint, now, &kept, slot, &class);

	if (known)
		*bucket = (struct token_bucket){ .tokens = kept.tokens, .last = kept.last };
	return known;
}

/* Puts the bucket back into the slot in which it was found. */
static inline void
subscribers_set(const struct subscribers *all, const struct subscriber *who, uint32_t slot, uint64_t now,
	const struct token_bucket *bucket)
{
	const struct bucket kept = { .tokens = bucket->tokens, .last = bucket->last };

	if (who->version == 4)
		subscribers4_set(all->four, slot, now, 0, &kept);
	else
		subscribers6_set(all->six, slot, now, 0, &kept);
}

/* Makes the subscriber known. False: the table is full. */
static inline bool
subscribers_add(const struct subscribers *all, const struct subscriber *who, uint64_t hint, uint64_t now,
	const struct token_bucket *bucket)
{
	const struct bucket kept = { .tokens = bucket->tokens, .last = bucket->last };

	return who->version == 4
		? subscribers4_insert(all->four, &who->four, hint, now, 0, &kept)
		: subscribers6_insert(all->six, &who->six, hint, now, 0, &kept);
}

/* nf_hint's three stages. */

static inline uint64_t
subscribers_hash(const struct subscribers *all, const struct subscriber *who)
{
	return who->version == 4 ? subscribers4_hash(all->four, &who->four) : subscribers6_hash(all->six, &who->six);
}

static inline uint64_t
subscribers_match(const struct subscribers *all, uint64_t version, uint64_t hint)
{
	return version == 4 ? subscribers4_match(all->four, hint) : subscribers6_match(all->six, hint);
}

static inline uint64_t
subscribers_ready(const struct subscribers *all, uint64_t version, uint64_t hint)
{
	return version == 4 ? subscribers4_ready(all->four, hint) : subscribers6_ready(all->six, hint);
}

#endif
