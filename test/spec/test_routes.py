# SPDX-License-Identifier: BSD-3-Clause
"""Routes options: an address takes the longest route, on plain numbers and on symbolic ones."""

import random
import unittest

import double
import support as s
from vigor import SpecError
from vigor._load import explain

SPEC = """
from vigor import *
class Hop(Record):
    port: U32
    via: IPv6Addr
class Config:
    routes: Routes(Hop)
    n: U32
def spec(packet, state, config):
    address = packet.data[1, 4]
    match packet.data[0]:
        case 0:
            hop = config.routes.longest(address)
            if hop is None:
                return drop()
            packet.data[0] = hop.via.lo
            return forward(packet, to=hop.port)
        case 1:
            hop = config.routes.get(address, packet.data[5])
            return drop() if hop is None else forward(packet, to=hop.port)
        case 2:
            listed, hop = config.routes.look(address, packet.data[5])
            return forward(packet, to=select(listed, hop.port, 3))
        case 3:
            return drop() if config.routes.longest(address + (1 << 31)) is None else drop()
"""
RECORDS = [((0x0a000000, 8), 1, (0, 7)), ((0x0a010000, 16), 2, (0, 8)), ((0x0a010001, 32), 0, (0, 9))]


def reference(records=RECORDS):
    with s.folder(SPEC) as place:
        return s.Reference(s.load(place), {"n": 5}, 4, {"routes": records})


def packet(kind, address, length=0):
    return bytes([kind]) + address.to_bytes(4, "big") + bytes([length])


class Routes(unittest.TestCase):
    def test_what_is_loaded(self):
        loaded = reference().loaded
        self.assertEqual(loaded.options, [("routes", "Routes"), ("n", "U32")])
        self.assertEqual(loaded.routes, [{"name": "routes", "value": [("port", 4), ("via", 16)]}])
        self.assertEqual(loaded.listed, [])

    def test_the_longest(self):
        nf = reference()
        for address, mask in [(0x0a000000, 2), (0x0affffff, 2), (0x0a01ffff, 4), (0x0a010000, 4), (0x0a010001, 1),
                              (0x0a010002, 4), (0x09ffffff, 0), (0x0b000000, 0), (0, 0), (0xffffffff, 0)]:
            self.assertEqual((address, nf.step(packet(0, address), 0, 0)[0]), (address, mask))
        self.assertEqual(nf.step(packet(0, 0x0a010001), 0, 0)[1][0], 9)
        everything = reference(RECORDS + [((0, 0), 3, (0, 0))])
        self.assertEqual(everything.step(packet(0, 0xffffffff), 0, 0)[0], 8)
        self.assertEqual(everything.step(packet(0, 0x0a010002), 0, 0)[0], 4)

    def test_against_a_search_through_all(self):
        numbers = random.Random(3)
        routes = {}
        for _ in range(200):
            length = numbers.randrange(33)
            prefix = numbers.randrange(1 << 12) << 20 >> 32 - length << 32 - length
            routes[prefix, length] = numbers.randrange(4)
        nf = reference([(prefix, port, (0, 0)) for prefix, port in routes.items()])
        for _ in range(500):
            address = numbers.randrange(1 << 12) << 20 | numbers.randrange(4)
            fitting = [(length, port) for (prefix, length), port in routes.items()
                       if prefix <= address < prefix + (1 << 32 - length)]
            self.assertEqual(nf.step(packet(0, address), 0, 0)[0], 1 << max(fitting)[1] if fitting else 0)

    def test_exactly_a_prefix(self):
        nf = reference()
        for kind, otherwise in ((1, 0), (2, 8)):
            for address, length, mask in [(0x0a000000, 8, 2), (0x0a000000, 9, otherwise), (0x0a000001, 8, otherwise),
                                          (0x0a010001, 32, 1), (0x0a010001, 33, otherwise)]:
                self.assertEqual(nf.step(packet(kind, address, length), 0, 0)[0], mask)

    def test_decisions(self):
        nf = reference()
        watch = double.over(nf)
        for data, decided in [(packet(0, 0x0a000000), 2), (packet(0, 0), 2), (packet(1, 0x0a000000, 8), 3),
                              (packet(2, 0x0a000000, 8), 3)]:
            nf.step(data, 0, 0)
            self.assertEqual((data, watch.decisions()), (data, (decided, 0)))

    def test_what_is_no_address(self):
        with self.assertRaises(SpecError) as raised:
            reference().step(packet(3, 1 << 31), 0, 0)
        self.assertIn("is no IPv4 address", explain(raised.exception)[2])

    def test_routes_that_cannot_be(self):
        for records, words in [([((0, 0), 3)], "fields of a route"),
                               ([((0, 0), 1 << 32, (0, 0))], "does not fit"),
                               ([((1, 31), 3, (0, 0))], "is no prefix"),
                               ([((0, 33), 3, (0, 0))], "is no prefix"),
                               ([((1 << 32, 8), 3, (0, 0))], "is no prefix"),
                               (RECORDS + [((0x0a000000, 8), 2, (0, 0))], "listed twice")]:
            with self.assertRaises(ValueError) as raised:
                reference(records)
            self.assertIn(words, str(raised.exception))


class Declared(unittest.TestCase):
    def test_what_is_no_route(self):
        for option, words in [("Routes(3)", "the value of Routes is a Record class"),
                              ("Routes(E)", "the value of Routes is a Record class with fields"),
                              ("Routes(L)", "L takes 33 bytes: a route's value has at most 32"),
                              ("Routes", "not a type of option")]:
            with s.folder("from vigor import *\nclass E(Record):\n    pass\n"
                          "class L(Record):\n    a: IPv6Addr\n    b: IPv6Addr\n    c: U8\n"
                          "class Config:\n    o: %s\ndef spec(packet, state, config):\n    return drop()\n" % option) as place:
                with self.assertRaises(SpecError) as raised:
                    s.load(place)
            self.assertEqual((raised.exception.line, words in raised.exception.message), (9, True), raised.exception)


if __name__ == "__main__":
    unittest.main()
