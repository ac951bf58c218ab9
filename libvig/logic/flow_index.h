/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/flow_index.h -- what the index's contracts speak of: a finite map from slots to tags, and how
 * buckets hold it. */
#ifndef LIBVIG_LOGIC_FLOW_INDEX_H
#define LIBVIG_LOGIC_FLOW_INDEX_H

#ifdef __FRAMAC__

#define FLOW_INDEX_SLOTS (1 << 26)
#define FLOW_INDEX_BUCKETS ((1 << 27) / VIG_BUCKET_CELLS + 1)

/* The map: the tag that each slot is stored under, 0 if it is not. Then where in the buckets it is. Last, all
 * cells in a row, the empty ones first, and each one's place in it: that is what counts them. All this exists in
 * proofs only, and stands for the one index at hand. */
struct flow_spare {
	uint32_t count;
	uint32_t bucket[FLOW_INDEX_BUCKETS * VIG_BUCKET_CELLS];
	uint32_t cell[FLOW_INDEX_BUCKETS * VIG_BUCKET_CELLS];
	uint32_t place[FLOW_INDEX_BUCKETS][VIG_BUCKET_CELLS];
};

/*@ ghost uint32_t flow_held[FLOW_INDEX_SLOTS];
          uint32_t flow_at_bucket[FLOW_INDEX_SLOTS];
          uint32_t flow_at_cell[FLOW_INDEX_SLOTS];
          struct flow_spare flow_spare; */

/* Of buckets in a ring: the first that a tag may be in, and the way from one to another. */
/*@ logic integer FlowHome(integer tag, integer buckets) = tag * buckets / 4294967296;
    logic integer FlowSteps(integer from, integer to, integer buckets) =
      from <= to ? to - from : to + buckets - from;
    predicate FlowThrough(integer tag, integer through, integer to, integer buckets) =
      FlowSteps(FlowHome(tag, buckets), through, buckets) < FlowSteps(FlowHome(tag, buckets), to, buckets); */

/*@ lemma flow_home_range: \forall integer tag, buckets; 0 <= tag < 4294967296 && 0 < buckets ==>
      0 <= FlowHome(tag, buckets) < buckets;
    lemma flow_between: \forall integer home, a, b, c, buckets; 0 <= home < buckets && 0 <= a < buckets &&
      0 <= b < buckets && 0 <= c < buckets && FlowSteps(home, a, buckets) < FlowSteps(home, c, buckets) &&
      0 < FlowSteps(a, b, buckets) < FlowSteps(a, c, buckets) ==>
      FlowSteps(home, b, buckets) < FlowSteps(home, c, buckets); */

/*@ predicate FlowFull{L}(struct flow_bucket *bucket, integer at) =
      \forall integer i; 0 <= i < VIG_BUCKET_CELLS ==> bucket[at].tag[i] != 0; */

/*@ predicate FlowFullUpTo{L}(struct flow_bucket *bucket, integer buckets, integer from, integer steps) =
      \forall integer x; 0 <= x < buckets && FlowSteps(from, x, buckets) < steps ==> FlowFull(bucket, x);

    predicate FlowNoneThrough{L}(struct flow_bucket *bucket, integer buckets, integer through) =
      \forall integer to, cell; 0 <= to < buckets && 0 <= cell < VIG_BUCKET_CELLS && to != through &&
        bucket[to].tag[cell] != 0 ==> !FlowThrough(bucket[to].tag[cell], through, to, buckets);

    predicate FlowSameBut{A,B}(struct flow_bucket *bucket, integer buckets, integer b, integer i) =
      \forall integer at, cell; 0 <= at < buckets && 0 <= cell < VIG_BUCKET_CELLS && !(at == b && cell == i) ==>
        \at(bucket[at].tag[cell], A) == \at(bucket[at].tag[cell], B) &&
        \at(bucket[at].slot[cell], A) == \at(bucket[at].slot[cell], B); */

/* Cell (b, i) may stand aside: while an entry is moved its old cell holds what is no longer true. b == -1: none. */
/*@ predicate FlowBuckets{L}(struct flow_bucket *bucket, integer buckets) =
      1 <= buckets < FLOW_INDEX_BUCKETS && \valid(bucket + (0 .. buckets - 1));

    predicate FlowPaths{L}(struct flow_bucket *bucket, integer buckets, integer b, integer i) =
      \forall integer to, cell, x; 0 <= to < buckets && 0 <= cell < VIG_BUCKET_CELLS && 0 <= x < buckets &&
        !(to == b && cell == i) && bucket[to].tag[cell] != 0 &&
        FlowThrough(bucket[to].tag[cell], x, to, buckets) ==> FlowFull(bucket, x);

    predicate FlowPlaced{L}(struct flow_bucket *bucket, integer buckets, integer b, integer i) =
      \forall integer to, cell; 0 <= to < buckets && 0 <= cell < VIG_BUCKET_CELLS &&
        !(to == b && cell == i) && bucket[to].tag[cell] != 0 ==>
        bucket[to].slot[cell] < FLOW_INDEX_SLOTS &&
        flow_held[bucket[to].slot[cell]] == bucket[to].tag[cell] &&
        flow_at_bucket[bucket[to].slot[cell]] == to && flow_at_cell[bucket[to].slot[cell]] == cell;

    predicate FlowListed{L}(struct flow_bucket *bucket, integer buckets, integer b, integer i) =
      \forall integer s; 0 <= s < FLOW_INDEX_SLOTS && flow_held[s] != 0 ==>
        flow_at_bucket[s] < buckets && flow_at_cell[s] < VIG_BUCKET_CELLS &&
        !(flow_at_bucket[s] == b && flow_at_cell[s] == i) &&
        bucket[flow_at_bucket[s]].tag[flow_at_cell[s]] == flow_held[s] &&
        bucket[flow_at_bucket[s]].slot[flow_at_cell[s]] == s;

    predicate FlowCells{L}(integer buckets) =
      \forall integer k; 0 <= k < buckets * VIG_BUCKET_CELLS ==>
        flow_spare.bucket[k] < buckets && flow_spare.cell[k] < VIG_BUCKET_CELLS &&
        flow_spare.place[flow_spare.bucket[k]][flow_spare.cell[k]] == k;

    predicate FlowPlaces{L}(integer buckets) =
      \forall integer at, cell; 0 <= at < buckets && 0 <= cell < VIG_BUCKET_CELLS ==>
        flow_spare.place[at][cell] < buckets * VIG_BUCKET_CELLS &&
        flow_spare.bucket[flow_spare.place[at][cell]] == at &&
        flow_spare.cell[flow_spare.place[at][cell]] == cell;

    predicate FlowEmpty{L}(struct flow_bucket *bucket, integer buckets) =
      flow_spare.count <= buckets * VIG_BUCKET_CELLS &&
      \forall integer at, cell; 0 <= at < buckets && 0 <= cell < VIG_BUCKET_CELLS ==>
        (bucket[at].tag[cell] == 0 <==> flow_spare.place[at][cell] < flow_spare.count);

    predicate FlowIndex{L}(struct flow_bucket *bucket, integer buckets) =
      FlowBuckets(bucket, buckets) && FlowPaths(bucket, buckets, -1, 0) &&
      FlowPlaced(bucket, buckets, -1, 0) && FlowListed(bucket, buckets, -1, 0) &&
      FlowCells(buckets) && FlowPlaces(buckets) && FlowEmpty(bucket, buckets) && flow_spare.count > 0; */

/* The cells in places p and q change places. */
/*@ ghost
    /@ requires buckets: 1 <= buckets < FLOW_INDEX_BUCKETS;
       requires places:  p < buckets * VIG_BUCKET_CELLS && q < buckets * VIG_BUCKET_CELLS;
       requires cells:   FlowCells(buckets) && FlowPlaces(buckets);
       terminates \true;
       assigns  flow_spare;
       ensures  count:   flow_spare.count == \old(flow_spare.count);
       ensures  cells:   FlowCells(buckets);
       ensures  kept:    FlowPlaces(buckets);
       ensures  swapped: \forall integer at, cell; 0 <= at < buckets && 0 <= cell < VIG_BUCKET_CELLS ==>
         flow_spare.place[at][cell] == (\old(flow_spare.place[at][cell]) == p ? q :
           \old(flow_spare.place[at][cell]) == q ? p : \old(flow_spare.place[at][cell])); @/
    void flow_spare_swap(uint64_t buckets, uint32_t p, uint32_t q)
    {
      uint32_t p_bucket = flow_spare.bucket[p], p_cell = flow_spare.cell[p];
      uint32_t q_bucket = flow_spare.bucket[q], q_cell = flow_spare.cell[q];

      flow_spare.bucket[p] = q_bucket;
      flow_spare.cell[p] = q_cell;
      flow_spare.bucket[q] = p_bucket;
      flow_spare.cell[q] = p_cell;
      flow_spare.place[p_bucket][p_cell] = q;
      flow_spare.place[q_bucket][q_cell] = p;
    } */

#endif

#endif
