/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/session.h -- a network function driven by lines: a question each, and its answer.
 *
 *     option NAME LO HI           record LIST LO[:HI] …       before start
 *     start                       started | refused WHY
 *     packet PORT TIME BYTES      sent MASK BYTES: the ports, and the bytes as they are then; or
 *                                 broken MASK: it answered a packet outside its buffer
 *     entry TABLE KEY TIME        absent | entry CLASS TICK VALUE
 *     slot TABLE KEY TIME         absent | slot NUMBER
 *     dump TABLE TIME             live KEY CLASS TICK VALUE SLOT …, done
 *     figures TIME                figures NAME LIVE CAPACITY REFUSED …, done
 *     tables                      table …, list …, field …, done: see run/host/tables.h
 *     options                     option NAME TYPE LO HI …, record LIST LO:HI …, done
 *     sync                        nothing, but all answers are written now
 *
 * Numbers are decimal, masks and bytes hexadecimal ("-": no bytes). Times are nanoseconds and never go
 * back. A line that cannot be obeyed ends the session: "error line N: WHY". */
#ifndef RUN_HOST_SESSION_H
#define RUN_HOST_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "run/conf.h"
#include "run/host/answers.h"
#include "run/load.h"

struct session_settings {
	const struct load *load;
	struct conf *conf;      /* what it starts as */
	uint64_t ports;
	bool guarded;
	uint8_t fill;           /* what the free bytes around a packet hold, unless guarded */
	unsigned limit_ms;      /* of processor time, for one packet; then SIGPROF ends the process */
	struct answers *answers;
};

/* Obeys standard input to its end. False: a line could not be obeyed, or the function refused to start. */
bool session_run(const struct session_settings *settings);

#endif
