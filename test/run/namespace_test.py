# SPDX-License-Identifier: BSD-3-Clause
"""vigor-run between two real Linux stacks: client - network function - server, each in a network namespace.

VIGOR_RUN is the program; VIGOR_NFS the folder with nop.so, firewall.so and policer.so.
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
from bed import inside

CLIENT, SERVER = bed.namespace("c"), bed.namespace("s")
CLIENT_ADDRESS, SERVER_ADDRESS = "10.9.0.1", "10.9.0.2"
FILE_SIZE = 20_000_000
SEND = """
import socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
    link.bind(("vc", 0))
    link.send(bytes.fromhex(sys.argv[1]))
"""


def setUpModule():
    bed.set_up(CLIENT, SERVER)
    bed.wire(CLIENT, "vc", "va")
    bed.wire(SERVER, "vs", "vb")
    bed.command("ip", "-n", CLIENT, "addr", "add", f"{CLIENT_ADDRESS}/24", "dev", "vc")
    bed.command("ip", "-n", SERVER, "addr", "add", f"{SERVER_ADDRESS}/24", "dev", "vs")


class BedTest(bed.BedTest):
    def run_function(self, name, *arguments, ports=("af_packet:va", "af_packet:vb")):
        return super().run_function(name, *arguments, ports=ports)

    def listen(self, namespace, port):
        """An HTTP server for the test's folder; returns when it listens."""
        self.background(namespace, sys.executable, "-m", "http.server", str(port), "--directory", self.folder.name)
        deadline = time.monotonic() + 10
        while not self.connects(namespace, "127.0.0.1", port):
            self.assertLess(time.monotonic(), deadline, "the HTTP server does not start")
            time.sleep(0.1)

    def connects(self, namespace, address, port):
        return inside(namespace, "curl", "-s", "-o", "/dev/null", "--connect-timeout", "1.5",
                      f"http://{address}:{port}/", check=False).returncode == 0


class Nop(BedTest):
    def test_everything_passes_both_ways(self):
        process = self.run_function("nop")
        self.listen(CLIENT, 8001)
        self.assertTrue(self.ping(CLIENT, SERVER_ADDRESS))
        self.assertTrue(self.ping(SERVER, CLIENT_ADDRESS))
        self.assertTrue(self.connects(SERVER, CLIENT_ADDRESS, 8001))
        (_, received0, sent0, *_), (_, received1, sent1, *_) = self.counters(process)
        self.assertEqual((received0, received1), (sent1, sent0))

    def test_the_function_is_shown_frames_as_they_are_on_the_wire(self):
        """Linux takes VLAN tags out before a packet socket sees them: they are back in place."""
        written = os.path.join(self.folder.name, "out")
        process = self.run_function("nop", ports=("af_packet:va", f"pcap::{written}"))
        frames = [bytes.fromhex("02000000000b02000000000a") + rest for rest in (
            b"\x81\x00\x20\x07\x88\xb5" + bytes(range(60)),                            # 802.1Q, priority 1, VLAN 7
            b"\x81\x00\x00\x05\x81\x00\x00\x07\x88\xb5" + bytes(range(60)),  # one tag in another
            b"\x88\xb5" + bytes(range(200)),
            b"\x88\xb5" + bytes(1500))]
        for frame in frames:
            inside(CLIENT, sys.executable, "-c", SEND, frame.hex())
        time.sleep(0.2)
        self.counters(process)
        seen = [data for _, data in captures.read(written) if data[:12] == frames[0][:12]]
        self.assertEqual([data.hex() for data in seen], [data.hex() for data in frames])


class Firewall(BedTest):
    def start(self):
        conf = os.path.join(self.folder.name, "firewall.conf")
        with open(conf, "w") as file:
            file.write("[pairs]\ninside = 0\noutside = 1\n")
        return self.run_function("firewall", "-c", conf)

    def test_the_inside_reaches_the_outside(self):
        content = os.urandom(FILE_SIZE)
        with open(os.path.join(self.folder.name, "file"), "wb") as file:
            file.write(content)
        process = self.start()
        self.assertTrue(self.ping(CLIENT, SERVER_ADDRESS))
        self.listen(SERVER, 8002)
        fetched = os.path.join(self.folder.name, "fetched")
        inside(CLIENT, "curl", "-s", "-f", "--max-time", "20", "-o", fetched, f"http://{SERVER_ADDRESS}:8002/file")
        with open(fetched, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())
        (_, received0, *_), (_, _, sent1, *_) = self.counters(process)
        self.assertGreater(received0, 0)
        self.assertLessEqual(sent1, received0)

    def test_a_few_seconds_of_full_load(self):
        self.start()
        server = self.background(SERVER, "iperf3", "-s", "-1", "--forceflush")
        for line in server.stdout:
            if "listening" in line:
                break
        done = inside(CLIENT, "iperf3", "-c", SERVER_ADDRESS, "-t", "3", "-J")
        rate = json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"]
        self.assertGreater(rate, 10e6)
        print(f"iperf3 through the firewall: {rate / 1e6:.0f} Mb/s")

    def test_the_outside_does_not_reach_the_inside(self):
        process = self.start()
        self.assertTrue(self.ping(CLIENT, SERVER_ADDRESS), "it runs, and the stacks know each other's address")
        self.listen(CLIENT, 8003)
        self.assertFalse(self.ping(SERVER, CLIENT_ADDRESS))
        self.assertFalse(self.connects(SERVER, CLIENT_ADDRESS, 8003))
        (_, *_), (_, _, _, dropped1, *_) = self.counters(process)
        self.assertGreaterEqual(dropped1, 3)  # two pings and a SYN


class Policer(BedTest):
    RATE, BURST = 1_250_000, 125_000  # 10 Mb/s, and 100 ms of it

    def start(self, policed):
        """The client is the subscriber. Neighbours are known, so that all frames are IP and none passes unmetered."""
        for namespace, device, neighbour, address in ((CLIENT, "vc", SERVER, SERVER_ADDRESS),
                                                      (SERVER, "vs", CLIENT, CLIENT_ADDRESS)):
            mac = inside(neighbour, "cat", "/sys/class/net/%s/address" % ("vs" if device == "vc" else "vc")).stdout.strip()
            bed.command("ip", "-n", namespace, "neigh", "replace", address, "lladdr", mac, "dev", device, "nud", "permanent")
            self.addCleanup(bed.command, "ip", "-n", namespace, "neigh", "del", address, "dev", device)
        conf = os.path.join(self.folder.name, "policer.conf")
        with open(conf, "w") as file:
            file.write(f"rate = {self.RATE}\nburst = {self.BURST}\npoliced = {policed}\nforget = 60s\n"
                       "[pairs]\ninside = 0\noutside = 1\n")
        return self.run_function("policer", "-c", conf)

    def load(self, *arguments):
        """iperf3 over UDP, at ten times the rate; what it says of the receiver."""
        server = self.background(SERVER, "iperf3", "-s", "-1", "--forceflush")
        for line in server.stdout:
            if "listening" in line:
                break
        done = inside(CLIENT, "iperf3", "-c", SERVER_ADDRESS, "-u", "-b", "100M", "-l", "1400", "-t", "5", "-J", *arguments,
                      timeout=90)
        return json.loads(done.stdout)["end"]

    @staticmethod
    def received(namespace, device):
        return int(inside(namespace, "cat", f"/sys/class/net/{device}/statistics/rx_bytes").stdout)

    def limited(self, policed, namespace, device, *arguments):
        """Every frame that the receiver's device counted, not only iperf3's own, is within burst + rate * time: whatever
        else the machine does, the policer's clock runs no longer than the time from before it starts until it has ended."""
        before, began = self.received(namespace, device), time.monotonic()
        process = self.start(policed)
        end = self.load(*arguments)
        counters = self.counters(process)
        seconds, got = time.monotonic() - began, self.received(namespace, device) - before
        self.assertLessEqual(got, self.BURST + self.RATE * seconds)
        self.assertGreater(got, self.BURST)
        rate = end["sum_received"]["bytes"] * 1442 / 1400 / end["sum_received"]["seconds"]  # of frames
        print(f"iperf3 through the policer, {policed}: {rate * 8 / 1e6:.2f} Mb/s of 10 "
              f"({100 * (rate / self.RATE - 1):+.1f} %); {end['sum_received']['lost_percent']:.0f} % lost")
        return counters

    def test_downstream(self):
        (_, _, _, dropped0, *_), (_, received1, _, dropped1, *_) = self.limited("downstream", CLIENT, "vc", "-R")
        self.assertEqual(dropped0, 0)
        self.assertTrue(0 < dropped1 < received1)

    def test_upstream(self):
        (_, received0, _, dropped0, *_), (_, _, _, dropped1, *_) = self.limited("upstream", SERVER, "vs")
        self.assertEqual(dropped1, 0)
        self.assertTrue(0 < dropped0 < received0)

    def test_the_other_direction_is_not_limited(self):
        before, process = self.received(SERVER, "vs"), self.start("downstream")
        self.load()
        (_, received0, _, dropped0, *_), _ = self.counters(process)
        self.assertGreater(received0, 0)
        self.assertEqual(dropped0, 0)
        self.assertGreater(self.received(SERVER, "vs") - before, self.BURST)


if __name__ == "__main__":
    unittest.main(verbosity=2)
