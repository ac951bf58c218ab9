# SPDX-License-Identifier: BSD-3-Clause
"""Looks for a difference between a network function and its specification with packets that are made up.

Both run side by side (vigor.trial), in several sessions: the first with the configuration of a .conf file, the others
with variants of it (tables of a few entries, shorter lifetimes, other words). A difference is then made small: fewer
packets, fewer options that are not as the file has them. What is left is a case that `vigor replay` plays again. The
same seed makes the same packets. Nothing is shown by finding none."""

import argparse
import json
import math
import os
import random
import sys

from vigor._load import load
from vigor.host import FunctionEnded, Host, HostError
from vigor.traffic import Traffic, Vocabulary
from vigor.trial import BAD, BAD_INPUT, DIFFERENT, SAME, Batch, Counts, Difference, Trial, TrialError, layouts, replay

PACKETS = 10000
SESSIONS = 6         # of so many packets; of more both are more: sessions, and packets in each
ATTEMPTS = 10        # starts that finding a variant which a function takes may cost
SHRINKS = 250        # runs that making a case small may take
LONGEST = 1518       # bytes of a frame
TICK = 1 << 26       # nanoseconds
FEW = 1, 2, 3, 4, 5, 7
PRIMES = 7, 13, 31, 251


class Setting:
    """What a function is started with: options as {name: (low, high)}, lists as {name: [[(low, high), …], …]}."""

    def __init__(self, options, lists, ports):
        self.options = options
        self.lists = lists
        self.ports = ports

    def copy(self):
        return Setting(dict(self.options), {name: list(records) for name, records in self.lists.items()}, self.ports)


class Fuzz:
    """A function and its specification, to be run together again and again."""

    def __init__(self, so, folder, host="vigor-host", conf=None, seed=1):
        self.so = so
        self.host = host
        self.loaded = load(folder)
        self.rng = random.Random(seed)
        self.fields = {name: self.loaded.list_fields(name) for name, kind in self.loaded.options
                       if self.loaded.is_list(name)}
        self.base = self._base(conf)

    def _base(self, conf):
        """As the .conf file has it; a list of pairs that is empty gets one, for otherwise nothing is carried."""
        with Host(self.host, self.so, 32, conf) as running:
            options, lists = running.configuration()
        for name in self.loaded.pairs:
            if not lists.get(name):
                lists[name] = [[(0, 0), (1, 0)]]
        highest = [value[0] for name, kind in self.loaded.options if kind == "Port" for value in [options[name]]]
        highest += [record[at][0] for name, fields in self.fields.items() for at, (field, kind) in enumerate(fields)
                    for record in lists.get(name, []) if kind == "Port" or field == "port"]
        return Setting(options, lists, min(32, max([port for port in highest if port < 8] + [1]) + 2))

    def start(self, setting):
        """A running Host, started so, and the Trial of it: to be closed by the caller. Raises what they raise."""
        running = Host(self.host, self.so, setting.ports)
        try:
            running.start(setting.options, setting.lists)
            return running, Trial(running, self.loaded, setting.ports)
        except BaseException:
            running.close()
            raise

    def words(self, setting):
        """What the setting says, as a Vocabulary takes it. An option that begins with the name of a port is about that
        one, and a record with a port is about it."""
        ports = {name: setting.options[name][0] for name, kind in self.loaded.options if kind == "Port"}
        groups = [(next((port for of, port in ports.items() if name.startswith(of)), None),
                   [(kind, _plain(kind, setting.options[name]))])
                  for name, kind in self.loaded.options if name in setting.options]
        for name, fields in self.fields.items():
            for record in setting.lists.get(name, []):
                port = next((value[0] for (field, kind), value in zip(fields, record) if field == "port"), None)
                groups.append((port, [(kind, _plain(kind, value)) for (field, kind), value in zip(fields, record)
                                      if field != "port" or kind == "U16" and value[0] > 31]))
        return groups


def _plain(kind, value):
    """A value of the host as a specification has it."""
    low, high = value
    return (high, low) if kind == "IPv6Addr" else (low, high) if kind == "Prefix4" else low


def _pair(kind, value):
    """The inverse."""
    return (value[1], value[0]) if kind == "IPv6Addr" else tuple(value) if kind == "Prefix4" else (value, 0)


class Variants:
    """Other settings of the same function."""

    def __init__(self, fuzz):
        self.fuzz = fuzz
        self.rng = fuzz.rng
        tables = fuzz.loaded.tables
        self.capacities = {table["capacity"] for table in tables}
        self.sizes = {backends["size"] for backends in fuzz.loaded.backends}
        self.numbers = Vocabulary(self.rng, fuzz.words(fuzz.base)).named_numbers

    def one(self):
        """(Setting, Host, Trial) of a variant that the function starts with: as much of a proposal as it takes. Raises
        Difference if it starts otherwise than the specification says."""
        fuzz, proposal = self.fuzz, self._proposal()
        changes = [(part, name) for part in ("options", "lists") for name in getattr(proposal, part)
                   if getattr(proposal, part)[name] != getattr(fuzz.base, part).get(name)]
        self.rng.shuffle(changes)
        self.left = ATTEMPTS
        setting = self._with(fuzz.base, proposal, changes)
        return setting, *fuzz.start(setting)

    def _with(self, setting, proposal, changes):
        """The setting, with as many of the changes as the function takes."""
        changed = setting.copy()
        for part, name in changes:
            getattr(changed, part)[name] = getattr(proposal, part)[name]
        if not changes or self._starts(changed):
            return changed
        if len(changes) == 1:
            return setting
        half = len(changes) // 2
        return self._with(self._with(setting, proposal, changes[:half]), proposal, changes[half:])

    def _starts(self, setting):
        self.left -= 1
        if self.left < 0:
            return False
        try:
            with Host(self.fuzz.host, self.fuzz.so, setting.ports) as running:
                running.start(setting.options, setting.lists)
        except (HostError, FunctionEnded):
            return False
        return True

    def _proposal(self):
        setting = self.fuzz.base.copy()
        for name, kind in self.fuzz.loaded.options:
            if name in setting.options:
                setting.options[name] = (self._value(name, kind, setting), setting.options[name][1])
        words = Vocabulary(self.rng, self.fuzz.words(setting))
        for name in self.fuzz.fields:
            if name not in self.fuzz.loaded.pairs:
                self._records(setting, name, words)
        return setting

    def _value(self, name, kind, setting):
        rng, value = self.rng, setting.options[name][0]
        if name in self.capacities:
            return rng.choice(FEW)
        if name in self.sizes:
            return rng.choice(PRIMES)
        if self.fuzz.loaded.enum_words(name):
            return rng.randrange(len(self.fuzz.loaded.enum_words(name)))
        if kind == "Nanoseconds" and rng.random() < 0.3:
            return max(1, value >> rng.randrange(12))
        if kind in ("U32", "U64") and rng.random() < 0.5:
            return max(1, value >> rng.randrange(value.bit_length() or 1))
        if kind == "U16" and self.numbers and rng.random() < 0.15:  # what two options say may be the same
            return rng.choice(self.numbers)
        if kind in ("U8", "U16") and rng.random() < 0.25:
            return rng.choice((rng.randrange(value + 1), 2 * value - rng.randrange(value + 1)))
        return value

    def _records(self, setting, name, words):
        """An empty list may get some records; of another one, a field may be another."""
        rng, fields = self.rng, self.fuzz.fields[name]
        records = setting.lists.get(name, [])
        if not records and rng.random() < 0.5:
            records = [[self._field(kind, field, words, setting) for field, kind in fields] for _ in range(rng.randrange(1, 4))]
        elif records and rng.random() < 0.3:
            at, which = rng.randrange(len(records)), rng.randrange(len(fields))
            changed = list(records[at])
            changed[which] = self._field(fields[which][1], fields[which][0], words, setting)
            records = records[:at] + [changed] + records[at + 1:]
        if records:
            setting.lists[name] = records

    def _field(self, kind, field, words, setting):
        rng = self.rng
        if kind == "IPv4Addr":
            return _pair(kind, int.from_bytes(words.address(4), "big"))
        if kind == "Prefix4":
            length = rng.choice((0, 8, 16, 23, 24, 25, 31, 32))
            return int.from_bytes(words.address(4), "big") >> 32 - length << 32 - length, length
        if kind == "IPv6Addr":
            address = words.address(6)
            return int.from_bytes(address[8:], "big"), int.from_bytes(address[:8], "big")
        if kind == "MacAddr":
            return int.from_bytes(words.mac([bytes((2, 0, 0, 0, 0, 1))]), "big"), 0
        if kind == "Port" or field == "port":
            return rng.randrange(setting.ports), 0
        return rng.choice((0, 1, 2, 3)), 0


class Session:
    """One start of the function, and packets until a difference."""

    def __init__(self, fuzz, setting, progress=None):
        self.fuzz = fuzz
        self.rng = fuzz.rng
        self.traffic = Traffic(self.rng, setting.ports, Vocabulary(self.rng, fuzz.words(setting)))
        self.packets = []  # (port, time, frame)
        self.seen = {}
        self.now = self.rng.choice((0, 1 << self.rng.randrange(20, 60)))
        self.counts = Counts(progress)

    def run(self, running, trial, count):
        """Whether there was a difference."""
        with running:
            self.durations = self._lifetimes(trial)
            try:
                self._play(trial, count)
            except (Difference, FunctionEnded):
                return True
        return False

    def _lifetimes(self, trial):
        """Of all tables' classes, in nanoseconds."""
        limits = [trial.reference.limits(table["name"]) for table in self.fuzz.loaded.tables]
        return [lifetime << shift for shift, capacity, lifetimes in limits for lifetime in lifetimes] or [TICK]

    def _play(self, trial, count):
        batch = Batch(trial, self.counts)
        for _ in range(count):
            port, frame = self.traffic.next()
            if len(frame) > LONGEST:
                continue
            self.now += self._pause()
            self.packets.append((port, self.now, frame))
            step = trial.expect(port, self.now, frame)
            batch.add(step)
            if trial.asks_first:
                batch.finish()
            self._learn(trial, step)
        batch.finish()

    def _learn(self, trial, step):
        """What a packet did, told coarsely: one that did something new is worth repeating."""
        changed = tuple(name for name, keys in trial.reference.changed().items() if keys)
        did = (step.port, step.mask, len(step.sent) - len(step.data), step.data[12:14], step.data[23:24], changed)
        self.traffic.learn(step.port, step.data, step.mask, step.sent, did not in self.seen, changed != ())
        self.seen[did] = None

    def _pause(self):
        """Most often short beside all lifetimes; now and then a lifetime, or nearly."""
        rng, kind = self.rng, self.rng.random()
        if kind < 0.4:
            return 0
        if kind < 0.97:
            return int(min(self.durations) ** rng.uniform(0.2, 0.85))
        return max(0, rng.choice(self.durations) + rng.choice((-TICK, -1, 0, 1, TICK)))


def failing(fuzz, setting, packets):
    """The number of the packet at which function and specification part ways, or None."""
    try:
        running, trial = fuzz.start(setting)
    except Difference:
        return 1
    except BAD_INPUT:
        return None
    with running:
        try:
            for port, now, data in packets:
                step = trial.expect(port, now, data)
                running.tell(trial.lines(step))
                trial.compare(step)
        except (Difference, FunctionEnded):
            return max(1, trial.steps)
        except (TrialError, HostError):
            return None
    return None


class Shrink:
    """Makes a case small."""

    def __init__(self, fuzz, setting, packets):
        self.fuzz = fuzz
        self.setting = setting
        self.packets = packets
        self.left = SHRINKS

    def run(self):
        """Itself, and what is left parts function and specification at its last packet; or None: nothing does."""
        if not self._keep(self.setting, self.packets):
            return None
        size = len(self.packets) // 2
        while size:
            size = self._without(size) // 2
        self._plainer()
        return self

    def _keep(self, setting, packets):
        """Whether it still fails so; then it is the case from here on."""
        number = None
        if self.left > 0 and packets:
            self.left -= 1
            number = failing(self.fuzz, setting, packets)
        if number is not None:
            self.setting, self.packets = setting, packets[:number]
        return number is not None

    def _without(self, size):
        """Leaves out as many as size at a time, never the last one. Returns size."""
        at = len(self.packets) - 1
        while at > 0:
            first = max(0, at - size)
            self._keep(self.setting, self.packets[:first] + self.packets[at:])
            at = min(first, len(self.packets) - 1)
        return size

    def _plainer(self):
        """Options as they were."""
        base = self.fuzz.base
        for part in ("options", "lists"):
            for name, value in getattr(base, part).items():
                if getattr(self.setting, part).get(name) != value:
                    plainer = self.setting.copy()
                    getattr(plainer, part)[name] = value
                    self._keep(plainer, self.packets)


def search(fuzz, packets=PACKETS, progress=None):
    """A Shrink that has been run, or None: no difference in so many packets."""
    variants, sessions = Variants(fuzz), max(SESSIONS, int(SESSIONS * math.sqrt(packets / PACKETS)))
    each = -(-packets // sessions)
    for number in range(sessions):
        tell = (lambda count: progress(number * each + count, packets)) if progress else None
        try:
            setting, running, trial = variants.one() if number else (fuzz.base, *fuzz.start(fuzz.base))
        except Difference:  # before the first packet
            return Shrink(fuzz, fuzz.base, [(0, 0, bytes(60))]).run()
        session = Session(fuzz, setting, tell)
        small = Shrink(fuzz, setting, session.packets).run() if session.run(running, trial, each) else None
        if small is not None:
            return small
    return None


def number(value):
    """Readers of JSON take numbers of 64 bits to be signed."""
    return value if value < 1 << 63 else str(value)


def write(small, so, folder, into):
    """The case as a folder that vigor.trial replays, and what that says. Returns its result."""
    os.makedirs(into, exist_ok=True)
    setting = small.setting
    case = {
        "goal": "spec", "so": so, "spec": folder, "kind": "spec", "property": None,
        "claim": "spec: function and specification part ways at packet %d" % len(small.packets), "ports": setting.ports,
        "options": {name: [number(part) for part in value] for name, value in setting.options.items()},
        "lists": {name: [[[number(part) for part in field] if field[1] else number(field[0]) for field in record]
                         for record in records] for name, records in setting.lists.items()},
        "packets": [{"port": port, "time": now, "hex": data.hex()} for port, now, data in small.packets],
        "before": [], "way": [],
    }
    with open(os.path.join(into, "case.json"), "w", encoding="utf-8") as file:
        json.dump(case, file, indent=1)
    if os.path.exists(os.path.join(into, "packets.pcap")):  # of an earlier one
        os.remove(os.path.join(into, "packets.pcap"))
    result = replay(into, small.fuzz.host)
    with open(os.path.join(into, "replay.txt"), "w", encoding="utf-8") as file:
        file.write(result["text"] + "\n")
    return result


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="vigor.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="of the specification")
    parser.add_argument("--so", required=True, help="the function's file")
    parser.add_argument("--conf", help="the configuration that is varied")
    parser.add_argument("--host", default="vigor-host", help="the program vigor-host")
    parser.add_argument("--packets", type=int, default=PACKETS, help="how many at most (default %d)" % PACKETS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", required=True, help="folder that a case is written to")
    given = parser.parse_args(arguments)
    try:
        fuzz = Fuzz(given.so, given.folder, given.host, given.conf, given.seed)
        small = search(fuzz, given.packets)
    except (*BAD_INPUT, FunctionEnded) as error:
        print(error)
        return BAD
    if small is None:
        print("%d packets made up, no difference" % given.packets)
        return SAME
    result = write(small, given.so, given.folder, given.into)
    print(result["text"])
    print("Written to %s; to play it again: vigor replay %s" % (given.into, given.into))
    return DIFFERENT if result["confirmed"] else BAD


if __name__ == "__main__":
    sys.exit(main())
