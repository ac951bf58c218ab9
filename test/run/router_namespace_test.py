# SPDX-License-Identifier: BSD-3-Clause
"""The router between three real Linux stacks, each on a network of its own; the third is the way to a fourth network,
and behind a link of small packets."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bed
from bed import command, inside

HOSTS = [bed.namespace(f"h{number}") for number in range(3)]
PORTS = [f"af_packet:p{number}" for number in range(3)]
MTU = (1500, 1500, 1000)
FAR = "10.7.0.1"  # behind the third host
NOWHERE = "10.8.0.1"


def address(host):
    return f"10.0.{host}.2"


def gateway(host):
    return f"10.0.{host}.1"


def record(section, **fields):
    return f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


def configuration():
    text = "".join(record("interfaces", port=port, address=gateway(port), length=24, mac=f"02:00:00:00:02:{port:02x}",
                          mtu=mtu) for port, mtu in enumerate(MTU))
    text += "".join(record("routes", prefix=f"10.0.{port}.0/24", gateway="0.0.0.0", port=port) for port in range(3))
    return text + record("routes", prefix="10.7.0.0/16", gateway=address(2), port=2)


def setUpModule():
    bed.set_up(*HOSTS)
    for host, space in enumerate(HOSTS):
        bed.wire(space, f"v{host}", f"p{host}")
        command("ip", "-n", space, "addr", "add", f"{address(host)}/24", "dev", f"v{host}")
        command("ip", "-n", space, "route", "add", "default", "via", gateway(host))
    command("ip", "-n", HOSTS[2], "addr", "add", f"{FAR}/16", "dev", "lo")


class Router(bed.BedTest):
    def start(self, text=None):
        conf = os.path.join(self.folder.name, "router.conf")
        with open(conf, "w") as file:
            file.write(configuration() if text is None else text)
        for space in HOSTS:
            command("ip", "-n", space, "neigh", "flush", "all")
            inside(space, "ip", "route", "flush", "cache")
        return self.run_function("router", "-c", conf, ports=PORTS)

    def traceroute(self, to, *more):
        """The hops that answered, in order, as printed."""
        text = inside(HOSTS[0], "traceroute", "-n", "-q", "1", "-w", "1", "-m", "5", *more, to).stdout
        return [line.split()[1:] for line in text.splitlines()[1:] if "*" not in line]

    def transfer(self, host, *more):
        """iperf3 from the first host to this one."""
        server = self.background(HOSTS[host], "iperf3", "-s", "-1", "-f", "k", "--forceflush")
        for line in server.stdout:
            if "listening" in line:
                break
        return inside(HOSTS[0], "iperf3", "-c", address(host), "-f", "k", *more, check=False)

    def test_everybody_reaches_everybody(self):
        self.start()
        for one in range(3):
            for other in range(3):
                if one != other:
                    self.assertTrue(self.ping(HOSTS[one], address(other), 4), (one, other))
            self.assertTrue(self.ping(HOSTS[one], FAR, 4))

    def test_the_router_answers_to_each_of_its_addresses(self):
        self.start()
        for port in range(3):
            done = inside(HOSTS[0], "ping", "-c", "2", "-i", "0.2", "-W", "1", "-s", "1400", gateway(port))
            self.assertIn("2 received", done.stdout)

    def test_the_way_can_be_traced(self):
        self.start()
        self.assertTrue(self.ping(HOSTS[0], FAR, 4))
        for more in ((), ("-I",)):
            hops = self.traceroute(FAR, *more)
            self.assertEqual([hop[0] for hop in hops], [gateway(0), FAR], hops)
        # RFC 1812 4.3.2.4: by the address of the interface that the message goes out of
        self.assertEqual([hop[0] for hop in self.traceroute(gateway(1))], [gateway(0)])
        hops = self.traceroute(NOWHERE)
        self.assertEqual((hops[-1][0], hops[-1][-1]), (gateway(0), "!N"), hops)

    def test_who_sends_too_big_packets_is_told(self):
        self.start()
        self.assertTrue(self.ping(HOSTS[0], address(2), 4))
        done = inside(HOSTS[0], "ping", "-c", "2", "-i", "0.2", "-W", "1", "-M", "do", "-s", "1200", address(2),
                      check=False)
        self.assertIn("mtu = 1000", done.stdout + done.stderr)
        self.assertIn("mtu 1000", inside(HOSTS[0], "ip", "route", "get", address(2)).stdout)
        inside(HOSTS[0], "ip", "route", "flush", "cache")
        done = self.transfer(2, "-n", "1M")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_streams(self):
        self.start()
        self.assertTrue(self.ping(HOSTS[0], address(1), 4))
        for more in (("-n", "4M"), ("-u", "-n", "1M", "-b", "20M", "-l", "1200")):
            done = self.transfer(1, *more)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            lost = re.search(r"(\d+)/(\d+) \(.*receiver", done.stdout)
            self.assertTrue("-u" not in more or int(lost[1]) * 20 < int(lost[2]), done.stdout)

    def test_broadcasts_stay_where_they_are(self):
        process = self.start()
        self.assertTrue(self.ping(HOSTS[0], address(1), 4))
        inside(HOSTS[1], "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_broadcasts=0")
        done = inside(HOSTS[0], "ping", "-b", "-c", "20", "-i", "0.01", "-W", "1", "10.0.1.255", check=False)
        self.assertIn(" 0 received", done.stdout)
        self.assertLess(self.counters(process)[1][2], 20)

    def test_a_prefix_listed_twice_is_refused(self):
        conf = os.path.join(self.folder.name, "twice.conf")
        route = record("routes", prefix="10.0.0.0/8", gateway="0.0.0.0", port=0)
        with open(conf, "w") as file:
            file.write(route + route)
        done = inside(bed.MIDDLE, bed.RUN, os.path.join(bed.NFS, "router.so"), "-c", conf,
                      *[word for port in PORTS for word in ("--port", port)], check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("record 2 of [routes] is refused: an earlier record has the same prefix", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
