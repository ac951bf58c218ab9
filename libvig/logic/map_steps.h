/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/map_steps.h -- what a step from state A to state B leaves of one instance of map: included by
 * map_body.h. A function shows which cells are alike; that it is a map again, follows here, each invariant by a
 * lemma of its own, so that no prover sees more than it needs. */

/* Lemmas of cells that are all as before. */
/*@ predicate MAP_FN(same){A,B}(struct MAP_FN(cell) *m, integer cells) =
      \forall integer t; 0 <= t < cells ==> \let s = t;
        (MAP_KEYS_ALIKE && \at(m[s].value, A) == \at(m[t].value, B) && \at(m[s].mark, A) == \at(m[t].mark, B));

    lemma MAP_FN(same_homes){A,B}: \forall uint64_t *secret, struct MAP_FN(cell) *m, integer cells;
      MAP_FN(same){A,B}(m, cells) && MAP_FN(homes){A}(secret, m, cells) ==> MAP_FN(homes){B}(secret, m, cells);
    lemma MAP_FN(same_paths){A,B}: \forall struct MAP_FN(cell) *m, integer cells, hole;
      MAP_FN(same){A,B}(m, cells) && MAP_FN(paths){A}(m, cells, hole) ==> MAP_FN(paths){B}(m, cells, hole);
    lemma MAP_FN(same_unique){A,B}: \forall struct MAP_FN(cell) *m, integer cells;
      MAP_FN(same){A,B}(m, cells) && MAP_FN(unique){A}(m, cells) ==> MAP_FN(unique){B}(m, cells);
    lemma MAP_FN(same_is){A,B}: \forall struct MAP_FN(cell) *m, integer cells, s, MAP_INTS(k);
      MAP_FN(same){A,B}(m, cells) && MAP_FN(is){B}(m, cells, s, MAP_PASS(k)) ==>
      MAP_FN(is){A}(m, cells, s, MAP_PASS(k));
    lemma MAP_FN(same_has){A,B}: \forall struct MAP_FN(cell) *m, integer cells, MAP_INTS(k);
      MAP_FN(same){A,B}(m, cells) && MAP_FN(has){B}(m, cells, MAP_PASS(k)) ==>
      MAP_FN(has){A}(m, cells, MAP_PASS(k));
    lemma MAP_FN(same_maps){A,B}: \forall struct MAP_FN(cell) *m, integer cells, MAP_INTS(k), integer v;
      MAP_FN(same){A,B}(m, cells) ==>
      (MAP_FN(maps){A}(m, cells, MAP_PASS(k), v) <==> MAP_FN(maps){B}(m, cells, MAP_PASS(k), v)); */

/* Lemmas of a cell's content that moved into a free one on its path. */
/*@ predicate MAP_FN(moved){A,B}(struct MAP_FN(cell) *m, integer cells, integer to, integer from) =
      0 <= to < cells && 0 <= from < cells && \at(m[to].mark, A) == 0 && \at(m[from].mark, A) != 0 &&
      MAP_FN(alike){A,B}(m, from, to) && \at(m[from].mark, B) == 0 &&
      \forall integer t; 0 <= t < cells && t != from && t != to ==> \let s = t;
        (MAP_KEYS_ALIKE && \at(m[s].value, A) == \at(m[t].value, B) && \at(m[s].mark, A) == \at(m[t].mark, B));

    lemma MAP_FN(nearer): \forall integer home, to, from, x;
      MAP_FN(between)(home, to, from) && MAP_FN(between)(home, x, to) ==>
      x != to && x != from && MAP_FN(between)(home, x, from);
    lemma MAP_FN(moved_homes){A,B}: \forall uint64_t *secret, struct MAP_FN(cell) *m, integer cells, to, from;
      MAP_FN(moved){A,B}(m, cells, to, from) && MAP_FN(homes){A}(secret, m, cells) ==>
      MAP_FN(homes){B}(secret, m, cells);
    lemma MAP_FN(moved_paths){A,B}: \forall struct MAP_FN(cell) *m, integer cells, to, from;
      MAP_FN(moved){A,B}(m, cells, to, from) && MAP_FN(paths){A}(m, cells, to) &&
      MAP_FN(between)(\at(m[from].mark, A) - 1, to, from) ==> MAP_FN(paths){B}(m, cells, from);
    lemma MAP_FN(moved_unique){A,B}: \forall struct MAP_FN(cell) *m, integer cells, to, from;
      MAP_FN(moved){A,B}(m, cells, to, from) && MAP_FN(unique){A}(m, cells) ==> MAP_FN(unique){B}(m, cells);
    lemma MAP_FN(moved_kept){A,B}: \forall struct MAP_FN(cell) *m, integer cells, to, from, MAP_INTS(k), integer v;
      MAP_FN(moved){A,B}(m, cells, to, from) && MAP_FN(maps){A}(m, cells, MAP_PASS(k), v) ==>
      MAP_FN(maps){B}(m, cells, MAP_PASS(k), v);
    lemma MAP_FN(moved_only){A,B}: \forall struct MAP_FN(cell) *m, integer cells, to, from, MAP_INTS(k), integer v;
      MAP_FN(moved){A,B}(m, cells, to, from) && MAP_FN(maps){B}(m, cells, MAP_PASS(k), v) ==>
      MAP_FN(maps){A}(m, cells, MAP_PASS(k), v); */
