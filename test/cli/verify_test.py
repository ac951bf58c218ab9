# SPDX-License-Identifier: GPL-2.0-or-later
"""vigor verify: each verdict with its exit code, its report, and the files that it leaves."""
import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
import unittest
import unittest.mock

from cases import BAD_INPUT, BUILD, CommandTest, HERE, PROP, PROVED, REFUTED, SOURCE, SPEC, TOP, UNKNOWN, VIGOR

UNSAFE = SOURCE.replace("packet->length < 14", "packet->length < 13")
OVERFLOWS = SOURCE.replace(HERE, "	const int scaled = (int)packet->length * 2000000;\n\n"
                           "	if (scaled / 2000000 != (int)packet->length)\n		return PORTS_NONE;\n")
WRONG = SOURCE.replace("? port_only(1) : PORTS_NONE", "? port_only(1) : port_only(packet->length == 99 ? 1 : 40)"
                       ).replace("port_only(packet->length == 99 ? 1 : 40)", "(port_set)(packet->length == 99) << 1")
SLOPPY = SOURCE.replace("packet->port != 0 || ", "")

# A tag of four bytes pushed in front (as IEEE 802.1Q's stands after the addresses).
PUSHES = SOURCE.replace(HERE, """\
	if (!packet_grow_front(packet, 4))
		return PORTS_NONE;
	for (uint32_t i = 0; i < 12; i++)
		packet->data[i] = packet->data[i + 4];
	packet->data[12] = 0x81;
	packet->data[13] = 0;
	packet->data[14] = 0;
	packet->data[15] = 7;
	return port_only(1);
""")
HALF_WRITTEN = PUSHES.replace("for (uint32_t i = 0;", "for (uint32_t i = 1;")
# What was behind the packet goes into its first byte, and the packet is as long as before.
COPIED = SOURCE.replace(HERE, """\
	if (!packet_grow_back(packet, 1))
		return PORTS_NONE;
	packet->data[0] = packet->data[packet->length - 1];
	packet_trim_back(packet, 1);
	return port_only(1);
""")
PADDED = COPIED.replace("packet->data[0] = packet->data[packet->length - 1];\n	packet_trim_back(packet, 1);",
                        "packet->data[packet->length - 1] = 0;")

# A station's 16th packet is lost: a state that the proof knows to be wrong, and not how to reach.
COUNTS = """\
#include "libvig/flow_table.h"
#include "libvig/vig.h"
#include "nf/nf.h"

#define STATION(FIELD) FIELD(mac, address)
#define COUNT(FIELD) FIELD(u64, packets)
RECORD(station, STATION)
RECORD(count, COUNT)
FLOW_TABLE(stations, station, count, 1, 2)

const struct nf_option nf_options[] = { { .name = NULL } };

void *
nf_init(struct nf_env *env)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { UINT64_C(3600000000000) } };

	return env->ports < 2 ? NULL : stations_new(env->vig, "stations", 1000, &times);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	struct station from;
	struct count count = { 0 };
	uint32_t slot, class;

	if (packet->port != 0 || packet->length < 14)
		return PORTS_NONE;
	memcpy(&from.address, packet->data + 6, 6);
	(void)stations_find(state, &from, 0, now, &count, &slot, &class);
	count.packets += count.packets < 1000;
	(void)stations_insert(state, &from, 0, now, 0, &count);
	return count.packets == 16 ? PORTS_NONE : port_only(1);
}
"""
COUNTS_SPEC = '''\
from vigor import *


class Station(Record):
    address: MacAddr


class Count(Record):
    packets: U64


class State:
    stations = Table(Station, Count, capacity=1000, lifetime=3600 * 10**9)


def spec(packet, state, config):
    if packet.port != 0 or packet.ethernet is None:
        return drop()
    station = Station(packet.ethernet.src)
    known = state.stations.get(station)
    count = 0 if known is None else known.packets
    state.stations.insert(station, packets=count + 1 if count < 1000 else count)
    return forward(packet, to=1)
'''


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class VerifyTest(CommandTest):
    def json(self, code, *words):
        return json.loads(self.call(code, "verify", "valve", "--json", *words).stdout)

    def goals(self, verdict):
        return {goal["name"]: goal["verdict"] for goal in verdict["goals"]}

    def test_proved_and_reported_as_text(self):
        self.valve()
        told = self.call(PROVED, "verify", "valve").stdout
        self.assertRegex(told, r"^valve: PROVED   \d+ paths, \d+ obligations, 1 property   \d+\.\d s\n")
        for goal, title in (("safety", "every access is owned"), ("spec", "egress, every byte"),
                            ("no_return", "Nothing leaves by port 0"), ("undefined behaviour", "UBSan")):
            self.assertRegex(told, rf"\n  {goal} +proved +.*{title}")
        self.assertNotIn("\033", told)
        self.assertFalse(os.path.exists(self.path("valve.counterexample")))

    def test_explained(self):
        self.valve()
        told = self.call(PROVED, "verify", "valve", "--explain", "--length", "200").stdout
        with open(os.path.join(TOP, "doc", "trust.md"), encoding="utf-8") as file:
            entries = re.findall(r"^\*\*(TRUST-[A-Z0-9-]+)\.\*\*", file.read(), re.M)
        self.assertEqual(re.findall(r"TRUST-[A-Z0-9-]+", told), entries)
        self.assertIn("packets up to 200 bytes, up to 32 ports", told)
        self.assertIn(sha256(self.path("valve/build/valve.so")), told)

    def test_proved_and_reported_as_json(self):
        self.valve()
        verdict = self.json(PROVED)
        self.assertEqual((verdict["name"], verdict["verdict"], verdict["counterexample"]), ("valve", "proved", None))
        self.assertEqual(verdict["bounds"], {"length": 1518, "ports": 32})
        self.assertEqual([goal["name"] for goal in verdict["properties"]], ["no_return"])
        self.assertEqual({goal["kind"] for goal in verdict["goals"]}, {"safety", "replay", "spec", "property", "undefined"})
        self.assertEqual(set(self.goals(verdict).values()), {"proved"})
        for key in ("paths", "sanitized_paths", "replayed", "obligations", "seconds", "peak_kib"):
            self.assertGreater(verdict[key], 0, key)
        self.assertEqual(verdict["nf_sha256"], sha256(self.path("valve/build/valve.so")))
        self.assertEqual(verdict["libvig_sha256"], sha256(os.path.join(BUILD, "libvig", "libvig.so.0")))
        self.assertEqual(verdict["tool_sha256"], sha256(VIGOR))

    def test_the_verdict_stays_beside_the_function(self):
        self.valve()
        verdict = self.json(PROVED)
        with open(self.path("valve/build/valve.so.verdict.json")) as file:
            self.assertEqual(json.load(file), verdict)

    def test_more_packets_where_the_proof_has_a_suspicion(self):
        self.valve(COUNTS, COUNTS_SPEC, prop=None)
        os.remove(self.path("valve/valve.conf"))
        self.assertEqual(self.goals(self.json(UNKNOWN, "--packets", "0"))["spec"], "unknown")
        found = self.json(REFUTED, "--packets", "100")  # too few by themselves
        self.assertEqual((self.goals(found), found["counterexample"]["confirmed"]), ({"spec": "refuted"}, True))
        self.assertGreaterEqual(len(found["counterexample"]["packets"]), 16)

    def test_a_part_leaves_no_verdict(self):
        self.valve()
        self.assertEqual(self.goals(self.json(PROVED, "--safety")), {"safety": "proved", "undefined behaviour": "proved"})
        self.assertEqual(self.goals(self.json(PROVED, "--prop", "no_return")),
                         {"safety": "proved", "replay": "proved", "no_return": "proved"})
        self.assertFalse(os.path.exists(self.path("valve/build/valve.so.verdict.json")))

    def test_safety_needs_no_specification(self):
        self.valve(spec=None, prop=None)
        self.call(PROVED, "verify", "valve", "--safety")

    def test_one_process_after_the_other_finds_the_same(self):
        self.valve()
        side_by_side, alone = self.json(PROVED), self.json(PROVED, "--jobs", "1")
        for verdict in (side_by_side, alone):
            del verdict["seconds"], verdict["peak_kib"]
        self.assertEqual(side_by_side, alone)

    def test_a_second_solver_agrees(self):
        self.valve()
        for words in ((), ("--jobs", "1"), ("--safety",)):
            verdict = self.json(PROVED, "--certify", *words)
            self.assertEqual(self.goals(verdict)["certified"], "proved")
            self.assertGreater(sum(goal["obligations"] for goal in verdict["goals"] if goal["name"] == "certified"), 0)

    def test_a_second_solver_that_does_not_agree_leaves_all_open(self):
        self.valve()
        for answer, says in (("cat \"$3\" >/dev/null; echo sat", "cvc5 that it can"), ("echo unknown", "in time"),
                             ("true", "in time"), ("exit 1", "cvc5 failed"), ("echo unsat; echo nonsense", "nonsense")):
            self.write("bin/cvc5", "#!/bin/sh\n%s\n" % answer)
            os.chmod(self.path("bin/cvc5"), 0o755)
            with unittest.mock.patch.dict(os.environ, PATH=self.path("bin") + ":" + os.environ["PATH"],
                                          TMPDIR=self.path("bin")):
                verdict = self.json(UNKNOWN, "--certify")
            self.assertEqual(self.goals(verdict)["certified"], "unknown", answer)
            told = " ".join(goal["reason"] for goal in verdict["goals"])
            self.assertIn(says, told)

    def test_the_specification_is_part_of_the_verdict(self):
        self.valve()
        hashes = {self.json(PROVED)["spec_sha256"]}
        self.write("valve/spec.py", SPEC + "\n# more\n")
        hashes.add(self.json(PROVED)["spec_sha256"])
        self.write("valve/props/no_return.py", PROP + "\n# more\n")
        hashes.add(self.json(PROVED)["spec_sha256"])
        self.assertEqual(len(hashes), 3)

    def test_what_is_grown_is_written(self):
        for source in (PUSHES, PADDED):
            self.valve(source=source, spec=None, prop=None)
            self.call(PROVED, "verify", "valve", "--safety")

    def test_what_the_buffer_held_is_not_sent(self):
        for source, says in ((HALF_WRITTEN, "neither received nor written"), (COPIED, "free space around the packet")):
            self.valve(source=source, spec=None, prop=None)
            told = " ".join(self.call(REFUTED, "verify", "valve", "--safety").stdout.split())
            self.assertIn(says, told)
            self.assertIn("with bytes that nobody wrote", told)

    def test_refuted_by_packets_that_were_made_up(self):
        self.valve(source=SLOPPY)
        told = self.call(REFUTED, "verify", "valve", "--jobs", "1").stdout  # the packets first: side by side either may win
        self.assertRegex(told, r"valve: REFUTED   by packets that were made up   \d")
        self.assertIn("A counterexample to spec, confirmed on the function itself", told)
        self.assertRegex(told, r"type = \d+")
        self.assertIn("confirmed: the function itself does this", told)
        self.assertIn("confirmed", self.call(REFUTED, "replay", "valve.counterexample").stdout)
        self.assertFalse(os.path.exists(self.path("valve.counterexample.trial")))
        verdict = self.json(REFUTED, "--jobs", "1")
        self.assertEqual(self.goals(verdict), {"spec": "refuted"})
        found = verdict["counterexample"]
        self.assertTrue(found["confirmed"])
        self.assertEqual(len(found["packets"]), 1)
        self.assertEqual(set(found["options"]), {"type"})

    def test_made_up_packets_are_no_proof(self):
        self.valve()
        verdict = self.json(PROVED, "--packets", "100")
        self.assertEqual(verdict["tried"], 100)
        self.assertGreater(verdict["paths"], 0)
        self.assertEqual(self.json(PROVED, "--packets", "0")["tried"], 0)

    def test_check_makes_packets_up_without_captures(self):
        self.valve()
        self.assertIn("300 packets made up, no difference", self.call(0, "check", "valve", "--packets", "300").stdout)
        self.valve(source=SLOPPY)
        told = self.call(REFUTED, "check", "valve", "--packets", "300", "--out", "found").stdout
        self.assertIn("specification:", told)
        self.assertIn("confirmed", self.call(REFUTED, "replay", "found").stdout)

    def test_refuted_by_the_specification(self):
        self.valve(source=WRONG)
        told = self.call(REFUTED, "verify", "valve", "--packets", "0").stdout
        self.assertIn("valve: REFUTED", told)
        self.assertRegex(told, r"\n  spec +refuted ")
        self.assertIn("A counterexample to spec, confirmed on the function itself", told)
        self.assertRegex(told, r"type = \d+")
        self.assertIn("sent out of port 1", told)
        self.assertIn("valve.c:", told)
        for name in ("case.json", "packets.pcap", "replay.txt"):
            self.assertTrue(os.path.exists(self.path("valve.counterexample", name)), name)
        replayed = self.call(REFUTED, "replay", "valve.counterexample").stdout
        self.assertIn("confirmed: the function itself does this", replayed)
        with open(self.path("valve/build/valve.so.verdict.json")) as file:
            self.assertEqual(json.load(file)["verdict"], "refuted")

    def test_a_counterexample_that_was_repaired_is_no_longer_one(self):
        self.valve(source=WRONG)
        self.call(REFUTED, "verify", "valve", "--out", "found")
        self.valve()
        self.call(0, "build", "valve")
        self.assertIn("not confirmed", self.call(0, "replay", "found").stdout)

    def test_refuted_by_a_property(self):
        self.valve(prop=PROP.replace("out.ports & 1 == 0", "out.ports & 2 == 0").replace("port 0", "port 1"))
        case = self.json(REFUTED, "--prop", "no_return")["counterexample"]
        self.assertEqual((case["kind"], case["property"], case["confirmed"]), ("property", "no_return", True))
        self.assertEqual(case["folder"], "valve.counterexample")
        packet = case["packets"][-1]
        self.assertEqual(packet["port"], 0)
        self.assertEqual(int(packet["hex"][24:28], 16), case["options"]["type"][0])

    def test_refuted_by_an_access_beyond_the_packet(self):
        self.valve(source=UNSAFE)
        case = self.json(REFUTED)["counterexample"]
        self.assertEqual((case["goal"], case["kind"]), ("safety", "safety"))
        self.assertEqual(len(case["packets"][-1]["hex"]), 2 * 13)

    def test_refuted_by_undefined_behaviour_alone(self):
        self.valve(source=OVERFLOWS)
        for jobs in ("1", "2"):
            verdict = self.json(REFUTED, "--jobs", jobs)
            self.assertEqual(self.goals(verdict)["undefined behaviour"], "refuted")
            self.assertEqual(self.goals(verdict)["spec"], "proved")
            self.assertTrue(verdict["counterexample"]["so"].endswith("/valve.trap.so"))
            self.assertGreaterEqual(len(verdict["counterexample"]["packets"][-1]["hex"]), 2 * 1074)
        self.call(REFUTED, "replay", "valve.counterexample.undefined")

    def test_unknown_when_an_instruction_is_not_understood(self):
        self.valve(source=SOURCE.replace(HERE, '	uint32_t lo, hi;\n	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));\n'
                                               "	if (lo == hi)\n		return PORTS_NONE;\n"))
        told = self.call(UNKNOWN, "verify", "valve").stdout
        self.assertIn("valve: UNKNOWN", told)
        self.assertIn("valve.c:", told)

    def test_unknown_when_a_loop_has_no_bound(self):
        self.valve(source=SOURCE.replace(HERE, '	while (packet->length > 100)\n		__asm__ volatile("" ::: "memory");\n'))
        told = self.call(UNKNOWN, "verify", "valve", "--packets", "0").stdout
        self.assertIn("valve.c:", told)
        self.assertIn("loop", told)

    def test_unknown_when_time_is_up(self):
        self.valve(spec=SPEC.replace("def spec(", "while True:\n    pass\n\n\ndef spec(").replace(
            "while True:\n    pass", "n = 0\nwhile n < 10**10:\n    n = n + 1"))
        verdict = self.json(UNKNOWN, "--timeout", "2")
        self.assertIn("--timeout", " ".join(goal["reason"] for goal in verdict["goals"]))
        self.assertLess(verdict["seconds"], 20)

    def test_nothing_is_proved_when_nothing_is_demanded(self):
        self.valve(spec=None, prop=None)
        self.refused("verify", "valve", says=["neither spec.py nor props"])
        self.valve(spec="from vigor import *\n", prop=None)
        self.refused("verify", "valve", says=["spec.py", "no property"])

    def test_a_property_that_no_packet_reaches_is_none(self):
        self.valve(prop=PROP.replace("    assert", "    if packet.port == 40:\n        assert"))
        self.refused("verify", "valve", says=["says nothing"])

    def test_our_own_functions(self):
        folder = os.path.join(TOP, "nf", "nop")
        told = self.call(PROVED, "verify", folder).stdout
        self.assertTrue(told.startswith("nop: PROVED"))
        self.assertTrue(os.path.exists(os.path.join(BUILD, "nf", "nop", "nop.so.verdict.json")))
        self.assertFalse(os.path.exists(os.path.join(folder, "build")))

    def test_a_copy_of_ours_is_not_ours(self):
        shutil.copytree(os.path.join(TOP, "nf", "nop"), self.path("nop"))
        self.call(PROVED, "verify", "nop")
        self.assertTrue(os.path.exists(self.path("nop/build/nop.so")))

    def test_what_changed_is_built_again(self):
        self.valve()
        self.call(PROVED, "verify", "valve")
        self.valve(source=WRONG)
        self.call(REFUTED, "verify", "valve")

    def test_on_a_terminal_there_are_colours_and_a_bar(self):
        self.valve(prop=None)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([VIGOR, "verify", "valve"], cwd=self.folder.name, stdout=theirs, stderr=theirs,
                                   env={name: value for name, value in os.environ.items() if name != "NO_COLOR"})
        os.close(theirs)
        told = b""
        try:
            while some := os.read(ours, 4096):
                told += some
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
        os.close(ours)
        self.assertEqual(process.wait(60), PROVED)
        self.assertIn(b"valve: \033[1;32mPROVED\033[0m", told)
        self.assertIn(b"\r\033[K", told)

    def test_a_result_that_cannot_be_written(self):
        self.valve()
        with open("/dev/full", "w") as full:
            done = subprocess.run([VIGOR, "verify", "valve"], cwd=self.folder.name, stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=60)
        self.assertEqual(done.returncode, BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
