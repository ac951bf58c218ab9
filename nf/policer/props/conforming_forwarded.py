# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import held, is_policed, subscriber_of, subscribers_of


def prop(packet, before, after, out, config):
    """A packet that its subscriber's bucket pays for is forwarded. So a steady sender who keeps to the rate loses
    nothing. Whoever is not known has a full bucket, if there is room."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.ip is None or not is_policed(packet, pair, config):
        return
    subscribers = subscribers_of(before, packet.ip)
    bucket = subscribers.get(subscriber_of(packet.ip, config))
    if bucket is None and subscribers.full:
        return
    meter = Meter(config.rate, config.burst)
    if held(bucket, meter) >= meter.cost(packet.length):
        assert out.ports == 1 << pair.partner
