/* SPDX-License-Identifier: BSD-3-Clause */
/* What every driver has: memory, the C library's few functions that libVig needs, a hash that may be any. */
#include <stddef.h>
#include <string.h>

#include "libvig/vig_object.h"
#include "test/agree/agree.h"

uint64_t agree_now, agree_before, agree_bits, agree_answer;
char agree_trail[64];

#ifndef AGREE_HOMES
#define AGREE_HOMES 1
#endif
#ifndef AGREE_TAG_0
#define AGREE_TAG_0 0u
#endif

#define MEMORY 65536u
#define KEYS 8u
#define KEY_WORDS 5u

static uint8_t memory[MEMORY] __attribute__((aligned(64)));
static size_t used;

static void *
take(size_t size, void *context)
{
	uint8_t *taken = memory + used;

	(void)context;
	if (size > MEMORY - used)
		return NULL;
	used += (size + 63) / 64 * 64;
	return taken;
}

static void
give(void *block, size_t size, void *context)
{
	(void)block;
	(void)size;
	(void)context;
}

const struct vig_memory vig_libc_memory = { take, give, NULL };

struct vig *
agree_real_vig(void)
{
	const uint64_t secret[4] = { 1, 2, 3, 4 };

	return vig_new(NULL, secret);
}

void
agree_note(char what, uint64_t number)
{
	static unsigned length;

	if (length + 2 >= sizeof agree_trail)
		return;
	agree_trail[length++] = what;
	agree_trail[length++] = (char)('0' + number);
}

int
strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

size_t
strlen(const char *text)
{
	size_t n = 0;

	while (text[n] != '\0')
		n++;
	return n;
}

_Static_assert(AGREE_HOMES == 1 || AGREE_HOMES == 2 || AGREE_HOMES == 4 || AGREE_HOMES == 8, "homes are told apart by bits");
#define HOME_BITS (AGREE_HOMES == 1 ? 0u : AGREE_HOMES == 2 ? 1u : AGREE_HOMES == 4 ? 2u : 3u)

/* Any hash whose key begins its search at this home: the upper bits' part of the way (flow_table), or where the lower bits
 * of the tag say (list_map, map). Home AGREE_HOMES, which only some drivers have: the tag that is not used is 0. */
uint64_t
agree_hash_from(uint64_t home)
{
	const uint64_t any = agree_any_in(UINT64_C(1) << (32 + HOME_BITS), UINT64_MAX);

	if (home == AGREE_HOMES)
		return any >> 32;
#ifdef AGREE_HOME_LOW
	return any >> (32 + HOME_BITS) << (32 + HOME_BITS) | home << 32 | agree_any_in(0, UINT32_MAX);
#else
	return HOME_BITS == 0 ? any : home << (63 - HOME_BITS) << 1 | any >> HOME_BITS;
#endif
}

/* Of one key the same each time. */
uint64_t
vig_hash(const uint64_t *key, uint32_t words)
{
	static struct {
		uint64_t key[KEY_WORDS], hash;
	} known[KEYS];
	static unsigned count;
	uint64_t home;

	for (unsigned i = 0; i < count; i++)
		if (agree_same(known[i].key, key, words))
			return known[i].hash;
	agree_check(count < KEYS, "the driver has no more room for keys");
	home = agree_pick(AGREE_HOMES + AGREE_TAG_0);
	agree_note('h', home);
	memcpy(known[count].key, key, words * sizeof *key);
	known[count].hash = agree_hash_from(home);
	return known[count++].hash;
}
