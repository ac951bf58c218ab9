# SPDX-License-Identifier: BSD-3-Clause
"""README.md's first five minutes, as its reader lives them.

VIGOR is the program, or empty where it is not built; VIGOR_HOST drives a function; VIGOR_COMPILE compiles FILE.c to FILE.so
(the command, one word a line, with @INPUT@ and @OUTPUT@).
"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "spec"), os.path.join(TOP, "test", "run")]
import captures
from vigor._load import load
from vigor.concrete import Reference

VIGOR = os.environ["VIGOR"]
HOST = os.environ["VIGOR_HOST"]
COMPILE = os.environ["VIGOR_COMPILE"].split("\n")
CHECK_OF_KIND = "flow.kind != NET_FLOW_UDP || "
PROVED, REFUTED = 0, 1


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def frames():
    """Frames on both sides of every condition in the example."""
    good = captures.udp("192.0.2.1", 9, "10.0.0.1", 53, b"question")
    yield from (good, captures.udp("192.0.2.1", 53, "10.0.0.1", 54), good + b"\0" * 9, b"", good[:13])
    yield from (good[:n] for n in range(14, len(good)))
    for at, value in ((12, 0x86), (14, 0x46), (14, 0x65), (20, 0x20), (21, 1), (23, 6), (23, 1), (39, 7), (39, 17)):
        yield good[:at] + bytes((value,)) + good[at + 1:]
    yield good[:38] + struct.pack("!H", 8) + good[40:]


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.blocks = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", read("README.md"), re.M | re.S))
        for name, text in self.blocks.items():
            self.write(name, text)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(text)

    def vigor(self, *words):
        return subprocess.run([VIGOR, *words], cwd=self.folder.name, capture_output=True, text=True, timeout=120)

    def compile(self):
        words = [word.replace("@INPUT@", self.path("gate/gate.c")).replace("@OUTPUT@", self.path("gate.so"))
                 .replace("@DEPFILE@", self.path("gate.d")) for word in COMPILE]
        made = subprocess.run([*words, "-Werror"], capture_output=True, text=True, timeout=60)
        self.assertEqual((made.returncode, made.stderr), (0, ""))

    def test_the_whole_folder_is_shown(self):
        self.assertEqual(set(self.blocks), {"gate/gate.c", "gate/spec.py", "gate/gate.conf"})
        self.assertEqual(self.blocks["gate/gate.c"].count(CHECK_OF_KIND), 1)

    def test_it_does_what_its_specification_says(self):
        self.compile()
        packets = [(port, frame) for frame in frames() for port in range(3)]
        lines = ["start"] + [f"packet {port} {time} {frame.hex() or '-'}" for time, (port, frame) in enumerate(packets)]
        run = subprocess.run([HOST, self.path("gate.so"), "--ports", "3", "--conf", self.path("gate/gate.conf")],
                             input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        reference = Reference(load(self.path("gate")), {"service": 53}, ports=3)
        answers, passed = run.stdout.splitlines()[1:], 0
        self.assertEqual(len(answers), len(packets))
        for time, ((port, frame), answer) in enumerate(zip(packets, answers)):
            mask, sent = reference.step(frame, port=port, now=time)
            self.assertEqual(int(answer.split()[1], 16), mask, (port, frame.hex()))
            if mask:
                self.assertEqual(answer.split()[2].replace("-", ""), sent.hex())
            passed += port == 1 and mask == 1
        self.assertGreaterEqual(passed, 3)

    @unittest.skipUnless(VIGOR, "the verifier is not built")
    def test_it_is_proved(self):
        self.assertEqual(self.vigor("build", "gate").returncode, 0)
        verdict = self.vigor("verify", "gate")
        self.assertEqual(verdict.returncode, PROVED, verdict.stdout + verdict.stderr)
        self.assertIn("PROVED", verdict.stdout)

    @unittest.skipUnless(VIGOR, "the verifier is not built")
    def test_it_is_refuted_once_broken(self):
        self.write("gate/gate.c", self.blocks["gate/gate.c"].replace(CHECK_OF_KIND, ""))
        self.assertEqual(self.vigor("build", "gate").returncode, 0)
        verdict = self.vigor("verify", "gate")
        self.assertEqual(verdict.returncode, REFUTED, verdict.stdout + verdict.stderr)


if __name__ == "__main__":
    unittest.main()
