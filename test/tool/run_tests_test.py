# SPDX-License-Identifier: BSD-3-Clause
"""tool/run-tests: how cases are counted, and that no failure is lost."""
import os
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from arrows_test import TOP, load

run_tests = load("run-tests")

CMOCKA_GOOD = """[==========] Running 2 test(s).
[ RUN      ] one
[       OK ] one
[ RUN      ] two
[       OK ] two
[==========] 2 test(s) run.
[  PASSED  ] 2 test(s).
"""
CMOCKA_BAD = """[==========] Running 3 test(s).
[  FAILED  ] two
[==========] 3 test(s) run.
[  PASSED  ] 2 test(s).
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] two

 1 FAILED TEST(S)
"""


class CountTest(unittest.TestCase):
    def test_cmocka(self):
        self.assertEqual(run_tests.count(CMOCKA_GOOD, "OK"), (2, 0, 0))
        self.assertEqual(run_tests.count(CMOCKA_GOOD * 2, "OK"), (4, 0, 0))
        self.assertEqual(run_tests.count(CMOCKA_BAD, "FAIL"), (2, 1, 0))

    def test_unittest(self):
        self.assertEqual(run_tests.count("....\n---\nRan 4 tests in 0.123s\n\nOK\n", "OK"), (4, 0, 0))
        self.assertEqual(run_tests.count("s.\nRan 2 tests in 1.5s\n\nOK (skipped=1)\n", "OK"), (1, 0, 1))
        self.assertEqual(run_tests.count("Ran 1 test in 0.1s\n\nOK\n", "OK"), (1, 0, 0))
        self.assertEqual(run_tests.count("Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1, skipped=1)\n", "FAIL"),
                         (5, 3, 1))

    def test_silence_is_one_case(self):
        self.assertEqual(run_tests.count("", "OK"), (1, 0, 0))
        self.assertEqual(run_tests.count("", "FAIL"), (0, 1, 0))
        self.assertEqual(run_tests.count("", "SKIP"), (0, 0, 1))

    def test_a_program_that_fails_after_its_cases_passed(self):
        self.assertEqual(run_tests.count(CMOCKA_GOOD, "FAIL"), (2, 1, 0))
        self.assertEqual(run_tests.count(CMOCKA_GOOD, "TIMEOUT"), (2, 1, 0))


class WholeTest(unittest.TestCase):
    """With a `meson` of ours in PATH that leaves a given log."""

    def run_with(self, log, status):
        with tempfile.TemporaryDirectory() as folder:
            meson = os.path.join(folder, "meson")
            with open(meson, "w") as file:
                file.write("#!/bin/sh\nmkdir -p \"$3/meson-logs\"\ncat > \"$3/meson-logs/testlog.json\" <<'END'\n"
                           f"{log}END\nexit {status}\n")
            os.chmod(meson, stat.S_IRWXU)
            run = subprocess.run([os.path.join(TOP, "tool", "run-tests"), folder], capture_output=True, text=True,
                                 env=os.environ | {"PATH": folder + ":" + os.environ["PATH"]}, timeout=60)
            return run.returncode, run.stdout.splitlines(), run.stderr

    def test_all_passed(self):
        code, lines, _ = self.run_with('{"name": "a", "result": "OK"}\n{"name": "b", "result": "OK"}\n', 0)
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed"))

    def test_one_failed(self):
        code, lines, _ = self.run_with('{"name": "a", "result": "OK"}\n{"name": "b", "result": "FAIL"}\n', 1)
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))

    def test_meson_failed_though_no_test_did(self):
        code, lines, _ = self.run_with('{"name": "a", "result": "OK"}\n', 1)
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))

    def test_no_test_at_all(self):
        code, lines, complaint = self.run_with("", 0)
        self.assertEqual((code, lines), (1, []))
        self.assertIn("no test", complaint)


if __name__ == "__main__":
    unittest.main()
