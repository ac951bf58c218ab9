/* SPDX-License-Identifier: BSD-3-Clause */
/* test/libvig/instances.h -- the six flow tables behind one shape, so that one test serves all. */
#ifndef TEST_LIBVIG_INSTANCES_H
#define TEST_LIBVIG_INSTANCES_H

#include <string.h>

#include "libvig/flow_table.h"

struct instance {
	const char *name;
	uint64_t key_words, value_words;
	struct flow_table *(*new)(struct vig *, const char *, const struct record_type *, const struct record_type *,
		uint64_t, const struct flow_table_times *);
	bool (*find)(struct flow_table *, const uint64_t *, uint64_t, uint64_t, struct flow_entry_v4 *);
	bool (*refresh)(struct flow_table *, const uint64_t *, uint64_t, uint64_t, struct flow_entry_v4 *);
	bool (*insert)(struct flow_table *, const uint64_t *, uint64_t, uint64_t, uint64_t, const uint64_t *);
	bool (*at)(struct flow_table *, uint64_t, uint64_t, uint64_t *, struct flow_entry_v4 *);
	void (*set)(struct flow_table *, uint64_t, uint64_t, uint64_t, const uint64_t *);
	void (*erase)(struct flow_table *, uint64_t, uint64_t);
	uint64_t (*hash)(const struct flow_table *, const uint64_t *);
	uint64_t (*match)(const struct flow_table *, uint64_t);
	uint64_t (*ready)(const struct flow_table *, uint64_t);
};

#define INSTANCE_LOOK(K, V, what) \
	static bool \
	instance_k##K##v##V##_##what(struct flow_table *table, const uint64_t *key, uint64_t hint, uint64_t now, \
		struct flow_entry_v4 *entry) \
	{ \
		struct flow_entry_v##V found; \
		if (!flow_table_k##K##v##V##_##what(table, key, hint, now, &found)) \
			return false; \
		memcpy(entry->value, found.value, sizeof found.value); \
		entry->slot = found.slot; \
		entry->class = found.class; \
		return true; \
	}
#define INSTANCE_AT(K, V) \
	static bool \
	instance_k##K##v##V##_at(struct flow_table *table, uint64_t slot, uint64_t now, uint64_t *key, \
		struct flow_entry_v4 *entry) \
	{ \
		struct flow_entry_v##V found; \
		if (!flow_table_k##K##v##V##_at(table, slot, now, key, &found)) \
			return false; \
		memcpy(entry->value, found.value, sizeof found.value); \
		entry->slot = found.slot; \
		entry->class = found.class; \
		return true; \
	}
#define INSTANCE_LOOKS(K, V) INSTANCE_LOOK(K, V, find) INSTANCE_LOOK(K, V, refresh) INSTANCE_AT(K, V)
INSTANCE_LOOKS(1, 2)
INSTANCE_LOOKS(1, 4)
INSTANCE_LOOKS(2, 2)
INSTANCE_LOOKS(2, 4)
INSTANCE_LOOKS(5, 2)
INSTANCE_LOOKS(5, 4)

#define INSTANCE(K, V) \
	{ "flow_table_k" #K "v" #V, K, V, flow_table_k##K##v##V##_new, instance_k##K##v##V##_find, \
	  instance_k##K##v##V##_refresh, flow_table_k##K##v##V##_insert, instance_k##K##v##V##_at, \
	  flow_table_k##K##v##V##_set, flow_table_k##K##v##V##_erase, flow_table_k##K##v##V##_hash, flow_table_k##K##v##V##_match, \
	  flow_table_k##K##v##V##_ready }

static const struct instance instances[] = {
	INSTANCE(1, 2), INSTANCE(1, 4), INSTANCE(2, 2), INSTANCE(2, 4), INSTANCE(5, 2), INSTANCE(5, 4),
};

#define INSTANCES (sizeof instances / sizeof instances[0])

#endif
