/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/request.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The default ring of net_af_packet makes TCP retransmit heavily; blocks of one page with two frames
 * each do not, and sending past the queueing discipline halves the cost. */
#define AF_PACKET_DEVARGS "net_af_packet%u,iface=%s,qdisc_bypass=1,blocksz=4096,framesz=2048,framecnt=4096"

static bool
copy_text(char *to, const char *from, size_t length, struct err *err)
{
	if (length >= REQUEST_TEXT)
		return err_set(err, "--port: an argument longer than %u bytes", REQUEST_TEXT - 1);
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static bool
parse_file(const char *rest, struct request *request, struct err *err)
{
	const char *const colon = strchr(rest, ':');
	const size_t length = colon != NULL ? (size_t)(colon - rest) : strlen(rest);

	request->kind = REQUEST_FILE;
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return err_set(err, "--port %s: two files at most; names with a colon in them will not do", request->text);
	if (!copy_text(request->in, rest, length, err))
		return false;
	if (colon != NULL && !copy_text(request->out, colon + 1, strlen(colon + 1), err))
		return false;
	if (request->in[0] == '\0' && request->out[0] == '\0')
		return err_set(err, "--port %s: no file is named; write pcap:IN:OUT", request->text);
	return true;
}

static bool
parse_interface(const char *iface, uint32_t index, struct request *request, struct err *err)
{
	request->kind = REQUEST_VIRTUAL;
	if (strchr(iface, ',') != NULL || if_nametoindex(iface) == 0)
		return err_set(err, "--port %s: there is no network interface \"%s\" here; `ip link` lists them",
			request->text, iface);
	snprintf(request->devargs, sizeof request->devargs, AF_PACKET_DEVARGS, index, iface);
	snprintf(request->name, sizeof request->name, "net_af_packet%u", index);
	return true;
}

/* devargs are NAME[,key=value…]. */
static bool
parse_device(const char *devargs, enum request_kind kind, struct request *request, struct err *err)
{
	const size_t length = strcspn(devargs, ",");

	request->kind = kind;
	if (length == 0)
		return err_set(err, "--port %s: no device is named", request->text);
	return copy_text(request->devargs, devargs, strlen(devargs), err) &&
		copy_text(request->name, devargs, length, err);
}

bool
request_parse(const char *text, uint32_t index, struct request *request, struct err *err)
{
	*request = (struct request){ .text = text };
	if (strncmp(text, "pcap:", 5) == 0)
		return parse_file(text + 5, request, err);
	if (strncmp(text, "af_packet:", 10) == 0)
		return parse_interface(text + 10, index, request, err);
	if (strncmp(text, "dev:", 4) == 0)
		return parse_device(text + 4, REQUEST_VIRTUAL, request, err);
	if (strncmp(text, "pci:", 4) == 0)
		return parse_device(text + 4, REQUEST_PCI, request, err);
	return err_set(err, "--port %s: not a port; write pcap:IN:OUT, af_packet:IFACE, dev:DEVARGS or pci:ADDRESS",
		text);
}
