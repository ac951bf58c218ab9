# SPDX-License-Identifier: GPL-2.0-or-later
"""Checksums. Three small functions are proved; with each of the usual mistakes one of them is refuted, and the real function
does what the counterexample says.

VIGOR is the program."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
VIGOR = os.environ["VIGOR"]
HERE = os.path.dirname(os.path.abspath(__file__))
PROVED, REFUTED = range(2)

UPDATE = "checksum_update16(bytes_raw16(header + IPV4_CHECKSUM), was, bytes_raw16(header + IPV4_TTL))"

MISTAKES = [
    ("RFC 1141: the update of a checksum of +0 makes -0 of it", "hop", UPDATE,
     "checksum_fold((uint32_t)bytes_raw16(header + IPV4_CHECKSUM) + was + (uint16_t)~bytes_raw16(header + IPV4_TTL))"),
    ("carries are forgotten", "hop", UPDATE,
     "(uint16_t)~((uint16_t)~bytes_raw16(header + IPV4_CHECKSUM) + (uint16_t)~was + bytes_raw16(header + IPV4_TTL))"),
    ("the update is of another word", "hop", UPDATE, UPDATE.replace("+ IPV4_TTL", "+ IPV4_FRAGMENT")),
    ("the sum is not complemented", "hop", UPDATE, "(uint16_t)~" + UPDATE),
    ("the checksum is not updated", "hop", UPDATE, "bytes_raw16(header + IPV4_CHECKSUM)"),
    ("a wrong header passes", "hop", "!ipv4_checksum_right(packet->data + seen.ip, seen.l4 - seen.ip) ||", ""),
    ("options are not summed", "hop", "(packet->data + seen.ip, seen.l4 - seen.ip)", "(packet->data + seen.ip, 20)"),
    ("the last word of the options is not summed", "hop", "seen.l4 - seen.ip)",
     "seen.l4 - seen.ip == 60 ? 56 : seen.l4 - seen.ip)"),
    ("UDP without a checksum gets one", "napt", "kind == NET_FLOW_UDP ? checksum_fix_udp(was, is) : is", "is"),
    ("TCP has UDP's rule", "napt", "kind == NET_FLOW_UDP ? checksum_fix_udp(was, is) : is", "checksum_fix_udp(was, is)"),
    ("a UDP checksum that comes to 0 is sent so", "napt", "checksum_fix_udp(was, is) :", "was == 0 ? 0 : is :"),
    ("the pseudo header is forgotten", "napt", "checksum_update32(checksum, address, napt->address)", "checksum"),
    ("only half of the address is counted", "napt", "checksum_update32(checksum, address, napt->address)",
     "checksum_update16(checksum, (uint16_t)address, (uint16_t)napt->address)"),
    ("old and new change places", "napt", "checksum_update16(checksum, port, napt->port)",
     "checksum_update16(checksum, napt->port, port)"),
    ("the port's bytes change places", "napt", "checksum_update16(checksum, port, napt->port)",
     "checksum_update16(checksum, __builtin_bswap16(port), __builtin_bswap16(napt->port))"),
    ("the quoted checksum is not counted in the error's", "quote", "checksum_update16(sum, header, updated)", "sum"),
    ("the quoted address is not counted in the error's", "quote", "sum = checksum_update32(sum, was, quote->address);", ""),
    ("the error's checksum counts the quoted one as it was", "quote", "checksum_update16(sum, header, updated)",
     "checksum_update16(sum, header, header)"),
]


class Sums(unittest.TestCase):
    def verdict(self, name, before="", after=""):
        with tempfile.TemporaryDirectory(prefix="vigor-sums-") as folder:
            shutil.copytree(os.path.join(HERE, name), os.path.join(folder, name))
            path = os.path.join(folder, name, name + ".c")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if before:
                self.assertEqual(text.count(before), 1, before)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(before, after) if before else text)
            return subprocess.run([VIGOR, "verify", name, "--packets", "0", "--jobs", "1"], cwd=folder, capture_output=True, text=True, timeout=600)

    def test_functions_are_proved(self):
        for name in ("hop", "napt", "quote"):
            with self.subTest(name):
                done = self.verdict(name)
                self.assertEqual(done.returncode, PROVED, done.stdout + done.stderr)

    def test_mistakes_are_refuted(self):
        with ThreadPoolExecutor(2) as pool:
            for mistake, done in zip(MISTAKES, pool.map(lambda m: self.verdict(*m[1:]), MISTAKES)):
                with self.subTest(mistake[0]):
                    self.assertEqual(done.returncode, REFUTED, done.stdout + done.stderr)
                    self.assertIn("confirmed", done.stdout)


if __name__ == "__main__":
    unittest.main()
