/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "bench/subject.h"

/* The source is the inside host, whichever way the packet goes. */
struct baseline_key {
	uint32_t src, dst;
	uint16_t src_port, dst_port;
	uint8_t protocol, zero[3];
};

struct baseline_flow {
	uint64_t last;
	uint64_t port;
};

struct baseline {
	struct rte_hash *hash;
	struct baseline_flow *flow; /* by position in the hash */
};

/* False: not a whole UDP or TCP packet over IPv4. */
static inline bool
baseline_parse(const struct packet *packet, struct baseline_key *key)
{
	const uint8_t *data = packet->data, *l4;
	uint32_t header;
	uint16_t ports[2];

	if (packet->length < 34 || data[12] != 0x08 || data[13] != 0x00 || data[14] >> 4 != 4)
		return false;
	header = (data[14] & 15u) * 4;
	if (header < 20 || packet->length < 14 + header + 8 || (data[23] != 17 && data[23] != 6))
		return false;
	if ((data[20] & 0x1f) != 0 || data[21] != 0)
		return false;
	l4 = data + 14 + header;
	memcpy(&key->src, data + (packet->port == 0 ? 26 : 30), 4);
	memcpy(&key->dst, data + (packet->port == 0 ? 30 : 26), 4);
	memcpy(ports, l4, 4);
	key->src_port = ports[packet->port != 0];
	key->dst_port = ports[packet->port == 0];
	key->protocol = data[23];
	memset(key->zero, 0, sizeof key->zero);
	return true;
}

/* What the inside sends opens a flow, as long as there is room; it passes anyway. */
static uint64_t
baseline_open(struct baseline *baseline, const struct packet *packet, const struct baseline_key *key, uint64_t now)
{
	int32_t position;

	if (packet->port != 0)
		return 0;
	position = rte_hash_add_key(baseline->hash, key);
	if (position >= 0)
		baseline->flow[position] = (struct baseline_flow){ now, 0 };
	return 1;
}

static uint64_t
baseline_burst(void *self, struct packet *packet, uint32_t n, uint64_t now)
{
	struct baseline *baseline = self;
	struct baseline_key key[BURST];
	const void *keys[BURST];
	uint32_t of[BURST], count = 0;
	int32_t position[BURST];
	uint64_t sent = 0;

	for (uint32_t i = 0; i < n; i++) {
		of[count] = i;
		keys[count] = &key[count];
		count += baseline_parse(&packet[i], &key[count]);
	}
	if (count == 0 || rte_hash_lookup_bulk(baseline->hash, keys, count, position) != 0)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		if (position[i] >= 0)
			rte_prefetch0(&baseline->flow[position[i]]);
	for (uint32_t i = 0; i < count; i++) {
		if (position[i] >= 0) {
			baseline->flow[position[i]].last = now;
			sent++;
		} else {
			sent += baseline_open(baseline, &packet[of[i]], &key[i], now);
		}
	}
	return sent;
}

static uint64_t
baseline_single(void *self, struct packet *packet, uint64_t now)
{
	struct baseline *baseline = self;
	struct baseline_key key;
	int32_t position;

	if (!baseline_parse(packet, &key))
		return 0;
	position = rte_hash_lookup(baseline->hash, &key);
	if (position < 0)
		return baseline_open(baseline, packet, &key, now);
	baseline->flow[position].last = now;
	return 1;
}

bool
baseline_forget(void *self, const struct packet *packet)
{
	struct baseline *baseline = self;
	struct baseline_key key;

	return baseline_parse(packet, &key) && rte_hash_del_key(baseline->hash, &key) >= 0;
}

static void
baseline_free(void *self)
{
	struct baseline *baseline = self;

	rte_hash_free(baseline->hash);
	rte_free(baseline->flow);
	free(baseline);
}

bool
baseline_subject(struct subject *subject, uint32_t flows, struct err *err)
{
	const struct rte_hash_parameters parameters = {
		.name = "baseline",
		.entries = flows < 8 ? 16 : flows + flows / 4,
		.key_len = sizeof(struct baseline_key),
		.hash_func = rte_hash_crc,
	};
	struct baseline *baseline = calloc(1, sizeof *baseline);

	if (baseline == NULL)
		return err_set(err, "out of memory");
	baseline->hash = rte_hash_create(&parameters);
	baseline->flow = rte_zmalloc(NULL, (parameters.entries + 64ul) * sizeof *baseline->flow, 64);
	if (baseline->hash == NULL || baseline->flow == NULL) {
		baseline_free(baseline);
		return err_set(err, "out of memory for the baseline");
	}
	*subject = (struct subject){ "baseline", baseline_burst, baseline_single, baseline_free, baseline };
	return true;
}
