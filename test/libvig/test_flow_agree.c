/* SPDX-License-Identifier: BSD-3-Clause */
/* Random calls on a flow table and on what its contract says of them, side by side. The reference knows keys
 * by number and has no hash, no buckets and no lists: each key has a last use, and is there or is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "instances.h"
#include "memory.h"
#include "random.h"

#define UNKNOWN UINT32_MAX

struct known {
	bool stored;
	uint64_t last;  /* tick */
	uint32_t class;
	uint32_t slot;  /* UNKNOWN until the table has told */
	uint64_t value[4];
};

struct pair {
	const struct instance *of;
	struct vig *vig;
	struct flow_table *table;
	struct flow_table_times times;
	uint64_t lifetime[FLOW_TABLE_CLASSES]; /* ticks */
	struct known *known;
	uint64_t keys, capacity;
	uint32_t *owner;  /* by slot */
	uint64_t *dies;   /* by tick: how many live entries have their last tick then */
	uint64_t horizon; /* length of dies */
	uint64_t tick, live, refused;
};

static bool
present(const struct pair *p, uint64_t key)
{
	const struct known *k = &p->known[key];

	return k->stored && p->tick - k->last <= p->lifetime[k->class];
}

static uint64_t
last_tick(const struct pair *p, uint64_t key)
{
	return p->known[key].last + p->lifetime[p->known[key].class];
}

/* The reference's only bookkeeping: how many are live, without looking at all keys each time. */
static void
forget(struct pair *p, uint64_t key)
{
	if (!present(p, key))
		return;
	p->live--;
	p->dies[last_tick(p, key)]--;
	p->known[key].stored = false;
}

static void
learn(struct pair *p, uint64_t key, uint32_t class)
{
	uint32_t slot = present(p, key) ? p->known[key].slot : UNKNOWN;

	forget(p, key);
	p->known[key].stored = true;
	p->known[key].last = p->tick;
	p->known[key].class = class;
	p->known[key].slot = slot;
	p->live++;
	p->dies[last_tick(p, key)]++;
}

static void
advance(struct pair *p, uint64_t ticks)
{
	for (; ticks > 0 && p->tick + 1 + 2000 < p->horizon; ticks--) {
		p->live -= p->dies[p->tick];
		p->tick++;
	}
}

static void
key_words(const struct pair *p, uint64_t key, uint64_t words[5])
{
	for (uint64_t i = 0; i < p->of->key_words; i++)
		words[i] = i == key % p->of->key_words ? key : 0;
}

/* All that hints may be: none, right ones of all stages, another key's, near misses, and noise. */
static uint64_t
some_hint(const struct pair *p, const uint64_t words[5])
{
	uint64_t other[5], hint;

	key_words(p, random_below(p->keys), other);
	switch (random_below(8)) {
	case 0:
		return 0;
	case 1:
		return p->of->hash(p->table, words);
	case 2:
		return p->of->match(p->table, p->of->hash(p->table, words));
	case 3:
		return p->of->ready(p->table, p->of->match(p->table, p->of->hash(p->table, other)));
	case 4:
		return random_word() << 32 | random_below(p->capacity + 3);
	case 5:
		hint = random_word();
		return p->of->ready(p->table, p->of->match(p->table, hint)) ^ p->of->ready(p->table, hint);
	default:
		return p->of->ready(p->table, p->of->match(p->table, p->of->hash(p->table, words)));
	}
}

static void
check_slot(struct pair *p, uint64_t key, uint32_t slot)
{
	struct known *k = &p->known[key];
	uint32_t owner;

	assert_true(slot < p->capacity);
	if (k->slot != UNKNOWN) {
		assert_int_equal(slot, k->slot);
		return;
	}
	owner = p->owner[slot];
	if (owner != UNKNOWN && owner != key)
		assert_false(present(p, owner) && p->known[owner].slot == slot);
	p->owner[slot] = (uint32_t)key;
	k->slot = slot;
}

/* True: it was found, as it should be. */
static bool
look(struct pair *p, uint64_t key, uint64_t now, bool use, struct flow_entry_v4 *entry)
{
	uint64_t words[5];
	bool found;

	key_words(p, key, words);
	found = (use ? p->of->refresh : p->of->find)(p->table, words, some_hint(p, words), now, entry);
	assert_int_equal(found, present(p, key));
	if (!found)
		return false;
	assert_int_equal(entry->class, p->known[key].class);
	assert_memory_equal(entry->value, p->known[key].value, 8 * p->of->value_words);
	check_slot(p, key, entry->slot);
	if (use)
		learn(p, key, entry->class);
	return true;
}

/* What lives in a slot is a key that should, and with a known one's slot it is that one. Answers the key; UNKNOWN:
 * nothing lives there. */
static uint64_t
look_at(struct pair *p, uint64_t slot, uint64_t now)
{
	uint64_t words[5], expected[5], key = 0;
	struct flow_entry_v4 entry;

	memset(words, 0xee, sizeof words);
	if (!p->of->at(p->table, slot, now, words, &entry)) {
		assert_true(slot >= p->capacity || p->owner[slot] == UNKNOWN || !present(p, p->owner[slot]) ||
			p->known[p->owner[slot]].slot != slot);
		return UNKNOWN;
	}
	for (uint64_t i = 0; i < p->of->key_words; i++)
		key |= words[i]; /* one word is the key, the others are 0 */
	assert_true(key < p->keys && present(p, key));
	key_words(p, key, expected);
	assert_memory_equal(words, expected, 8 * p->of->key_words);
	assert_int_equal(entry.slot, slot);
	assert_int_equal(entry.class, p->known[key].class);
	assert_memory_equal(entry.value, p->known[key].value, 8 * p->of->value_words);
	check_slot(p, key, entry.slot);
	return key;
}

static void
some_value(uint64_t value[4])
{
	for (int i = 0; i < 4; i++)
		value[i] = random_below(4) == 0 ? 0 : random_word();
}

static void
insert(struct pair *p, uint64_t key, uint64_t now)
{
	uint32_t class = (uint32_t)random_below(p->times.classes);
	uint64_t words[5], value[4];
	bool room = present(p, key) || p->live < p->capacity;

	key_words(p, key, words);
	some_value(value);
	assert_int_equal(p->of->insert(p->table, words, some_hint(p, words), now, class, value), room);
	p->refused += !room;
	if (!room)
		return;
	learn(p, key, class);
	memcpy(p->known[key].value, value, sizeof value);
}

static void
act(struct pair *p, uint64_t key, uint64_t now)
{
	struct flow_entry_v4 entry;
	uint64_t value[4], slot;

	switch (random_below(17)) {
	case 0:
		if (look(p, key, now, random_below(2) == 0, &entry)) {
			p->of->erase(p->table, entry.slot, now);
			forget(p, key);
		}
		break;
	case 1:
	case 2:
		if (look(p, key, now, random_below(2) == 0, &entry)) {
			uint32_t class = (uint32_t)random_below(p->times.classes);

			some_value(value);
			p->of->set(p->table, entry.slot, now, class, value);
			learn(p, key, class);
			memcpy(p->known[key].value, value, sizeof value);
		}
		break;
	case 3:
	case 4:
	case 5:
		look(p, key, now, false, &entry);
		break;
	case 6:
	case 7:
	case 8:
		look(p, key, now, true, &entry);
		break;
	case 9:
		slot = random_below(16) == 0 ? random_word() : random_below(p->capacity + 1);
		key = look_at(p, slot, now);
		if (key != UNKNOWN && random_below(4) == 0) {
			p->of->erase(p->table, slot, now);
			forget(p, key);
		}
		break;
	default:
		insert(p, key, now);
	}
}

static void
check_figures(const struct pair *p, uint64_t now)
{
	struct vig_figures figures;

	vig_figures(p->vig, 0, now, &figures);
	assert_int_equal(figures.live, p->live);
	assert_int_equal(figures.capacity, p->capacity);
	assert_int_equal(figures.refused, p->refused);
}

/* Every live entry shows up at its slot, and nothing else does. */
static void
check_all(struct pair *p, uint64_t now)
{
	struct flow_entry_v4 entry;
	uint64_t shown = 0, words[5], key[5], value[4], tick;
	uint32_t class;

	for (uint64_t slot = 0; slot < p->capacity + 2; slot++)
		shown += flow_table_entry_at(p->table, slot, now, key, value, &class, &tick);
	assert_int_equal(shown, p->live);
	for (uint64_t slot = 0; slot < p->capacity + 2; slot++)
		shown -= look_at(p, slot, now) != UNKNOWN;
	assert_int_equal(shown, 0);
	for (uint64_t k = 0; k < p->keys; k++) {
		if (!look(p, k, now, false, &entry))
			continue;
		assert_true(flow_table_entry_at(p->table, entry.slot, now, key, value, &class, &tick));
		key_words(p, k, words);
		assert_memory_equal(key, words, 8 * p->of->key_words);
		assert_memory_equal(value, p->known[k].value, 8 * p->of->value_words);
		assert_int_equal(class, p->known[k].class);
		assert_int_equal(tick, p->known[k].last);
	}
}

static void
some_times(struct pair *p)
{
	p->times.shift = (uint32_t)random_below(41);
	p->times.classes = 1 + (uint32_t)random_below(FLOW_TABLE_CLASSES);
	for (uint32_t class = 0; class < p->times.classes; class++) {
		uint64_t tick = (uint64_t)1 << p->times.shift;

		p->lifetime[class] = random_below(4) == 0 ? random_below(3) : 1 + random_below(40);
		p->times.lifetime[class] = p->lifetime[class] * tick;
		if (p->lifetime[class] > 0)
			p->times.lifetime[class] -= random_below(tick); /* rounded up to whole ticks */
	}
}

static void
pair_init(struct pair *p, struct counted *counted, const struct instance *of, uint64_t capacity, uint64_t steps)
{
	*p = (struct pair){ .of = of, .capacity = capacity, .keys = capacity * 3 / 2 + 2 };
	some_times(p);
	p->vig = counted_vig(counted, UINT64_MAX);
	p->table = of->new(p->vig, "flows", NULL, NULL, capacity, &p->times);
	assert_non_null(p->table);
	p->known = calloc(p->keys, sizeof *p->known);
	p->owner = malloc(capacity * sizeof *p->owner);
	memset(p->owner, 0xff, capacity * sizeof *p->owner);
	p->horizon = steps + 10000;
	p->dies = calloc(p->horizon, sizeof *p->dies);
}

static void
pair_fini(struct pair *p, struct counted *counted)
{
	free(p->dies);
	free(p->owner);
	free(p->known);
	vig_delete(p->vig);
	assert_int_equal(counted->blocks, 0);
}

/* Time runs by turns so fast that the table is nearly empty, so that it is about half full, not at all until
 * the table is full, and slowly. Now and then everything expires at once. */
static void
agree(const struct instance *of, uint64_t capacity, uint64_t steps)
{
	struct counted counted;
	struct pair p;
	uint64_t now = 0;

	pair_init(&p, &counted, of, capacity, steps);
	for (uint64_t step = 0; step < steps; step++) {
		uint64_t phase = step / (4 * capacity) % 4;

		if (phase != 2 && random_below(8 + phase * capacity / 6) < 2)
			advance(&p, 1 + random_below(2));
		if (phase != 2 && random_below(steps / 8 + 1) == 0)
			advance(&p, 45);
		now = p.tick << p.times.shift | random_below((uint64_t)1 << p.times.shift);
		act(&p, random_below(p.keys), p.tick << p.times.shift | random_below((uint64_t)1 << p.times.shift));
		if (step % (capacity + 1) == 0 || step + 1 == steps)
			check_figures(&p, now);
		if (step % (100 * capacity + 1) == 0)
			check_all(&p, now);
	}
	check_all(&p, now);
	assert_true(p.tick > 0 && p.refused > 0);
	pair_fini(&p, &counted);
}

#define STEPS 1000000u

static void
large_tables_agree(void **unused)
{
	static const uint64_t capacities[] = { 1, 2, 7, 64, 1000, 65536 };

	(void)unused;
	for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++)
		agree(&instances[(i + 2) % INSTANCES], capacities[i], STEPS);
}

static void
every_instance_agrees(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < INSTANCES; i++)
		for (uint64_t capacity = 1; capacity <= 40; capacity++)
			agree(&instances[i], capacity, STEPS / 250);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_instance_agrees),
		cmocka_unit_test(large_tables_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
