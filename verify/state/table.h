/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/table.h -- a keyed, expiring table as a chain of changes over an arbitrary base.
 *
 * The base is the table's content at the packet's time, everything expired already gone: uninterpreted
 * functions of the key, so two reads of one key agree by congruence. Each change says "at this key, if
 * this holds, the entry is now that". Nothing is quantified: facts about the base are stated at the keys
 * that are read. */
#ifndef VERIFY_STATE_TABLE_H
#define VERIFY_STATE_TABLE_H

#include "verify/state/path.h"

#define TABLE_KEY_WORDS 5
#define TABLE_VALUE_WORDS 4
#define TABLE_CLASSES 8
#define TABLE_FIELDS 16

/* One field of a key or value, as the program's own descriptor states it. */
struct layout_field {
	const char *name;
	unsigned offset, size; /* bytes */
	bool network_order;
};

struct layout {
	const char *name;
	unsigned size, fields;
	struct layout_field field[TABLE_FIELDS];
};

/* What never changes after nf_init. */
struct table {
	const char *name;
	const char *kind;        /* "flow_table_k2v2" */
	unsigned key_words, value_words;
	struct layout key, value;
	term capacity;           /* 64 bits */
	unsigned shift, classes; /* ticks of 2^shift ns */
	term lifetime[TABLE_CLASSES]; /* ticks, 64 bits */
	/* the base, as functions of the key words */
	struct term_function *live, *slot, *class, *last, *word[TABLE_VALUE_WORDS];
	term count;              /* live entries of the base at the packet's time, 64 bits */
	term version;            /* a name for the set of the base's live keys, 64 bits */
	struct term_function *gained, *lost; /* of a name and a key's words: the name with that key more or less */
	/* the base, as functions of the slot (32 bits): see table_look_slot */
	struct term_function *taken, *owner[TABLE_KEY_WORDS];
};

struct entry {
	term live;  /* 1 bit; the rest means something only if it holds */
	term slot;  /* 32 bits */
	term class; /* 32 bits */
	term last;  /* tick, 64 bits */
	term value[TABLE_VALUE_WORDS];
};

/* One change, or one look (the same chain remembers which keys were read). */
struct change {
	struct change *before;
	bool look;                 /* nothing changed: the key was only read */
	term key[TABLE_KEY_WORDS];
	term guard;                /* 1 bit: whether it applies */
	struct entry entry;
	term more;                 /* 64 bits: entries gained (0, 1 or -1) */
	term born;                 /* 1 bit: whether the entry is new and got a slot; NULL: it never does */
	term died;                 /* 1 bit: whether the entry was live and is no more; NULL: it never is */
};

/* A table's version: its newest change. */
struct chain {
	const struct table *table;
	struct change *newest;
	bool by_slot; /* somebody asked who has a slot: what holds of slots is stated at the keys */
};

/* Makes the base functions and the count; everything else is filled in. */
void table_base(struct terms *ts, struct table *table);

/* The entry at key in this version. Also states on the path, once a key, what holds of every base: an entry
 * is live only within its lifetime and its class, slots are below capacity and not shared, the count covers
 * the live entries seen. now_tick, before_tick: this packet's time and the last one's. */
struct entry table_look(struct chain *chain, struct path *path, const term *key, term now_tick, term before_tick);

/* The two halves of that: what holds of every base is stated, and the key answered by the name that the path knows it by
 * (whose memory is the key's or the chain's); and the entry alone, for a path that knows no less. */
const term *table_know(struct chain *chain, struct path *path, const term *key, term now_tick, term before_tick);
struct entry table_read(const struct chain *chain, struct path *path, const term *key);

/* The live entry that has a slot (64 bits) in this version, if one has. */
struct slot_entry {
	term found; /* 1 bit; the rest means something only if it holds */
	term key[TABLE_KEY_WORDS];
	struct entry entry;
};
struct slot_entry table_look_slot(struct chain *chain, struct path *path, term slot, term now_tick, term before_tick);

/* A condition on which it depends who has that slot: that a key which was changed has it. NULL: nothing is open. Whoever
 * follows both answers before looking gets a key and an entry that are no choice between two. */
term table_slot_question(struct chain *chain, struct path *path, term slot, term now_tick, term before_tick);

/* The slot that a key which is stored now gets if it is absent (old: its entry before). */
term table_new_slot(struct terms *ts, const struct chain *chain, const struct entry *old);

/* From now on slots matter: what holds of them is stated at the keys seen so far, and at those to come. */
void table_use_slots(struct chain *chain, struct path *path);

/* What holds of slots at a key that was looked at, or that was stored: stated where somebody asks for slots. */
void table_state_slots(struct chain *chain, struct path *path, const struct change *c);

/* Live entries of this version. */
term table_count(struct terms *ts, const struct chain *chain);

/* A name for this version's set of live keys: of one table, versions with equal names have the same. */
term table_version(struct terms *ts, const struct chain *chain);

/* How long an entry of this class (32 bits) is present after its last use, in ticks. */
term table_lifetime(struct terms *ts, const struct table *table, term class);

/* Writes an entry (live or not) at key, if guard. */
void table_change(struct terms *ts, struct chain *chain, struct path *path, const term *key, term guard,
	const struct entry *old, const struct entry *new);

/* For slots.c: the base's entry at a key; a choice between two. */
struct entry table_base_entry(struct terms *ts, const struct table *table, const term *key);
struct entry table_entry_choose(struct terms *ts, const struct table *table, term condition, const struct entry *a,
	const struct entry *b);

/* Whether two keys are the same. */
term table_same_key(struct terms *ts, const struct table *table, const term *a, const term *b);

/* The key that was read or written and whose slot term this is, or NULL. */
const struct change *table_slot_change(const struct chain *chain, term slot);

/* A field of a record given as words, as a number (at most 64 bits wide; 16-byte fields in two halves: half 0
 * is the most significant), and the words of a record given as numbers. */
term layout_get(struct terms *ts, const struct layout *layout, const term *words, unsigned field, unsigned half);
void layout_put(struct terms *ts, const struct layout *layout, term *words, unsigned count, const term (*numbers)[2]);

#endif
