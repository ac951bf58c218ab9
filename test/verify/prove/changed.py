# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of small network functions beside them share: a function or its specification changed, a property more, and
the proof's verdict.

VIGOR is the program."""
import os
import shutil
import subprocess
import tempfile
import unittest

VIGOR = os.environ["VIGOR"]
HERE = os.path.dirname(os.path.abspath(__file__))
PROVED, REFUTED, UNKNOWN, BAD = range(4)


class ChangedTest(unittest.TestCase):
    """NAME: of the folder here. PROPERTY: a property's file, with room for its lines."""

    NAME = PROPERTY = ""

    def change(self, function, name, old, new):
        path = os.path.join(function, name)
        with open(path, encoding="ascii") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace(old, new))

    def verify(self, *changes, prop=None):
        """The exit status and the text, the function or its specification changed: (file, old, new)."""
        with tempfile.TemporaryDirectory(prefix="vigor-changed-") as folder:
            function = shutil.copytree(os.path.join(HERE, self.NAME), os.path.join(folder, self.NAME))
            for change in changes:
                self.change(function, *change)
            if prop is not None:
                with open(os.path.join(function, "props", "more.py"), "w", encoding="ascii") as file:
                    file.write(self.PROPERTY % "".join("    %s\n" % line for line in prop))
            done = subprocess.run([VIGOR, "verify", self.NAME, "--packets", "0"], cwd=folder, capture_output=True,
                                  text=True, timeout=300)
            return done.returncode, done.stdout + done.stderr

    def proved(self, *changes, **more):
        code, text = self.verify(*changes, **more)
        self.assertEqual(code, PROVED, text)

    def refuted(self, *changes, **more):
        code, text = self.verify(*changes, **more)
        self.assertEqual((code, "confirmed on the function itself" in text), (REFUTED, True), text)
        return text
