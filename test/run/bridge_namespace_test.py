# SPDX-License-Identifier: BSD-3-Clause
"""The bridge between four real Linux stacks, each in a network namespace. The last has a cable to a fifth port as well,
by which it can move."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bed
from bed import command, inside

HOSTS = [bed.namespace(f"h{number}") for number in range(4)]
MOVER = HOSTS[3]
PORTS = [f"af_packet:p{number}" for number in range(5)]


def address(host):
    return f"10.9.1.{host + 1}"


def mac(host):
    return f"02:00:00:00:01:{host + 1:02x}"


def join(host, device):
    """Makes that device the host's way into the network, with the addresses that the host always has."""
    command("ip", "-n", HOSTS[host], "link", "set", device, "address", mac(host))
    command("ip", "-n", HOSTS[host], "addr", "add", f"{address(host)}/24", "dev", device)
    command("ip", "-n", HOSTS[host], "link", "set", device, "up")


def leave(host, device):
    command("ip", "-n", HOSTS[host], "addr", "flush", "dev", device)
    command("ip", "-n", HOSTS[host], "link", "set", device, "down")


def setUpModule():
    bed.set_up(*HOSTS)
    for host, space in enumerate(HOSTS):
        bed.wire(space, f"v{host}", f"p{host}")
        join(host, f"v{host}")
    bed.wire(MOVER, "v4", "p4")
    command("ip", "-n", MOVER, "link", "set", "v4", "down")


class Bridge(bed.BedTest):
    def start(self, text=""):
        conf = os.path.join(self.folder.name, "bridge.conf")
        with open(conf, "w") as file:
            file.write(text)
        for space in HOSTS:
            command("ip", "-n", space, "neigh", "flush", "all")
        return self.run_function("bridge", "-c", conf, ports=PORTS)

    def test_everybody_reaches_everybody(self):
        self.start()
        for one in range(4):
            for other in range(4):
                if one != other:
                    self.assertTrue(self.ping(HOSTS[one], address(other), 1), (one, other))

    def test_only_those_who_talk_hear_it(self):
        process = self.start()
        self.assertTrue(self.ping(HOSTS[0], address(1), 20))
        sent = [port[2] for port in self.counters(process)]
        self.assertGreaterEqual(sent[0], 20)
        self.assertGreaterEqual(sent[1], 20)
        for port in (2, 3, 4):
            self.assertLess(sent[port], 10, sent)  # the search for each other's address, by broadcast

    def test_a_moved_station_is_followed(self):
        self.start()
        self.assertTrue(self.ping(HOSTS[0], address(3)))
        leave(3, "v3")
        self.addCleanup(join, 3, "v3")
        self.addCleanup(leave, 3, "v4")
        join(3, "v4")
        command("ip", "-n", HOSTS[0], "neigh", "replace", address(3), "lladdr", mac(3), "dev", "v0")
        self.addCleanup(command, "ip", "-n", HOSTS[0], "neigh", "del", address(3), "dev", "v0")
        self.assertFalse(self.ping(HOSTS[0], address(3), 1), "nobody can know yet")
        self.assertTrue(self.ping(MOVER, address(1)))
        self.assertTrue(self.ping(HOSTS[0], address(3)))
        self.assertTrue(self.ping(HOSTS[2], address(3)))

    def test_what_is_configured_wins(self):
        self.start(f"[static]\nmac = {mac(1)}\nport = 1\n[static]\nmac = {mac(2)}\nport = 3\n")
        self.assertTrue(self.ping(HOSTS[0], address(1)))
        self.assertFalse(self.ping(HOSTS[2], address(0)), "the answers go to port 3, whoever is heard on port 2")

    def test_a_station_listed_twice_is_refused(self):
        conf = os.path.join(self.folder.name, "twice.conf")
        with open(conf, "w") as file:
            file.write(f"[static]\nmac = {mac(1)}\nport = 1\n[static]\nmac = {mac(1)}\nport = 3\n")
        done = inside(bed.MIDDLE, bed.RUN, os.path.join(bed.NFS, "bridge.so"), "-c", conf, "--port", PORTS[0],
                      "--port", PORTS[1], "--port", PORTS[2], "--port", PORTS[3], check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("twice.conf:4: record 2 of [static] is refused: an earlier record has the same key", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
