# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces with Linux's own stack in each, wired to the ports of a network function in another.

VIGOR_RUN is the program; VIGOR_NFS the folder with the functions' files.
"""
import os
import signal
import subprocess
import sys
import tempfile
import unittest

RUN = os.environ["VIGOR_RUN"]
NFS = os.environ["VIGOR_NFS"]


def namespace(name):
    """A name that no other run uses."""
    return f"vigor{os.getpid()}{name}"


MIDDLE = namespace("m")  # where the function runs


def command(*words, check=True, timeout=30):
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=check)


def inside(space, *words, **options):
    return command("ip", "netns", "exec", space, *words, **options)


def wire(end, device, other):
    """A virtual cable from an end host's device to a port of the network function."""
    command("ip", "link", "add", device, "netns", end, "type", "veth", "peer", "name", other, "netns", MIDDLE)
    for space, name in ((end, device), (MIDDLE, other)):
        inside(space, "sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
        command("ip", "-n", space, "link", "set", name, "up")
    # Frames that stay inside one machine otherwise carry no checksums, and are up to 64 KB long.
    inside(end, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off")


def set_up(*ends):
    """Makes the namespaces, to be torn down at the end of the module; skips it where they cannot be made."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that what follows is cleaned up
    probe = command("ip", "netns", "add", MIDDLE, check=False)
    if probe.returncode != 0:
        raise unittest.SkipTest(f"network namespaces cannot be made here: {probe.stderr.strip()}")
    unittest.addModuleCleanup(tear_down, MIDDLE, *ends)
    for end in ends:
        command("ip", "netns", "add", end)
    for space in (MIDDLE, *ends):
        command("ip", "-n", space, "link", "set", "lo", "up")


def tear_down(*spaces):
    for space in spaces:
        command("ip", "netns", "del", space, check=False)


class BedTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def background(self, space, *words, **options):
        process = subprocess.Popen(["ip", "netns", "exec", space, *words], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def run_function(self, name, *arguments, ports):
        """Starts the function between the stacks; returns when it runs."""
        process = self.background(MIDDLE, RUN, os.path.join(NFS, name + ".so"), "--seconds", "60",
                                  *[word for port in ports for word in ("--port", port)], *arguments)
        for line in process.stderr:
            if line.startswith("running"):
                return process
        self.fail(f"{name} did not start: {line}")

    def counters(self, process):
        process.terminate()
        output, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0, errors)
        return [[int(word) for word in line.split()] for line in output.split("\n\n")[0].splitlines()[1:]]

    def ping(self, space, address, count=2):
        return inside(space, "ping", "-c", str(count), "-i", "0.2", "-W", "1", address, check=False).returncode == 0
