# SPDX-License-Identifier: GPL-2.0-or-later
"""One-place mistakes in the router and in its specification, each of which happened in somebody's code.

(name, file, what stands there, what is put in its place). The text must occur exactly once."""

PROGRAM = [
    ("header checksums are not looked at", "router.c",
     "return ipv4_checksum_right(data + ETHER_HEADER, datagram->size);", "return true;"),
    ("the header's checksum without its options", "router.c",
     "ipv4_checksum_right(data + ETHER_HEADER, datagram->size)", "ipv4_checksum_right(data + ETHER_HEADER, IPV4_HEADER)"),
    ("sent with a TTL of 0", "router.c", "if (ip[IPV4_TTL] <= 1)", "if (ip[IPV4_TTL] == 0)"),
    ("martian senders are let through", "router.c", "if (martian(datagram->src) | martian", "if (martian"),
    ("class E is no martian", "martians.h", "(network >= 224)", "((network >= 224) & (network < 240))"),
    ("a directed broadcast is forwarded", "router.c",
     "\tif (face_is_broadcast(there, datagram->dst))\n\t\treturn PORTS_NONE;\n", ""),
    ("a point-to-point link has a broadcast address", "tables.h", "(face->host_bits >= 2)", "(face->host_bits >= 1)"),
    ("off by one in the host bits", "tables.h", ".host_bits = 32 - (uint64_t)interface.length",
     ".host_bits = 31 - (uint64_t)interface.length"),
    ("a length check deleted: a datagram longer than its frame", "router.c",
     "if (datagram->total < datagram->size || datagram->total > length - ETHER_HEADER)",
     "if (datagram->total < datagram->size)"),
    ("a length check deleted: frames of any length", "router.c", "packet->length < ETHER_HEADER || (frame", "(frame"),
    ("off by one in the MTU", "router.c", "if (datagram->total > mtu)", "if (datagram->total > mtu + 1)"),
    ("DF is not looked at", "router.c",
     "\t\tif ((bytes_be16(ip + IPV4_FRAGMENT) & IPV4_DONT) == 0)\n\t\t\treturn PORTS_NONE;\n", ""),
    ("gateways are ignored where there is one", "router.c", "gateway == 0 ? datagram->dst : gateway", "datagram->dst"),
    ("the gateway's bytes are not turned", "router.c", "__builtin_bswap32(hop.gateway)", "hop.gateway"),
    ("routed by the sender", "router.c", "routes_find(router->routes, datagram.dst, &hop)",
     "routes_find(router->routes, datagram.src, &hop)"),
    ("frames to others are taken", "router.c", "if (type == ETHER_IPV4 && mine)", "if (type == ETHER_IPV4)"),
    ("fixed neighbours are not consulted", "router.c", "if (!statics_find(router->statics, &next, &link))",
     "if (!statics_find(router->statics, &next, &link) || there->port == 0)"),
    ("an echo reply with the request's checksum", "icmp.h",
     "\tbytes_put_raw16(icmp + ICMP_CHECKSUM,\n"
     "\t\tchecksum_update16(bytes_raw16(icmp + ICMP_CHECKSUM), kind, bytes_raw16(icmp)));\n", ""),
    ("the carry forgotten in the echo reply's checksum (RFC 1141)", "icmp.h",
     "checksum_update16(bytes_raw16(icmp + ICMP_CHECKSUM), kind, bytes_raw16(icmp))",
     "(uint16_t)(bytes_raw16(icmp + ICMP_CHECKSUM) + 8)"),
    ("errors about redirects", "icmp.h", " | (type == ICMP_REDIRECT) |", " |"),
    ("errors about later fragments", "icmp.h",
     "about->total - about->size < ICMP_QUOTED_L4 || (bytes_be16(ip + IPV4_FRAGMENT) & IPV4_OFFSET) != 0",
     "about->total - about->size < ICMP_QUOTED_L4"),
    ("an error's Ethernet type is what the buffer held", "icmp.h",
     "\tbytes_put_be16(packet->data + ETHER_TYPE, ETHER_IPV4);\n", ""),
    ("the MTU is told in the wrong place", "icmp.h", "bytes_put_be32(icmp + 4, (uint32_t)mtu);",
     "bytes_put_be32(icmp + 4, (uint32_t)mtu << 16);"),
    ("the quote counts as if it had no options", "icmp.h", "icmp + ICMP_QUOTE + size, ICMP_QUOTED_L4",
     "icmp + ICMP_QUOTE + IPV4_HEADER, ICMP_QUOTED_L4"),
    ("what it says itself has no hop to go", "icmp.h", "#define ROUTER_TTL 64u ", "#define ROUTER_TTL 0u "),
    ("an error's header counts its old checksum", "icmp.h", "\tbytes_put_raw16(ip + IPV4_CHECKSUM, 0);\n", ""),
]

SPECIFICATION = [
    ("no identification may be 0", "spec.py", ".identification, otherwise=0)",
     ".identification, otherwise=1, where=lambda value: value != 0)"),
    ("a TTL of 1 is enough", "spec.py", "if ip.ttl <= 1:", "if ip.ttl == 0:"),
    ("any header checksum will do", "spec.py", " or not ip.checksum_right:", ":"),
    ("what just fits is too big", "spec.py", "if ip.total_length > there.mtu:", "if ip.total_length >= there.mtu:"),
    ("routed by the sender", "spec.py", "config.routes.longest(ip.dst)", "config.routes.longest(ip.src)"),
    ("a quote without options", "spec.py", "ip.ihl * 4 + 8\n", "28\n"),
    ("errors about source quench", "spec.py", "UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM):",
     "UNREACHABLE, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM):"),
    ("a learned neighbour wins", "spec.py", "    if link is None:\n        return send(",
     "    if link is None or Neighbour(address, there.port) in state.neighbours:\n        return send("),
]

# What is sent was made from what lay around the packet: found at once, but no run of the real function confirms it.
UNKNOWN = ["an error's header counts its old checksum"]
