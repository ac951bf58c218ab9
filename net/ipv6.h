/* SPDX-License-Identifier: BSD-3-Clause */
/* net/ipv6.h -- the IPv6 header and the way through its extension headers (RFC 8200 §3, §4). */
#ifndef NET_IPV6_H
#define NET_IPV6_H

#include <stdbool.h>
#include <stdint.h>

#include "net/bytes.h"
#include "net/summary.h"

#define IPV6_HEADER 40u
#define IPV6_PAYLOAD_LENGTH 4u
#define IPV6_NEXT 6u
#define IPV6_HOP_LIMIT 7u
#define IPV6_SOURCE 8u
#define IPV6_DESTINATION 24u
#define IPV6_ADDRESS 16u

/* The extension headers that are walked through. */
#define IPV6_HOP_BY_HOP 0u
#define IPV6_ROUTING 43u
#define IPV6_FRAGMENT 44u
#define IPV6_AUTHENTICATION 51u /* RFC 4302 §2 */
#define IPV6_OPTIONS 60u

/* RFC 8200 sets no limit to their number; this does. */
#define IPV6_MAX_EXTENSIONS 8u

enum ipv6_stop {
	IPV6_REACHED = 0, /* `next` is no extension header: what the packet carries starts at offset */
	IPV6_LATER = 1,   /* a later fragment: whatever follows is the middle of something */
	IPV6_TOO_MANY = 2, /* one more extension header than are walked */
	IPV6_BROKEN = 3,  /* an extension header does not fit before the end */
};

/* Where a walk stopped, in two registers. */
struct ipv6_walk {
	uint64_t offset; /* <= end */
	uint8_t next;    /* next header value */
	uint8_t stop;    /* enum ipv6_stop */
	uint8_t more;    /* some fragment header had its M flag set */
};

/* Whether this next header value is one of those above. In one expression without branches, for the
 * walk's sake: all are below 64. */
static inline bool
ipv6_is_extension(uint64_t next)
{
	const uint64_t known = UINT64_C(1) << IPV6_HOP_BY_HOP | UINT64_C(1) << IPV6_ROUTING |
		UINT64_C(1) << IPV6_FRAGMENT | UINT64_C(1) << IPV6_AUTHENTICATION | UINT64_C(1) << IPV6_OPTIONS;

	return (next < 64) & (known >> (next & 63));
}

/* Bytes of an extension header, from its kind and its second byte. That counts, after the first 8
 * bytes, units of 8, or of 4 in an authentication header; in a fragment header it counts nothing, all
 * is in the first 8. Masks and shifts rather than choices, for the walk's sake. */
static inline uint64_t
ipv6_extension_size(uint64_t kind, uint64_t length)
{
	uint64_t shift = 3 - (uint64_t)(kind == IPV6_AUTHENTICATION);
	uint64_t counts = -(uint64_t)(kind != IPV6_FRAGMENT);

	return 8 + ((length & counts) << shift);
}

/* Walks from the header `next` at start to what the packet carries. Precondition: start <= end, the
 * bytes before end are there, next <= 255. One turn of the loop has several ways out but one way on,
 * so the number of paths is linear in the number of headers. */
static NET_SUMMARY struct ipv6_walk
ipv6_walk(const uint8_t *data, uint64_t next, uint64_t start, uint64_t end)
{
	uint64_t at = start, more = 0;

	for (uint64_t walked = 0; ipv6_is_extension(next); walked++) {
		if (walked == IPV6_MAX_EXTENSIONS)
			return (struct ipv6_walk){ at, (uint8_t)next, IPV6_TOO_MANY, (uint8_t)more };
		if (end - at < 8)
			return (struct ipv6_walk){ at, (uint8_t)next, IPV6_BROKEN, (uint8_t)more };

		uint64_t size = ipv6_extension_size(next, data[at + 1]);
		uint64_t fragment = bytes_be16(data + at + 2) & -(uint64_t)(next == IPV6_FRAGMENT);

		if (end - at < size)
			return (struct ipv6_walk){ at, (uint8_t)next, IPV6_BROKEN, (uint8_t)more };
		more |= fragment & 1;
		if (fragment >> 3 != 0)
			return (struct ipv6_walk){ at, (uint8_t)next, IPV6_LATER, (uint8_t)more };
		next = data[at];
		at += size;
	}
	return (struct ipv6_walk){ at, (uint8_t)next, IPV6_REACHED, (uint8_t)more };
}

/* Whether the fixed header at `at` lies before end. Its payload length is not looked at. */
static inline bool
ipv6_header_whole(const uint8_t *data, uint64_t at, uint64_t end)
{
	return bytes_fit(at, end, IPV6_HEADER) && data[at] >> 4 == 6;
}

/* The payload length field of the header at `at`, which is whole. */
static inline uint64_t
ipv6_payload_length(const uint8_t *data, uint64_t at)
{
	return bytes_be16(data + at + IPV6_PAYLOAD_LENGTH);
}

#endif
