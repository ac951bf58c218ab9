/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/vig.h -- what contracts say of libVig's objects without saying how they are laid out. */
#ifndef LIBVIG_LOGIC_VIG_H
#define LIBVIG_LOGIC_VIG_H

struct vig;

/* Stands for the contents of all objects: what a contract says of an object it reads from here. */
/*@ ghost extern int vig_state; */

/*@ axiomatic VigObjects {
      predicate Vig{L}(struct vig *vig) reads vig_state;

      // Objects are numbered 0 .. count - 1 in the order of their making.
      logic integer vig_objects{L}(struct vig *vig) reads vig_state;
      axiom vig_objects_natural{L}: \forall struct vig *vig; Vig(vig) ==> vig_objects(vig) >= 0;
    } */

#endif
