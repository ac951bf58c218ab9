# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import is_policed, subscriber_of, subscribers_of


def prop(packet, before, after, out, config):
    """When there is no room for a new subscriber, option full says whether the packet passes, and nobody is added."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.ip is None or not is_policed(packet, pair, config):
        return
    subscriber = subscriber_of(packet.ip, config)
    if subscribers_of(before, packet.ip).full and subscriber not in subscribers_of(before, packet.ip):
        assert out.sent == (config.full == "pass")
        assert subscriber not in subscribers_of(after, packet.ip)
