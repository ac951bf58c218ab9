# SPDX-License-Identifier: BSD-3-Clause
"""vigor.trial on the real firewall, and on firewalls with a mistake in them: what is right passes, what is
wrong is found and told packet-exact.

VIGOR_HOST is vigor-host; VIGOR_LIBVIG the folder of libVig; VIGOR_RUN vigor-run, or unset."""

import json
import os
import random
import struct
import subprocess
import tempfile
import unittest

import support as s
from support import ACK, FIN, INSIDE4, INSIDE6, OUTSIDE4, OUTSIDE6, RST, SECOND, SYN

from vigor import capture, dissect, trial
from vigor.host import Host

HOST, LIBVIG, RUN = os.environ["VIGOR_HOST"], os.environ["VIGOR_LIBVIG"], os.environ.get("VIGOR_RUN")
FIREWALL = os.path.join(s.ROOT, "nf", "firewall")
CONF = "capacity4 = 4\ncapacity6 = 3\n[pairs]\ninside = 0\noutside = 1\n"
FLAGS = ("-std=c11 -O2 -fPIC -shared -fvisibility=hidden -fno-stack-protector -Wall -Wextra -Werror"
         " -Wno-unused-parameter -Wno-unused-function").split()

BUILT = tempfile.TemporaryDirectory()


def build(name, *changes):
    """The firewall's file, these (old, new) texts of its source changed."""
    folder = os.path.join(BUILT.name, name)
    so = folder + ".so"
    if os.path.exists(so):
        return so
    os.mkdir(folder)
    source, header = s.read("nf", "firewall", "firewall.c"), s.read("nf", "firewall", "flows.h")
    for old, new in changes:
        assert (source + header).count(old) == 1, old
        source, header = source.replace(old, new), header.replace(old, new)
    s.write(os.path.join(folder, "firewall.c"), source)
    s.write(os.path.join(folder, "flows.h"), header)
    subprocess.run(["gcc", *FLAGS, "-I" + folder, "-I" + s.ROOT, os.path.join(folder, "firewall.c"), "-o", so,
                    os.path.join(LIBVIG, "libvig.so")], check=True)
    return so


def some_packet(chance):
    """(port, frame): of few flows, so that they meet, and of every kind that the firewall knows."""
    port = chance.randrange(2)
    back = port == 1
    four = chance.random() < 0.5
    src, dst = (INSIDE4, OUTSIDE4) if four else (INSIDE6, OUTSIDE6)
    if back:
        src, dst = dst, src
    frame = s.frame4 if four else s.frame6
    client = 1000 + chance.randrange(4)
    ends = (80, client) if back else (client, 80)
    kind = chance.randrange(10)
    if kind < 3:
        flags = chance.choice((SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, SYN | RST))
        return port, frame(6, s.tcp(flags, *ends), src=src, dst=dst)
    if kind < 5:
        return port, frame(17, s.udp(*ends), src=src, dst=dst)
    if kind == 5:
        number, request, reply = (1, 8, 0) if four else (58, 128, 129)
        return port, frame(number, s.icmp(reply if back else request, client), src=src, dst=dst)
    if kind == 6:
        return port, an_error(chance, four, src, dst, ends)
    if kind == 7:
        return port, a_fragment(chance, four, src, dst, ends)
    if kind == 8:
        return port, s.arp() if chance.random() < 0.5 else s.frame(0x88CC, bytes(46))
    whole = frame(17, s.udp(*ends), src=src, dst=dst)
    return port, whole[:chance.randrange(len(whole))]


def an_error(chance, four, src, dst, ends):
    """An ICMP error that quotes what its receiver may have sent."""
    transport = s.udp(*reversed(ends))[:8]
    if four:
        quote = s.ipv4(17, transport, src=dst, dst=src, total=30)
        return s.frame4(1, s.icmp(chance.choice((3, 11, 12, 5)), payload=quote), src=src, dst=dst)
    quote = s.ipv6(17, transport, src=dst, dst=src, size=10)
    return s.frame6(58, s.icmp(chance.choice((1, 2, 3, 4, 137)), payload=quote), src=src, dst=dst)


def a_fragment(chance, four, src, dst, ends):
    offset = chance.choice((0, 0, 185))
    if four:
        return s.frame4(17, s.udp(*ends), src=src, dst=dst, fragment=0x2000 | offset)
    return s.frame6(44, s.fragment6(17, offset, 1) + s.udp(*ends), src=src, dst=dst)


def a_trace(count, seed):
    """[(port, time, frame)]: bursts, pauses that some flows do not outlive, and pauses that none does."""
    chance = random.Random(seed)
    now, trace = 10**18, []
    for _ in range(count):
        now += chance.choice((0, 1000, SECOND, SECOND, 30 * SECOND)) if chance.random() < 0.98 else \
            chance.choice((100, 400, 9000)) * SECOND
        trace.append((*some_packet(chance), now))
    return [(port, now, frame) for port, frame, now in trace]


class TrialTest(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.conf = self.path("firewall.conf")
        s.write(self.conf, CONF)

    def path(self, name):
        return os.path.join(self.place, name)

    def captures(self, trace, name="in"):
        paths = [self.path("%s%d.pcap" % (name, port)) for port in range(2)]
        for port, path in enumerate(paths):
            capture.write(path, [(now, frame) for of, now, frame in trace if of == port])
        return paths

    def check(self, so, trace, **more):
        return trial.check(so, FIREWALL, self.conf, 2, self.captures(trace), host=HOST, **more)

    def agrees(self, result, packets):
        self.assertEqual((result["code"], result["packets"]), (trial.SAME, packets), result["text"])
        self.assertEqual(result["sent"] + result["dropped"], packets)

    def differs(self, result, *expected):
        self.assertEqual(result["code"], trial.DIFFERENT, result)
        for text in expected:
            self.assertIn(text, result["text"])

    def bad(self, result, expected):
        self.assertEqual(result["code"], trial.BAD, result)
        self.assertIn(expected, result["text"])


class Right(TrialTest):
    def test_a_trace_of_everything(self):
        seen = []
        result = self.check(build("right"), a_trace(6000, 1), progress=seen.append, dump_every=1000)
        self.agrees(result, 6000)
        self.assertGreater(min(result["sent"], result["dropped"]), 1000)
        self.assertEqual(seen[-1], 6000)

    def test_the_table_was_full_and_flows_expired(self):
        """Else the trace would not say much."""
        trace = a_trace(6000, 1)
        with Host(HOST, build("right"), 2, self.conf) as host:
            host.start()
            for port, now, frame in trace:
                host.step(port, now, frame)
            host.tell(["figures %d" % trace[-1][1]])
            refused = {line.split()[1]: int(line.split()[4]) for line in host.answers()}
        self.assertGreater(min(refused["flows4"], refused["flows6"]), 50)

    def test_without_packets(self):
        self.agrees(self.check(build("right"), []), 0)

    def test_too_long(self):
        result = self.check(build("right"), [(0, 5, QUERY), (0, 6, bytes(1518)), (0, 400 * SECOND, bytes(1519))])
        self.agrees(result, 2)
        self.assertEqual(result["too_long"], 1)

    def test_options_on_top_of_the_configuration(self):
        other = [(0, 5, s.frame(0x88CC, bytes(46)))]
        self.assertEqual(self.check(build("right"), other)["sent"], 0)
        self.assertEqual(self.check(build("right"), other, options={"other": (1, 0)})["sent"], 1)


class Mutants(TrialTest):
    """Each is found on the trace that the right one passes."""

    def mutant(self, name, *changes, expected):
        self.differs(self.check(build(name, *changes), a_trace(6000, 1)), "packet ", "function: ", "specification: ",
                     *expected)

    def test_a_state_that_is_never_entered(self):
        self.mutant("state", ("tcp.class = ESTABLISHED;", "tcp.class = OPENING;"), expected=["flows", "class 1", "class 0", "SYN"])

    def test_an_answer_that_does_not_refresh(self):
        self.mutant("refresh", ("return flows_refresh(&fw->flows, &key, packet->hint, now, &unused, &slot);",
                                "return flows_find(&fw->flows, &key, packet->hint, now, &unused, &slot);"),
                    expected=["both:           sent out of port 0", "last used at tick"])

    def test_a_forgotten_fin(self):
        self.mutant("fin", ("tcp.ends.fin_outside = 1;", "(void)0;"), expected=["fin_outside=0", "fin_outside=1"])

    def test_a_packet_too_many(self):
        self.mutant("open", ("return crossing.outbound || live;", "return crossing.outbound || now % 7 != 0;"),
                    expected=["TCP", "dropped", "sent out of port 0"])

    def test_a_byte(self):
        self.mutant("byte", ("	return crossing.outbound || live;",
                             "	packet->data[20] ^= 9;\n	return crossing.outbound || live;"),
                    expected=["the bytes differ from byte 20 on", "> ", "0010 "])

    def test_a_crash(self):
        self.mutant("crash", ("static bool\ntcp_opens(uint64_t flags)\n{",
                              "static bool\ntcp_opens(uint64_t flags)\n{\n	if (flags & TCP_RST) __builtin_trap();"),
                    expected=["crashed SIGILL at packet"])

    def test_another_capacity(self):
        result = self.check(build("capacity", ("\"flows4\", option[OPTION_CAPACITY4].lo",
                                               "\"flows4\", option[OPTION_CAPACITY4].lo + 1")), [])
        self.differs(result, "table 'flows4'", "30, 5 and", "30, 4 and")

    def test_another_layout(self):
        self.bad(self.check(build("layout", ("FIELD(u8, fin_inside) FIELD(u8, fin_outside)",
                                             "FIELD(u8, fin_outside) FIELD(u8, fin_inside)")), []),
                 "fin_outside (1 bytes), fin_inside (1 bytes) in the function, and as fin_inside (1 bytes)")

    def test_another_name(self):
        self.bad(self.check(build("name", ("\"flows4\", option", "\"flows5\", option")), []), "has a table 'flows4'")


class BadInput(TrialTest):
    def test_files(self):
        right = build("right")
        self.bad(trial.check(right, FIREWALL, self.conf, 2, [self.path("none")], host=HOST), "No such file")
        self.bad(trial.check(self.path("none"), FIREWALL, self.conf, 2, host=HOST), "No such file")
        self.bad(trial.check(right, self.place, self.conf, 2, host=HOST), "no function spec")
        self.bad(trial.check(right, FIREWALL, self.path("none"), 2, host=HOST), "No such file")
        self.bad(trial.check(right, FIREWALL, self.conf, 2, host=self.path("none")), "No such file")
        self.bad(trial.check(right, FIREWALL, self.conf, 1, host=HOST), "outside")
        self.bad(trial.check(right, FIREWALL, self.conf, 2, ["a", "b", "c"], host=HOST), "more captures than ports")

    def test_a_specification_that_fails(self):
        text = s.read("nf", "firewall", "spec.py")
        broken = text.replace("            return True\n        case IP()",
                              "            return packet.data[9999]\n        case IP()", 1)
        self.assertNotEqual(text, broken)
        s.write(self.path("spec.py"), broken)
        result = trial.check(build("right"), self.place, self.conf, 2, self.captures([(0, 1, b""), (0, 1, s.arp())]),
                             host=HOST)
        self.bad(result, "the specification fails on packet 2")
        self.assertIn("spec.py:", result["text"])
        self.assertEqual(result["packets"], 1)


class Recorded(TrialTest):
    def record(self, trace, so=None):
        """The log and the captures of a run, as vigor-run makes them."""
        lines, outs = [], ([], [])
        with Host(HOST, so or build("right"), 2, self.conf) as host:
            host.start()
            for port, now, frame in trace:
                mask, sent = host.step(port, now, frame)
                lines.append("%d %d %d %#x" % (port, now, len(frame), mask))
                for out in range(2):
                    if mask >> out & 1:
                        outs[out].append((now, sent))
        return lines, outs

    def recorded(self, trace, lines, outs):
        s.write(self.path("log"), "".join(line + "\n" for line in lines))
        paths = [self.path("out%d" % port) for port in range(2)]
        for path, frames in zip(paths, outs):
            capture.write(path, frames)
        return trial.check(build("right"), FIREWALL, self.conf, 2, self.captures(trace), self.path("log"), paths, HOST)

    def setUp(self):
        super().setUp()
        self.trace = a_trace(2000, 2)
        self.lines, self.outs = self.record(self.trace)

    def test_right(self):
        self.agrees(self.recorded(self.trace, self.lines, self.outs), 2000)

    def test_not_shown(self):
        self.trace.insert(7, (0, self.trace[6][1], bytes(2000)))
        self.lines.insert(7, "0 %d 2000 -" % self.trace[6][1])
        result = self.recorded(self.trace, self.lines, self.outs)
        self.agrees(result, 2000)
        self.assertEqual(result["too_long"], 1)

    def test_another_port(self):
        at = next(at for at, line in enumerate(self.lines) if line.endswith("0x2"))
        self.lines[at] = self.lines[at][:-1] + "1"
        self.differs(self.recorded(self.trace, self.lines, self.outs), "log:%d: packet %d" % (at + 1, at + 1),
                     "sent out of port 0", "sent out of port 1")

    def test_another_byte(self):
        now, frame = self.outs[1][5]
        self.outs[1][5] = now, frame[:13] + bytes([frame[13] ^ 1]) + frame[14:]
        self.differs(self.recorded(self.trace, self.lines, self.outs), "packet 6 of its capture is another",
                     "the bytes differ from byte 13 on")

    def test_one_too_many_or_too_few(self):
        more = self.outs[0], self.outs[1] + [(10**18, b"more")]
        self.differs(self.recorded(self.trace, self.lines, more), "port 1: its capture holds more than the")
        fewer = self.outs[0][:-1], self.outs[1]
        self.differs(self.recorded(self.trace, self.lines, fewer), "port 0, whose capture ends before it")

    def test_another_function(self):
        lines, outs = self.record(self.trace, build("open", ("return crossing.outbound || live;",
                                                             "return crossing.outbound || now % 7 != 0;")))
        self.differs(self.recorded(self.trace, lines, outs), "sent out of port 0", "dropped")

    def test_does_not_belong_together(self):
        self.bad(self.recorded(self.trace[:-1], self.lines, self.outs), "no such packet in the capture")
        self.bad(self.recorded(self.trace, self.lines[:-1], self.outs), "capture")
        self.bad(self.recorded(self.trace, ["0 1 2"], self.outs), "port time length ports")
        self.bad(self.recorded(self.trace, ["0 1 9999 0x0"], self.outs), "9999 bytes")

    @unittest.skipUnless(RUN, "VIGOR_RUN is not set")
    def test_a_real_run(self):
        ins = self.captures(self.trace)
        outs = [self.path("run%d" % port) for port in range(2)]
        subprocess.run([RUN, build("right"), "--conf", self.conf, "--trace-time", "--log", self.path("log"),
                        *[word for pair in zip(ins, outs) for word in ("--port", "pcap:%s:%s" % pair)]],
                       check=True, capture_output=True, timeout=60)
        result = trial.check(build("right"), FIREWALL, self.conf, 2, ins, self.path("log"), outs, HOST)
        self.agrees(result, 2000)
        lines, outs = self.record(capture.merge(ins))  # the same order, where two ports' times are equal
        with open(self.path("log"), encoding="ascii") as file:
            self.assertEqual(file.read().split(), " ".join(lines).split())


class Choices(TrialTest):
    """A function that chooses a label for each sender, and by which of two ports a packet leaves: test/verify/prove/label."""

    LABEL = "test", "verify", "prove", "label"
    OFF_THE_TABLE = "seen.packet.data[14, 2]", "seen.state.labels[sender].label"

    def setUp(self):
        super().setUp()
        self.source = s.read(*self.LABEL, "label.c")
        self.spec = s.read(*self.LABEL, "spec.py")
        chance = random.Random(4)
        self.trace = [(chance.randrange(3), now * SECOND, bytes(11) + bytes([chance.randrange(150)]) + chance.randbytes(8))
                      for now in range(1000)]

    def build(self, *changes):
        source = self.source
        for old, new in changes:
            self.assertEqual(source.count(old), 1, old)
            source = source.replace(old, new)
        s.write(self.path("label.c"), source)
        subprocess.run(["gcc", *FLAGS, "-I" + s.ROOT, self.path("label.c"), "-o", self.path("label.so"),
                        os.path.join(LIBVIG, "libvig.so")], check=True)
        return self.path("label.so")

    def played(self, *changes, spec=("", ""), log=None, outs=()):
        s.write(self.path("spec.py"), self.spec.replace(*spec))
        captures = [self.path("in%d.pcap" % port) for port in range(3)]
        for port, path in enumerate(captures):
            capture.write(path, [(now, frame) for of, now, frame in self.trace if of == port])
        return trial.check(self.build(*changes), self.place, None, 3, captures, log, outs, HOST)

    def test_whatever_it_chooses(self):
        for changes in ((), [("packet->data[14] << 8 | packet->data[15] | 1", "packet->data[11] + 1")]):
            for spec in (("", ""), self.OFF_THE_TABLE):
                self.agrees(self.played(*changes, spec=spec), 1000)

    def test_not_allowed(self):
        nothing = "packet->data[14] << 8 | packet->data[15] | 1", "0"
        for spec in (("", ""), self.OFF_THE_TABLE):
            self.differs(self.played(nothing, spec=spec), "function:       sent out of port 1", "spec.py:27: the choice of the"
                         " network function is 0 (0x0), which is not allowed: where value != 0")

    def test_chosen_twice(self):
        other = "packet->data + 14, label.label", "packet->data + 14, (uint16_t)(label.label ^ 4)"
        self.differs(self.played(other), "labels[", "label")
        self.differs(self.played(other, spec=self.OFF_THE_TABLE), "the bytes differ from byte 15 on")

    def test_no_choice_but_a_crash(self):
        crash = "\treturn port_only", "\tif (packet->data[11] == 3)\n\t\t__builtin_trap();\n\treturn port_only"
        self.differs(self.played(crash), "function:       crashed")
        self.differs(self.played(crash, spec=("otherwise=1,", "otherwise=0,")), "function:       crashed", "where value != 0")

    def test_of_a_run_that_was(self):
        lines, outs = [], [[], [], []]
        with Host(HOST, self.build(), 3) as host:
            host.start()
            for port, now, frame in self.trace:
                mask, sent = host.step(port, now, frame)
                lines.append("%d %d %d %#x" % (port, now, len(frame), mask))
                for out in range(3):
                    if mask >> out & 1:
                        outs[out].append((now, sent))
        s.write(self.path("log"), "".join(line + "\n" for line in lines))
        paths = [self.path("out%d.pcap" % port) for port in range(3)]

        def recorded(**more):
            for path, frames in zip(paths, outs):
                capture.write(path, frames)
            return self.played(log=self.path("log"), **{"outs": paths, **more})

        self.agrees(recorded(), 1000)
        self.bad(recorded(outs=()), "the captures that the run wrote are needed")
        self.bad(recorded(spec=self.OFF_THE_TABLE), "a log does not tell what the function keeps in 'labels'")
        now, frame = outs[1][0]
        outs[1][0] = now, frame[:14] + bytes(2) + frame[16:]
        self.differs(recorded(), "log:", "which is not allowed: where value != 0")


REPLY = s.frame4(17, s.udp(53, 1000), src=OUTSIDE4, dst=INSIDE4)
QUERY = s.frame4(17, s.udp(1000, 53))


class Replay(TrialTest):
    def replay(self, so, kind, *packets, folder=FIREWALL, **more):
        case = {"so": so, "spec": folder, "property": None, "kind": kind, "ports": 2, "claim": "it is wrong",
                "options": {"capacity4": [3, 0]}, "lists": {"pairs": [[0, 1]]},
                "packets": [{"port": port, "time": now, "hex": data.hex()} for port, now, data in packets], **more}
        s.write(self.path("case.json"), json.dumps(case))
        return trial.replay(self.place, HOST)

    def confirmed(self, result, *expected):
        self.assertTrue(result["confirmed"], result["text"])
        self.assertEqual(result["code"], trial.DIFFERENT)
        for text in expected:
            self.assertIn(text, result["text"])

    def denied(self, result):
        self.assertFalse(result["confirmed"], result["text"])
        self.assertEqual(result["code"], trial.SAME)
        self.assertIn("not confirmed", result["text"])

    def test_specification(self):
        sequence = (0, 0, QUERY), (1, 0, REPLY), (1, 301 * SECOND, REPLY)
        self.denied(self.replay(build("right"), "spec", *sequence))
        wrong = build("forever", ("[UDP] = option[OPTION_UDP].lo,", "[UDP] = 2 * option[OPTION_UDP].lo,"))
        result = self.replay(wrong, "spec", *sequence)
        self.confirmed(result, "lifetimes")
        result = self.replay(build("deaf", ("return crossing.outbound || live;", "return crossing.outbound;")), "spec",
                             (0, 0, s.frame4(6, s.tcp(SYN))),
                             (1, 0, s.frame4(6, s.tcp(SYN | ACK, 80, 1000), src=OUTSIDE4, dst=INSIDE4)))
        self.confirmed(result, "claim: it is wrong", "packet 1: by port 0 at 0.000000000 s", "10.0.0.1:1000 > 192.0.2.7:80"
                       " TCP SYN", "sent out of port 1", "packet 2: by port 1", "TCP SYN+ACK", "dropped")
        self.assertLess(result["text"].index("packet 1"), result["text"].index("packet 2"))
        self.assertTrue(result["text"].endswith("confirmed: the function itself does this"))

    def test_capture(self):
        self.replay(build("right"), "spec", (0, 5, QUERY), (1, 7, REPLY))
        self.assertEqual(list(capture.read(self.path("packets.pcap"))), [(5, QUERY), (7, REPLY)])

    def test_property(self):
        sequence = (0, 0, QUERY), (1, 5 * SECOND, REPLY)
        self.denied(self.replay(build("right"), "property", *sequence, property="refresh"))
        wrong = build("refresh", ("return flows_refresh(&fw->flows, &key, packet->hint, now, &unused, &slot);",
                                  "return flows_find(&fw->flows, &key, packet->hint, now, &unused, &slot);"))
        self.confirmed(self.replay(wrong, "property", *sequence, property="refresh"), "property refresh is violated",
                       "refresh.py:", "last_use == flows.tick")
        self.denied(self.replay(wrong, "property", *sequence, property="no_unsolicited"))

    def test_property_of_the_wire(self):
        leak = build("open", ("return crossing.outbound || live;", "return crossing.outbound || now % 7 != 0;"))
        answer = s.frame4(6, s.tcp(ACK, 80, 1000), src=OUTSIDE4, dst=INSIDE4)
        self.confirmed(self.replay(leak, "property", (1, 8, answer), property="no_unsolicited"), "sent out of port 0")
        self.denied(self.replay(leak, "property", (1, 7, answer), property="no_unsolicited"))

    def test_property_without_specification(self):
        os.mkdir(self.path("props"))
        s.write(self.path("props/all.py"), "def prop(packet, before, after, out, config):\n"
                "    \"\"\"Everything is sent.\"\"\"\n    assert out.sent\n")
        self.confirmed(self.replay(build("right"), "property", (1, 0, REPLY), folder=".", property="all"), "out.sent")
        self.denied(self.replay(build("right"), "property", (0, 0, QUERY), folder=".", property="all"))

    def test_property_over_several_packets(self):
        """What the earlier packets did is in its history; and one that an earlier packet violates is violated."""
        syn, ack = s.frame4(6, s.tcp(SYN)), s.frame4(6, s.tcp(ACK, 80, 1000), src=OUTSIDE4, dst=INSIDE4)
        sequence = (0, 0, syn), (1, 5 * SECOND, ack), (1, 6 * SECOND, ack)
        self.denied(self.replay(build("right"), "property", *sequence, property="answers_only"))
        leak = build("open", ("return crossing.outbound || live;", "return crossing.outbound || now % 7 != 0;"))
        late = (0, 0, syn), (1, 9000 * SECOND, ack)
        self.denied(self.replay(leak, "property", *late, property="answers_only"))
        self.confirmed(self.replay(leak, "property", *late, property="no_unsolicited"))
        for before, after in (((), ()), ((), late), (((0, 0, s.arp()),), ())):
            answered = self.replay(leak, "property", *before, (1, 1, ack), *after, property="answers_only")
            self.confirmed(answered, "property answers_only is violated", "answers_only.py:")
            self.assertEqual(answered["text"].count("function: "), len(before) + 1)

    def test_property_that_is_not_kept(self):
        """The invariants of a history are held against every entry that a packet changes, too."""
        folder = self.path("apart")
        os.makedirs(os.path.join(folder, "props"))
        s.write(os.path.join(folder, "spec.py"), s.read("nf", "firewall", "spec.py"))
        forgets = s.read("nf", "firewall", "props", "answers_only.py").replace("put(flow,", "put(Flow4(0, 0, 0, 0, 0, 0),")
        s.write(os.path.join(folder, "props", "answers_only.py"), forgets)
        told = self.replay(build("right"), "property", (0, 0, s.arp()), (0, 1, QUERY), folder=folder, property="answers_only")
        self.confirmed(told, "invariant asked_for4 is not kept", "answers_only.py:")

    def test_property_whose_function_does_not_survive(self):
        crash = build("crash", ("static bool\ntcp_opens(uint64_t flags)\n{",
                                "static bool\ntcp_opens(uint64_t flags)\n{\n	if (flags & TCP_RST) __builtin_trap();"))
        reset = (0, 0, s.frame4(6, s.tcp(RST)))
        self.denied(self.replay(crash, "property", reset, (1, 1, REPLY), property="answers_only"))

    def test_safety(self):
        self.denied(self.replay(build("right"), "safety", (0, 0, QUERY), (1, 0, REPLY), (0, 1, b"")))
        reads = build("reads", ("	uint64_t flags = packet->data[seen.l4 + TCP_FLAGS];",
                                "	uint64_t flags = packet->data[seen.l4 + TCP_FLAGS + 8];"))
        syn = s.frame4(6, s.tcp(SYN))
        self.confirmed(self.replay(reads, "safety", (0, 0, QUERY), (0, 0, syn)), "crashed SIGSEGV at packet 2")
        self.denied(self.replay(reads, "safety", (0, 0, QUERY), (0, 0, syn + bytes(8))))
        beyond = build("beyond", ("? crossing.pair.outside :", "? crossing.pair.outside + 1 :"))
        self.denied(self.replay(beyond, "safety", (1, 0, REPLY)))
        self.confirmed(self.replay(beyond, "safety", (1, 0, REPLY), (0, 0, QUERY)), "there is no port 2")
        self.denied(self.replay(beyond, "safety", (0, 0, QUERY), ports=3))

    def test_bad_input(self):
        self.bad(trial.replay(self.path("none"), HOST), "No such file")
        right = build("right")
        self.bad(self.replay(right, "spec"), "it has packets")
        self.bad(self.replay(right, "else", (0, 0, b"")), "its kind is")
        self.bad(self.replay(right, "property", (0, 0, b""), property="none"), "no property 'none'")
        self.bad(self.replay(right, "spec", (0, 0, b""), options={"capacity5": [1, 0]}), "no option \"capacity5\"")
        self.bad(self.replay(right, "spec", (0, 0, b""), options=3), "case.json")
        self.bad(self.replay(right, "spec", (2, 0, b"")), "there is no port 2")
        s.write(self.path("case.json"), "{")
        self.bad(trial.replay(self.place, HOST), "Expecting")

    def test_as_a_program(self):
        self.replay(build("right"), "spec", (0, 0, QUERY))
        environment = {**os.environ, "PYTHONPATH": os.path.join(s.ROOT, "spec")}
        for words in (["replay", self.place], ["check", FIREWALL, *self.captures([(0, 0, QUERY)]),
                                               "--so", build("right"), "--conf", self.conf]):
            done = subprocess.run(["/usr/bin/python3", "-m", "vigor.trial", *words, "--host", HOST], env=environment,
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


class Captures(TrialTest):
    FRAMES = [(1_600_000_000_123_456_789, b"abc"), (1_600_000_001_000_000_000, b""), (1_600_000_001_000_000_001, b"d")]

    def file(self, content):
        with open(self.path("file"), "wb") as file:
            file.write(content)
        return self.path("file")

    def test_pcap(self):
        for order, magic, unit in (("<", 0xA1B23C4D, 1), (">", 0xA1B23C4D, 1), ("<", 0xA1B2C3D4, 1000),
                                   (">", 0xA1B2C3D4, 1000)):
            content = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 99, 1)
            for stamp, data in self.FRAMES:
                content += struct.pack(order + "IIII", stamp // SECOND, stamp % SECOND // unit, len(data), 60) + data
            self.assertEqual(list(capture.read(self.file(content))),
                             [(stamp // unit * unit, data) for stamp, data in self.FRAMES])

    def test_pcapng(self):
        def block(order, kind, body):
            body += bytes(-len(body) % 4)
            return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)

        for order in "<>":
            content = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
            content += block(order, 1, struct.pack(order + "HHI", 1, 0, 0))
            content += block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + struct.pack(order + "HHB3x", 9, 1, 9))
            content += block(order, 5, b"statistics..")
            for stamp, data in self.FRAMES:
                content += block(order, 6, struct.pack(order + "IIIII", 1, stamp >> 32, stamp & 0xFFFFFFFF, len(data),
                                                       99) + data)
            micro = self.FRAMES[0][0] // 1000
            content += block(order, 6, struct.pack(order + "IIIII", 0, micro >> 32, micro & 0xFFFFFFFF, 1, 1) + b"e")
            self.assertEqual(list(capture.read(self.file(content))), self.FRAMES + [(micro * 1000, b"e")])

    def test_broken(self):
        whole = self.file(b"")
        capture.write(whole, self.FRAMES)
        with open(whole, "rb") as file:
            content = file.read()
        for broken in (b"", b"nonsense", content[:10], content[:-1], content[:45], content[:20] + b"\x65" + content[21:],
                       content[:32] + b"\xff\xff\xff\x7f" + content[36:]):
            with self.assertRaises(capture.CaptureError):
                list(capture.read(self.file(broken)))

    def test_order(self):
        paths = [self.path(name) for name in ("a", "b")]
        capture.write(paths[0], [(5, b"1"), (3, b"2"), (9, b"3")])
        capture.write(paths[1], [(5, b"4"), (8, b"5")])
        self.assertEqual(list(capture.merge(paths)), [(0, 5, b"1"), (0, 5, b"2"), (1, 5, b"4"), (1, 8, b"5"),
                                                      (0, 9, b"3")])


class Dissection(unittest.TestCase):
    def test_lines(self):
        for data, expected in (
                (b"", "0 bytes: too short"), (s.arp(), "ARP"), (QUERY, "10.0.0.1:1000 > 192.0.2.7:53 UDP, 2 bytes"),
                (s.frame6(6, s.tcp(SYN | ACK)), "[2001:db8::1]:1000 > [2001:db9::2]:80 TCP SYN+ACK, 0 bytes"),
                (s.frame4(17, s.udp(), fragment=0x2000), "fragment at 0, more follow"),
                (s.frame4(17, s.udp(), fragment=10), "UDP, 10 bytes, fragment at 80, the last"),
                (s.frame6(44, s.fragment6(17, 2, 1) + bytes(8)), "after fragment at 16, more follow"),
                (s.frame4(1, s.icmp(3, payload=s.ipv4(17, s.udp()[:8], total=30))), "unreachable (code 0) about {IPv4 "
                 "10.0.0.1:1000 > 192.0.2.7:53 UDP"),
                (s.frame4(1, s.icmp(8)), "ICMP echo request, identifier 77"),
                (s.frame4(17, s.udp(), options=bytes(4)), "4 bytes of options"), (QUERY + bytes(9), "9 bytes of padding"),
                (s.frame4(17, s.udp(), total=99), "length says 99 of 30"), (s.frame(0x8100, bytes(9)), "802.1Q"),
                (s.frame4(47, b"abc"), "protocol 47, 3 bytes"), (s.frame4(6, b"abc"), "TCP, 3 bytes: too short")):
            self.assertIn(expected, dissect.line(data))

    def test_nothing_is_refused(self):
        chance = random.Random(5)
        for port, now, data in a_trace(300, 3):
            for cut in range(0, len(data), 3):
                noise = bytearray(data[:cut])
                for _ in range(3 if noise else 0):
                    noise[chance.randrange(len(noise))] = chance.randrange(256)
                self.assertTrue(dissect.line(bytes(noise)))

    def test_dump(self):
        self.assertEqual(dissect.dump(b"0123456789abcdef!"),
                         "    0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
                         "    0010  21%s  !" % (" " * 45))


def tearDownModule():
    BUILT.cleanup()


if __name__ == "__main__":
    unittest.main()
