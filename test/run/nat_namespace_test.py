# SPDX-License-Identifier: BSD-3-Clause
"""The NAT between real Linux stacks: two hosts on a switch inside; outside a router, and a host far behind it.

    one, two -- switch -- NAT -- router -- far
"""
import hashlib
import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bed
import captures
from bed import command, inside

ONE, TWO, SWITCH, ROUTER, FAR = (bed.namespace(name) for name in ("n1", "n2", "nl", "nr", "nf"))
ONE_ADDRESS, TWO_ADDRESS, GATE = "10.7.0.2", "10.7.0.3", "10.7.0.1"
EXTERNAL, ROUTER_ADDRESS = "192.0.2.2", "192.0.2.1"
FAR_ADDRESS, FAR_OTHER = "198.51.100.2", "198.51.100.3"
CONFIGURATION = f"""
inside = 0
inside_address = {GATE}
inside_prefix = 24
outside = 1
outside_address = {EXTERNAL}
outside_prefix = 24
gateway = {ROUTER_ADDRESS}
"""
# Sends datagrams from one port to each (address, port) given, and prints what comes back to it within a second of silence.
ASK = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("0.0.0.0", int(sys.argv[1])))
    s.settimeout(1)
    for end in sys.argv[3:]:
        address, port = end.split(":")
        s.sendto(b"?" * int(sys.argv[2]), (address, int(port)))
    try:
        while True:
            data, source = s.recvfrom(65536)
            print(source[0], source[1], data[:60].decode(), len(data))
    except TimeoutError:
        pass
"""
# Answers each datagram with where it came from, padded to its own size, and from each of the ports given.
ANSWER = """
import select, socket, sys
ends = []
for end in sys.argv[1:]:
    address, port = end.split(":")
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, int(port)))
    ends.append(s)
print("ready", flush=True)
while True:
    for s in select.select(ends[:1], [], [])[0]:
        data, source = s.recvfrom(65536)
        for answer in ends:
            answer.sendto(("%s %d " % source).encode().ljust(len(data)), source)
"""
# What is sent from device e1 over IPv4, in hexadecimal, until there is silence for two seconds.
SNIFF = """
import socket
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as s:
    s.bind(("e1", 0))
    s.settimeout(2)
    print("ready", flush=True)
    try:
        while True:
            data, (_, _, kind, *_) = s.recvfrom(65536)
            if data[12:14] == b"\\x08\\x00" and kind == socket.PACKET_OUTGOING:
                print(data.hex())
    except TimeoutError:
        pass
"""
SEND = """
import socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(("po", 0))
    for frame in sys.argv[1:]:
        s.send(bytes.fromhex(frame))
"""
RECEIVE = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind((sys.argv[1], 9001))
    s.settimeout(5)
    print("ready", flush=True)
    data, source = s.recvfrom(65536)
    print(*source, len(data))
"""


def plug(space, name, address):
    """A host on the switch."""
    command("ip", "link", "add", name, "netns", space, "type", "veth", "peer", "name", name, "netns", SWITCH)
    inside(SWITCH, "ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    inside(space, "ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    command("ip", "-n", SWITCH, "link", "set", name, "master", "switch", "up")
    command("ip", "-n", space, "addr", "add", f"{address}/24", "dev", name)
    command("ip", "-n", space, "link", "set", name, "up")
    command("ip", "-n", space, "route", "add", "default", "via", GATE)


def setUpModule():
    bed.set_up(ONE, TWO, SWITCH, ROUTER, FAR)
    for space in (ONE, TWO, SWITCH, ROUTER, FAR):
        inside(space, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
    command("ip", "-n", SWITCH, "link", "add", "switch", "type", "bridge")
    command("ip", "-n", SWITCH, "link", "set", "switch", "up")
    bed.wire(SWITCH, "vi", "pi")
    command("ip", "-n", SWITCH, "link", "set", "vi", "master", "switch")
    plug(ONE, "e1", ONE_ADDRESS)
    plug(TWO, "e2", TWO_ADDRESS)
    bed.wire(ROUTER, "vo", "po")
    command("ip", "-n", ROUTER, "addr", "add", f"{ROUTER_ADDRESS}/24", "dev", "vo")
    command("ip", "link", "add", "lf", "netns", ROUTER, "type", "veth", "peer", "name", "lf", "netns", FAR)
    for space, address in ((ROUTER, "198.51.100.1"), (FAR, FAR_ADDRESS), (FAR, FAR_OTHER)):
        command("ip", "-n", space, "addr", "add", f"{address}/24", "dev", "lf")
        command("ip", "-n", space, "link", "set", "lf", "up")
        inside(space, "ethtool", "-K", "lf", "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    inside(ROUTER, "sysctl", "-qw", "net.ipv4.ip_forward=1")
    command("ip", "-n", FAR, "route", "add", "192.0.2.0/24", "via", "198.51.100.1")


class Nat(bed.BedTest):
    def start(self, text=""):
        conf = os.path.join(self.folder.name, "nat.conf")
        with open(conf, "w") as file:
            file.write(CONFIGURATION + text)
        for space in (ONE, TWO, ROUTER):
            command("ip", "-n", space, "neigh", "flush", "all")
        process = self.run_function("nat", "-c", conf, ports=("af_packet:pi", "af_packet:po"))
        for space in (ONE, TWO):  # the first packet to whoever is unknown is lost: it becomes the question for them
            inside(space, "ping", "-c", "3", "-i", "0.2", "-W", "1", FAR_ADDRESS, check=False)
        return process

    def ready(self, space, *words):
        """Starts something that says when it is ready."""
        process = self.background(space, *words)
        for line in process.stdout:
            if "ready" in line or "listening" in line:
                return process
        self.fail(f"{words[0]} does not start")

    def ask(self, space, port, size, *ends):
        done = inside(space, sys.executable, "-c", ASK, str(port), str(size), *ends)
        return [line.split() for line in done.stdout.splitlines()]

    def serve(self, space, port):
        self.background(space, sys.executable, "-m", "http.server", str(port), "--directory", self.folder.name)
        deadline = time.monotonic() + 10
        while inside(space, "curl", "-s", "-o", os.devnull, f"http://127.0.0.1:{port}/", check=False).returncode != 0:
            self.assertLess(time.monotonic(), deadline, "the HTTP server does not start")
            time.sleep(0.1)

    def test_curl(self):
        content = os.urandom(3_000_000)
        with open(os.path.join(self.folder.name, "file"), "wb") as file:
            file.write(content)
        self.start()
        self.serve(FAR, 8001)
        fetched = os.path.join(self.folder.name, "fetched")
        inside(ONE, "curl", "-s", "-f", "--max-time", "20", "-o", fetched, f"http://{FAR_ADDRESS}:8001/file")
        with open(fetched, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())

    def test_many_connections(self):
        self.start()
        self.serve(FAR, 8002)
        with open(os.path.join(self.folder.name, "small"), "w") as file:
            file.write("x" * 100)
        urls = [f"http://{FAR_ADDRESS}:8002/small"] * 200
        outs = [word for url in urls for word in ("-o", os.devnull, url)]
        done = inside(ONE, "curl", "-s", "-f", "--parallel", "--parallel-max", "200", "--max-time", "25",
                      "-w", "%{http_code}\\n", *outs, check=False)
        self.assertEqual(done.stdout.split().count("200"), 200, done.stderr)

    def test_nobody_comes_in(self):
        self.start()
        self.serve(ONE, 8003)
        self.assertFalse(self.ping(FAR, EXTERNAL), "it does not answer")
        done = inside(FAR, "curl", "-s", "--connect-timeout", "1.5", f"http://{EXTERNAL}:8003/", check=False)
        self.assertNotEqual(done.returncode, 0)

    def test_ping_and_errors(self):
        self.start()
        self.assertTrue(self.ping(ONE, FAR_ADDRESS))
        self.assertTrue(self.ping(TWO, ROUTER_ADDRESS))
        done = inside(ONE, "ping", "-c", "1", "-t", "2", "-W", "2", FAR_ADDRESS, check=False)
        self.assertIn("Time to live exceeded", done.stdout)

    def test_traceroute(self):
        self.start()
        for kind in ("-U", "-I", "-T"):
            done = inside(ONE, "traceroute", "-n", "-q", "1", "-w", "1", "-N", "1", "-f", "2", "-m", "3", kind, FAR_ADDRESS)
            hops = [line.split()[1] for line in done.stdout.splitlines()[1:]]
            self.assertEqual(hops, [ROUTER_ADDRESS, FAR_ADDRESS], (kind, done.stdout))

    def test_a_closed_port_is_told(self):
        """Port unreachable, about UDP: the stack only tells the program if what is quoted is its own."""
        self.start()
        done = inside(ONE, sys.executable, "-c", "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                      f"s.connect(('{FAR_ADDRESS}', 9))\ns.send(b'x')\ns.settimeout(2)\n"
                      "try:\n    s.recv(9)\nexcept ConnectionRefusedError:\n    print('refused')\n")
        self.assertEqual(done.stdout.strip(), "refused")

    def test_fragments(self):
        """A large datagram, in the pieces in which a real stack sends it, through the NAT, to a real stack that puts them together
        and checks the checksum. By way of captures: DPDK's af_packet driver has the kernel put fragments together before
        anybody sees them, so that no function does."""
        command("ip", "-n", ONE, "neigh", "replace", GATE, "lladdr", "02:00:00:00:01:01", "dev", "e1")
        self.addCleanup(command, "ip", "-n", ONE, "neigh", "del", GATE, "dev", "e1")
        tap = self.ready(ONE, sys.executable, "-c", SNIFF)
        self.ask(ONE, 5000, 4000, f"{FAR_ADDRESS}:9001")
        pieces = [bytes.fromhex(line) for line in tap.communicate(timeout=10)[0].split()]
        self.assertEqual(len(pieces), 3)
        sent = self.through(pieces)
        self.assertEqual([frame[26:30] for frame in sent], [bytes(map(int, EXTERNAL.split(".")))] * 3)
        self.assertEqual([frame[34:] for frame in sent[1:]], [frame[34:] for frame in pieces[1:]])
        server = self.ready(FAR, sys.executable, "-c", RECEIVE, FAR_ADDRESS)
        inside(bed.MIDDLE, sys.executable, "-c", SEND, *[frame.hex() for frame in sent])
        address, port, size = server.communicate(timeout=10)[0].split()
        self.assertEqual((address, int(port) % 2, int(size)), (EXTERNAL, 0, 4000))

    def through(self, frames):
        """What becomes of frames from inside, all neighbours known."""
        mac = bytes.fromhex(inside(ROUTER, "cat", "/sys/class/net/vo/address").stdout.strip().replace(":", ""))
        told = bytes.fromhex("0001080006040001") + mac + bytes(map(int, ROUTER_ADDRESS.split("."))) + bytes(6) + bytes(
            map(int, EXTERNAL.split(".")))
        path = os.path.join(self.folder.name, "")
        captures.write(path + "in0", [(2 * 10**9 + stamp, frame) for stamp, frame in enumerate(frames)])
        captures.write(path + "in1", [(10**9, b"\xff" * 6 + mac + b"\x08\x06" + told)])
        with open(path + "nat.conf", "w") as file:
            file.write(CONFIGURATION)
        command(bed.RUN, os.path.join(bed.NFS, "nat.so"), "-c", path + "nat.conf", "--trace-time",
                "--port", f"pcap:{path}in0:{path}out0", "--port", f"pcap:{path}in1:{path}out1")
        return [frame for _, frame in captures.read(path + "out1") if frame[12:14] == b"\x08\x00"]

    def test_mapping_and_filtering(self):
        """Answers come from two ports and two addresses; the mapping is one, and the filter says which of them get in."""
        asked = FAR_ADDRESS, "9002"
        every = [asked, (FAR_ADDRESS, "9003"), (FAR_OTHER, "9002")]
        for filtering, allowed in (("endpoint-independent", every), ("address-dependent", every[:2]),
                                   ("address-and-port-dependent", every[:1])):
            with self.subTest(filtering):
                process = self.start(f"filtering = {filtering}\n")
                server = self.ready(FAR, sys.executable, "-c", ANSWER, *(":".join(end) for end in every))
                answers = self.ask(ONE, 5001, 10, ":".join(asked))
                self.assertEqual(sorted((answer[0], answer[1]) for answer in answers), sorted(allowed))
                self.assertEqual({int(answer[3]) % 2 for answer in answers}, {1}, "the port's parity is kept")
                self.end(server)
                self.end(process)

    def test_natdiscovery(self):
        """What coturn's own client says of it (RFC 5780)."""
        verdict = {"endpoint-independent": "Endpoint Independent Filtering", "address-dependent": "Address Dependent Filtering",
                   "address-and-port-dependent": "Address and Port Dependent Filtering"}
        self.background(FAR, "turnserver", "-n", "--no-cli", "--no-tls", "--no-dtls", "--no-auth", "--log-file", "stdout", "--simple-log",
                        "-p", "3478", "-L", FAR_ADDRESS, "-L", FAR_OTHER, "--pidfile", os.path.join(self.folder.name, "pid"),
                        "--userdb", os.path.join(self.folder.name, "db"), cwd=self.folder.name)
        for filtering, sentence in verdict.items():
            with self.subTest(filtering):
                process = self.start(f"filtering = {filtering}\n")
                done = inside(ONE, "turnutils_natdiscovery", "-m", "-f", FAR_ADDRESS, check=False)
                self.assertIn("NAT with Endpoint Independent Mapping!", done.stdout)
                self.assertIn(f"NAT with {sentence}!", done.stdout)
                self.end(process)

    def test_hairpin(self):
        """Two inside hosts, each of which knows only the other's external end."""
        process = self.start("filtering = endpoint-independent\n")
        self.ready(FAR, sys.executable, "-c", ANSWER, f"{FAR_ADDRESS}:9004")
        ((_, _, _, port, _),) = self.ask(TWO, 6000, 20, f"{FAR_ADDRESS}:9004")
        self.ready(TWO, sys.executable, "-c", ANSWER, "0.0.0.0:6000")
        ((address, source, seen, _, _),) = self.ask(ONE, 5002, 20, f"{EXTERNAL}:{port}")
        self.assertEqual((address, source, seen), (EXTERNAL, port, EXTERNAL))
        self.end(process)

    def test_ports_run_out(self):
        self.start("capacity = 20\nfiltering = endpoint-independent\n")
        self.ready(FAR, sys.executable, "-c", ANSWER, f"{FAR_ADDRESS}:9005")
        answered = []
        for port in range(7000, 7000 + 24):
            answers = self.ask_quickly(ONE, port, f"{FAR_ADDRESS}:9005")
            answered.append(answers)
        ports = [port for port in answered if port]
        self.assertEqual(len(set(ports)), len(ports), "none is given twice")
        self.assertTrue(14 <= len(ports) <= 20, ports)  # some are taken by what started the test
        self.assertEqual(self.ask_quickly(ONE, 7000, f"{FAR_ADDRESS}:9005"), answered[0], "who has one keeps it")

    def ask_quickly(self, space, port, end):
        """The external port of one datagram, or None."""
        done = inside(space, sys.executable, "-c", ASK.replace("settimeout(1)", "settimeout(0.4)"), str(port), "20", end)
        return done.stdout.split()[3] if done.stdout else None

    def test_iperf3(self):
        self.start()
        for arguments in ((), ("-u", "-b", "20M"), ("-R",)):
            self.ready(FAR, "iperf3", "-s", "-1", "--forceflush")
            done = inside(ONE, "iperf3", "-c", FAR_ADDRESS, "-t", "2", "-J", *arguments, timeout=60)
            rate = json.loads(done.stdout)["end"]["sum_received" if "-u" not in arguments else "sum"]["bits_per_second"]
            self.assertGreater(rate, 1e6)
            print(f"iperf3 through the NAT, {' '.join(arguments) or 'TCP'}: {rate / 1e6:.0f} Mb/s")


if __name__ == "__main__":
    unittest.main(verbosity=2)
