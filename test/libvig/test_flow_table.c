/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvig/flow_table_state.h"
#include "memory.h"
#include "random.h"

#define SECOND ((uint64_t)1000000000)

#define FLOW(FIELD) FIELD(be32, src) FIELD(be32, dst) FIELD(be16, port) FIELD(u8, protocol)
#define STATE(FIELD) FIELD(u8, fin) FIELD(u32, count)
#define EVERY(FIELD) \
	FIELD(u8, a) FIELD(mac, b) FIELD(ipv6, c) FIELD(u64, d) FIELD(be16, e) FIELD(mac, f) FIELD(be32, g) \
	FIELD(u8, h) FIELD(ipv6, i) FIELD(u16, j) FIELD(be64, k) FIELD(u32, l)

RECORD(flow, FLOW)
RECORD(state, STATE)
RECORD(every, EVERY)
FLOW_TABLE(flows, flow, state, 2, 2)

static struct counted counted;
static struct vig *vig;

static int
setup(void **unused)
{
	(void)unused;
	vig = counted_vig(&counted, UINT64_MAX);
	return vig == NULL;
}

static int
teardown(void **unused)
{
	(void)unused;
	vig_delete(vig);
	return counted.blocks != 0;
}

static struct flow_table *
table_of(uint64_t capacity, uint32_t shift, uint32_t classes, uint64_t lifetime)
{
	struct flow_table_times times = { .shift = shift, .classes = classes };

	for (uint32_t class = 0; class < FLOW_TABLE_CLASSES; class++)
		times.lifetime[class] = lifetime;
	return flow_table_k1v2_new(vig, "flows", NULL, NULL, capacity, &times);
}

static bool
insert(struct flow_table *table, uint64_t key, uint64_t now, uint64_t class)
{
	const uint64_t value[2] = { key * 3, ~key };

	return flow_table_k1v2_insert(table, &key, 0, now, class, value);
}

static bool
find(struct flow_table *table, uint64_t key, uint64_t now)
{
	struct flow_entry_v2 entry;

	return flow_table_k1v2_find(table, &key, 0, now, &entry);
}

static uint64_t
live(uint64_t now)
{
	struct vig_figures figures;

	vig_figures(vig, 0, now, &figures);
	return figures.live;
}

static void
bad_parameters_make_no_table(void **unused)
{
	uint64_t bytes = counted.bytes;

	(void)unused;
	assert_null(table_of(0, 0, 1, 1));
	assert_null(table_of(FLOW_TABLE_MAX_CAPACITY + 1, 0, 1, 1));
	assert_null(table_of(UINT64_MAX, 0, 1, 1));
	assert_null(table_of((uint64_t)1 << 32 | 1, 0, 1, 1));
	assert_null(table_of(1, 41, 1, 1));
	assert_null(table_of(1, 0, 0, 1));
	assert_null(table_of(1, 0, FLOW_TABLE_CLASSES + 1, 1));
	assert_int_equal(counted.bytes, bytes);
	assert_int_equal(vig_count(vig), 0);
	assert_non_null(table_of(1, 40, FLOW_TABLE_CLASSES, UINT64_MAX));
}

static void *
lazy_zalloc(size_t size, void *context)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	(void)context;
	return memory == MAP_FAILED ? NULL : memory;
}

static void
lazy_release(void *memory, size_t size, void *context)
{
	(void)context;
	munmap(memory, size);
}

static void
the_largest_table_works(void **unused)
{
	static const struct vig_memory memory = { lazy_zalloc, lazy_release, NULL };
	static const struct flow_table_times times = { .shift = 0, .classes = 1, .lifetime = { 10 } };
	struct vig *large = vig_new(&memory, counted_secret);
	struct flow_table *table;

	(void)unused;
	table = flow_table_k5v4_new(large, "large", NULL, NULL, FLOW_TABLE_MAX_CAPACITY, &times);
	assert_non_null(table);
	assert_int_equal(flow_table_capacity(table), FLOW_TABLE_MAX_CAPACITY);
	for (uint64_t i = 0; i < 1000; i++) {
		const uint64_t key[5] = { i, 0, 0, 0, i }, value[4] = { i };
		struct flow_entry_v4 entry;

		assert_true(flow_table_k5v4_insert(table, key, 0, i / 100, 0, value));
		assert_true(flow_table_k5v4_find(table, key, 0, i / 100, &entry));
		assert_int_equal(entry.value[0], i);
	}
	vig_delete(large);
}

static void
an_entry_lives_exactly_its_lifetime(void **unused)
{
	struct flow_table *table = table_of(4, 0, 1, 10);

	(void)unused;
	assert_true(insert(table, 7, 100, 0));
	assert_true(find(table, 7, 110));
	assert_int_equal(live(110), 1);
	assert_false(find(table, 7, 111));
	assert_int_equal(live(111), 0);
	assert_true(insert(table, 7, 111, 0));
	assert_true(find(table, 7, 121));
}

static void
lifetimes_are_rounded_up_to_ticks(void **unused)
{
	struct flow_table *table = table_of(4, 26, 1, SECOND);

	(void)unused;
	assert_int_equal(flow_table_shift(table), 26);
	assert_int_equal(flow_table_classes(table), 1);
	assert_int_equal(flow_table_lifetime(table, 0), 15);
	assert_true(insert(table, 1, ((uint64_t)1 << 26) - 1, 0));
	assert_true(find(table, 1, ((uint64_t)16 << 26) - 1));
	assert_false(find(table, 1, (uint64_t)16 << 26));
}

static void
lifetime_zero_ends_with_the_tick(void **unused)
{
	struct flow_table *table = table_of(1, 10, 1, 0);

	(void)unused;
	assert_true(insert(table, 1, 1024, 0));
	assert_true(find(table, 1, 2047));
	assert_false(insert(table, 2, 2047, 0));
	assert_true(insert(table, 2, 2048, 0));
	assert_false(find(table, 1, 2048));
}

static void
a_full_table_refuses_and_says_so(void **unused)
{
	struct flow_table *table = table_of(2, 0, 2, 10);
	struct vig_figures figures;

	(void)unused;
	assert_true(insert(table, 1, 0, 0));
	assert_true(insert(table, 2, 5, 1));
	assert_false(insert(table, 3, 10, 0));
	assert_true(insert(table, 1, 10, 1));
	assert_true(insert(table, 3, 16, 0));
	assert_false(insert(table, 2, 16, 0));
	vig_figures(vig, 0, 16, &figures);
	assert_int_equal(figures.live, 2);
	assert_int_equal(figures.capacity, 2);
	assert_int_equal(figures.refused, 2);
}

/* What has expired takes no room, at once, and no operation frees more than a few entries for it. */
static void
all_may_expire_at_once(void **unused)
{
	const uint64_t capacity = 5000;
	struct flow_table *table = table_of(capacity, 0, 5, 100);

	(void)unused;
	for (uint64_t i = 0; i < capacity; i++)
		assert_true(insert(table, i, 0, i % 5));
	assert_false(insert(table, capacity, 100, 0));
	assert_int_equal(live(101), 0);
	for (uint64_t i = 0; i < capacity; i++) {
		uint32_t before = table->stored;

		assert_false(find(table, i, 101));
		assert_int_equal(table->stored, before);
		assert_true(insert(table, capacity + i, 101, 4));
		assert_true(before - table->stored + 1 <= 2);
		assert_int_equal(live(101), i + 1);
	}
	assert_int_equal(table->stored, capacity);
	assert_false(insert(table, 0, 101, 0));
}

/* What has expired is cleared up faster than new entries come. */
static void
expired_entries_do_not_pile_up(void **unused)
{
	struct flow_table *table = table_of(100000, 0, 5, 100);

	(void)unused;
	for (uint64_t i = 0; i < 400000; i++)
		assert_true(insert(table, i, i / 20, i / 1000 % 5));
	assert_true(table->stored < 2100);
}

static void
a_hit_in_the_same_tick_moves_nothing(void **unused)
{
	struct flow_table *table = table_of(8, 10, 1, 100000);
	const size_t size = 9 * sizeof *table->slot_k1v2;
	struct flow_slot_k1v2 before[9];
	struct flow_entry_v2 entry;
	const uint64_t key = 3;

	(void)unused;
	for (uint64_t i = 0; i < 6; i++)
		insert(table, i, 0, 0);
	memcpy(before, table->slot_k1v2, size);
	assert_true(flow_table_k1v2_refresh(table, &key, 0, 1023, &entry));
	assert_true(insert(table, 4, 1023, 0));
	assert_memory_equal(before, table->slot_k1v2, size);
	assert_true(flow_table_k1v2_refresh(table, &key, 0, 1024, &entry));
	assert_memory_not_equal(before, table->slot_k1v2, size);
}

/* In debug builds the next call breaks off; in release builds time stands still. */
static void
looking_back_in_time_changes_no_past(void **unused)
{
	struct flow_table *table = table_of(4, 0, 1, 10);

	(void)unused;
	assert_true(insert(table, 1, 1000, 0));
#ifdef NDEBUG
	assert_true(find(table, 1, 10));
	assert_true(insert(table, 2, 0, 0));
	assert_int_equal(table->latest, 1000);
	assert_true(find(table, 2, 1010));
	assert_false(find(table, 2, 1011));
#endif
}

static void
typed_tables_zero_the_padding(void **unused)
{
	const struct flow_table_times times = { .shift = 0, .classes = 2, .lifetime = { 10, 10 } };
	struct flow_table *table = flows_new(vig, "typed", 10, &times);
	struct state value = { .fin = 1, .count = 9 };
	uint32_t slot, class;
	struct flow key;
	uint64_t hint;

	(void)unused;
	assert_ptr_equal(flow_table_key_record(table), flow_record());
	assert_ptr_equal(flow_table_value_record(table), state_record());
	assert_int_equal(flow_table_key_words(table), 2);
	assert_int_equal(flow_table_value_words(table), 2);
	memset(&key, 0xff, sizeof key);
	key.src = 1, key.dst = 2, key.port = 3, key.protocol = 4;
	assert_true(flows_insert(table, &key, 0, 5, 1, &value));
	memset(&key, 0xaa, sizeof key);
	key.src = 1, key.dst = 2, key.port = 3, key.protocol = 4;
	memset(&value, 0, sizeof value);
	hint = flows_ready(table, flows_match(table, flows_hash(table, &key)));
	assert_true((uint32_t)hint > 0);
	assert_true(flows_find(table, &key, hint, 6, &value, &slot, &class));
	assert_int_equal(value.fin, 1);
	assert_int_equal(value.count, 9);
	assert_int_equal(class, 1);
	value.count = 10;
	flows_set(table, slot, 6, 0, &value);
	assert_true(flows_refresh(table, &key, 0, 7, &value, &slot, &class));
	assert_int_equal(value.count, 10);
	assert_int_equal(class, 0);
	flows_erase(table, slot, 7);
	assert_false(flows_find(table, &key, hint, 7, &value, &slot, &class));
}

static void
records_say_their_layout(void **unused)
{
	const struct record_type *type = every_record();

	(void)unused;
	assert_string_equal(type->name, "every");
	assert_int_equal(type->size, sizeof(struct every));
	assert_int_equal(type->fields, 12);
	assert_string_equal(type->field[2].name, "c");
	assert_int_equal(type->field[2].offset, offsetof(struct every, c));
	assert_int_equal(type->field[2].size, 16);
	assert_int_equal(type->field[2].order, RECORD_NETWORK);
	assert_int_equal(type->field[3].order, RECORD_HOST);
}

/* A record's words are its bytes, wherever its fields lie. */
static void
words_are_the_records_bytes(void **unused)
{
	uint64_t words[(sizeof(struct every) + 7) / 8];

	(void)unused;
	for (int round = 0; round < 1000; round++) {
		const struct record_type *type = every_record();
		uint8_t expected[sizeof words] = { 0 };
		struct every record;

		for (size_t i = 0; i < sizeof record; i++)
			((uint8_t *)&record)[i] = (uint8_t)random_word();
		for (uint64_t i = 0; i < type->fields; i++)
			memcpy(expected + type->field[i].offset, (uint8_t *)&record + type->field[i].offset,
				type->field[i].size);
		memset(words, 0, sizeof words);
		every_words(&record, words);
		assert_memory_equal(words, expected, sizeof words);
	}
}

static void
a_slot_leads_back_to_its_key(void **unused)
{
	const struct flow one = { .src = 1, .dst = 2, .port = 3, .protocol = 4 };
	const struct state state = { .fin = 1, .count = 0xffffffff };
	static const struct flow_table_times times = { .shift = 0, .classes = 2, .lifetime = { 10, 20 } };
	struct flow_table *table = flows_new(vig, "flows", 3, &times);
	struct flow key;
	struct state value;
	uint32_t slot, class;

	(void)unused;
	assert_true(flows_insert(table, &one, 0, 100, 1, &state));
	assert_true(flows_find(table, &one, 0, 100, &value, &slot, &class));
	for (uint64_t at = 0; at < 5; at++) {
		assert_int_equal(flows_at(table, at, 110, &key, &value, &class), at == slot);
		assert_false(flows_at(table, at | UINT64_C(1) << 32, 110, &key, &value, &class));
	}
	assert_false(flows_at(table, UINT64_MAX, 120, &key, &value, &class));
	assert_true(flows_at(table, slot, 120, &key, &value, &class));
	assert_true(key.src == 1 && key.dst == 2 && key.port == 3 && key.protocol == 4 && class == 1);
	assert_true(value.fin == 1 && value.count == 0xffffffff);
	assert_false(flows_at(table, slot, 121, &key, &value, &class)); /* being asked for is no use */
}

#ifndef NDEBUG
enum misuse { CLASS_OF_INSERT, CLASS_OF_SET, BACK_IN_TIME, ERASED_SLOT, EXPIRED_SLOT, FREE_SLOT, MISUSES };

static void
do_misuse(enum misuse misuse)
{
	struct flow_table *table = table_of(4, 0, 1, 10);
	const uint64_t value[2] = { 0, 0 };

	insert(table, 1, 100, 0);
	switch (misuse) {
	case CLASS_OF_INSERT:
		insert(table, 2, 100, 1);
		break;
	case CLASS_OF_SET:
		flow_table_k1v2_set(table, 0, 100, 1, value);
		break;
	case BACK_IN_TIME:
		find(table, 1, 99);
		break;
	case ERASED_SLOT:
		flow_table_k1v2_erase(table, 0, 100);
		flow_table_k1v2_erase(table, 0, 100);
		break;
	case EXPIRED_SLOT:
		flow_table_k1v2_set(table, 0, 111, 0, value);
		break;
	default:
		flow_table_k1v2_set(table, 3, 100, 0, value);
	}
}

static void
misuse_breaks_off(void **unused)
{
	(void)unused;
	for (int misuse = 0; misuse < MISUSES; misuse++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			signal(SIGABRT, SIG_DFL);
			fclose(stderr);
			do_misuse((enum misuse)misuse);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}
#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_parameters_make_no_table),
		TEST(the_largest_table_works),
		TEST(an_entry_lives_exactly_its_lifetime),
		TEST(lifetimes_are_rounded_up_to_ticks),
		TEST(lifetime_zero_ends_with_the_tick),
		TEST(a_full_table_refuses_and_says_so),
		TEST(all_may_expire_at_once),
		TEST(expired_entries_do_not_pile_up),
		TEST(a_hit_in_the_same_tick_moves_nothing),
		TEST(looking_back_in_time_changes_no_past),
		TEST(typed_tables_zero_the_padding),
		TEST(records_say_their_layout),
		TEST(words_are_the_records_bytes),
		TEST(a_slot_leads_back_to_its_key),
#ifndef NDEBUG
		TEST(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
