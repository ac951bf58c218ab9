# SPDX-License-Identifier: BSD-3-Clause
"""The package and the specifications on values that can only be calculated with, compared and decided; and how
many decisions each kind of packet takes, for each costs the prover a question."""

import random
import unittest

import double
import support as s
from support import ACK, INSIDE4, OUTSIDE4, SECOND, SYN
from test_firewall import reply4, reply6, some_frames
from vigor import MacAddr, _backend, checksum, flood, forward, select, update
from vigor.packet import Packet

# What is sent first to open a flow, the packet, its port; decisions of the specification, those inside merged functions.
QUOTE4 = s.ipv4(17, s.udp())
QUOTE6 = s.ipv6(17, s.udp())
DECISIONS = [
    ("short frame", None, b"", 0, 2, 0),
    ("ARP", None, s.arp(), 0, 4, 0),
    ("another EtherType", None, s.frame(0x88CC, b""), 0, 6, 0),
    ("IPv4, not whole", None, s.frame4(17, b"")[:20], 0, 5, 0),
    ("IPv4 later fragment, out", None, s.frame4(17, b"", fragment=1), 0, 8, 0),
    ("IPv4 other protocol, out", None, s.frame4(47, b""), 0, 11, 0),
    ("IPv4 UDP, out", None, s.frame4(17, s.udp()), 0, 12, 0),
    ("IPv4 UDP, reply", s.frame4(17, s.udp()), reply4(17, s.udp(53, 1000)), 1, 13, 0),
    ("IPv4 UDP, unsolicited", None, reply4(17, s.udp(53, 1000)), 1, 13, 0),
    ("IPv4 TCP, opens", None, s.frame4(6, s.tcp(SYN)), 0, 13, 0),
    ("IPv4 TCP, out", s.frame4(6, s.tcp(SYN)), s.frame4(6, s.tcp(ACK)), 0, 12, 0),
    ("IPv4 TCP, reply", s.frame4(6, s.tcp(SYN)), reply4(6, s.tcp(ACK, 80, 1000)), 1, 13, 0),
    ("IPv4 echo, out", None, s.frame4(1, s.icmp(8)), 0, 13, 0),
    ("IPv4 echo, reply", s.frame4(1, s.icmp(8)), reply4(1, s.icmp(0)), 1, 14, 0),
    ("IPv4 error about UDP", s.frame4(17, s.udp()), reply4(1, s.icmp(3, payload=QUOTE4)), 1, 19, 0),
    ("IPv6 UDP, out", None, s.frame6(17, s.udp()), 0, 14, 1),
    ("IPv6 UDP, reply", s.frame6(17, s.udp()), reply6(17, s.udp(53, 1000)), 1, 15, 1),
    ("IPv6 eight extension headers", None, s.frame6(*s.chain([(60, s.extension)] * 8, 17, s.udp())), 0, 14, 16),
    ("IPv6 neighbour discovery, in", None, reply6(58, s.icmp(135)), 1, 15, 1),
    ("IPv6 error about UDP", s.frame6(17, s.udp()), reply6(58, s.icmp(1, payload=QUOTE6)), 1, 23, 2),
]


class Firewall(unittest.TestCase):
    def test_decisions(self):
        for name, before, data, port, decided, merged in DECISIONS:
            nf = s.firewall()
            nf.watched = False
            watch = double.over(nf)
            if before is not None:
                nf.step(before, 0, 0)
            nf.step(data, port, 0)
            self.assertEqual((name, *watch.decisions()), (name, decided, merged))

    def test_same_outcome_as_with_plain_numbers(self):
        chance, now = random.Random(7), 0
        plain, hostile = s.firewall(other="pass"), s.firewall(other="pass")
        watch = double.over(hostile)
        for data in some_frames(chance, 3000):
            now += chance.choice([0, SECOND, 20 * SECOND])
            port = chance.randrange(3)
            mask, sent = hostile.step(data, port, now)
            self.assertEqual((watch._bare(mask), sent), plain.step(data, port, now))
            for table in ("flows4", "flows6"):
                self.assertEqual(watch.real._tables[table].entry, plain.entries(table))
            self.assertEqual(hostile.violated(), [])


def rework(packet):
    """Uses what the firewall does not."""
    ip = packet.ipv4
    ip.checksum = checksum(packet, 14, 20)
    assert ip.checksum_right
    ip.checksum = update(ip.checksum, [ip.word(8, 2)], [ip.word(8, 2) - 0x100])
    ip.ttl = ip.ttl - 1
    assert ip.checksum_right
    ip.src, ip.dst = ip.dst, ip.src
    packet.grow_front(ip.ihl * 4)
    packet.data[0, 8] = packet.data[30, 8]
    for at in (8, 12, 16):
        packet.data[at, 4] = select(packet.length > 40, at, packet.length)
    packet.trim_back(packet.length - 60)
    packet.ethernet.dst = MacAddr("02:00:00:00:00:09")
    return flood(packet).ports | forward(packet, to=[packet.port]).ports


class Package(unittest.TestCase):
    def test_what_the_firewall_does_not_use(self):
        results = []
        for wrap in (lambda backend: backend, double.Double):
            with s.on(s.frame4(17, s.udp(), options=bytes(4))):
                real = _backend.current
                _backend.use(wrap(real))
                mask = rework(Packet(1, writable=True))
                results.append((getattr(mask, "value", mask), real.end(0)))
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0][0], 3)
        self.assertEqual(len(results[0][1]), 60)

    def test_the_double_refuses(self):
        number, condition = double.Number(5, ("n",), []), double.Condition(True, ("c",), [])
        for wrong in (lambda: hash(number), lambda: str(number), lambda: f"{number}", lambda: [1][number], lambda: int(number),
                      lambda: bool(number), lambda: {condition: 1}, lambda: ~condition, lambda: number / 2,
                      lambda: 5 % number, lambda: number - 6, lambda: range(number), lambda: "%d" % number):
            with self.assertRaises(TypeError):
                wrong()


if __name__ == "__main__":
    unittest.main()
