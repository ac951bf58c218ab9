# SPDX-License-Identifier: BSD-3-Clause
"""Choices on real packets: what they are read off, what is not there, what is not allowed and how that is told."""

import os
import unittest

import double
import support as s
from vigor._load import explain
from vigor.concrete import Done
from vigor.errors import NotAllowed, SpecError

SPEC = """\
from vigor import *


class Who(Record):
    address: MacAddr


class Mark(Record):
    mark: U16


class State:
    marks = Table(Who, Mark, capacity=2, lifetime=10**9)


%s
def spec(packet, state, config):
    if packet.length < 14:
        return drop()
    who = Who(packet.data[6, 6])
    mark = %s
    state.marks.insert(who, mark=mark)
    packet.data[12, 2] = mark
    return forward(packet, to=1)
"""
OFF_THE_PACKET = "choose(U16, lambda seen: seen.packet.data[12, 2], otherwise=7, where=lambda value: value != 0)"
OFF_THE_TABLE = "choose(U16, lambda seen: seen.state.marks[who].mark, otherwise=7)"
FRAME = bytes(12) + b"\x12\x34"


def nothing(table, key):
    return None


class Choices(unittest.TestCase):
    def reference(self, choice=OFF_THE_PACKET, before="", **props):
        folder = self.enterContext(s.folder(SPEC % (before, choice), **props))
        return s.Reference(s.load(folder))

    def marked(self, mark):
        return FRAME[:12] + mark.to_bytes(2, "big")

    def step(self, reference, done=None):
        return reference.step(FRAME, 0, 0, done)

    def test_read_off_the_packet(self):
        reference = self.reference()
        self.assertEqual(self.step(reference, Done(2, self.marked(9), nothing)), (2, self.marked(9)))
        self.assertEqual(list(reference.entries("marks").values()), [(0, (9,), 0)])

    def test_read_off_the_table(self):
        seen = []

        def entry(table, key):
            seen.append((table, key))
            return 0, (11,), 0

        self.assertEqual(self.step(self.reference(OFF_THE_TABLE), Done(2, self.marked(11), entry)), (2, self.marked(11)))
        self.assertEqual(seen, [("marks", (0,))])
        self.assertEqual(self.step(self.reference(OFF_THE_TABLE), Done(2, self.marked(11), nothing))[1], self.marked(7))

    def test_read_off_the_ports(self):
        choice = "choose(U16, lambda seen: seen.ports, otherwise=7)"
        self.assertEqual(self.step(self.reference(choice), Done(5, FRAME, nothing))[1], self.marked(5))
        self.assertEqual(self.step(self.reference(choice), Done(0, FRAME, nothing))[1], self.marked(0))

    def test_what_is_not_there_is_otherwise(self):
        for done in (None, Done(0, self.marked(9), nothing), Done(2, self.marked(9)[:13], nothing), Done(2, None, nothing)):
            self.assertEqual(self.step(self.reference(), done), (2, self.marked(7)))
        choice = OFF_THE_PACKET.replace("data[12, 2]", "ipv4.ttl")
        self.assertEqual(self.step(self.reference(choice), Done(2, self.marked(9), nothing)), (2, self.marked(7)))

    def test_otherwise_has_to_be_allowed(self):
        with self.assertRaises(NotAllowed):
            self.step(self.reference(OFF_THE_PACKET.replace("otherwise=7", "otherwise=0")))

    def refusal(self, choice, mark, before=""):
        reference = self.reference(choice, before)
        try:
            self.step(reference, Done(2, self.marked(mark), nothing))
        except NotAllowed as refused:
            file, line, text = explain(refused)
        self.assertEqual((os.path.basename(file), line - before.count("\n")), ("spec.py", 21))
        return text

    def test_what_is_not_allowed_is_told(self):
        told = "the choice of the network function is %s, which is not %s"
        self.assertEqual(self.refusal(OFF_THE_PACKET, 0), told % ("0 (0x0)", "allowed: where value != 0"))
        self.assertEqual(self.refusal(OFF_THE_PACKET.replace("value != 0", "(lambda x:\n   x > 5)(value)"), 5),
                         told % ("5 (0x5)", "allowed: where (lambda x: x > 5)(value)"))
        named = "def high(value):\n    return value > 5\n"
        self.assertEqual(self.refusal(OFF_THE_PACKET.replace("lambda value: value != 0", "high"), 4, named),
                         told % ("4 (0x4)", "allowed: where high"))
        self.assertEqual(self.refusal(OFF_THE_PACKET.replace("U16", "U8"), 256), told % ("256 (0x100)", "of its type"))
        self.assertEqual(self.refusal(OFF_THE_PACKET.replace("U16", "Port"), 2), told % ("2 (0x2)", "of its type"))

    def test_types(self):
        for kind, most in [("U8", 255), ("U16", 65535), ("U32", 65535), ("U64", 65535), ("IPv4Addr", 65535), ("MacAddr", 65535),
                           ("Nanoseconds", 65535), ("Port", 1)]:
            self.step(self.reference("choose(%s, lambda seen: %d, otherwise=0)" % (kind, most)), Done(2, FRAME, nothing))
        self.step(self.reference("choose(IPv6Addr, lambda seen: IPv6Addr(1, 2), otherwise=IPv6Addr(0, 0)).lo"))
        for kind in ("Prefix4", "Enum('a')", "7", "PortPairs"):
            with self.assertRaises(SpecError):
                self.step(self.reference("choose(%s, lambda seen: 1, otherwise=0)" % kind))

    def test_mistakes(self):
        def reading(what):
            return OFF_THE_PACKET.replace("seen.packet.data[12, 2]", what)

        done = Done(2, self.marked(9), nothing)
        for choice, says in [
                (reading("seen.packet.trim_back(1)"), "a property changes nothing"), (reading("None"), "a number is to be chosen"),
                (reading("seen.ports == 2"), "a number is to be chosen"), (reading("seen.state.none"), "State has no table"),
                (reading("seen.state.marks.count"), "not off how many"), (reading("seen.state.marks.at(1)"), "choice already"),
                (OFF_THE_PACKET.replace("value != 0", "None"), "where= returns a condition"),
                ("choose(IPv6Addr, lambda seen: 1, otherwise=1)", "an IPv6Addr is to be chosen")]:
            with self.assertRaises(SpecError, msg=choice) as caught:
                self.step(self.reference(choice), done)
            self.assertIn(says, str(caught.exception))
        for choice in (reading("seen.colour"), reading("seen.packet.data[14, 'x']"), "choose(U16, lambda seen: 1)"):
            with self.assertRaises((AttributeError, TypeError), msg=choice):
                self.step(self.reference(choice), done)

    def test_only_a_specification_chooses(self):
        reference = self.reference(more="from vigor import *\ndef prop(packet, before, after, out, config):\n"
                                        "    '''More.'''\n    assert choose(U8, lambda seen: 1, otherwise=1) == 1\n")
        self.step(reference)
        with self.assertRaises(SpecError) as caught:
            reference.violated()
        self.assertIn("only a specification", str(caught.exception))
        with self.assertRaises(SpecError) as caught:
            self.step(self.reference("label(3)", "@pure\ndef label(x):\n    return (%s,)\n" % OFF_THE_PACKET))
        self.assertIn("pure function", str(caught.exception))

    def test_who_chooses_is_known(self):
        def loads(text):
            return s.load(self.enterContext(s.folder(text))).chooses

        self.assertTrue(self.reference().loaded.chooses)
        body = "def spec(packet, state, config):\n    return %s\n"
        self.assertTrue(loads("import vigor as v\n" + body % "v.Outcome(v.choose(v.U8, lambda seen: 1, otherwise=1))"))
        self.assertTrue(loads("from vigor import choose as c, Outcome, U8\n" + body % "Outcome(c(U8, lambda seen: 1, otherwise=1))"))
        self.assertTrue(loads("from vigor import *\nmine = choose\n" + body % "drop()"))
        self.assertFalse(loads("from vigor import *\n" + body % "drop()"))
        self.assertFalse(loads("from vigor import *\ndef choose(x):\n    return x\n" + body % "choose(drop())"))

    def test_symbolic_values_do_as_well(self):
        for choice in (OFF_THE_PACKET, OFF_THE_TABLE, OFF_THE_PACKET.replace("data[12, 2]", "ipv4.ttl")):
            plain, hostile = self.reference(choice), self.reference(choice)
            double.over(hostile)
            for done in (None, Done(2, self.marked(9), lambda table, key: (0, (3,), 0)), Done(0, b"", nothing)):
                self.assertEqual(self.step(hostile, done)[1], self.step(plain, done)[1])


if __name__ == "__main__":
    unittest.main()
