/* SPDX-License-Identifier: BSD-3-Clause */
/* net/summary.h -- marks a function whose answer depends only on its arguments and on bytes it reads. */
#ifndef NET_SUMMARY_H
#define NET_SUMMARY_H

/* A function so marked writes no memory but its own stack frame, calls nothing that does, and answers
 * in at most two registers. The verifier explores such a function once for each call and joins its
 * outcomes into one, so that what it decides inside does not multiply the caller's paths.
 *
 * The mark only suggests: the verifier checks that it is so, and nothing rests on it. It also keeps
 * the compiler from looking through the call (gcc would let a caller rely on registers that it saw
 * the callee leave alone), so the call keeps to the calling convention and nothing else. */
#if defined(__has_attribute)
#if __has_attribute(noipa)
#define NET_SUMMARY __attribute__((noipa, unused, section("vigor_summary")))
#endif
#endif
#ifndef NET_SUMMARY
#define NET_SUMMARY __attribute__((noinline, unused, section("vigor_summary")))
#endif

#endif
