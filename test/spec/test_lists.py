# SPDX-License-Identifier: BSD-3-Clause
"""Listed options: what the configuration lists is found, on plain numbers and on symbolic ones."""

import unittest

import double
import support as s
from vigor import SpecError
from vigor._load import explain

SPEC = """
from vigor import *
class Key(Record):
    id: U8
    address: IPv6Addr
class Value(Record):
    port: U32
    other: IPv6Addr
class Wrong(Record):
    id: U8
    address: IPv6Addr
class Config:
    wards: Listed(Key, Value)
    n: U32
class State:
    t = Table(Key, capacity="n", lifetime=1)
def spec(packet, state, config):
    key = Key(packet.data[1], IPv6Addr(0, packet.data[2]))
    match packet.data[0]:
        case 0:
            ward = config.wards.find(key)
            if ward is None:
                return drop()
            packet.data[2] = ward.other.lo
            return forward(packet, to=ward.port)
        case 1:
            return forward(packet, to=0) if key in config.wards else drop()
        case 2:
            before = key in config.wards
            state.t.insert(key)
            return forward(packet, to=0) if before and key in config.wards else drop()
        case 3:
            return config.wards.find(Wrong(1, IPv6Addr(0, 2)))
        case 4:
            config.wards.find(1)
"""
RECORDS = [(1, (0, 2), 3, (7, 9)), (255, (0, 2), 0, (0, 0))]


def reference(records=RECORDS, **more):
    with s.folder(SPEC) as place:
        return s.Reference(s.load(place), {"n": 5}, 4, {"wards": records}, **more)


class Lists(unittest.TestCase):
    def test_what_is_loaded(self):
        loaded = reference().loaded
        self.assertEqual(loaded.options, [("wards", "Listed"), ("n", "U32")])
        self.assertEqual(loaded.listed, [{"name": "wards", "key": [("id", 1), ("address", 16)],
                                          "value": [("port", 4), ("other", 16)]}])
        self.assertEqual(loaded.pairs, [])

    def test_found_and_not_found(self):
        nf = reference()
        self.assertEqual(nf.step(bytes([0, 1, 2]), 0, 0), (1 << 3, bytes([0, 1, 9])))
        self.assertEqual(nf.step(bytes([0, 255, 2]), 0, 0), (1 << 0, bytes([0, 255, 0])))
        for data in ([0, 1, 3], [0, 2, 2], [1, 0, 0]):
            self.assertEqual(nf.step(bytes(data), 0, 0)[0], 0)
        self.assertEqual(nf.step(bytes([1, 1, 2]), 0, 0)[0], 1)
        self.assertEqual(reference([]).step(bytes([1, 1, 2]), 0, 0)[0], 0)

    def test_decisions(self):
        nf = reference()
        watch = double.over(nf)
        for data, decided in [([0, 1, 2], 2), ([0, 1, 3], 2), ([1, 1, 2], 3), ([2, 1, 2], 4)]:
            nf.step(bytes(data), 0, 0)
            self.assertEqual((data, watch.decisions()), (data, (decided, 0)))

    def test_keys_of_another_kind(self):
        for data in ([3, 0, 0], [4, 0, 0]):
            with self.assertRaises(SpecError) as raised:
                reference().step(bytes(data), 0, 0)
            self.assertIn("the keys of 'wards' are Key", explain(raised.exception)[2])

    def test_lists_that_cannot_be(self):
        for records, words in [([(1, (0, 2), 3)], "fields of its key and its value"),
                               ([(256, (0, 2), 3, (0, 0))], "does not fit"),
                               ([(1, (0, 2), 1 << 32, (0, 0))], "does not fit"),
                               ([(1, (0, 2), 3, (1 << 64, 0))], "does not fit"),
                               (RECORDS + [(1, (0, 2), 4, (0, 0))], "listed twice")]:
            with self.assertRaises(ValueError) as raised:
                reference(records)
            self.assertIn(words, str(raised.exception))
        with s.folder(SPEC) as place, self.assertRaises(ValueError) as raised:
            s.Reference(s.load(place), {"n": 5}, 4, {"n": [(1,)]})
        self.assertIn("no list 'n'", str(raised.exception))


class Declared(unittest.TestCase):
    def rejects(self, option, words):
        with s.folder("from vigor import *\nclass K(Record):\n    a: U8\nclass E(Record):\n    pass\n"
                      "class L(Record):\n    a: IPv6Addr\n    b: IPv6Addr\n    c: U8\n"
                      "class Config:\n    o: %s\ndef spec(packet, state, config):\n    return drop()\n" % option) as place:
            with self.assertRaises(SpecError) as raised:
                s.load(place)
        self.assertEqual((raised.exception.line, words in raised.exception.message), (11, True), raised.exception)

    def test_what_is_no_list(self):
        self.rejects("Listed(K, 3)", "the value of a Listed is a Record class")
        self.rejects("Listed(U8, K)", "the key of a Listed is a Record class")
        self.rejects("Listed(K, E)", "the value of a Listed is a Record class with fields")
        self.rejects("Listed(K, L)", "L takes 33 bytes: a list's value has at most 32")
        self.rejects("Listed", "not a type of option")


if __name__ == "__main__":
    unittest.main()
