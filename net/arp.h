/* SPDX-License-Identifier: BSD-3-Clause */
/* net/arp.h -- ARP for IPv4 over Ethernet (RFC 826). */
#ifndef NET_ARP_H
#define NET_ARP_H

#include <stdbool.h>
#include <stdint.h>

#include "net/bytes.h"
#include "net/ether.h"

/* From the start of the ARP packet, which has ARP_SIZE bytes. */
#define ARP_SPACES 0u /* hardware 1, protocol IPv4, addresses of 6 and 4 bytes: 6 bytes */
#define ARP_OPERATION 6u
#define ARP_SENDER_MAC 8u
#define ARP_SENDER_IP 14u
#define ARP_TARGET_MAC 18u
#define ARP_TARGET_IP 24u

#define ARP_REQUEST 1u
#define ARP_REPLY 2u

#define ARP_HARDWARE_AND_PROTOCOL 0x00010800u
#define ARP_SIZES 0x0604u

/* Whether it resolves IPv4 addresses to Ethernet addresses. */
static inline bool
arp_for_ipv4(const uint8_t *arp)
{
	uint32_t spaces = bytes_be32(arp + ARP_SPACES), sizes = bytes_be16(arp + ARP_SPACES + 4);

	return (spaces == ARP_HARDWARE_AND_PROTOCOL) & (sizes == ARP_SIZES);
}

#endif
