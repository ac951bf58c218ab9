/* SPDX-License-Identifier: BSD-3-Clause */
/* A flow table and its model: after every sequence of calls that change it, each call answers what the model of a table
 * with these entries answers, and leaves what the model leaves.
 *
 * AGREE_INDEX leaves out all but how keys are found, for longer sequences: time stands still, entries are stored and ended, and
 * then a key is looked for. */
#include "libvig/flow_table.h"

#include "test/agree/agree.h"
#include "test/agree/flow_table.h"

#define K AGREE_K
#define V AGREE_V
#define PASTE_(K, V, name) flow_table_k##K##v##V##_##name
#define PASTE(K, V, name) PASTE_(K, V, name)
#define FN(name) PASTE(AGREE_K, AGREE_V, name)
#define MODEL_PASTE_(K, V, name) model_flow_table_k##K##v##V##_##name
#define MODEL_PASTE(K, V, name) MODEL_PASTE_(K, V, name)
#define MODEL(name) MODEL_PASTE(AGREE_K, AGREE_V, name)
#define ENTRY_(V) struct flow_entry_v##V
#define ENTRY__(V) ENTRY_(V)
#define ENTRY ENTRY__(AGREE_V)

extern __typeof__(FN(new)) MODEL(new);
extern __typeof__(FN(find)) MODEL(find);
extern __typeof__(FN(refresh)) MODEL(refresh);
extern __typeof__(FN(insert)) MODEL(insert);
extern __typeof__(FN(set)) MODEL(set);
extern __typeof__(FN(erase)) MODEL(erase);
extern __typeof__(FN(at)) MODEL(at);
extern __typeof__(FN(hash)) MODEL(hash);
extern __typeof__(FN(match)) MODEL(match);
extern __typeof__(FN(ready)) MODEL(ready);

/* The model's table now holds what was seen before the call; where it leaves a slot to choose, it is the one seen
 * after it. */
void agree_table_begin(struct flow_table *model);
/* It has to hold what was seen after the call, at every key. */
void agree_table_end(struct flow_table *model);

AGREE_EXPORT struct agree_seen agree_seen;

#ifndef AGREE_CLASSES
#define AGREE_CLASSES 1
#endif

#define SHIFT 2u /* a tick is 4 ns: lifetimes are rounded */
#define KEYS 5u
#define LAST_TIME ((UINT64_C(1) << 62) - 1)

static const struct record_field key_fields[] = {
	{ "a", 0, 8, RECORD_HOST, 0 }, { "b", 8, 8, RECORD_HOST, 0 }, { "c", 16, 8, RECORD_HOST, 0 },
	{ "d", 24, 8, RECORD_HOST, 0 }, { "e", 32, 8, RECORD_HOST, 0 },
};
static const struct record_type key_record = { "key", 8 * K, K, key_fields };
static const struct record_type value_record = { "value", 8 * V, V, key_fields };

static struct flow_table *real, *model;
static struct flow_table_times times;
static uint64_t key[KEYS][K];
static unsigned keys;

static void
words_any(uint64_t *word, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		word[i] = agree_any();
}

/* A key that a call uses: one that an earlier call used, or another. */
static const uint64_t *
key_any(void)
{
	const uint64_t which = agree_pick(keys + 1);

	agree_note('k', which);
	if (which < keys)
		return key[which];
	words_any(key[keys], K);
	for (unsigned i = 0; i < keys; i++)
		agree_assume_other(key[i], key[keys], K);
	return key[keys++];
}

static uint64_t
class_any(void)
{
	const uint64_t class = agree_pick(AGREE_CLASSES);

	agree_note('c', class);
	return class;
}

/* Nothing is believed of a hint. */
static uint64_t
hint_any(void)
{
#ifdef AGREE_HINTS
	const uint64_t slot = agree_pick(AGREE_CAPACITY + 2);
#else
	const uint64_t slot = 0;
#endif

	if (slot <= AGREE_CAPACITY)
		return agree_any_in(0, UINT32_MAX) << 32 | slot;
	return agree_any_in(0, UINT32_MAX) << 32 | agree_any_in(AGREE_CAPACITY + 1, UINT32_MAX);
}

static void
time_passes(void)
{
#ifndef AGREE_INDEX
	agree_before = agree_now;
	agree_now = agree_any_in(0, LAST_TIME);
	agree_assume(agree_before <= agree_now);
#endif
}

static void
look(struct agree_slot *seen, uint64_t now)
{
	for (uint64_t slot = 0; slot < AGREE_CAPACITY; slot++) {
		uint32_t class = 0;

		seen[slot].live = flow_table_entry_at(real, slot, now, seen[slot].key, seen[slot].value, &class, &seen[slot].last);
		seen[slot].class = class;
	}
}

/* A slot in which something lives. */
static uint64_t
slot_live(const struct agree_slot *seen)
{
	const uint64_t slot = agree_pick(AGREE_CAPACITY);

	agree_note('s', slot);
	if (!seen[slot].live)
		agree_drop();
	return slot;
}

enum { INSERT, ERASE, REFRESH, SET };

#ifdef AGREE_INDEX
#define CHANGES 2u
#define CHECKS 1u
#else
#define CHANGES 4u
#define CHECKS 8u
#endif

/* One call that changes the table. */
static void
change(void)
{
	struct agree_slot seen[AGREE_CAPACITY];
	uint64_t value[V];
	ENTRY entry;

	time_passes();
	words_any(value, V);
	switch (agree_pick(CHANGES)) {
	case INSERT:
		agree_note('I', keys);
		FN(insert)(real, key_any(), 0, agree_now, class_any(), value);
		break;
	case ERASE:
		agree_note('E', keys);
		look(seen, agree_now);
		FN(erase)(real, slot_live(seen), agree_now);
		break;
	case REFRESH:
		agree_note('R', keys);
		FN(refresh)(real, key_any(), 0, agree_now, &entry);
		break;
	default:
		agree_note('S', keys);
		look(seen, agree_now);
		FN(set)(real, slot_live(seen), agree_now, class_any(), value);
	}
}

static void
expect(uint64_t bits, uint64_t answer)
{
	agree_bits = bits;
	agree_answer = answer;
}

static void
same_entry(const ENTRY *a, const ENTRY *b)
{
	for (unsigned i = 0; i < V; i++)
		agree_check(a->value[i] == b->value[i], "the value that is answered");
	agree_check(a->slot == b->slot, "the slot that is answered");
	agree_check(a->class == b->class, "the class that is answered");
}

/* The call was made of the real table: now of the model. */
static void
begin(uint64_t bits, uint64_t answer)
{
	look(agree_seen.is, agree_now);
	agree_table_begin(model);
	expect(bits, answer);
}

static void
check_look(bool refresh)
{
	const uint64_t *k = key_any();
	const uint64_t hint = hint_any();
	ENTRY a, b;
	const bool found = refresh ? FN(refresh)(real, k, hint, agree_now, &a) : FN(find)(real, k, hint, agree_now, &a);

	begin(8, found);
	if (refresh)
		MODEL(refresh)(model, k, hint, agree_now, &b);
	else
		MODEL(find)(model, k, hint, agree_now, &b);
	if (found)
		same_entry(&a, &b);
}

static void
check_insert(void)
{
	const uint64_t *k = key_any();
	const uint64_t hint = hint_any(), class = class_any();
	uint64_t value[V];
	bool stored;

	words_any(value, V);
	stored = FN(insert)(real, k, hint, agree_now, class, value);
	begin(8, stored);
	MODEL(insert)(model, k, hint, agree_now, class, value);
}

static void
check_set(void)
{
	const uint64_t slot = slot_live(agree_seen.was), class = class_any();
	uint64_t value[V];

	words_any(value, V);
	FN(set)(real, slot, agree_now, class, value);
	begin(0, 0);
	MODEL(set)(model, slot, agree_now, class, value);
}

static void
check_erase(void)
{
	const uint64_t slot = slot_live(agree_seen.was);

	FN(erase)(real, slot, agree_now);
	begin(0, 0);
	MODEL(erase)(model, slot, agree_now);
}

static void
check_at(void)
{
	const uint64_t which = agree_pick(AGREE_CAPACITY + 1);
	const uint64_t slot = which < AGREE_CAPACITY ? which : agree_any_in(AGREE_CAPACITY, UINT64_MAX);
	uint64_t ka[K], kb[K];
	ENTRY a, b;
	const bool found = FN(at)(real, slot, agree_now, ka, &a);

	begin(8, found);
	MODEL(at)(model, slot, agree_now, kb, &b);
	if (!found) {
		uint32_t class;
		uint64_t last, value[V];

		agree_check(which < AGREE_CAPACITY || !flow_table_entry_at(real, slot, agree_now, ka, value, &class, &last),
			"nothing is beyond the last slot");
		return;
	}
	agree_check(agree_same(ka, kb, K), "the key that is answered");
	same_entry(&a, &b);
}

/* Hints are arbitrary to the model; the calls have to change nothing. */
static void
check_hints(void)
{
	const uint64_t *k = key_any();
	const uint64_t hint = agree_hash_from(agree_pick(AGREE_HOMES)) >> 32 << 32 | (uint32_t)hint_any();

	FN(hash)(real, k);
	FN(match)(real, hint);
	FN(ready)(real, hint);
	begin(0, 0);
	MODEL(hash)(model, k);
	MODEL(match)(model, hint);
	MODEL(ready)(model, hint);
}

/* Nothing is called, and what has not expired is still there: what the model calls a table's content at a later time. */
static void
check_wait(void)
{
	const uint64_t later = agree_any_in(0, LAST_TIME);

	agree_assume(agree_now <= later);
	look(agree_seen.is, later);
	for (unsigned s = 0; s < AGREE_CAPACITY; s++) {
		const struct agree_slot *was = &agree_seen.was[s], *is = &agree_seen.is[s];
		const uint64_t life = times.lifetime[was->class];
		const uint64_t ticks = (life >> SHIFT) + ((life & ((1u << SHIFT) - 1)) != 0);

		agree_check(is->live == (was->live & ((later >> SHIFT) - was->last <= ticks)), "what lives at a later time");
		if (!is->live)
			continue;
		agree_check(agree_same(is->key, was->key, K), "the key at a later time");
		agree_check(agree_same(is->value, was->value, V), "the value at a later time");
		agree_check(is->class == was->class, "the class at a later time");
		agree_check(is->last == was->last, "the last use at a later time");
	}
}

static void
check(void)
{
	time_passes();
	look(agree_seen.was, agree_now);
	agree_apart();
	switch (agree_pick(CHECKS)) {
	case 0: agree_note('f', keys); check_look(false); break;
	case 1: agree_note('r', keys); check_look(true); break;
	case 2: agree_note('i', keys); check_insert(); break;
	case 3: agree_note('s', keys); check_set(); break;
	case 4: agree_note('e', keys); check_erase(); break;
	case 5: agree_note('a', keys); check_at(); break;
	case 6: agree_note('h', keys); check_hints(); break;
	default: agree_note('w', keys); check_wait(); return;
	}
	agree_table_end(model);
}

/* Both tables are made, or memory was short. */
static void
make(void)
{
	struct vig *vig = agree_real_vig();

	times = (struct flow_table_times){ .shift = SHIFT, .classes = AGREE_CLASSES };
	for (unsigned i = 0; i < AGREE_CLASSES; i++)
		times.lifetime[i] = agree_any();
	real = FN(new)(vig, "table", &key_record, &value_record, AGREE_CAPACITY, &times);
	agree_check(real != NULL, "there is memory");
	expect(AGREE_POINTER, 1);
	model = MODEL(new)(agree_model_vig(), "table", &key_record, &value_record, AGREE_CAPACITY, &times);
}

void
agree_main(void)
{
	agree_seen.slots = AGREE_CAPACITY;
	make();
	for (unsigned i = 1; i < AGREE_CALLS; i++) {
		if (agree_pick(2) == 0)
			break;
		change();
		agree_apart();
	}
	check();
}
