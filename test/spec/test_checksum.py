# SPDX-License-Identifier: BSD-3-Clause
"""Checksums against the examples of the RFCs, and against each other."""

import random
import unittest

import support as s
from vigor import checksum, update, words16


class Checksum(unittest.TestCase):
    def test_rfc_1071_section_3(self):
        with s.on(bytes.fromhex("0001f203f4f5f6f7")) as packet:
            self.assertEqual(checksum(packet, 0, 8), 0xFFFF - 0xDDF2)

    def test_rfc_1624_section_4(self):
        self.assertEqual(update(0xDD2F, [0x5555], [0x3285]), 0x0000)

    def test_odd_sizes_are_padded(self):
        with s.on(bytes([1, 2, 3])) as packet:
            self.assertEqual(checksum(packet, 0, 3), 0xFFFF - (0x0102 + 0x0300))

    def test_header_with_options(self):
        chance = random.Random(1)
        for options in range(0, 44, 4):
            data = bytearray(s.frame4(17, s.udp(), options=chance.randbytes(options)))
            with s.on(bytes(data)) as packet:
                right = checksum(packet, 14, 20 + options)
                self.assertFalse(packet.ipv4.checksum_right)
                packet.ipv4.checksum = right
                self.assertTrue(packet.ipv4.checksum_right)
                packet.ipv4.checksum = update(right, words16(packet.ipv4.dst, 4), words16(0x0A0B0C0D, 4))
                packet.ipv4.dst = 0x0A0B0C0D
                self.assertTrue(packet.ipv4.checksum_right)

    def test_a_wrong_one_stays_wrong(self):
        chance = random.Random(2)
        for _ in range(200):
            words = [chance.randrange(1, 1 << 16) for _ in range(4)]
            right = update(0xFFFF, [], words)
            new = chance.randrange(1 << 16)
            moved = update(0xFFFF, [], [new] + words[1:])
            self.assertEqual(update(right, words[:1], [new]), moved)
            self.assertNotEqual(update(right ^ 0x0100, words[:1], [new]), moved)

    def test_words(self):
        self.assertEqual(words16(0x010203040506, 6), [0x0102, 0x0304, 0x0506])


if __name__ == "__main__":
    unittest.main()
