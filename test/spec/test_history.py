# SPDX-License-Identifier: BSD-3-Clause
"""Properties over whole runs on real packets: how they are declared, what is written down, what is found."""

import os
import unittest

import double
import support as s
from vigor import SpecError
from vigor._load import load
from vigor.concrete import Observer

SPEC = """\
from vigor import *


class Host(Record):
    number: U8


class Seen(Record):
    port: U32


class State:
    hosts = Table(Host, Seen, capacity=2, lifetime=10**9)


@invariant("hosts")
def listed(entry, config):
    '''Who is known was heard on a port that exists'''
    return entry.port < ports()


def spec(packet, state, config):
    if packet.length < 2:
        return drop()
    host = Host(packet.data[0])
    if packet.port == 0:
        state.hosts.insert(host, port=packet.port)
        return forward(packet, to=1)
    return forward(packet, to=0) if host in state.hosts else drop()
"""
ASKED = """\
from vigor import *
from spec import *


class Time(Record):
    at: U64


class History:
    since: Nanoseconds
    asked = Log(Host, Time)


def prop(packet, before, after, out, config, history):
    '''Only who asked is answered. And more.'''
    if out.sent and packet.port == 1:
        assert Host(packet.data[0]) in history.asked


def record(packet, before, after, out, config, history):
    if packet.port == 0 and packet.length >= 2:
        history.asked.put(Host(packet.data[0]), at=now())


@invariant("hosts")
def was_asked(entry, state, config, history):
    '''Who is known has asked. And more'''
    return entry.key in history.asked


@invariant("asked")
def not_yet(entry, state, config, history):
    '''Nobody has asked later than now'''
    return entry.at <= now()
"""
RECORD = ASKED[ASKED.index("def record"):ASKED.index("@invariant")]
HELD = "assert Host(packet.data[0]) in history.asked"
NOTES = "\n\n@pure\ndef note(history):\n    history.asked.put(Host(1), at=1)\n    return (1,)\n"
INVARIANT = ASKED[ASKED.index('@invariant("hosts")'):ASKED.index('@invariant("asked")')]


def packet(host, size=2):
    return bytes([host]) + bytes(size - 1)


class Declared(unittest.TestCase):
    def rejects(self, says, marked, *changes):
        """The property file with these (old, new) texts is refused, at the line that has the text `marked`."""
        text = ASKED
        for old, new in changes:
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        with s.folder(SPEC, asked=text) as place, self.assertRaises(SpecError) as caught:
            load(place)
        self.assertIn(says, caught.exception.message)
        self.assertEqual(os.path.basename(caught.exception.file), "asked.py")
        line = next(at for at, line in enumerate(text.split("\n"), 1) if marked in line)
        self.assertEqual(caught.exception.line, line, caught.exception.message)

    def test_what_is_loaded(self):
        plain = ("from vigor import *\nfrom spec import *\n"
                 "def prop(packet, before, after, out, config):\n    '''P.'''\n    assert True\n")
        with s.folder(SPEC, asked=ASKED, plain=plain) as place:
            loaded = load(place)
        self.assertEqual([prop[:2] for prop in loaded.props], [("asked", "Only who asked is answered"), ("plain", "P")])
        self.assertEqual(loaded.histories, [{
            "logs": [{"name": "asked", "key": [("number", 1)], "value": [("at", 8)]}], "unknowns": [("since", 0)],
            "parts": ["Who is known has asked", "Nobody has asked later than now"]}, None])
        self.assertEqual([name for name, table, title in loaded.invariants], ["listed"])

    def test_without_record(self):
        self.rejects("written by a function record(", "class History", (RECORD, ""))

    def test_without_history(self):
        history = ASKED[ASKED.index("class History"):ASKED.index("def prop")]
        fewer = ("out, config, history):\n    '''Only", "out, config):\n    '''Only")
        self.rejects("there is no class History", "from vigor", (history, ""), fewer)
        self.rejects("there is no class History", "from vigor", (history, ""), fewer, (RECORD, ""))

    def test_parameters(self):
        self.rejects("prop takes (packet, before, after, out, config, history)", "def prop",
                     ("out, config, history):\n    '''Only", "out, config):\n    '''Only"))
        self.rejects("record takes (packet, before, after, out, config, history)", "def record",
                     ("history):\n    if packet.port == 0", "log):\n    if packet.port == 0"))
        self.rejects("was_asked takes (entry, state, config, history)", '@invariant("hosts")',
                     ("was_asked(entry, state, config, history)", "was_asked(entry, config)"))

    def test_names(self):
        self.rejects("State has a table of this name", "hosts = Log", ("asked = Log(Host, Time)", "hosts = Log(Host, Time)"))
        self.rejects("neither State nor History has 'other'", '@invariant("other")', ('"asked"', '"other"'))

    def test_an_invariant_says_what_it_means(self):
        self.rejects("docstring", '@invariant("hosts")', ("    '''Who is known has asked. And more'''\n", ""))

    def test_members(self):
        for member in ("asked = 7", "asked = Table(Host, Time, capacity=1, lifetime=1)", "asked: Host", "asked: IPv6Addr",
                       "asked: Prefix4"):
            self.rejects("logs are written 'name = Log(...)'", member, ("asked = Log(Host, Time)", member))
        for log, says in [("Log(Host, U8)", "the value of a Log is a Record"), ("Log(7, Time)", "the key of a Log is a Record")]:
            self.rejects(says, log, ("Log(Host, Time)", log))
        for field in ("key", "state", "last_use", "slot"):
            self.rejects("no names of fields in a log", "asked = Log", ("    at: U64", "    %s: U64" % field),
                         ("put(Host(packet.data[0]), at=", "put(Host(packet.data[0]), %s=" % field))


class Followed(unittest.TestCase):
    def run_of(self, *packets, spec=SPEC, hostile=False, **props):
        """What each (port, time, packet) violates."""
        reference = s.Reference(load(self.enterContext(s.folder(spec, **(props or {"asked": ASKED})))))
        if hostile:
            double.over(reference)
        violated = []
        for port, now, data in packets:
            reference.step(data, port, now)
            violated.append(reference.violated())
        return violated

    def test_what_is_kept(self):
        """Also where values stand for symbolic ones, which are not hashed or printed."""
        steps = (0, 5, packet(1)), (1, 6, packet(1)), (1, 7, packet(2)), (1, 10**10, packet(1)), (0, 10**10, packet(1)), \
            (1, 10**10, packet(1)), (0, 10**10, b"")
        for hostile in (False, True):
            self.assertEqual(self.run_of(*steps, hostile=hostile), [[]] * len(steps))

    def test_what_was_not_asked(self):
        anybody = SPEC.replace("if host in state.hosts else drop()", "")
        self.assertEqual(self.run_of((1, 0, packet(1)), (0, 1, packet(1)), (1, 2, packet(1)), (1, 2, packet(3)), spec=anybody),
                         [["asked"], [], [], ["asked"]])

    def test_prop_sees_what_was_before_the_packet(self):
        again = ASKED.replace("if out.sent and packet.port == 1:", "if packet.port == 0:")
        self.assertEqual(self.run_of((0, 0, packet(1)), (0, 0, packet(1)), (0, 0, packet(2)), asked=again),
                         [["asked"], [], ["asked"]])

    def test_a_violated_packet_is_written_down_all_the_same(self):
        wrong = ASKED.replace("if packet.port == 0 and packet", "if packet")
        anybody = SPEC.replace("if host in state.hosts else drop()", "")
        self.assertEqual(self.run_of((1, 0, packet(1)), (1, 1, packet(1)), spec=anybody, asked=wrong), [["asked"], []])

    def test_a_log_outlives_the_table(self):
        """Its entries neither expire nor want room."""
        still = ASKED.replace(HELD, "assert history.asked[Host(packet.data[0])].at == 7")
        still = still.replace("if out.sent and packet.port == 1:", "if packet.port == 1:")
        asks, later = [(0, 7, packet(host)) for host in range(9)], [(1, 10**12, packet(host)) for host in range(9)]
        self.assertEqual(self.run_of(*asks, *later, asked=still), [[]] * 18)

    def test_an_invariant_that_is_broken(self):
        forgets = ASKED.replace("if packet.port == 0 and", "if packet.port == 0 and packet.data[1] == 0 and")
        silent = packet(3)[:1] + b"\1"
        self.assertEqual(self.run_of((0, 0, packet(1)), (0, 0, silent), (0, 0, packet(2)), asked=forgets), [[], ["asked"], []])
        late = ASKED.replace("put(Host(packet.data[0]), at=now())", "put(Host(packet.data[0]), at=now() + 1)")
        self.assertEqual(self.run_of((1, 0, packet(1)), (0, 0, packet(1)), asked=late), [[], ["asked"]])

    def test_what_an_invariant_that_is_broken_is_called(self):
        with s.folder(SPEC, asked=ASKED) as place:
            observer = Observer(load(place), {}, 2)
            known = {"hosts": {(1,): (0, (0,), 0)}}
            error = observer.violated(b"", 1, 0, {"hosts": {}}, known, 0, b"")["asked"]
        self.assertEqual(str(error), "invariant was_asked is not kept: Who is known has asked")
        line = 1 + ASKED[:ASKED.index(INVARIANT)].count("\n")
        self.assertEqual((os.path.basename(error.place[0]), error.place[1]), ("asked.py", line))

    def test_unknowns(self):
        """A time is that of the first packet, and does not change; of a number, 0 stands for all."""
        def since(claim, kind="Nanoseconds"):
            text = ASKED.replace("if out.sent and packet.port == 1:", "if True:").replace("since: Nanoseconds", "since: " + kind)
            text = text.replace(HELD, "assert " + claim)
            return self.run_of((1, 5, packet(1)), (1, 5, packet(1)), (1, 8, packet(1)), asked=text)

        self.assertEqual(since("history.since == 5"), [[]] * 3)
        self.assertEqual(since("history.since == now()"), [[], [], ["asked"]])
        self.assertEqual(since("history.since == 0", "U16"), [[]] * 3)

    def test_two_histories_are_apart(self):
        other = ASKED.replace("packet.port == 0 and packet.length", "packet.port == 1 and packet.length")
        self.assertEqual(self.run_of((0, 0, packet(1)), (1, 0, packet(1)), (1, 0, packet(1)), asked=ASKED, other=other),
                         [["other"], ["other"], []])

    def test_misuse(self):
        body = "    if packet.port == 0 and packet"
        for old, new, says in [
                (HELD, "assert 7 in history.asked", "the keys of 'asked' are Host"),
                (HELD, "assert Host(1) in history.other", "History has no 'other'"),
                (HELD, "assert history.asked.put(Host(1), at=1)", "only record()"),
                (HELD, "assert history.asked[Host(9)].at == 1", "nothing was written for the key"),
                (HELD, "assert history.asked[Host(packet.data[0])].last_use == 1", "no 'last_use'"),
                (HELD, "assert history.asked[Host(packet.data[0])].to == 1", "no field 'to'"),
                (body, "    history.asked = 1\n" + body, "changes by what is put"),
                (body, "    before.hosts.erase(Host(1))\n" + body, "a property changes nothing"),
                ("put(Host(packet.data[0]), at=now())", "put(Host(packet.data[0]))", ""),
                ("entry.at <= now()", "None", "returns nothing"),
                ("entry.at <= now()", "Packet(0, False).port == 0", "asks nothing about a packet"),
                ("entry.at <= now()", "Packet(1, False).data[0] == 1", "asks nothing about a packet"),
                (body, "    note(history)\n" + body, "a pure function writes no history")]:
            text = ASKED.replace(old, new) + NOTES
            self.assertNotEqual(text, ASKED + NOTES, old)
            with self.assertRaises((SpecError, TypeError), msg=new) as caught:
                self.run_of((0, 0, packet(1)), (1, 0, packet(1)), asked=text)
            self.assertIn(says, str(caught.exception))

    def test_an_invariant_of_a_specification_asks_nothing_about_the_packet_either(self):
        spec = SPEC.replace("entry.port < ports()", "Packet(0, False).port == 0")
        reference = s.Reference(load(self.enterContext(s.folder(spec))))
        reference.step(packet(1), 0, 0)
        with self.assertRaises(SpecError) as caught:
            reference.broken()
        self.assertIn("asks nothing about a packet", str(caught.exception))

    def test_who_does_not_watch_follows_nothing(self):
        with s.folder(SPEC, asked=ASKED.replace("if out.sent and packet.port == 1:", "if packet.port == 0:")) as place:
            watched, other = s.Reference(load(place)), s.Reference(load(place), watched=False)
        for reference in (watched, other):
            reference.step(packet(1), 0, 0)
        self.assertEqual((watched.violated(), other.violated()), (["asked"], []))


if __name__ == "__main__":
    unittest.main()
