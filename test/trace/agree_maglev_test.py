# SPDX-License-Identifier: BSD-3-Clause
"""The load balancer on generated traffic: see agreement.py."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agreement
import generate_maglev


class Maglev(agreement.Agreement, unittest.TestCase):
    NAME, PORTS, SENT, DROPPED = "maglev", generate_maglev.PORTS, 1500, 1200
    generate = generate_maglev
    MISTAKES = [
        ("heartbeats through any port", " || backend.port != packet->port", ""),
        ("heartbeats of anybody", "if (!backends_find(m->backends, &from, &backend) || backend.port != packet->port)",
         "if (backends_find(m->backends, &from, &backend) && backend.port != packet->port)"),
        ("heartbeats do not refresh", "if (!alive_refresh(m->alive, &from, 0, now, &health, &slot, &class))",
         "if (!alive_find(m->alive, &from, 0, now, &health, &slot, &class))"),
        ("a refreshed backend is new", "if (!alive_refresh(m->alive, &from, 0, now, &health, &slot, &class))\n", ""),
        ("heartbeats are spread like others", "\t\thear(m, packet, &seen, now);\n\t\treturn PORTS_NONE;\n",
         "\t\thear(m, packet, &seen, now);\n"),
        ("a dead backend keeps its flows", "return alive_find(m->alive, who, 0, now, &health, &slot, &class) && ",
         "return "),
        ("flows have no affinity", "flows_find(m->flows, flow, hint, now, who, &slot, &class) && still_there", "0 && still_there"),
        ("known flows are not refreshed", "\t\tflows_set(m->flows, slot, now, 0, who);\n", ""),
        ("flows are not remembered", "\t(void)flows_insert(m->flows, flow, hint, now, 0, who);\n", ""),
        ("affinity is not looked at", "(ports & -(uint64_t)(service->affinity == AFFINITY_FLOW))", "ports"),
        ("clients only", "(ports & -(uint64_t)(service->affinity == AFFINITY_FLOW))", "0"),
        ("the protocol is not hashed", "<< 8 | flow->protocol,", "<< 8,"),
        ("UDP services are TCP's too", "seen->kind == NET_FLOW_TCP ? VIP_TCP : VIP_UDP", "VIP_UDP"),
        ("first fragments are not noted", "if (seen->more + datagram_known(packet->data, seen) == 2)", "if (0)"),
        ("every packet is a first fragment", "if (seen->more + datagram_known(packet->data, seen) == 2)",
         "if (datagram_known(packet->data, seen))"),
        ("datagrams of different protocols are one", "\t\tdatagram.protocol = ip[IPV4_PROTOCOL];\n", ""),
        ("the fragment header is anywhere", "(ip[IPV6_NEXT] == IPV6_FRAGMENT) & ", ""),
        ("later fragments to the dead", "!still_there(m, &who, now, &backend))\n\t\treturn PORTS_NONE;\n\treturn deliver",
         "!backends_find(m->backends, &who, &backend))\n\t\treturn PORTS_NONE;\n\treturn deliver"),
        ("everything by dsr", "if (backend->delivery == DELIVERY_DSR)", "if (1)"),
        ("tunnels have no MTU", "tunnel.h", "(unsigned)(outer + size <= tunnel->mtu)", "1"),
        ("what just fits does not", "tunnel.h", "outer + size <= tunnel->mtu", "outer + size < tunnel->mtu"),
        ("the outer header is not counted", "tunnel.h", "outer + size <= tunnel->mtu", "size <= tunnel->mtu"),
        ("loops from this end", "tunnel.h", "!(four & address_equal(src, &tunnel->address4))", "1"),
        ("loops from the other end", "tunnel.h", "!address_equal(src, to)", "1"),
        ("padding goes into the tunnel", "tunnel.h", "packet_resize_back(packet, seen->end) && ", ""),
        ("the class is not copied", "tunnel.h", "\theader[1] = inner->class;\n", ""),
        ("half the traffic class", "tunnel.h", "\theader[1] = (uint8_t)(inner->class << 4);\n", ""),
        ("the length of the inner packet", "tunnel.h", "(uint16_t)(IPV4_HEADER + inner->size)", "(uint16_t)inner->size"),
        ("no checksum", "tunnel.h",
         "\tbytes_put_raw16(header + IPV4_CHECKSUM, (uint16_t)~checksum_add(0, header, IPV4_HEADER));\n", ""),
        ("fragments may be made of it", "tunnel.h", "\theader[IPV4_FRAGMENT] = IPV4_DONT_FRAGMENT;\n", ""),
        ("IPv6 inside is called IPv4", "tunnel.h", "four ? IPV4_ENCAPSULATED : IPV6_ENCAPSULATED", "IPV4_ENCAPSULATED"),
        ("the frame keeps its type", "tunnel.h",
         "mac, ETHER_IPV4);", "mac, seen->version == 4 ? ETHER_IPV4 : ETHER_IPV6);"),
    ]


if __name__ == "__main__":
    unittest.main()
