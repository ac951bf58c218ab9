# SPDX-License-Identifier: BSD-3-Clause
"""The router on generated traffic: see agreement.py."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agreement
import generate_router


class Router(agreement.Agreement, unittest.TestCase):
    NAME, PORTS, SENT, DROPPED = "router", generate_router.PORTS, 1500, 1200
    generate = generate_router
    MISTAKES = [
        ("header checksums are not looked at", "return ipv4_checksum_right(data + ETHER_HEADER, datagram->size);", "return true;"),
        ("options are not in the header's sum", "ipv4_checksum_right(data + ETHER_HEADER, datagram->size)",
         "ipv4_checksum_right(data + ETHER_HEADER, IPV4_HEADER)"),
        ("martian senders", "if (martian(datagram->src) | martian", "if (martian"),
        ("martian destinations", " | martian(datagram->dst)", ""),
        ("everybody as a sender", " | face_is_broadcast(here, datagram->src)", ""),
        ("a directed broadcast is forwarded", "if (face_is_broadcast(there, datagram->dst))\n\t\treturn PORTS_NONE;", ""),
        ("sent with a TTL of 0", "if (ip[IPV4_TTL] <= 1)", "if (ip[IPV4_TTL] == 0)"),
        ("the last hop is not used", "if (ip[IPV4_TTL] <= 1)", "if (ip[IPV4_TTL] <= 2)"),
        ("the TTL stays", "\tipv4_age(ip);\n", ""),
        ("too big by one", "if (datagram->total > mtu)", "if (datagram->total > mtu + 1)"),
        ("too small for what just fits", "if (datagram->total > mtu)", "if (datagram->total >= mtu)"),
        ("DF is not looked at", "if ((bytes_be16(ip + IPV4_FRAGMENT) & IPV4_DONT) == 0)\n\t\t\treturn PORTS_NONE;", ""),
        ("the next link's MTU is not told", "ICMP_UNREACHABLE, ICMP_TOO_BIG, mtu)", "ICMP_UNREACHABLE, ICMP_TOO_BIG, 0)"),
        ("gateways are not used", "gateway == 0 ? datagram->dst : gateway", "datagram->dst"),
        ("fixed addresses do not win", "if (!statics_find(router->statics, &next, &link))",
         "uint32_t slot, class;\n\tif (neighbours_find(router->neighbours, &next, 0, now, &link, &slot, &class) ||\n"
         "\t    !statics_find(router->statics, &next, &link))"),
        ("echo requests to other interfaces are forwarded", "if (datagram.dst == there.address)", "if (0)"),
        ("echo requests to this interface are forwarded", "if (datagram.dst == here->address)", "if (0)"),
        ("a fragment of an echo request is answered", "& (IPV4_MORE | IPV4_OFFSET)) != 0)\n\t\treturn PORTS_NONE;",
         "& IPV4_OFFSET) != 0)\n\t\treturn PORTS_NONE;"),
        ("an echo request with options is answered", "if (datagram->size != IPV4_HEADER || ", "if ("),
        ("everything at the door is a port", "ip[IPV4_PROTOCOL] == L4_UDP ? ICMP_PORT_UNREACHABLE : ICMP_PROTOCOL_UNREACHABLE",
         "ICMP_PORT_UNREACHABLE"),
        ("no route, no word", "return icmp_complain(packet, here, &datagram, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE, 0);",
         "return PORTS_NONE;"),
        ("frames to others are taken", "if (type == ETHER_IPV4 && mine)", "if (type == ETHER_IPV4)"),
        ("frames to everybody are taken", "if (type == ETHER_IPV4 && mine)",
         "if (type == ETHER_IPV4 && (mine || ether_is_broadcast(frame)))"),
        ("ARP for others is heard", "if (type == ETHER_ARP && (mine || ether_is_broadcast(frame)))", "if (type == ETHER_ARP)"),
        ("groups may send", "(frame[ETHER_SOURCE] & 1) != 0 ||\n\t\t", ""),
        ("neighbours of a fixed lifetime", ".lifetime = { option[OPTION_LIFETIME].lo }", ".lifetime = { 300 * SECOND }"),
    ]


if __name__ == "__main__":
    unittest.main()
