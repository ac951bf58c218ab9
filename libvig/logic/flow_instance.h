/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/flow_instance.h -- what one instance's contracts speak of: included by flow_table_instance.h once for
 * each, with the names of flow_table_names.h. */

#ifdef __FRAMAC__

#ifndef FLOW_ORDER_MODEL
#define FLOW_ORDER_MODEL flow_line[..], flow_time[..], flow_rank[..], flow_prev[..], flow_next[..], flow_length[..]
#define FLOW_POOL_MODEL flow_free, flow_fresh, flow_height, flow_seats
#define FLOW_INDEX_MODEL flow_held[..], flow_at_bucket[..], flow_at_cell[..], flow_spare
#define FLOW_CHANGES_OF(table, nodes, buckets) \
	(table)->free, (table)->fresh, (table)->stored, (table)->turn, (table)->latest, (table)->refused, \
	(table)->FLOW_SLOTS[0 .. (nodes) - 1], (table)->index.bucket[0 .. (buckets) - 1], \
	FLOW_ORDER_MODEL, FLOW_POOL_MODEL, FLOW_INDEX_MODEL
#define FLOW_CHANGES(table) \
	FLOW_CHANGES_OF(table, (table)->capacity + (table)->classes, (table)->index.buckets)
#endif

/* Entries by themselves. */
/*@ predicate FLOW_FN(Alike){A,B}(uint64_t *a, uint64_t *b) =
      \at(a[0], A) == \at(b[0], B) && (FLOW_K > 1 ==> \at(a[1], A) == \at(b[1], B)) &&
      (FLOW_K > 2 ==> \at(a[2], A) == \at(b[2], B) && \at(a[3], A) == \at(b[3], B) && \at(a[4], A) == \at(b[4], B));

    predicate FLOW_FN(Equal){A,B}(uint64_t *a, uint64_t *b) =
      \at(a[0], A) == \at(b[0], B) && \at(a[1], A) == \at(b[1], B) &&
      (FLOW_V > 2 ==> \at(a[2], A) == \at(b[2], B) && \at(a[3], A) == \at(b[3], B));

    logic integer FLOW_FN(TagOf){L}(uint64_t *key) =
      FlowTagOf(key[0], FLOW_K > 1 ? key[1] : 0, FLOW_K > 2 ? key[2] : 0, FLOW_K > 3 ? key[3] : 0,
        FLOW_K > 4 ? key[4] : 0); */

/* What a step leaves alone: keys and values; all but the links of all entries but x (-1: of all). */
/*@ predicate FLOW_FN(Words){A,B}(FLOW_ENTRY *slots, integer s) =
      FLOW_FN(Alike){A,B}(\at(&slots[s].key[0], A), \at(&slots[s].key[0], B)) &&
      FLOW_FN(Equal){A,B}(\at(&slots[s].value[0], A), \at(&slots[s].value[0], B));

    predicate FLOW_FN(Others){A,B}(FLOW_ENTRY *slots, integer nodes, integer x) =
      \forall integer n; 0 <= n < nodes && n != x ==>
        \at(slots[n].tag, A) == \at(slots[n].tag, B) && \at(slots[n].class, A) == \at(slots[n].class, B) &&
        \at(slots[n].tick, A) == \at(slots[n].tick, B) && FLOW_FN(Words){A,B}(slots, n); */

/* What the entries hold is what the models say: their links, and who is in which line since when. Entry x is let off;
 * -1: none. */
/*@ predicate FLOW_FN(Prevs){L}(FLOW_ENTRY *slots, integer nodes) =
      \forall integer n; 0 <= n < nodes ==> slots[n].prev == flow_prev[n];
    predicate FLOW_FN(Nexts){L}(FLOW_ENTRY *slots, integer nodes) =
      \forall integer n; 0 <= n < nodes ==> slots[n].next == flow_next[n];

    predicate FLOW_FN(Links){L}(FLOW_ENTRY *slots, integer capacity, integer classes) =
      \valid(slots + (0 .. capacity + classes - 1)) && FLOW_FN(Prevs)(slots, capacity + classes) &&
      FLOW_FN(Nexts)(slots, capacity + classes);

    predicate FLOW_FN(Tags){L}(FLOW_ENTRY *slots, integer capacity, integer x) =
      (\forall integer s; 0 <= s < capacity && s != x ==> slots[s].tag == flow_held[s]) &&
      (\forall integer s; capacity <= s < FLOW_INDEX_SLOTS ==> flow_held[s] == 0);
    predicate FLOW_FN(Hashed){L}(FLOW_ENTRY *slots, integer capacity, integer x) =
      \forall integer s; 0 <= s < capacity && s != x && slots[s].tag != 0 ==>
        slots[s].tag == FLOW_FN(TagOf)(&slots[s].key[0]);
    predicate FLOW_FN(Free){L}(FLOW_ENTRY *slots, integer capacity, integer x) =
      \forall integer s; 0 <= s < capacity && s != x ==> (slots[s].tag == 0 <==> flow_line[s] == FLOW_LINE_NONE);
    predicate FLOW_FN(Lined){L}(FLOW_ENTRY *slots, integer capacity, integer classes, integer latest, integer x) =
      \forall integer s; 0 <= s < capacity && s != x && slots[s].tag != 0 ==>
        0 <= flow_line[s] < classes && slots[s].class == flow_line[s] && slots[s].tick == flow_time[s] <= latest;
    predicate FLOW_FN(Distinct){L}(FLOW_ENTRY *slots, integer capacity) =
      \forall integer s, u; 0 <= s < capacity && 0 <= u < capacity && s != u && slots[s].tag != 0 &&
        slots[u].tag != 0 ==> !FLOW_FN(Alike){L,L}(&slots[s].key[0], &slots[u].key[0]);

    // Fewer entries with the same keys.
    predicate FLOW_FN(FewerKeys){A,B}(FLOW_ENTRY *slots, integer capacity) =
      \forall integer s; 0 <= s < capacity && \at(slots[s].tag, B) != 0 ==> \at(slots[s].tag, A) != 0 &&
        FLOW_FN(Alike){A,B}(\at(&slots[s].key[0], A), \at(&slots[s].key[0], B));
    lemma FLOW_FN(fewer_distinct){A,B}: \forall FLOW_ENTRY *slots, integer capacity;
      FLOW_FN(FewerKeys){A,B}(slots, capacity) && FLOW_FN(Distinct){A}(slots, capacity) ==>
      FLOW_FN(Distinct){B}(slots, capacity);

    lemma FLOW_FN(more_distinct){A,B}: \forall FLOW_ENTRY *slots, integer capacity, x;
      FLOW_FN(Others){A,B}(slots, capacity, x) && FLOW_FN(Distinct){A}(slots, capacity) &&
      (\forall integer s; 0 <= s < capacity && s != x && \at(slots[s].tag, B) != 0 ==>
        !FLOW_FN(Alike){B,B}(\at(&slots[s].key[0], B), \at(&slots[x].key[0], B))) ==>
      FLOW_FN(Distinct){B}(slots, capacity);

    predicate FLOW_FN(Entries){L}(FLOW_ENTRY *slots, integer capacity, integer classes, integer latest, integer x) =
      FLOW_FN(Tags)(slots, capacity, x) && FLOW_FN(Hashed)(slots, capacity, x) && FLOW_FN(Free)(slots, capacity, x) &&
      FLOW_FN(Lined)(slots, capacity, classes, latest, x) && FLOW_FN(Distinct)(slots, capacity);

    predicate FLOW_FN(Memory){L}(struct flow_table *table) =
      \valid(table) && FlowSizes(table->capacity, table->classes) && table->turn < table->classes && table->shift <= 40 && FlowBuckets(table->index.bucket, table->index.buckets) &&
      2 * table->capacity <= table->index.buckets * VIG_BUCKET_CELLS &&
      \valid(table->FLOW_SLOTS + (0 .. table->capacity + table->classes - 1)) &&
      \separated(table, table->FLOW_SLOTS + (0 .. table->capacity + table->classes - 1),
        table->index.bucket + (0 .. table->index.buckets - 1));

    predicate FLOW_FN(Heads){L}(struct flow_table *table) =
      table->free == flow_free && table->fresh == flow_fresh;

    // Slots and cells that are in use are as many.
    predicate FLOW_FN(Counts){L}(struct flow_table *table) =
      table->stored == flow_seats.count &&
      flow_spare.count == table->index.buckets * VIG_BUCKET_CELLS - flow_seats.count; */

/* The invariant: index, order and entries tell of the same slots. */
/*@ predicate FLOW_FN(Table){L}(struct flow_table *table) =
      FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table) && FLOW_FN(Counts)(table) &&
      FLOW_FN(Links)(table->FLOW_SLOTS, table->capacity, table->classes) &&
      FlowLines(table->capacity, table->classes) && FlowPool(table->capacity) && FlowCount(0) &&
      FlowIndex(table->index.bucket, table->index.buckets) &&
      FLOW_FN(Entries)(table->FLOW_SLOTS, table->capacity, table->classes, table->latest, -1); */

/* The map: the key in a slot has that slot's value, class and tick of the last use. */
/*@ logic integer FLOW_FN(Tick){L}(struct flow_table *table, integer now) = now >> table->shift;

    predicate FLOW_FN(Stored){L}(struct flow_table *table, integer s) =
      0 <= s < table->capacity && table->FLOW_SLOTS[s].tag != 0;

    predicate FLOW_FN(Live){L}(struct flow_table *table, integer s, integer tick) =
      FLOW_FN(Stored)(table, s) &&
      tick - table->FLOW_SLOTS[s].tick <= table->lifetime[table->FLOW_SLOTS[s].class];

    predicate FLOW_FN(Has){L}(struct flow_table *table, integer s, uint64_t *key) =
      FLOW_FN(Stored)(table, s) && FLOW_FN(Alike){L,L}(&table->FLOW_SLOTS[s].key[0], key);

    predicate FLOW_FN(Holds){L}(struct flow_table *table, integer s, uint64_t *key, integer tick) =
      FLOW_FN(Has)(table, s, key) && FLOW_FN(Live)(table, s, tick); */

/* What a call leaves alone: what is fixed when the table is made, and the time; every entry but x, or the entry had
 * expired and is gone. */
/*@ predicate FLOW_FN(Fields){A,B}(struct flow_table *table) =
      \at(table->capacity, A) == \at(table->capacity, B) && \at(table->classes, A) == \at(table->classes, B) &&
      \at(table->shift, A) == \at(table->shift, B) && \at(table->latest, A) == \at(table->latest, B) &&
      \at(table->index.buckets, A) == \at(table->index.buckets, B) &&
      \forall integer c; 0 <= c < FLOW_TABLE_CLASSES ==> \at(table->lifetime[c], A) == \at(table->lifetime[c], B);

    lemma FLOW_FN(fields_twice){A,B,C}: \forall struct flow_table *table;
      FLOW_FN(Fields){A,B}(table) && FLOW_FN(Fields){B,C}(table) ==> FLOW_FN(Fields){A,C}(table);

    predicate FLOW_FN(Reclaimed){A,B}(struct flow_table *table, integer tick, integer x) =
      \forall integer s; 0 <= s < \at(table->capacity, A) && s != x ==>
        (\at(table->FLOW_SLOTS[s].tag, B) == 0 && \at(table->FLOW_SLOTS[s].tag, A) != 0 &&
          !FLOW_FN(Live){A}(table, s, tick)) ||
        (\at(table->FLOW_SLOTS[s].tag, A) == \at(table->FLOW_SLOTS[s].tag, B) &&
          \at(table->FLOW_SLOTS[s].class, A) == \at(table->FLOW_SLOTS[s].class, B) &&
          \at(table->FLOW_SLOTS[s].tick, A) == \at(table->FLOW_SLOTS[s].tick, B) &&
          FLOW_FN(Words){A,B}(\at(table->FLOW_SLOTS, A), s));

    lemma FLOW_FN(one_reclaimed){A,B}: \forall struct flow_table *table, integer tick, x;
      \at(table->FLOW_SLOTS, A) == \at(table->FLOW_SLOTS, B) &&
      FLOW_FN(Others){A,B}(\at(table->FLOW_SLOTS, A), \at(table->capacity, A), x) &&
      \at(table->FLOW_SLOTS[x].tag, B) == 0 && FLOW_FN(Stored){A}(table, x) && !FLOW_FN(Live){A}(table, x, tick) ==>
      FLOW_FN(Reclaimed){A,B}(table, tick, -1);

    predicate FLOW_FN(Classes){L}(struct flow_table *table) =
      \forall integer s; 0 <= s < table->capacity && table->FLOW_SLOTS[s].tag != 0 ==>
        table->FLOW_SLOTS[s].class < FLOW_TABLE_CLASSES;

    lemma FLOW_FN(reclaimed_twice){A,B,C}: \forall struct flow_table *table, integer tick;
      \at(table->FLOW_SLOTS, A) == \at(table->FLOW_SLOTS, B) && \at(table->FLOW_SLOTS, B) == \at(table->FLOW_SLOTS, C) &&
      FLOW_FN(Classes){A}(table) && FLOW_FN(Fields){A,B}(table) && FLOW_FN(Reclaimed){A,B}(table, tick, -1) &&
      FLOW_FN(Reclaimed){B,C}(table, tick, -1) ==> FLOW_FN(Reclaimed){A,C}(table, tick, -1); */

/* Words of the caller's that no call changes; a slot that no live entry had has a new one. */
/*@ predicate FLOW_FN(Apart){L}(struct flow_table *table, uint64_t *word, integer words) =
      \valid_read(word + (0 .. words - 1)) && \separated(word + (0 .. words - 1), table,
        table->FLOW_SLOTS + (0 .. table->capacity + table->classes - 1),
        table->index.bucket + (0 .. table->index.buckets - 1));

    predicate FLOW_FN(Added){A,B}(struct flow_table *table, integer x, uint64_t *key, uint64_t *value, integer class,
      integer tick) =
      0 <= x < \at(table->capacity, A) && !FLOW_FN(Live){A}(table, x, tick) && \at(table->FLOW_SLOTS[x].tag, B) != 0 &&
      FLOW_FN(Alike){B,A}(\at(&table->FLOW_SLOTS[x].key[0], B), key) &&
      FLOW_FN(Equal){B,A}(\at(&table->FLOW_SLOTS[x].value[0], B), value) &&
      \at(table->FLOW_SLOTS[x].class, B) == class && \at(table->FLOW_SLOTS[x].tick, B) == tick &&
      FLOW_FN(Reclaimed){A,B}(table, tick, x); */

#endif
