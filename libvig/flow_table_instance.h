/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table_instance.h -- one instance's functions and their contracts: included by flow_table.h once
 * for each, with FLOW_K and FLOW_V the words of a key and of a value. What they do is told there. */

#include "libvig/flow_table_names.h"

#include "libvig/logic/flow_instance.h"

/*@ requires vig:     Vig(vig);
    requires name:    name == \null || \valid_read(name);
    requires times:   \valid_read(times);
    assigns  vig_state, \result \from vig_state, vig, name, key, value, capacity, *times;
    ensures  vig:     Vig(vig);
    ensures  bounds:  capacity == 0 || capacity > FLOW_TABLE_MAX_CAPACITY || times->shift > 40 ||
                      times->classes == 0 || times->classes > FLOW_TABLE_CLASSES ==> \result == \null;
    ensures  counted: vig_objects(vig) == \old(vig_objects(vig)) + (\result == \null ? 0 : 1);
    ensures  made:    \result != \null ==> FlowTable(\result) && flow_capacity(\result) == capacity &&
                      flow_shift(\result) == times->shift && flow_classes(\result) == times->classes;
    ensures  empty:   \result != \null ==> \forall flow_words k; !flow_stored(\result, k);
    ensures  rounded: \result != \null ==> \forall integer c; 0 <= c < times->classes ==>
                      (flow_lifetime(\result, c) - 1) * (1 << times->shift) < times->lifetime[c] <=
                      flow_lifetime(\result, c) * (1 << times->shift); */
struct flow_table *FLOW_FN(new)(struct vig *vig, const char *name, const struct record_type *key,
	const struct record_type *value, uint64_t capacity, const struct flow_table_times *times);

/*@ requires table:   FlowTable(table);
    requires key:     \valid_read(key + (0 .. FLOW_K - 1));
    requires out:     \valid(entry) && \separated(entry, key + (0 .. FLOW_K - 1), &vig_state);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    assigns  vig_state, *entry;
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  nothing: \forall flow_words k; flow_alike{Pre,Post}(table, k, flow_tick(table, now));
    ensures  found:   \result == true <==> flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now));
    ensures  told:    \result == true ==>
                      flow_read(&entry->value[0], FLOW_V) == flow_value(table, flow_read(key, FLOW_K)) &&
                      entry->slot == flow_slot(table, flow_read(key, FLOW_K)) < flow_capacity(table) &&
                      entry->class == flow_class(table, flow_read(key, FLOW_K)) < flow_classes(table); */
bool FLOW_FN(find)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now,
	FLOW_FOUND *entry);

/*@ requires table:   FlowTable(table);
    requires key:     \valid_read(key + (0 .. FLOW_K - 1));
    requires out:     \valid(entry) && \separated(entry, key + (0 .. FLOW_K - 1), &vig_state);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    assigns  vig_state, *entry;
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  others:  flow_others_alike{Pre,Post}(table, flow_read(key, FLOW_K), flow_tick(table, now));
    ensures  found:   \result == true <==>
                      \old(flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now)));
    ensures  kept:    (\result == true <==> flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now)));
    ensures  used:    \result == true ==> flow_last(table, flow_read(key, FLOW_K)) == flow_tick(table, now) &&
                      flow_value(table, flow_read(key, FLOW_K)) ==
                      \old(flow_value(table, flow_read(key, FLOW_K))) &&
                      flow_class(table, flow_read(key, FLOW_K)) ==
                      \old(flow_class(table, flow_read(key, FLOW_K))) &&
                      flow_slot(table, flow_read(key, FLOW_K)) ==
                      \old(flow_slot(table, flow_read(key, FLOW_K)));
    ensures  told:    \result == true ==>
                      flow_read(&entry->value[0], FLOW_V) == flow_value(table, flow_read(key, FLOW_K)) &&
                      entry->slot == flow_slot(table, flow_read(key, FLOW_K)) < flow_capacity(table) &&
                      entry->class == flow_class(table, flow_read(key, FLOW_K)) < flow_classes(table); */
bool FLOW_FN(refresh)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now,
	FLOW_FOUND *entry);

/*@ requires table:   FlowTable(table);
    requires key:     \valid_read(key + (0 .. FLOW_K - 1));
    requires value:   \valid_read(value + (0 .. FLOW_V - 1));
    requires class:   class < flow_classes(table);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    assigns  vig_state;
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  room:    \result == true <==>
                      \old(flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now))) ||
                      \old(flow_live(table, flow_tick(table, now))) < flow_capacity(table);
    ensures  others:  flow_others_alike{Pre,Post}(table, flow_read(key, FLOW_K), flow_tick(table, now));
    ensures  refused: \result == false ==>
                      !flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now));
    ensures  stored:  \result == true ==> flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now)) &&
                      flow_value(table, flow_read(key, FLOW_K)) == flow_read(value, FLOW_V) &&
                      flow_class(table, flow_read(key, FLOW_K)) == class &&
                      flow_last(table, flow_read(key, FLOW_K)) == flow_tick(table, now);
    ensures  slot:    \old(flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now))) ==>
                      flow_slot(table, flow_read(key, FLOW_K)) ==
                      \old(flow_slot(table, flow_read(key, FLOW_K)));
    ensures  alone:   flow_slots_distinct(table, flow_tick(table, now));
    ensures  count:   flow_live(table, flow_tick(table, now)) ==
                      \old(flow_live(table, flow_tick(table, now))) || (\result == true &&
                      flow_live(table, flow_tick(table, now)) ==
                      \old(flow_live(table, flow_tick(table, now))) + 1);
    ensures  grew:    \result == true ==>
                      (\old(flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now))) <==>
                      flow_live(table, flow_tick(table, now)) ==
                      \old(flow_live(table, flow_tick(table, now)))); */
bool FLOW_FN(insert)(struct flow_table *table, const uint64_t key[FLOW_K], uint64_t hint, uint64_t now,
	uint64_t class, const uint64_t value[FLOW_V]);

/*@ requires table:   FlowTable(table);
    requires value:   \valid_read(value + (0 .. FLOW_V - 1));
    requires class:   class < flow_classes(table);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    requires live:    \exists flow_words k; flow_present(table, k, flow_tick(table, now)) &&
                      flow_slot(table, k) == slot;
    assigns  vig_state;
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  others:  \forall flow_words k; \old(flow_slot(table, k)) != slot ==>
                      flow_alike{Pre,Post}(table, k, flow_tick(table, now));
    ensures  stored:  \forall flow_words k; \old(flow_present(table, k, flow_tick(table, now))) &&
                      \old(flow_slot(table, k)) == slot ==> flow_present(table, k, flow_tick(table, now)) &&
                      flow_slot(table, k) == slot && flow_value(table, k) == flow_read(value, FLOW_V) &&
                      flow_class(table, k) == class && flow_last(table, k) == flow_tick(table, now); */
void FLOW_FN(set)(struct flow_table *table, uint64_t slot, uint64_t now, uint64_t class,
	const uint64_t value[FLOW_V]);

/*@ requires table:   FlowTable(table);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    requires live:    \exists flow_words k; flow_present(table, k, flow_tick(table, now)) &&
                      flow_slot(table, k) == slot;
    assigns  vig_state;
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  others:  \forall flow_words k; \old(flow_slot(table, k)) != slot ==>
                      flow_alike{Pre,Post}(table, k, flow_tick(table, now));
    ensures  gone:    \forall flow_words k; \old(flow_present(table, k, flow_tick(table, now))) &&
                      \old(flow_slot(table, k)) == slot ==> !flow_stored(table, k);
    ensures  count:   flow_live(table, flow_tick(table, now)) ==
                      \old(flow_live(table, flow_tick(table, now))) - 1; */
void FLOW_FN(erase)(struct flow_table *table, uint64_t slot, uint64_t now);

/*@ requires table:   FlowTable(table);
    requires out:     \valid(key + (0 .. FLOW_K - 1)) && \valid(entry) &&
                      \separated(entry, key + (0 .. FLOW_K - 1), &vig_state);
    requires time:    flow_tick(table, now) >= flow_latest(table);
    assigns  vig_state, *entry, key[0 .. FLOW_K - 1];
    ensures  table:   FlowTable(table);
    ensures  time:    flow_latest(table) == flow_tick(table, now);
    ensures  nothing: \forall flow_words k; flow_alike{Pre,Post}(table, k, flow_tick(table, now));
    ensures  found:   \result == true <==> \exists flow_words k;
                      flow_present(table, k, flow_tick(table, now)) && flow_slot(table, k) == slot;
    ensures  key:     \result == true ==> flow_present(table, flow_read(key, FLOW_K), flow_tick(table, now)) &&
                      flow_slot(table, flow_read(key, FLOW_K)) == slot;
    ensures  told:    \result == true ==>
                      flow_read(&entry->value[0], FLOW_V) == flow_value(table, flow_read(key, FLOW_K)) &&
                      entry->slot == slot < flow_capacity(table) &&
                      entry->class == flow_class(table, flow_read(key, FLOW_K)) < flow_classes(table); */
bool FLOW_FN(at)(struct flow_table *table, uint64_t slot, uint64_t now, uint64_t key[FLOW_K], FLOW_FOUND *entry);

/*@ requires table:   FlowTable(table);
    requires key:     \valid_read(key + (0 .. FLOW_K - 1));
    assigns  \nothing;
    ensures  some:    \result != 0; */
uint64_t FLOW_FN(hash)(const struct flow_table *table, const uint64_t key[FLOW_K]);

/*@ requires table:   FlowTable(table);
    assigns  \nothing; */
uint64_t FLOW_FN(match)(const struct flow_table *table, uint64_t hint);

/*@ requires table:   FlowTable(table);
    assigns  \nothing;
    ensures  passed:  \result == hint; */
uint64_t FLOW_FN(ready)(const struct flow_table *table, uint64_t hint);

#include "libvig/flow_table_names_end.h"
