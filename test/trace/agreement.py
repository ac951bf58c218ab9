# SPDX-License-Identifier: BSD-3-Clause
"""A function and its specification agree on generated traffic, and the traffic is good enough: mistakes put into the
function one at a time are all noticed. What the tests of each function share.

VIGOR_HOST drives a function; VIGOR_NFS is the folder with NAME/NAME.so; VIGOR_COMPILE compiles @INPUT@ to @OUTPUT@ (one
word a line).
"""
import contextlib
import io
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(TOP, "spec")]
from vigor import trial

COMPILE = os.environ["VIGOR_COMPILE"].split("\n")


class Agreement:
    """A test case of the function NAME: `generate` is the module that makes its traffic, for so many PORTS; of 5 000
    packets at least SENT are sent and DROPPED dropped. MISTAKES: (what is wrong, text in NAME.c, what is put there), or, for
    another file of the function, (what is wrong, file, text in it, what is put there). NOTICED_BY: by a trace of these seeds."""

    NOTICED_BY = 1,

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.sources = os.path.join(TOP, "nf", cls.NAME)
        cls.function = os.path.join(os.environ["VIGOR_NFS"], cls.NAME, cls.NAME + ".so")
        with open(os.path.join(cls.sources, cls.NAME + ".c")) as file:
            cls.source = file.read()

    def check(self, so, seed):
        """What the comparison says of a function on the trace of a seed."""
        traffic = os.path.join(self.folder, str(seed))
        if not os.path.exists(traffic):
            with contextlib.redirect_stdout(io.StringIO()):
                self.generate.main(traffic, 5000, seed)
        return trial.check(so, self.sources, os.path.join(traffic, self.NAME + ".conf"), ports=self.PORTS,
                           pcaps=[os.path.join(traffic, f"in{port}.pcap") for port in range(self.PORTS)],
                           host=os.environ["VIGOR_HOST"])

    def compiled(self, text, name=None):
        """The function with this text in the place of one of its files."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = os.path.join(folder, self.NAME)
        for file, content in {self.NAME + ".c": self.source, name or self.NAME + ".c": text}.items():
            with open(os.path.join(folder, file), "w") as stream:
                stream.write(content)
        words = {"@INPUT@": path + ".c", "@OUTPUT@": path + ".so", "@DEPFILE@": path + ".d"}
        subprocess.run([words.get(word, word) for word in COMPILE] + ["-w", f"-I{self.sources}"], check=True, timeout=60)
        return path + ".so"

    def test_no_difference(self):
        for seed in range(1, 6):
            found = self.check(self.function, seed)
            self.assertEqual((found["code"], found["packets"]), (trial.SAME, 5000), found["text"])
            self.assertGreater(found["sent"], self.SENT)
            self.assertGreater(found["dropped"], self.DROPPED)

    def test_the_source_as_it_is_agrees_too(self):
        self.assertEqual(self.check(self.compiled(self.source), 1)["code"], trial.SAME)

    def test_each_mistake_is_noticed(self):
        for name, *file, old, new in self.MISTAKES:
            with self.subTest(name):
                source = self.source
                if file:
                    with open(os.path.join(self.sources, *file)) as stream:
                        source = stream.read()
                self.assertEqual(source.count(old), 1, "the text to be changed is not there once")
                changed = self.compiled(source.replace(old, new), *file)
                self.assertIn(trial.DIFFERENT, (self.check(changed, seed)["code"] for seed in self.NOTICED_BY))
