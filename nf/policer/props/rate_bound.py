# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import held, is_policed, subscriber_of, subscribers_of


def prop(packet, before, after, out, config):
    """No subscriber spends more than was left and was earned since, and never has more than the burst. It is one step of
    the bound: added up over the packets of an interval t, they got burst + rate * t at most."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.ip is None or not is_policed(packet, pair, config):
        return
    subscriber = subscriber_of(packet.ip, config)
    had = subscribers_of(before, packet.ip).get(subscriber)
    kept = subscribers_of(after, packet.ip).get(subscriber)
    if kept is None:
        assert had is None and subscribers_of(before, packet.ip).full  # what happens then: see full_table
        return
    meter = Meter(config.rate, config.burst)
    spent = meter.cost(packet.length) if out.sent else 0
    assert kept.tokens <= meter.full
    assert kept.tokens + spent <= held(had, meter)
    assert kept.last == now()
