# SPDX-License-Identifier: BSD-3-Clause
"""Over whole runs: see vigor.history. What a subscriber may still get is counted here from any moment on, without the policer's
table."""

from vigor import *
from spec import Subscriber4, Subscriber6, is_policed, subscriber_of, subscribers_of


class Allowance(Record):
    tokens: U64  # at `at`
    at: U64      # nanoseconds


class History:
    since: Nanoseconds
    left4 = Log(Subscriber4, Allowance)
    left6 = Log(Subscriber6, Allowance)


def prop(packet, before, after, out, config, history):
    """No subscriber gets more than burst + rate * t bytes in any interval t.

    From `since`, any moment, an allowance is counted that begins with the burst, grows with the rate and pays for what passes:
    burst + rate * t less what the subscriber got. It is never exhausted. (It is not counted beyond the largest burst that there
    is, 8 GiB: less is allowed so, not more.) Whoever has no place in the table is not policed if option full says so."""
    subscriber = charged(packet, after, out, config, history)
    if subscriber is not None:
        assert left(subscriber, packet, config, history) >= cost(packet, out)


def record(packet, before, after, out, config, history):
    subscriber = charged(packet, after, out, config, history)
    if subscriber is not None:
        had, price = left(subscriber, packet, config, history), cost(packet, out)
        rest = 0
        if had >= price:
            rest = had - price
        log_of(packet.ip, history).put(subscriber, at=now(), tokens=rest)


def charged(packet, after, out, config, history):
    """Whose packet it is, or None: nobody's, before `since`, or of one who has no place in the table, if it is dropped or he not
    policed."""
    pair = config.pairs.find(packet.port)
    if now() < history.since or pair is None or packet.ip is None or not is_policed(packet, pair, config):
        return None
    subscriber = subscriber_of(packet.ip, config)
    if subscriber not in subscribers_of(after, packet.ip) and (out.dropped or config.full == "pass"):
        return None
    return subscriber


def left(subscriber, packet, config, history):
    """The allowance before this packet."""
    last = log_of(packet.ip, history).get(subscriber)
    widest = Meter(config.rate, MOST)
    if last is None:
        return widest.level(Meter(config.rate, config.burst).full, now() - history.since)
    return widest.level(last.tokens, now() - last.at)


MOST = 1 << 33  # bytes


def cost(packet, out):
    return Meter(1, 1).cost(packet.length) if out.sent else 0


def log_of(ip, history):
    return history.left4 if ip.version == 4 else history.left6


@invariant("left4")
def bucket4(entry, state, config, history):
    """A subscriber of IPv4 has no more in the bucket than is left"""
    return covered(entry, state.subscribers4.get(entry.key), history.since, config)


@invariant("left6")
def bucket6(entry, state, config, history):
    """A subscriber of IPv6 has no more in the bucket than is left"""
    return covered(entry, state.subscribers6.get(entry.key), history.since, config)


def covered(entry, bucket, since, config):
    """Whoever is forgotten would have a full bucket by now, even if it was empty."""
    meter = Meter(config.rate, config.burst)
    sane = (entry.at <= now()) & (entry.at >= since) & (entry.tokens <= Meter(config.rate, MOST).full)
    if not sane:
        return False
    if bucket is None:
        return meter.level(0, now() - entry.at) == meter.full
    return (bucket.last == entry.at) & (bucket.tokens <= entry.tokens)
