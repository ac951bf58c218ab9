/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_hash.h -- keyed hash of a key of 1, 2 or 5 words. Private to libvig.
 *
 * Which hash it is changes no promise of the table: only how long its probes are. Who does not know
 * the secret must not be able to choose keys that meet. Two are offered:
 *
 *   default            sums of 64x64->128 bit products of the key with the secret (NH, from UMAC: two
 *                      different keys agree in all 128 bits with probability 2^-64), and one more
 *                      product to mix them. About 1 ns for 2 words, 1.5 ns for 5.
 *   VIG_HASH_SIPHASH   SipHash-1-3, a pseudo-random function: also against one who learns hashes
 *                      from timing. About 4 ns for 2 words, 12 ns for 5.
 *
 * VIG_HASH_EXTERN is for proofs about the compiled code: the hash is a function elsewhere, about which nothing is known. */
#ifndef LIBVIG_FLOW_HASH_H
#define LIBVIG_FLOW_HASH_H

#include <stdint.h>

#define FLOW_HASH_SECRETS 8u

#ifndef __FRAMAC__

__extension__ typedef unsigned __int128 flow_product;

/* A product folded to 64 bits, so that every bit of both factors counts. */
static inline uint64_t
flow_hash_fold(uint64_t a, uint64_t b)
{
	flow_product product = (flow_product)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Draws out the vig's four random words to as many as the longest key takes. */
static inline void
flow_hash_secrets(uint64_t secret[FLOW_HASH_SECRETS], const uint64_t seed[4])
{
	for (uint32_t i = 0; i < FLOW_HASH_SECRETS; i++)
		secret[i] = flow_hash_fold(seed[i % 4] + (i + 1) * 0x9e3779b97f4a7c15u,
			seed[(i + 1 + i / 4) % 4] ^ 0xd1b54a32d192ed03u) ^ seed[(i + 2) % 4];
}

#if defined(VIG_HASH_EXTERN)

uint64_t vig_hash(const uint64_t *key, uint32_t words);

static inline uint64_t
flow_hash(const uint64_t *key, uint32_t words, const uint64_t secret[FLOW_HASH_SECRETS])
{
	(void)secret;
	return vig_hash(key, words);
}

#elif !defined(VIG_HASH_SIPHASH)

static inline uint64_t
flow_hash(const uint64_t *key, uint32_t words, const uint64_t secret[FLOW_HASH_SECRETS])
{
	flow_product sum = 0;

	for (uint32_t i = 0; i + 1 < words; i += 2)
		sum += (flow_product)(key[i] + secret[i]) * (key[i + 1] + secret[i + 1]);
	if (words % 2 == 1)
		sum += (flow_product)(key[words - 1] + secret[words - 1]) * secret[words];
	return flow_hash_fold((uint64_t)sum ^ secret[6], (uint64_t)(sum >> 64) ^ secret[7]);
}

#else

static inline uint64_t
flow_hash_rotate(uint64_t x, uint32_t bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
flow_hash_sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = flow_hash_rotate(v[1], 13) ^ v[0];
	v[3] = flow_hash_rotate(v[3], 16) ^ v[2];
	v[0] = flow_hash_rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = flow_hash_rotate(v[1], 17) ^ v[2];
	v[3] = flow_hash_rotate(v[3], 21) ^ v[0];
	v[2] = flow_hash_rotate(v[2], 32);
}

static inline void
flow_hash_sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	flow_hash_sip_round(v);
	v[0] ^= word;
}

static inline uint64_t
flow_hash(const uint64_t *key, uint32_t words, const uint64_t secret[FLOW_HASH_SECRETS])
{
	uint64_t v[4] = {
		secret[0] ^ 0x736f6d6570736575u, secret[1] ^ 0x646f72616e646f6du,
		secret[0] ^ 0x6c7967656e657261u, secret[1] ^ 0x7465646279746573u,
	};

	for (uint32_t i = 0; i < words; i++)
		flow_hash_sip_word(v, key[i]);
	flow_hash_sip_word(v, (uint64_t)words * 8 << 56);
	v[2] ^= 0xff;
	for (uint32_t i = 0; i < 3; i++)
		flow_hash_sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif

#else

/* To a proof it is any function of the key, once the secret is drawn. */
/*@ axiomatic FlowHashes {
      logic integer FlowTagOf(integer a, integer b, integer c, integer d, integer e);
    } */

/*@ requires key: \valid_read(key + (0 .. words - 1)) && 1 <= words <= 5;
    terminates \true;
    assigns  \nothing;
    ensures  tag: \result != 0 && \result == FlowTagOf(key[0], words > 1 ? key[1] : 0, words > 2 ? key[2] : 0,
                  words > 3 ? key[3] : 0, words > 4 ? key[4] : 0); */
uint32_t flow_hash_tag(const uint64_t *key, uint32_t words, const uint64_t secret[FLOW_HASH_SECRETS]);

/*@ requires \valid(secret + (0 .. FLOW_HASH_SECRETS - 1)) && \valid_read(seed + (0 .. 3));
    assigns  secret[0 .. FLOW_HASH_SECRETS - 1] \from seed[0 .. 3]; */
void flow_hash_secrets(uint64_t secret[FLOW_HASH_SECRETS], const uint64_t seed[4]);

#endif

#ifndef __FRAMAC__

/* The 32 bits that the table works with. Never 0, which marks an empty cell. */
static inline uint32_t
flow_hash_tag(const uint64_t *key, uint32_t words, const uint64_t secret[FLOW_HASH_SECRETS])
{
	uint32_t tag = (uint32_t)(flow_hash(key, words, secret) >> 32);

	return tag == 0 ? 1 : tag;
}

#endif

#endif
