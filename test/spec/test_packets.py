# SPDX-License-Identifier: BSD-3-Clause
"""Headers: what is whole at every length, and what the fields say."""

import unittest

import support as s
from vigor import Arp, IPv4, IPv6, IPv6Addr, Icmp, Other, SpecError, Tcp, Udp


def kind(data):
    """(class of what the frame carries, class of what that carries), None for what is not whole."""
    with s.on(data) as packet:
        network = packet.network
        carried = getattr(network, "transport", None)
        return type(network), type(carried)


NONE = type(None)


class Lengths(unittest.TestCase):
    def test_frames_cut_at_every_length(self):
        for data, kinds, whole in [
                (s.arp(), (Arp, NONE), 42),
                (s.frame4(6, s.tcp(s.SYN, offset=8, payload=b"abc")), (IPv4, Tcp), None),
                (s.frame4(17, s.udp(), options=bytes(8)), (IPv4, Udp), None),
                (s.frame4(1, s.icmp(8)), (IPv4, Icmp), None),
                (s.frame6(6, s.tcp(s.SYN)), (IPv6, Tcp), None),
                (s.frame6(*s.chain([(0, s.extension), (44, s.fragment6)], 17, s.udp())), (IPv6, Udp), None),
                (s.frame6(58, s.icmp(128)), (IPv6, Icmp), None)]:
            for length in range(len(data) + 5):
                cut = (data + bytes(5))[:length]
                expected = kinds if length >= (whole or len(data)) else (NONE, NONE)
                self.assertEqual(kind(cut), expected, (kinds, length))

    def test_short_frames_of_other_types(self):
        for length in range(14):
            self.assertEqual(kind(bytes(length))[0], NONE)
        for ether_type in (0, 0x05FF, 0x8100, 0x88CC):
            self.assertEqual(kind(s.frame(ether_type, b""))[0], Other)

    def test_ipv4_total_length(self):
        payload = s.tcp(s.SYN, payload=bytes(10))
        for total in range(70):
            data = s.frame4(6, payload, options=bytes(4), total=total)
            network = IPv4 if 24 <= total <= 24 + len(payload) else NONE
            carried = Tcp if 24 + 20 <= total <= 24 + len(payload) else NONE
            self.assertEqual(kind(data), (network, carried), total)

    def test_ipv4_version_and_header_length(self):
        for first in range(256):
            data = bytearray(s.frame4(17, s.udp(payload=bytes(20))))
            data[14] = first
            ihl = first & 15
            whole = first >> 4 == 4 and ihl >= 5 and ihl * 4 <= 48
            self.assertEqual(kind(bytes(data))[0], IPv4 if whole else NONE, first)

    def test_tcp_data_offset(self):
        for offset in range(16):
            data = bytearray(s.frame4(6, s.tcp(s.ACK, payload=bytes(12))))
            data[14 + 20 + 12] = offset << 4 | 15
            self.assertEqual(kind(bytes(data))[1], Tcp if 5 <= offset <= 8 else NONE, offset)

    def test_udp_length(self):
        for length in range(30):
            for fragment in (0, 0x2000, 0x4000):
                data = s.frame4(17, s.udp(payload=bytes(4), length=length), fragment=fragment)
                whole = 8 <= length and (length <= 12 or fragment == 0x2000)
                self.assertEqual(kind(data)[1], Udp if whole else NONE, (length, fragment))

    def test_later_fragments_carry_nothing_that_is_looked_into(self):
        for fragment in (1, 0x1FFF, 0x2001, 0x6003):
            self.assertEqual(kind(s.frame4(6, b"", fragment=fragment)), (IPv4, Other))

    def test_protocols(self):
        for protocol in range(256):
            carried = {6: Tcp, 17: Udp, 1: Icmp}.get(protocol, Other)
            payload = s.tcp(s.SYN) if protocol == 6 else s.udp()
            self.assertEqual(kind(s.frame4(protocol, payload)), (IPv4, carried), protocol)
            if protocol not in (0, 43, 44, 51, 60):
                carried = {6: Tcp, 17: Udp, 58: Icmp}.get(protocol, Other)
                self.assertEqual(kind(s.frame6(protocol, payload)), (IPv6, carried), protocol)


class Extensions(unittest.TestCase):
    ANY = [(0, s.extension), (43, s.extension), (60, s.extension), (51, s.authentication), (44, s.fragment6)]

    def test_each_and_two_of_each(self):
        for first in self.ANY:
            self.assertEqual(kind(s.frame6(*s.chain([first], 17, s.udp()))), (IPv6, Udp))
            for second in self.ANY:
                self.assertEqual(kind(s.frame6(*s.chain([first, second], 6, s.tcp(0)))), (IPv6, Tcp))

    def test_sizes(self):
        for units in range(6):
            options = (60, lambda following: s.extension(following, units))
            header = (51, lambda following: s.authentication(following, units))
            with s.on(s.frame6(*s.chain([options, header], 17, s.udp()))) as packet:
                self.assertEqual(packet.ip.l4, 54 + 8 * (units + 1) + 4 * (units + 2))
                self.assertEqual(packet.ip.udp.dst_port, 53)

    def test_eight_are_walked_and_a_ninth_is_not(self):
        for count in range(12):
            for header in self.ANY:
                found = kind(s.frame6(*s.chain([header] * count, 17, s.udp())))
                self.assertEqual(found, (IPv6, Udp if count <= 8 else Other), (count, header[0]))
                with s.on(s.frame6(*s.chain([header] * count, 17, s.udp()))) as packet:
                    self.assertEqual(packet.ip.cut_short, count > 8)

    def test_a_ninth_need_not_be_whole(self):
        number, payload = s.chain([(0, s.extension)] * 8, 43, b"")
        self.assertEqual(kind(s.frame6(number, payload)), (IPv6, Other))

    def test_cut_inside_a_header(self):
        later = (44, lambda following: s.fragment6(following, 1))
        for header in self.ANY + [later]:
            number, payload = s.chain([(60, s.extension), header], 59, b"")
            for size in range(len(payload)):
                self.assertEqual(kind(s.frame6(number, payload[:size]))[0], NONE, (header[0], size))
            self.assertEqual(kind(s.frame6(number, payload)), (IPv6, Other))

    def test_a_header_that_says_more_than_is_there(self):
        self.assertEqual(kind(s.frame6(0, bytes([17, 255]) + bytes(100)))[0], NONE)
        self.assertEqual(kind(s.frame6(51, bytes([17, 255]) + bytes(100)))[0], NONE)

    def test_fragments(self):
        for offset, more, carried in [(0, 0, Udp), (0, 1, Udp), (1, 0, Other), (8191, 1, Other)]:
            number, payload = s.chain(
                [(0, s.extension), (44, lambda following: s.fragment6(following, offset, more))], 17, s.udp())
            with s.on(s.frame6(number, payload)) as packet:
                self.assertEqual(type(packet.ip.transport), carried)
                self.assertEqual(packet.ip.more_fragments, more == 1)
                self.assertEqual(packet.ip.later_fragment, offset != 0)

    def test_a_later_fragment_ends_the_walk(self):
        later = (44, lambda following: s.fragment6(following, 5))
        self.assertEqual(kind(s.frame6(*s.chain([later, (0, s.extension)], 17, b"")))[0], IPv6)
        self.assertEqual(kind(s.frame6(*s.chain([later], 0, b""))), (IPv6, Other))

    def test_any_fragment_header_counts_for_more(self):
        more, last = ((44, lambda following, m=m: s.fragment6(following, 0, m)) for m in (1, 0))
        for headers in ([more, last], [last, more]):
            self.assertEqual(kind(s.frame6(*s.chain(headers, 17, s.udp(length=999))))[1], Udp)
        self.assertEqual(kind(s.frame6(*s.chain([last, last], 17, s.udp(length=999))))[1], NONE)


class Quotes(unittest.TestCase):
    def quoted(self, data):
        with s.on(data) as packet:
            return packet.ip.icmp.quoted and type(packet.ip.icmp.quoted.transport)

    def test_ipv4_cut_at_every_length(self):
        inner = s.ipv4(17, s.udp(payload=bytes(20)), options=bytes(4))
        for size in range(len(inner)):
            found = self.quoted(s.frame4(1, s.icmp(3, payload=inner[:size])))
            self.assertEqual(found, Udp if size >= 32 else None, size)

    def test_ipv6_cut_at_every_length(self):
        inner = s.ipv6(*s.chain([(0, s.extension), (51, s.authentication)], 6, s.tcp(s.SYN)))
        for size in range(len(inner)):
            found = self.quoted(s.frame6(58, s.icmp(1, payload=inner[:size])))
            self.assertEqual(found, Tcp if size >= 40 + 8 + 12 + 8 else None, size)

    def test_padding_of_the_frame_is_not_quoted(self):
        inner = s.ipv4(17, s.udp())[:27]
        self.assertIsNone(self.quoted(s.frame4(1, s.icmp(3, payload=inner)) + bytes(30)))

    def test_fragments_and_versions(self):
        for fragment, found in [(0x2000, Udp), (0x4000, Udp), (1, None)]:
            data = s.frame4(1, s.icmp(3, payload=s.ipv4(17, s.udp(), fragment=fragment)))
            self.assertEqual(self.quoted(data), found)
        self.assertIsNone(self.quoted(s.frame4(1, s.icmp(3, payload=s.ipv6(17, s.udp())))))
        self.assertIsNone(self.quoted(s.frame6(58, s.icmp(1, payload=s.ipv4(17, s.udp(payload=bytes(40)))))))
        later = s.chain([(44, lambda following: s.fragment6(following, 1))], 17, s.udp())
        self.assertIsNone(self.quoted(s.frame6(58, s.icmp(1, payload=s.ipv6(*later)))))

    def test_fields(self):
        with s.on(s.frame6(58, s.icmp(3, payload=s.ipv6(17, s.udp(5, 6))))) as packet:
            quoted = packet.ip.icmp.quoted
            self.assertEqual((quoted.udp.src_port, quoted.udp.dst_port, quoted.protocol), (5, 6, 17))
            self.assertTrue(quoted.src == IPv6Addr("2001:db8::1"))

    def test_nothing_beyond_the_quote_is_read(self):
        with s.on(s.frame4(1, s.icmp(3, payload=s.ipv4(6, s.tcp(s.SYN))[:28]))) as packet:
            self.assertEqual(packet.ip.icmp.quoted.tcp.src_port, 1000)
            with self.assertRaises(SpecError):
                packet.ip.icmp.quoted.tcp.flags


class Fields(unittest.TestCase):
    def test_write_through(self):
        with s.on(s.frame4(17, s.udp(), options=bytes(4))) as packet:
            packet.ethernet.dst = 0x0180C2000000
            packet.ipv4.ttl = 63
            packet.ipv4.udp.dst_port = 4242
            packet.data[14 + 1] = 0xB8
            self.assertEqual(packet.data[0, 6], 0x0180C2000000)
            self.assertEqual((packet.data[22], packet.data[14 + 24 + 2, 2]), (63, 4242))
            self.assertEqual(packet.ipv4.tos, 0xB8)

    def test_ipv6_addresses(self):
        with s.on(s.frame6(17, s.udp())) as packet:
            packet.ipv6.dst = IPv6Addr("::1:2")
            self.assertTrue(packet.ipv6.dst == IPv6Addr(0, 0x10002))
            self.assertTrue(packet.ipv6.src != packet.ipv6.dst)

    def test_a_write_that_changes_the_shape_is_seen(self):
        with s.on(s.frame4(17, s.udp())) as packet:
            self.assertIsInstance(packet.ip.transport, Udp)
            packet.ip.protocol = 1
            self.assertIsInstance(packet.ip.transport, Icmp)
            packet.ip.total_length = 20
            self.assertIsNone(packet.ip.transport)
            packet.ethernet.type = 0x0806
            self.assertIsNone(packet.ip)

    def test_growing(self):
        with s.on(s.frame4(17, s.udp())) as packet:
            before = packet.ethernet
            packet.grow_front(4)
            with self.assertRaises(SpecError):
                before.dst
            packet.data[0, 4] = 7
            packet.trim_front(4)
            packet.grow_back(2)
            packet.data[packet.length - 2, 2] = 1
            packet.trim_back(1)
            self.assertIsInstance(packet.ip.transport, Udp)
            self.assertEqual(packet.length, 14 + 30 + 1)

    def test_what_was_never_written_is_not_read(self):
        with s.on(bytes(20)) as packet:
            packet.grow_back(2)
            with self.assertRaises(SpecError):
                packet.data[20]

    def test_arp(self):
        with s.on(s.arp()) as packet:
            self.assertTrue(packet.arp.for_ipv4)
            packet.arp.hardware = 6
            self.assertFalse(packet.arp.for_ipv4)

    def test_reads_beyond_the_end(self):
        with s.on(bytes(20)) as packet:
            for index, size in [(19, 2), (20, 1), (-1, 1), (0, 9), (0, 0)]:
                with self.assertRaises(SpecError):
                    packet.word(index, size)


if __name__ == "__main__":
    unittest.main()
