# SPDX-License-Identifier: BSD-3-Clause
"""A network function and its specification side by side, on real packets.

check   plays captures through both, or holds a recorded run against the specification
replay  plays a counterexample on the function itself: is what the verifier claims what it does?

Both run the function's own file with the real libVig (vigor.host), so neither relies on the verifier."""

import argparse
import json
import os
import sys

from vigor import capture, dissect
from vigor._load import explain, load
from vigor.capture import CaptureError
from vigor.concrete import Done, Observer, Reference
from vigor.errors import NotAllowed, SpecError, misuse
from vigor.host import BATCH, FILL, FunctionEnded, Host, HostError, key_line, packet_line, read_sent

SAME, DIFFERENT, BAD = 0, 1, 3  # exit codes: bad is the input, or the specification itself
SHOWN = 5                       # differences of a kind that are told one by one


class TrialError(Exception):
    """What was given does not belong together, or cannot be tried."""


class Difference(Exception):
    """Function and specification part ways: the text tells how, packet-exact."""


BAD_INPUT = (TrialError, HostError, CaptureError, SpecError, OSError, ValueError)


class Step:
    """One packet: what came, and what the specification makes of it."""

    def __init__(self, number, port, now, data):
        self.number = number
        self.port = port
        self.now = now
        self.data = data
        self.mask = 0
        self.sent = b""
        self.entries = []  # (table, key, entry or None) of each key that was looked up or changed
        self.live = {}     # table: how many entries are present
        self.answer = None  # of the function, if it was asked already: (mask, sent), or why it ended

    def text(self):
        return "packet %d: by port %d at %s\n    %s\n%s" % (
            self.number, self.port, dissect.time(self.now), dissect.line(self.data), dissect.dump(self.data))


class Trial:
    """A function, started, and its specification."""

    def __init__(self, host, loaded, ports):
        self.host = host
        self.loaded = loaded
        self.layouts = layouts(loaded, host)
        options, lists = configuration(loaded, host)
        self.reference = Reference(loaded, options, ports, lists, watched=False)
        self.steps = 0
        self.now = 0
        self._names = [table["name"] for table in loaded.tables]
        self._slotted = [table["name"] for table in loaded.tables if table["slots"]]
        self._ended = False
        for name in self._slotted:
            self.reference.choose_slots(name, lambda key, name=name: self._slot(name, key))
        self._compare_limits()

    @property
    def asks_first(self):
        """Which slot a new entry gets is the function's choice, and so is what the specification leaves to it: it takes each
        step before the specification does."""
        return bool(self._slotted) or self.loaded.chooses

    def _slot(self, name, key):
        """Where the function has put a key that the specification stores now; None: it has not."""
        slot = None if self._ended else self.host.slot(self.layouts[name], key, self.now)
        owner = self.reference.slots(name).get(slot)
        if owner is not None or (slot is not None and slot >= self.layouts[name].capacity):
            record = self.loaded.record(name, "key")
            raise Difference("the function keeps %s of '%s' in slot %d, %s" % (
                dissect.record(record, key), name, slot,
                "which is not below the capacity" if owner is None else "as it does " + dissect.record(record, owner)))
        return slot

    def _compare_limits(self):
        for name, layout in self.layouts.items():
            has = layout.shift, layout.capacity, layout.lifetimes
            must = self.reference.limits(name)
            if has != must:
                raise Difference("table '%s': shift, capacity and lifetimes (in ticks) are %s, %s and %s in the function;"
                                 " the specification has %s, %s and %s" % (name, *has, *must))

    def expect(self, port, now, data):
        """The next step, as the specification has it."""
        self.steps += 1
        self.now = now
        step = Step(self.steps, port, now, data)
        if self.asks_first:
            step.answer = self._ask(step)
        try:
            step.mask, step.sent = self.reference.step(data, port, now, self._done(step))
        except Difference as difference:
            raise Difference("%s\n  %s" % (step.text(), difference)) from None
        except NotAllowed as refused:
            did = step.answer if self._ended else outcome(step.answer[0], data, step.answer[1])
            raise Difference(sides_text(step, did, place(refused))) from None
        except Exception as error:
            raise TrialError("the specification fails on %s\n%s" % (step.text(), place(error))) from error
        for name, keys in self.reference.touched().items():
            entries = self.reference.entries_of(name, keys)
            step.entries += [(name, key, entry) for key, entry in zip(keys, entries)]
        step.live = {name: self.reference.live(name) for name in self._names}
        self._hold_invariants(step)
        return step

    def _hold_invariants(self, step):
        try:
            broken = self.reference.broken()
        except Exception as error:
            raise TrialError("an invariant fails on %s\n%s" % (step.text(), place(error))) from error
        if broken:
            raise Difference("%s\n%s" % (step.text(), broken_text(self.loaded, broken[0], self.reference.entries)))

    def _done(self, step):
        """What the function did, if it was asked first and lived: if it did not, no choice matters."""
        if step.answer is None or self._ended:
            return None
        return Done(*step.answer, lambda table, key: self._entry_now(table, key))

    def _entry_now(self, table, key):
        self.host.tell([key_line("entry", self.layouts[table], key, self.now)])
        return self.entry(table, self.host.answer())

    def _ask(self, step):
        self.host.tell([packet_line(step.port, step.now, step.data)])
        try:
            return read_sent(self.host.answer())
        except FunctionEnded as ended:
            self._ended = True
            return ended

    def lines(self, step):
        """What is asked of the function for this step."""
        asked = [packet_line(step.port, step.now, step.data)] if step.answer is None else []
        for name, key, entry in step.entries:
            asked.append(key_line("entry", self.layouts[name], key, step.now))
        if self._names:
            asked.append("figures %d" % step.now)
        return asked

    def compare(self, step):
        """Reads what the function answers; returns the ports. Raises Difference."""
        try:
            mask, found = self._differences(step)
        except FunctionEnded as ended:
            raise Difference(sides_text(step, ended, dissect.ports(step.mask))) from None
        if found:
            raise Difference("%s\n%s" % (step.text(), "\n".join(found)))
        return mask

    def _differences(self, step):
        if isinstance(step.answer, FunctionEnded):
            raise step.answer
        mask, sent = read_sent(self.host.answer()) if step.answer is None else step.answer
        differs = packet_differences(step, mask, sent)
        wire = differs or ["  both:           %s" % dissect.ports(mask)]
        found = []
        for name, key, entry in step.entries:
            has = self.entry(name, self.host.answer())
            if has != entry:
                found.append(self.entry_difference(name, key, has, entry))
        for line in self.host.answers() if self._names else []:
            word, name, live, *rest = line.split(" ")
            if name in step.live and int(live) != step.live[name]:
                found.append("  live entries of %s: %s in the function, %d in the specification" % (
                    name, live, step.live[name]))
        return mask, wire + found if found or differs else []

    def entry(self, name, line):
        """An answer to "entry": (class, value, tick), or None."""
        if line == "absent":
            return None
        word, kind, tick, value = line.split(" ")
        return int(kind), self.layouts[name].decode("value", value), int(tick)

    def entry_difference(self, name, key, has, must):
        return "  %s[%s]\n    function:       %s\n    specification:  %s" % (
            name, dissect.record(self.loaded.record(name, "key"), key), entry_text(self.loaded, name, has),
            entry_text(self.loaded, name, must))

    def compare_tables(self):
        """Holds all entries of all tables, as they are after the last step, against the specification's.
        Raises Difference."""
        for name in self._names:
            (has, slots), must = self.host.dump_all(self.layouts[name], self.now), self.reference.entries(name)
            if name in self._slotted and {slots[key]: key for key in slots} != self.reference.slots(name):
                raise Difference("after packet %d, at %s: entries of '%s' have changed their slots" % (
                    self.steps, dissect.time(self.now), name))
            keys = [key for key in {**must, **has} if has.get(key) != must.get(key)]
            if keys:
                told = [self.entry_difference(name, key, has.get(key), must.get(key)) for key in keys[:SHOWN]]
                raise Difference("after packet %d, at %s: %d entries of '%s' differ\n%s" % (
                    self.steps, dissect.time(self.now), len(keys), name, "\n".join(told)))


def sides_text(step, did, must):
    return "%s\n  function:       %s\n  specification:  %s" % (step.text(), did, must)


def entry_text(loaded, name, entry):
    if entry is None:
        return "absent"
    kind, value, tick = entry
    return "class %d, last used at tick %d, %s" % (kind, tick, dissect.record(loaded.record(name, "value"), value))


def broken_text(loaded, broken, entries_of):
    invariant, table, key = broken
    return "  invariant %s does not hold of an entry that is left\n  %s[%s]\n    %s" % (
        invariant, table, dissect.record(loaded.record(table, "key"), key),
        entry_text(loaded, table, entries_of(table)[key]))


def configuration(loaded, host):
    """(options, lists) for a Reference: what the function has for each option of the specification."""
    options, lists = host.configuration()
    values, records = {}, {name: [] for name, kind in loaded.options if loaded.is_list(name)}
    for name in loaded.pairs:
        records[name] = [(inside[0], outside[0]) for inside, outside in lists.get(name, [])]
    for listed in loaded.listed:
        sizes = [size for field, size in listed["key"] + listed["value"]]
        records[listed["name"]] = [listed_record(listed["name"], record, sizes)
                                   for record in lists.get(listed["name"], [])]
    for routes in loaded.routes:
        sizes = [size for field, size in routes["value"]]
        records[routes["name"]] = [(tuple(prefix), *listed_record(routes["name"], rest, sizes))
                                   for prefix, *rest in lists.get(routes["name"], [])]
    for name, kind in loaded.options:
        if loaded.is_list(name):
            continue
        if name not in options:
            raise TrialError("the specification has an option '%s', the function has none of that name" % name)
        else:
            low, high = options[name]
            values[name] = (high, low) if kind == "IPv6Addr" else (low, high) if kind == "Prefix4" else low
    return values, records


def listed_record(name, record, sizes):
    """A record of a list option as a Reference takes it."""
    if len(record) != len(sizes):
        raise TrialError("a record of list '%s' has %d fields in the function, and %d in the specification"
                         % (name, len(record), len(sizes)))
    return tuple((high, low) if size == 16 else low for (low, high), size in zip(record, sizes))


def layouts(loaded, host):
    """How the function lays out the records of each table of the specification; those of its lists are as it says."""
    tables = host.tables()
    for table in loaded.tables:
        layout = tables.get(table["name"])
        if layout is None:
            raise TrialError("the specification has a table '%s', the function has none of that name" % table["name"])
        if not table["value"]:
            layout.fields["value"] = []  # what the specification has no word for is not compared
        compare_layout("table", layout, table)
    lists = host.lists()
    for listed in loaded.listed:
        if listed["name"] not in lists:
            raise TrialError("the specification has a list '%s', the function has none of that name" % listed["name"])
        compare_layout("list", lists[listed["name"]], listed)
    for routes in loaded.routes:
        if routes["name"] not in lists:
            raise TrialError("the specification has routes '%s', the function has none of that name" % routes["name"])
        compare_layout("routes", lists[routes["name"]], {"key": [], **routes})
    return {table["name"]: tables[table["name"]] for table in loaded.tables}


def compare_layout(what, layout, declared):
    for part in ("key", "value"):
        has = [(name, size) for name, offset, size, order in layout.fields[part]]
        if has != declared[part]:
            raise TrialError("the %s of %s '%s' is laid out as %s in the function, and as %s in the specification"
                             % (part, what, declared["name"], fields(has), fields(declared[part])))


def fields(members):
    return ", ".join("%s (%d bytes)" % member for member in members) or "nothing"


def place(error):
    """Where in a specification an exception came from, and what it says."""
    file, line, message = explain(error)
    return "%s:%d: %s" % (file, line, message) if file else message


def packet_differences(step, mask, sent):
    """How what became of the packet differs from what must: [] if it does not. What is dropped has no bytes."""
    if sent is None:
        return ["  function:       left the packet outside its buffer"]
    if mask == step.mask and (mask == 0 or sent == step.sent):
        return []
    found = ["  function:       %s" % dissect.ports(mask), "  specification:  %s" % dissect.ports(step.mask)]
    if mask and step.mask and sent != step.sent:
        found.append(bytes_difference(sent, step.sent))
    return found


def bytes_difference(has, must, sides=("function", "specification")):
    at = next((at for at, (a, b) in enumerate(zip(has, must)) if a != b), min(len(has), len(must)))
    return ("  the bytes differ from byte %d on (%d bytes by the %s, %d by the %s)\n  %s:\n    %s\n%s\n  %s:\n    %s\n%s") % (
        at, len(has), sides[0], len(must), sides[1], sides[0], dissect.line(has), dissect.dump(has), sides[1],
        dissect.line(must), dissect.dump(must))


class Counts:
    """What a check has come to."""

    def __init__(self, progress):
        self.packets = self.sent = self.dropped = self.too_long = 0
        self._progress = progress

    def add(self, mask):
        self.packets += 1
        self.sent += mask != 0
        self.dropped += mask == 0

    def report(self):
        if self._progress is not None:
            self._progress(self.packets)

    def result(self, code, text):
        return {"code": code, "text": text, "packets": self.packets, "sent": self.sent, "dropped": self.dropped,
                "too_long": self.too_long}


def check(so, folder, conf=None, ports=2, pcaps=(), log=None, outs=(), host="vigor-host", progress=None, *,
          options=None, lists=None, limit=1518, dump_every=10_000):
    """Plays captures through the function and its specification, and compares after each packet the ports that it
    leaves by, every byte, the entries that it looked up or changed and how many are live; every dump_every
    packets, and at the end, all entries.

    so       the function's file
    folder   of its specification
    conf     its .conf file, or None; options and lists, as Host.start has them, are set on top of it
    pcaps    one capture a port, from port 0; played in their own time, as `vigor-run --trace-time` does
    log      the log of a run instead: the function is not run again, but what the log says it did with pcaps,
             and the captures `outs` that it wrote, are compared (ports and bytes)
    limit    frames longer than this are not shown to the function
    progress called with the number of packets so far, now and then

    Returns {"code": SAME, DIFFERENT or BAD, "text": what was found, "packets": …, "sent": …, "dropped": …,
    "too_long": …}."""
    counts = Counts(progress)
    try:
        if len(pcaps) > ports or len(outs) > ports:
            raise TrialError("there are more captures than ports")
        loaded = load(folder)
        with Host(host, so, ports, conf) as running:
            if log is None:
                running.start(options, lists)
                trial = Trial(running, loaded, ports)
                play(trial, capture.merge(pcaps), counts, limit, dump_every)
            else:
                Recorded(running, loaded, ports, pcaps, outs).compare(log, counts)
        return counts.result(SAME, "%d packets, no difference" % counts.packets)
    except (Difference, FunctionEnded) as difference:
        return counts.result(DIFFERENT, str(difference))
    except BAD_INPUT as error:
        return counts.result(BAD, str(error))


class Batch:
    """Steps that the specification has taken and the function has not yet: so neither waits for the other often."""

    def __init__(self, trial, counts):
        self.trial = trial
        self.counts = counts
        self.steps, self.lines, self.size = [], [], 0

    def add(self, step):
        asked = self.trial.lines(step)
        size = sum(map(len, asked)) + len(asked)
        if self.size + size > BATCH:
            self.finish()
        self.steps.append(step)
        self.lines += asked
        self.size += size

    def finish(self):
        """Lets the function catch up, and compares."""
        self.trial.host.tell(self.lines)
        for step in self.steps:
            self.counts.add(self.trial.compare(step))
        self.counts.report()
        self.steps, self.lines, self.size = [], [], 0


def play(trial, frames, counts, limit, dump_every):
    batch = Batch(trial, counts)
    for port, now, data in frames:
        if len(data) > limit:
            counts.too_long += 1
            continue
        try:
            step = trial.expect(port, now, data)
        except TrialError:
            batch.finish()  # a difference before it comes first
            raise
        batch.add(step)
        if trial.asks_first:
            batch.finish()
        if trial.steps % dump_every == 0:
            batch.finish()
            trial.compare_tables()
    batch.finish()
    trial.compare_tables()


UNTOLD = object()  # instead of bytes: nobody has them any more


class Logged(Done):
    """What a log and captures tell of what a function did."""

    def __init__(self, mask, sent):
        self.mask = mask
        self._sent = sent

    @property
    def sent(self):
        if self._sent is UNTOLD:
            raise misuse("this choice is read off what the function sent: the captures that the run wrote are needed")
        return self._sent

    def entry(self, table, key):
        raise misuse("a log does not tell what the function keeps in '%s', which a choice is read off: play the captures"
                     " through the function" % table)


class Recorded:
    """A run that was, by its log and its captures."""

    def __init__(self, host, loaded, ports, pcaps, outs):
        self.loaded = loaded
        self.reference = Reference(loaded, *self._setting(loaded, host, ports), watched=False)
        self.ports = ports
        self.inputs = [capture.read(path) for path in pcaps]
        self.outs = [capture.read(path) for path in outs]
        self.out_counts = [0] * len(outs)
        self.next_out = [None] * len(outs)

    @staticmethod
    def _setting(loaded, host, ports):
        for table in loaded.tables:
            if table["slots"]:
                raise TrialError("a log does not tell the slots of table '%s', which the specification asks for: play the"
                                 " captures through the function" % table["name"])
        options, lists = configuration(loaded, host)
        return options, ports, lists

    def compare(self, log, counts):
        with open(log, encoding="ascii") as file:
            for number, line in enumerate(file, 1):
                self._line("%s:%d" % (log, number), line.split(), counts)
                if number % 1000 == 0:
                    counts.report()
        for port, frames in enumerate(self.inputs):
            if next(frames, None) is not None:
                raise TrialError("%s: it ends before the capture of port %d does" % (log, port))
        for port in range(len(self.outs)):
            if self._ahead(port) is not None:
                raise Difference("port %d: its capture holds more than the %d packets that were to leave by it"
                                 % (port, self.out_counts[port]))

    def _line(self, where, words, counts):
        if len(words) != 4:
            raise TrialError("%s: not \"port time length ports\"" % where)
        port, now, length = (int(word) for word in words[:3])
        data = self._input(where, port, length)
        if words[3] == "-":
            counts.too_long += 1
            return
        step, mask = Step(counts.packets + 1, port, now, data), int(words[3], 16)
        done = self._done(mask) if self.loaded.chooses else None
        try:
            step.mask, step.sent = self.reference.step(data, port, now, done)
        except NotAllowed as refused:
            raise Difference("%s: %s" % (where, sides_text(step, dissect.ports(mask), place(refused)))) from None
        except Exception as error:
            raise TrialError("%s: the specification fails on %s\n%s" % (where, step.text(), place(error))) from error
        found = packet_differences(step, mask, step.sent)
        if found:
            raise Difference("%s: %s\n%s" % (where, step.text(), "\n".join(found)))
        for out in range(len(self.outs)):
            if mask >> out & 1:
                self._sent(where, step, out)
        counts.add(mask)

    def _done(self, mask):
        """What the captures tell of it: the next packet of a port that it left by."""
        for out in range(len(self.outs)):
            if mask >> out & 1:
                frame = self._ahead(out)
                return Logged(mask, None if frame is None else frame[1])
        return Logged(mask, b"" if mask == 0 else UNTOLD)

    def _ahead(self, port):
        """The next packet of a port's capture, which stays the next one."""
        if self.next_out[port] is None:
            self.next_out[port] = next(self.outs[port], None)
        return self.next_out[port]

    def _input(self, where, port, length):
        frame = next(self.inputs[port], None) if port < len(self.inputs) else None
        if frame is None:
            raise TrialError("%s: there is no such packet in the capture of port %d" % (where, port))
        if len(frame[1]) != length:
            raise TrialError("%s: %d bytes, but the packet in the capture of port %d has %d"
                             % (where, length, port, len(frame[1])))
        return frame[1]

    def _sent(self, where, step, port):
        frame, self.next_out[port] = self._ahead(port), None
        self.out_counts[port] += 1
        if frame is None:
            raise Difference("%s: %s\n  it was to leave by port %d, whose capture ends before it"
                             % (where, step.text(), port))
        if frame[1] != step.sent:
            raise Difference("%s: %s\n  it was to leave by port %d; packet %d of its capture is another\n%s"
                             % (where, step.text(), port, self.out_counts[port],
                                bytes_difference(frame[1], step.sent)))


class Case:
    """A counterexample, as DIR/case.json has it."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        try:
            self.so, self.folder = (os.path.join(directory, case[name]) for name in ("so", "spec"))
            self.kind, self.property, self.ports = case["kind"], case.get("property"), case["ports"]
            self.options = {name: (int(low), int(high)) for name, (low, high) in case.get("options", {}).items()}
            self.lists = {name: list(map(list, records)) for name, records in case.get("lists", {}).items()}
            self.packets = [(packet["port"], packet["time"], bytes.fromhex(packet["hex"]))
                            for packet in case["packets"]]
            self.claim = case.get("claim", "")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TrialError("case.json: something is missing or not what it should be: %r" % error) from None
        if self.kind not in ("spec", "property", "invariant", "safety") or not self.packets:
            raise TrialError("case.json: its kind is spec, property, invariant or safety, and it has packets")

    def keep_capture(self):
        """All packets in order, for other tools."""
        path = os.path.join(self.directory, "packets.pcap")
        if not os.path.exists(path):
            capture.write(path, [(now, data) for port, now, data in self.packets])


def replay(directory, host="vigor-host"):
    """Plays the packets of directory/case.json on the function, from nf_init on. Confirmed is what the case claims
    to go wrong: the specification wants something else of a packet (spec), the last packet violates the
    property (property) or leaves an entry that breaks the invariant (invariant), the function steps outside its memory, crashes, hangs, sends out of a port that does not exist,
    or sends what it found in the free space around a packet (safety).

    Returns {"confirmed": …, "text": each packet with what became of it, "code": DIFFERENT if confirmed, SAME if
    not, BAD}."""
    told = []
    try:
        case = Case(directory)
        case.keep_capture()
        with Host(host, case.so, case.ports, guard=case.kind == "safety") as running:
            running.start(case.options, case.lists)
            confirmed = {"spec": replay_spec, "property": replay_property, "invariant": replay_invariant,
                         "safety": replay_safety}[case.kind](case, running, told)
        if case.kind == "safety" and not confirmed:
            confirmed = replay_leak(case, host, told)
    except FunctionEnded as ended:  # before the first packet
        told.append("the function %s" % ended)
        confirmed = case.kind in ("spec", "safety")
    except BAD_INPUT as error:
        return {"confirmed": False, "text": "\n".join([*told, str(error)]), "code": BAD}
    if case.claim:
        told.insert(0, "claim: " + case.claim)
    told.append("confirmed: the function itself does this" if confirmed else
                "not confirmed: the function itself does not do this")
    return {"confirmed": confirmed, "text": "\n".join(told), "code": DIFFERENT if confirmed else SAME}


def replay_spec(case, host, told):
    try:
        trial = Trial(host, load(case.folder), case.ports)
        for port, now, data in case.packets:
            step = trial.expect(port, now, data)
            host.tell(trial.lines(step))
            told.append("%s\n  %s" % (step.text(), dissect.ports(trial.compare(step))))
    except Difference as difference:
        told.append(str(difference))
        return True
    return False


def replay_steps(case, host, told, packets):
    """Tells each packet with its outcome. True: the function did not survive, lost one, or sent one where no port is."""
    for number, (port, now, data) in packets:
        told.append(Step(number, port, now, data).text())
        try:
            mask, sent = host.step(port, now, data)
        except FunctionEnded as ended:
            told.append("  function:       %s" % ended)
            return True
        told.append("  function:       " + outcome(mask, data, sent))
        if mask >> case.ports:
            told.append("  there is no port %d" % (mask.bit_length() - 1))
        if sent is None or mask >> case.ports:
            return True
    return False


def outcome(mask, data, sent):
    if sent is None:
        return "left the packet outside its buffer"
    if mask and sent != data:
        return "%s as\n    %s\n%s" % (dissect.ports(mask), dissect.line(sent), dissect.dump(sent))
    return dissect.ports(mask)


def replay_safety(case, host, told):
    return replay_steps(case, host, told, enumerate(case.packets, 1))


def replay_leak(case, host, told):
    """Plays the case with other bytes in the free space around each packet: what is sent must be the same. 0x00 and 0xFF differ in
    every bit; to a checksum they are one number, so there is a third."""
    runs = []
    for fill in (0x00, 0xFF, FILL):
        with Host(host, case.so, case.ports, fill=fill) as running:
            running.start(case.options, case.lists)
            runs.append([running.step(*packet) for packet in case.packets])
    packets = [(number, one, other) for run in runs[1:] for number, (one, other) in enumerate(zip(runs[0], run), 1)]
    for number, one, other in packets:
        if one != other and (one[0] or other[0]):
            told.append("packet %d is sent with bytes that nobody wrote: they are what the free space around it held\n%s"
                        % (number, bytes_difference(one[1], other[1], ("one run", "another run")) if one[0] == other[0] else
                           "  ports: %s, or %s" % (dissect.ports(one[0]), dissect.ports(other[0]))))
            return True
    return False


def replay_property(case, host, told):
    loaded = load(case.folder)
    names = [name for name, title, file in loaded.props]
    if case.property not in names:
        raise TrialError("there is no property '%s' in %s" % (case.property, case.folder))
    options, lists = configuration(loaded, host)
    observer = Observer(loaded, options, case.ports, lists)
    known = layouts(loaded, host)
    first = len(case.packets) if loaded.histories[names.index(case.property)] is None else 1
    if replay_steps(case, host, told, enumerate(case.packets[:first - 1], 1)):
        return False  # that is wrong too, but it is not what the case claims
    for number, packet in enumerate(case.packets[first - 1:], first):
        error, survived = observe(case, host, told, observer, known, number, packet)
        if error is not None:
            told.append("  property %s is violated: %s" % (case.property, place(error)))
        if error is not None or not survived:
            return error is not None
    return False


def observe(case, host, told, observer, known, number, packet):
    """One packet, held against the case's property: (the error that says how it is violated, or None; the function survived
    it)."""
    port, now, data = packet
    before, slots_before = dump(host, known, now)
    told.append(Step(number, port, now, data).text())
    try:
        mask, sent = host.step(port, now, data)
    except FunctionEnded as ended:
        told.append("  function:       %s" % ended)
        return None, False
    told.append("  function:       " + outcome(mask, data, sent))
    if sent is None:
        return None, False
    after, slots_after = dump(host, known, now)
    tell_changes(observer.loaded, before, after, told)
    violated = observer.violated(data, port, now, before, after, mask, sent, (slots_before, slots_after))
    return violated.get(case.property), True


def replay_invariant(case, host, told):
    loaded = load(case.folder)
    options, lists = configuration(loaded, host)
    observer = Observer(loaded, options, case.ports, lists)
    known = layouts(loaded, host)
    if replay_steps(case, host, told, enumerate(case.packets, 1)):
        return False  # that is wrong too, but it is not what the case claims
    now = case.packets[-1][1]
    entries = dump(host, known, now)[0]
    broken = [one for one in observer.broken(now, entries) if one[0] == case.property]
    if broken:
        told.append(broken_text(loaded, broken[0], lambda table: entries[table]))
    return bool(broken)


def dump(host, layouts, now):
    """({table: entries}, {table: {key: slot}})."""
    dumps = {name: host.dump_all(layout, now) for name, layout in layouts.items()}
    entries, slots = ({name: dumped[part] for name, dumped in dumps.items()} for part in (0, 1))
    return entries, slots


def tell_changes(loaded, before, after, told):
    """The entries that the last packet changed."""
    for name in before:
        keys = [key for key in {**before[name], **after[name]} if before[name].get(key) != after[name].get(key)]
        for key in keys[:SHOWN]:
            told.append("  %s[%s]" % (name, dissect.record(loaded.record(name, "key"), key)))
            for when, entries in (("before", before), ("after", after)):
                told.append("    %-8s %s" % (when + ":", entry_text(loaded, name, entries[name].get(key))))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="vigor.trial", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check")
    one.add_argument("folder", help="of the specification")
    one.add_argument("pcaps", nargs="*", help="one capture a port, from port 0")
    one.add_argument("--so", required=True, help="the function's file")
    one.add_argument("--conf")
    one.add_argument("--ports", type=int, default=2)
    one.add_argument("--log", help="of a run, which is then checked instead")
    one.add_argument("--out", action="append", default=[], help="a capture that the run wrote, from port 0")
    two = commands.add_parser("replay")
    two.add_argument("directory", help="with case.json in it")
    for command in (one, two):
        command.add_argument("--host", default="vigor-host", help="the program vigor-host")
    given = parser.parse_args(arguments)
    if given.command == "check":
        result = check(given.so, given.folder, given.conf, given.ports, given.pcaps, given.log, given.out, given.host)
    else:
        result = replay(given.directory, given.host)
    print(result["text"])
    return result["code"]


if __name__ == "__main__":
    sys.exit(main())
