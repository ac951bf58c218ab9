# SPDX-License-Identifier: BSD-3-Clause
"""tool/status: the documents say what the verdicts say, and nothing is made up where a verdict is not one."""
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from arrows_test import TOP, load

status = load("status")

VERDICT = {
    "verdict": "refuted", "paths": 1234, "obligations": 5, "seconds": 1.25, "bounds": {"length": 1518, "ports": 32},
    "goals": [
        {"name": "safety", "kind": "safety", "title": "nothing traps", "verdict": "proved"},
        {"name": "a", "kind": "property", "title": "A | B", "verdict": "proved"},
        {"name": "b", "kind": "property", "title": "B", "verdict": "refuted", "reason": "b.py:3: not so"},
    ],
}
DOCUMENT = "before\n<!-- results: made -->\nold\n<!-- end of results -->\nafter\n"


class StatusTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("README.md", DOCUMENT)
        self.write("doc/status.md", DOCUMENT)
        self.write("nop.json", json.dumps(VERDICT))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def run_on(self, *arguments):
        status.main(list(arguments), self.folder.name)

    def test_what_the_verdict_says_is_written(self):
        self.run_on("nop=" + self.path("nop.json"))
        readme, details = self.read("README.md"), self.read("doc/status.md")
        for text in (readme, details):
            self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
            self.assertNotIn("old", text)
        self.assertIn("| [nop](nf/nop) | **refuted** | 1 234 | 5 | 1 of 2 | 1.2 |", readme)
        self.assertIn("### nop: refuted", details)
        self.assertIn("length ≤ 1518, ports ≤ 32", details)
        self.assertIn("| a | A \\| B | proved |", details)
        self.assertIn("| b | B | **refuted**: b.py:3: not so |", details)

    def test_twice_is_as_once_and_check_notices_the_difference(self):
        argument = "nop=" + self.path("nop.json")
        with self.assertRaises(SystemExit):
            self.run_on("--check", argument)
        self.assertEqual(self.read("README.md"), DOCUMENT)
        self.run_on(argument)
        once = self.read("README.md")
        self.run_on(argument)
        self.assertEqual(self.read("README.md"), once)
        self.run_on("--check", argument)
        self.write("nop.json", json.dumps(VERDICT | {"paths": 1}))
        with self.assertRaises(SystemExit):
            self.run_on("--check", argument)

    def test_what_is_no_verdict(self):
        for text in ("", "[]", "{}", json.dumps(VERDICT | {"paths": "many"}),
                     json.dumps({key: value for key, value in VERDICT.items() if key != "goals"})):
            self.write("nop.json", text)
            with self.assertRaises((SystemExit), msg=text):
                self.run_on("nop=" + self.path("nop.json"))
            self.assertEqual(self.read("README.md"), DOCUMENT)

    def test_a_document_without_the_marks(self):
        self.write("README.md", "nothing")
        with self.assertRaises(SystemExit):
            self.run_on("nop=" + self.path("nop.json"))

    def test_our_documents_have_the_marks(self):
        for name in ("README.md", "doc/status.md"):
            with open(os.path.join(TOP, name), encoding="utf-8") as file:
                self.assertEqual(len(status.MARKED.findall(file.read())), 1, name)


if __name__ == "__main__":
    unittest.main()
