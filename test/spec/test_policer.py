# SPDX-License-Identifier: BSD-3-Clause
"""The policer's specification on packets made by hand, against another reading of RFC 2697; and its properties."""

import os
import random
import shutil
import tempfile
import unittest
from fractions import Fraction

import double
import support as s
from support import INSIDE4, INSIDE6, OUTSIDE4, OUTSIDE6, SECOND
from vigor import Meter, SpecError, _backend, level

TO_OUTSIDE, TO_INSIDE, NOWHERE = 2, 1, 0
RATE, BURST = 1000, 3000
OPTIONS = {"rate": RATE, "burst": BURST, "policed": "downstream", "prefix4": 32, "prefix6": 64, "capacity4": 4,
           "capacity6": 4, "forget": 3 * SECOND, "full": "drop"}


def policer(where=None, **options):
    """A policer with the pair 0 (inside), 1 (outside); port 2 is in no pair."""
    loaded = s.load(where or os.path.join(s.ROOT, "nf", "policer"))
    return s.Reference(loaded, {**OPTIONS, **options}, 3, {"pairs": [(0, 1)]})


def down4(size, host=1, protocol=17):
    """A frame of that many bytes to 10.0.0.host."""
    return s.frame4(protocol, bytes(size - 34), src=OUTSIDE4, dst=INSIDE4[:3] + bytes([host]))


def down6(size, net=1, host=1):
    return s.frame6(17, bytes(size - 54), src=OUTSIDE6, dst=INSIDE6[:7] + bytes([net]) + bytes(7) + bytes([host]))


class Leaky:
    """RFC 2697 read the other way round: a vessel that takes BURST bytes and leaks RATE a second. A packet conforms
    iff it fits. What is in it is the most, over all intervals that end now, by which the packets in an interval
    exceed RATE times its length: so that it never overflows is the bound itself."""

    def __init__(self, rate=RATE, burst=BURST):
        self.rate, self.burst, self.inside, self.last = rate, burst, Fraction(0), 0

    def pours(self, size, now):
        self.inside = max(self.inside - Fraction(self.rate * (now - self.last), SECOND), Fraction(0))
        self.last = now
        if self.inside + size > self.burst:
            return False
        self.inside += size
        return True


class Buckets(unittest.TestCase):
    def setUp(self):
        self.enterContext(s.on(b""))

    def test_level(self):
        self.assertEqual(level(7, 5, 10 ** 9, 0), 10 ** 9)
        self.assertEqual(level(7, 5, 10 ** 9, 3), 10 ** 9 + 21)
        self.assertEqual(level(7, 5, 10 ** 9, 571428571), 10 ** 9 + 3999999997)
        self.assertEqual(level(7, 5, 10 ** 9, 571428572), 5 * 10 ** 9)
        self.assertEqual(level(1 << 40, 1 << 33, 0, (1 << 64) - 1), (1 << 33) * 10 ** 9)

    def test_time_does_not_go_back(self):
        with self.assertRaises(SpecError):
            level(7, 5, 0, -1)

    def test_meter(self):
        meter = Meter(7, 5)
        self.assertEqual((meter.full, meter.cost(2), meter.level(3, 4)), (5 * 10 ** 9, 2 * 10 ** 9, 31))

    def test_agrees_with_the_other_reading(self):
        chance = random.Random(3)
        for rate, burst in [(1, 1), (7, 1500), (1000, 3000), (10 ** 9 + 7, 9000), (1 << 40, 1 << 33)]:
            meter, leaky = Meter(rate, burst), Leaky(rate, burst)
            tokens, last, time, green = meter.full, 0, 0, 0
            for _ in range(500):
                time += chance.randrange(2 + 2 * SECOND * burst // (rate * chance.choice([1, 3, 50])))
                size = chance.randrange(1 + burst // chance.choice([1, 2, 9]))
                tokens, last = meter.level(tokens, time - last), time
                fits = tokens >= meter.cost(size)
                tokens -= meter.cost(size) if fits else 0
                self.assertEqual(fits, leaky.pours(size, time))
                green += fits
            self.assertTrue(0 < green <= 500 and (burst == 1 or green < 500))


class Policer(unittest.TestCase):
    def setUp(self):
        self.start()

    def start(self, **options):
        self.nf = policer(**options)
        self.now = 5

    def step(self, data, port):
        mask, sent = self.nf.step(data, port, self.now)
        self.assertEqual(self.nf.violated(), [])
        self.assertEqual(sent, data)
        return mask

    def down(self, data, expected=TO_INSIDE):
        self.assertEqual(self.step(data, 1), expected)

    def up(self, data, expected=TO_OUTSIDE):
        self.assertEqual(self.step(data, 0), expected)

    def wait(self, seconds):
        self.now += int(seconds * SECOND)

    def tokens(self, table="subscribers4"):
        """Of the only subscriber."""
        (kind, (tokens, last), last_use), = self.nf.entries(table).values()
        self.assertEqual((kind, last, last_use), (0, self.now, self.now >> 26))
        return tokens


class Links(Policer):
    def test_ports_in_no_pair(self):
        for data in (down4(100), s.arp(), b""):
            self.assertEqual(self.step(data, 2), NOWHERE)

    def test_what_is_not_ip_passes(self):
        for data in (s.arp(), s.arp()[:20], s.frame(0x8100, bytes(4000)), s.frame(0x88CC, b""), s.frame(46, b"")):
            for _ in range(3):
                self.up(data)
                self.down(data)
        for size in range(14):
            self.up(bytes(size), NOWHERE)
            self.down(bytes(size), NOWHERE)
        self.assertEqual((self.nf.live("subscribers4"), self.nf.live("subscribers6")), (0, 0))

    def test_what_is_not_whole_is_dropped(self):
        cut6 = s.frame6(*s.chain([(60, s.extension)], 17, b""))
        for whole in (down4(60), s.frame4(6, b"", options=bytes(8)), down6(90), cut6):
            for size in range(14, len(whole)):
                self.up(whole[:size], NOWHERE)
                self.down(whole[:size], NOWHERE)
        for data in (s.frame4(17, b"", total=19), s.frame(0x0800, b"\x44" + s.ipv4(17, b"")[1:]),
                     s.frame(0x86DD, b"\x50" + s.ipv6(17, b"")[1:]), s.frame6(0, b"\x11\x01" + bytes(6)),
                     s.frame(0x0800, s.ipv6(17, b"")), s.frame(0x86DD, s.ipv4(17, bytes(40)))):
            self.up(data, NOWHERE)
            self.down(data, NOWHERE)
        self.assertEqual((self.nf.live("subscribers4"), self.nf.live("subscribers6")), (0, 0))

    def test_what_ip_carries_does_not_matter(self):
        for data in (down4(40, protocol=6), down4(40, protocol=255), s.frame4(17, b"", dst=INSIDE4, fragment=1),
                     s.frame6(58, b"", dst=INSIDE6), s.frame6(*s.chain([(60, s.extension)] * 9, 17, b""), dst=INSIDE6)):
            self.down(data)
            self.up(data)

    def test_padding_is_counted(self):
        self.down(s.frame4(17, b"", dst=INSIDE4) + bytes(26))
        self.assertEqual(self.tokens(), (BURST - 60) * 10 ** 9)


class Rate(Policer):
    def test_a_burst_and_then_the_rate(self):
        for down, table in ((down4, "subscribers4"), (down6, "subscribers6")):
            self.start()
            for _ in range(3):
                self.down(down(1000))
            self.assertEqual(self.tokens(table), 0)
            self.down(down(100), NOWHERE)
            self.wait(0.1)
            self.now -= 1
            self.down(down(100), NOWHERE)
            self.assertEqual(self.tokens(table), 100 * 10 ** 9 - RATE)
            self.now += 1
            self.down(down(100))
            self.assertEqual(self.tokens(table), 0)

    def test_what_is_dropped_costs_nothing(self):
        self.down(down4(2000))
        for _ in range(10):
            self.down(down4(1001), NOWHERE)
        self.down(down4(1000))

    def test_more_than_the_burst_never_passes(self):
        self.start(burst=999)
        for _ in range(3):
            self.down(down4(1000), NOWHERE)
            self.wait(100)
        self.down(down4(999))

    def test_the_other_direction(self):
        for _ in range(20):
            self.up(down4(1000))
        self.assertEqual(self.nf.live("subscribers4"), 0)
        self.start(policed="upstream")
        for _ in range(20):
            self.down(down4(1000))
        self.assertEqual(self.nf.live("subscribers4"), 0)

    def test_upstream_is_by_source(self):
        self.start(policed="upstream")
        one, two = (s.frame4(17, bytes(2000), src=INSIDE4[:3] + bytes([host])) for host in (1, 2))
        self.up(one)
        self.up(one, NOWHERE)
        self.up(two)
        self.assertEqual(sorted(self.nf.entries("subscribers4")), [(0x0A000001,), (0x0A000002,)])
        self.up(s.frame6(17, b""))
        self.assertEqual(list(self.nf.entries("subscribers6")), [((0x20010DB800000000, 0),)])

    def test_subscribers_have_their_own(self):
        for host in range(4):
            self.down(down4(3000, host))
            self.down(down6(3000, net=host))
            self.down(down4(60, host), NOWHERE)
            self.down(down6(60, net=host, host=9), NOWHERE)

    def test_ports_share_a_subscriber(self):
        nf = s.Reference(self.nf.loaded, OPTIONS, 4, {"pairs": [(0, 1), (2, 3)]})
        self.assertEqual(nf.step(down4(3000), 1, 0)[0], 1 << 0)
        self.assertEqual(nf.step(down4(60), 3, 0)[0], 0)

    def test_prefixes(self):
        for length in range(33):
            self.start(prefix4=length)
            self.down(s.frame4(17, b"", dst=b"\xff" * 4))
            number = (1 << 32) - (1 << 32 - length)
            self.assertEqual(list(self.nf.entries("subscribers4")), [(number,)])
        for length in range(129):
            self.start(prefix6=length)
            self.down(s.frame6(17, b"", dst=b"\xff" * 16))
            number = (1 << 128) - (1 << 128 - length)
            self.assertEqual(list(self.nf.entries("subscribers6")), [((number >> 64, number & (1 << 64) - 1),)])

    def test_a_full_table(self):
        for full, expected in (("drop", NOWHERE), ("pass", TO_INSIDE)):
            self.start(full=full)
            for host in range(4):
                self.down(down4(100, host))
            for _ in range(20):
                self.down(down4(3001, 4), expected)
            self.down(down4(2900, 0))
            self.down(down4(100, 0), NOWHERE)
            self.wait(4)
            self.down(down4(3000, 4))
            self.down(down4(100, 4), NOWHERE)

    def test_forgotten_when_full(self):
        for full in ("drop", "pass"):
            self.start(full=full)
            self.down(down4(3000))
            self.wait(2.9)
            self.down(down4(2901), NOWHERE)
            self.down(down4(2900))
            self.wait(3.2)
            self.down(down4(3000, 2))
            self.assertEqual(list(self.nf.entries("subscribers4")), [(0x0A000002,)])
            self.down(down4(3000))


def some_frames(chance, count, hosts):
    """Frames of every kind to and from several hosts, some of them damaged."""
    makers = [
        lambda: s.arp(), lambda: s.frame(0x8100, bytes(46)),
        lambda: down4(chance.choice([60, 600, 1500]), chance.randrange(hosts)),
        lambda: down6(chance.choice([60, 600, 1500]), chance.randrange(hosts), chance.randrange(9)),
        lambda: s.frame4(17, bytes(chance.randrange(900)), src=INSIDE4[:3] + bytes([chance.randrange(hosts)])),
        lambda: s.frame6(*s.chain(chance.choices([(0, s.extension), (51, s.authentication), (44, s.fragment6)],
                                                 k=chance.randrange(10)), 17, s.udp()), dst=INSIDE6),
    ]
    for _ in range(count):
        data = bytearray(chance.choice(makers)())
        if chance.random() < 0.2:
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        yield bytes(data[:len(data) - chance.choice([0] * 9 + [1])])


def some_steps(seed, count, hosts=6):
    """(frame, port, time)"""
    chance, now = random.Random(seed), 0
    for data in some_frames(chance, count, hosts):
        now += chance.choice([0, 1, SECOND // 50, SECOND // 5, SECOND] if chance.random() < 0.99 else [4 * SECOND])
        yield data, chance.choice([0, 1, 1, 1, 2]), now


class Bound(unittest.TestCase):
    def test_over_any_interval(self):
        """However traffic comes, and though subscribers are forgotten: each gets what the other reading gives, so
        never more than the burst and rate * t, and a packet that fits is not lost."""
        nf, vessels, passed, lost = policer(capacity4=9, capacity6=9), {}, 0, 0
        chance, now = random.Random(11), 0
        for _ in range(2500):
            now += chance.choice([0, 0, 1, SECOND // 50, SECOND // 5]) if chance.random() < 0.99 else 4 * SECOND
            whose, size = chance.randrange(14), chance.choice([60, 600, 1500])
            mask, sent = nf.step((down4 if whose < 7 else down6)(size, whose % 7), 1, now)
            fits = vessels.setdefault(whose, Leaky()).pours(size, now)
            self.assertEqual(mask, TO_INSIDE if fits else NOWHERE)
            passed, lost = passed + fits, lost + (not fits)
        self.assertGreater(min(passed, lost), 200)

    def test_a_steady_sender_loses_nothing(self):
        for size, gap in [(1000, SECOND), (60, 60 * SECOND // RATE), (999, 999 * SECOND // RATE)]:
            nf = policer(burst=max(size, 60))
            for number in range(300):
                self.assertEqual(nf.step(down4(size), 1, number * gap)[0], TO_INSIDE)


class Symbolic(unittest.TestCase):
    # What comes before, the packet, its port; decisions of the specification, those inside merged functions.
    DECISIONS = [
        ("ARP", None, s.arp(), 1, 3, 0),
        ("not whole", None, down4(60)[:30], 1, 6, 0),
        ("the other direction", None, down4(60), 0, 8, 0),
        ("IPv4, new", None, down4(60), 1, 12, 0),
        ("IPv4, too large", None, down4(3001), 1, 12, 0),
        ("IPv4, known", down4(60), down4(60), 1, 11, 0),
        ("IPv6, new", None, down6(60), 1, 14, 1),
        ("IPv6, known", down6(60), down6(60), 1, 13, 1),
    ]

    def test_decisions(self):
        for name, before, data, port, decided, merged in self.DECISIONS:
            nf = policer()
            nf.watched = False
            watch = double.over(nf)
            if before is not None:
                nf.step(before, 1, 0)
            nf.step(data, port, 0)
            self.assertEqual((name, *watch.decisions()), (name, decided, merged))

    def test_same_outcome_as_with_plain_numbers(self):
        for options in ({}, {"policed": "upstream", "full": "pass", "prefix4": 30, "prefix6": 128}):
            plain, hostile = policer(**options), policer(**options)
            watch = double.over(hostile)
            for data, port, now in some_steps(7, 500):
                mask, sent = hostile.step(data, port, now)
                self.assertEqual((watch._bare(mask), sent), plain.step(data, port, now))
                for table in ("subscribers4", "subscribers6"):
                    self.assertEqual(watch.real._tables[table].entry, plain.entries(table))
                self.assertEqual(hostile.violated(), [])


class Properties(unittest.TestCase):
    # (frame, port, time): the burst to a byte, in either direction, and a byte more than is earned after it.
    UP = s.frame4(17, bytes(1466))
    EXACT = [(down4(1500), 1, 0), (UP, 0, 0)] * 2 + [
        (down4(60), 1, 59 * SECOND // RATE), (s.frame4(17, bytes(26)), 0, 59 * SECOND // RATE)]

    def run_all(self, where=None):
        broken = set()
        for options in ({}, {"policed": "upstream", "full": "pass"}):
            nf = policer(where, **options)
            for data, port, now in self.EXACT + [(data, port, now + SECOND) for data, port, now in some_steps(5, 400)]:
                nf.step(data, port, now)
                broken.update(nf.violated())
        return broken

    def test_hold_on_damaged_traffic(self):
        self.assertEqual(self.run_all(), set())

    MUTANTS = [
        ("green = tokens >= meter", "green = tokens > meter", {"conforming_forwarded"}),
        ("    return green", "    return green | (bucket is not None)", {"exceeding_dropped", "interval", "rate_bound"}),
        ("        tokens = tokens - meter.cost(packet.length)", "        pass", {"interval", "rate_bound"}),
        ("Meter(config.rate, ", "Meter(config.rate + 100, ", {"exceeding_dropped", "interval", "rate_bound"}),
        ("put(subscriber, tokens=tokens, last=now())", "put(subscriber, tokens=tokens, last=bucket.last)",
         {"interval", "rate_bound"}),
        ("put(subscriber, tokens=tokens, last=now())", "put(subscriber, tokens=meter.full, last=now())",
         {"interval", "rate_bound"}),
        ("        return config.full == \"pass\"", "        return green", {"full_table", "interval"}),
        ("    return green", "    return green & (bucket is not None)", {"conforming_forwarded"}),
        ("    if not is_policed(packet, pair, config):\n        return True\n", "", {"other_direction"}),
        ("    if packet.ip is None:\n        return False  # not whole\n",
         "    if packet.ip is None:\n        return True\n", {"not_ip"}),
        ("    if not says_ip(packet):\n        return True\n", "    if not says_ip(packet):\n        return False\n", {"not_ip"}),
        ("to=pair.partner", "to=packet.port",
         {"never_back", "partner_only", "not_ip", "other_direction", "conforming_forwarded"}),
        ("        return forward", "        packet.data[0] = 1\n        return forward", {"untouched"}),
    ]

    def test_reject_mutants(self):
        source = s.read("nf", "policer", "spec.py")
        for old, new, broken in self.MUTANTS:
            self.assertEqual(source.count(old), 1, old)
            with tempfile.TemporaryDirectory() as place:
                where = os.path.join(place, "policer")
                shutil.copytree(os.path.join(s.ROOT, "nf", "policer", "props"), os.path.join(where, "props"))
                s.write(os.path.join(where, "spec.py"), source.replace(old, new))
                self.assertEqual(self.run_all(where), broken, new)


if __name__ == "__main__":
    unittest.main()
