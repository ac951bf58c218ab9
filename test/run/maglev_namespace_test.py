# SPDX-License-Identifier: BSD-3-Clause
"""The load balancer between a client and four web servers, each on a Linux stack of its own. Answers go straight back to the
client, past the balancer: by direct server return, or out of a tunnel."""
import collections
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bed
from bed import command, inside

BACKENDS = range(1, 5)
CLIENT = bed.namespace("c")
SPACES = {number: bed.namespace(f"b{number}") for number in BACKENDS}
PORTS = [f"af_packet:p{number}" for number in range(5)]
VIP, OTHER, WHO = "10.9.0.80", "10.9.0.81", "10.1.0.2"
HEARTBEAT, HEALTH = 5344, 2
REQUESTS, HELD = 200, 40

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(sys.argv[1].encode())
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("10.9.0.80", 80), Handler).serve_forever()
"""

HEART = """
import socket, sys, time
heart = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    heart.sendto(b"beat", (sys.argv[1], 5344))
    time.sleep(0.1)
"""

# Holds connections; for each line that it reads it asks on all of them, and says who answered, or - where nobody did.
HOLDER = """
import http.client, sys
held = [http.client.HTTPConnection("10.9.0.80", timeout=1) for _ in range(int(sys.argv[1]))]
def ask(connection):
    try:
        connection.auto_open = connection.sock is None and not hasattr(connection, "used")
        connection.used = True
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return "-"
for line in sys.stdin:
    print("".join(map(ask, held)), flush=True)
"""


def mac(number):
    return f"02:00:00:00:09:{number:02x}"


def configuration(delivery="dsr"):
    text = f"health = {HEALTH}s\nheartbeat_port = {HEARTBEAT}\naddress4 = 10.0.0.1\nmac = {mac(0xF0)}\n"
    text += f"[vips]\naddress = ::ffff:{VIP}\nprotocol = tcp\nport = 80\naffinity = flow\n"
    for number in BACKENDS:
        text += f"[backends]\naddress = ::ffff:10.0.{number}.2\nport = {number}\nweight = 1\n"
        text += f"mac = {mac(number)}\ndelivery = {delivery}\n"
    return text


def loose(space, *devices):
    """Packets may come in by another way than they would go out."""
    for device in ("all", "default", *devices):
        inside(space, "sysctl", "-qw", f"net.ipv4.conf.{device}.rp_filter=0")


def address(space, device, link, text=None):
    command("ip", "-n", space, "link", "set", device, "address", link)
    if text:
        command("ip", "-n", space, "addr", "add", text, "dev", device)


def neighbour(space, device, text, link):
    command("ip", "-n", space, "neigh", "replace", text, "lladdr", link, "dev", device, "nud", "permanent")


def way_back(number):
    """A cable from a backend to the client, past the balancer."""
    space, here, there = SPACES[number], f"r{number}", f"s{number}"
    command("ip", "link", "add", here, "netns", space, "type", "veth", "peer", "name", there, "netns", CLIENT)
    address(space, here, mac(0x10 + number))
    address(CLIENT, there, mac(0x20 + number))
    for name, end in ((here, space), (there, CLIENT)):
        command("ip", "-n", end, "link", "set", name, "up")
    command("ip", "-n", space, "route", "add", f"{WHO}/32", "dev", here)
    neighbour(space, here, WHO, mac(0x20 + number))
    loose(CLIENT, there)


def setUpModule():
    bed.set_up(CLIENT, *SPACES.values())
    bed.wire(CLIENT, "v0", "p0")
    loose(CLIENT, "v0")
    command("ip", "-n", CLIENT, "addr", "add", f"{WHO}/32", "dev", "lo")
    command("ip", "-n", CLIENT, "route", "add", "10.9.0.0/24", "dev", "v0", "src", WHO)
    for vip in (VIP, OTHER):
        neighbour(CLIENT, "v0", vip, mac(0xF0))
    for number, space in SPACES.items():
        bed.wire(space, f"v{number}", f"p{number}")
        address(space, f"v{number}", mac(number), f"10.0.{number}.2/24")
        neighbour(space, f"v{number}", f"10.0.{number}.1", mac(0xF0))
        loose(space, f"v{number}")
        command("ip", "-n", space, "addr", "add", f"{VIP}/32", "dev", "lo")
        way_back(number)


class Maglev(bed.BedTest):
    def start(self, text=None):
        conf = os.path.join(self.folder.name, "maglev.conf")
        with open(conf, "w") as file:
            file.write(configuration() if text is None else text)
        process = self.run_function("maglev", "-c", conf, ports=PORTS)
        self.server = {number: self.background(space, sys.executable, "-c", SERVER, str(number))
                       for number, space in SPACES.items()}
        self.heart = {}
        for number in BACKENDS:
            self.revive(number)
        self.wait(lambda: set(self.shares(12)) >= set("1234"))
        return process

    def wait(self, condition):
        """Until it holds: programs take their time to start."""
        for _ in range(20):
            if condition():
                return
            time.sleep(0.2)
        self.fail("nothing happened")

    def revive(self, number):
        self.heart[number] = self.background(SPACES[number], sys.executable, "-c", HEART, f"10.0.{number}.1")

    def shares(self, count=REQUESTS):
        """How many of so many connections by curl each backend answered; "-": nobody did."""
        done = inside(CLIENT, "curl", "-s", "-m", "3", "-H", "Connection: close", f"http://{VIP}/?[1-{count}]", check=False,
                      timeout=60)
        return collections.Counter(done.stdout.ljust(count, "-"))

    def hold(self):
        return self.background(CLIENT, sys.executable, "-c", HOLDER, str(HELD), stdin=subprocess.PIPE)

    @staticmethod
    def ask(holder):
        holder.stdin.write("\n")
        holder.stdin.flush()
        return holder.stdout.readline().strip()

    def fair(self, shares, living):
        self.assertEqual(set(shares), {str(number) for number in living}, shares)
        for number in living:  # more than 4 standard deviations
            self.assertGreater(shares[str(number)], REQUESTS / len(living) * 0.5, shares)

    def test_each_gets_its_share_and_few_connections_break(self):
        self.start()
        shares = self.shares()
        print("share per backend:", dict(sorted(shares.items())))
        self.fair(shares, BACKENDS)
        holder = self.hold()
        first = self.ask(holder)
        self.assertEqual((len(first), self.ask(holder)), (HELD, first))
        self.assertNotIn("-", first)

        self.end(self.heart[2])
        self.end(self.server[2])
        time.sleep(HEALTH + 0.5)
        second = self.ask(holder)
        print("connections broken:", second.count("-"), "of", HELD, "with", first.count("2"), "at the backend that died")
        self.assertEqual(second, first.replace("2", "-"))
        shares = self.shares()
        print("share per backend without 2:", dict(sorted(shares.items())))
        self.fair(shares, (1, 3, 4))

        self.server[2] = self.background(SPACES[2], sys.executable, "-c", SERVER, "2")
        self.revive(2)
        self.wait(lambda: "2" in self.shares(12))
        time.sleep(0.5)
        third = self.ask(holder)
        self.assertEqual([now for now, then in zip(third, first) if then != "2"], [then for then in first if then != "2"])
        shares = self.shares()
        print("share per backend with 2 again:", dict(sorted(shares.items())))
        self.fair(shares, BACKENDS)

    def test_what_is_not_for_a_service_is_dropped(self):
        self.start()
        done = inside(CLIENT, "curl", "-s", "-m", "1", f"http://{OTHER}/", check=False)
        self.assertNotEqual(done.returncode, 0)
        done = inside(CLIENT, "curl", "-s", "-m", "1", f"http://{VIP}:81/", check=False)
        self.assertNotEqual(done.returncode, 0)

    def test_nobody_lives_nobody_answers(self):
        self.start()
        for heart in self.heart.values():
            self.end(heart)
        time.sleep(HEALTH + 0.5)
        self.assertEqual(self.shares(5), {"-": 5})

    def test_heartbeats_stay(self):
        """What comes in by a backend's port goes nowhere: clients get nothing from the balancer."""
        process = self.start()
        self.assertEqual(self.counters(process)[0][2], 0)

    def test_tunnels(self):
        for number, space in SPACES.items():
            made = command("ip", "-n", space, "tunnel", "add", "t0", "mode", "ipip", "local", f"10.0.{number}.2", check=False)
            if made.returncode != 0:
                self.skipTest("this kernel has no IP-in-IP tunnels: " + made.stderr.strip())
            self.addCleanup(command, "ip", "-n", space, "tunnel", "del", "t0", check=False)
            command("ip", "-n", space, "link", "set", "t0", "up")
            loose(space, "t0")
        self.start(configuration("tunnel"))
        shares = self.shares()
        print("share per backend in tunnels:", dict(sorted(shares.items())))
        self.fair(shares, BACKENDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
