# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import held, is_policed, subscriber_of, subscribers_of


def prop(packet, before, after, out, config):
    """A packet that its subscriber's bucket does not pay for is dropped."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.ip is None or not is_policed(packet, pair, config):
        return
    subscribers = subscribers_of(before, packet.ip)
    bucket = subscribers.get(subscriber_of(packet.ip, config))
    if bucket is None and subscribers.full:
        return
    meter = Meter(config.rate, config.burst)
    if held(bucket, meter) < meter.cost(packet.length):
        assert out.dropped
