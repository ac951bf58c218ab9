# SPDX-License-Identifier: GPL-2.0-or-later
"""Backends, held against a function that does nothing else (spread/): what holds of every list and every order of preference is
proved, and what does not is not.

VIGOR is the program."""
import sys
import unittest

sys.dont_write_bytecode = True
from changed import BAD, ChangedTest, REFUTED, UNKNOWN

PROPERTY = """\
from vigor import *
from spec import Address


def prop(packet, before, after, out, config):
    \"\"\"More.\"\"\"
    if packet.length < 17:
        return
    backends, beat = config.backends, packet.length == 17
    sender = Address(IPv6Addr(packet.data[1, 8], packet.data[9, 8]))
    other = Address(IPv6Addr(packet.data[1, 8], packet.data[9, 8] ^ 1))
    hashed = maglev_hash(packet.data[0, 4], packet.data[4, 4])
    heavy = backends.find(sender) is not None and backends.find(sender).weight != 0
%s
"""


class Spread(ChangedTest):
    NAME, PROPERTY = "spread", PROPERTY

    def not_proved(self, *changes, **more):
        """Real orders of preference are not arbitrary: a case that one denies may be unconfirmed."""
        code, text = self.verify(*changes, **more)
        self.assertIn(code, (REFUTED, UNKNOWN), text)
        self.assertNotIn("PROVED", text.split("\n")[0])

    def test_as_it_is(self):
        self.proved()

    def test_wrong_functions(self):
        self.refuted(("spread.c", "port_only(backend.port)", "port_only(backend.port ^ (packet->length == 77))"))
        self.refuted(("spread.c", "if (backends_find(s->backends, &address, &backend))", ""))
        self.not_proved(("spread.c", "maglev_hash(words, 2)", "maglev_hash(words, 1)"))
        self.not_proved(("spread.c", "maglev_hash(words, 2)", "maglev_hash(words, 2) + 1"))

    def test_wrong_specifications(self):
        self.not_proved(("spec.py", "maglev_hash(packet.data[0, 4], packet.data[4, 4])",
                         "maglev_hash(packet.data[4, 4], packet.data[0, 4])"))
        code, text = self.verify(("spec.py", "size=\"entries\"", "size=64"))
        self.assertEqual(code, BAD, text)
        self.assertIn("the size of the table is not that number", text)

    def test_somebody_is_picked_if_anybody_may_be(self):
        self.proved(prop=["if not beat and sender in before.alive and heavy:", "    assert out.sent"])
        self.proved(prop=["if beat and heavy and sender in after.alive:",
                          "    assert backends.pick(after.alive, 7) is not None"])
        self.refuted(prop=["if not beat and sender in before.alive and backends.find(sender) is not None:",
                           "    assert out.sent"])
        self.refuted(prop=["if beat and heavy:", "    assert backends.pick(before.alive, 7) is not None"])

    def test_a_backend_that_comes_takes_flows_for_itself_only(self):
        two = ["old, new = backends.pick(before.alive, hashed), backends.pick(after.alive, hashed)",
               "if beat and old is not None:"]
        self.proved(prop=two + ["    assert new is not None",
                                "    assert (new[0] == old[0]) | (new[0] == sender)"])
        self.not_proved(prop=two + ["    assert new is not None and new[0] == old[0]"])
        self.not_proved(prop=["if not beat and out.sent:",
                              "    assert backends.pick(before.alive, hashed)[0] == backends.pick(before.alive, 7)[0]"])

    def test_what_is_picked_depends_on_nothing_else(self):
        """Refreshing a backend that lives changes no pick."""
        self.proved(prop=["if beat and sender in before.alive:",
                          "    old, new = backends.pick(before.alive, 5), backends.pick(after.alive, 5)",
                          "    assert (old is None) == (new is None)",
                          "    assert old is None or old[0] == new[0]"])


if __name__ == "__main__":
    unittest.main()
