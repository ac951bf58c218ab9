/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_search.h -- the entry of a key, if it is stored and if it lives: included by flow_table_body.h, once
 * for each instance. Private to libvig. */

/*@ requires keys:   \valid_read(a + (0 .. FLOW_K - 1)) && \valid_read(b + (0 .. FLOW_K - 1));
    terminates \true;
    assigns  \nothing;
    ensures  alike:  \result == true <==> FLOW_FN(Alike){Here,Here}(a, b); */
static inline bool
FLOW_FN(same_key)(const uint64_t *a, const uint64_t *b)
{
	/*@ loop invariant range: 0 <= i <= FLOW_K;
	    loop invariant alike: \forall integer j; 0 <= j < i ==> a[j] == b[j];
	    loop assigns i;
	    loop variant FLOW_K - i; */
	for (uint32_t i = 0; i < FLOW_K; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/*@ requires table:  \valid_read(table) && \valid_read(entry);
    requires class:  entry->class < FLOW_TABLE_CLASSES;
    requires time:   entry->tick <= tick;
    terminates \true;
    assigns  \nothing;
    ensures  over:   \result == true <==> tick - entry->tick > table->lifetime[entry->class]; */
static inline bool
FLOW_FN(expired)(const struct flow_table *table, const FLOW_ENTRY *entry, uint64_t tick)
{
	return tick - entry->tick > table->lifetime[entry->class];
}

/* The stored entry of a key by its hint, if the hint is right. Nothing is believed of a hint: it only says
 * where to look first. FLOW_NONE: it did not help. */
/*@ requires memory: FLOW_FN(Memory)(table);
    requires key:    \valid_read(key + (0 .. FLOW_K - 1));
    terminates \true;
    assigns  \nothing;
    ensures  right:  \result != FLOW_NONE ==> FLOW_FN(Has)(table, \result, key); */
static inline uint32_t
FLOW_FN(guess)(const struct flow_table *table, const uint64_t *key, uint64_t hint)
{
	uint32_t slot = (uint32_t)hint - 1;
	const FLOW_ENTRY *entry;

	if (slot >= table->capacity)
		return FLOW_NONE;
	entry = &table->FLOW_SLOTS[slot];
	return entry->tag != 0 && FLOW_FN(same_key)(entry->key, key) ? slot : FLOW_NONE;
}

/* The stored entry of a key, expired or not. FLOW_NONE: there is none. Out of line, so that what a right
 * hint spares costs the caller nothing. */
/*@ requires memory: FLOW_FN(Memory)(table);
    requires index:  FlowIndex(table->index.bucket, table->index.buckets);
    requires entry:  FLOW_FN(Entries)(table->FLOW_SLOTS, table->capacity, table->classes, table->latest, -1);
    requires key:    \valid_read(key + (0 .. FLOW_K - 1));
    requires tag:    tag != 0 && tag == FLOW_FN(TagOf)(key);
    terminates \true;
    assigns  \nothing;
    ensures  found:  \result != FLOW_NONE ==> FLOW_FN(Has)(table, \result, key);
    ensures  none:   \result == FLOW_NONE ==> \forall integer s; !FLOW_FN(Has)(table, s, key); */
static __attribute__((noinline)) uint32_t
FLOW_FN(seek)(const struct flow_table *table, const uint64_t *key, uint32_t tag)
{
	const struct flow_bucket *bucket = table->index.bucket;
	const uint64_t buckets = table->index.buckets;
	uint64_t at = flow_index_home(buckets, tag);

	/*@ ghost uint64_t n = 0; */
	/*@ loop invariant range:  at < buckets;
	    loop invariant n:      n == FlowSteps(FlowHome(tag, buckets), at, buckets) < buckets;
	    loop invariant full:   FlowFullUpTo(bucket, buckets, FlowHome(tag, buckets), n);
	    loop invariant passed: \forall integer s; 0 <= s < table->capacity && flow_held[s] == tag &&
	      FlowSteps(FlowHome(tag, buckets), flow_at_bucket[s], buckets) < n ==> !FLOW_FN(Has)(table, s, key);
	    loop assigns at, n;
	    loop variant buckets - n; */
	for (;; at = flow_index_next(buckets, at)) {
		uint32_t cell = flow_bucket_find(&bucket[at], tag, 0);

		/*@ loop invariant range:  cell <= VIG_BUCKET_CELLS;
		    loop invariant hit:    cell < VIG_BUCKET_CELLS ==> bucket[at].tag[cell] == tag;
		    loop invariant passed: \forall integer s; 0 <= s < table->capacity && flow_held[s] == tag &&
		      flow_at_bucket[s] == at && flow_at_cell[s] < cell ==> !FLOW_FN(Has)(table, s, key);
		    loop assigns cell;
		    loop variant VIG_BUCKET_CELLS - cell; */
		for (; cell < VIG_BUCKET_CELLS; cell = flow_bucket_find(&bucket[at], tag, cell + 1)) {
			/*@ assert slot: bucket[at].slot[cell] < table->capacity &&
			      flow_held[bucket[at].slot[cell]] == tag &&
			      flow_at_bucket[bucket[at].slot[cell]] == at && flow_at_cell[bucket[at].slot[cell]] == cell; */
			if (FLOW_FN(same_key)(table->FLOW_SLOTS[bucket[at].slot[cell]].key, key))
				return bucket[at].slot[cell];
		}
		/*@ assert tagged: \forall integer s; FLOW_FN(Has)(table, s, key) ==> flow_held[s] == tag; */
		if (!flow_bucket_full(bucket, at)) {
			/*@ assert cut: \forall integer b, i; 0 <= b < buckets && 0 <= i < VIG_BUCKET_CELLS &&
			      bucket[b].tag[i] == tag ==> !FlowThrough(tag, at, b, buckets); */
			/*@ assert path: \forall integer s; 0 <= s < table->capacity && flow_held[s] == tag ==>
			      FlowSteps(FlowHome(tag, buckets), flow_at_bucket[s], buckets) <= n; */
			return FLOW_NONE;
		}
		/*@ assert spare: bucket[flow_spare.bucket[0]].tag[flow_spare.cell[0]] == 0; */
		/*@ assert open:  !FlowFull(bucket, flow_spare.bucket[0]); */
		/*@ ghost n++; */
	}
}

/* The live entry of a key, slot being what guess said. FLOW_NONE: it is absent. */
/*@ requires memory: FLOW_FN(Memory)(table);
    requires index:  FlowIndex(table->index.bucket, table->index.buckets);
    requires entry:  FLOW_FN(Entries)(table->FLOW_SLOTS, table->capacity, table->classes, table->latest, -1);
    requires key:    \valid_read(key + (0 .. FLOW_K - 1));
    requires guess:  slot != FLOW_NONE ==> FLOW_FN(Has)(table, slot, key);
    requires time:   tick >= table->latest;
    terminates \true;
    assigns  \nothing;
    ensures  found:  \result != FLOW_NONE ==> FLOW_FN(Has)(table, \result, key) && FLOW_FN(Live)(table, \result, tick);
    ensures  none:   \result == FLOW_NONE ==>
                     \forall integer s; FLOW_FN(Has)(table, s, key) ==> !FLOW_FN(Live)(table, s, tick); */
static inline uint32_t
FLOW_FN(live)(const struct flow_table *table, const uint64_t *key, uint32_t slot, uint64_t tick)
{
	if (slot == FLOW_NONE)
		slot = FLOW_FN(seek)(table, key, flow_hash_tag(key, FLOW_K, table->secret));
	if (slot == FLOW_NONE || FLOW_FN(expired)(table, &table->FLOW_SLOTS[slot], tick))
		return FLOW_NONE;
	return slot;
}
