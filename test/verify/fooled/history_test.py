# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest properties over whole runs (vigor.history) that a verifier with one mistake would call proved. Each comes with
what the mistake would be, and with a twin that is proved.

VIGOR is the program."""
import os
import subprocess
import tempfile
import unittest

from fooled_test import BAD, END, PICKS_START, PROVED, REFUTED, START, UNKNOWN, VIGOR

# Who asks (byte 6 is 1) may be answered by anybody (byte 6 is 0), as long as the table knows of him. Byte 6 is 2: what is done
# then is each test's own.
ANSWERS = """\
	if (s->ports < 2)
		return PORTS_NONE;
	if (packet->data[6] == 1) {
		seen.number = now;
		return hosts_insert(s->hosts, &host, 0, now, 0, &seen) ? port_only(1) : PORTS_NONE;
	}
	if (packet->data[6] == 2) {
		%s
		return PORTS_NONE;
	}
	if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class))
		return port_only(0);
"""
NOTHING = "(void)s;"
ERASES_ANOTHER = """\
		struct host other = { 0 };

		if (packet->length < 32)
			return PORTS_NONE;
		memcpy(&other.address, packet->data + 16, 6);
		if (hosts_find(s->hosts, &other, 0, now, &seen, &slot, &class))
			hosts_erase(s->hosts, slot, now);
"""
STATE = """\
from vigor import *


class Host(Record):
    address: MacAddr


class Seen(Record):
    number: U64
    other: U64


class State:
    hosts = Table(Host, Seen, capacity=1000, lifetime=60 * 10**9%s)
"""
PROPERTY = """\
from vigor import *
from spec import Host


class Time(Record):
    at: U64


class Place(Record):
    number: U8


class Who(Record):
    address: MacAddr
    at: U64


class History:
    since: Nanoseconds
    asked = Log(Host, Time)
    also = Log(Host, Time)
    last = Log(Place, Who)


def prop(packet, before, after, out, config, history):
    '''What is claimed.'''
    if packet.length < 14:
        return
    host, asks = Host(packet.data[0, 6]), packet.data[6] == 1
    known, noted = before.hosts.get(host), history.asked.get(host)
    %(claim)s


def record(packet, before, after, out, config, history):
    if packet.length >= 14 and out.sent and packet.data[6] == 1:
        host = Host(packet.data[0, 6])
        %(record)s
"""
SAYS = """\


@invariant("%s")
def said%d(entry, state, config, history):
    '''What is said'''
    %s
"""
RECORD = "history.asked.put(host, at=now())"
ANSWERED = "assert not out.to(0) or noted is not None"
# What a host asked is known as long as an entry lives; what its table has of it is no older.
REMEMBERED = """\
if entry.at > now():
        return False
    host = state.hosts.get(entry.key)
    return not_(state.hosts.would_live(entry.at)) if host is None else host.last_use >= entry.at >> 26"""


class Histories(unittest.TestCase):
    def told(self, code, claim, *said, record=RECORD, body=NOTHING, start=None, more="", slots=""):
        """What the verifier says of a property: the claim, what is recorded of who asks, and the (table or log, invariant)."""
        with tempfile.TemporaryDirectory(prefix="vigor-fooled-") as folder:
            def write(name, text):
                os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(text)

            text = PROPERTY % {"claim": claim, "record": record} + more
            text += "".join(SAYS % (of, number, says if says.startswith("if") else "return " + says)
                            for number, (of, says) in enumerate(said))
            write("small/small.c", start if start is not None else START + ANSWERS % body + END)
            write("small/spec.py", STATE % slots)
            write("small/props/over.py", text)
            done = subprocess.run([VIGOR, "verify", "small", "--packets", "0", "--prop", "over"], cwd=folder,
                                  capture_output=True, text=True, timeout=300)
            self.assertIn(done.returncode, code if isinstance(code, tuple) else (code,), text + done.stdout + done.stderr)
            if done.returncode != BAD:
                self.assertRegex(done.stdout, "safety +proved")
            return done.stdout + done.stderr

    WAS_ASKED = "hosts", "entry.key in history.asked"

    def test_what_follows_from_what_every_packet_keeps(self):
        """Without the invariant nothing ties the table to the log; with one that is not kept, nothing does either."""
        self.told(PROVED, ANSWERED, self.WAS_ASKED)
        self.told(UNKNOWN, ANSWERED)
        self.told(REFUTED, ANSWERED, self.WAS_ASKED, record="if packet.data[7] == 0: " + RECORD)
        self.told(REFUTED, ANSWERED, self.WAS_ASKED, record="pass")

    def test_what_is_never_so_is_no_hypothesis(self):
        """Whatever is claimed would follow from it."""
        for never in ("False", "entry.number != entry.number", "entry.key.address != entry.key.address"):
            self.told(REFUTED, "assert not out.to(0)", ("hosts", never))
        self.told(REFUTED, "assert not out.to(0)", ("asked", "False"), self.WAS_ASKED)
        self.told(REFUTED, "assert not out.to(0)", ("hosts", "entry.key.address == 5"), self.WAS_ASKED)
        self.told(PROVED, "assert not out.to(0) or host.address == host.address", self.WAS_ASKED)

    def test_an_invariant_that_is_never_needed_is_still_shown(self):
        self.told((REFUTED, UNKNOWN), ANSWERED, self.WAS_ASKED, ("asked", "entry.at == 7"))
        self.told((REFUTED, UNKNOWN), ANSWERED, ("last", "entry.at == 7"), self.WAS_ASKED,
                  record=RECORD + "; history.last.put(Place(0), address=host.address, at=now())")

    def test_an_entry_that_expires_is_no_longer_there(self):
        """At the packet's time it is: who asked is in the table."""
        still = "assert noted is None or known is not None"
        self.told((REFUTED, UNKNOWN), still, ("asked", "entry.key in state.hosts"))
        self.told((REFUTED, UNKNOWN), still, ("asked", REMEMBERED))
        self.told(PROVED, "assert noted is None or known is not None or not_(before.hosts.would_live(noted.at))",
                  ("asked", REMEMBERED))

    def test_the_clock_goes_on(self):
        """What is noted is noted now. Later it was noted then."""
        self.told((REFUTED, UNKNOWN), "assert noted is None or noted.at == now()", ("asked", "entry.at == now()"))
        self.told((REFUTED, UNKNOWN), "assert noted is None or noted.at >= now()", ("asked", "entry.at >= now()"))
        self.told(PROVED, "assert noted is None or noted.at <= now()", ("asked", "entry.at <= now()"))
        self.told((REFUTED, UNKNOWN), "assert known is None or known.last_use == before.hosts.tick",
                  ("hosts", "entry.last_use == state.hosts.tick"))
        young = "%s.at <= now() and now() - %s.at < 10**9"
        self.told((REFUTED, UNKNOWN), "assert noted is None or " + young % ("noted", "noted"),
                  ("asked", young % ("entry", "entry")))

    def test_what_the_packet_itself_makes_is_not_what_it_found(self):
        """The invariant holds of the table that is left and of the log that is left, which prop does not see."""
        made = "entry = after.hosts.get(host)\n    assert entry is None or noted is not None"
        self.told(REFUTED, made, self.WAS_ASKED)
        self.told(PROVED, made.replace("after", "before"), self.WAS_ASKED)
        self.told(REFUTED, "assert not asks or not out.sent or noted is not None", self.WAS_ASKED)

    def test_another_packet_breaks_it(self):
        """Each is kept by the packet that makes the entry, and broken by one of another host."""
        last = "history.last.put(Place(0), address=host.address, at=now())"
        claim = "who = history.last.get(Place(0))\n    assert not out.to(0) or (who is not None and who.address == host.address)"
        is_last = "hosts", "Place(0) in history.last and history.last[Place(0)].address == entry.key.address"
        self.told((REFUTED, UNKNOWN), claim, is_last, record=last)
        self.told(PROVED, claim.replace("and who.address == host.address", ""), ("hosts", "Place(0) in history.last"), record=last)

        lives = "assert noted is None or known is not None or not_(before.hosts.would_live(noted.at))"
        self.told((REFUTED, UNKNOWN), lives, ("asked", REMEMBERED), body=ERASES_ANOTHER)
        self.told(PROVED, ANSWERED, self.WAS_ASKED, body=ERASES_ANOTHER)

    def test_a_log_is_not_empty(self):
        self.told(REFUTED, "assert noted is None", self.WAS_ASKED)
        self.told(REFUTED, "assert known is None", self.WAS_ASKED)
        self.told((REFUTED, UNKNOWN), "assert not asks or noted is None", self.WAS_ASKED)

    def test_what_was_written_last_stands(self):
        zero, is_zero = "assert noted is None or noted.at == 0", ("asked", "entry.at == 0")
        puts_zero = RECORD.replace("now()", "0")
        self.told(PROVED, zero, is_zero, record=RECORD + "; " + puts_zero)
        self.told(REFUTED, zero, is_zero, record=puts_zero + "; " + RECORD)
        self.told(REFUTED, zero, is_zero, record=RECORD + "; history.also.put(host, at=0)")
        self.told(REFUTED, zero, is_zero, record=RECORD + "; history.asked.put(Host(5), at=0)")

    def test_an_unknown_has_any_value_and_one(self):
        since = "if now() >= history.since: " + RECORD
        both = "assert not out.to(0) or history.since >> 26 >= known.last_use or noted is not None"
        newer = "hosts", "history.since >> 26 >= entry.last_use or entry.key in history.asked"
        self.told(PROVED, both, newer, record=since)
        self.told((REFUTED, UNKNOWN), ANSWERED, self.WAS_ASKED, record=since)
        for value in ("== 0", "<= now()", ">= now()", "!= 5"):
            self.told((REFUTED, UNKNOWN), "assert history.since " + value, self.WAS_ASKED)
        self.told((REFUTED, UNKNOWN), "assert noted is None or noted.at == history.since", ("asked", "entry.at == history.since"))
        self.told(PROVED, "assert noted is None or noted.at == history.since", ("asked", "entry.at == history.since"),
                  record="history.asked.put(host, at=history.since)")

    def test_what_other_entries_decide_is_refused(self):
        """Which others are present at a later time is not known."""
        refused = "does not count entries, nor ask for slots"
        for says in ("state.hosts.count <= 1000", "not_(state.hosts.full)", "entry.slot < 1000",
                     "state.hosts.at(0) is not None"):
            told = self.told(BAD, ANSWERED, ("hosts", says), self.WAS_ASKED, slots=", slots=True")
            self.assertIn(refused, told)
        self.told(PROVED, "assert before.hosts.count <= 1000\n    " + ANSWERED, self.WAS_ASKED)

    def test_an_invariant_asks_nothing_about_the_packet(self):
        """This packet's would be assumed where it comes, and shown of what it leaves."""
        for says in ("if Packet(0, False).length < 14:\n        return False\n    return Packet(0, False).data[6] == 1",
                     "Packet(0, False).port == 1", "Packet(1, False).length > 0"):
            told = self.told(BAD, "assert not out.to(0)", ("hosts", says), self.WAS_ASKED)
            self.assertIn("asks nothing about a packet", told)

    def test_a_pure_function_writes_nothing_down(self):
        """All its cases are followed before one is known to be meant."""
        noting = ("\n\n@pure\ndef note(history, host, yes):\n    if yes:\n"
                  "        history.asked.put(host, at=now())\n    return (1,)\n")
        told = self.told(BAD, ANSWERED, self.WAS_ASKED, record="note(history, host, packet.data[7] == 0)", more=noting)
        self.assertIn("pure function writes no history", told)

    def test_invariants_that_are_kept_are_no_claim(self):
        never = "if host.address == 5 and host.address == 6:\n        assert False"
        self.assertIn("says nothing", self.told(BAD, never, self.WAS_ASKED))
        self.assertIn("says nothing", self.told(BAD, never, self.WAS_ASKED, record="assert now() >= 0; " + RECORD))


if __name__ == "__main__":
    unittest.main()
