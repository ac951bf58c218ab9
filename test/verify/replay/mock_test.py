# SPDX-License-Identifier: GPL-2.0-or-later
"""vigor-mock on scenes written by hand: it confirms what is right, and names what is not.

VIGOR_MOCK is the program; VIGOR_NFS the folders, joined by colons, of nop.so, firewall.so and unruly.so;
VIGOR_LIBVIG the folder of libVig.
"""
import os
import struct
import subprocess
import unittest

MOCK, NFS, LIBVIG = (os.environ[name] for name in ("VIGOR_MOCK", "VIGOR_NFS", "VIGOR_LIBVIG"))

STATE = 0x10000000
PAIRS, FOUR = 0x610000000020, 0x610000000000
MACS = "020000000001020000000002"
UDP4 = MACS + "0800" + "4500001e00010000401100000a000001c0000207" + "03e80035000a00006869"
ARP = MACS + "0806" + "00010800060400010000" + "00" * 18
# The key in the table: src, dst, ports as they stand, protocol, inside port, padding.
UDP4_KEY = "0a000001c0000207" + "03e80035" + "1100" + "0000"
FIREWALL = struct.pack("<QQQQ", FOUR, FOUR + 8, PAIRS, 0).hex()


def file_of(nf):
    places = [os.path.join(folder, nf + ".so") for folder in NFS.split(":")]
    return next(filter(os.path.exists, places), places[0])


def scene(*items, number=1):
    return "\n".join(["path %d" % number, *items, "end", ""])


def packet(data, port=0, hint=0, now=0, headroom=64, tailroom=64):
    return "packet %s headroom %d tailroom %d port %d hint %x now %d" % (data, headroom, tailroom, port, hint, now)


def nop(data="0011", port=0, result=2, offset=0, sent=None):
    return [block(struct.pack("<Q", 2).hex()), "state %x" % STATE, packet(data, port),
            "expect %x %d %s" % (result, offset, data if sent is None else sent)]


def block(content, address=STATE):
    return "block %x %s" % (address, content)


def firewall(data, calls, result, hint=0):
    return [block(FIREWALL), "state %x" % STATE, packet(data, hint=hint, now=5 << 26), *calls,
            "expect %x 0 %s" % (result, data), "after %x %s" % (STATE, FIREWALL)]


FIND = ["call port_pairs_find 1 2 0000000001000000", "value 0 %x" % PAIRS, "value 1 0"]
INSERT = ["call flow_table_k2v2_insert 1 - -", "value 0 %x" % FOUR, "points 1 " + UDP4_KEY, "value 2 abc",
          "value 3 %x" % (5 << 26), "value 4 3", "points 5 " + "00" * 16]


def unruly(kind, expect="expect 1 0", hint=0, sent=None, content="00" * 16, more=()):
    data = kind.encode().hex() + "42"
    return [block(content), "state %x" % STATE, packet(data, hint=hint, now=0x1122), *more,
            "%s %s" % (expect, data if sent is None else sent)]


class Mock(unittest.TestCase):
    def play(self, nf, text, *more):
        return subprocess.run([MOCK, "--libvig", LIBVIG, *more, file_of(nf)], input=text,
                              capture_output=True, text=True, timeout=60)

    def ok(self, nf, items):
        done = self.play(nf, scene(*items))
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("ok 1\n", "", 0))

    def mismatch(self, nf, items, *expected, more=()):
        done = self.play(nf, scene(*items), *more)
        self.assertEqual(done.returncode, 1, done)
        self.assertTrue(done.stdout.startswith("mismatch 1 "), done)
        for text in expected:
            self.assertIn(text, done.stdout)

    def refused(self, text, expected):
        done = self.play("nop", text)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done)
        self.assertIn(expected, done.stderr)


class Outcomes(Mock):
    def test_right(self):
        self.ok("nop", nop())
        self.ok("nop", nop(data="-"))
        self.ok("nop", nop(port=5, result=0))

    def test_wrong(self):
        self.mismatch("nop", nop(result=1), "result 2 where 1 was expected")
        self.mismatch("nop", nop(sent="0012"), "byte 1 of the packet is 11 where 12 was expected")
        self.mismatch("nop", nop(sent="001122"), "2 bytes where 3 were expected")
        self.mismatch("nop", nop(offset=-4), "starts 0 bytes from where it did, where -4 was expected")
        self.mismatch("nop", nop() + ["after %x 03" % STATE], "byte 0 of the memory at 10000000 is 02 where 03")

    def test_many(self):
        text = scene(*nop(), number=7) + "\n# a comment\n" + scene(*nop(result=0), number=8) + scene(*nop(), number=9)
        done = self.play("nop", text)
        self.assertEqual([line.split()[:2] for line in done.stdout.splitlines()],
                         [["ok", "7"], ["mismatch", "8"], ["ok", "9"]])
        self.assertEqual(done.returncode, 1)

    def test_memory_taken(self):
        page = 0x7fffffffe000 + 0x1000  # above what a process may have
        done = self.play("nop", scene(*nop(), block("00", page)))
        self.assertEqual((done.stdout.split()[0], done.returncode), ("unable", 3), done)


class Calls(Mock):
    def test_in_order(self):
        self.ok("firewall", firewall(ARP, FIND, 2))
        self.ok("firewall", firewall(UDP4, FIND + INSERT, 2, hint=0xabc))

    def test_answer_is_used(self):
        self.ok("firewall", firewall(ARP, ["call port_pairs_find 0 - -"], 0))
        self.ok("firewall", firewall(ARP, ["call port_pairs_find 1 2 0300000000000000"], 8))
        self.ok("firewall", firewall(UDP4, FIND[:1] + ["call flow_table_k2v2_insert 0 - -"], 2))
        self.ok("firewall", firewall(UDP4, ["call port_pairs_find 1 2 0100000000000000",
                                            "call flow_table_k2v2_refresh 1 4 " + "00" * 24], 2))
        self.ok("firewall", firewall(UDP4, ["call port_pairs_find 1 2 0100000000000000",
                                            "call flow_table_k2v2_refresh 0 - -"], 0))

    def test_another(self):
        self.mismatch("firewall", firewall(UDP4, FIND + ["call flow_table_k5v2_insert 1 - -"], 2),
                      "called flow_table_k2v2_insert where flow_table_k5v2_insert was expected (call 1)")
        self.mismatch("firewall", firewall(UDP4, FIND, 2), "called flow_table_k2v2_insert after all 1 calls")
        self.mismatch("firewall", firewall(ARP, FIND + INSERT, 2),
                      "returned after 1 of 2 calls: flow_table_k2v2_insert was expected")

    def test_arguments(self):
        for wrong, right, expected in (
                (3, "value 2 abd", "argument 2 is abc where abd was expected"),
                (2, "points 1 " + UDP4_KEY[:-2] + "01", "byte 15 behind argument 1 is 00 where 01"),
                (5, "value 4 4", "argument 4 is 3 where 4 was expected")):
            insert = INSERT[:wrong] + [right] + INSERT[wrong + 1:]
            self.mismatch("firewall", firewall(UDP4, FIND + insert, 2, hint=0xabc),
                          "flow_table_k2v2_insert (call 1): " + expected)


class Misbehaviour(Mock):
    def test_state(self):
        self.ok("unruly", unruly("s", more=["after %x 2211" % (STATE + 8)]))

    def test_growth_and_trimming(self):
        self.ok("unruly", unruly("g", "expect 1 -2", hint=0xAA, sent="aaaa6742aa"))
        self.ok("unruly", unruly("t", "expect 1 1", sent="42"))

    def test_no_room(self):
        items = unruly("g", "expect 1 0", hint=0xAA, sent="aaaa")
        items[2] = packet("6742", hint=0xAA, headroom=0, tailroom=0)
        self.ok("unruly", items)

    def test_crashes(self):
        self.mismatch("unruly", unruly("r"), "crashed with signal 11", "unruly.so+", "address ")
        self.mismatch("unruly", unruly("i"), "crashed with signal 4")
        self.mismatch("unruly", unruly("w"), "wrote before the packet's headroom")
        self.mismatch("unruly", unruly("o", "expect 1 -4160"), "outside its buffer")

    def test_hangs(self):
        self.mismatch("unruly", unruly("h", content="07" + "00" * 15), "did not return within 150 ms",
                      more=("--limit-ms", "150"))

    def test_the_next_one_starts_anew(self):
        done = self.play("unruly", scene(*unruly("r")) + scene(*unruly("x"), number=2))
        self.assertEqual(done.stdout.splitlines()[1], "ok 2")


class BadInput(Mock):
    def test_items(self):
        for items, expected in (
                (["nonsense"], "line 2: \"nonsense\" is no item of a path"),
                (nop()[:3], "a path has a state, a packet and an expect"),
                (nop() + ["state 0"], "state: it comes once"),
                (nop() + [block("0000", STATE + 7)], "two blocks overlap"),
                (nop() + ["after %x 0000" % (STATE + 7)], "not inside one block"),
                (nop() + ["call x zz - -"], "\"zz\" is no hexadecimal number"),
                (nop() + ["call x void 6 -"], "\"6\" is no decimal number up to 5"),
                (nop() + ["call x void - 00"], "through no argument"),
                (nop() + ["value 0 0"], "there is none before it"),
                (nop(data="012"), "odd number"),
                (nop(data="0x"), "hexadecimal digits"),
                (nop() + ["block 0 0 0"], "4 words where there are 3"),
                (nop() + ["block ffffffffffffffff 0000"], "address space"),
                (nop() + ["block 10000000000000000 00"], "no hexadecimal number"),
                (nop() + ["path 2"], "it comes once")):
            with self.subTest(expected):
                self.refused(scene(*items), expected)

    def test_frame(self):
        self.refused("state 0\n", "starts with \"path N\"")
        self.refused("path 1\nstate 0\n", "the last path has no end")
        self.assertEqual(self.play("nop", "").returncode, 0)

    def test_arguments(self):
        self.assertEqual(self.play("absent", "").returncode, 3)
        self.assertEqual(self.play("nop", "", "--limit-ms", "0").returncode, 3)
        self.assertEqual(self.play("nop", "", "more").returncode, 3)


if __name__ == "__main__":
    unittest.main()
