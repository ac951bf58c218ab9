/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/flow_order.h -- what the order's contracts speak of: which line each slot is in, since when, and
 * which slots are free. The steps that the code takes are taken here once, on this model; each instance of the
 * table then shows only that its links are the model's. */
#ifndef LIBVIG_LOGIC_FLOW_ORDER_H
#define LIBVIG_LOGIC_FLOW_ORDER_H

#ifdef __FRAMAC__

#define FLOW_SLOTS_MAX (1 << 26)
#define FLOW_LINES_MAX 8
#define FLOW_LINE_NONE (-1) /* free */
#define FLOW_LINE_OUT (-2)  /* not free, and in no line for the moment */

/* All slots in a row, those that are not free first, and each one's place in it: that counts them. */
struct flow_seats {
	uint32_t count;
	uint32_t slot[FLOW_SLOTS_MAX];
	uint32_t place[FLOW_SLOTS_MAX];
};

/* A slot's line and the tick that it joined at; its rank, which is how many are before it in its line, or below it
 * on the stack of free slots. Then the links; how long each line is; the top of the stack. All this exists in
 * proofs only, and stands for the one table at hand. */
/*@ ghost int flow_line[FLOW_SLOTS_MAX];
          uint64_t flow_time[FLOW_SLOTS_MAX];
          int flow_rank[FLOW_SLOTS_MAX];
          uint32_t flow_prev[FLOW_SLOTS_MAX + FLOW_LINES_MAX];
          uint32_t flow_next[FLOW_SLOTS_MAX + FLOW_LINES_MAX];
          int flow_length[FLOW_LINES_MAX];
          uint32_t flow_free;
          uint32_t flow_fresh;
          int flow_height;
          struct flow_seats flow_seats; */

/*@ predicate FlowSizes(integer capacity, integer classes) =
      1 <= capacity <= FLOW_SLOTS_MAX && 1 <= classes <= FLOW_LINES_MAX;

    predicate FlowLinePrev{L}(integer capacity, integer classes) =
      \forall integer s; 0 <= s < capacity && flow_line[s] >= 0 ==>
        flow_line[s] < classes && flow_next[flow_prev[s]] == s &&
        (flow_rank[s] == 0 && flow_prev[s] == capacity + flow_line[s] ||
         flow_rank[s] > 0 && flow_prev[s] < capacity && flow_line[flow_prev[s]] == flow_line[s] &&
         flow_rank[flow_prev[s]] == flow_rank[s] - 1);

    predicate FlowLineNext{L}(integer capacity, integer classes) =
      \forall integer s; 0 <= s < capacity && flow_line[s] >= 0 ==>
        flow_rank[s] < flow_length[flow_line[s]] && flow_prev[flow_next[s]] == s &&
        (flow_rank[s] == flow_length[flow_line[s]] - 1 && flow_next[s] == capacity + flow_line[s] ||
         flow_rank[s] < flow_length[flow_line[s]] - 1 && flow_next[s] < capacity &&
         flow_line[flow_next[s]] == flow_line[s] && flow_rank[flow_next[s]] == flow_rank[s] + 1);

    predicate FlowLineFirst{L}(integer capacity, integer classes) =
      \forall integer c; 0 <= c < classes ==>
        (flow_length[c] == 0 && flow_next[capacity + c] == capacity + c ||
         flow_length[c] > 0 && flow_next[capacity + c] < capacity &&
         flow_line[flow_next[capacity + c]] == c && flow_rank[flow_next[capacity + c]] == 0);

    predicate FlowLineLast{L}(integer capacity, integer classes) =
      \forall integer c; 0 <= c < classes ==>
        (flow_length[c] == 0 && flow_prev[capacity + c] == capacity + c ||
         flow_length[c] > 0 && flow_prev[capacity + c] < capacity &&
         flow_line[flow_prev[capacity + c]] == c && flow_rank[flow_prev[capacity + c]] == flow_length[c] - 1);

    predicate FlowLineAlone{L}(integer capacity) =
      \forall integer s, t; 0 <= s < capacity && 0 <= t < capacity && s != t && flow_line[s] >= 0 &&
        flow_line[s] == flow_line[t] ==> flow_rank[s] != flow_rank[t];

    predicate FlowLineSorted{L}(integer capacity) =
      \forall integer s, t; 0 <= s < capacity && 0 <= t < capacity && flow_line[s] >= 0 &&
        flow_line[s] == flow_line[t] && flow_rank[s] <= flow_rank[t] ==> flow_time[s] <= flow_time[t];

    predicate FlowLines{L}(integer capacity, integer classes) =
      FlowSizes(capacity, classes) && FlowLinePrev(capacity, classes) && FlowLineNext(capacity, classes) &&
      FlowLineFirst(capacity, classes) && FlowLineLast(capacity, classes) && FlowLineAlone(capacity) && FlowLineSorted(capacity); */

/*@ predicate FlowPoolTop{L}(integer capacity) =
      flow_fresh <= capacity && flow_height >= 0 &&
      (flow_free == capacity && flow_height == 0 ||
       flow_free < flow_fresh && flow_height > 0 && flow_line[flow_free] == FLOW_LINE_NONE &&
       flow_rank[flow_free] == flow_height - 1);

    predicate FlowPoolStack{L}(integer capacity) =
      \forall integer s; 0 <= s < flow_fresh && flow_line[s] == FLOW_LINE_NONE ==>
        0 <= flow_rank[s] < flow_height &&
        (flow_rank[s] == 0 && flow_next[s] == capacity ||
         flow_rank[s] > 0 && flow_next[s] < flow_fresh && flow_line[flow_next[s]] == FLOW_LINE_NONE &&
         flow_rank[flow_next[s]] == flow_rank[s] - 1);

    predicate FlowPoolAlone{L}(integer capacity) =
      \forall integer s, t; 0 <= s < flow_fresh && 0 <= t < flow_fresh && s != t &&
        flow_line[s] == FLOW_LINE_NONE && flow_line[t] == FLOW_LINE_NONE ==> flow_rank[s] != flow_rank[t];

    predicate FlowPoolFresh{L}(integer capacity) =
      \forall integer s; flow_fresh <= s < capacity ==> flow_line[s] == FLOW_LINE_NONE;

    predicate FlowSeats{L}(integer capacity) =
      flow_seats.count <= capacity &&
      (\forall integer k; 0 <= k < capacity ==>
        flow_seats.slot[k] < capacity && flow_seats.place[flow_seats.slot[k]] == k) &&
      (\forall integer s; 0 <= s < capacity ==>
        flow_seats.place[s] < capacity && flow_seats.slot[flow_seats.place[s]] == s &&
        (flow_line[s] != FLOW_LINE_NONE <==> flow_seats.place[s] < flow_seats.count));

    logic integer FlowTotal{L} = flow_length[0] + flow_length[1] + flow_length[2] + flow_length[3] +
      flow_length[4] + flow_length[5] + flow_length[6] + flow_length[7];

    predicate FlowCount{L}(integer out) =
      flow_height == flow_fresh - flow_seats.count && FlowTotal == flow_seats.count - out &&
      \forall integer c; 0 <= c < FLOW_LINES_MAX ==> flow_length[c] >= 0;

    predicate FlowPool{L}(integer capacity) =
      FlowPoolTop(capacity) && FlowPoolStack(capacity) && FlowPoolAlone(capacity) && FlowPoolFresh(capacity) &&
      FlowSeats(capacity); */

/* Those behind rank r in a line move up. */
/*@ ghost
    /@ requires capacity: capacity <= FLOW_SLOTS_MAX;
       requires rank:   -1 <= r;
       terminates \true;
       assigns  flow_rank[..];
       ensures  up:     \forall integer s; 0 <= s < capacity ==> flow_rank[s] ==
         (flow_line[s] == line && \old(flow_rank[s]) > r ? \old(flow_rank[s]) - 1 : \old(flow_rank[s])); @/
    void flow_model_shift(uint32_t capacity, int line, int r)
    {
      /@ loop invariant range: 0 <= k <= capacity;
         loop invariant done: \forall integer s; 0 <= s < k ==> flow_rank[s] ==
           (flow_line[s] == line && \at(flow_rank[s], Pre) > r ?
             \at(flow_rank[s], Pre) - 1 : \at(flow_rank[s], Pre));
         loop invariant rest: \forall integer s; k <= s < capacity ==> flow_rank[s] == \at(flow_rank[s], Pre);
         loop assigns k, flow_rank[..];
         loop variant capacity - k; @/
      for (uint32_t k = 0; k < capacity; k++)
        if (flow_line[k] == line && flow_rank[k] > r)
          flow_rank[k] = flow_rank[k] - 1;
    } */

/* s leaves its line. */
/*@ ghost
    /@ requires lines:  FlowLines(capacity, classes);
       requires pool:   FlowPool(capacity) && FlowCount(0);
       requires in:     s < capacity && flow_line[s] >= 0;
       terminates \true;
       assigns  flow_line[s], flow_rank[..], flow_prev[..], flow_next[..], flow_length[..];
       ensures  out:    flow_line[s] == FLOW_LINE_OUT;
       ensures  links:  \forall integer n; 0 <= n < capacity + classes ==>
         flow_next[n] == (n == \old(flow_prev[s]) ? \old(flow_next[s]) : \old(flow_next[n])) &&
         flow_prev[n] == (n == \old(flow_next[s]) ? \old(flow_prev[s]) : \old(flow_prev[n]));
       ensures  prev:   FlowLinePrev(capacity, classes);
       ensures  next:   FlowLineNext(capacity, classes);
       ensures  alone:  FlowLineAlone(capacity);
       ensures  sorted: FlowLineSorted(capacity);
       ensures  top:    FlowPoolTop(capacity);
       ensures  stack:  FlowPoolStack(capacity);
       ensures  apart:  FlowPoolAlone(capacity);
       ensures  fresh:  FlowPoolFresh(capacity);
       ensures  seats:  FlowSeats(capacity);
       ensures  first:  FlowLineFirst(capacity, classes);
       ensures  last:   FlowLineLast(capacity, classes);
       ensures  count:  FlowCount(1); @/
    void flow_model_leave(uint32_t capacity, uint32_t classes, uint32_t s)
    {
      uint32_t p = flow_prev[s], q = flow_next[s];
      int c = flow_line[s], r = flow_rank[s];

      /@ assert near: p != s && q != s; @/
      /@ assert after: \forall integer j; 0 <= j < capacity && flow_line[j] == c && j != q ==>
           flow_rank[j] != r + 1; @/
      /@ assert before: \forall integer j; 0 <= j < capacity && flow_line[j] == c && j != p ==>
           flow_rank[j] != r - 1; @/
      flow_next[p] = q;
      flow_prev[q] = p;
      flow_line[s] = FLOW_LINE_OUT;
      flow_length[c] = flow_length[c] - 1;
      /@ assert total: FlowTotal == \at(FlowTotal, Pre) - 1; @/
      flow_model_shift(capacity, c, r);
      /@ assert prev: FlowLinePrev(capacity, classes); @/
      /@ assert next: FlowLineNext(capacity, classes); @/
      /@ assert alone: FlowLineAlone(capacity); @/
      /@ assert sorted: FlowLineSorted(capacity); @/
      /@ assert foremost: p == capacity + c && r == 0 && \at(flow_next[capacity + \at(flow_line[s], Pre)], Pre) == s ||
           p < capacity && r > 0 && \at(flow_next[capacity + \at(flow_line[s], Pre)], Pre) != s; @/
      /@ assert hindmost: q == capacity + c && r == \at(flow_length[\at(flow_line[s], Pre)], Pre) - 1 &&
             \at(flow_prev[capacity + \at(flow_line[s], Pre)], Pre) == s ||
           q < capacity && r < \at(flow_length[\at(flow_line[s], Pre)], Pre) - 1 &&
             \at(flow_prev[capacity + \at(flow_line[s], Pre)], Pre) != s; @/
    } */

/* s joins a line as its last, at a tick not below any in it. */
/*@ ghost
    /@ requires lines:  FlowLines(capacity, classes);
       requires pool:   FlowPool(capacity) && FlowCount(1);
       requires out:    s < capacity && flow_line[s] == FLOW_LINE_OUT;
       requires class:  class < classes;
       requires latest: \forall integer j; 0 <= j < capacity && flow_line[j] == class ==> flow_time[j] <= tick;
       terminates \true;
       assigns  flow_line[s], flow_time[s], flow_rank[s], flow_prev[..], flow_next[..], flow_length[..];
       ensures  in:     flow_line[s] == class && flow_time[s] == tick;
       ensures  links:  \forall integer n; 0 <= n < capacity + classes ==>
         flow_next[n] == (n == s ? capacity + class :
           n == \old(flow_prev[capacity + class]) ? s : \old(flow_next[n])) &&
         flow_prev[n] == (n == s ? \old(flow_prev[capacity + class]) :
           n == capacity + class ? s : \old(flow_prev[n]));
       ensures  prev:   FlowLinePrev(capacity, classes);
       ensures  next:   FlowLineNext(capacity, classes);
       ensures  first:  FlowLineFirst(capacity, classes);
       ensures  last:   FlowLineLast(capacity, classes);
       ensures  alone:  FlowLineAlone(capacity);
       ensures  sorted: FlowLineSorted(capacity);
       ensures  top:    FlowPoolTop(capacity);
       ensures  stack:  FlowPoolStack(capacity);
       ensures  apart:  FlowPoolAlone(capacity);
       ensures  fresh:  FlowPoolFresh(capacity);
       ensures  seats:  FlowSeats(capacity);
       ensures  count:  FlowCount(0); @/
    void flow_model_join(uint32_t capacity, uint32_t classes, uint32_t s, uint32_t class, uint64_t tick)
    {
      uint32_t end = capacity + class;
      /@ assert end: end == capacity + class; @/
      uint32_t last = flow_prev[end];

      /@ assert which: class == 0 || class == 1 || class == 2 || class == 3 || class == 4 || class == 5 ||
           class == 6 || class == 7; @/
      /@ assert fits: flow_length[class] <= FlowTotal; @/
      /@ assert last: last != s && (last == end || last < capacity && flow_line[last] == class); @/
      flow_prev[s] = last;
      flow_next[s] = end;
      flow_next[last] = s;
      flow_prev[end] = s;
      flow_rank[s] = flow_length[class];
      flow_length[class] = flow_length[class] + 1;
      /@ assert total: FlowTotal == \at(FlowTotal, Pre) + 1; @/
      flow_line[s] = class;
      flow_time[s] = tick;
    } */

/* A free slot is lent: the one that was given back last. */
/*@ ghost
    /@ requires lines:  FlowLines(capacity, classes);
       requires pool:   FlowPool(capacity) && FlowCount(0);
       requires any:    flow_free != capacity || flow_fresh != capacity;
       terminates \true;
       assigns  flow_line[flow_free == capacity ? flow_fresh : flow_free], flow_free, flow_fresh, flow_height,
                flow_seats;
       ensures  lent:   \result == \old(flow_free == capacity ? flow_fresh : flow_free) && \result < capacity;
       ensures  was:    \old(flow_line[flow_free == capacity ? flow_fresh : flow_free]) == FLOW_LINE_NONE;
       ensures  out:    flow_line[\result] == FLOW_LINE_OUT;
       ensures  free:   flow_free == \old(flow_free == capacity ? flow_free : flow_next[flow_free]);
       ensures  used:   flow_fresh == \old(flow_free == capacity ? flow_fresh + 1 : flow_fresh);
       ensures  seated: flow_seats.count == \old(flow_seats.count) + 1;
       ensures  prev:   FlowLinePrev(capacity, classes);
       ensures  next:   FlowLineNext(capacity, classes);
       ensures  first:  FlowLineFirst(capacity, classes);
       ensures  last:   FlowLineLast(capacity, classes);
       ensures  alone:  FlowLineAlone(capacity);
       ensures  sorted: FlowLineSorted(capacity);
       ensures  top:    FlowPoolTop(capacity);
       ensures  stack:  FlowPoolStack(capacity);
       ensures  apart:  FlowPoolAlone(capacity);
       ensures  fresh:  FlowPoolFresh(capacity);
       ensures  seats:  FlowSeats(capacity);
       ensures  count:  FlowCount(1); @/
    uint32_t flow_model_take(uint32_t capacity, uint32_t classes)
    {
      uint32_t s = flow_free == capacity ? flow_fresh : flow_free;
      uint32_t p = flow_seats.place[s], last = flow_seats.slot[flow_seats.count];

      /@ assert free: s < capacity && flow_line[s] == FLOW_LINE_NONE; @/
      if (flow_free == capacity)
        flow_fresh = flow_fresh + 1;
      else {
        flow_free = flow_next[s];
        flow_height = flow_height - 1;
      }
      flow_seats.slot[p] = last;
      flow_seats.place[last] = p;
      flow_seats.slot[flow_seats.count] = s;
      flow_seats.place[s] = flow_seats.count;
      flow_seats.count = flow_seats.count + 1;
      flow_line[s] = FLOW_LINE_OUT;
      return s;
    } */

/* s is given back. */
/*@ ghost
    /@ requires lines:  FlowLines(capacity, classes);
       requires pool:   FlowPool(capacity) && FlowCount(1);
       requires out:    s < capacity && flow_line[s] == FLOW_LINE_OUT;
       terminates \true;
       assigns  flow_line[s], flow_rank[s], flow_next[s], flow_free, flow_height, flow_seats;
       ensures  free:   flow_line[s] == FLOW_LINE_NONE && flow_free == s;
       ensures  link:   flow_next[s] == \old(flow_free);
       ensures  seated: flow_seats.count == \old(flow_seats.count) - 1;
       ensures  prev:   FlowLinePrev(capacity, classes);
       ensures  next:   FlowLineNext(capacity, classes);
       ensures  first:  FlowLineFirst(capacity, classes);
       ensures  last:   FlowLineLast(capacity, classes);
       ensures  alone:  FlowLineAlone(capacity);
       ensures  sorted: FlowLineSorted(capacity);
       ensures  top:    FlowPoolTop(capacity);
       ensures  stack:  FlowPoolStack(capacity);
       ensures  apart:  FlowPoolAlone(capacity);
       ensures  fresh:  FlowPoolFresh(capacity);
       ensures  seats:  FlowSeats(capacity);
       ensures  count:  FlowCount(0); @/
    void flow_model_give(uint32_t capacity, uint32_t classes, uint32_t s)
    {
      uint32_t p = flow_seats.place[s], last = flow_seats.slot[flow_seats.count - 1];

      /@ assert used: p < flow_seats.count && s < flow_fresh; @/
      flow_next[s] = flow_free;
      flow_free = s;
      flow_rank[s] = flow_height;
      flow_height = flow_height + 1;
      flow_seats.count = flow_seats.count - 1;
      flow_seats.slot[p] = last;
      flow_seats.place[last] = p;
      flow_seats.slot[flow_seats.count] = s;
      flow_seats.place[s] = flow_seats.count;
      flow_line[s] = FLOW_LINE_NONE;
    } */

#endif

#endif
