# SPDX-License-Identifier: BSD-3-Clause
"""vigor-run between capture files, as its user sees it: frames, counters, messages, exit codes.

VIGOR_RUN is the program; VIGOR_NFS the folder with nop.so, firewall.so, flood.so and no_function.so.
"""
import glob
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import captures

RUN = os.environ["VIGOR_RUN"]
NFS = os.environ["VIGOR_NFS"]
BAD_INPUT = 3


def function(name):
    return os.path.join(NFS, name + ".so")


class RunTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def text(self, name, content):
        with open(self.path(name), "w") as file:
            file.write(content)
        return self.path(name)

    def content(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def ports(self, *inputs):
        """A capture in and a capture out for each port; answers the arguments."""
        arguments = []
        for port, frames in enumerate(inputs):
            captures.write(self.path(f"in{port}"), frames)
            arguments += ["--port", f"pcap:{self.path(f'in{port}')}:{self.path(f'out{port}')}"]
        return arguments

    def sent(self, port):
        return captures.read(self.path(f"out{port}"))

    def start(self, *arguments):
        return subprocess.run([RUN, *arguments], capture_output=True, text=True, timeout=60)

    def run_it(self, *arguments):
        done = self.start(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def refused(self, expected, *arguments):
        done = self.start(*arguments)
        self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
        message = done.stderr.splitlines()[-1]
        self.assertTrue(message.startswith("vigor-run: "), message)
        self.assertIn(expected, message)


def numbered(count, size=60, start=10**18, step=1000):
    return [(start + i * step, i.to_bytes(4, "big") + bytes(size - 4)) for i in range(count)]


class Forwarding(RunTest):
    def test_every_frame_leaves_unchanged_with_its_timestamp(self):
        first = [(10**18 + i, os.urandom(14 + i * 7 % 1505)) for i in range(2000)]
        second = numbered(500)
        done = self.run_it(function("nop"), *self.ports(first, second))
        self.assertEqual(self.sent(1), first)
        self.assertEqual(self.sent(0), second)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split(), ["port", "received", "sent", "dropped"])
        self.assertEqual(lines[1].split(), ["0", "2000", "500", "0"])
        self.assertEqual(lines[2].split(), ["1", "500", "2000", "0"])

    def test_the_same_run_writes_the_same_bytes(self):
        arguments = self.ports(numbered(3000), numbered(100, 1000))
        written = []
        for _ in range(2):
            self.run_it(function("flood"), *arguments)
            written.append([self.content(f"out{p}") for p in range(2)])
        self.assertEqual(written[0], written[1])

    def test_any_burst_gives_the_same_frames(self):
        for burst in ("1", "7", "128"):
            self.run_it(function("nop"), "--burst", burst, *self.ports(numbered(1000), numbered(900)))
            self.assertEqual(self.sent(0), numbered(900))
            self.assertEqual(self.sent(1), numbered(1000))

    def test_a_flood_reaches_every_other_port_even_grown(self):
        conf = self.text("flood.conf", "grow = 9\n")
        frames = numbered(1000, 100)
        self.run_it(function("flood"), "-c", conf, *self.ports(frames, [], [], []))
        self.assertEqual(self.sent(0), [])
        for port in (1, 2, 3):
            self.assertEqual(self.sent(port), [(t, bytes(range(9)) + data) for t, data in frames])

    def test_32_ports(self):
        inputs = [numbered(40, 60 + port) for port in range(32)]
        self.run_it(function("nop"), *self.ports(*inputs))
        for port in range(32):
            self.assertEqual(self.sent(port), inputs[port ^ 1])

    def test_frames_over_the_limit_are_dropped_and_counted(self):
        frames = [(10**18, bytes(1518)), (10**18, bytes(1519)), (10**18, bytes(60000)), (10**18, b"")]
        done = self.run_it(function("nop"), "--json", *self.ports(frames, []))
        self.assertEqual([len(data) for _, data in self.sent(1)], [1518, 0])
        port = json.loads(done.stdout)["ports"][0]
        self.assertEqual((port["received"], port["too_long"]), (4, 2))
        self.run_it(function("nop"), "--length-limit", "9000", *self.ports([(1, bytes(9000)), (1, bytes(9001))], []))
        self.assertEqual([len(data) for _, data in self.sent(1)], [9000])

    def test_ports_without_input_or_output(self):
        captures.write(self.path("in"), numbered(10))
        self.run_it(function("nop"), "--port", f"pcap:{self.path('in')}", "--port", f"pcap::{self.path('out1')}")
        self.assertEqual(self.sent(1), numbered(10))
        done = self.run_it(function("nop"), "--port", f"pcap:{self.path('in')}", "--port", f"pcap:{self.path('in')}")
        self.assertIn("1           10           10", done.stdout)

    def test_the_firewall_keeps_its_state(self):
        conf = self.text("firewall.conf", "[pairs]\ninside = 0\noutside = 1\n")
        opening = captures.udp("10.0.0.1", 1000, "192.0.2.1", 53, b"question")
        answer = captures.udp("192.0.2.1", 53, "10.0.0.1", 1000, b"answer")
        stray = captures.udp("192.0.2.1", 53, "10.0.0.1", 1001, b"stray")
        late = 10**18 + 400 * 10**9  # after the 300 s of a UDP flow
        arguments = self.ports([(10**18, opening)], [(10**18 - 1, answer), (10**18 + 1, answer), (10**18 + 2, stray), (late, answer)])
        done = self.run_it(function("firewall"), "-c", conf, "--trace-time", "--json", *arguments)
        self.assertEqual(self.sent(0), [(10**18 + 1, answer)])
        self.assertEqual(self.sent(1), [(10**18, opening)])
        objects = {o["name"]: o for o in json.loads(done.stdout)["objects"]}
        self.assertEqual(objects["flows4"]["capacity"], 65536)
        self.assertEqual(objects["flows4"]["live"], 0)


class TraceTime(RunTest):
    def test_frames_are_merged_by_time_and_the_lower_port_goes_first(self):
        second = 10**9
        a = [(5 * second, b"a" * 60), (7 * second, b"b" * 61), (6 * second, b"c" * 62), (9 * second, b"d" * 63)]
        b = [(5 * second, b"e" * 64), (8 * second, b"f" * 65), (9 * second, b"g" * 66), (9 * second, b"h" * 2000)]
        log = self.path("log")
        self.run_it(function("nop"), "--trace-time", "--log", log, *self.ports(a, b))
        lines = [line.split() for line in self.content("log").decode().splitlines()]
        self.assertEqual(lines, [
            ["0", "5000000000", "60", "0x2"], ["1", "5000000000", "64", "0x1"], ["0", "7000000000", "61", "0x2"],
            ["0", "7000000000", "62", "0x2"],  # its own time, 6 s, would go back
            ["1", "8000000000", "65", "0x1"], ["0", "9000000000", "63", "0x2"], ["1", "9000000000", "66", "0x1"],
            ["1", "9000000000", "2000", "-"]])
        self.assertEqual(self.sent(1), a)

    def test_only_files_can_have_it(self):
        self.refused("with --trace-time every port is pcap:IN:OUT", function("nop"), "--trace-time", "--port", "dev:net_null0")

    def test_without_it_the_log_shows_the_time_of_day(self):
        log = self.path("log")
        before = time.time_ns()
        self.run_it(function("nop"), "--log", log, *self.ports(numbered(5), []))
        times = [int(line.split()[1]) for line in self.content("log").splitlines()]
        self.assertEqual(times, sorted(times))
        self.assertTrue(before < times[0] < time.time_ns())


class Refusals(RunTest):
    def test_command_lines(self):
        ports = self.ports([], [])
        nop = function("nop")
        self.refused("which network function?", *ports)
        self.refused("no ports", nop)
        self.refused("--frobnicate: not an option", nop, "--frobnicate", *ports)
        self.refused("--port: its argument is missing", nop, "--port")
        self.refused("one network function at a time", nop, nop, *ports)
        self.refused("--burst 0: expected a whole number from 1 to 128", nop, "--burst", "0", *ports)
        self.refused("--length-limit 1e3", nop, "--length-limit", "1e3", *ports)
        self.refused("--seconds never", nop, "--seconds", "never", *ports)
        self.refused("--hugepages maybe: expected auto, on or off", nop, "--hugepages", "maybe", *ports)
        self.refused("not a port; write pcap:IN:OUT", nop, "--port", "eth0")
        self.refused('there is no network interface "nowhere7"', nop, "--port", "af_packet:nowhere7")
        self.refused("32 ports are the most", nop, *["--port", "dev:net_null0"] * 33)
        self.refused("port 0 is this device already", nop, *["--port", "dev:net_null0"] * 2)
        self.refused("DPDK did not open this device", nop, "--port", "dev:net_null0", "--port", "pci:0000:ff:1f.7")

    def test_captures(self):
        def with_input(content, expected):
            with open(self.path("bad"), "wb") as file:
                file.write(content)
            self.refused(expected, function("nop"), "--port", f"pcap:{self.path('bad')}:{self.path('out')}")
            self.assertFalse(os.path.exists(self.path("out")))

        whole = captures.header() + captures.record(1, bytes(60))
        self.refused("No such file", function("nop"), "--port", f"pcap:{self.path('absent')}:{self.path('out')}")
        self.refused("not a regular file", function("nop"), "--port", f"pcap:/dev/null:{self.path('out')}")
        with_input(b"", "not a capture that can be read (byte 0)")
        with_input(b"hello, world, this is text\n", "not a capture that can be read (byte 0)")
        with_input(captures.header(link=101), "its frames are not Ethernet")
        with_input(whole + captures.record(2, bytes(60))[:-1], "broken at frame 2, byte 100")
        with_input(whole + b"\1\2\3", "broken at frame 2, byte 100")
        with_input(whole + captures.record(2, bytes(60))[:8] + b"\xff" * 8, "broken at frame 2, byte 100")

    def test_frames_captured_in_part_are_told(self):
        with open(self.path("in"), "wb") as file:
            file.write(captures.header() + captures.record(1, bytes(60), 1500) + captures.record(2, bytes(61)))
        done = self.run_it(function("nop"), "--port", f"pcap:{self.path('in')}", "--port", f"pcap::{self.path('out1')}")
        self.assertIn("1 of 2 frames were captured in part", done.stderr)
        self.assertEqual(self.sent(1), [(1, bytes(60)), (2, bytes(61))])

    def test_outputs(self):
        captures.write(self.path("in"), numbered(3))
        os.link(self.path("in"), self.path("same"))
        self.refused("is read by this very run", function("nop"), "--port", f"pcap:{self.path('in')}:{self.path('same')}")
        self.refused("port 0 writes to", function("nop"), *["--port", f"pcap::{self.path('out')}"] * 2)
        self.refused("cannot be written", function("nop"), "--port", f"pcap:{self.path('in')}:{self.path('no/such/folder')}")
        self.assertEqual(captures.read(self.path("in")), numbered(3))
        self.refused("not written in full", function("nop"), "--port", f"pcap:{self.path('in')}",
                     "--port", "pcap::/dev/full")

    def test_functions(self):
        ports = self.ports([], [])
        self.refused("No such file", self.path("absent.so"), *ports)
        self.refused("cannot be loaded", self.text("text.so", "no ELF"), *ports)
        self.refused("it exports no nf_process", function("no_function"), *ports)

    def test_configurations(self):
        def with_conf(content, expected):
            self.refused(expected, function("flood"), "-c", self.text("nf.conf", content), *ports)

        ports = self.ports([], [])
        self.refused("No such file", function("flood"), "-c", self.path("absent"), *ports)
        with_conf("grwo = 5", 'nf.conf:1: there is no option "grwo"; did you mean "grow"?')
        with_conf("grow = 65", "nf.conf:1: grow: 65 is out of range; allowed is a whole number from 0 to 64")
        with_conf("refuse = yes", "nf_init refuses this configuration: it was told to refuse")
        with_conf("\n[pairs]\ninside = 0\noutside = 2", "nf.conf:4: outside: 2 is out of range; allowed is a port number from 0 to 1")
        with_conf("\n[pairs]\ninside = 0\noutside = 0", "nf.conf:2: record 1 of [pairs] is refused: ")

    def test_help(self):
        self.assertIn("--require-proof", self.run_it("--help").stdout)


class Proofs(RunTest):
    def setUp(self):
        super().setUp()
        self.nf = self.path("nop.so")
        with open(function("nop"), "rb") as source, open(self.nf, "wb") as copy:
            copy.write(source.read())
        libraries = subprocess.run(["ldd", RUN], capture_output=True, text=True, check=True).stdout
        libvig = re.search(r"libvig\.so\.0 => (\S+)", libraries).group(1)
        self.verdict = {"verdict": "proved", "nf_sha256": self.digest(self.nf), "libvig_sha256": self.digest(libvig),
                        "bounds": {"length": 1518, "ports": 32}}

    @staticmethod
    def digest(path):
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def write(self, name="nop.so.verdict.json", **changes):
        return self.text(name, json.dumps({**self.verdict, **changes}))

    def test_what_is_proved_runs(self):
        self.write()
        done = self.run_it(self.nf, "--require-proof", "--json", *self.ports(numbered(3), []))
        self.assertIn("nop.so: proved\n", done.stderr)
        self.assertTrue(json.loads(done.stdout)["proved"])
        elsewhere = self.write("elsewhere.json")
        os.unlink(self.path("nop.so.verdict.json"))
        self.run_it(self.nf, "--require-proof", "--verdict-file", elsewhere, *self.ports(numbered(3), []))

    def test_what_is_not_is_refused_and_said(self):
        ports = self.ports([], [])

        def not_proved(reason, *arguments):
            self.refused(f"refused, because of --require-proof: {reason}", self.nf, "--require-proof", *arguments, *ports)
            done = self.run_it(self.nf, *arguments, *ports)
            self.assertRegex(done.stderr, r"nop\.so: NOT PROVED \(" + re.escape(reason))

        not_proved("no verdict: ")
        self.write(verdict="refuted")
        not_proved('the verdict is "refuted"')
        self.write(nf_sha256="0" * 64)
        not_proved("the verdict is about another network function")
        self.write(libvig_sha256="0" * 64)
        not_proved("the verdict is about another libVig")
        self.write(libvig_sha256=None)
        not_proved("the verdict does not say which libVig")
        self.write(bounds={"length": 1518})
        not_proved("the verdict does not say up to which port count")
        self.write(bounds={"length": 1518, "ports": 1})
        not_proved("the proof holds up to port count 1, this run has 2")
        self.write()
        not_proved("the proof holds up to frame length 1518, this run has 9000", "--length-limit", "9000")
        self.text("nop.so.verdict.json", '{"verdict": "proved"')
        not_proved(f"{self.path('nop.so.verdict.json')}:1: not a verdict")


class WhileItRuns(RunTest):
    def start_forever(self, name, *arguments):
        process = subprocess.Popen([RUN, function(name), *arguments, "--json", "--port", "dev:net_null0", "--port", "dev:net_null1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def test_signals_end_it_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start_forever("nop")
            self.telemetry(process.pid).close()
            process.send_signal(number)
            output, errors = process.communicate(timeout=20)
            self.assertEqual(process.returncode, 0, errors)
            port = json.loads(output)["ports"][0]
            self.assertGreater(port["received"], 0)
            self.assertEqual(port["received"], json.loads(output)["ports"][1]["sent"])
            self.assertEqual(glob.glob(f"{self.directory(process.pid)}*"), [])

    def test_seconds_end_it(self):
        before = time.monotonic()
        process = self.start_forever("nop", "--seconds", "0.5")
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.assertGreater(time.monotonic() - before, 0.5)

    @staticmethod
    def directory(pid):
        base = "/var/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "/tmp")
        return f"{base}/dpdk/vigor-{pid}"

    def telemetry(self, pid):
        """Connected once the commands are there, which is when the run starts."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                connection.connect(f"{self.directory(pid)}/dpdk_telemetry.v2")
                connection.recv(4096)
                if "/vigor/objects" in self.ask(connection, "/"):
                    return connection
            except OSError:
                pass
            connection.close()
            time.sleep(0.05)
        self.fail("no telemetry within 20 s")

    @staticmethod
    def ask(connection, command):
        connection.send(command.encode())
        return json.loads(connection.recv(65536))[command]

    def test_telemetry_tells_counters_and_objects(self):
        process = self.start_forever("flood")
        with self.telemetry(process.pid) as connection:
            first = self.ask(connection, "/vigor/ports")
            self.assertEqual(sorted(first), ["0", "1"])
            second = self.ask(connection, "/vigor/ports")
            self.assertGreater(second["0"]["received"], first["0"]["received"])
            self.assertEqual(second["0"]["received"], second["1"]["sent"])
            self.assertEqual(self.ask(connection, "/vigor/objects")["pairs"]["kind"], "port_pairs")
        process.terminate()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
