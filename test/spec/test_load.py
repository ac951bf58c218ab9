# SPDX-License-Identifier: BSD-3-Clause
"""What a specification may not say, and where the loader says it is."""

import os
import unittest

import support as s
from vigor import SpecError, _backend
from vigor._load import explain, load, run_prop, run_spec
from vigor.concrete import Concrete, Reference

HEAD = "from vigor import *\ndef spec(packet, state, config):\n"
PROP = "from vigor import *\ndef prop(packet, before, after, out, config):\n"


class Rejected(unittest.TestCase):
    def rejects(self, line, words, spec=None, **props):
        with s.folder(spec, **props) as place, self.assertRaises(SpecError) as caught:
            load(place)
        error = caught.exception
        self.assertIn(words, error.message)
        self.assertEqual(error.line, line, error.message)
        self.assertTrue(error.file.startswith(place), error.file)
        self.assertEqual(str(error), "%s:%d: %s" % (error.file, error.line, error.message))

    def test_syntax(self):
        self.rejects(3, "syntax error", HEAD + "    return drop(\n")
        self.rejects(1, "null bytes", "\0")

    def test_what_would_be_silently_wrong(self):
        for body, words in [
                ("if (packet.port == 1) is True: return drop()", "'is' compares identities"),
                ("return drop() if packet.port is not 1 else drop()", "'is' compares identities"),
                ("x = f\"{packet.port}\"", "f-string"),
                ("x = '%d' % packet.port", "text of a value"),
                ("x = '{}'.format(packet.port)", "text of a value"),
                ("x = str(packet.port)", "'str' gives"),
                ("x = {1: 2, **{packet.port: 3 for _ in (1,)}}", "hashes"),
                ("x = packet.port in {1, 2}", "hashes"),
                ("x = set((packet.port,))", "'set' gives"),
                ("x = hash(packet.port)", "'hash' gives"),
                ("x = ~(packet.port == 1)", "counts as true"),
                ("x = packet.port / 2", "fractions"),
                ("x = packet.port * 1.5", "integers"),
                ("global x", "remember"),
                ("drop.seen = packet.port", "remember"),
                ("Packet.seen = packet.port", "remember"),
                ("f = lambda seen=[]: seen", "remember"),
                ("x = packet._current", "not for specifications"),
                ("x = open('/etc/passwd')", "files"),
                ("match packet.port == 1:\n        case True: return drop()", "identities")]:
            line = 4 if body.startswith("match") else 3
            self.rejects(line, words, HEAD + "    " + body + "\n    return drop()\n")
        self.rejects(3, "'try'", HEAD + "    try: return drop()\n    except Exception: return drop()\n")

    def test_what_a_module_holds_stays_so(self):
        for held, body in [("SEEN = []", "SEEN.append(packet.port)"), ("SEEN = {}", "SEEN.update(a=packet.port)"),
                           ("class Seen:\n    all = [1]", "Seen.all.append(2)"),
                           ("SEEN = ([],)", "seen = SEEN[0]\n    seen.append(1)")]:
            with s.folder("from vigor import *\n%s\ndef spec(packet, state, config):\n    %s\n    return drop()\n" % (held, body)) as place:
                with self.assertRaises(AttributeError, msg=held):
                    Reference(load(place)).step(b"", 0, 0)

    def test_what_is_allowed(self):
        body = ("    if packet.ipv4 is None and packet.arp is not None: return drop()\n"
                "    match packet.ip:\n        case None: return drop()\n"
                "    assert packet.length > 20, f'{packet.length}'\n"
                "    return drop()\n")
        with s.folder("NAME = f'{1 + 1}'\n" + HEAD + body) as place:
            self.assertTrue(load(place).has_spec)

    def test_no_spec(self):
        self.rejects(1, "no function spec", "from vigor import *\n")
        self.rejects(1, "no function spec")
        self.rejects(2, "spec takes (packet, state, config), not (packet)",
                     "from vigor import *\ndef spec(packet): return drop()\n")

    def test_imports(self):
        self.rejects(1, "'time' cannot be imported", "import time\n")
        self.rejects(1, "'vigor.concrete' cannot be imported", "import vigor.concrete\n")
        self.rejects(1, "cannot import name", "from vigor import nothing\n")
        self.rejects(2, "NameError", "from vigor import *\nx = nothing\n")

    def test_config(self):
        self.rejects(3, "Config.x: options are written", "from vigor import *\nclass Config:\n    x = 5\n")
        self.rejects(4, "Config.y: not a type", "from vigor import *\nclass Config:\n    x: U8\n    y: 5\n")
        self.rejects(3, "Config.x: not a type", "from vigor import *\nclass Config:\n    x: int\n")
        self.rejects(2, "plain class", "from vigor import *\nclass Config(Record):\n    x: U8\n")
        self.rejects(3, "NameError", "from vigor import *\nclass Config:\n    x: U24\n")
        self.rejects(3, "Enum takes its words", "from vigor import *\nclass Config:\n    x: Enum()\n")

    def test_state(self):
        start = "from vigor import *\nclass K(Record):\n    a: U8\nclass Config:\n    n: U32\n    t: Nanoseconds\nclass State:\n"
        for line, words in [
                ("x = 5", "State.x: tables are written"),
                ("x: U8", "State.x: tables are written"),
                ("def f(self): pass", "State.f: tables are written"),
                ("x = Table(K, capacity='m', lifetime='t')", "no option 'm: U8 or U16 or U32 or U64'"),
                ("x = Table(K, capacity='t', lifetime='t')", "no option 't: U8"),
                ("x = Table(K, capacity='n', lifetimes=('t', 'n'))", "no option 'n: Nanoseconds'"),
                ("x = Table(K, capacity='n')", "either lifetime= or lifetimes="),
                ("x = Table(K, capacity=0, lifetime='t')", "positive"),
                ("x = Table(K, capacity=1, lifetimes=[1] * 9)", "1 to 8 lifetime classes"),
                ("x = Table(K, capacity=1, lifetime=1, shift=41)", "shift"),
                ("x = Table(5, capacity=1, lifetime=1)", "Record class")]:
            self.rejects(8, words, start + "    " + line + "\n")

    def test_invariants(self):
        start = "from vigor import *\nclass K(Record):\n    a: U8\nclass State:\n    t = Table(K, capacity=1, lifetime=1)\n"
        for words, body in (
                ("State has no table 'u'", "@invariant('u')\ndef i(entry, config):\n    'Yes'\n    return True\n"),
                ("i takes (entry, config), not (entry)", "@invariant('t')\ndef i(entry):\n    'Yes'\n    return True\n"),
                ("says in its docstring", "@invariant('t')\ndef i(entry, config):\n    return True\n"),
                ("names its table", "@invariant\ndef i(entry, config):\n    'Yes'\n    return True\n")):
            self.rejects(6, words, start + body)

    def test_layout(self):
        for fields, words in [("a: Port", "K.a: a field of a Record is"), ("a: 5", "K.a: a field of a Record is"),
                              ("a: IPv6Addr\n    b: IPv6Addr\n    c: U64\n    d: U8", "K takes 41 bytes: a table's key"),
                              ("a: U8\n    b: U64\n    c: U64\n    d: U64\n    e: U64\n    f: U8", "K takes 41 bytes")]:
            spec = "from vigor import *\nclass K(Record):\n    %s\nclass State:\n    t = Table(K, capacity=1, lifetime=1)\n"
            line = 2 if "field of" in words else spec.count("\n") + fields.count("\n")
            self.rejects(line, words, spec % fields)
        self.rejects(6, "has a 'state' already", "from vigor import *\nclass K(Record):\n    state: U8\n"
                     "class State:\n    ok = Table(K, capacity=1, lifetime=1)\n    t = Table(K, K, capacity=1, lifetime=1)\n")

    def test_props(self):
        self.rejects(1, "no function prop", HEAD + "    return drop()\n", p="from vigor import *\n")
        self.rejects(2, "docstring", p=PROP + "    assert out.sent\n")
        self.rejects(2, "asserts something", p=PROP + "    '''Nothing.'''\n")
        self.rejects(2, "prop takes", p="from vigor import *\ndef prop(packet): assert True\n")
        self.rejects(4, "'is'", p=PROP + "    '''A.'''\n    assert out.sent is True\n")


class Read(unittest.TestCase):
    def test_what_was_read(self):
        spec = ("'''Doc.'''\nfrom vigor import *\nfrom helper import Base\n"
                "class K(Base):\n    b: IPv6Addr\nclass V(Record):\n    m: MacAddr\n    w: U64\n"
                "class Config:\n    n: U32\n    t: Nanoseconds\n    e: Enum('a', 'b')\n    p: Prefix4\n    l: PortPairs\n"
                "class State:\n    one = Table(K, V, capacity='n', lifetimes=('t', 7), shift=3)\n"
                "    two = Table(V, capacity=9, lifetime='t')\n")
        props = {"b": PROP + "    '''First sentence,\n    on two lines. And more.'''\n    assert True\n",
                 "a": "'''Of the module.'''\n" + PROP + "    assert True\n"}
        with s.folder(spec, **props) as place:
            s.write(os.path.join(place, "helper.py"), "from vigor import *\nclass Base(Record):\n    a: U16\n")
            loaded = load(place)
            self.assertEqual([os.path.relpath(file, place) for file in loaded.files],
                             ["spec.py", "helper.py", "props/a.py", "props/b.py"])
        self.assertEqual(loaded.tables, [
            {"name": "one", "key": [("a", 2), ("b", 16)], "value": [("m", 6), ("w", 8)], "capacity": "n", "shift": 3,
             "lifetimes": ["t", 7], "slots": False},
            {"name": "two", "key": [("m", 6), ("w", 8)], "value": [], "capacity": 9, "shift": 26, "lifetimes": ["t"],
             "slots": False}])
        self.assertEqual(loaded.options, [("n", "U32"), ("t", "Nanoseconds"), ("e", "Enum(a, b)"), ("p", "Prefix4"),
                                          ("l", "PortPairs")])
        self.assertEqual(loaded.pairs, ["l"])
        self.assertFalse(loaded.has_spec)
        self.assertEqual([prop[:2] for prop in loaded.props],
                         [("a", "Of the module"), ("b", "First sentence, on two lines")])
        with self.assertRaises(SpecError):
            run_spec(loaded)

    def test_two_folders_do_not_mix(self):
        with s.folder("X = 1\n" + HEAD + "    return drop()\n", p="from spec import X\n" + PROP + "    '''P.'''\n    assert X == 1\n") as one, \
                s.folder("X = 2\n" + HEAD + "    return drop()\n", p="from spec import X\n" + PROP + "    '''P.'''\n    assert X == 1\n") as two:
            first, second = Reference(load(one)), Reference(load(two))
        first.step(b"", 0, 0)
        second.step(b"", 0, 0)
        self.assertEqual((first.violated(), second.violated()), ([], ["p"]))

    def test_the_firewall(self):
        loaded = load(os.path.join(s.ROOT, "nf", "firewall"))
        self.assertEqual([name for name, kind in loaded.options],
                         ["capacity4", "capacity6", "opening", "established", "closing", "udp", "echo", "other", "pairs"])
        flows4, flows6 = loaded.tables
        self.assertEqual(flows4["lifetimes"], ["opening", "established", "closing", "udp", "echo"])
        self.assertEqual([size for name, size in flows6["key"]], [16, 16, 2, 2, 1, 1])
        self.assertEqual((flows4["shift"], flows4["value"]), (30, [("fin_inside", 1), ("fin_outside", 1)]))
        self.assertEqual(len(loaded.props), 8)


class Invariants(unittest.TestCase):
    SPEC = ("from vigor import *\nclass K(Record):\n    a: U8\nclass V(Record):\n    n: U8\n"
            "class State:\n    t = Table(K, V, capacity=9, lifetime=10**9)\n"
            "@invariant('t')\ndef small(entry, config):\n    'Numbers of others than 5 are small. And more'\n"
            "    %s\n"
            "def spec(packet, state, config):\n    state.t.insert(K(packet.data[0]), n=packet.data[1])\n    return drop()\n")

    def test_of_what_a_step_touches(self):
        with s.folder(self.SPEC % "return True if entry.key.a == 5 else entry.n < 9") as place:
            reference = s.Reference(load(place), {}, 2)
            self.assertEqual(reference.loaded.invariants, [("small", "t", "Numbers of others than 5 are small")])
            for data, broken in ((b"\1\1", []), (b"\5\x20", []), (b"\2\x20", [("small", "t", (2,))]), (b"\1\2", []),
                                 (b"\2\3", [])):
                reference.step(data, 0, 0)
                self.assertEqual(reference.broken(), broken)

    def test_that_answers_nothing(self):
        with s.folder(self.SPEC % "assert entry.n < 9") as place:
            reference = s.Reference(load(place), {}, 2)
            reference.step(b"\1\1", 0, 0)
            with self.assertRaises(SpecError) as caught:
                reference.broken()
            self.assertIn("returns nothing", str(caught.exception))


class Runs(unittest.TestCase):
    def explained(self, body, data=bytes(10), ports=2, head=HEAD):
        with s.folder(head + body) as place:
            loaded = load(place)
        try:
            Reference(loaded, ports=ports).step(data, 0, 0)
        except Exception as error:
            file, line, message = explain(error)
            self.assertIn(os.path.basename(file), ("spec.py", ""))
            return line, message
        self.fail("nothing was raised")

    def test_no_outcome(self):
        self.assertEqual(self.explained("    packet.port\n"),
                         (2, "spec returned nothing: every way through it ends in drop(), forward() or flood()"))
        self.assertIn("spec returned a int", self.explained("    return 1\n")[1])

    def test_exceptions_are_mapped_to_the_innermost_line(self):
        helper = "from vigor import *\ndef look(packet):\n    return packet.data[99]\ndef spec(packet, state, config):\n"
        self.assertEqual(self.explained("    return forward(packet, to=look(packet))\n", head=helper),
                         (3, "bytes 99 to 99 of a packet of 10 bytes"))
        self.assertEqual(self.explained("    return drop() if packet.nothing else drop()\n"),
                         (3, "AttributeError: 'Packet' object has no attribute 'nothing'"))
        self.assertEqual(self.explained("    assert packet.port == 1\n"), (3, "assert packet.port == 1 fails"))
        self.assertEqual(self.explained("    assert packet.port == 1, f'port {packet.port}'\n"), (3, "port 0"))

    def test_misuse(self):
        for body, words in [("state.nothing", "no table 'nothing'"), ("config.nothing", "no option 'nothing'"),
                            ("config.x = 1", "options do not change"), ("state.x = 1", "tables change by"),
                            ("packet.data[0] = 256", "does not fit"), ("packet.trim_back(11)", "taken off"),
                            ("return forward(packet, to=2)", "port that does not exist"),
                            ("U8(5)", "makes no values"), ("MacAddr('1:2')", "not a MAC")]:
            self.assertIn(words, self.explained("    " + body + "\n    return drop()\n")[1])

    def test_growth_is_written_before_it_is_sent(self):
        self.assertIn("byte 0 of the packet sent was never written",
                      self.explained("    packet.grow_front(2)\n    packet.data[1] = 1\n    return forward(packet, to=1)\n")[1])

    def test_properties_change_nothing(self):
        for body in ("packet.data[0] = 1", "out.packet.data[0] = 1", "out.packet.trim_back(1)"):
            with s.folder(HEAD + "    return drop()\n", p=PROP + "    '''P.'''\n    %s\n    assert True\n" % body) as place:
                reference = Reference(load(place))
            reference.step(bytes(10), 0, 0)
            with self.assertRaisesRegex(SpecError, "a property changes nothing"):
                reference.violated()

    def test_asserts_are_announced_before_they_are_evaluated(self):
        with s.folder(None, p=PROP + "    '''P.'''\n    if packet.port == 0:\n        assert packet.length == 1\n") as place:
            loaded = load(place)
        announced = []
        backend = Concrete(loaded, {}, 2, {})
        backend.asserted = lambda file, line: announced.append((os.path.basename(file), line))
        previous = _backend.use(backend)
        try:
            backend.begin(b"", 1, 0)
            run_prop(loaded, 0)
            self.assertEqual(announced, [])
            backend.begin(b"", 0, 0)
            with self.assertRaises(AssertionError):
                run_prop(loaded, 0)
            self.assertEqual(announced, [("p.py", 5)])
        finally:
            _backend.use(previous)

    def test_a_message_that_cannot_be_made_hides_no_failure(self):
        self.assertEqual(self.explained("    assert packet.port == 1, packet.nothing\n"), (3, "assert packet.port == 1, packet.nothing fails"))

    def test_outcomes(self):
        for body, data, mask in [("flood(packet)", b"", 0b1110), ("forward(packet, to=[1, 3])", b"", 0b1010), ("drop()", b"", 0)]:
            with s.folder(HEAD + "    return " + body + "\n") as place:
                self.assertEqual(Reference(load(place), ports=4).step(data, 0, 0)[0], mask)

    def test_values(self):
        spec = ("from vigor import *\nclass Config:\n    a: IPv6Addr\n    p: Prefix4\n    e: Enum('x', 'y')\n    m: MacAddr\n"
                "def spec(packet, state, config):\n"
                "    assert config.a == IPv6Addr('2001:db8::1') and not config.a != IPv6Addr(0x20010DB800000000, 1)\n"
                "    assert config.p.contains(IPv4Addr('10.1.2.3')) and not config.p.contains(IPv4Addr('10.2.0.0'))\n"
                "    assert config.e == 'y' and config.e != 'x' and config.m == MacAddr('02:0:0:0:0:1')\n"
                "    assert now() == 5 and ports() == 2\n"
                "    assert select(config.e == 'y', config.a, IPv6Addr('::')).lo == 1\n"
                "    assert not_(False) and not not_(True) and one_of(3, 1, 3) and not one_of(3, 1, 2)\n"
                "    assert between(3, 3, 4) and between(4, 3, 4) and not between(5, 3, 4) and not between(2, 3, 4)\n"
                "    return drop()\n")
        with s.folder(spec) as place:
            options = {"a": (0x20010DB800000000, 1), "p": (0x0A010000, 16), "e": "y", "m": 0x020000000001}
            self.assertEqual(Reference(load(place), options).step(b"", 0, 5)[0], 0)


if __name__ == "__main__":
    unittest.main()
