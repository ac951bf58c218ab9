# SPDX-License-Identifier: GPL-2.0-or-later
"""vigor build, run and check on a function outside the project, and that it is the same build as inside."""
import os
import subprocess
import unittest

from cases import BUILD, CommandTest, HERE, PROVED, SOURCE, TOP
import captures

IPV4, ARP = (bytes(12) + kind.to_bytes(2, "big") + bytes(46) for kind in (0x0800, 0x0806))
MILLISECOND = 10**6


def section(path, name):
    """The bytes of a section of an object file."""
    made = subprocess.run(["objcopy", "-O", "binary", "--only-section=" + name, path, "/dev/stdout"], capture_output=True)
    assert made.returncode == 0 and made.stdout, (path, name, made.stderr)
    return made.stdout


class CommandsTest(CommandTest):
    def traffic(self):
        captures.write(self.path("in0.pcap"), [(n * MILLISECOND, frame) for n, frame in enumerate([IPV4, ARP, ARP, IPV4])])
        captures.write(self.path("in1.pcap"), [(n * MILLISECOND, frame) for n, frame in enumerate([ARP, IPV4])])

    def run_valve(self, *words):
        return self.call(0, "run", "valve", "-c", "valve/valve.conf", "--trace-time", "--log", "log",
                         "--port", "pcap:in0.pcap:out0.pcap", "--port", "pcap:in1.pcap:out1.pcap", *words)

    def check(self, code, *words):
        return self.call(code, "check", "valve", "-c", "valve/valve.conf", "--pcap", "in0.pcap", "--pcap", "in1.pcap", *words)

    def test_help_and_version(self):
        self.assertRegex(self.call(0, "--version").stdout, r"^vigor \d+\.\d+\.\d+\n$")
        self.assertIn("verify DIR", self.call(0, "--help").stdout)
        for command in ("verify", "build", "run", "check", "replay"):
            self.assertIn("usage: vigor", self.call(0, command, "--help").stdout)

    def test_the_whole_way(self):
        self.valve()
        self.traffic()
        self.assertEqual(self.call(0, "build", "valve").stdout, os.path.realpath(self.path("valve/build/valve.so")) + "\n")
        self.call(PROVED, "verify", "valve")
        done = self.run_valve("--require-proof")
        self.assertNotIn("NOT PROVED", done.stdout + done.stderr)
        self.assertEqual([frame for time, frame in captures.read(self.path("out1.pcap"))], [ARP, ARP])
        self.assertEqual(captures.read(self.path("out0.pcap")), [])
        self.check(0)
        self.check(0, "--log", "log", "--out", "out0.pcap", "--out", "out1.pcap")

    def test_check_tells_the_packet_that_differs(self):
        self.valve(source=SOURCE.replace(HERE, "	packet->data[13] ^= packet->data[13] == 6 && now == 2000000;\n"))
        self.traffic()
        done = self.check(1)
        self.assertIn("packet 5: by port 0", done.stdout)
        self.run_valve()
        self.check(1, "--log", "log", "--out", "out0.pcap", "--out", "out1.pcap")

    def test_what_is_not_proved_is_not_run_when_proof_is_required(self):
        self.valve()
        self.traffic()
        words = ["--port", "pcap:in0.pcap", "--port", "pcap:in1.pcap", "--require-proof"]
        self.call(3, "run", "valve", *words)
        self.call(PROVED, "verify", "valve")
        self.call(0, "run", "valve", *words)
        self.valve(source=SOURCE.replace(HERE, "	if (packet->length > 1000)\n		return PORTS_NONE;\n"))
        self.call(3, "run", "valve", *words)

    def test_outside_is_compiled_as_inside(self):
        with open(os.path.join(TOP, "nf", "firewall", "firewall.c")) as file:
            self.write("firewall/firewall.c", file.read())
        with open(os.path.join(TOP, "nf", "firewall", "flows.h")) as file:
            self.write("firewall/flows.h", file.read())
        self.call(0, "build", "firewall")
        for name in ("firewall.so", "firewall.trap.so"):
            outside, inside = self.path("firewall/build", name), os.path.join(BUILD, "nf", "firewall", name)
            for part in (".text", ".rodata"):
                self.assertEqual(section(outside, part), section(inside, part), (name, part))
        with open(self.path("firewall/build/firewall.so"), "rb") as outside, open(
                self.path("firewall/build/firewall.trap.so"), "rb") as traps:
            self.assertNotEqual(outside.read(), traps.read())

    def test_several_sources(self):
        self.valve(source=SOURCE.replace("port_set\nnf_process", "uint64_t least(void);\n\nport_set\nnf_process")
                   .replace("packet->length < 14", "packet->length < least()"))
        self.write("valve/least.c", "#include <stdint.h>\n\nuint64_t least(void);\n\nuint64_t\nleast(void)\n{\n	return 14;\n}\n")
        self.call(PROVED, "verify", "valve")

    def test_output_elsewhere(self):
        self.valve()
        self.assertEqual(self.call(0, "build", "valve", "-o", "made.so").stdout, "./made.so\n")
        self.assertTrue(os.path.exists(self.path("made.so")) and os.path.exists(self.path("made.trap.so")))
        self.refused("build", "valve", "-o", "made", says=["-o made", ".so"])

    def test_names_with_blanks(self):
        self.write("a valve/valve.c", SOURCE)
        self.call(0, "build", "a valve")
        self.assertTrue(os.path.exists(self.path("a valve/build/a valve.so")))


if __name__ == "__main__":
    unittest.main()
