# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import entry_for
from spec import DSR, Address


def prop(packet, before, after, out, config):
    """By dsr only the destination address of the frame changes; in a tunnel the packet is what it was, byte for byte."""
    if not out.sent:
        return
    ip, sent, chosen = packet.ip, out.packet, entry_for(packet, before, after, config)
    backend = None if chosen is None else config.backends.find(Address(chosen.address))
    if backend is None:
        return
    at, size = packet.ethernet.src & 0xFFFF, ip.end - ip.start  # any place in the packet
    if not at < size:
        return
    if backend.delivery == DSR:
        assert sent.length == packet.length and sent.data[0, 6] == backend.mac
        assert sent.data[6, 8] == packet.data[6, 8]
        assert sent.data[14 + at] == packet.data[14 + at]
    else:
        assert sent.length >= 34 + size and sent.data[sent.length - size + at] == packet.data[14 + at]
