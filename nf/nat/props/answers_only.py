# SPDX-License-Identifier: BSD-3-Clause
"""Over whole runs: see vigor.history. The table of contacts is the NAT's; what was really sent, and when, is written
down here."""

from vigor import *
from spec import ESTABLISHED, OPENING, QUERY, UDP, Contact, Endpoint, Ends, contact, ends_of, external_port, faces, is_query, mapping_at

class Time(Record):
    at: U64


class History:
    asked = Log(Contact, Time)  # when an inside endpoint last sent something to whom the filter takes for the same
    heard = Log(Contact, Time)  # when either side last did


def prop(packet, before, after, out, config, history):
    """What comes in was preceded by something that its inside endpoint sent to the same peer, and the two have not been silent
    for longer than a lifetime since; where what comes in keeps nothing alive, the inside sent something within its timer."""
    l4 = incoming(packet, config)
    if l4 is None or not out.sent:
        return
    ends = ends_of(packet.ipv4, l4, False)
    mapping = mapping_at(packet.ipv4, ends.dst_port, before, config)
    assert mapping is not None
    peer = contact(mapping.key, ends.src, ends.src_port, config)
    assert peer in history.asked
    heard, lives = history.heard[peer], before.contacts.would_live
    if isinstance(l4, Tcp):
        assert lives(heard.at, OPENING) | lives(heard.at, ESTABLISHED)
        return
    kind = UDP if isinstance(l4, Udp) else QUERY
    assert lives(heard.at if config.inbound_refresh == "on" else history.asked[peer].at, kind)


def record(packet, before, after, out, config, history):
    inside, outside = faces(config)
    ip = packet.ipv4
    l4 = None if ip is None or ip.later_fragment else ip.transport
    if packet.port == inside.port and l4 is not None and conversation(l4, True):
        ends = ends_of(ip, l4, True)
        peer = contact(Endpoint(ends.src, ends.src_port, ip.protocol), ends.dst, ends.dst_port, config)
        hairpin = ip.dst == config.outside_address
        if out.sent or hairpin:
            history.asked.put(peer, at=now())
            history.heard.put(peer, at=now())
        if out.sent and hairpin:
            answer(Ends(config.outside_address, port_of(ends, ip, after, config), ip.dst, ends.dst_port), ip, after, config, history)
    elif out.sent and incoming(packet, config) is not None:
        answer(ends_of(ip, l4, False), ip, before, config, history)


def answer(ends, ip, state, config, history):
    """Something came to a mapping's external port."""
    mapping = mapping_at(ip, ends.dst_port, state, config)
    if mapping is not None:
        history.heard.put(contact(mapping.key, ends.src, ends.src_port, config), at=now())


def port_of(ends, ip, state, config):
    """The external port that a hairpinned packet seems to come from."""
    return external_port(state.mappings[Endpoint(ends.src, ends.src_port, ip.protocol)], config)


def conversation(l4, outward):
    """A TCP segment, UDP datagram or query."""
    if isinstance(l4, Icmp):
        return not l4.unreached and is_query(l4, outward)
    return isinstance(l4, (Tcp, Udp))


def incoming(packet, config):
    """The segment, datagram or answer to a query that a packet from outside is, or None."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != outside.port or packet.port == inside.port or ip is None or ip.later_fragment:
        return None
    return ip.transport if conversation(ip.transport, False) else None


@invariant("contacts")
def contacts_asked(entry, state, config, history):
    """Whoever is in the table of contacts was sent something, and has been heard of since the entry was last used"""
    if entry.key not in history.asked:
        return False
    asked, heard = history.asked[entry.key], history.heard.get(entry.key)
    if heard is None:
        return False
    silent = (entry.key.protocol != 6) & (config.inbound_refresh == "off")
    return ((heard.at >> 26 >= entry.last_use) & (heard.at <= now()) & (asked.at <= now()) &
            (not_(silent) | (asked.at >> 26 >= entry.last_use)) & kind_fits(entry))


def kind_fits(entry):
    return select(entry.key.protocol == 6, entry.state < UDP, entry.state == select(entry.key.protocol == 17, UDP, QUERY))


@invariant("mappings")
def kinds(entry, state, config, history):
    """A mapping's class is its protocol's"""
    return kind_fits(entry)
