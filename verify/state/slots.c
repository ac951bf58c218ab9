/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables by slot.
 *
 * Live entries of one table have slots of their own. So for every base there are functions of the slot, "taken" and "owner",
 * such that
 *
 *     taken(s)  implies  owner(s) is live and has slot s               (stated at the slots that are asked for)
 *     k is live implies  its slot is taken, and the owner is k         (stated at the keys that are looked at)
 *
 * taken(s) says that some live key has slot s, and owner(s) is that key where there is one: both hold of them. What they
 * are elsewhere is left open. Nothing is quantified, as for keys.
 *
 * A key's bytes that no field has are 0 in every live entry, because libVig's model demands it of every key that is
 * stored; so they are 0 in an owner.
 *
 * Which slot a new entry gets is libVig's choice. The base's function "slot" says nothing of keys that are absent, so its
 * value there is as good as an unknown for this choice, and it is one that a specification finds too: both sides speak of
 * the slot that the program's entry gets. That holds once a packet; where an entry was ended before, the choice is an
 * unknown of its own. */
#include <string.h>

#include "verify/state/table.h"

static term
taken(struct terms *ts, const struct table *table, term slot)
{
	return term_app(ts, table->taken, &slot);
}

/* The bits of a key's word that belong to some field. */
static uint64_t
field_bits(const struct layout *layout, unsigned word)
{
	uint64_t bits = 0;

	for (unsigned f = 0; f < layout->fields; f++)
		for (unsigned i = 0; i < layout->field[f].size; i++)
			if ((layout->field[f].offset + i) / 8 == word)
				bits |= UINT64_C(0xff) << (layout->field[f].offset + i) % 8 * 8;
	return bits;
}

static void
owner(struct terms *ts, const struct table *table, term slot, term *key)
{
	for (unsigned i = 0; i < table->key_words; i++)
		key[i] = term_and(ts, term_app(ts, table->owner[i], &slot), term_const(ts, 64, field_bits(&table->key, i)));
}

/* Whether an entry may have been ended in this version. */
static bool
any_ended(const struct change *c)
{
	for (; c != NULL; c = c->before)
		if (!c->look && !term_is_true(c->entry.live))
			return true;
	return false;
}

term
table_new_slot(struct terms *ts, const struct chain *chain, const struct entry *old)
{
	return any_ended(chain->newest) ? term_ite(ts, old->live, old->slot, term_var(ts, 32, "new slot")) : old->slot;
}

/* Nobody else's slot is that of a new entry. While nothing was ended, nobody's in the base is nobody's. */
static term
state_alone(struct terms *ts, const struct table *table, const struct change *c)
{
	term says = term_bool(ts, true);

	if (!any_ended(c->before))
		says = term_and(ts, says, term_not(ts, taken(ts, table, c->entry.slot)));
	for (const struct change *b = c->before; b != NULL; b = b->before) {
		const term both = b->born == NULL || any_ended(c->before) ? term_bool(ts, false)
			: term_and(ts, b->born, term_not(ts, table_same_key(ts, table, b->key, c->key)));

		says = term_and(ts, says, term_or(ts, term_not(ts, both), term_ne(ts, b->entry.slot, c->entry.slot)));
	}
	return says;
}

/* A slot that a new entry got is below the capacity, whether or not anybody asks who has it: functions calculate with it. */
static void
state_born(struct chain *chain, struct path *path, const struct change *c)
{
	struct terms *const ts = path->terms;
	term says = term_ult(ts, term_zext(ts, c->entry.slot, 64), chain->table->capacity);

	if (chain->by_slot)
		says = term_and(ts, says, state_alone(ts, chain->table, c));
	path_assume(path, term_or(ts, term_not(ts, c->born), says), NULL);
}

void
table_state_slots(struct chain *chain, struct path *path, const struct change *c)
{
	struct terms *const ts = path->terms;
	term key[TABLE_KEY_WORDS], mine;

	if (!c->look) {
		if (c->born != NULL)
			state_born(chain, path, c);
		return;
	}
	owner(ts, chain->table, c->entry.slot, key);
	mine = term_and(ts, taken(ts, chain->table, c->entry.slot), table_same_key(ts, chain->table, key, c->key));
	path_assume(path, term_or(ts, term_not(ts, c->entry.live), mine), NULL);
}

/* What holds at the keys seen so far, the earliest first. */
void
table_use_slots(struct chain *chain, struct path *path)
{
	if (chain->by_slot)
		return;
	chain->by_slot = true;
	for (const struct change *c = chain->newest; c != NULL; c = c->before)
		table_state_slots(chain, path, c);
}

static struct slot_entry
choose(struct terms *ts, const struct table *table, term condition, const struct slot_entry *a, const struct slot_entry *b)
{
	struct slot_entry chosen = { .found = term_ite(ts, condition, a->found, b->found) };

	for (unsigned i = 0; i < table->key_words; i++)
		chosen.key[i] = term_ite(ts, condition, a->key[i], b->key[i]);
	chosen.entry = table_entry_choose(ts, table, condition, &a->entry, &b->entry);
	return chosen;
}

/* The owner in the base, as far as it still lives. */
static struct slot_entry
base_owner(struct chain *chain, struct path *path, term slot, term now_tick, term before_tick)
{
	struct terms *const ts = path->terms;
	const struct table *const table = chain->table;
	struct slot_entry e;
	struct entry base;

	owner(ts, table, slot, e.key);
	e.entry = table_look(chain, path, e.key, now_tick, before_tick);
	base = table_base_entry(ts, table, e.key);
	path_assume(path, term_or(ts, term_not(ts, taken(ts, table, slot)),
		term_and(ts, base.live, term_eq(ts, base.slot, slot))), NULL);
	e.found = term_and(ts, taken(ts, table, slot), term_and(ts, e.entry.live, term_eq(ts, e.entry.slot, slot)));
	if (path_must(path, term_eq(ts, e.found, taken(ts, table, slot))))
		e.found = taken(ts, table, slot);
	return e;
}

/* Whether a key that was changed has the slot now. */
static struct slot_entry
changed_owner(struct chain *chain, struct path *path, const struct change *c, term slot, term now_tick, term before_tick)
{
	struct terms *const ts = path->terms;
	struct slot_entry changed;

	memcpy(changed.key, c->key, sizeof changed.key);
	changed.entry = table_look(chain, path, c->key, now_tick, before_tick);
	changed.found = term_and(ts, changed.entry.live, term_eq(ts, changed.entry.slot, slot));
	return changed;
}

static const struct change *
skip_looks(const struct change *c)
{
	while (c != NULL && (c->look || c->entry.live == NULL))
		c = c->before;
	return c;
}

/* Who has the slot now: a key that was changed, or else the base's owner. Any two answers agree, for no two live entries
 * share a slot; so the order of asking does not matter. */
static struct slot_entry
owner_now(struct chain *chain, struct path *path, const struct change *c, term slot, term now_tick, term before_tick)
{
	struct terms *const ts = path->terms;
	struct slot_entry changed, other;

	c = skip_looks(c);
	if (c == NULL)
		return base_owner(chain, path, slot, now_tick, before_tick);
	changed = changed_owner(chain, path, c, slot, now_tick, before_tick);
	if (path_must(path, changed.found))
		return changed;
	other = owner_now(chain, path, c->before, slot, now_tick, before_tick);
	return path_must(path, term_not(ts, changed.found)) ? other : choose(ts, chain->table, changed.found, &changed, &other);
}

struct slot_entry
table_look_slot(struct chain *chain, struct path *path, term slot, term now_tick, term before_tick)
{
	struct terms *const ts = path->terms;
	const term within = term_ult(ts, slot, chain->table->capacity);
	struct slot_entry e;

	table_use_slots(chain, path);
	e = owner_now(chain, path, chain->newest, term_extract(ts, slot, 0, 32), now_tick, before_tick);
	e.found = path_must(path, within) ? e.found : term_and(ts, within, e.found);
	return e;
}

term
table_slot_question(struct chain *chain, struct path *path, term slot, term now_tick, term before_tick)
{
	const term narrow = term_extract(path->terms, slot, 0, 32);

	table_use_slots(chain, path);
	for (const struct change *c = skip_looks(chain->newest); c != NULL; c = skip_looks(c->before)) {
		const term found = changed_owner(chain, path, c, narrow, now_tick, before_tick).found;

		if (path_must(path, found))
			return NULL;
		if (!path_must(path, term_not(path->terms, found)))
			return found;
	}
	return NULL;
}
