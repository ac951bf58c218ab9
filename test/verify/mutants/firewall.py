# SPDX-License-Identifier: GPL-2.0-or-later
"""One-place mistakes in the firewall and in its specification, each of which happened in somebody's code.

(name, file, what stands there, what is put in its place). The text must occur exactly once."""

PROGRAM = [
    ("a refresh forgotten: the outside's answers do not keep a query's flow alive", "firewall.c",
     "return flows_refresh(&fw->flows, &key, packet->hint, now, &unused, &slot);",
     "return flows_find(&fw->flows, &key, packet->hint, now, &unused, &slot);"),
    ("refresh on a spoofed packet: an RST from outside prolongs a closing flow", "firewall.c",
     "if (!crossing.outbound && (flags & TCP_RST))\n\t\tlive = flows_find(",
     "if (!crossing.outbound && (flags & TCP_RST))\n\t\tlive = flows_refresh("),
    ("source and destination not swapped for the outside", "firewall.c",
     "flow_key_of(packet->data, &seen, crossing.pair.inside, !crossing.outbound, &key);\n\tif (!crossing.outbound)\n",
     "flow_key_of(packet->data, &seen, crossing.pair.inside, false, &key);\n\tif (!crossing.outbound)\n"),
    ("accepted from the wrong side: later fragments and other protocols from outside", "firewall.c",
     "they belong to no flow. */\n\treturn crossing.outbound;\n", "they belong to no flow. */\n\treturn true;\n"),
    ("what is not whole passes", "firewall.c",
     "if (seen.kind == NET_FLOW_BROKEN)\n\t\treturn false;", "if (seen.kind == NET_FLOW_BROKEN)\n\t\treturn crossing.outbound;"),
    ("any TCP packet opens a flow", "firewall.c",
     "} else if (crossing.outbound && tcp_opens(flags)) {", "} else if (crossing.outbound) {"),
    ("half a close closes: a FIN from one side alone ends the flow", "firewall.c",
     "tcp.ends.fin_outside = 1;\n\t\ttcp.class = tcp.ends.fin_inside ? CLOSING : tcp.class;",
     "tcp.ends.fin_outside = 1;\n\t\ttcp.class = CLOSING;"),
    ("an RST in a SYN is overlooked", "firewall.c",
     "return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;", "return (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;"),
    ("a stale key: an error's quote is read with the ends swapped", "firewall.c",
     "flow_key_of(data, &quoted, pair, false, &key);", "flow_key_of(data, &quoted, pair, true, &key);"),
    ("the endpoint check dropped: any quoted ICMP counts as the inside's request", "firewall.c",
     "if (quoted.kind == NET_FLOW_ICMP && data[quoted.l4] != request)\n\t\treturn false;\n", ""),
    ("off by one in the length of ARP", "firewall.c",
     "return packet->length - ETHER_HEADER >= ARP_SIZE;", "return packet->length - ETHER_HEADER > ARP_SIZE;"),
    ("sent back to where it came from", "firewall.c",
     "return port_only(crossing.outbound ? crossing.pair.outside : crossing.pair.inside);",
     "return port_only(crossing.outbound ? crossing.pair.inside : crossing.pair.outside);"),
    ("one payload byte touched", "firewall.c",
     "\tif (!passes(fw, packet, crossing, now))\n\t\treturn PORTS_NONE;\n",
     "\tif (!passes(fw, packet, crossing, now))\n\t\treturn PORTS_NONE;\n\tif (packet->length > 60)\n\t\tpacket->data[60] ^= 1;\n"),
    ("a length check deleted: the EtherType is read from a frame of any length", "firewall.c",
     "if (packet->length < ETHER_HEADER)\n\t\treturn false;\n",
     "if (packet->data[12] == 0x81)\n\t\treturn false;\n\tif (packet->length < ETHER_HEADER)\n\t\treturn false;\n"),
]

SPECIFICATION = [
    ("the specification lets ARP in one direction only", "spec.py",
     "case Arp():\n            return True", "case Arp():\n            return packet.port == pair.inside"),
]
