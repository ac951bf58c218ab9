# SPDX-License-Identifier: BSD-3-Clause
"""The NAT on generated traffic: see agreement.py."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agreement
import generate_nat

TRANSLATE_ERROR = "	rewrite_quoted(data, seen, &quoted, &was, &is);\n"


class Nat(agreement.Agreement, unittest.TestCase):
    NAME, PORTS, SENT, DROPPED = "nat", generate_nat.PORTS, 700, 2000
    generate = generate_nat
    NOTICED_BY = 1, 3, 2, 7, 8  # the first three each with another filtering
    MISTAKES = [
        ("frames to others are taken", "!face_is_addressed(face, data) || ", ""),
        ("a wrong header passes", "return ipv4_checksum_right(data + seen->ip, seen->l4 - seen->ip) && data", "return data"),
        ("the last hop passes", "data[seen->ip + IPV4_TTL] > 1", "data[seen->ip + IPV4_TTL] > 0"),
        ("no hop is counted", "	ipv4_age(data + seen.ip);\n	if (dst", "	if (dst"),
        ("multicast goes out", "(first < 224)", "(first < 240)"),
        ("loopback goes out", " & (first != 127)", ""),
        ("strangers inside go out", "from_host & (src != inside->address)", "(src != inside->address)"),
        ("our own address comes from inside", "from_host & (src != inside->address) & ", "from_host & "),
        ("inside traffic is taken out", " & !stays & to_host", " & to_host"),
        ("inside addresses come from outside", " & !pretends & from_host", " & from_host"),
        ("our own address comes from outside", "(src != outside->address) & !pretends", "!pretends"),
        ("no hairpinning", "	bool hairpin = ends->dst == nat->external;\n\n	if (hairpin && seen", "	bool hairpin = false;\n\n	if (hairpin && seen"),
        ("hairpinned queries", "	if (hairpin && seen->kind == NET_FLOW_ICMP)\n		return false;\n", ""),
        ("everything goes to the gateway", "face_next_hop(outside, dst, nat->gateway)", "nat->gateway"),
        ("no timestamps", "TYPES(ICMP_ECHO_REQUEST, ICMP_TIMESTAMP)", "TYPES(ICMP_ECHO_REQUEST, ICMP_ECHO_REQUEST)"),
        ("source quench is an error", "TYPES(ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_PROBLEM)", "TYPES(ICMP_PARAMETER_PROBLEM, 4)"),
        ("replies go out", "TYPES(ICMP_ECHO_REQUEST, ICMP_TIMESTAMP)", "TYPES(ICMP_ECHO_REQUEST, ICMP_TIMESTAMP) | 1"),
        ("followers of any datagram", "	if (!fragments_find(nat->fragments, &key, 0, now, &addresses, &slot, &class))\n		return false;\n",
         "	if (!fragments_find(nat->fragments, &key, 0, now, &addresses, &slot, &class))\n"
         "		addresses = (struct addresses){ nat->external, ends->dst };\n"),
        ("whole datagrams have followers", "	if (seen->more)\n		(void)fragments", "	(void)fragments"),
        ("a follower keeps its datagram alive", "fragments_find(nat->fragments", "fragments_refresh(nat->fragments"),
        ("an error's own source stays", "	ends->src = nat->external;\n	if (hairpin)", "	if (hairpin)"),
        ("a hairpinned error goes out", "	if (hairpin)\n		ends->dst = is.src;\n", ""),
        ("errors about anybody's packets", "was.src != nat->external || !mappings", "!mappings"),
        ("hairpinned errors about anybody's packets", "(was.src != nat->external || quoted.kind", "(quoted.kind"),
        ("the quote of an error from inside stays", TRANSLATE_ERROR + "	ends->src", "	ends->src"),
        ("the quote of an error from outside stays", TRANSLATE_ERROR + "	ends->dst", "	ends->dst"),
        ("quoted replies are from inside", "one_of(data[quoted->l4], outward ?", "one_of(data[quoted->l4], !outward ?"),
        ("UDP lives as long as a query", "[UDP] = option[OPTION_UDP].lo", "[UDP] = option[OPTION_QUERY].lo"),
        ("closing lives as long as established", "[CLOSING] = option[OPTION_TRANSITORY].lo", "[CLOSING] = option[OPTION_ESTABLISHED].lo"),
        ("ports matter to the filter", "lo >= ADDRESS_AND_PORT_DEPENDENT", "lo >= ADDRESS_DEPENDENT"),
        ("addresses do not matter to the filter", "(uint32_t)(option[OPTION_FILTERING].lo >= ADDRESS_DEPENDENT)", "(uint32_t)(option[OPTION_FILTERING].lo > ADDRESS_DEPENDENT)"),
        ("no parity", "mappings.h", "2 * (uint64_t)slot + parity", "2 * (uint64_t)slot"),
        ("either port of a slot", "mappings.h", " || (__builtin_bswap16(way->inside.port ^ external_port) & 1) != 0", ""),
        ("any protocol's mapping", "mappings.h", "way->inside.protocol != protocol || ", ""),
        ("no filter", "mappings.h", "return contacts_find(all->contacts, &contact, 0, now, &nothing, &way->contact_slot, &class);",
         "(void)contacts_find(all->contacts, &contact, 0, now, &nothing, &way->contact_slot, &class);\n\treturn true;"),
        ("any segment opens", "mappings.h", "return tcp_opens(flags) && mappings_add", "return mappings_add"),
        ("a SYN with ACK opens", "mappings.h", "(TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN", "(TCP_SYN | TCP_RST)) == TCP_SYN"),
        ("UDP is not kept alive", "mappings.h", "if (mappings_refresh(", "if (mappings_find("),
        ("what comes in keeps nothing alive", "mappings.h", "	else if (all->inbound_refresh)\n		mappings_keep(all, &way, now);\n", ""),
        ("a RST keeps alive", "mappings.h", "if ((flags & TCP_RST) && is.class", "if (0 && is.class"),
        ("several connections end with one", "mappings.h", "	if (!same || tcp.several)\n		return (struct tcp_state){ .class = ESTABLISHED, "
         ".several = 1 };\n	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else", "	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else"),
        ("a closed connection is not opened anew", "mappings.h", "if (tcp_opens(flags) && tcp.class == CLOSING)", "if (0)"),
        ("a contact keeps its class", "mappings.h", "now, mapping.class, &nothing);\n	ends->src", "now, OPENING, &nothing);\n	ends->src"),
        ("an error keeps alive", "mappings.h", "	if (!mappings_find(all->mapped, &inside, 0, now, &mapping.session, &mapping.slot, &mapping.class))",
         "	if (!mappings_refresh(all->mapped, &inside, 0, now, &mapping.session, &mapping.slot, &mapping.class))"),
        ("no UDP checksum becomes one", "rewrite.h", "kind == NET_FLOW_UDP ? checksum_fix_udp(checksum, updated) : updated", "updated"),
        ("the pseudo header is forgotten", "rewrite.h", "	updated = update_addresses(updated, was, is);\n", ""),
        ("a query's checksum counts addresses", "rewrite.h", "	if (kind == NET_FLOW_ICMP)\n		return updated;\n	updated", "	updated"),
        ("the quoted header's checksum does not count", "rewrite.h", "	sum = checksum_update16(sum, header, bytes_raw16(ip + IPV4_CHECKSUM));\n", ""),
        ("the quoted checksum does not count", "rewrite.h", "		sum = checksum_update16(sum, old, new);\n", ""),
        ("a checksum behind a short quote", "rewrite.h", "quoted->end - quoted->l4 >= offset + 2", "quoted->end - quoted->l4 >= offset"),
        ("the outer checksum stays", "rewrite.h", "	bytes_put_raw16(outer, sum);\n", ""),
    ]




if __name__ == "__main__":
    unittest.main()
