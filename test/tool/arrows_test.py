# SPDX-License-Identifier: BSD-3-Clause
"""tool/arrows: what may be included passes, and each kind of wrong include is reported."""
import importlib.machinery
import importlib.util
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load(name):
    """A program without .py at its end, as a module."""
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(TOP, "tool", name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


arrows = load("arrows")

TREE = {
    "base/err.h": "",
    "net/packet.h": "#include <stdint.h>\n",
    "net/flow.h": '#include "net/packet.h"\n',
    "libvig/vig.h": "",
    "nf/nf.h": '#include "net/packet.h"\n',
    "nf/common/arp.h": '#include "nf/nf.h"\n',
    "nf/nat/flows.h": '#include "libvig/vig.h"\n',
    "nf/nat/nat.c": '#include "flows.h"\n#include "nf/common/arp.h"\n#include "net/flow.h"\n',
    "run/loop.h": '#include "nf/nf.h"\n',
    "run/dpdk/eal.c": '#include "run/dpdk/eal.h"\n#include <rte_eal.h>\n',
    "run/dpdk/eal.h": '#include "base/err.h"\n#  include "run/loop.h"\n',
    "verify/term/term.h": "",
    "verify/smt/smt.c": "#include <z3.h>\n",
    "verify/smt/smt.h": '#include "verify/term/term.h"\n',
    "verify/lift/ir.h": "",
    "verify/lift/program.h": "#include <elfutils/libdw.h>\n",
    "verify/state/state.h": '#include "verify/lift/ir.h"\n',
    "verify/prove/prove.h": '#include "verify/state/state.h"\n',
    "report/text.h": '#include "verify/prove/prove.h"\n',
    "cli/main.c": '#include "report/text.h"\n',
    "test/nf/nat_test.c": '#include <cmocka.h>\n#include "nf/nat/flows.h"\n#include "verify/lift/program.h"\n',
}


class ArrowsTest(unittest.TestCase):
    def complaints(self, **changed):
        with tempfile.TemporaryDirectory() as root:
            for name, text in (TREE | changed).items():
                os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
                with open(os.path.join(root, name), "w") as file:
                    file.write(text)
            return arrows.check(root)[0]

    def assert_wrong(self, name, line, *words):
        complaints = self.complaints(**{name: line + "\n"})
        self.assertEqual(len(complaints), 1, complaints)
        for word in (name + ":1:", *words):
            self.assertIn(word, complaints[0])

    def test_the_drawing_is_allowed(self):
        self.assertEqual(self.complaints(), [])

    def test_against_the_arrow(self):
        self.assert_wrong("libvig/vig.h", '#include "nf/nf.h"', "libvig", "nf/nf.h")
        self.assert_wrong("net/packet.h", '#include "libvig/vig.h"', "net")
        self.assert_wrong("verify/term/term.h", '#include "verify/smt/smt.h"', "verify/term")
        self.assert_wrong("verify/smt/smt.h", '#include "report/text.h"', "verify/smt")
        self.assert_wrong("base/err.h", '#include "net/packet.h"', "base")

    def test_a_single_header_is_not_its_folder(self):
        self.assert_wrong("verify/state/state.h", '#include "verify/lift/program.h"', "verify/lift/program.h")
        self.assert_wrong("nf/nf.h", '#include "net/flow.h"', "net/flow.h")
        self.assert_wrong("run/loop.h", '#include "nf/nat/flows.h"', "nf/nat/flows.h")

    def test_network_functions_do_not_know_each_other(self):
        self.assert_wrong("nf/bridge/bridge.c", '#include "nf/nat/flows.h"', "nf/bridge must not include nf/nat/flows.h")
        self.assert_wrong("nf/common/arp.h", '#include "nf/nat/flows.h"', "nf/common")

    def test_the_engine_meets_a_function_as_a_binary(self):
        self.assert_wrong("verify/prove/prove.h", '#include "nf/nat/flows.h"', "verify/prove")

    def test_the_shared_part_does_not_know_its_drivers(self):
        self.assert_wrong("run/loop.h", '#include "run/dpdk/eal.h"', "run must not include run/dpdk/eal.h")

    def test_nothing_includes_test(self):
        self.assert_wrong("cli/main.c", '#include "test/nf/nat_test.c"', "cli")

    def test_relative_names_go_the_same_ways(self):
        self.assert_wrong("verify/term/term.h", '#include "../smt/smt.h"', "verify/smt/smt.h")
        self.assert_wrong("verify/term/term.h", "#include <verify/smt/smt.h>", "our own")

    def test_each_library_has_one_door(self):
        for header, door in (("z3.h", "verify/smt"), ("libvex_ir.h", "verify/lift"), ("Python.h", "verify/spec"),
                             ("gelf.h", "verify/lift"), ("rte_mbuf.h", "run/dpdk"), ("pcap/pcap.h", "run")):
            self.assert_wrong("verify/state/state.h", f"#include <{header}>", header, door)
        self.assert_wrong("cli/main.c", "#include <cmocka.h>", "test")

    def test_what_is_not_there(self):
        self.assert_wrong("cli/main.c", '#include "cli/nothing.h"', "does not exist")

    def test_an_unknown_room(self):
        self.assert_wrong("attic/old.c", '#include "base/err.h"', "attic", "not drawn")


if __name__ == "__main__":
    unittest.main()
