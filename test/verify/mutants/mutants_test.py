# SPDX-License-Identifier: GPL-2.0-or-later
"""Each seeded mistake must be refuted by `vigor verify`, with a counterexample that the real program confirms."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.environ["VIGOR_ROOT"]
VIGOR = os.environ["VIGOR"]
HERE = os.path.dirname(os.path.abspath(__file__))


def mutants_of(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PROGRAM + module.SPECIFICATION


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
                                  capture_output=True, text=True, timeout=600, cwd=work)
        except subprocess.TimeoutExpired:
            return "no verdict in 600 s"
        if done.returncode == 1 and "Traceback" not in done.stderr:
            return ""
        return "exit %d: %s %s" % (done.returncode, done.stdout[-400:], done.stderr[-400:])


def main(name):
    mutants = mutants_of(name)
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for mutant, wrong in zip(mutants, pool.map(lambda m: attempt(name, m), mutants)):
            failed += wrong != ""
            print("%s: %s%s" % ("caught" if not wrong else "MISSED", mutant[0], "" if not wrong else "\n    " + wrong),
                  flush=True)
    print("%d of %d mistakes in %s caught" % (len(mutants) - failed, len(mutants), name))
    print("%d passed, %d failed" % (len(mutants) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
