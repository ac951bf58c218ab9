# SPDX-License-Identifier: BSD-3-Clause
"""Policer: no subscriber gets more than so many bytes a second, and a stated burst.

A transparent layer-2 bump for IPv4 and IPv6. Ports come in pairs of an inside, towards the subscribers, and an
outside; what passes leaves by the partner, every byte as it came. Documents: RFC 2697 (the meter), RFC 791 and
1812 section 5.2.2 (IPv4, what is whole), RFC 8200 (IPv6).

Choices that they leave open:
 - RFC 2697 with EBS 0, colour-blind: green passes, red is dropped, nothing is marked.
 - One direction is policed, downstream by destination or upstream by source. A subscriber is an address, or all
   addresses that share its first prefix4 or prefix6 bits, whichever pair of ports they are behind.
 - Bytes are those of the frame without its frame check sequence: RFC 2697 section 2 counts from the IP header on.
 - A subscriber who was silent for longer than `forget` is forgotten. The bucket is full by then, because
   forget >= burst / rate, and whoever is new has a full one: being forgotten changes nothing.
 - When there is no room for a new subscriber, the packet passes or is dropped, as the operator says.
 - What says IP and is not whole is dropped, both ways; all that does not say IP passes.
"""

from vigor import *


class Subscriber4(Record):
    """The hosts whose addresses begin so. The bits behind the prefix are 0."""
    address: IPv4Addr


class Subscriber6(Record):
    """The same for IPv6."""
    address: IPv6Addr


class Bucket(Record):
    """What a subscriber may still send: Tc of RFC 2697 section 3."""
    tokens: U64  # at `last`
    last: U64    # nanoseconds


class Config:
    rate: U64   # CIR
    burst: U64  # CBS
    policed: Enum("downstream", "upstream")
    prefix4: U8
    prefix6: U8
    capacity4: U32
    capacity6: U32
    forget: Nanoseconds
    full: Enum("drop", "pass")
    pairs: PortPairs


class State:
    subscribers4 = Table(Subscriber4, Bucket, capacity="capacity4", lifetime="forget")
    subscribers6 = Table(Subscriber6, Bucket, capacity="capacity6", lifetime="forget")


def spec(packet, state, config):
    pair = config.pairs.find(packet.port)
    if pair is not None and passes(packet, pair, state, config):
        return forward(packet, to=pair.partner)
    return drop()


def passes(packet, pair, state, config):
    if packet.ethernet is None:
        return False  # no frame
    if not says_ip(packet):
        return True
    if packet.ip is None:
        return False  # not whole
    if not is_policed(packet, pair, config):
        return True
    return conforms(packet, subscriber_of(packet.ip, config), subscribers_of(state, packet.ip), config)


def conforms(packet, subscriber, subscribers, config):
    """RFC 2697 section 3, at the time at which the packet is handled."""
    meter = Meter(config.rate, config.burst)
    bucket = subscribers.get(subscriber)
    tokens = held(bucket, meter)
    green = tokens >= meter.cost(packet.length)
    if green:
        tokens = tokens - meter.cost(packet.length)
    if bucket is not None:
        subscribers.put(subscriber, tokens=tokens, last=now())
    elif not subscribers.insert(subscriber, tokens=tokens, last=now()):
        return config.full == "pass"
    return green


def held(bucket, meter):
    """What a subscriber has now, known or not."""
    return meter.full if bucket is None else meter.level(bucket.tokens, now() - bucket.last)


def says_ip(packet):
    return one_of(packet.ethernet.type, ETHERTYPE_IPV4, ETHERTYPE_IPV6)


def is_policed(packet, pair, config):
    """The packet goes in the direction that is policed. A condition."""
    return (packet.port == pair.inside) == (config.policed == "upstream")


def subscriber_of(ip, config):
    """Whose packet it is, in the direction that is policed."""
    address = ip.src if config.policed == "upstream" else ip.dst
    if ip.version == 4:
        return Subscriber4(address & leading(config.prefix4, 32))
    high = leading(config.prefix6, 64)  # a length of 64 and more leaves it whole
    low = select(config.prefix6 == 128, ALL, select(config.prefix6 > 64, leading(config.prefix6 % 64, 64), 0))
    return Subscriber6(IPv6Addr(address.hi & high, address.lo & low))


def subscribers_of(state, ip):
    return state.subscribers4 if ip.version == 4 else state.subscribers6


ALL = (1 << 64) - 1


def leading(length, size):
    """A mask of the first `length` of `size` bits; all, if length is larger."""
    every = (1 << size) - 1
    return every ^ (every >> length)
