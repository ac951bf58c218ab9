# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import faces


def prop(packet, before, after, out, config):
    """What goes out has a source port of the configured range, never below 1024, of the inside port's parity (RFC 4787 REQ-3, REQ-4)."""
    inside, outside = faces(config)
    ip, sent = packet.ipv4, out.packet.ipv4
    if packet.port == inside.port and out.to(outside.port) and ip is not None and ip.udp is not None and sent is not None:
        port = sent.udp.src_port
        assert port >= 1024 and port >= config.first_port and port < config.first_port + 2 * config.capacity
        assert port & 1 == ip.udp.src_port & 1
        assert sent.src == config.outside_address
