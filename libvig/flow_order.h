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

	table->free = capacity;
	table->fresh = 0;
	for (uint32_t end = capacity; end < capacity + table->classes; end++)
		table->FLOW_SLOTS[end].prev = table->FLOW_SLOTS[end].next = end;
}

/* The slot of a class that was used longest ago; not below capacity: the class is empty. */
static inline uint32_t
FLOW_FN(oldest)(const struct flow_table *table, uint32_t class)
{
	return table->FLOW_SLOTS[table->capacity + class].next;
}

static inline void
FLOW_FN(leave)(const struct flow_table *table, uint32_t slot)
{
	const uint32_t prev = table->FLOW_SLOTS[slot].prev, next = table->FLOW_SLOTS[slot].next;

	table->FLOW_SLOTS[prev].next = next;
	table->FLOW_SLOTS[next].prev = prev;
}

/* Goes to the end of a class's line. Precondition: the slot is on no line. */
static inline void
FLOW_FN(join)(const struct flow_table *table, uint32_t slot, uint32_t class)
{
	const uint32_t end = table->capacity + class;
	const uint32_t last = table->FLOW_SLOTS[end].prev;

	table->FLOW_SLOTS[slot].prev = last;
	table->FLOW_SLOTS[slot].next = end;
	table->FLOW_SLOTS[last].next = slot;
	table->FLOW_SLOTS[end].prev = slot;
}

static inline bool
FLOW_FN(any_free)(const struct flow_table *table)
{
	return table->free != table->capacity || table->fresh != table->capacity;
}

/* Lends the slot that was given back last: its lines are likely still cached. Precondition: any is free. */
static inline uint32_t
FLOW_FN(take)(struct flow_table *table)
{
	uint32_t slot = table->free;

	if (slot == table->capacity)
		return table->fresh++;
	table->free = table->FLOW_SLOTS[slot].next;
	return slot;
}

/* Precondition: the slot is on no line. */
static inline void
FLOW_FN(give)(struct flow_table *table, uint32_t slot)
{
	table->FLOW_SLOTS[slot].next = table->free;
	table->free = slot;
}
