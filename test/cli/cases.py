# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the command `vigor` share: a small network function outside the project, and a way to call it.

VIGOR is the program, VIGOR_BUILD the build folder."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "test", "run"))

VIGOR = os.environ["VIGOR"]
BUILD = os.environ["VIGOR_BUILD"]
PROVED, REFUTED, UNKNOWN, BAD_INPUT = range(4)

# A wire from port 0 to port 1 for frames of a type; what else arrives is dropped.
SOURCE = """\
#include "libvig/vig.h"
#include "net/bytes.h"
#include "net/ether.h"
#include "nf/nf.h"

struct valve {
	uint64_t type;
};

const struct nf_option nf_options[] = {
	{ .name = "type", .help = "The EtherType that may pass.",
	  .type = NF_INTEGER, .min = 0, .max = 65535, .initial = { .lo = 0x0800 } },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct valve *valve = vig_alloc(env->vig, sizeof *valve);

	if (valve == NULL || env->ports < 2)
		return NULL;
	valve->type = env->option[0].lo;
	return valve;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct valve *valve = state;

	(void)now;
	if (packet->port != 0 || packet->length < 14)
		return PORTS_NONE;
	/* here */
	return bytes_be16(packet->data + 12) == valve->type ? port_only(1) : PORTS_NONE;
}
"""
HERE = "	/* here */\n"  # where tests put something else

SPEC = '''\
"""Valve: frames of one type pass from port 0 to port 1 (IEEE 802.3)."""
from vigor import *


class Config:
    type: U16


def spec(packet, state, config):
    if packet.port != 0 or packet.ethernet is None:
        return drop()
    if packet.ethernet.type == config.type:
        return forward(packet, to=1)
    return drop()
'''
DEMAND = "    if packet.ethernet.type == config.type:\n"

PROP = '''\
from vigor import *


def prop(packet, before, after, out, config):
    """Nothing leaves by port 0."""
    assert out.ports & 1 == 0
'''
CONF = "type = 2054        # ARP\n"


class CommandTest(unittest.TestCase):
    """Calls happen in a folder of its own, which holds the function `valve`."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(text)

    def valve(self, source=SOURCE, spec=SPEC, prop=PROP):
        for name, text in (("valve.c", source), ("spec.py", spec), ("props/no_return.py", prop), ("valve.conf", CONF)):
            if text is not None:
                self.write("valve/" + name, text)

    def vigor(self, *words, timeout=120):
        return subprocess.run([VIGOR, *words], cwd=self.folder.name, capture_output=True, text=True,
                              errors="replace", timeout=timeout)

    def call(self, code, *words):
        """Calls, and holds the exit code against what it must be; answers what was printed and complained."""
        done = self.vigor(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def refused(self, *words, says):
        """A call that is answered by one line of complaint, with these words in it."""
        done = self.call(BAD_INPUT, *words)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("vigor: "), done.stderr)
        self.assertNotIn("Traceback", done.stdout + done.stderr)
        for word in says:
            self.assertIn(word, done.stderr)
        return done
