/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/replay/scene.h -- one path of a network function as the verifier predicts it, as text.
 *
 * Words are separated by blanks. Addresses, results, hints and values are hexadecimal, as are BYTES ("-"
 * for none); everything else is decimal. # starts a comment line.
 *
 *     path N
 *     block ADDRESS BYTES        memory at exactly that address; several are allowed, overlaps are not
 *     state ADDRESS              what nf_process gets as its state
 *     packet BYTES headroom H tailroom T port P hint X now NANOSECONDS
 *     stage N                    nf_hint is called, for this stage with the packet's hint, instead of nf_process
 *     call NAME RESULT OUT BYTES a call that must come next: what it answers ("void": nothing), and the bytes
 *                                that it stores where argument OUT (0..5, or "-") points
 *     also OUT BYTES             of the last call: bytes that it stores where one more argument points
 *     value INDEX VALUE          of the last call: this argument (0..5) must have that value
 *     points INDEX BYTES         of the last call: this argument must point to those bytes
 *     expect RESULT OFFSET BYTES what nf_process answers, how far packet->data has moved, the packet then
 *     after ADDRESS BYTES        what a part of a block holds then
 *     end */
#ifndef VERIFY_REPLAY_SCENE_H
#define VERIFY_REPLAY_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

#define SCENE_ARGUMENTS 6u

struct scene_bytes {
	uint8_t *at;
	size_t size;
};

struct scene_block {
	uint64_t address;
	struct scene_bytes bytes;
};

/* What is demanded of one argument; both, either or nothing. */
struct scene_argument {
	bool has_value, has_target;
	uint64_t value;
	struct scene_bytes target;
};

struct scene_call {
	char *name;
	bool answers;
	uint64_t result;
	uint64_t out;              /* < SCENE_ARGUMENTS; it matters only if something is stored */
	struct scene_bytes stored;
	uint64_t also_out;
	struct scene_bytes also;
	struct scene_argument argument[SCENE_ARGUMENTS];
};

struct scene {
	uint64_t number;
	struct scene_block *block;
	struct scene_call *call;
	struct scene_block *after; /* each inside one block */
	size_t blocks, calls, afters;
	uint64_t state;

	struct scene_bytes packet;
	uint64_t headroom, tailroom, port, hint, now;
	bool hints; /* nf_hint is called */
	uint64_t stage;

	uint64_t result;
	int64_t offset;
	struct scene_bytes sent;
};

/* Where a reader stands. Starts as { .stream = … }; scene_close gives its line buffer back. */
struct scene_reader {
	FILE *stream;
	uint64_t line;
	char *text;
	size_t room;
	unsigned seen; /* which of the items that come once have come */
};

/* Reads the next scene. False at the end of the stream, and when what is there is no scene: then err is
 * set and nothing is to be freed. */
bool scene_read(struct scene_reader *reader, struct scene *scene, struct err *err);

void scene_free(struct scene *scene);
void scene_close(struct scene_reader *reader);

#endif
