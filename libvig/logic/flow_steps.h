/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/flow_steps.h -- an index whose cells are what they were is one still. */
#ifndef LIBVIG_LOGIC_FLOW_STEPS_H
#define LIBVIG_LOGIC_FLOW_STEPS_H

#include "libvig/flow_index.h"

#ifdef __FRAMAC__

/*@ predicate FlowSameMap{A,B} =
      \forall integer s; 0 <= s < FLOW_INDEX_SLOTS ==> \at(flow_held[s], A) == \at(flow_held[s], B) &&
        \at(flow_at_bucket[s], A) == \at(flow_at_bucket[s], B) && \at(flow_at_cell[s], A) == \at(flow_at_cell[s], B);

    lemma flow_same_paths{A,B}: \forall struct flow_bucket *bucket, integer buckets;
      FlowSameBut{A,B}(bucket, buckets, -1, 0) && FlowPaths{A}(bucket, buckets, -1, 0) ==>
      FlowPaths{B}(bucket, buckets, -1, 0);
    lemma flow_same_listed{A,B}: \forall struct flow_bucket *bucket, integer buckets;
      FlowSameBut{A,B}(bucket, buckets, -1, 0) && FlowSameMap{A,B} && FlowListed{A}(bucket, buckets, -1, 0) ==>
      FlowListed{B}(bucket, buckets, -1, 0); */

#endif

#endif
