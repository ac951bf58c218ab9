# SPDX-License-Identifier: GPL-2.0-or-later
"""One-place mistakes in the load balancer and in its specification, each of which happened in somebody's code.

(name, file, what stands there, what is put in its place). The text must occur exactly once."""

PROGRAM = [
    ("heartbeats count through any port", "maglev.c", " || backend.port != packet->port", ""),
    ("heartbeats do not refresh", "maglev.c", "if (!alive_refresh(m->alive, &from, 0, now, &health, &slot, &class))",
     "if (!alive_find(m->alive, &from, 0, now, &health, &slot, &class))"),
    ("heartbeats are spread like others", "maglev.c", "\t\thear(m, packet, &seen, now);\n\t\treturn PORTS_NONE;\n",
     "\t\thear(m, packet, &seen, now);\n"),
    ("a dead backend keeps its flows", "maglev.c",
     "return alive_find(m->alive, who, 0, now, &health, &slot, &class) && ", "(void)now, (void)health, (void)slot, (void)class;\n\treturn "),
    ("flows have no affinity", "maglev.c", "flows_find(m->flows, flow, hint, now, who, &slot, &class) && still_there",
     "flows_find(m->flows, flow, hint, now, who, &slot, &class) && flow->src_port != 0 && still_there"),
    ("known flows are not refreshed", "maglev.c", "\t\tflows_set(m->flows, slot, now, 0, who);\n", ""),
    ("a full table loses the packet", "maglev.c", "\t(void)flows_insert(m->flows, flow, hint, now, 0, who);\n\treturn true;\n",
     "\treturn flows_insert(m->flows, flow, hint, now, 0, who);\n"),
    ("affinity is not looked at", "maglev.c", "(ports & -(uint64_t)(service->affinity == AFFINITY_FLOW))", "ports"),
    ("UDP services are TCP's too", "maglev.c", "seen->kind == NET_FLOW_TCP ? VIP_TCP : VIP_UDP", "VIP_UDP"),
    ("source and destination confused in the service", "maglev.c", "const struct vip vip = { flow.dst,", "const struct vip vip = { flow.src,"),
    ("a fragment's middle is read as ports", "maglev.c", "if (seen.kind == NET_FLOW_LATER)", "if (seen.kind == NET_FLOW_LATER && seen.version == 6)"),
    ("datagrams of different protocols are one", "maglev.c", "\t\tdatagram.protocol = ip[IPV4_PROTOCOL];\n", ""),
    ("the fragment header is anywhere", "maglev.c", "(ip[IPV6_NEXT] == IPV6_FRAGMENT) & ", ""),
    ("later fragments to the dead", "maglev.c", "!still_there(m, &who, now, &backend))\n\t\treturn PORTS_NONE;\n\treturn deliver",
     "!backends_find(m->backends, &who, &backend))\n\t\treturn PORTS_NONE;\n\treturn deliver"),
    ("off by one in the MTU", "tunnel.h", "outer + size <= tunnel->mtu", "outer + size <= tunnel->mtu + 1"),
    ("padding goes into the tunnel", "tunnel.h", "packet_resize_back(packet, seen->end) && ", ""),
    ("an outer byte is what the buffer held", "tunnel.h", "\tmemset(header, 0, IPV4_HEADER);\n", "\tmemset(header, 0, IPV4_FRAGMENT);\n"),
    ("the checksum counts what the buffer held", "tunnel.h", "(uint16_t)~checksum_add(0, header, IPV4_HEADER)",
     "(uint16_t)~checksum_add(0, header, IPV4_HEADER + 2)"),
    ("loops through the tunnel's end", "tunnel.h", "!address_equal(src, to)", "1"),
    ("the wrong end of the tunnel", "tunnel.h", "&inner, &tunnel->address4, to)", "&inner, &tunnel->address6, to)"),
    ("IPv6 inside is called IPv4", "tunnel.h", "four ? IPV4_ENCAPSULATED : IPV6_ENCAPSULATED", "IPV4_ENCAPSULATED"),
]

SPECIFICATION = [
    ("anybody keeps a backend alive", "spec.py", " and backend.port == packet.port", ""),
    ("any of its packets is a heartbeat", "spec.py", "ip.udp is not None and ip.udp.dst_port == config.heartbeat_port",
     "ip.udp is not None"),
    ("the dead keep their flows", "spec.py", "config.backends.find(address) if address in state.alive else None",
     "config.backends.find(address)"),
    ("flows are hashed without their ports", "spec.py", "select(service.affinity == FLOW,", "select(service.affinity == CLIENT,"),
    ("later fragments by their address alone", "spec.py", "ip.identification, ip.protocol)\n    if ip.next", "ip.identification, 0)\n    if ip.next"),
    ("Don't Fragment is copied from nowhere", "spec.py", "otherwise=0), 0x4000", "otherwise=0), 0"),
    ("known flows are not refreshed", "spec.py", "            state.flows.refresh(flow)\n", ""),
]

# Only the proof finds these, or packets that it has made worth looking for.
SLOW = ["heartbeats are spread like others", "flows have no affinity", "the fragment header is anywhere", "off by one in the MTU"]
