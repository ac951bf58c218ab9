/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_order.h -- which slots are free, and which of the others was used longest ago: included by
 * flow_table_body.h, once for each instance. Private to libvig.
 *
 * Each lifetime class has a line of entries, oldest use first. It is a ring through the entries' prev and
 * next, closed by an entry of its own behind the slots, so that joining and leaving never asks whether there
 * is a neighbour. The links are in the entry, for a hit has that line at hand anyway. Free slots form a stack
 * through next; those from `fresh` on have never been used and are on no line. */

static void
FLOW_FN(order_init)(struct flow_table *table)
{
	const uint32_t capacity = table->capacity;

	table->free = (int32_t)capacity;
	table->fresh = 0;
	for (uint32_t end = capacity; end < capacity + table->classes; end++)
		table->FLOW_SLOTS[end].prev = table->FLOW_SLOTS[end].next = end;
}

/* The slot of a class that was used longest ago; not below capacity: the class is empty. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires class:  class < classes;
    terminates \true;
    assigns  \nothing;
    ensures  empty:  \result >= capacity ==> (\forall integer s; 0 <= s < capacity ==> flow_line[s] != class);
    ensures  slot:   \result < capacity ==> flow_line[\result] == class;
    ensures  oldest: \result < capacity ==> (\forall integer s; 0 <= s < capacity && flow_line[s] == class ==>
                     flow_time[\result] <= flow_time[s]); */
static inline uint32_t
FLOW_FN(oldest)(const FLOW_ENTRY *slots, uint32_t capacity, uint32_t class) /*@ ghost (uint32_t classes) */
{
	const uint32_t end = capacity + class;

	/*@ assert end: end == capacity + class; */
	/*@ assert some: flow_length[class] == 0 || flow_length[class] > 0; */
	/*@ assert first: slots[end].next == flow_next[capacity + class]; */
	return slots[end].next;
}

/* Makes two entries neighbours. */
/*@ requires slots:  \valid(slots + (0 .. nodes - 1));
    requires nodes:  prev < nodes && next < nodes;
    terminates \true;
    assigns  slots[0 .. nodes - 1];
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, nodes, -1);
    ensures  nexts:  \forall integer n; 0 <= n < nodes ==>
                     slots[n].next == (n == prev ? next : \old(slots[n].next));
    ensures  prevs:  \forall integer n; 0 <= n < nodes ==>
                     slots[n].prev == (n == next ? prev : \old(slots[n].prev)); */
static inline void
FLOW_FN(tie)(FLOW_ENTRY *slots, uint32_t prev, uint32_t next) /*@ ghost (uint32_t nodes) */
{
	slots[prev].next = next;
	slots[next].prev = prev;
}

/* A used slot leaves its line. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires pool:   FlowPool(capacity) && FlowCount(0);
    requires in:     slot < capacity && flow_line[slot] >= 0;
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1],
             flow_line[slot], flow_rank[..], flow_prev[..], flow_next[..], flow_length[..];
    ensures  out:    flow_line[slot] == FLOW_LINE_OUT;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity + classes, -1);
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes);
    ensures  pool:   FlowPool(capacity) && FlowCount(1); */
static inline void
FLOW_FN(leave)(FLOW_ENTRY *slots, uint32_t slot) /*@ ghost (uint32_t capacity, uint32_t classes) */
{
	const uint32_t prev = slots[slot].prev, next = slots[slot].next;

	/*@ assert ends: prev == flow_prev[slot] < capacity + classes && next == flow_next[slot] < capacity + classes; */
	FLOW_FN(tie)(slots, prev, next) /*@ ghost ((uint32_t)(capacity + classes)) */;
	/*@ ghost flow_model_leave(capacity, classes, slot); */
}

/* Goes to the end of a class's line. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires pool:   FlowPool(capacity) && FlowCount(1);
    requires out:    slot < capacity && flow_line[slot] == FLOW_LINE_OUT;
    requires class:  class < classes;
    requires latest: \forall integer s; 0 <= s < capacity && flow_line[s] == class ==> flow_time[s] <= tick;
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1],
             flow_line[slot], flow_time[slot], flow_rank[slot], flow_prev[..], flow_next[..], flow_length[..];
    ensures  in:     flow_line[slot] == class && flow_time[slot] == tick;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity + classes, -1);
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes);
    ensures  pool:   FlowPool(capacity) && FlowCount(0); */
static inline void
FLOW_FN(join)(FLOW_ENTRY *slots, uint32_t capacity, uint32_t slot, uint32_t class)
	/*@ ghost (uint32_t classes, uint64_t tick) */
{
	const uint32_t end = capacity + class;
	const uint32_t last = slots[end].prev;

	/*@ assert end: end == capacity + class; */
	/*@ assert some: flow_length[class] >= 0; */
	/*@ assert mirror: last == flow_prev[capacity + class]; */
	/*@ assert last: last < capacity + classes && last != slot; */
	FLOW_FN(tie)(slots, last, slot) /*@ ghost ((uint32_t)(capacity + classes)) */;
	FLOW_FN(tie)(slots, slot, end) /*@ ghost ((uint32_t)(capacity + classes)) */;
	/*@ ghost flow_model_join(capacity, classes, slot, class, tick); */
}

/*@ requires memory: FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table);
    requires links:  FLOW_FN(Links)(table->FLOW_SLOTS, table->capacity, table->classes);
    requires lines:  FlowLines(table->capacity, table->classes);
    requires pool:   FlowPool(table->capacity) && FlowCount(0);
    requires free:   FLOW_FN(Free)(table->FLOW_SLOTS, table->capacity, -1);
    terminates \true;
    assigns  \nothing;
    ensures  none:   \result == false ==> (\forall integer s; 0 <= s < table->capacity ==>
                     table->FLOW_SLOTS[s].tag != 0);
    ensures  any:    \result == true <==> flow_free != table->capacity || flow_fresh != table->capacity; */
static inline bool
FLOW_FN(any_free)(const struct flow_table *table)
{
	/*@ assert none: (uint32_t)table->free == table->capacity && (uint32_t)table->fresh == table->capacity ==>
	      (\forall integer s; 0 <= s < table->capacity ==> flow_line[s] != FLOW_LINE_NONE); */
	return (uint32_t)table->free != table->capacity || (uint32_t)table->fresh != table->capacity;
}

/* Lends the slot that was given back last: its lines are likely still cached. */
/*@ requires memory: FLOW_FN(Memory)(table) && FLOW_FN(Heads)(table);
    requires links:  FLOW_FN(Links)(table->FLOW_SLOTS, table->capacity, table->classes);
    requires lines:  FlowLines(table->capacity, table->classes);
    requires pool:   FlowPool(table->capacity) && FlowCount(0);
    requires any:    flow_free != table->capacity || flow_fresh != table->capacity;
    terminates \true;
    assigns  table->free, table->fresh, flow_line[..], flow_free, flow_fresh, flow_height, flow_seats;
    ensures  lent:   \result < table->capacity && \old(flow_line[\result]) == FLOW_LINE_NONE &&
                     flow_line[\result] == FLOW_LINE_OUT;
    ensures  others: \forall integer s; 0 <= s < table->capacity && s != \result ==>
                     flow_line[s] == \old(flow_line[s]);
    ensures  count:  flow_seats.count == \old(flow_seats.count) + 1;
    ensures  prevs:  FLOW_FN(Prevs)(table->FLOW_SLOTS, table->capacity + table->classes);
    ensures  nexts:  FLOW_FN(Nexts)(table->FLOW_SLOTS, table->capacity + table->classes);
    ensures  lines:  FlowLines(table->capacity, table->classes);
    ensures  pool:   FlowPool(table->capacity) && FlowCount(1);
    ensures  heads:  FLOW_FN(Heads)(table); */
static inline uint32_t
FLOW_FN(take)(struct flow_table *table)
{
	const uint32_t slot = (uint32_t)table->free;

	/*@ assert next: slot != table->capacity ==> table->FLOW_SLOTS[slot].next == flow_next[slot]; */
	/*@ ghost flow_model_take(table->capacity, table->classes); */
	if (slot == table->capacity)
		return (uint32_t)table->fresh++;
	table->free = (int32_t)table->FLOW_SLOTS[slot].next;
	return slot;
}

/* A slot that is in no line is free now, and on top of the stack of free slots. */
/*@ requires links:  FLOW_FN(Links)(slots, capacity, classes);
    requires lines:  FlowLines(capacity, classes);
    requires pool:   FlowPool(capacity) && FlowCount(1);
    requires out:    slot < capacity && flow_line[slot] == FLOW_LINE_OUT && top == flow_free;
    terminates \true;
    assigns  slots[0 .. capacity + classes - 1],
             flow_line[slot], flow_rank[slot], flow_next[slot], flow_free, flow_height, flow_seats;
    ensures  free:   flow_line[slot] == FLOW_LINE_NONE && flow_free == slot;
    ensures  count:  flow_seats.count == \old(flow_seats.count) - 1;
    ensures  clear:  slots[slot].tag == 0;
    ensures  others: FLOW_FN(Others){Pre,Post}(slots, capacity + classes, slot);
    ensures  prevs:  FLOW_FN(Prevs)(slots, capacity + classes);
    ensures  nexts:  FLOW_FN(Nexts)(slots, capacity + classes);
    ensures  lines:  FlowLines(capacity, classes);
    ensures  pool:   FlowPool(capacity) && FlowCount(0); */
static inline void
FLOW_FN(give)(FLOW_ENTRY *slots, uint32_t slot, uint32_t top) /*@ ghost (uint32_t capacity, uint32_t classes) */
{
	slots[slot].next = top;
	slots[slot].tag = 0;
	/*@ assert others: FLOW_FN(Others){Pre,Here}(slots, capacity + classes, slot); */
	/*@ assert prevs: FLOW_FN(Prevs)(slots, capacity + classes); */
	/*@ assert nexts: \forall integer n; 0 <= n < capacity + classes ==>
	      slots[n].next == (n == slot ? flow_free : flow_next[n]); */
	/*@ ghost flow_model_give(capacity, classes, slot); */
}
