# SPDX-License-Identifier: BSD-3-Clause
"""vigor-host as the programs that drive it see it: answers, guarded memory, ends.

VIGOR_HOST is the program; VIGOR_NFS the folders, joined by colons, of firewall.so and reckless.so.
"""
import os
import struct
import subprocess
import unittest

HOST, NFS = os.environ["VIGOR_HOST"], os.environ["VIGOR_NFS"]

MACS = "020000000001020000000002"
INSIDE, OUTSIDE = "0a000001", "c0000207"
TICK = 1 << 30
SECOND = 10**9


def file_of(nf):
    places = [os.path.join(folder, nf + ".so") for folder in NFS.split(":")]
    return next(filter(os.path.exists, places), places[0])


def udp(src, dst, src_port, dst_port):
    return MACS + "0800" + "4500001e00010000401100" + "00" + src + dst + struct.pack(">HHHH", src_port, dst_port, 10,
                                                                                      0).hex() + "6869"


def key(port, dst_port=53):
    return INSIDE + OUTSIDE + struct.pack(">HH", port, dst_port).hex() + "1100"


class Host(unittest.TestCase):
    def talk(self, nf, *lines, ports=2, more=()):
        return subprocess.run([HOST, file_of(nf), "--ports", str(ports), *more], input="\n".join(lines) + "\n",
                              capture_output=True, text=True, timeout=60)

    def answers(self, nf, *lines, status=0, **more):
        done = self.talk(nf, *lines, **more)
        self.assertEqual((done.returncode, done.stderr), (status, ""), done)
        return done.stdout.splitlines()

    def firewall(self, *lines, **more):
        return self.answers("firewall", "option capacity4 2 0", "record pairs 0 1", "start", *lines, **more)[1:]


class Flows(Host):
    def test_a_flow_is_opened_answered_and_forgotten(self):
        out, back = udp(INSIDE, OUTSIDE, 1000, 53), udp(OUTSIDE, INSIDE, 53, 1000)
        late = 306 * SECOND
        answers = self.firewall(
            "packet 1 0 " + back,
            "packet 0 %d %s" % (TICK, out), "entry flows4 %s %d" % (key(1000), TICK),
            "packet 1 %d %s" % (3 * TICK, back), "entry flows4 %s %d" % (key(1000), 3 * TICK),
            "entry flows4 %s %d" % (key(1001), 3 * TICK),
            "packet 1 %d %s" % (late, back), "entry flows4 %s %d" % (key(1000), late))
        value = "00" * 16
        self.assertEqual(answers, ["sent 0 " + back, "sent 2 " + out, "entry 3 1 " + value, "sent 1 " + back,
                                   "entry 3 3 " + value, "absent", "sent 0 " + back, "absent"])

    def test_a_full_table(self):
        packets = ["packet 0 0 " + udp(INSIDE, OUTSIDE, port, 53) for port in (1, 2, 3)]
        answers = self.firewall(*packets, "figures 0", "dump flows4 0", "dump flows6 0")
        self.assertEqual(answers[3:], [
            "figures flows4 2 2 1", "figures flows6 0 65536 0", "figures pairs 1 16 0", "done",
            "live %s0000 3 0 %s 0" % (key(1), "00" * 16), "live %s0000 3 0 %s 1" % (key(2), "00" * 16), "done", "done"])

    def test_slots(self):
        packets = ["packet 0 0 " + udp(INSIDE, OUTSIDE, port, 53) for port in (1, 2)]
        answers = self.firewall(*packets, *["slot flows4 %s 0" % key(port) for port in (2, 1, 3)],
                                "slot flows4 %s %d" % (key(1), 302 * SECOND))
        self.assertEqual(answers[2:], ["slot 1", "slot 0", "absent", "absent"])

    def test_no_bytes(self):
        self.assertEqual(self.firewall("packet 0 0 -"), ["sent 0 -"])

    def test_what_it_says_of_itself(self):
        answers = self.firewall("options", "tables")
        self.assertIn("option capacity4 integer 2 0", answers)
        self.assertIn("record pairs 0:0 1:0", answers)
        self.assertIn("table flows4 30 2 224 6930 10 280 56", answers)
        self.assertIn("field key dst_port 10 2 network", answers)
        self.assertIn("field value fin_outside 1 1 host", answers)

    def test_what_it_says_of_lists(self):
        start = "record static 2199023255553 1", "start"
        answers = self.answers("bridge", *start, "options", "tables", "figures 0")
        self.assertIn("record static 2199023255553:0 1:0", answers)
        self.assertEqual(answers[answers.index("list static"):-4],
                         ["list static", "field key mac 0 6 network", "field value port 0 4 host"])
        self.assertEqual(answers[-2:], ["figures static 1 4096 0", "done"])
        twice = self.answers("bridge", start[0], *start, status=3)
        self.assertIn("record 2 of [static] is refused: an earlier record has the same key", twice[-1])

    def test_many_packets(self):
        count = 60_000
        lines = ["packet 0 0 " + udp(INSIDE, OUTSIDE, port, 53) for port in range(count)]
        answers = self.firewall(*lines, "figures 0")
        self.assertEqual(answers[count], "figures flows4 2 2 %d" % (count - 2))

    def test_guarded_answers_are_the_same(self):
        lines = ["packet %d 0 %s" % (port % 2, udp(INSIDE, OUTSIDE, port, 53)[:2 * length] or "-")
                 for port, length in enumerate(range(0, 45))] + ["figures 0"]
        self.assertEqual(self.firewall(*lines), self.firewall(*lines, more=["--guard"]))


class Guard(Host):
    def run_one(self, kind, *more):
        """The last answer, of a session whose second packet says what to do."""
        done = self.talk("reckless", "start", "packet 0 0 7a", "packet 0 0 %s00" % kind.encode().hex(),
                         "packet 0 0 7a", more=more)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2], ["started", "sent 1 7a"])
        return done.returncode, lines[-1]

    def test_steps_outside(self):
        for kind in "abc":
            with self.subTest(kind):
                self.assertEqual(self.run_one(kind, "--guard"), (1, "crashed SIGSEGV at packet 2"))
                self.assertEqual(self.run_one(kind), (0, "sent 3 7a"))

    def test_outside_its_state(self):
        self.assertEqual(self.run_one("m", "--guard"), (1, "crashed SIGSEGV at packet 2"))

    def test_growing_is_allowed(self):
        lines = "start", "packet 0 0 6700", "packet 0 0 6700", "packet 0 0 -"
        grown = bytes(range(130)).hex()
        for more in (), ("--guard",):
            self.assertEqual(self.answers("reckless", *lines, more=more),
                             ["started", "sent 1 " + grown, "sent 2 " + grown, "sent 3 -"])

    def test_every_length(self):
        for length in (1, 60, 1518, 4095, 4096, 4097, 65536):
            data = "7a" * length
            self.assertEqual(self.answers("reckless", "start", "packet 0 0 " + data, more=["--guard"])[1],
                             "sent 1 " + data)

    def test_traps_and_hangs(self):
        for more in (), ("--guard",):
            self.assertEqual(self.run_one("t", *more), (1, "crashed SIGILL at packet 2"))
            self.assertEqual(self.run_one("h", "--limit-ms", "100", *more), (1, "hangs at packet 2"))

    def test_outside_its_buffer(self):
        done = self.talk("reckless", "start", "packet 0 0 6f")
        self.assertEqual(done.stdout.splitlines()[-1], "broken 1")


class BadInput(Host):
    def refused(self, expected, *lines, nf="firewall", **more):
        self.assertIn(expected, self.answers(nf, *lines, status=3, **more)[-1])

    def test_lines(self):
        start = "record pairs 0 1", "start"
        for lines, expected in (
                (["nonsense"], "error line 1: \"nonsense\" is no command"),
                (["", "packet 0 0 -"], "error line 2: packet: it comes after start"),
                ([*start, "start"], "it comes before start"),
                ([*start, "packet 2 0 -"], "\"2\" is no number up to 1"),
                ([*start, "packet 0 -1 -"], "no number"),
                ([*start, "packet 0 0 123"], "hexadecimal"),
                ([*start, "packet 0 0 " + "00" * 65537], "up to 65536 bytes"),
                ([*start, "packet 0 5 -", "packet 0 4 -"], "time goes back from 5 to 4"),
                ([*start, "entry flows5 00 0"], "there is no table \"flows5\""),
                ([*start, "entry flows4 %s 0" % ("00" * 17)], "up to 16 bytes"),
                ([*start, "figures"], "not as many words"),
                (["option capacity4 0 0"], "capacity4: 0 is out of range"),
                (["option pairs 0 0"], "there is no option \"pairs\""),
                (["record capacity4 0"], "there is no list \"capacity4\""),
                (["record pairs 0 2"], "outside: 2 is out of range"),
                (["record pairs 0"], "has 2 fields, not 1"),
                (["record pairs 0 0", "start"], "refused standard input:1: record 1 of [pairs] is refused: "
                                                "inside and outside are the same port")):
            with self.subTest(expected):
                self.refused(expected, *lines)

    def test_refused_by_the_function(self):
        self.refused("in no mood", "option mood 1 0", "start", nf="reckless")

    def test_arguments(self):
        for more in (["--conf", "/nowhere"], ["--limit-ms", "0"], ["more"]):
            self.assertEqual(self.talk("firewall", more=more).returncode, 3)
        self.assertEqual(self.talk("firewall", ports=33).returncode, 3)
        self.assertEqual(self.talk("absent").returncode, 3)


if __name__ == "__main__":
    unittest.main()
