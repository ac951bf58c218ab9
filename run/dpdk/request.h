/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/request.h -- what a --port argument asks for.
 *
 *     pcap:IN[:OUT]     frames from one capture file, frames into another (no OUT: they are dropped;
 *                       no IN: none come in)
 *     af_packet:IFACE   a network interface of this machine (DPDK's driver shows the outer tag of an
 *                       802.1ad frame as 0x8100: Linux takes it out, and the driver forgets its type)
 *     dev:DEVARGS       a DPDK virtual device, as DPDK's --vdev takes it
 *     pci:ADDRESS       a network card that DPDK may drive */
#ifndef RUN_DPDK_REQUEST_H
#define RUN_DPDK_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define REQUEST_TEXT 512u

enum request_kind {
	REQUEST_FILE,
	REQUEST_VIRTUAL, /* a device that DPDK makes up from devargs */
	REQUEST_PCI,
};

struct request {
	const char *text;           /* as the user wrote it */
	enum request_kind kind;
	char in[REQUEST_TEXT];      /* REQUEST_FILE; empty: none */
	char out[REQUEST_TEXT];
	char devargs[REQUEST_TEXT]; /* others; DPDK's */
	char name[REQUEST_TEXT];    /* by which DPDK then knows the device */
};

/* index: which port it will be. text must outlive the request. */
bool request_parse(const char *text, uint32_t index, struct request *request, struct err *err);

#endif
