/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SECOND 1000000000u
#define LAST_SECOND (UINT64_MAX / SECOND - 1)
#define SNAPLEN 262144 /* what libpcap's own tools write */

struct capture_reader {
	pcap_t *pcap;
	bool ready; /* data, length, stamp hold the next frame */
	bool ended;
	const uint8_t *data;
	uint64_t length, stamp;
};

struct capture_writer {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	char *path;
	bool failed;
};

static pcap_t *
open_file(const char *path, struct err *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	struct stat about;
	pcap_t *pcap;

	if (stat(path, &about) != 0) {
		err_set(err, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (!S_ISREG(about.st_mode)) {
		err_set(err, "%s: not a regular file; captures are read twice, so no pipe will do", path);
		return NULL;
	}
	pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (pcap == NULL) {
		err_set(err, "%s: not a capture that can be read (byte 0): %s", path, reason);
		return NULL;
	}
	if (pcap_datalink(pcap) == DLT_EN10MB)
		return pcap;
	err_set(err, "%s: its frames are not Ethernet but \"%s\"; capture on an Ethernet interface", path,
		pcap_datalink_val_to_description_or_dlt(pcap_datalink(pcap)));
	pcap_close(pcap);
	return NULL;
}

static bool
stamp_of(const struct pcap_pkthdr *header, uint64_t *stamp)
{
	if (header->ts.tv_sec < 0 || (uint64_t)header->ts.tv_sec > LAST_SECOND || header->ts.tv_usec < 0)
		return false;
	*stamp = (uint64_t)header->ts.tv_sec * SECOND + (uint64_t)header->ts.tv_usec;
	return true;
}

static bool
examine(const char *path, pcap_t *pcap, struct capture_census *census, struct err *err)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	uint64_t stamp;
	int64_t at;
	int got;

	for (;;) {
		at = (int64_t)ftello(pcap_file(pcap));
		got = pcap_next_ex(pcap, &header, &data);
		if (got == PCAP_ERROR_BREAK)
			return true;
		if (got != 1)
			return err_set(err, "%s: broken at frame %" PRIu64 ", byte %" PRId64 ": %s", path, census->frames + 1,
				at, pcap_geterr(pcap));
		if (!stamp_of(header, &stamp))
			return err_set(err, "%s: frame %" PRIu64 ", byte %" PRId64 ": its time is out of range", path,
				census->frames + 1, at);
		census->frames++;
		census->cut += header->caplen < header->len;
	}
}

bool
capture_examine(const char *path, struct capture_census *census, struct err *err)
{
	pcap_t *const pcap = open_file(path, err);
	bool whole;

	*census = (struct capture_census){ 0 };
	if (pcap == NULL)
		return false;
	whole = examine(path, pcap, census, err);
	pcap_close(pcap);
	return whole;
}

struct capture_reader *
capture_open(const char *path, struct err *err)
{
	struct capture_reader *const reader = calloc(1, sizeof *reader);

	if (reader == NULL) {
		err_set(err, "%s: out of memory", path);
		return NULL;
	}
	reader->pcap = open_file(path, err);
	if (reader->pcap != NULL)
		return reader;
	free(reader);
	return NULL;
}

bool
capture_peek(struct capture_reader *reader, const uint8_t **data, uint64_t *length, uint64_t *stamp)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;

	if (!reader->ready && !reader->ended) {
		if (pcap_next_ex(reader->pcap, &header, &bytes) == 1 && stamp_of(header, &reader->stamp)) {
			reader->ready = true;
			reader->data = bytes;
			reader->length = header->caplen;
		} else {
			reader->ended = true;
		}
	}
	*data = reader->data;
	*length = reader->length;
	*stamp = reader->stamp;
	return reader->ready;
}

void
capture_advance(struct capture_reader *reader)
{
	reader->ready = false;
}

void
capture_close(struct capture_reader *reader)
{
	if (reader == NULL)
		return;
	pcap_close(reader->pcap);
	free(reader);
}

struct capture_writer *
capture_create(const char *path, struct err *err)
{
	struct capture_writer *const writer = calloc(1, sizeof *writer);

	if (writer == NULL || (writer->path = strdup(path)) == NULL ||
	    (writer->pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, SNAPLEN,
		PCAP_TSTAMP_PRECISION_NANO)) == NULL) {
		err_set(err, "%s: out of memory", path);
		capture_finish(writer, err);
		return NULL;
	}
	writer->dumper = pcap_dump_open(writer->pcap, path);
	if (writer->dumper == NULL) {
		err_set(err, "%s: cannot be written: %s", path, strerror(errno));
		capture_finish(writer, err);
		return NULL;
	}
	return writer;
}

void
capture_write(struct capture_writer *writer, const uint8_t *data, uint64_t length, uint64_t stamp)
{
	const struct pcap_pkthdr header = {
		.ts = { .tv_sec = (time_t)(stamp / SECOND), .tv_usec = (suseconds_t)(stamp % SECOND) },
		.caplen = (bpf_u_int32)length,
		.len = (bpf_u_int32)length,
	};

	pcap_dump((u_char *)writer->dumper, &header, data);
	writer->failed |= ferror(pcap_dump_file(writer->dumper)) != 0;
}

bool
capture_finish(struct capture_writer *writer, struct err *err)
{
	bool whole = true;

	if (writer == NULL)
		return true;
	if (writer->dumper != NULL) {
		whole = pcap_dump_flush(writer->dumper) == 0 && !writer->failed;
		if (!whole)
			err_set(err, "%s: not written in full: %s", writer->path, strerror(errno));
		pcap_dump_close(writer->dumper);
	}
	if (writer->pcap != NULL)
		pcap_close(writer->pcap);
	free(writer->path);
	free(writer);
	return whole;
}
