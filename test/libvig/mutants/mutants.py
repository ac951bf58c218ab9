#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes put into libVig's functions, one a time: a line left out, or an operator turned into another. Each should be noticed.

Usage: mutants.py [--by agree] [--seed N] [--count N] [--only N,N…] [--seconds N] [--list] BUILD
       mutants.py --by prove [the same options]     of functions that are proved, by their proofs (proved.py)

Which they are depends on the seed alone. What costs time only (hints, prefetching), the hash's body, assertions, figures for
operators and what is not compiled into the drivers (not proved) are left out. One that does not compile is none. Prints one line a mutant, then how many were noticed.
"""
import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile

import proved

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# Files, the functions in them that no result depends on, and the drivers that cover them: the quickest first.
FLOW = ["flow_k1v2_1x2_2", "index_1x4_4", "flow_k1v2_4x1_2", "flow_k1v4_1x2_2hc2", "flow_k1v2_1x4_3", "flow_k1v2_1x4_2h"]
COVERED = {
    "flow_index.h": ("flow_bucket_find flow_index_buckets", FLOW),
    "flow_order.h": ("", FLOW),
    "flow_search.h": ("FLOW_FN(guess)", FLOW),
    "flow_table.c": ("flow_table_make flow_table_expired_of flow_table_figures flow_table_capacity flow_table_key_words "
                     "flow_table_value_words flow_table_key_record flow_table_value_record flow_table_shift "
                     "flow_table_classes flow_table_lifetime", FLOW),
    "flow_table_body.h": ("FLOW_FN(fetch) FLOW_FN(fetch_next) FLOW_FN(hash) FLOW_FN(match) FLOW_FN(ready) FLOW_FN(first) "
                          "FLOW_FN(new)", FLOW),
    "list_map.c": ("list_map_figures list_map_new list_map_fits list_map_key_record list_map_value_record",
                   ["list_map_1", "list_map_2"]),
    "port_pairs.c": ("port_pairs_figures port_pairs_new", ["port_pairs_3"]),
    "token_bucket.c": ("", ["token_bucket"]),
}
LEFT_OUT = re.compile(r"assert\(|FLOW_FETCH|fetch_next\(|refused|count\+\+|stored\+\+|stored--|\(void\)|^\s*(\*|//|/\*)|@|^\s*[A-Z_]+\(|^#|return NULL;")
FLIPS = [("==", "!="), ("!=", "=="), (" < ", " <= "), (" > ", " >= "), (">=", ">"), ("<=", "<"), (" + ", " - "), (" - ", " + "),
         ("&&", "||"), ("||", "&&"), ("++", "--"), ("true", "false"), ("false", "true"), (" * ", " + "), ("+=", "-="), ("-=", "+=")]
START = re.compile(r"^([A-Za-z_]\w*(?:\(\w+\))?)\(")


def bodies(lines):
    """Numbers of the lines inside functions, with the function's name."""
    name, inside, comment = None, False, False
    for number, line in enumerate(lines):
        if "/*" in line and "*/" not in line:
            comment = True
        start = START.match(line)
        if start and not comment:
            name = start[1]
        if line.startswith("{"):
            inside = True
        elif line.startswith("}"):
            inside = False
        elif inside and not comment:
            yield number, name
        if "*/" in line:
            comment = False


def mutants_of(line):
    """What a line may become: None is nothing."""
    code = line.split("/*")[0].rstrip()
    if LEFT_OUT.search(line) or not code.strip(" \t{}"):
        return
    if code.endswith(";") and not re.match(r"^\s*(return|const|uint\d+_t|struct|bool|static|else|for|FLOW_ENTRY|break)\b", code):
        yield None
    for old, new in FLIPS:
        for found in re.finditer(re.escape(old), code):
            if old in (">=", "<=", "==", "!=") or code[found.start() - 1:found.start() + 1] not in ("->",):
                yield line[:found.start()] + new + line[found.end():]


def is_covered(by, file, name):
    return bool(proved.functions_of(file, name)) if by == "prove" else name not in COVERED[file][0].split()


def all_mutants(by):
    for file in sorted(proved.PROVED if by == "prove" else COVERED):
        with open(os.path.join(ROOT, "libvig", file), encoding="ascii") as text:
            lines = text.read().split("\n")
        for number, name in bodies(lines):
            if not is_covered(by, file, name):
                continue
            for becomes in mutants_of(lines[number]):
                yield file, name, number, lines[number], becomes


def mutated(folder, file, number, becomes):
    """libVig's sources with one mistake."""
    os.mkdir(os.path.join(folder, "libvig"))
    for name in os.listdir(os.path.join(ROOT, "libvig")):
        if not name.endswith((".c", ".h")) and name != "logic":
            continue
        if name != file:
            os.symlink(os.path.join(ROOT, "libvig", name), os.path.join(folder, "libvig", name))
    with open(os.path.join(ROOT, "libvig", file), encoding="ascii") as text:
        lines = text.read().split("\n")
    if becomes is None:
        before = lines[number - 1].rstrip()
        lines[number] = ";" if re.search(r"(\)|else)$", before) else ""
    else:
        lines[number] = becomes
    with open(os.path.join(folder, "libvig", file), "w", encoding="ascii") as text:
        text.write("\n".join(lines))


def compiled(build, folder, driver):
    """The driver with the mutated sources, or None: they do not compile."""
    objects = []
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for entry in commands:
        if f"/agree_{driver}.so.p/" not in entry["output"]:
            continue
        source = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        inside = os.path.relpath(source, ROOT)
        if inside.startswith("libvig/"):
            source = os.path.join(folder, inside)
        words = shlex.split(entry["command"])
        words = words[:words.index("-o")]
        drop = [i for i, word in enumerate(words) if word in ("-MQ", "-MF")]
        words = [word for i, word in enumerate(words) if word != "-MD" and i not in drop and i - 1 not in drop]
        first = next(i for i, word in enumerate(words) if word.startswith("-I"))
        words.insert(first, "-I" + folder)
        objects.append(os.path.join(folder, f"{len(objects)}.o"))
        if subprocess.run([*words, "-w", "-c", source, "-o", objects[-1]], cwd=entry["directory"],
                          capture_output=True).returncode != 0:
            return None
    if not objects:
        sys.exit(f"{build} knows no driver agree_{driver}")
    result = os.path.join(folder, f"agree_{driver}.so")
    subprocess.run(["gcc", "-shared", "-o", result, *objects], check=True)
    return result


def by_agree(build, folder, file, seconds):
    """Which driver notices; None: none does; "does not compile"."""
    tried = []
    for driver in COVERED[file][1]:
        module = compiled(build, folder, driver)
        if module is None:
            return "does not compile"
        try:
            done = subprocess.run([os.path.join(build, "test/agree/agree"), "--first", module], capture_output=True, text=True,
                                  timeout=seconds)
        except subprocess.TimeoutExpired:
            tried.append(driver)
            continue
        if done.returncode == 1 and "DISAGREES" in done.stdout:
            return driver
        if done.returncode != 0:
            sys.exit(f"agree ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    if tried:
        print(f"  (not to the end: {' '.join(tried)})")
    return None


def try_one(by, build, seconds, mutant):
    file, name, number, _, becomes = mutant
    with tempfile.TemporaryDirectory(prefix="vigor-mutant-") as folder:
        mutated(folder, file, number, becomes)
        if by == "prove":
            return proved.by_prove(folder, file, name, seconds or 10)
        return by_agree(build, folder, file, seconds or 600)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--by", choices=["agree", "prove"], default="agree")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=40)
    options.add_argument("--only", default="")
    options.add_argument("--seconds", type=int, help="for one driver (600), or for one goal and prover (10)")
    options.add_argument("--list", action="store_true")
    options.add_argument("build", nargs="?")
    given = options.parse_args()
    if given.by == "agree" and not given.build:
        options.error("agree needs BUILD")
    everything = list(all_mutants(given.by))
    random.Random(given.seed).shuffle(everything)
    noticed, survivors, tried = 0, [], 0
    only = {int(word) for word in given.only.split(",") if word}
    for n, mutant in enumerate(everything, 1):
        file, _, number, line, becomes = mutant
        if tried == given.count:
            break
        if only and n not in only:
            continue
        tried += 1
        what = f"{n:3} libvig/{file}:{number + 1}: {line.strip()}  =>  {'(left out)' if becomes is None else becomes.strip()}"
        if given.list:
            print(what)
            continue
        by = try_one(given.by, given.build and os.path.abspath(given.build), given.seconds, mutant)
        print(f"{what}\n      {'SURVIVES' if by is None else by}", flush=True)
        if by == "does not compile":
            tried -= given.by == "prove"  # another is drawn in its place
            continue
        noticed += by is not None
        if by is None:
            survivors.append(what)
    if not given.list:
        print(f"{noticed} noticed, {len(survivors)} survive", *survivors, sep="\n")
    return 0 if not survivors else 1


if __name__ == "__main__":
    sys.exit(main())
