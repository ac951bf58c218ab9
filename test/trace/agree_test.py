# SPDX-License-Identifier: BSD-3-Clause
"""The firewall and its specification agree on generated traffic, and the traffic is good enough: mistakes put into
the firewall one at a time are all noticed.

VIGOR_HOST drives a function; VIGOR_FIREWALL is firewall.so; VIGOR_COMPILE compiles @INPUT@ to @OUTPUT@ (one word a line).
"""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(TOP, "spec")]
import generate
from vigor import trial

HOST = os.environ["VIGOR_HOST"]
COMPILE = os.environ["VIGOR_COMPILE"].split("\n")
FOLDER = os.path.join(TOP, "nf", "firewall")

MISTAKES = [
    ("opens by any segment", "return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;", "return (flags & TCP_SYN) != 0;"),
    ("reset from outside refreshes", "if (!crossing.outbound && (flags & TCP_RST))", "if (now == 0)"),
    ("reset from inside forgotten", "	if (flags & TCP_RST) {\n		tcp.class = CLOSING;\n	} else if", "	if"),
    ("asking anew keeps the FINs", "tcp = (struct flow_state){ .class = OPENING };", "tcp.class = OPENING;"),
    ("one FIN closes", "tcp.class = tcp.ends.fin_outside ? CLOSING : tcp.class;", "tcp.class = CLOSING;"),
    ("answer never establishes", "tcp.class = ESTABLISHED;", "tcp.class = OPENING;"),
    ("error about anybody's packet", "return flows_find(&fw->flows, &key, 0, now, &unused, &slot);",
     "(void)key, (void)slot, (void)unused, (void)now; return true;"),
    ("error refreshes", "return flows_find(&fw->flows, &key, 0, now, &unused, &slot);",
     "return flows_refresh(&fw->flows, &key, 0, now, &unused, &slot);"),
    ("quoted reply counts", "data[quoted.l4] != request", "data[quoted.l4] > 129"),
    ("source quench is an error", "type == ICMP_UNREACHABLE ||", "type == ICMP_UNREACHABLE || type == 4 ||"),
    ("discovery has one type less", "type <= ICMP6_DISCOVERY_LAST", "type < ICMP6_DISCOVERY_LAST"),
    ("short ARP", ">= ARP_SIZE", ">= ARP_SIZE - 1"),
    ("broken passes outwards", "	if (seen.kind == NET_FLOW_BROKEN)\n		return false;\n", ""),
    ("later fragments pass inwards", "	return crossing.outbound;\n", "	return crossing.outbound || seen.kind == NET_FLOW_LATER;\n"),
    ("full table stops the packet", "	flows_open(&fw->flows, &key, packet->hint, now, class);\n	return true;",
     "	flows_open(&fw->flows, &key, packet->hint, now, class);\n"
     "	return flows_find(&fw->flows, &key, 0, now, &unused, &slot);"),
    ("echo lives as long as UDP", "crossing, now, ECHO);", "crossing, now, UDP);"),
]


class AgreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        with open(os.path.join(FOLDER, "firewall.c")) as file:
            cls.source = file.read()

    def check(self, so, seed):
        """What the comparison says of a function on the trace of a seed."""
        traffic = os.path.join(self.folder, str(seed))
        if not os.path.exists(traffic):
            with contextlib.redirect_stdout(io.StringIO()):
                generate.main(traffic, 5000, seed)
        return trial.check(so, FOLDER, os.path.join(traffic, "firewall.conf"),
                           pcaps=[os.path.join(traffic, f"in{port}.pcap") for port in range(2)], host=HOST)

    def compiled(self, source):
        path = os.path.join(self.folder, "mistaken")
        with open(path + ".c", "w") as file:
            file.write(source)
        words = {"@INPUT@": path + ".c", "@OUTPUT@": path + ".so", "@DEPFILE@": path + ".d"}
        subprocess.run([words.get(word, word) for word in COMPILE] + ["-w", f"-I{FOLDER}"], check=True, timeout=60)
        return path + ".so"

    def test_no_difference(self):
        for seed in range(1, 6):
            found = self.check(os.environ["VIGOR_FIREWALL"], seed)
            self.assertEqual((found["code"], found["packets"]), (trial.SAME, 5000), found["text"])
            self.assertGreater(found["sent"], 2000)
            self.assertGreater(found["dropped"], 1000)

    def test_the_source_as_it_is_agrees_too(self):
        self.assertEqual(self.check(self.compiled(self.source), 1)["code"], trial.SAME)

    def test_each_mistake_is_noticed(self):
        for name, old, new in MISTAKES:
            with self.subTest(name):
                self.assertEqual(self.source.count(old), 1, "the text to be changed is not there once")
                self.assertEqual(self.check(self.compiled(self.source.replace(old, new)), 1)["code"], trial.DIFFERENT)


if __name__ == "__main__":
    unittest.main()
