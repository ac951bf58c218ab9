# SPDX-License-Identifier: BSD-3-Clause
"""tool/prove, with a Frama-C of ours in PATH: what it accepts, and each thing that must make it fail."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from arrows_test import load

prove = load("prove")

GOOD = """[rte:annot] annotating function f
[wp] [Qed] Goal typed_f_ensures_a : Valid (1ms)
[wp] [Passed] Smoke-test typed_f_wp_smoke_default_requires
[wp] [Z3 4.8.12 (noBV)] Goal typed_f_ensures_b : Valid (Qed:2ms) (1.5s) (cached)
[wp] [CVC4 1.8] Goal typed_lemma_l : Valid (Qed:2ms) (20ms) (77)
[wp] Proved goals:    4 / 4
"""
OPEN = """[wp] [Timeout] Goal typed_f_ensures_c
  Z3 4.8.12 (noBV): Timeout (Qed:9ms) (20s)
[wp] Proved goals:    4 / 5
"""
FRAMA_C = """#!/bin/bash
case " $* " in
*" -print "*) cat {folder}/printed ;;
*) echo "$*" >> {folder}/calls; cat {folder}/said
   while [ $# -gt 0 ]; do [ "$1" = -wp-session ] && session=$2; shift; done
   mkdir -p $session/cache; echo '{{ "time": 0. }}' > $session/cache/abc.json ;;
esac
"""
WHY3 = """#!/bin/bash
case "$*" in *datadir*) echo {folder} ;; *) touch "${{@: -1}}" ;; esac
"""


class ProveTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in (("bin/frama-c", FRAMA_C), ("bin/why3", WHY3)):
            self.write(name, text.format(folder=self.folder))
            os.chmod(self.path(name), 0o755)
        self.write("drivers/cvc4_17.drv", 'prelude "(set-logic ALL_SUPPORTED)"\nimport "cvc4_16.gen"\n')
        self.write("doc/trust.md", "**TRUST-HASH.** Of known_axiom.")
        self.write("libvig/proof/x/proof.toml", 'sources = ["x.c"]\n')
        self.write("printed", "")
        self.write("said", GOOD)
        self.addCleanup(setattr, prove, "TOP", prove.TOP)
        prove.TOP = self.folder
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = self.path("bin") + ":" + os.environ["PATH"]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(text)

    def run_it(self, *arguments):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = prove.main(list(arguments))
        return result, said.getvalue()

    def fails(self, reason, *arguments):
        result, said = self.run_it(*arguments)
        self.assertEqual(result, 1, said)
        self.assertIn(reason, said)

    def record(self):
        self.assertEqual(self.run_it("--record")[0], 0)

    def test_recorded_is_repeated(self):
        self.fails("no result.json")
        self.record()
        result, said = self.run_it("--replay")
        self.assertEqual(result, 0, said)
        self.assertIn("| x | f | 2 | 2 | Qed 1, Z3 1 | 1.5 |\n| x | lemmas | 1 | 1 | CVC4 1 | 0.0 |\n", said)
        self.assertTrue(said.endswith("3 goals, 3 proved, 1 smoke tests\n"))
        with open(self.path("libvig/proof/x/session.json")) as file:
            self.assertEqual(json.load(file), {"abc": '{ "time": 0. }'})
        with open(self.path("calls")) as file:
            modes = [line.split("-wp-cache ")[1].split()[0] for line in file]
        self.assertEqual(modes, ["cleanup", "cleanup", "offline"])

    def test_an_open_goal_fails_unless_listed(self):
        self.write("said", GOOD.replace("[wp] Proved goals:    4 / 4\n", OPEN))
        self.fails("typed_f_ensures_c: not proved (timeout)", "--record")
        self.assertFalse(os.path.exists(self.path("libvig/proof/x/result.json")))
        self.write("libvig/proof/x/proof.toml", 'sources = ["x.c"]\n[open]\ntyped_f_ensures_c = "hard"\n')
        self.record()
        self.write("said", GOOD)
        self.fails("typed_f_ensures_c: is listed as open, but", "--replay")

    def test_fewer_goals_fail(self):
        self.record()
        self.write("said", GOOD.replace("[wp] [Qed] Goal typed_f_ensures_a : Valid (1ms)\n", "").replace("4 / 4", "3 / 3"))
        self.fails("f: 1 goals, 2 are recorded", "--replay")

    def test_a_contradiction_fails(self):
        self.write("said", GOOD.replace("[Passed]", "[Failed]").replace("4 / 4", "3 / 4"))
        self.fails("typed_f_wp_smoke_default_requires: what is required contradicts itself", "--record")

    def test_a_warning_fails(self):
        self.write("said", "[wp] x.c:7: Warning: \n  Cast with incompatible pointers types\n" + GOOD)
        self.fails("WP warns: Cast with incompatible pointers types", "--record")

    def test_a_lost_line_fails(self):
        self.write("said", GOOD.replace("4 / 4", "5 / 5"))
        self.fails("4 / 4 goals were read, WP counts 5 / 5", "--record")
        self.write("said", GOOD.replace("[wp] Proved goals:    4 / 4\n", ""))
        self.fails("WP says no total", "--record")

    def test_what_is_assumed_must_be_named(self):
        self.write("printed", "/*@ axiom known_axiom: \\true; */ /*@ admit hidden: 1 == 2; */")
        self.fails("hidden is assumed, and doc/trust.md does not name it", "--record")
        self.write("printed", "/*@ axiom known_axiom: \\true; */ /*@ lemma l: \\true; */")
        self.record()

    def test_lemmas_have_a_run_of_their_own_if_functions_are_left_out(self):
        self.write("libvig/proof/x/proof.toml", 'sources = ["x.c"]\n[left]\ng = "why"\n')
        self.record()
        with open(self.path("calls")) as file:
            self.assertEqual(["@lemma" in line for line in file], [False])
        self.write("printed", "/*@ lemma l: \\true; */")
        self.record()
        with open(self.path("calls")) as file:
            self.assertEqual(["@lemma" in line for line in file], [False, False, True])

    def test_structures_are_replayed_in_order(self):
        for name in ("a", "y"):
            self.write(f"libvig/proof/{name}/proof.toml", 'sources = ["x.c"]\n')
        self.record()
        _, said = self.run_it("--replay")
        self.assertEqual([line.split(" | ")[0] for line in said.splitlines() if "| f |" in line], ["| a", "| x", "| y"])

    def test_what_frama_c_does_not_accept_fails(self):
        self.write("bin/frama-c", "#!/bin/bash\nexit 1\n")
        self.assertRaisesRegex(prove.BadProof, "x.c: frama-c fails", self.run_it)

    def test_only_preprocessor_flags(self):
        self.write("libvig/proof/x/proof.toml", 'sources = ["x.c"]\nflags = ["-wp-model Typed+cast"]\n')
        self.assertRaisesRegex(prove.BadProof, "is not for the preprocessor", self.run_it)
        self.write("libvig/proof/x/proof.toml", 'sources = ["x.c"]\nmodel = "Typed+cast"\n')
        self.assertRaisesRegex(prove.BadProof, "unknown: model", self.run_it)

    def test_nothing_to_prove_fails(self):
        self.write("said", "[wp] Proved goals:    0 / 0\n")
        self.assertEqual(self.run_it("--record")[0], 1)


if __name__ == "__main__":
    unittest.main()
