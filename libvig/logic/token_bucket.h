/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/logic/token_bucket.h -- what contracts of token buckets are written with. */
#ifndef LIBVIG_LOGIC_TOKEN_BUCKET_H
#define LIBVIG_LOGIC_TOKEN_BUCKET_H

/*@ logic integer token_least(integer a, integer b) = a <= b ? a : b; */

/* More of either factor is no less of their product. */
/*@ lemma token_product_grows: \forall integer a, b, c; 0 <= a <= b && 0 <= c ==> a * c <= b * c; */

#endif
