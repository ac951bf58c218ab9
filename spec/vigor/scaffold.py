# SPDX-License-Identifier: BSD-3-Clause
"""vigor new: the folder of a new network function, which verifies and runs as it is, to be changed from there.

    python -m vigor.scaffold FOLDER --like NAME --functions NF

What is copied is one of Vigor's own functions, NF/NAME, under the new name."""

import argparse
import os
import re
import sys

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")

README = """\
# {title}

What it does, in a sentence.

It began as a copy of Vigor's `{like}`. Change `spec.py` to say what must happen, then `{name}.c` to do it:

    vigor verify {name}                        # proves the one against the other
    vigor check {name} --pcap a.pcap --pcap b.pcap   # or compares them on a capture for each port
    vigor run {name} -c {name}/{name}.conf --port af_packet:eth0 --port af_packet:eth1

Properties that must hold whatever `spec.py` says are files of their own in `props/`.
"""


class Refused(Exception):
    """What is wrong, in a sentence."""


def known(functions):
    """Names of the functions that can be copied."""
    return sorted(name for name in os.listdir(functions)
                  if os.path.exists(os.path.join(functions, name, "spec.py")))


def renamed(text, like, name):
    """The text with the function's own name changed, and its own headers found beside it."""
    text = text.replace('#include "nf/%s/' % like, '#include "')
    return re.sub(r"\b%s\b" % re.escape(like), name, text)


def files_of(folder, like, name):
    """(path in the new folder, text) of everything that makes the function, its README excepted."""
    for path in sorted(os.listdir(folder)):
        if os.path.splitext(path)[1] not in (".c", ".h", ".py", ".conf"):
            continue
        stem, suffix = os.path.splitext(path)
        yield (name if stem == like else stem) + suffix, os.path.join(folder, path)
    for path in sorted(os.listdir(os.path.join(folder, "props")) if os.path.isdir(os.path.join(folder, "props")) else []):
        if path.endswith(".py"):
            yield os.path.join("props", path), os.path.join(folder, "props", path)


def make(into, like, functions):
    """Makes the folder. Refuses a name that C or the file system would not bear, and a folder that is there."""
    name = os.path.basename(os.path.normpath(into))
    if not NAME.fullmatch(name):
        raise Refused("%s: a name is lower-case letters, digits and _, and begins with a letter" % name)
    if like not in known(functions):
        raise Refused("--like %s: there is no such function; there are %s" % (like, ", ".join(known(functions))))
    if os.path.exists(into):
        raise Refused("%s: it is there already, and is left as it is" % into)
    for path, source in files_of(os.path.join(functions, like), like, name):
        with open(source, encoding="utf-8") as file:
            text = file.read()
        os.makedirs(os.path.dirname(os.path.join(into, path)), exist_ok=True)
        with open(os.path.join(into, path), "w", encoding="utf-8") as file:
            file.write(renamed(text, like, name))
    with open(os.path.join(into, "README.md"), "w", encoding="utf-8") as file:
        file.write(README.format(name=name, title=name.capitalize(), like=like))
    return name


def main(words):
    parser = argparse.ArgumentParser(prog="vigor new", add_help=False)
    parser.add_argument("folder")
    parser.add_argument("--like", required=True)
    parser.add_argument("--functions", required=True)
    given = parser.parse_args(words)
    try:
        make(given.folder, given.like, given.functions)
    except (Refused, OSError) as error:
        print("vigor: %s" % error, file=sys.stderr)
        return 3
    print("%s: a copy of %s. Next: vigor verify %s" % (given.folder, given.like, given.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
