/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_entries.h -- what happens to entries: used, stored, released, reclaimed: included by flow_table_body.h,
 * once for each instance. Private to libvig.
 *
 * A function that writes to entries says of all others that they are what they were; those that write to the entries
 * and the index in turn take both apart from the table, so that what they show is of two arrays only. */

/* Notes a use. */
/*@ requires slots:  \valid(slots + (0 .. nodes - 1)) && slot < nodes;
    terminates \true;
    assigns  slots[0 .. nodes - 1];
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, nodes, slot);
    ensures  used:   slots[slot].tick == tick && slots[slot].class == class;
    ensures  kept:   slots[slot].tag == \old(slots[slot].tag) && FLOW_FN(Words){Pre,Post}(slots, slot);
    ensures  links:  \forall integer n; 0 <= n < nodes ==>
                     slots[n].prev == \old(slots[n].prev) && slots[n].next == \old(slots[n].next); */
static inline void
FLOW_FN(mark)(FLOW_ENTRY *slots, uint32_t slot, uint64_t tick, uint32_t class) /*@ ghost (uint32_t nodes) */
{
	slots[slot].tick = tick;
	slots[slot].class = class;
}

/* An entry goes to the end of a class's line, used at this tick, the last of all. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(0);
    requires index:  FlowIndex(bucket, buckets) &&
                     \separated(slots + (0 .. capacity + classes - 1), bucket + (0 .. buckets - 1));
    requires entry:  FLOW_FN(Entries)(slots, capacity, classes, tick, -1);
    requires stored: slot < capacity && slots[slot].tag != 0 && class < classes;
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1], FLOW_ORDER_MODEL;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity, slot);
    ensures  used:   slots[slot].tick == tick && slots[slot].class == class;
    ensures  kept:   slots[slot].tag == \old(slots[slot].tag) && FLOW_FN(Words){Pre,Post}(slots, slot);
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(0);
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  empty:  FlowEmpty(bucket, buckets);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  tags:   FLOW_FN(Tags)(slots, capacity, -1);
    ensures  hashed: FLOW_FN(Hashed)(slots, capacity, -1);
    ensures  free:   FLOW_FN(Free)(slots, capacity, -1);
    ensures  lined:  FLOW_FN(Lined)(slots, capacity, classes, tick, -1);
    ensures  apart:  FLOW_FN(Distinct)(slots, capacity); */
static inline void
FLOW_FN(move)(FLOW_ENTRY *slots, uint32_t capacity, uint32_t slot, uint64_t tick, uint32_t class)
	/*@ ghost (uint32_t classes, struct flow_bucket *bucket, uint64_t buckets) */
{
	/*@ assert line: flow_line[slot] >= 0; */
	/*@ assert times: \forall integer s; 0 <= s < capacity && flow_line[s] >= 0 ==> flow_time[s] <= tick; */
	FLOW_FN(leave)(slots, slot) /*@ ghost (capacity, classes) */;
	/*@ assert left: FlowSameBut{Pre,Here}(bucket, buckets, -1, 0); */
	FLOW_FN(join)(slots, capacity, slot, class) /*@ ghost (classes, tick) */;
	/*@ assert joined: FlowSameBut{Pre,Here}(bucket, buckets, -1, 0); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, -1); */
	FLOW_FN(mark)(slots, slot, tick, class) /*@ ghost ((uint32_t)(capacity + classes)) */;
	/*@ assert marked: FlowSameBut{Pre,Here}(bucket, buckets, -1, 0); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, slot); */
	/*@ assert map: FlowSameMap{Pre,Here}; */
	/*@ assert same: FLOW_FN(FewerKeys){Pre,Here}(slots, capacity); */
	/*@ assert lines: \forall integer s; 0 <= s < capacity && s != slot ==>
	      flow_line[s] == \at(flow_line[s], Pre) && flow_time[s] == \at(flow_time[s], Pre); */
}

/* Uses a stored entry: last use and class are these. In the same tick and class its place in line is as
 * good as any, so most hits of a busy flow write nothing here. */
/*@ requires table:  FLOW_FN(Table)(table) && FLOW_FN(Stored)(table, slot);
    requires use:    class < table->classes && tick == table->latest;
    terminates \true;
    assigns  table->FLOW_SLOTS[0 .. table->capacity + table->classes - 1], FLOW_ORDER_MODEL;
    ensures  table:  FLOW_FN(Table)(table);
    ensures  others: FLOW_FN(Others){Pre,Post}(table->FLOW_SLOTS, table->capacity, slot);
    ensures  used:   table->FLOW_SLOTS[slot].tick == tick && table->FLOW_SLOTS[slot].class == class;
    ensures  kept:   table->FLOW_SLOTS[slot].tag == \old(table->FLOW_SLOTS[slot].tag) &&
                     FLOW_FN(Words){Pre,Post}(table->FLOW_SLOTS, slot); */
static inline void
FLOW_FN(touch)(struct flow_table *table, uint32_t slot, uint64_t tick, uint32_t class)
{
	FLOW_ENTRY *const slots = table->FLOW_SLOTS;
	/*@ ghost uint32_t capacity = table->capacity, classes = table->classes; */

	if (slots[slot].tick == tick && slots[slot].class == class)
		return;
	FLOW_FN(move)(slots, table->capacity, slot, tick, class)
		/*@ ghost (classes, table->index.bucket, table->index.buckets) */;
	/*@ assert fields: table->FLOW_SLOTS == slots && table->capacity == capacity && table->classes == classes &&
	      table->latest == tick; */
	/*@ assert memory: FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table) && FLOW_FN(Counts)(table); */
}

/* Stores a value where it differs: a line that is not written need not go back to memory. */
/*@ requires slots:  \valid(slots + (0 .. nodes - 1)) && slot < nodes && \valid_read(value + (0 .. FLOW_V - 1));
    requires apart:  \separated(slots + (0 .. nodes - 1), value + (0 .. FLOW_V - 1));
    terminates \true;
    assigns  slots[slot].value[0 .. FLOW_V - 1];
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, nodes, slot);
    ensures  kept:   slots[slot].tick == \old(slots[slot].tick) &&
                     FLOW_FN(Alike){Pre,Post}(&slots[slot].key[0], &slots[slot].key[0]);
    ensures  stored: FLOW_FN(Equal){Post,Post}(&slots[slot].value[0], value); */
static inline void
FLOW_FN(store)(FLOW_ENTRY *slots, uint32_t slot, const uint64_t *value) /*@ ghost (uint32_t nodes) */
{
	/*@ loop invariant range:  0 <= i <= FLOW_V;
	    loop invariant stored: \forall integer j; 0 <= j < i ==> slots[slot].value[j] == value[j];
	    loop assigns i, slots[slot].value[0 .. FLOW_V - 1];
	    loop variant FLOW_V - i; */
	for (uint32_t i = 0; i < FLOW_V; i++)
		if (slots[slot].value[i] != value[i])
			slots[slot].value[i] = value[i];
}

/* Tells what an entry holds. */
/*@ requires slots:  \valid_read(slots + slot) && \valid(found) && \separated(slots + slot, found);
    terminates \true;
    assigns  *found;
    ensures  value:  FLOW_FN(Equal){Pre,Post}(&slots[slot].value[0], &found->value[0]);
    ensures  told:   found->slot == slot && found->class == \old(slots[slot].class); */
static inline void
FLOW_FN(load)(const FLOW_ENTRY *slots, uint32_t slot, FLOW_FOUND *found)
{
	/*@ loop invariant range:  0 <= i <= FLOW_V;
	    loop invariant loaded: \forall integer j; 0 <= j < i ==> found->value[j] == slots[slot].value[j];
	    loop invariant kept:   \forall integer j; 0 <= j < FLOW_V ==>
	      slots[slot].value[j] == \at(slots[slot].value[j], Pre);
	    loop assigns i, found->value[0 .. FLOW_V - 1];
	    loop variant FLOW_V - i; */
	for (uint32_t i = 0; i < FLOW_V; i++)
		found->value[i] = slots[slot].value[i];
	found->slot = slot;
	found->class = slots[slot].class;
}

/* An entry leaves the index and its line; its slot goes on top of the free ones. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(0) && top == flow_free;
    requires index:  FlowIndex(bucket, buckets) &&
                     \separated(slots + (0 .. capacity + classes - 1), bucket + (0 .. buckets - 1));
    requires entry:  FLOW_FN(Entries)(slots, capacity, classes, latest, -1);
    requires stored: slot < capacity && slots[slot].tag != 0;
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1], bucket[0 .. buckets - 1], FLOW_ORDER_MODEL, FLOW_POOL_MODEL,
             FLOW_INDEX_MODEL;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity, slot);
    ensures  gone:   slots[slot].tag == 0;
    ensures  top:    flow_free == slot && flow_fresh == \old(flow_fresh);
    ensures  counts: flow_seats.count == \old(flow_seats.count) - 1 && flow_spare.count == \old(flow_spare.count) + 1;
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(0);
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  empty:  FlowEmpty(bucket, buckets);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  tags:   FLOW_FN(Tags)(slots, capacity, -1);
    ensures  hashed: FLOW_FN(Hashed)(slots, capacity, -1);
    ensures  free:   FLOW_FN(Free)(slots, capacity, -1);
    ensures  lined:  FLOW_FN(Lined)(slots, capacity, classes, latest, -1);
    ensures  apart:  FLOW_FN(Distinct)(slots, capacity); */
static inline void
FLOW_FN(drop)(FLOW_ENTRY *slots, struct flow_bucket *bucket, uint64_t buckets, uint32_t slot, uint32_t top)
	/*@ ghost (uint32_t capacity, uint32_t classes, uint64_t latest) */
{
	/*@ assert line: flow_line[slot] >= 0; */
	flow_index_remove(bucket, buckets, slots[slot].tag, slot);
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, -1); */
	/*@ assert prevs: FLOW_FN(Prevs)(slots, capacity + classes); */
	/*@ assert nexts: FLOW_FN(Nexts)(slots, capacity + classes); */
	FLOW_LABEL(removed)
	FLOW_FN(leave)(slots, slot) /*@ ghost (capacity, classes) */;
	/*@ assert left: FlowSameBut{removed,Here}(bucket, buckets, -1, 0); */
	FLOW_FN(give)(slots, slot, top) /*@ ghost (capacity, classes) */;
	/*@ assert given: FlowSameBut{removed,Here}(bucket, buckets, -1, 0); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, slot); */
	/*@ assert map: FlowSameMap{removed,Here}; */
	/*@ assert same: FLOW_FN(FewerKeys){Pre,Here}(slots, capacity); */
	/*@ assert lines: \forall integer s; 0 <= s < capacity && s != slot ==>
	      flow_line[s] == \at(flow_line[s], Pre) && flow_time[s] == \at(flow_time[s], Pre); */
}

/* An entry ends. */
/*@ requires table:  FLOW_FN(Table)(table) && FLOW_FN(Stored)(table, slot);
    terminates \true;
    assigns  FLOW_CHANGES(table);
    ensures  table:  FLOW_FN(Table)(table);
    ensures  others: FLOW_FN(Others){Pre,Post}(table->FLOW_SLOTS, table->capacity, slot);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table);
    ensures  any:    flow_free != table->capacity;
    ensures  gone:   table->FLOW_SLOTS[slot].tag == 0; */
static void
FLOW_FN(release)(struct flow_table *table, uint32_t slot)
{
	FLOW_ENTRY *const slots = table->FLOW_SLOTS;
	/*@ ghost uint32_t capacity = table->capacity, classes = table->classes; */

	FLOW_FN(drop)(slots, table->index.bucket, table->index.buckets, slot, (uint32_t)table->free)
		/*@ ghost (capacity, classes, table->latest) */;
	/*@ assert fixed: FLOW_FN(Fields){Pre,Here}(table); */
	table->free = (int32_t)slot;
	table->stored--;
	/*@ assert fields: table->capacity == capacity && table->classes == classes &&
	      table->latest == \at(table->latest, Pre) && table->index.buckets == \at(table->index.buckets, Pre); */
	/*@ assert memory: FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table) && FLOW_FN(Counts)(table); */
}

/* Writes all of an entry but its links. */
/*@ requires slots:  \valid(slots + (0 .. nodes - 1)) && slot < nodes;
    requires words:  \valid_read(key + (0 .. FLOW_K - 1)) && \valid_read(value + (0 .. FLOW_V - 1));
    requires apart:  \separated(slots + (0 .. nodes - 1), key + (0 .. FLOW_K - 1)) &&
                     \separated(slots + (0 .. nodes - 1), value + (0 .. FLOW_V - 1));
    terminates \true;
    assigns  slots[0 .. nodes - 1];
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, nodes, slot);
    ensures  key:    FLOW_FN(Alike){Post,Pre}(&slots[slot].key[0], key);
    ensures  value:  FLOW_FN(Equal){Post,Pre}(&slots[slot].value[0], value);
    ensures  used:   slots[slot].tag == tag && slots[slot].tick == tick && slots[slot].class == class;
    ensures  links:  \forall integer n; 0 <= n < nodes ==>
                     slots[n].prev == \old(slots[n].prev) && slots[n].next == \old(slots[n].next); */
static inline void
FLOW_FN(fill)(FLOW_ENTRY *slots, uint32_t slot, const uint64_t *key, uint32_t tag, uint64_t tick, uint32_t class,
	const uint64_t *value) /*@ ghost (uint32_t nodes) */
{
	/*@ loop invariant range:  0 <= i <= FLOW_K;
	    loop invariant filled: \forall integer j; 0 <= j < i ==> slots[slot].key[j] == \at(key[j], Pre);
	    loop assigns i, slots[slot].key[0 .. FLOW_K - 1];
	    loop variant FLOW_K - i; */
	for (uint32_t i = 0; i < FLOW_K; i++)
		slots[slot].key[i] = key[i];
	/*@ loop invariant range:  0 <= i <= FLOW_V;
	    loop invariant filled: \forall integer j; 0 <= j < i ==> slots[slot].value[j] == \at(value[j], Pre);
	    loop assigns i, slots[slot].value[0 .. FLOW_V - 1];
	    loop variant FLOW_V - i; */
	for (uint32_t i = 0; i < FLOW_V; i++)
		slots[slot].value[i] = value[i];
	slots[slot].tick = tick;
	slots[slot].tag = tag;
	slots[slot].class = class;
}

/* The index holds a slot under a tag. */
/*@ requires index:  FlowIndex(bucket, buckets) && flow_spare.count > 1 && tag != 0 &&
                     slot < FLOW_INDEX_SLOTS && flow_held[slot] == 0 && \valid(slots + (0 .. nodes - 1)) &&
                     \separated(slots + (0 .. nodes - 1), bucket + (0 .. buckets - 1));
    requires links:  FLOW_FN(Prevs)(slots, nodes) && FLOW_FN(Nexts)(slots, nodes);
    terminates \true;
    assigns  bucket[0 .. buckets - 1], flow_held[slot], flow_at_bucket[slot], flow_at_cell[slot], flow_spare;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, nodes, -1);
    ensures  prevs:  FLOW_FN(Prevs)(slots, nodes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, nodes);
    ensures  held:   flow_held[slot] == tag;
    ensures  index:  FlowIndex(bucket, buckets);
    ensures  spare:  flow_spare.count == \old(flow_spare.count) - 1; */
static inline void
FLOW_FN(list)(struct flow_bucket *bucket, uint64_t buckets, uint32_t tag, uint32_t slot)
	/*@ ghost (FLOW_ENTRY *slots, uint32_t nodes) */
{
	flow_index_put(bucket, buckets, tag, slot);
}

/* Goes to the end of its class's line, which leaves the index alone. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires pool:   FlowPool(capacity) && FlowCount(1);
    requires out:    slot < capacity && flow_line[slot] == FLOW_LINE_OUT;
    requires class:  class < classes;
    requires latest: \forall integer s; 0 <= s < capacity && flow_line[s] == class ==> flow_time[s] <= tick;
    requires apart:  FlowBuckets(bucket, buckets) &&
                     \separated(slots + (0 .. capacity + classes - 1), bucket + (0 .. buckets - 1));
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1],
             flow_line[slot], flow_time[slot], flow_rank[slot], flow_prev[..], flow_next[..], flow_length[..];
    ensures  in:     flow_line[slot] == class && flow_time[slot] == tick;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity + classes, -1);
    ensures  cells:  FlowSameBut{Pre,Post}(bucket, buckets, -1, 0);
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes);
    ensures  pool:   FlowPool(capacity) && FlowCount(0); */
static inline void
FLOW_FN(queue)(FLOW_ENTRY *slots, uint32_t capacity, uint32_t slot, uint32_t class)
	/*@ ghost (uint32_t classes, uint64_t tick, struct flow_bucket *bucket, uint64_t buckets) */
{
	FLOW_FN(join)(slots, capacity, slot, class) /*@ ghost (classes, tick) */;
}

/* A slot that was free gets an entry: in the index, and at the end of its class's line. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(1);
    requires index:  FlowIndex(bucket, buckets) && flow_spare.count > 1 &&
                     \separated(slots + (0 .. capacity + classes - 1), bucket + (0 .. buckets - 1));
    requires entry:  FLOW_FN(Entries)(slots, capacity, classes, tick, slot);
    requires out:    slot < capacity && flow_line[slot] == FLOW_LINE_OUT && flow_held[slot] == 0 && class < classes;
    requires words:  \valid_read(key + (0 .. FLOW_K - 1)) && \valid_read(value + (0 .. FLOW_V - 1));
    requires apart:  \separated(slots + (0 .. capacity + classes - 1), key + (0 .. FLOW_K - 1)) &&
                     \separated(slots + (0 .. capacity + classes - 1), value + (0 .. FLOW_V - 1));
    requires tag:    tag != 0 && tag == FLOW_FN(TagOf)(key);
    requires absent: \forall integer s; 0 <= s < capacity && slots[s].tag != 0 ==>
                     !FLOW_FN(Alike){Here,Here}(&slots[s].key[0], key);
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1], bucket[0 .. buckets - 1], FLOW_ORDER_MODEL, FLOW_INDEX_MODEL;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity, slot);
    ensures  key:    FLOW_FN(Alike){Post,Pre}(&slots[slot].key[0], key);
    ensures  value:  FLOW_FN(Equal){Post,Pre}(&slots[slot].value[0], value);
    ensures  used:   slots[slot].tag != 0 && slots[slot].tick == tick && slots[slot].class == class;
    ensures  spare:  flow_spare.count == \old(flow_spare.count) - 1;
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes) && FlowPool(capacity) && FlowCount(0);
    ensures  paths:  FlowPaths(bucket, buckets, -1, 0);
    ensures  placed: FlowPlaced(bucket, buckets, -1, 0);
    ensures  listed: FlowListed(bucket, buckets, -1, 0);
    ensures  empty:  FlowEmpty(bucket, buckets);
    ensures  cells:  FlowCells(buckets) && FlowPlaces(buckets);
    ensures  tags:   FLOW_FN(Tags)(slots, capacity, -1);
    ensures  hashed: FLOW_FN(Hashed)(slots, capacity, -1);
    ensures  free:   FLOW_FN(Free)(slots, capacity, -1);
    ensures  lined:  FLOW_FN(Lined)(slots, capacity, classes, tick, -1);
    ensures  apart:  FLOW_FN(Distinct)(slots, capacity); */
static inline void
FLOW_FN(enter)(FLOW_ENTRY *slots, uint32_t capacity, struct flow_bucket *bucket, uint64_t buckets, uint32_t slot,
	const uint64_t *key, uint32_t tag, uint64_t tick, uint32_t class, const uint64_t *value)
	/*@ ghost (uint32_t classes) */
{
	/*@ assert times: \forall integer s; 0 <= s < capacity && flow_line[s] >= 0 ==> flow_time[s] <= tick; */
	FLOW_FN(fill)(slots, slot, key, tag, tick, class, value) /*@ ghost ((uint32_t)(capacity + classes)) */;
	/*@ assert filled: FlowSameBut{Pre,Here}(bucket, buckets, -1, 0); */
	/*@ assert map: FlowSameMap{Pre,Here}; */
	/*@ assert paths: FlowPaths(bucket, buckets, -1, 0); */
	/*@ assert placed: FlowPlaced(bucket, buckets, -1, 0); */
	/*@ assert listed: FlowListed(bucket, buckets, -1, 0); */
	/*@ assert empty: FlowEmpty(bucket, buckets); */
	/*@ assert prevs: FLOW_FN(Prevs)(slots, capacity + classes); */
	/*@ assert nexts: FLOW_FN(Nexts)(slots, capacity + classes); */
	/*@ assert hashed: FLOW_FN(Hashed)(slots, capacity, -1); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity, slot); */
	/*@ assert new: \forall integer s; 0 <= s < capacity && s != slot && slots[s].tag != 0 ==>
	      !FLOW_FN(Alike){Here,Here}(&slots[s].key[0], &slots[slot].key[0]); */
	/*@ assert apart: FLOW_FN(Distinct)(slots, capacity); */
	FLOW_LABEL(filled)
	FLOW_FN(list)(bucket, buckets, tag, slot) /*@ ghost (slots, (uint32_t)(capacity + classes)) */;
	FLOW_LABEL(put)
	FLOW_FN(queue)(slots, capacity, slot, class) /*@ ghost (classes, tick, bucket, buckets) */;
	/*@ assert map: FlowSameMap{put,Here}; */
	/*@ assert others: FLOW_FN(Others){filled,Here}(slots, capacity + classes, -1); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, slot); */
	/*@ assert same: FLOW_FN(FewerKeys){filled,Here}(slots, capacity); */
	/*@ assert lines: \forall integer s; 0 <= s < capacity && s != slot ==>
	      flow_line[s] == \at(flow_line[s], Pre) && flow_time[s] == \at(flow_time[s], Pre); */
}

/* Starts fetching an entry. */
/*@ requires table: \valid_read(table);
    terminates \true;
    assigns  \nothing; */
static inline void
FLOW_FN(fetch)(const struct flow_table *table, uint32_t slot)
{
	const FLOW_ENTRY *entry = &table->FLOW_SLOTS[slot];

	(void)entry;
	FLOW_FETCH(entry, 1);
	if (sizeof *entry > 64)
		FLOW_FETCH((const char *)entry + 64, 1);
}

/* Starts fetching what reclaiming a slot will need, for when its turn has come. */
/*@ requires table:  FLOW_FN(Table)(table) && class < table->classes;
    terminates \true;
    assigns  \nothing; */
static inline void
FLOW_FN(fetch_next)(const struct flow_table *table, uint32_t class)
{
	uint32_t slot = FLOW_FN(oldest)(table->FLOW_SLOTS, table->capacity, class) /*@ ghost (table->classes) */;

	if (slot >= table->capacity)
		return;
	FLOW_FETCH(&table->index.bucket[flow_index_home(table->index.buckets, table->FLOW_SLOTS[slot].tag)], 1);
	FLOW_FN(fetch)(table, table->FLOW_SLOTS[slot].next);
}

/* The entry of a class that was used longest ago; not below capacity: the class is empty. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires free:   FLOW_FN(Free)(slots, capacity, -1);
    requires lined:  FLOW_FN(Lined)(slots, capacity, classes, latest, -1);
    requires class:  class < classes;
    terminates \true;
    assigns  \nothing;
    ensures  used:   \result < capacity ==> slots[\result].tag != 0 && slots[\result].class == class &&
                     slots[\result].tick <= latest;
    ensures  first:  \forall integer s; 0 <= s < capacity && slots[s].tag != 0 && slots[s].class == class ==>
                     \result < capacity && slots[\result].tick <= slots[s].tick; */
static inline uint32_t
FLOW_FN(eldest)(const FLOW_ENTRY *slots, uint32_t capacity, uint32_t class)
	/*@ ghost (uint32_t classes, uint64_t latest) */
{
	const uint32_t slot = FLOW_FN(oldest)(slots, capacity, class) /*@ ghost (classes) */;

	/*@ assert line: \forall integer s; 0 <= s < capacity && slots[s].tag != 0 && slots[s].class == class ==>
	      flow_line[s] == class; */
	return slot;
}

/* Frees the oldest entry of a class if it has expired. False: it has not, so nothing of this class has. */
/*@ requires table:  FLOW_FN(Table)(table) && class < table->classes && tick >= table->latest;
    terminates \true;
    assigns  FLOW_CHANGES(table);
    ensures  table:  FLOW_FN(Table)(table);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table);
    ensures  old:    FLOW_FN(Reclaimed){Pre,Post}(table, tick, -1);
    ensures  some:   \result == true ==> flow_free != table->capacity;
    ensures  live:   \result == false ==> \forall integer s; 0 <= s < table->capacity &&
                     table->FLOW_SLOTS[s].tag != 0 && table->FLOW_SLOTS[s].class == class ==>
                     tick - table->FLOW_SLOTS[s].tick <= table->lifetime[class];
    ensures  none:   \result == false ==> FLOW_FN(Others){Pre,Post}(table->FLOW_SLOTS, table->capacity, -1); */
static bool
FLOW_FN(reclaim)(struct flow_table *table, uint32_t class, uint64_t tick)
{
	const uint32_t slot = FLOW_FN(eldest)(table->FLOW_SLOTS, table->capacity, class)
		/*@ ghost (table->classes, table->latest) */;

	if (slot >= table->capacity || !FLOW_FN(expired)(table, &table->FLOW_SLOTS[slot], tick))
		return false;
	/*@ assert old: FLOW_FN(Stored)(table, slot) && !FLOW_FN(Live)(table, slot, tick); */
	FLOW_FN(release)(table, slot);
	/*@ assert gone: table->FLOW_SLOTS[slot].tag == 0 && FLOW_FN(Stored){Pre}(table, slot) &&
	      !FLOW_FN(Live){Pre}(table, slot, tick); */
	/*@ assert others: FLOW_FN(Others){Pre,Here}(table->FLOW_SLOTS, table->capacity, slot); */
	/*@ assert reclaimed: FLOW_FN(Reclaimed){Pre,Here}(table, tick, -1); */
	FLOW_FN(fetch_next)(table, class);
	return true;
}

/* The same for the class whose turn it is; the turn passes on when nothing of it has expired. */
/*@ requires table:  FLOW_FN(Table)(table) && tick >= table->latest;
    terminates \true;
    assigns  FLOW_CHANGES(table);
    ensures  table:  FLOW_FN(Table)(table);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table);
    ensures  old:    FLOW_FN(Reclaimed){Pre,Post}(table, tick, -1); */
static inline void
FLOW_FN(reclaim_in_turn)(struct flow_table *table, uint64_t tick)
{
	if (!FLOW_FN(reclaim)(table, table->turn, tick))
		table->turn = table->turn + 1u < table->classes ? (uint8_t)(table->turn + 1) : 0;
}

/* Frees up to two expired slots, one more than an insertion takes, so that what has expired does not pile
 * up. Stays with a class until nothing of it has expired. If no slot is free after that, every class's
 * oldest is looked at. False: capacity entries are live. */
/*@ requires table:  FLOW_FN(Table)(table) && tick >= table->latest;
    terminates \true;
    assigns  FLOW_CHANGES(table);
    ensures  table:  FLOW_FN(Table)(table);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table);
    ensures  old:    FLOW_FN(Reclaimed){Pre,Post}(table, tick, -1);
    ensures  any:    \result == true ==> flow_free != table->capacity || flow_fresh != table->capacity;
    ensures  full:   \result == false ==> \forall integer s; 0 <= s < table->capacity ==>
                     FLOW_FN(Live)(table, s, tick); */
static inline bool
FLOW_FN(room)(struct flow_table *table, uint64_t tick)
{
	/*@ ghost uint32_t nodes = (uint32_t)(table->capacity + table->classes); */
	/*@ ghost uint64_t buckets = table->index.buckets; */
	/*@ assert classes: FLOW_FN(Classes)(table); */
	FLOW_FN(reclaim_in_turn)(table, tick);
	/*@ assert sizes: table->capacity == \at(table->capacity, Pre) && table->classes == \at(table->classes, Pre) &&
	      table->index.buckets == \at(table->index.buckets, Pre); */
	FLOW_FN(reclaim_in_turn)(table, tick);
	/*@ assert sizes: table->capacity == \at(table->capacity, Pre) && table->classes == \at(table->classes, Pre) &&
	      table->index.buckets == \at(table->index.buckets, Pre); */
	/*@ assert old: FLOW_FN(Reclaimed){Pre,Here}(table, tick, -1); */
	/*@ loop invariant range:  0 <= class <= table->classes;
	    loop invariant table:  FLOW_FN(Table)(table);
	    loop invariant fields: FLOW_FN(Fields){Pre,Here}(table);
	    loop invariant old:    FLOW_FN(Reclaimed){Pre,Here}(table, tick, -1);
	    loop invariant live:   flow_free == table->capacity && flow_fresh == table->capacity ==>
	      \forall integer s; 0 <= s < table->capacity && table->FLOW_SLOTS[s].tag != 0 &&
	      table->FLOW_SLOTS[s].class < class ==>
	      tick - table->FLOW_SLOTS[s].tick <= table->lifetime[table->FLOW_SLOTS[s].class];
	    loop assigns class, FLOW_CHANGES_OF(table, nodes, buckets);
	    loop variant table->classes - class; */
	for (uint32_t class = 0; !FLOW_FN(any_free)(table); class++) {
		if (class == table->classes) {
			/*@ assert lined: FLOW_FN(Lined)(table->FLOW_SLOTS, table->capacity, table->classes, table->latest, -1); */
			/*@ assert stored: \forall integer s; 0 <= s < table->capacity ==> table->FLOW_SLOTS[s].tag != 0 &&
			      table->FLOW_SLOTS[s].class < class; */
			return false;
		}
		/*@ assert sizes: table->capacity == \at(table->capacity, Pre) && table->classes == \at(table->classes, Pre) &&
		      table->index.buckets == \at(table->index.buckets, Pre); */
		FLOW_FN(reclaim)(table, class, tick);
		/*@ assert fields: FLOW_FN(Fields){Pre,Here}(table); */
	}
	return true;
}

/* Counts an insertion that found the table full. */
/*@ requires table:  FLOW_FN(Table)(table);
    terminates \true;
    assigns  table->refused;
    ensures  table:  FLOW_FN(Table)(table);
    ensures  others: FLOW_FN(Others){Pre,Post}(table->FLOW_SLOTS, table->capacity, -1);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table); */
static inline void
FLOW_FN(refuse)(struct flow_table *table)
{
	table->refused++;
	/*@ assert others: FLOW_FN(Others){Pre,Here}(table->FLOW_SLOTS, table->capacity, -1); */
	/*@ assert fewer: FLOW_FN(FewerKeys){Pre,Here}(table->FLOW_SLOTS, table->capacity); */
	/*@ assert fields: FLOW_FN(Fields){Pre,Here}(table); */
}

/* Gives a key that is not stored a slot. False, and nothing changed, when capacity entries are live. */
/*@ requires table:  FLOW_FN(Table)(table) && class < table->classes && tick == table->latest;
    requires words:  FLOW_FN(Apart)(table, key, FLOW_K) && FLOW_FN(Apart)(table, value, FLOW_V);
    requires tag:    tag != 0 && tag == FLOW_FN(TagOf)(key);
    requires absent: \forall integer s; !FLOW_FN(Has)(table, s, key);
    terminates \true;
    assigns  FLOW_CHANGES(table);
    ensures  table:  FLOW_FN(Table)(table);
    ensures  fields: FLOW_FN(Fields){Pre,Post}(table);
    ensures  full:   \result == false ==> \forall integer s; 0 <= s < table->capacity ==>
                     FLOW_FN(Live){Pre}(table, s, tick);
    ensures  none:   \result == false ==> FLOW_FN(Reclaimed){Pre,Post}(table, tick, -1);
    ensures  added:  \result == true ==> \exists integer x; FLOW_FN(Added){Pre,Post}(table, x, key, value, class, tick); */
static __attribute__((noinline)) bool
FLOW_FN(add)(struct flow_table *table, const uint64_t *key, uint32_t tag, uint64_t tick, uint32_t class,
	const uint64_t *value)
{
	FLOW_ENTRY *const slots = table->FLOW_SLOTS;
	/*@ ghost uint32_t capacity = table->capacity, classes = table->classes; */
	uint32_t slot;

	if (!FLOW_FN(room)(table, tick)) {
		FLOW_FN(refuse)(table);
		return false;
	}
	/*@ assert words: FLOW_FN(Alike){Pre,Here}(key, key) && FLOW_FN(Equal){Pre,Here}(value, value); */
	/*@ assert absent: \forall integer s; 0 <= s < capacity && slots[s].tag != 0 ==>
	      !FLOW_FN(Alike){Here,Here}(&slots[s].key[0], key); */
	slot = FLOW_FN(take)(table);
	/*@ assert free: slots[slot].tag == 0 && flow_held[slot] == 0; */
	/*@ assert was: !FLOW_FN(Live){Pre}(table, slot, tick); */
	/*@ assert spare: flow_spare.count > 1; */
	FLOW_FN(enter)(slots, table->capacity, table->index.bucket, table->index.buckets, slot, key, tag, tick, class,
		value) /*@ ghost (classes) */;
	table->stored++;
	/*@ assert fields: FLOW_FN(Fields){Pre,Here}(table); */
	/*@ assert memory: FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table) && FLOW_FN(Counts)(table); */
	/*@ assert others: FLOW_FN(Reclaimed){Pre,Here}(table, tick, slot); */
	/*@ assert added: FLOW_FN(Added){Pre,Here}(table, slot, key, value, class, tick); */
	return true;
}
