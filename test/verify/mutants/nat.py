# SPDX-License-Identifier: GPL-2.0-or-later
"""One-place mistakes in the NAT and in its specification, each of which somebody's code had, or could have.

(name, file, what stands there, what is put in its place). The text must occur exactly once."""

PROGRAM = [
    ("unsolicited packets come in: the filter is asked and not heard", "mappings.h",
     "return contacts_find(all->contacts, &contact, 0, now, &nothing, &way->contact_slot, &class);",
     "return contacts_find(all->contacts, &contact, 0, now, &nothing, &way->contact_slot, &class) || protocol == L4_UDP;"),
    ("a UDP packet to a TCP mapping's port comes in", "mappings.h",
     "way->inside.protocol != protocol || ", ""),
    ("the port beside a mapping's leads to it too", "mappings.h",
     " || (__builtin_bswap16(way->inside.port ^ external_port) & 1) != 0", ""),
    ("two mappings share a port: slots are not counted twice", "mappings.h",
     "2 * (uint64_t)slot + parity", "(uint64_t)slot + parity"),
    ("filtered packets keep a mapping alive", "mappings.h",
     "	contact = contact_of(all, &way->inside, peer, peer_port);\n",
     "	contact = contact_of(all, &way->inside, peer, peer_port);\n"
     "	mappings_set(all->mapped, way->mapping.slot, now, way->mapping.class, &way->mapping.session);\n"),
    ("outbound packets do not keep a mapping alive", "mappings.h",
     "if (mappings_refresh(", "if (mappings_find("),
    ("a RST from outside keeps a closed connection alive", "mappings.h",
     "	if ((flags & TCP_RST) && is.class == was.class && is.several == was.several)\n		return;\n", ""),
    ("one connection of several ends the mapping", "mappings.h",
     "		return (struct tcp_state){ .class = ESTABLISHED, .several = 1 };\n	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else",
     "		return (struct tcp_state){ .class = tcp.class, .several = 1 };\n	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else"),
    ("any segment opens", "mappings.h",
     "return tcp_opens(flags) && mappings_add(", "return mappings_add("),
    ("an ICMP error keeps a mapping alive", "mappings.h",
     "	if (!mappings_find(all->mapped, &inside, 0, now, &mapping.session, &mapping.slot, &mapping.class))\n		return false;\n	quoted",
     "	if (!mappings_refresh(all->mapped, &inside, 0, now, &mapping.session, &mapping.slot, &mapping.class))\n		return false;\n	quoted"),
    ("no UDP checksum becomes one", "rewrite.h",
     "kind == NET_FLOW_UDP ? checksum_fix_udp(checksum, updated) : updated", "updated"),
    ("the pseudo header is forgotten", "rewrite.h",
     "	updated = update_addresses(updated, was, is);\n", ""),
    ("a query's checksum counts addresses", "rewrite.h",
     "	if (kind == NET_FLOW_ICMP)\n		return updated;\n", ""),
    ("the error's checksum does not see that the quoted header's changed", "rewrite.h",
     "	sum = checksum_update16(sum, header, bytes_raw16(ip + IPV4_CHECKSUM));\n", ""),
    ("a checksum is written behind a quote that is too short for it", "rewrite.h",
     "quoted->end - quoted->l4 >= offset + 2", "quoted->end - quoted->l4 >= offset + 1"),
    ("the quote keeps its ends", "rewrite.h",
     "	write_ports(data + quoted->l4, quoted->kind, is);\n", ""),
    ("a wrong header checksum is made right and passes", "nat.c",
     "return ipv4_checksum_right(data + seen->ip, seen->l4 - seen->ip) && data", "return data"),
    ("time to live 0 goes on the wire", "nat.c",
     "data[seen->ip + IPV4_TTL] > 1", "data[seen->ip + IPV4_TTL] > 0"),
    ("hairpinned packets keep their inside source", "nat.c",
     "	rewrite(data, seen, &was, ends);\n	return true;\n}\n\nstatic inline bool\nconversation_enters",
     "	if (hairpin)\n		ends->src = was.src;\n	rewrite(data, seen, &was, ends);\n	return true;\n}\n\n"
     "static inline bool\nconversation_enters"),
    ("later fragments pass without a first one", "nat.c",
     "	if (!fragments_find(nat->fragments, &key, 0, now, &addresses, &slot, &class))\n		return false;\n",
     "	if (!fragments_find(nat->fragments, &key, 0, now, &addresses, &slot, &class))\n		return !inside;\n"),
    ("inside addresses are believed of packets from outside", "nat.c",
     " & !pretends & from_host", " & from_host"),
    ("short timers are accepted", "nat.c",
     "		return \"udp is below", "		(void)\"udp is below"),
]

SPECIFICATION = [
    ("the specification gives odd ports only", "spec.py",
     "2 * mapping.slot + (mapping.key.port & 1)", "2 * mapping.slot + 1"),
    ("the specification filters by port, always", "spec.py",
     "select(config.filtering == \"address-and-port-dependent\", peer_port, 0)", "peer_port"),
    ("the specification keeps UDP mappings alive from outside", "spec.py",
     "    elif config.inbound_refresh == \"on\":\n", "    else:\n"),
    ("the specification lets errors be about anybody's packets", "spec.py",
     "    if mapping is None or contact(mapping.key, ends.dst, ends.dst_port, config) not in state.contacts:\n",
     "    if mapping is None:\n"),
    ("the specification sends a calculated 0", "spec.py",
     "return select(checksum == 0, 0, select(new == 0, 0xFFFF, new))", "return select(checksum == 0, 0, new)"),
    ("the specification forgets the time to live in the checksum", "spec.py",
     "    ip.checksum = update(ip.checksum, [before], [ip.word(8, 2)])\n", ""),
]

# Only the proof finds these, in half a minute to three.
SLOW = ["a RST from outside keeps a closed connection alive", "one connection of several ends the mapping",
        "a checksum is written behind a quote that is too short for it", "short timers are accepted"]
