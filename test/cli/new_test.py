# SPDX-License-Identifier: GPL-2.0-or-later
"""vigor new: what it makes verifies and runs under its own name; what is there stays as it is."""
import json
import os
import unittest

from cases import BAD_INPUT, CommandTest, PROVED, REFUTED, TOP


class NewTest(CommandTest):
    def test_proved_at_once_and_refuted_once_broken(self):
        self.assertIn("vigor verify wire", self.call(0, "new", "wire").stdout)
        verdict = json.loads(self.call(PROVED, "verify", "wire", "--json").stdout)
        self.assertEqual((verdict["name"], verdict["verdict"]), ("wire", "proved"))
        with open(self.path("wire/spec.py"), encoding="utf-8") as file:
            spec = file.read()
        self.assertEqual(spec.count("return drop()"), 1)
        self.write("wire/spec.py", spec.replace("return drop()", "return forward(packet, to=0)"))
        self.call(REFUTED, "verify", "wire")

    def test_every_function_can_be_the_beginning(self):
        functions = [name for name in os.listdir(os.path.join(TOP, "nf"))
                     if os.path.exists(os.path.join(TOP, "nf", name, "spec.py"))]
        self.assertGreater(len(functions), 3)
        for name in functions:
            self.call(0, "new", "my_" + name, "--like", name)
            self.call(0, "build", "my_" + name)
            self.assertEqual(sorted(os.listdir(self.path("my_" + name, "props"))),
                             sorted(p for p in os.listdir(os.path.join(TOP, "nf", name, "props")) if p.endswith(".py")))
            for made in os.listdir(self.path("my_" + name)):
                if made.endswith((".c", ".h")):
                    with open(self.path("my_" + name, made), encoding="utf-8") as file:
                        self.assertNotIn("nf/%s/" % name, file.read())

    def test_nothing_is_overwritten(self):
        self.write("gate/notes", "mine")
        self.refused("new", "gate", says=["gate", "there already"])
        self.assertEqual(os.listdir(self.path("gate")), ["notes"])

    def test_bad_input(self):
        self.refused("new", says=["Name the folder"])
        self.refused("new", "Gate", says=["Gate", "lower-case"])
        self.refused("new", "2gate", says=["2gate"])
        self.refused("new", "gate", "--like", "nothing", says=["nothing", "firewall"])
        self.assertEqual(os.listdir(self.path()), [])
        self.assertEqual(self.vigor("new", "gate", "--lke", "nop").returncode, BAD_INPUT)

    def test_in_another_folder(self):
        os.mkdir(self.path("deep"))
        self.call(0, "new", "deep/wire")
        self.call(0, "build", "deep/wire")


if __name__ == "__main__":
    unittest.main()
