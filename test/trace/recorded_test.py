# SPDX-License-Identifier: BSD-3-Clause
"""Every network function on every trace that some Debian packages carry for their own tests, damaged ones among them: it
does what its specification says, packet by packet, and survives.

VIGOR_HOST drives a function; VIGOR_NFS is the folder with NAME/NAME.so; VIGOR_TRACES a folder that traces are kept in."""
import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(TOP, "spec")]
import split
from vigor import capture, trial
from vigor.capture import CaptureError

FUNCTIONS = "bridge", "firewall", "maglev", "nat", "nop", "policer", "router"
NAMES = ".pcap", ".pcapng", ".cap", ".dump"
TRACES = 60      # at least so many are readable and of Ethernet ...
PACKETS = 60000  # ... with so many packets


def captures(folder):
    """The paths of all files that look like captures."""
    return sorted(os.path.join(place, name) for place, folders, names in os.walk(folder) for name in names
                  if name.endswith(NAMES) and not os.path.islink(os.path.join(place, name)))


def chained(traces):
    """The frames of traces, one after the other, a second apart."""
    chain, shift = [], 0
    for frames in traces:
        frames = sorted(frames, key=lambda frame: frame[0])
        first = frames[0][0] if frames else 0
        chain += [(shift + now - first, data) for now, data in frames]
        shift = (chain[-1][0] if chain else 0) + 10**9
    return chain


def sides(frames):
    """(from inside, from outside), if conversations cross somewhere; else all of them, and nothing."""
    try:
        return split.split(frames, split.best_prefix(frames))[0]
    except SystemExit:
        return frames, []


def commonest(frames, default):
    """The unicast address that most of these frames go to by Ethernet, as a number."""
    found = Counter(data[:6] for now, data in frames if len(data) > 14 and not data[0] & 1).most_common(1)
    return int.from_bytes(found[0][0], "big") if found else default


def settings(name, inside, outside):
    """Options with which the function is where the trace's frames go."""
    if name != "nat":
        return {}
    return {"inside_mac": (commonest(inside, 0x020000000101), 0), "outside_mac": (commonest(outside, 0x020000000102), 0),
            "inside_address": (0x0A000001, 0), "inside_prefix": (8, 0)}


class RecordedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([os.path.join(TOP, "tool", "traces"), os.environ["VIGOR_TRACES"]], check=True)
        cls.work = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.traces = {}
        cls.unread = []
        for path in captures(os.environ["VIGOR_TRACES"]):
            try:
                cls.traces[path] = list(capture.read(path))
            except CaptureError:  # damaged, or not of Ethernet
                cls.unread.append(path)

    def written(self, frames):
        paths = []
        for port, side in enumerate(frames):
            paths.append(os.path.join(self.work, "in%d.pcap" % port))
            capture.write(paths[-1], side)
        return paths

    def test_there_is_enough(self):
        self.assertGreaterEqual(len(self.traces), TRACES, self.unread)
        self.assertGreaterEqual(sum(map(len, self.traces.values())), PACKETS)
        self.assertGreater(len(self.unread), 0)  # pcapfix's are damaged

    def test_no_difference(self):
        sent = Counter()
        top = os.environ["VIGOR_TRACES"]
        for package in sorted({os.path.relpath(path, top).split(os.sep)[0] for path in self.traces}):
            inside = os.path.join(top, package, "")
            both = sides(chained([frames for path, frames in self.traces.items() if path.startswith(inside)]))
            paths = self.written(both)
            for name in FUNCTIONS:
                with self.subTest(name, package=package):
                    folder = os.path.join(TOP, "nf", name)
                    conf = os.path.join(folder, name + ".conf")
                    found = trial.check(os.path.join(os.environ["VIGOR_NFS"], name, name + ".so"), folder,
                                        conf if os.path.exists(conf) else None, ports=3, pcaps=paths,
                                        host=os.environ["VIGOR_HOST"], options=settings(name, *both))
                    self.assertEqual(found["code"], trial.SAME, found["text"])
                    sent[name] += found["sent"]
        for name in ("bridge", "firewall", "nop", "policer"):
            self.assertGreater(sent[name], 3000, sent)


if __name__ == "__main__":
    unittest.main()
