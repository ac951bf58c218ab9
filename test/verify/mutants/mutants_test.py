# SPDX-License-Identifier: GPL-2.0-or-later
"""Each seeded mistake must be refuted by `vigor verify`, with a counterexample that the real program confirms.

Usage: mutants_test.py [NAME …] [EVERY] [quick]

NAME: of a list, default all. EVERY: every so many-th of a list. quick: without those that the list says are SLOW, because
only the proof finds them, in minutes."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.environ["VIGOR_ROOT"]
VIGOR = os.environ["VIGOR"]
SECONDS = int(os.environ.get("VIGOR_SECONDS", 600))  # for one of them
HERE = os.path.dirname(os.path.abspath(__file__))


def list_of(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    strangers = set(getattr(module, "SLOW", ())) - {mutant[0] for mutant in module.PROGRAM + module.SPECIFICATION}
    assert not strangers, strangers
    return module


def mutants_of(name, quick=False):
    module = list_of(name)
    slow = getattr(module, "SLOW", ())
    return [mutant for mutant in module.PROGRAM + module.SPECIFICATION if not quick or mutant[0] not in slow]


def mutate(folder, file, before, after):
    path = os.path.join(folder, file)
    with open(path) as f:
        text = f.read()
    if text.count(before) != 1:
        return "the text to be changed occurs %d times" % text.count(before)
    with open(path, "w") as f:
        f.write(text.replace(before, after))
    return ""


def attempt(name, mutant):
    """"" if it was refuted and confirmed, otherwise what happened instead."""
    title, file, before, after = mutant
    with tempfile.TemporaryDirectory(prefix="vigor-mutant-") as work:
        folder = os.path.join(work, name)
        shutil.copytree(os.path.join(ROOT, "nf", name), folder)
        shutil.copytree(os.path.join(ROOT, "nf", "common"), os.path.join(work, "common"))  # what specifications share
        wrong = mutate(folder, file, before, after)
        if wrong:
            return wrong
        try:
            done = subprocess.run([VIGOR, "verify", folder, "--jobs", "1", "--out", os.path.join(work, "out")],
                                  capture_output=True, text=True, timeout=SECONDS, cwd=work)
        except subprocess.TimeoutExpired:
            return "no verdict in %d s" % SECONDS
        if done.returncode == 1 and "Traceback" not in done.stderr:
            return ""
        return "exit %d: %s %s" % (done.returncode, done.stdout[-400:], done.stderr[-400:])


def try_all(name, every, quick):
    """How many of the list's mistakes (every so many-th) were tried, and how many of these were missed."""
    mutants = mutants_of(name, quick)[::every]
    missed = 0
    with ThreadPoolExecutor(2) as pool:
        for mutant, wrong in zip(mutants, pool.map(lambda m: attempt(name, m), mutants)):
            missed += wrong != ""
            print("%s: %s%s" % ("MISSED" if wrong else "caught", mutant[0], "\n    " + wrong if wrong else ""), flush=True)
    print("%d of %d mistakes in %s caught" % (len(mutants) - missed, len(mutants), name), flush=True)
    return len(mutants), missed


def lists():
    return sorted(name[:-3] for name in os.listdir(HERE) if name.endswith(".py") and name != os.path.basename(__file__))


def main(names, every, quick):
    """names: of lists; none: all. every: 1 is all of a list."""
    results = [try_all(name, every, quick) for name in names or lists()]
    tried, missed = (sum(numbers) for numbers in zip(*results))
    print("%d passed, %d failed" % (tried - missed, missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if not word.isdigit() and word != "quick"],
                  max([1] + [int(word) for word in sys.argv[1:] if word.isdigit()]), "quick" in sys.argv[1:]))
