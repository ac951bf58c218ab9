# SPDX-License-Identifier: BSD-3-Clause
"""Backends options: a flow goes to the first living backend in its hash's order, on plain numbers and on symbolic ones."""

import random
import unittest

import double
import support as s
from vigor import SpecError
from vigor._load import explain
from vigor.maglev import Preferences, fill, hash_of, prime_from

SPEC = """
from vigor import *
class Address(Record):
    address: IPv6Addr
class Backend(Record):
    weight: U32
    port: U32
class Health(Record):
    since: U64
class Config:
    backends: Backends(Address, Backend, size="entries")
    entries: U32
class State:
    alive = Table(Address, Health, capacity=16, lifetime=1_000_000_000)
def spec(packet, state, config):
    number = packet.data[1]
    if packet.data[0] == 0:
        state.alive.insert(Address(IPv6Addr(0, number)), since=now())
        return drop()
    picked = config.backends.pick(state.alive, maglev_hash(number, packet.data[0]))
    if picked is None:
        return drop()
    address, backend = picked
    packet.data[0] = address.address.lo
    return forward(packet, to=backend.port)
"""
RECORDS = [((0, 7), 1, 0), ((0, 8), 1, 1), ((0, 9), 2, 2), ((0, 10), 0, 3)]


def reference(records=RECORDS, entries=1000):
    with s.folder(SPEC) as place:
        return s.Reference(s.load(place), {"entries": entries}, 4, {"backends": records})


def beat(nf, number, now=0):
    nf.step(bytes([0, number]), 0, now)


class Backends(unittest.TestCase):
    def test_what_is_loaded(self):
        loaded = reference().loaded
        self.assertEqual(loaded.options, [("backends", "Backends"), ("entries", "U32")])
        self.assertEqual(loaded.listed, [{"name": "backends", "key": [("address", 16)],
                                          "value": [("weight", 4), ("port", 4)]}])
        self.assertEqual(loaded.backends, [{"name": "backends", "size": "entries"}])

    def test_only_who_lives_is_picked(self):
        nf = reference()
        self.assertEqual(nf.step(bytes([1, 1]), 0, 0)[0], 0)
        beat(nf, 10)                                            # has no weight
        beat(nf, 11)                                            # is not listed
        self.assertEqual(nf.step(bytes([1, 1]), 0, 0)[0], 0)
        beat(nf, 8)
        for number in range(256):
            self.assertEqual(nf.step(bytes([1, number]), 0, 1), (2, bytes([8, number])))
        self.assertEqual(nf.step(bytes([1, 1]), 0, 2_000_000_000)[0], 0)

    def test_few_flows_move(self):
        nf = reference()
        for number in (7, 8, 9):
            beat(nf, number)
        before = [nf.step(bytes([1, number]), 0, 0)[0] for number in range(256)]
        self.assertTrue(all(before.count(mask) > 40 for mask in (1, 2, 4)))
        nf = reference()
        beat(nf, 7)
        beat(nf, 9)
        after = [nf.step(bytes([1, number]), 0, 0)[0] for number in range(256)]
        self.assertTrue(all(one == other for one, other in zip(before, after) if one != 2))
        self.assertEqual({other for one, other in zip(before, after) if one == 2}, {1, 4})

    def test_decisions(self):
        nf = reference()
        watch = double.over(nf)
        beat(nf, 7)
        nf.step(bytes([1, 1]), 0, 0)
        self.assertEqual(watch.decisions(), (2, 0))

    def test_the_table(self):
        self.assertEqual([prime_from(n) for n in (0, 2, 4, 8, 65522, 65537)], [2, 2, 5, 11, 65537, 65537])
        numbers = random.Random(5)
        table = fill([(numbers.getrandbits(64), weight) for weight in (4, 1, 0, 3)], 10007)
        self.assertEqual([round(table.count(backend) / 10007 * 8, 1) for backend in range(4)], [4, 1, 0, 3])
        self.assertIsNone(fill([(1, 0)], 7))
        self.assertIsNone(fill([], 7))

    def test_every_weighty_backend_is_in_each_order(self):
        order = Preferences([(1, 1), (2, 0), (3, 65536)], 7)
        for value in range(100):
            self.assertEqual(set(order.order(hash_of((value,)))), {0, 2})
        self.assertEqual(list(Preferences([(1, 0)], 7).order(1)), [])

    def test_the_hash(self):
        """What libVig's maglev_hash answers."""
        self.assertEqual(hash_of(()), 0)
        self.assertEqual(hash_of((1,)), 0xdce423fc82c0d5b8)
        self.assertEqual(hash_of((1, 2, 3)), 0x943a9a296db6486c)

    def test_mistakes(self):
        for change, words in [(("size=\"entries\"", "size=\"nothing\""), "which is to be its size"),
                              (("size=\"entries\"", "size=0"), "positive number"),
                              (("address: IPv6Addr", "address: U64"), "9 to 16 bytes")]:
            with s.folder(SPEC.replace(*change)) as place, self.assertRaises(SpecError) as raised:
                s.load(place)
            self.assertIn(words, explain(raised.exception)[2])
        for text, words in [("maglev_hash(number, -1)", "1 to 5 numbers"), ("maglev_hash()", "1 to 5 numbers"),
                            ("maglev_hash(1, 2, 3, 4, 5, 6)", "1 to 5 numbers")]:
            with s.folder(SPEC.replace("maglev_hash(number, packet.data[0])", text)) as place:
                nf = s.Reference(s.load(place), {"entries": 7}, 4, {"backends": RECORDS})
            with self.assertRaises(SpecError) as raised:
                nf.step(bytes([1, 1]), 0, 0)
            self.assertIn(words, explain(raised.exception)[2])


if __name__ == "__main__":
    unittest.main()
