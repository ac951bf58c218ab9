# SPDX-License-Identifier: BSD-3-Clause
"""The policer and its specification agree on generated traffic, and the traffic is good enough: mistakes put into
the policer one at a time are all noticed.

VIGOR_HOST drives a function; VIGOR_POLICER is policer.so; VIGOR_COMPILE compiles @INPUT@ to @OUTPUT@ (one word a line).
"""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(TOP, "spec")]
import generate
from vigor import trial

HOST = os.environ["VIGOR_HOST"]
COMPILE = os.environ["VIGOR_COMPILE"].split("\n")
FOLDER = os.path.join(TOP, "nf", "policer")

# Each of the five hosts on a side gets some 150 bytes a second, and now and then nothing for a minute.
CONFIGURATION = """
rate = 97
burst = 700
policed = {}
prefix4 = {}
prefix6 = {}
capacity4 = 4
capacity6 = 4
forget = 8s
full = {}
[pairs]
inside = 0
outside = 1
"""
CONFIGURATIONS = [
    ("downstream", 32, 128, "drop"), ("downstream", 32, 128, "pass"),
    ("upstream", 31, 127, "pass"), ("upstream", 24, 64, "drop"),
]

MISTAKES = [
    # in policer.c
    ("not charged", "policer.c", "token_bucket_take(&bucket, &policer->rate, now, packet->length)",
     "token_bucket_take(&bucket, &policer->rate, now, 0)"),
    ("the header is free", "policer.c", "&policer->rate, now, packet->length)",
     "&policer->rate, now, packet->length - 14)"),
    ("never put back", "policer.c", "	if (known)\n		subscribers_set(&policer->subscribers, who, slot, now, &bucket);",
     "	if (known)\n		(void)slot;"),
    ("put back where it passes only", "policer.c", "	if (known)\n		subscribers_set",
     "	if (known && !paid)\n		return false;\n	if (known)\n		subscribers_set"),
    ("a full table drops in any case", "policer.c", "return policer->full_passes != 0;", "return false;"),
    ("a full table passes in any case", "policer.c", "return policer->full_passes != 0;", "return true;"),
    ("a full table meters", "policer.c", "return policer->full_passes != 0;", "return paid;"),
    ("both directions policed", "policer.c",
     "carried == CARRIES_OTHER || upstream != (policer->upstream != 0)", "carried == CARRIES_OTHER"),
    ("the other direction policed", "policer.c",
     "carried == CARRIES_OTHER || upstream != (policer->upstream != 0)",
     "carried == CARRIES_OTHER || upstream == (policer->upstream != 0)"),
    ("not whole passes", "policer.c", "	if (carried == CARRIES_BROKEN)\n		return false;",
     "	if (carried == CARRIES_BROKEN)\n		return true;"),
    ("what is not IP is dropped", "policer.c", "return type == ETHER_NONE ? CARRIES_BROKEN : CARRIES_OTHER;",
     "return CARRIES_BROKEN;"),
    ("total length not looked at", "policer.c", "return (total >= size) & (total <= length - ETHER_HEADER);",
     "return total >= size;"),
    ("extension headers not looked at", "policer.c", ".stop != IPV6_BROKEN;", ".stop <= IPV6_BROKEN;"),
    ("too many extension headers are broken", "policer.c", ".stop != IPV6_BROKEN;", ".stop < IPV6_TOO_MANY;"),
    # in subscribers.h
    ("by source downstream", "subscribers.h", "(upstream ? IPV4_SOURCE : IPV4_DESTINATION)", "IPV4_SOURCE"),
    ("by the wrong end", "subscribers.h", "(upstream ? IPV6_SOURCE : IPV6_DESTINATION)",
     "(upstream ? IPV6_DESTINATION : IPV6_SOURCE)"),
    ("prefix4 ignored", "subscribers.h", "address & all->mask4", "address"),
    ("prefix6 stops at 64", "subscribers.h", " & all->mask6[1]);", " & 0);"),
    ("masked in the machine's order", "subscribers.h", "uint32_t address = bytes_be32(",
     "uint32_t address = bytes_raw32("),
    ("stale time", "subscribers.h",
     "	const struct bucket kept = { .tokens = bucket->tokens, .last = bucket->last };\n\n	if",
     "	const struct bucket kept = { .tokens = bucket->tokens, .last = now & ~(uint64_t)0xffffff };\n\n	if"),
]


class AgreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.so = {}

    def check(self, so, seed, configuration=CONFIGURATIONS[0], count=3000):
        """What the comparison says of a function on the trace of a seed."""
        traffic = os.path.join(self.folder, f"{seed}-{count}")
        if not os.path.exists(traffic):
            with contextlib.redirect_stdout(io.StringIO()):
                generate.main(traffic, count, seed)
        conf = os.path.join(traffic, "policer.conf")
        with open(conf, "w") as file:
            file.write(CONFIGURATION.format(*configuration))
        return trial.check(so, FOLDER, conf, host=HOST,
                           pcaps=[os.path.join(traffic, f"in{port}.pcap") for port in range(2)])

    def compiled(self, name="", old="", new=""):
        """The policer with this change of the file of that name."""
        folder = os.path.join(self.folder, "mistaken")
        os.makedirs(folder, exist_ok=True)
        for file in ("policer.c", "subscribers.h"):
            with open(os.path.join(FOLDER, file)) as original:
                text = original.read()
            if file == name:
                self.assertEqual(text.count(old), 1, "the text to be changed is not there once")
                text = text.replace(old, new)
            with open(os.path.join(folder, file), "w") as changed:
                changed.write(text)
        path = os.path.join(folder, "policer")
        words = {"@INPUT@": path + ".c", "@OUTPUT@": path + ".so", "@DEPFILE@": path + ".d"}
        subprocess.run([words.get(word, word) for word in COMPILE] + ["-w"], check=True, timeout=60)
        return path + ".so"

    def test_no_difference(self):
        for seed, configuration in enumerate(CONFIGURATIONS):
            found = self.check(os.environ["VIGOR_POLICER"], seed, configuration, 5000)
            self.assertEqual((found["code"], found["packets"]), (trial.SAME, 5000), found["text"])
            self.assertGreater(found["sent"], 2000)
            self.assertGreater(found["dropped"], 500)

    def test_the_source_as_it_is_agrees_too(self):
        so = self.compiled()
        for configuration in CONFIGURATIONS:
            self.assertEqual(self.check(so, 1, configuration)["code"], trial.SAME)

    def test_each_mistake_is_noticed(self):
        for name, *change in MISTAKES:
            with self.subTest(name):
                so = self.compiled(*change)
                self.assertTrue(any(self.check(so, 1, configuration)["code"] == trial.DIFFERENT
                                    for configuration in CONFIGURATIONS))


if __name__ == "__main__":
    unittest.main()
