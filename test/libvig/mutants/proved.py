# SPDX-License-Identifier: BSD-3-Clause
"""Mutants in what libVig's proofs cover, each judged by proving again the function that it is in.

Caught: a goal of that function is not proved. Answers recorded in libvig/proof serve as the cache, so that only goals that the
mutant changed are put to provers. A mutant that Frama-C does not accept is none.
"""
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import subprocess
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# Files, the structure that their proof is in, and the functions in them that no result depends on (a hash; what only
# Frama-C does not see the body of).
PROVED = {
    "flow_index.h": ("flow_index", "flow_bucket_find flow_index_buckets"),
    "lpm4.c": ("lpm4", ""),
    "lpm4_cells.h": ("lpm4", ""),
    "maglev.c": ("maglev", "maglev_mix"),
    "map_body.h": ("map", ""),
    "slot_pool.c": ("slot_pool", ""),
    "token_bucket.c": ("token_bucket", ""),
    "vector_body.h": ("vector", ""),
}


def tool():
    """tool/prove, whose name has no ending."""
    loader = importlib.machinery.SourceFileLoader("prove", os.path.join(ROOT, "tool", "prove"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("prove", loader))
    loader.exec_module(module)
    return module


def functions_of(file, name):
    """The functions that are recorded as proved whose text this is: three for vector's, none if it is left out."""
    structure, left_out = PROVED[file]
    if name is None or name in left_out.split():
        return []
    with open(os.path.join(ROOT, "libvig", "proof", structure, "result.json"), encoding="utf-8") as text:
        recorded = [function for function in json.load(text)["functions"] if function != "lemmas"]
    generic = re.fullmatch(r"([A-Z]+)_FN\((\w+)\)", name)
    if generic is None:
        return [name] if name in recorded else []
    instance = re.compile(rf"{generic[1].lower()}_[kv]\d+_{generic[2]}")
    return [function for function in recorded if instance.fullmatch(function)]


def laid_out(folder):
    """Everything beside libvig's own sources, as it is, so that the folder looks like the tree to tool/prove."""
    os.symlink(os.path.join(ROOT, "libvig", "proof"), os.path.join(folder, "libvig", "proof"))


def command(prove, manifest, source, functions, session, seconds):
    defines = " ".join(["-I.", *manifest.get("flags", [])])
    return ["frama-c", f"-cpp-extra-args={defines}", source, "-wp", "-wp-rte", "-wp-model", "Typed",
            "-wp-prover", manifest.get("provers", "z3-nobv,cvc4"), "-wp-par", str(prove.PARALLEL), "-wp-timeout", str(seconds),
            "-wp-session", session, "-wp-cache", "update", "-wp-fct", ",".join(functions)]


def first_open(run, prove):
    """What Frama-C says up to the first goal that is not proved, and that goal."""
    said = ""
    for line in run.stdout:
        said += line
        goal = prove.GOAL.match(line)
        if goal and (goal[3] or goal[1]) != "Valid":
            return said, f"{goal[2]} ({(goal[3] or goal[1]).lower()})"
    return said, None


def judge(prove, folder, source, manifest, functions, seconds, limit):
    """Of one source: the first goal that is not proved, None: all are, or "does not compile"."""
    session = os.path.join(folder, "session")
    prove.unpack(os.path.join(ROOT, "libvig", "proof", manifest["structure"]), os.path.join(session, "cache"))
    why3 = prove.write_provers(folder)
    with subprocess.Popen(command(prove, manifest, source, functions, session, seconds), cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, start_new_session=True,
                          env={**os.environ, "PWD": folder, "WHY3CONFIG": why3}) as run:
        late = threading.Timer(limit, os.killpg, (run.pid, signal.SIGKILL))
        late.start()
        said, goal = first_open(run, prove)
        if goal:
            os.killpg(run.pid, signal.SIGKILL)  # what the other goals are makes no difference
        status = run.wait()
        late.cancel()
    if goal:
        return goal
    total = prove.TOTAL.search(said)
    if status > 0 and total is None:
        return "does not compile"
    if status != 0 or total is None or total[1] != total[2] or total[2] == "0":
        raise RuntimeError(f"frama-c ends with {status}, without a verdict:\n{said[-2000:]}")
    return None


def by_prove(folder, file, name, seconds, limit=900):
    """The first goal of the function that is not proved; None: all are; "does not compile"."""
    prove = tool()
    laid_out(folder)
    structure = PROVED[file][0]
    manifest = {**prove.read_manifest(os.path.join(ROOT, "libvig", "proof", structure)), "structure": structure}
    (source,) = manifest["sources"]
    return judge(prove, folder, source, manifest, functions_of(file, name), seconds, limit)
