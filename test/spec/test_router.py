# SPDX-License-Identifier: BSD-3-Clause
"""The router's specification: its properties on generated traffic, with what it says itself read anew, and both on
symbolic values."""

import os
import shutil
import sys
import tempfile
import unittest

import double
import support as s
from support import SECOND

sys.path.insert(0, os.path.join(s.ROOT, "test", "trace"))
import generate_router  # noqa: E402
from generate_router import INTERFACES, PORTS, ROUTER, ROUTES, STATIC, checksum, ip4  # noqa: E402

FOLDER = os.path.join(s.ROOT, "nf", "router")
LISTS = {
    "interfaces": [(port, address, length, ROUTER + port, mtu) for port, (address, length, mtu) in enumerate(INTERFACES)],
    "routes": [((ip4(prefix), length), ip4(gateway), port) for prefix, length, gateway, port in ROUTES],
    "static": STATIC,
}


def router(where=FOLDER):
    return s.Reference(s.load(where), {"capacity": 6, "neighbour_lifetime": 5 * SECOND}, PORTS, LISTS)


def kind_of(sent):
    if sent[12:14] == b"\x08\x06":
        return "request" if sent[21] == 1 else "reply"
    return "icmp %d" % sent[34] if sent[23] == 1 and sent[26:30] in OWN else "forwarded"


OWN = [address.to_bytes(4, "big") for address, length, mtu in INTERFACES]


class Router(unittest.TestCase):
    def test_generated_traffic(self):
        nf, seen = router(), {}
        for port, now, data in generate_router.generate(3000, 7):
            mask, sent = nf.step(data, port, now)
            self.assertEqual(nf.violated(), [], data.hex())
            if mask:
                kind = kind_of(sent)
                seen[kind] = seen.get(kind, 0) + 1
                self.whole(sent)
        for kind in ("request", "reply", "icmp 0", "icmp 3", "icmp 11", "forwarded"):
            self.assertGreater(seen.get(kind, 0), 10, seen)

    def whole(self, sent):
        """Header and ICMP checksums of what the router says itself are right."""
        if sent[12:14] != b"\x08\x00":
            return
        self.assertEqual(checksum(sent[14:14 + (sent[14] & 15) * 4]), 0)
        if kind_of(sent) in ("icmp 3", "icmp 11") and sent[15] == 0xC0:
            self.assertEqual(len(sent), 14 + int.from_bytes(sent[16:18], "big"))
            self.assertEqual(checksum(sent[34:]), 0)

    def test_symbolic_values_do_as_well(self):
        plain, nf = router(), router()
        watch = double.over(nf)
        for port, now, data in generate_router.generate(600, 8):
            self.assertEqual(nf.step(data, port, now), plain.step(data, port, now))
            self.assertLess(sum(watch.decisions()), 45)

    def changed(self, old, new):
        """The specification with one change, beside what it shares."""
        place = self.enterContext(tempfile.TemporaryDirectory())
        shutil.copytree(os.path.join(s.ROOT, "nf", "common"), os.path.join(place, "common"))
        folder = shutil.copytree(FOLDER, os.path.join(place, "router"))
        path = os.path.join(folder, "spec.py")
        with open(path) as file:
            text = file.read()
        self.assertEqual(text.count(old), 1, old)
        with open(path, "w") as file:
            file.write(text.replace(old, new))
        return router(folder)

    def test_properties_notice_mistakes(self):
        for name, old, new in [
                ("ttl_never_zero", "if ip.ttl <= 1:", "if ip.ttl == 0:"),
                ("bad_checksum_stays", " or not ip.checksum_right:", ":"),
                ("still_right", "    age(ip)\n", ""),
                ("longest_match", "hop = config.routes.longest(ip.dst)",
                 "hop = config.routes.get(ip.dst >> 24 << 24, 8) or config.routes.longest(ip.dst)"),
                ("no_martians", "martian(ip.src) | ", ""),
                ("own_frames_only", "if frame.dst != here.mac or packet.ipv4 is None:", "if packet.ipv4 is None:"),
                ("no_error_about_errors", "one_of(packet.data[ip.l4], UNREACHABLE, ", "one_of(packet.data[ip.l4], "),
                ("echo_answers", "        return drop()\n    return answer(packet, here)",
                 "        return drop()\n    return drop() if ip.ttl == 1 else answer(packet, here)"),
                ("arp_answers", "if (frame.dst == here.mac) | (frame.dst == EVERYBODY) else drop()", ""),
                ("errors_answer", "frame.dst, frame.src, frame.type = station, here.mac",
                 "frame.dst, frame.src, frame.type = EVERYBODY, here.mac"),
        ]:
            with self.subTest(name):
                nf = self.changed(old, new)
                self.assertTrue(any(nf.step(data, port, now) and name in nf.violated()
                                    for port, now, data in generate_router.generate(4000, 7)))


if __name__ == "__main__":
    unittest.main()
