# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input: exit code 3, and one line that says what is wrong, where, and what to do."""
import json
import os
import unittest

from cases import CommandTest, DEMAND, HERE, PROP, SOURCE, SPEC


class InputTest(CommandTest):
    def damaged(self, change):
        """Builds the function, then puts other bytes in the place of what was made."""
        self.valve()
        self.call(0, "build", "valve")
        with open(self.path("valve/build/valve.so"), "rb") as file:
            content = change(bytearray(file.read()))
        with open(self.path("valve/build/valve.so"), "wb") as file:
            file.write(content)

    def test_options(self):
        self.valve()
        self.refused("verify", "valve", "--safty", says=["--safty", "--safety"])
        self.refused("verify", "valve", "--jsn", says=["--jsn", "--json"])
        self.refused("verify", "valve", "--zebra", says=["--zebra", "--help"])
        self.refused("verify", "valve", "-x", says=["-x"])
        self.refused("verify", "valve", "--safety=1", says=["no value"])
        self.refused("verify", "valve", "--prop", says=["--prop", "missing"])
        self.refused("verify", "valve", "--jobs", "none", says=["--jobs none", "from 1"])
        self.refused("verify", "valve", "--length", "10", says=["--length 10", "from 64"])
        self.refused("verify", "valve", "--timeout", "-1", says=["--timeout -1"])
        self.refused("verify", "valve", "valve", says=["one folder"])
        self.refused("verify", "valve", "--safety", "--prop", "no_return", says=["--safety", "--prop"])

    def test_commands(self):
        self.refused("verfy", says=["did you mean verify"])
        self.refused("zebra", says=["vigor --help"])
        for command in ("verify", "build", "run", "check", "replay"):
            done = self.vigor(command)
            if command != "run":  # which tells its usage
                self.assertEqual((done.returncode, done.stderr.count("\n")), (3, 1), command)

    def test_folders(self):
        for command in (["verify"], ["build"], ["run"], ["check", "--pcap", "x"]):
            self.refused(*command[:1], "nowhere", *command[1:], says=["nowhere", "No such file"])
        self.write("file", "")
        self.refused("verify", "file", says=["not a folder"])
        os.mkdir(self.path("empty"))
        self.refused("verify", "empty", says=["no C sources"])
        self.refused("replay", "empty", says=["case.json"])

    def test_sources_that_do_not_compile(self):
        self.valve(source=SOURCE.replace(HERE, "	nonsense;\n"))
        for command in ("build", "verify"):
            done = self.call(3, command, "valve")
            self.assertIn("'nonsense' undeclared", done.stderr.replace("‘", "'").replace("’", "'"))
            self.assertRegex(done.stderr.splitlines()[-1], "^vigor: .*does not compile")
        self.assertEqual(os.listdir(self.path("valve/build")), [])

    def test_a_truncated_function(self):
        self.damaged(lambda content: content[:3000])
        self.refused("verify", "valve", says=["valve.so", "truncated"])

    def test_a_function_for_another_machine(self):
        def change(content):
            content[18:20] = (183).to_bytes(2, "little")  # AArch64
            return content
        self.damaged(change)
        self.refused("verify", "valve", says=["valve.so", "only x86-64"])

    def test_something_else_in_the_functions_place(self):
        self.damaged(lambda content: b"#!/bin/sh\n")
        self.refused("verify", "valve", says=["valve.so", "not an ELF file"])

    def test_a_library_that_is_no_function(self):
        self.valve(source="int answer(void) { return 42; }\n")
        self.refused("verify", "valve", says=["valve.so", "nf_init"])

    def test_the_specification(self):
        for change, line, says in (
                (lambda text: text.replace(DEMAND, "    if packet.ethernet.type == = config.type:\n"), 12, ["invalid syntax"]),
                (lambda text: text.replace(DEMAND, "    if packet.ethernet.type is config.type:\n"), 12, ["'is'"]),
                (lambda text: text.replace(DEMAND, "    if packet.ethernet.kind == config.type:\n"), 12, ["kind"]),
                (lambda text: text.replace(DEMAND, "    if [][0]:\n"), 12, ["IndexError"]),
                (lambda text: text.replace(DEMAND, "    if colour == config.type:\n"), 12, ["NameError", "colour"])):
            self.valve(spec=change(SPEC))
            self.refused("verify", "valve", says=[f"spec.py:{line}:", *says])

    def test_an_option_that_the_function_does_not_have(self):
        self.valve(spec=SPEC.replace("    type: U16\n", "    type: U16\n    colour: U8\n"))
        self.refused("verify", "valve", says=["colour"])

    def test_properties(self):
        self.valve(prop=PROP.replace("    assert", "    assert nothing and"))
        self.refused("verify", "valve", says=["no_return.py:6:", "nothing"])
        self.valve(prop=PROP.replace('    """Nothing leaves by port 0."""\n', ""))
        self.refused("verify", "valve", says=["no_return.py", "docstring"])
        self.valve()
        self.refused("verify", "valve", "--prop", "no_retrun", says=["no_retrun"])
        self.write("valve/props/safety.py", PROP)
        self.refused("verify", "valve", says=["safety.py", "name"])

    def test_a_bad_specification_as_json(self):
        self.valve(spec=SPEC.replace("return drop()", "return 7"))
        done = self.call(3, "verify", "valve", "--json")
        self.assertIn('"verdict": "bad input"', done.stdout)
        self.assertIn("spec.py:", done.stdout)

    def test_words_in_any_encoding(self):
        self.valve(spec=SPEC.replace(DEMAND, "    assert packet.port == 1, '%s'\n%s" % ("\u00e4" * 1500, DEMAND)))
        verdict = json.loads(self.call(3, "verify", "valve", "--json").stdout)
        self.assertIn("spec.py:12:", verdict["error"])

    def test_captures(self):
        self.valve()
        self.write("text.pcap", "not a capture\n")
        for words, says in ((["text.pcap"], "text.pcap"), (["missing.pcap"], "missing.pcap")):
            done = self.call(3, "check", "valve", "--pcap", *words)
            self.assertIn(says, done.stdout + done.stderr)
            self.assertNotIn("Traceback", done.stdout + done.stderr)
        self.refused("check", "valve", "--ports", "2", says=["--pcap"])
        self.refused("check", "valve", "--packets", "0", says=["--packets 0", "from 1"])

    def test_a_configuration(self):
        self.valve()
        self.write("bad.conf", "type = 65536\n")
        self.write("empty.pcap", "")
        done = self.call(3, "run", "valve", "-c", "bad.conf", "--port", "pcap:empty.pcap", "--port", "pcap:empty.pcap")
        self.assertIn("bad.conf:1", done.stderr)


if __name__ == "__main__":
    unittest.main()
