# SPDX-License-Identifier: BSD-3-Clause
"""The firewall on generated traffic: see agreement.py."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agreement
import generate


class Firewall(agreement.Agreement, unittest.TestCase):
    NAME, PORTS, SENT, DROPPED = "firewall", 2, 2000, 1000
    generate = generate
    MISTAKES = [
        ("opens by any segment", "return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;", "return (flags & TCP_SYN) != 0;"),
        ("reset from outside refreshes", "if (!crossing.outbound && (flags & TCP_RST))", "if (now == 0)"),
        ("reset from inside forgotten", "	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else if", "	if"),
        ("asking anew keeps the FINs", "tcp = (struct flow_state){ .class = OPENING };", "tcp.class = OPENING;"),
        ("one FIN closes", "tcp.class = tcp.ends.fin_outside ? CLOSING : tcp.class;", "tcp.class = CLOSING;"),
        ("answer never establishes", "tcp.class = ESTABLISHED;", "tcp.class = OPENING;"),
        ("error about anybody's packet", "return flows_find(&fw->flows, &key, 0, now, &unused, &slot);",
         "(void)key, (void)slot, (void)unused, (void)now; return true;"),
        ("error refreshes", "return flows_find(&fw->flows, &key, 0, now, &unused, &slot);",
         "return flows_refresh(&fw->flows, &key, 0, now, &unused, &slot);"),
        ("quoted reply counts", "data[quoted.l4] != request", "data[quoted.l4] > 129"),
        ("source quench is an error", "type == ICMP_UNREACHABLE ||", "type == ICMP_UNREACHABLE || type == 4 ||"),
        ("discovery has one type less", "type <= ICMP6_DISCOVERY_LAST", "type < ICMP6_DISCOVERY_LAST"),
        ("short ARP", ">= ARP_SIZE", ">= ARP_SIZE - 1"),
        ("broken passes outwards", "	if (seen.kind == NET_FLOW_BROKEN)\n		return false;\n", ""),
        ("later fragments pass inwards", "	return crossing.outbound;\n", "	return crossing.outbound || seen.kind == NET_FLOW_LATER;\n"),
        ("full table stops the packet", "	flows_open(&fw->flows, &key, packet->hint, now, class);\n	return true;",
         "	flows_open(&fw->flows, &key, packet->hint, now, class);\n"
         "	return flows_find(&fw->flows, &key, 0, now, &unused, &slot);"),
        ("echo lives as long as UDP", "crossing, now, ECHO);", "crossing, now, UDP);"),
    ]


if __name__ == "__main__":
    unittest.main()
