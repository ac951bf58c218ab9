# SPDX-License-Identifier: GPL-2.0-or-later
"""Choices, held against a function that does little else (label/): what it may choose is proved, however it chooses; a choice
that is not allowed, or that is made in two ways, is refuted, and the function itself does it.

VIGOR is the program."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from changed import BAD, HERE, PROVED, REFUTED, VIGOR, ChangedTest

PROPERTY = """\
from vigor import *


def prop(packet, before, after, out, config):
    \"\"\"More.\"\"\"
%s
"""
PACKET, TABLE = "seen.packet.data[14, 2]", "seen.state.labels[sender].label"
WHERE, PORTS = "where=lambda value: value != 0)", "where=lambda ports: one_of(ports, 1 << 1, 1 << 2)"
NEW = "packet->data[14] << 8 | packet->data[15] | 1"
SENT = "(label.label & 2) != 0 ? 2 : 1"


class Label(ChangedTest):
    NAME, PROPERTY = "label", PROPERTY

    def refused(self, where, *changes):
        self.assertIn("is not allowed: where " + where, " ".join(self.refuted(*changes).split()))

    def bad(self, says, *changes, **more):
        code, text = self.verify(*changes, **more)
        self.assertEqual(code, BAD, text)
        self.assertIn(says, text)

    def test_as_it_is(self):
        self.proved()

    def test_other_choices(self):
        for new in ("5", "packet->data[6] + 1", "0xffff", "packet->length | 0x8000"):
            self.proved(("label.c", NEW, new))
        for sent in ("1", "packet->data[0] == 7 ? 2 : 1"):
            self.proved(("label.c", SENT, sent))

    def test_it_is_read_off_the_packet_or_off_the_table(self):
        self.proved(("spec.py", PACKET, TABLE))
        self.proved(("spec.py", PACKET, "seen.state.labels.get(sender).label"))

    def test_choices_that_are_not_allowed(self):
        self.refused("value != 0", ("label.c", NEW, "packet->data[14] << 8 | packet->data[15]"))
        self.refused("value != 0", ("label.c", NEW, "0"))
        self.refused("value != 0", ("label.c", NEW, "0"), ("spec.py", PACKET, TABLE))
        self.refused("one_of(ports, 1 << 1, 1 << 2)", ("label.c", SENT, "label.label == 77 ? 0 : 1"))
        self.refused("one_of(ports, 1 << 1, 1 << 2)", ("label.c", "return port_only(%s)" % SENT, "return 6"))
        self.refused("one_of(ports, 1 << 1, 1 << 2)", ("label.c", "return port_only(%s)" % SENT, "return PORTS_NONE"))

    def test_a_choice_is_one(self):
        """In the packet another than in the table, or the packet that it is read off, but not sent by a port that may be."""
        for read in (PACKET, TABLE):
            self.refuted(("label.c", "data + 14, label.label", "data + 14, (uint16_t)(label.label ^ 4)"),
                         ("spec.py", PACKET, read))
            self.refuted(("label.c", "= new_label(packet);", "= new_label(packet); else label.label ^= 4;"),
                         ("spec.py", PACKET, read))

    def test_only_the_place_that_is_named_is_chosen(self):
        self.refuted(("label.c", "\treturn port_only", "\tpacket->data[13] = 1;\n\treturn port_only"))
        self.refuted(("spec.py", PACKET, "seen.packet.data[12, 2] | 1"))

    def test_what_may_never_be_chosen_is_not_taken_for_chosen(self):
        self.refused("value != value", ("spec.py", WHERE, "where=lambda value: value != value)"))
        self.refused("False", ("spec.py", WHERE, "where=lambda value: False)"))

    def test_what_may_be_chosen_may_depend_on_the_packet(self):
        """For some packets the function's choice is allowed. It has to be for all."""
        same = (("spec.py", WHERE, "where=lambda value: value == packet.data[8, 2])"),
                ("spec.py", "otherwise=1,", "otherwise=packet.data[8, 2],"))
        self.proved(("label.c", NEW, "bytes_be16(packet->data + 8)"), *same)
        self.refused("value == packet.data[8, 2]", ("label.c", NEW, "bytes_be16(packet->data + 8) & 0xff"), *same)
        self.refused("value == packet.data[8, 2]", ("label.c", NEW, "1"), *same)

    def test_the_type_is_a_range(self):
        bare = ("spec.py", ", otherwise=1 << 1,\n                          " + PORTS, ", otherwise=1 << 1")
        self.proved(bare)  # any ports at all
        self.assertIn("is not of its type", self.refuted(bare, ("spec.py", "choose(U32, lambda seen: seen.ports",
                                                                "choose(U8, lambda seen: seen.ports + 254")))
        self.refuted(("label.c", SENT, "3"))
        self.proved(bare, ("label.c", "env->ports < 3", "env->ports < 4"), ("label.c", SENT, "3"))

    def test_what_is_not_there_is_otherwise(self):
        """A packet that is shorter than the place read, a header that it has not, an entry that is absent."""
        for read in ("seen.packet.data[packet.length, 2]", "seen.packet.data[1518, 1]", "seen.packet.network.end",
                     "seen.packet.ipv4.ttl", "seen.state.labels[Sender(sender.address ^ 1)].label * 0 + 1"):
            with self.subTest(read):
                self.refuted(("spec.py", PACKET, read))
        one = ("label.c", NEW, "1")
        self.proved(one, ("spec.py", PACKET, "seen.packet.data[packet.length, 2]"))
        self.proved(one, ("spec.py", PACKET, "seen.packet.data[1518, 1]"))
        self.refused("value != 0", one, ("spec.py", PACKET, "seen.packet.data[1518, 1]"),
                     ("spec.py", "otherwise=1,", "otherwise=0,"))

    def test_mistakes_of_the_specification(self):
        self.bad("spec.py:27: AttributeError: 'SeenPacket' object has no attribute 'date'", ("spec.py", PACKET, "seen.packet.date"))
        self.bad("a property changes nothing", ("spec.py", PACKET, "seen.packet.trim_back(1)"))
        self.bad("TypeError", ("spec.py", PACKET, "seen.packet"))
        self.bad("a number is to be chosen", ("spec.py", PACKET, "seen.packet.ipv4"))
        self.bad("choose makes a number", ("spec.py", "choose(U16", "choose(Prefix4"))
        self.bad("where= returns a condition", ("spec.py", WHERE, "where=lambda value: None)"))
        self.bad("otherwise", ("spec.py", " otherwise=1,", ""))
        self.bad("not off how many", ("spec.py", PACKET, "seen.state.labels.count"))
        self.bad("choice already", ("spec.py", PACKET, "seen.state.labels.get(sender).slot"))
        self.bad("only a specification leaves a choice",
                 prop=["assert choose(U8, lambda seen: 1, otherwise=1) == 1"])
        self.bad("choose in a pure function", ("spec.py", "def spec(", "@pure\ndef label_of(one):\n    return choose(U16, "
                 "lambda seen: 1, otherwise=1), one\n\n\ndef spec("),
                 ("spec.py", "    sender = Sender", "    label_of(1)\n    sender = Sender"))

    def trial(self, *changes):
        """What packets that are made up show, and what the case says that is written then."""
        with tempfile.TemporaryDirectory(prefix="vigor-label-") as folder:
            subprocess.run(["cp", "-r", os.path.join(HERE, "label"), folder], check=True)
            for change in changes:
                self.change(os.path.join(folder, "label"), *change)
            done = subprocess.run([VIGOR, "verify", "label", "--packets", "3000"], cwd=folder, capture_output=True, text=True,
                                  timeout=300)
            told = os.path.join(folder, "label.counterexample", "replay.txt")
            return done.returncode, open(told, encoding="utf-8").read() if os.path.exists(told) else done.stdout

    def test_packets_show_the_same(self):
        self.assertEqual(self.trial()[0], PROVED)
        code, text = self.trial(("label.c", NEW, "packet->data[0]"))
        self.assertEqual(code, REFUTED, text)
        self.assertIn("spec.py:27: the choice of the network function is 0 (0x0), which is not allowed: where value != 0", text)
        code, text = self.trial(("label.c", SENT, "packet->length == 60 ? 1 : 0"))
        self.assertEqual(code, REFUTED, text)
        self.assertIn("spec.py:32: the choice of the network function is 1 (0x1), which is not allowed: where one_of(ports,", text)
        code, text = self.trial(("label.c", "data + 14, label.label", "data + 14, (uint16_t)(label.label ^ 4)"),
                                ("spec.py", PACKET, TABLE))
        self.assertEqual(code, REFUTED, text)
        self.assertIn("the bytes differ from byte 15 on", text)


if __name__ == "__main__":
    unittest.main()
