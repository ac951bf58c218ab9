# SPDX-License-Identifier: GPL-2.0-or-later
"""Routes, held against a function that does nothing else (hop/): what holds of every list of routes is proved, and what
does not is refuted by a list that the real libVig confirms.

VIGOR is the program."""
import sys
import unittest

sys.dont_write_bytecode = True
from changed import ChangedTest

PROPERTY = """\
from vigor import *


def prop(packet, before, after, out, config):
    \"\"\"More.\"\"\"
    if packet.length < 4:
        return
    routes, address = config.routes, packet.data[0, 4]
    net = address >> 24 << 24
%s
"""


class Routes(ChangedTest):
    NAME, PROPERTY = "hop", PROPERTY

    def test_as_it_is(self):
        self.proved()

    def test_wrong_functions(self):
        text = self.refuted(("hop.c", "bytes_be32(packet->data)", "bytes_be32(packet->data) & 0xffffff00"))
        self.assertRegex(text, r"routes \d+\.\d+\.\d+\.\d+/32-")
        self.refuted(("hop.c", "port_only(hop.port)", "port_only(hop.port ^ (packet->length == 77))"))
        self.refuted(("hop.c", "!routes_find", "packet->data[0] == 10 || !routes_find"))

    def test_wrong_specifications(self):
        self.refuted(("spec.py", "longest(packet.data[0, 4])", "get(packet.data[0, 4], 32)"))
        self.refuted(("spec.py", "longest(packet.data[0, 4])", "longest(packet.data[0, 4] >> 24 << 24)"))

    def test_never_a_shorter_match(self):
        self.refuted(("props/longest.py", "range(33)", "range(32, -1, -1)"))
        text = self.refuted(("props/longest.py", "range(33)", "range(32)"))
        self.assertRegex(text, r"(?s)routes .*\d+\.\d+\.\d+\.\d+/32-")

    def test_what_one_prefix_says(self):
        self.proved(prop=["if routes.get(net, 8) is not None:", "    assert out.sent"])
        self.proved(prop=["if not out.sent:", "    assert routes.get(net, 8) is None"])
        self.proved(prop=["assert routes.get(net, 33) is None"])
        self.proved(prop=["assert routes.get(address | 1, 31) is None"])
        self.refuted(prop=["if out.sent:", "    assert routes.get(net, 8) is not None"])
        self.refuted(prop=["hop = routes.get(net, 8)", "if hop is not None:", "    assert out.to(hop.port)"])

    def test_what_two_addresses_say(self):
        """One was looked up by the function, another by the property: what one takes holds for the other if it covers it."""
        other = ["other = routes.longest(address ^ 1)"]
        self.proved(prop=other + ["if other is None:", "    assert not out.sent or routes.get(address, 32) is not None"])
        self.refuted(prop=other + ["if other is None:", "    assert not out.sent"])
        self.proved(prop=other + ["if routes.get(address, 32) is None and routes.get(address ^ 1, 32) is None:",
                                  "    assert out.sent == (other is not None)",
                                  "    assert other is None or out.to(other.port)"])


if __name__ == "__main__":
    unittest.main()
