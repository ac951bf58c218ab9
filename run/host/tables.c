/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/host/tables.h"

#include <inttypes.h>
#include <string.h>

#include "libvig/balancer.h"
#include "libvig/list_map.h"
#include "libvig/route_list.h"

#define KEY_WORDS 5u
#define VALUE_WORDS 4u

static bool
is_table(const struct vig *vig, size_t index)
{
	static const char kind[] = "flow_table_";

	return strncmp(vig_kind(vig, index), kind, sizeof kind - 1) == 0;
}

static bool
is_kind(const struct vig *vig, size_t index, const char *kind)
{
	return strcmp(vig_kind(vig, index), kind) == 0;
}

struct flow_table *
tables_named(const struct vig *vig, const char *name)
{
	for (size_t i = 0; i < vig_count(vig); i++)
		if (is_table(vig, i) && strcmp(vig_name(vig, i), name) == 0)
			return vig_object(vig, i);
	return NULL;
}

/* The slot of a present key, by the instance's own find. False: absent. */
static bool
find_slot(struct flow_table *table, const uint64_t *key, uint64_t now, uint32_t *slot)
{
	const uint64_t instance = 10 * flow_table_key_words(table) + flow_table_value_words(table);
	struct flow_entry_v2 two = { .slot = 0 };
	struct flow_entry_v4 four = { .slot = 0 };
	bool found = false;

	switch (instance) {
	case 12: found = flow_table_k1v2_find(table, key, 0, now, &two); break;
	case 14: found = flow_table_k1v4_find(table, key, 0, now, &four); break;
	case 22: found = flow_table_k2v2_find(table, key, 0, now, &two); break;
	case 24: found = flow_table_k2v4_find(table, key, 0, now, &four); break;
	case 52: found = flow_table_k5v2_find(table, key, 0, now, &two); break;
	case 54: found = flow_table_k5v4_find(table, key, 0, now, &four); break;
	}
	*slot = flow_table_value_words(table) == 2 ? two.slot : four.slot;
	return found;
}

static void
add_words(struct answers *answers, const uint64_t *words, uint64_t count)
{
	answers_add_bytes(answers, (const uint8_t *)words, count * sizeof *words);
}

void
tables_entry(struct flow_table *table, const uint64_t *key, uint64_t now, struct answers *answers)
{
	uint64_t stored[KEY_WORDS], value[VALUE_WORDS], tick;
	uint32_t slot, class;

	if (!find_slot(table, key, now, &slot) ||
	    !flow_table_entry_at(table, slot, now, stored, value, &class, &tick)) {
		answers_add(answers, "absent\n");
		return;
	}
	answers_add(answers, "entry %" PRIu32 " %" PRIu64 " ", class, tick);
	add_words(answers, value, flow_table_value_words(table));
	answers_add(answers, "\n");
}

void
tables_slot(struct flow_table *table, const uint64_t *key, uint64_t now, struct answers *answers)
{
	uint32_t slot;

	if (find_slot(table, key, now, &slot))
		answers_add(answers, "slot %" PRIu32 "\n", slot);
	else
		answers_add(answers, "absent\n");
}

void
tables_dump(const struct flow_table *table, uint64_t now, struct answers *answers)
{
	uint64_t key[KEY_WORDS], value[VALUE_WORDS], tick;
	uint32_t class;

	for (uint64_t slot = 0; slot < flow_table_capacity(table); slot++) {
		if (!flow_table_entry_at(table, slot, now, key, value, &class, &tick))
			continue;
		answers_add(answers, "live ");
		add_words(answers, key, flow_table_key_words(table));
		answers_add(answers, " %" PRIu32 " %" PRIu64 " ", class, tick);
		add_words(answers, value, flow_table_value_words(table));
		answers_add(answers, " %" PRIu64 "\n", slot);
	}
	answers_add(answers, "done\n");
}

static void
describe_record(const char *part, const struct record_type *type, struct answers *answers)
{
	for (uint64_t i = 0; type != NULL && i < type->fields; i++) {
		const struct record_field *const field = &type->field[i];
		answers_add(answers, "field %s %s %" PRIu32 " %" PRIu32 " %s\n", part, field->name, field->offset,
			field->size, field->order == RECORD_NETWORK ? "network" : "host");
	}
}

static void
describe_table(const char *name, const struct flow_table *table, struct answers *answers)
{
	answers_add(answers, "table %s %" PRIu64 " %" PRIu64, name, flow_table_shift(table), flow_table_capacity(table));
	for (uint64_t class = 0; class < flow_table_classes(table); class++)
		answers_add(answers, " %" PRIu64, flow_table_lifetime(table, class));
	answers_add(answers, "\n");
	describe_record("key", flow_table_key_record(table), answers);
	describe_record("value", flow_table_value_record(table), answers);
}

/* Routes are a list without a key. */
static void
describe_list(const char *name, const struct record_type *key, const struct record_type *value, struct answers *answers)
{
	answers_add(answers, "list %s\n", name);
	describe_record("key", key, answers);
	describe_record("value", value, answers);
}

static void
describe_lists(const struct vig *vig, size_t i, struct answers *answers)
{
	const void *const list = vig_object(vig, i);
	const char *const name = vig_name(vig, i);

	if (is_kind(vig, i, "list_map"))
		describe_list(name, list_map_key_record(list), list_map_value_record(list), answers);
	if (is_kind(vig, i, "balancer"))
		describe_list(name, balancer_key_record(list), balancer_value_record(list), answers);
	if (is_kind(vig, i, "route_list"))
		describe_list(name, NULL, route_list_value_record(list), answers);
}

void
tables_describe(const struct vig *vig, struct answers *answers)
{
	for (size_t i = 0; i < vig_count(vig); i++) {
		if (is_table(vig, i))
			describe_table(vig_name(vig, i), vig_object(vig, i), answers);
		describe_lists(vig, i, answers);
	}
	answers_add(answers, "done\n");
}

void
tables_figures(const struct vig *vig, uint64_t now, struct answers *answers)
{
	struct vig_figures figures;

	for (size_t i = 0; i < vig_count(vig); i++) {
		vig_figures(vig, i, now, &figures);
		answers_add(answers, "figures %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", vig_name(vig, i), figures.live,
			figures.capacity, figures.refused);
	}
	answers_add(answers, "done\n");
}
