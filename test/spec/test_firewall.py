# SPDX-License-Identifier: BSD-3-Clause
"""The firewall's specification on packets made by hand, and its properties on all of them."""

import os
import random
import shutil
import tempfile
import unittest

import support as s
from support import ACK, FIN, INSIDE4, INSIDE6, OUTSIDE4, OUTSIDE6, RST, SECOND, SYN

OPENING, ESTABLISHED, CLOSING, UDP, ECHO = range(5)
TO_OUTSIDE, TO_INSIDE, NOWHERE = 2, 1, 0


class Firewall(unittest.TestCase):
    def setUp(self):
        self.start()

    def start(self, **options):
        self.nf = s.firewall(**options)
        self.now = 0

    def step(self, data, port):
        mask, sent = self.nf.step(data, port, self.now)
        self.assertEqual(self.nf.violated(), [])
        self.assertEqual(sent, data)
        return mask

    def out(self, data, expected=TO_OUTSIDE):
        self.assertEqual(self.step(data, 0), expected)

    def back(self, data, expected=TO_INSIDE):
        self.assertEqual(self.step(data, 1), expected)

    def both(self, data, outward, inward):
        self.out(data, TO_OUTSIDE if outward else NOWHERE)
        self.back(data, TO_INSIDE if inward else NOWHERE)

    def flow(self, table="flows4"):
        """(state, fin_inside, fin_outside, last use) of the only flow, or None."""
        entries = list(self.nf.entries(table).values())
        self.assertLessEqual(len(entries), 1)
        return (entries[0][0], *entries[0][1], entries[0][2]) if entries else None

    def wait(self, seconds):
        self.now += int(seconds * SECOND)


def reply4(protocol, payload, **more):
    return s.frame4(protocol, payload, src=OUTSIDE4, dst=INSIDE4, **more)


def reply6(header, payload, **more):
    return s.frame6(header, payload, src=OUTSIDE6, dst=INSIDE6, **more)


class Link(Firewall):
    def test_ports_in_no_pair(self):
        self.assertEqual(self.step(s.arp(), 2), NOWHERE)
        self.assertEqual(self.step(s.frame4(17, s.udp()), 2), NOWHERE)

    def test_short_frames(self):
        for length in range(14):
            self.both(bytes(length), False, False)

    def test_arp(self):
        self.both(s.arp(), True, True)
        self.both(s.arp() + bytes(18), True, True)
        self.both(s.arp()[:-1], False, False)

    def test_other_ether_types(self):
        for ether_type in (0x8100, 0x88CC, 0x0026, 0x0801, 0):
            self.both(s.frame(ether_type, bytes(46)), False, False)
        self.start(other="pass")
        for ether_type in (0x8100, 0x88CC, 0x0026, 0x0801, 0):
            self.both(s.frame(ether_type, b""), True, True)
        self.both(s.frame(0x0800, b""), False, False)


class Internet(Firewall):
    def test_not_whole(self):
        for data in (s.frame4(17, s.udp())[:-1], s.frame4(6, s.tcp(SYN)[:19]), s.frame4(6, s.tcp(SYN, offset=4)),
                     s.frame4(17, s.udp(length=7)), s.frame4(17, s.udp(length=11)), s.frame4(1, s.icmp(8)[:7]),
                     s.frame6(17, s.udp(), size=11), s.frame6(0, b"\x11\x01" + bytes(6)), s.frame6(58, s.icmp(135)[:7])):
            self.both(data, False, False)
        self.assertIsNone(self.flow())

    def test_the_header_checksum_is_not_looked_at(self):
        for checksum in (0, 0xFFFF):
            data = bytearray(s.frame4(17, s.udp()))
            data[24:26] = checksum.to_bytes(2, "big")
            self.out(bytes(data))

    def test_other_protocols(self):
        for protocol in (2, 47, 50, 58, 132):
            self.both(s.frame4(protocol, b"?"), True, False)
        for header in (1, 47, 50, 59, 132, 253):
            self.both(s.frame6(header, b"?"), True, False)
        self.assertEqual((self.nf.live("flows4"), self.nf.live("flows6")), (0, 0))

    def test_fragments(self):
        self.both(s.frame4(17, b"later", fragment=1), True, False)
        self.both(s.frame6(*s.chain([(44, lambda following: s.fragment6(following, 1))], 17, b"")), True, False)
        self.assertIsNone(self.flow())
        self.out(s.frame4(17, s.udp(length=900), fragment=0x2000))
        self.back(reply4(17, s.udp(53, 1000, length=900), fragment=0x2000))
        self.back(reply4(17, b"later", fragment=1), NOWHERE)

    def test_the_ninth_extension_header(self):
        self.both(s.frame6(*s.chain([(60, s.extension)] * 9, 17, s.udp())), True, False)
        self.assertIsNone(self.flow("flows6"))
        self.out(s.frame6(*s.chain([(60, s.extension)] * 8, 17, s.udp())))
        self.assertEqual(self.flow("flows6")[0], UDP)


class Datagrams(Firewall):
    def test_udp(self):
        self.back(reply4(17, s.udp(53, 1000)), NOWHERE)
        self.out(s.frame4(17, s.udp()))
        self.assertEqual(self.flow(), (UDP, 0, 0, 0))
        self.back(reply4(17, s.udp(53, 1000)))
        for source, target in [(53, 1001), (54, 1000), (1000, 53)]:
            self.back(reply4(17, s.udp(source, target)), NOWHERE)
        self.back(s.frame4(17, s.udp(53, 1000)), NOWHERE)

    def test_udp_over_ipv6_with_options(self):
        self.back(reply6(17, s.udp(53, 1000)), NOWHERE)
        self.out(s.frame6(*s.chain([(0, s.extension), (51, s.authentication)], 17, s.udp())))
        self.back(reply6(17, s.udp(53, 1000)))
        self.assertEqual(list(self.nf.entries("flows6")), [
            ((0x20010DB800000000, 1), (0x20010DB900000000, 2), 1000, 53, 17, 0)])

    def test_options_move_the_ports(self):
        self.out(s.frame4(17, s.udp(), options=bytes(40)))
        self.back(reply4(17, s.udp(53, 1000)))

    def test_udp_lives_as_long_as_it_is_used(self):
        self.out(s.frame4(17, s.udp()))
        for _ in range(3):
            self.wait(299)
            self.back(reply4(17, s.udp(53, 1000)))
        self.wait(303)
        self.back(reply4(17, s.udp(53, 1000)), NOWHERE)

    def test_echo(self):
        for make, reply, protocol, kinds, table in [(s.frame4, reply4, 1, (8, 0), "flows4"),
                                                    (s.frame6, reply6, 58, (128, 129), "flows6")]:
            self.start()
            self.back(reply(protocol, s.icmp(kinds[1])), NOWHERE)
            self.out(make(protocol, s.icmp(kinds[0])))
            self.assertEqual(self.flow(table), (ECHO, 0, 0, 0))
            self.wait(50)
            self.back(reply(protocol, s.icmp(kinds[1])))
            self.back(reply(protocol, s.icmp(kinds[1], identifier=78)), NOWHERE)
            self.back(reply(protocol, s.icmp(kinds[0])), NOWHERE)
            self.wait(50)
            self.back(reply(protocol, s.icmp(kinds[1])))
            self.wait(63)
            self.back(reply(protocol, s.icmp(kinds[1])), NOWHERE)

    def test_other_icmp_leaves_and_opens_nothing(self):
        for kind in range(256):
            if kind != 8:
                self.out(s.frame4(1, s.icmp(kind)))
            if kind != 128:
                self.out(s.frame6(58, s.icmp(kind)))
            self.back(reply4(1, s.icmp(kind)), NOWHERE)
            self.back(reply6(58, s.icmp(kind)), TO_INSIDE if 133 <= kind <= 137 else NOWHERE)
        self.assertEqual((self.nf.live("flows4"), self.nf.live("flows6")), (0, 0))

    def test_a_full_table_loses_the_answer(self):
        for port in range(5):
            self.out(s.frame4(17, s.udp(src_port=port)))
        self.assertEqual(self.nf.live("flows4"), 4)
        self.back(reply4(17, s.udp(53, 3)))
        self.back(reply4(17, s.udp(53, 4)), NOWHERE)
        self.out(s.frame4(6, s.tcp(SYN)))
        self.back(reply4(6, s.tcp(SYN | ACK, 80, 1000)), NOWHERE)
        self.out(s.frame4(17, s.udp(src_port=0)))
        self.wait(303)
        self.out(s.frame4(17, s.udp(src_port=4)))
        self.back(reply4(17, s.udp(53, 4)))


class Tcp(Firewall):
    def send(self, flags, expected=TO_OUTSIDE):
        self.out(s.frame4(6, s.tcp(flags)), expected)

    def receive(self, flags, expected=TO_INSIDE):
        self.back(reply4(6, s.tcp(flags, 80, 1000)), expected)

    def state(self):
        return self.flow()[:3]

    def establish(self):
        self.send(SYN)
        self.receive(SYN | ACK)
        self.assertEqual(self.state(), (ESTABLISHED, 0, 0))

    def test_only_syn_opens(self):
        for flags in range(256):
            self.start()
            self.receive(flags, NOWHERE)
            self.send(flags)
            opens = flags & SYN and not flags & ACK and not flags & RST
            self.assertEqual(self.flow(), (OPENING, 0, 0, 0) if opens else None, flags)

    def test_simultaneous_open(self):
        self.send(SYN)
        self.receive(ACK)
        self.assertEqual(self.state(), (OPENING, 0, 0))
        self.receive(SYN)
        self.assertEqual(self.state(), (ESTABLISHED, 0, 0))

    def test_lifetimes(self):
        self.send(SYN)
        self.wait(243)
        self.receive(SYN | ACK, NOWHERE)
        self.establish()
        self.wait(7440)
        self.receive(ACK)
        self.wait(7440)
        self.send(ACK)
        self.wait(7443)
        self.receive(ACK, NOWHERE)

    def test_fins_from_both_sides_close(self):
        for first, second in [(self.send, self.receive), (self.receive, self.send)]:
            self.start()
            self.establish()
            first(FIN | ACK)
            self.assertEqual(self.state(), (ESTABLISHED, int(first == self.send), int(first == self.receive)))
            first(FIN | ACK)
            self.assertEqual(self.state()[0], ESTABLISHED)
            second(FIN | ACK)
            self.assertEqual(self.state(), (CLOSING, 1, 1))
            self.wait(9)
            first(ACK)
            self.assertEqual(self.state(), (CLOSING, 1, 1))
            self.wait(13)
            self.receive(ACK, NOWHERE)

    def test_rst_from_the_inside(self):
        self.establish()
        self.send(RST | FIN)
        self.assertEqual(self.state(), (CLOSING, 0, 0))
        self.start()
        self.establish()
        self.send(FIN)
        self.send(RST | FIN | SYN)
        self.assertEqual(self.state(), (CLOSING, 1, 0))
        self.wait(9)
        self.send(RST)
        self.wait(9)
        self.receive(ACK)

    def test_rst_from_the_outside_starts_the_lifetime_once(self):
        self.establish()
        self.wait(100)
        self.receive(RST | FIN)
        state = self.flow()
        self.assertEqual(state, (CLOSING, 0, 0, self.now >> 30))
        for _ in range(3):
            self.wait(3)
            self.receive(RST | FIN | SYN)
            self.assertEqual(self.flow(), state)
        self.wait(4)
        self.receive(RST, NOWHERE)

    def test_syn_opens_a_closing_flow_again(self):
        self.establish()
        self.send(FIN)
        self.receive(FIN)
        self.receive(SYN | ACK)
        self.assertEqual(self.state(), (CLOSING, 1, 1))
        self.send(SYN | ACK)
        self.assertEqual(self.state(), (CLOSING, 1, 1))
        self.send(SYN | FIN)
        self.assertEqual(self.state(), (OPENING, 0, 0))
        self.receive(SYN | ACK | FIN)
        self.assertEqual(self.state(), (ESTABLISHED, 0, 1))
        self.send(SYN | FIN)
        self.assertEqual(self.state(), (CLOSING, 1, 1))

    def test_syn_changes_no_established_flow(self):
        self.establish()
        self.send(SYN)
        self.receive(SYN)
        self.assertEqual(self.state(), (ESTABLISHED, 0, 0))


class Errors(Firewall):
    SENT4 = [(6, s.tcp(SYN)), (17, s.udp()), (1, s.icmp(8))]
    SENT6 = [(6, s.tcp(SYN)), (17, s.udp()), (58, s.icmp(128))]

    def test_ipv4(self):
        for protocol, payload in self.SENT4:
            self.start()
            quote = s.ipv4(protocol, payload, options=bytes(8))
            self.check(s.frame4(protocol, payload), (3, 11, 12), quote, 28 + 8,
                       lambda kind, quoted: s.frame4(1, s.icmp(kind, payload=quoted), src=bytes(4), dst=INSIDE4))

    def test_ipv6(self):
        for protocol, payload in self.SENT6:
            self.start()
            quote = s.ipv6(*s.chain([(60, s.extension)], protocol, payload))
            self.check(s.frame6(protocol, payload), (1, 2, 3, 4), quote, 48 + 8,
                       lambda kind, quoted: s.frame6(58, s.icmp(kind, payload=quoted), src=bytes(16), dst=INSIDE6))

    def check(self, sent, kinds, quote, needed, error):
        for kind in kinds:
            self.back(error(kind, quote), NOWHERE)
        self.out(sent)
        table = "flows4" if self.nf.live("flows4") else "flows6"
        self.wait(5)
        before = self.flow(table)
        for kind in range(128):
            self.back(error(kind, quote), TO_INSIDE if kind in kinds else NOWHERE)
        for size in range(len(quote)):
            self.back(error(kinds[0], quote[:size]), TO_INSIDE if size >= needed else NOWHERE)
        self.assertEqual(self.flow(table), before)
        self.wait(8000)
        self.back(error(kinds[0], quote), NOWHERE)

    def test_quotes_of_what_was_not_sent(self):
        self.out(s.frame4(17, s.udp()))
        self.out(s.frame4(1, s.icmp(8)))
        for quote in (s.ipv4(17, s.udp(53, 1000), src=OUTSIDE4, dst=INSIDE4), s.ipv4(17, s.udp(1000, 54)),
                      s.ipv4(6, s.tcp(SYN, 1000, 53)), s.ipv4(1, s.icmp(0)), s.ipv4(1, s.icmp(8, identifier=1)),
                      s.ipv4(17, s.udp(), fragment=1), s.ipv4(58, s.icmp(8)), s.ipv6(17, s.udp())):
            self.back(s.frame4(1, s.icmp(3, payload=quote)), NOWHERE)
        self.back(s.frame4(1, s.icmp(3, payload=s.ipv4(17, s.udp(), total=1500))))

    def test_errors_from_the_inside_leave(self):
        self.out(s.frame4(1, s.icmp(3, payload=b"?")))
        self.out(s.frame6(58, s.icmp(1)))


class Pairs(unittest.TestCase):
    def test_a_flow_belongs_to_its_pair(self):
        loaded = s.load(os.path.join(s.ROOT, "nf", "firewall"))
        nf = s.Reference(loaded, s.OPTIONS, 6, {"pairs": [(4, 1), (0, 5)]})
        self.assertEqual(nf.step(s.frame4(17, s.udp()), 4, 0)[0], 1 << 1)
        self.assertEqual(nf.step(reply4(17, s.udp(53, 1000)), 5, 0)[0], 0)
        self.assertEqual(nf.step(reply4(17, s.udp(53, 1000)), 1, 0)[0], 1 << 4)
        self.assertEqual(nf.violated(), [])


def some_frames(chance, count):
    """Frames of every kind, some of them damaged."""
    makers = [
        lambda: s.arp(),
        lambda: s.frame4(17, s.udp(chance.randrange(3), chance.randrange(3)), options=bytes(4 * chance.randrange(3))),
        lambda: reply4(17, s.udp(chance.randrange(3), chance.randrange(3))),
        lambda: s.frame4(6, s.tcp(chance.randrange(32), 1, 2)), lambda: reply4(6, s.tcp(chance.randrange(32), 2, 1)),
        lambda: s.frame6(58, s.icmp(chance.choice([1, 128, 129, 135]))), lambda: reply6(58, s.icmp(129)),
        lambda: s.frame4(1, s.icmp(chance.choice([0, 3, 8]), payload=s.ipv4(17, s.udp(1, 2)))),
        lambda: s.frame6(*s.chain(chance.choices(TestExtensions, k=chance.randrange(10)), 17, s.udp(1, 2))),
        lambda: reply6(*s.chain(chance.choices(TestExtensions, k=2), 58, s.icmp(2, payload=s.ipv6(17, s.udp(1, 2))))),
    ]
    for _ in range(count):
        data = bytearray(chance.choice(makers)())
        for _ in range(chance.choice([0, 0, 1, 3])):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        yield bytes(data[:len(data) - chance.choice([0, 0, 0, 1, 9])])


TestExtensions = [(0, s.extension), (43, s.extension), (51, s.authentication), (44, s.fragment6)]


class Properties(unittest.TestCase):
    def run_all(self, nf, count):
        chance, broken, now = random.Random(5), set(), 0
        for data in some_frames(chance, count):
            now += chance.choice([0, SECOND, 20 * SECOND])
            nf.step(data, chance.randrange(3), now)
            broken.update(nf.violated())
        return broken

    def test_hold_on_damaged_traffic(self):
        self.assertEqual(self.run_all(s.firewall(other="pass"), 3000), set())

    MUTANTS = [
        ("if icmp.discovery:", "if icmp.discovery | icmp.echo_reply:", {"answers_only", "no_unsolicited"}),
        ("lost is not None and lost in flows", "lost is not None", {"no_unsolicited"}),
        ("            return False  # not whole\n        case Arp", "            return True\n        case Arp",
         {"no_unsolicited"}),
        ("    return config.other == \"pass\"", "    return True", {"no_unsolicited"}),
        ("            return flows.refresh(incoming(ip, pair))\n        case Icmp",
         "            return incoming(ip, pair) in flows\n        case Icmp", {"refresh"}),
        ("    if entry is None:\n        return False", "    if entry is None or tcp.rst:\n        return False",
         {"reply_forwards"}),
        ("            flows.insert(flow, state=UDP, fin_inside=0, fin_outside=0)",
         "            return flows.insert(flow, state=UDP, fin_inside=0, fin_outside=0)", {"outbound_forwards"}),
        ("to=pair.partner", "to=[pair.inside, pair.outside]",
         {"never_back", "outbound_forwards", "partner_only", "reply_forwards"}),
        ("        return forward", "        packet.data[0] = 1\n        return forward", {"untouched"}),
    ]

    def test_reject_mutants(self):
        source = s.read("nf", "firewall", "spec.py")
        for old, new, broken in self.MUTANTS:
            self.assertEqual(source.count(old), 1, old)
            with tempfile.TemporaryDirectory() as place:
                where = os.path.join(place, "firewall")
                shutil.copytree(os.path.join(s.ROOT, "nf", "firewall", "props"), os.path.join(where, "props"))
                s.write(os.path.join(where, "spec.py"), source.replace(old, new))
                self.assertEqual(self.run_all(s.firewall(where), 1500), broken, new)


class Nop(unittest.TestCase):
    def test_wires(self):
        loaded = s.load(os.path.join(s.ROOT, "nf", "nop"))
        for ports in range(1, 6):
            nf = s.Reference(loaded, ports=ports)
            for port in range(ports):
                expected = 1 << (port ^ 1) if (port ^ 1) < ports else 0
                self.assertEqual(nf.step(b"\x01\x02", port, 0), (expected, b"\x01\x02"))
                self.assertEqual(nf.violated(), [])


if __name__ == "__main__":
    unittest.main()
