/* SPDX-License-Identifier: BSD-3-Clause */
/* run/capture.h -- capture files (pcap, pcapng): read frame by frame, and written so that the same run
 * writes the same bytes. The one door to libpcap. */
#ifndef RUN_CAPTURE_H
#define RUN_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct capture_reader;
struct capture_writer;

/* What a whole file holds. */
struct capture_census {
	uint64_t frames;
	uint64_t cut; /* frames of which the file holds only the first bytes */
};

/* Reads the whole file once to find out whether it can be read: Ethernet, and whole to its end. */
bool capture_examine(const char *path, struct capture_census *census, struct err *err);

struct capture_reader *capture_open(const char *path, struct err *err);

/* The frame that capture_next would answer, without moving on; data holds until the next call for
 * this reader. False: there is none, or the file became unreadable. */
bool capture_peek(struct capture_reader *reader, const uint8_t **data, uint64_t *length, uint64_t *stamp);

/* Moves past the frame that capture_peek shows. */
void capture_advance(struct capture_reader *reader);

/* NULL is allowed. */
void capture_close(struct capture_reader *reader);

/* Makes the file anew: classic pcap, nanoseconds, Ethernet. */
struct capture_writer *capture_create(const char *path, struct err *err);

/* Adds a frame. Errors are kept for capture_finish. */
void capture_write(struct capture_writer *writer, const uint8_t *data, uint64_t length, uint64_t stamp);

/* Writes what is left and closes the file. False: it is not whole (a full disk…). NULL is allowed. */
bool capture_finish(struct capture_writer *writer, struct err *err);

#endif
