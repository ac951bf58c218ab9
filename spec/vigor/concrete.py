# SPDX-License-Identifier: BSD-3-Clause
"""Specifications on real packets: the executable reference.

    reference = Reference(load("nf/firewall"), options, ports=2, lists={"pairs": [(0, 1)]})
    mask, sent = reference.step(packet, port=0, now=0)
"""

import heapq
from collections import OrderedDict

from vigor import _backend
from vigor._load import follow_prop, run_invariant, run_spec
from vigor.errors import SpecError, Unseen, misuse
from vigor.maglev import Preferences, hash_of


class _Table:
    """A finite map from key to (class, value, last use), whose entries expire.

    In each class entries stand in the order of their last use: the first is the first to expire, so
    that expiry never scans. `changed` keeps what the entries changed since begin were before."""

    def __init__(self, capacity, shift, lifetimes, slots):
        self.capacity = capacity
        self.slots = _Slots() if slots else None
        self.shift = shift
        self.lifetimes = [-(-lifetime >> shift) for lifetime in lifetimes]
        self.order = [OrderedDict() for _ in lifetimes]
        self.entry = {}
        self.begin(0)

    def begin(self, now):
        """A packet arrives: what has expired is absent."""
        self.tick = now >> self.shift
        for lifetime, order in zip(self.lifetimes, self.order):
            while order:
                key = next(iter(order))
                if self.tick - self.entry[key][2] <= lifetime:
                    break
                del order[key], self.entry[key]
                self.release(key)
        if self.slots is not None:
            self.slots.was.clear()
        self.changed = {}
        self.touched = OrderedDict()
        self.count_before = len(self.entry)

    def find(self, version, key):
        self.touched[key] = None
        return self.changed[key] if version == 0 and key in self.changed else self.entry.get(key)

    def store(self, key, kind, value):
        if self.slots is not None and key not in self.entry:
            self.slots.take(key)
        self._take_out(key)
        self.entry[key] = (kind, value, self.tick)
        self.order[kind][key] = None

    def remove(self, key):
        self._take_out(key)
        self.release(key)

    def release(self, key):
        if self.slots is not None:
            self.slots.give(key)

    def _take_out(self, key):
        self.touched[key] = None
        old = self.entry.pop(key, None)
        self.changed.setdefault(key, old)
        if old is not None:
            del self.order[old[0]][key]

    def at(self, version, slot):
        """The key of the entry in a slot, or None."""
        keys = [key for key, old in self.changed.items() if old is not None] if version == 0 else []
        for key in keys + [self.slots.owner.get(slot)]:
            if key is not None and self.slots.of(version, key) == slot and self.find(version, key) is not None:
                return key
        return None


class _Slots:
    """Which slot each entry of a table has. choose(key): the slot that a new entry gets; None: any that is free."""

    def __init__(self):
        self.number = {}  # by key
        self.owner = {}   # by slot
        self.was = {}     # of entries that have ended since begin
        self.free = []    # a heap of slots below fresh; some may have been taken again
        self.fresh = 0
        self.choose = lambda key: None

    def of(self, version, key):
        return self.was[key] if version == 0 and key in self.was else self.number.get(key, 0)

    def take(self, key):
        slot = self.choose(key)
        if slot is None:
            slot = self._any()
        self.number[key] = slot
        self.owner[slot] = key

    def give(self, key):
        slot = self.number.pop(key, None)
        if slot is not None:
            self.was.setdefault(key, slot)
            del self.owner[slot]
            heapq.heappush(self.free, slot)

    def _any(self):
        while self.free:
            slot = heapq.heappop(self.free)
            if slot not in self.owner:
                return slot
        while self.fresh in self.owner:
            self.fresh += 1
        return self.fresh


class Done:
    """What a network function did with a packet: the ports that it left by, its bytes then (None: they were not its own any
    more), and entry(table, key): what the table holds after it, (class, value, last use) or None."""

    def __init__(self, mask, sent, entry):
        self.mask = mask
        self.sent = sent
        self.entry = entry


class Concrete:
    """A backend of plain numbers and bytes: see vigor._backend for what its methods mean."""

    def __init__(self, loaded, options, ports, lists):
        self._loaded = loaded
        self._options = _options(loaded, options)
        lists = _lists(loaded, lists or {})
        self._pairs = {name: _pairs(name, lists[name], ports) for name in loaded.pairs}
        self._layout = {listed["name"]: listed for listed in loaded.listed}
        self._listed = {listed["name"]: _listed(listed, lists[listed["name"]]) for listed in loaded.listed}
        self._routes = {routes["name"]: _routes(routes, lists[routes["name"]]) for routes in loaded.routes}
        self._preferences = {backends["name"]: self._preferences_of(backends["name"], self._number(backends["size"]))
                             for backends in loaded.backends}
        self._ports = ports
        self._tables = {
            table["name"]: _Table(self._number(table["capacity"]), table["shift"],
                                  [self._number(lifetime) for lifetime in table["lifetimes"]], table["slots"])
            for table in loaded.tables}
        self._widths = {table["name"]: tuple([size for field, size in table[part]] for part in ("key", "value"))
                        for table in loaded.tables}
        self._now = 0
        self._logs = {}
        self._first = None
        self.begin(b"", 0, 0)

    def _number(self, what):
        return self._options[what] if isinstance(what, str) else what

    def begin(self, packet, port, now, done=None):
        """This packet came in by this port at this time. done: what a network function did with it, if one did."""
        if now < self._now:
            raise ValueError("time goes backwards: from %d to %d" % (self._now, now))
        if not 0 <= port < self._ports:
            raise ValueError("there is no port %d" % port)
        self._arrived = bytes(packet)
        self._bytes = bytearray(packet)
        self._unset = set()
        self._port = port
        self._now = now
        self._noted = []
        self._first = now if packet and self._first is None else self._first
        self._done = done
        self._sent = None if done is None else done.mask
        for table in self._tables.values():
            table.begin(now)

    def end(self, mask):
        """It was sent by these ports. Gives back the bytes sent."""
        if mask >> self._ports:
            raise misuse("the packet is sent out of a port that does not exist")
        if mask and self._unset:
            raise misuse("byte %d of the packet sent was never written" % min(self._unset))
        self._sent = mask
        return bytes(self._bytes)

    # The packet

    def length(self, version):
        return len(self._data(version))

    def _data(self, version):
        """The bytes of a version."""
        if version < 2:
            return self._bytes if version else self._arrived
        if self._done is None or self._done.sent is None:
            raise Unseen()
        return self._done.sent

    def port(self):
        return self._port

    def ports(self):
        return self._ports

    def now(self):
        return self._now

    def word(self, version, index, n):
        data = self._data(version)
        self._inside(data, index, n)
        if version == 1 and self._unset and not self._unset.isdisjoint(range(index, index + n)):
            raise misuse("byte %d is read before it is written" % index)
        return int.from_bytes(data[index:index + n], "big")

    def write(self, index, n, value):
        self._inside(self._bytes, index, n)
        if not 0 <= value < 1 << 8 * n:
            raise misuse("%d does not fit %d bytes" % (value, n))
        self._bytes[index:index + n] = value.to_bytes(n, "big")
        self._unset.difference_update(range(index, index + n))

    @staticmethod
    def _inside(data, index, n):
        if not 1 <= n <= 8:
            raise misuse("1 to 8 bytes are read or written at once, not %d" % n)
        if index < 0 or index + n > len(data):
            raise misuse("bytes %d to %d of a packet of %d bytes" % (index, index + n - 1, len(data)))

    def grow_front(self, n):
        self._bytes[:0] = bytes(n)
        self._unset = set(range(n)) | {index + n for index in self._unset}

    def grow_back(self, n):
        self._unset.update(range(len(self._bytes), len(self._bytes) + n))
        self._bytes += bytes(n)

    def trim_front(self, n):
        self._trims(n)
        del self._bytes[:n]
        self._unset = {index - n for index in self._unset if index >= n}

    def trim_back(self, n):
        self._trims(n)
        del self._bytes[len(self._bytes) - n:]
        self._unset = {index for index in self._unset if index < len(self._bytes)}

    def _trims(self, n):
        if n > len(self._bytes):
            raise misuse("%d bytes taken off a packet of %d" % (n, len(self._bytes)))

    def unchanged(self):
        return self._bytes == self._arrived

    def sent_ports(self):
        if self._sent is None:
            raise Unseen()
        return self._sent

    # Calculation

    @staticmethod
    def select(condition, a, b):
        return a if condition else b

    @staticmethod
    def merge(function, arguments):
        return function(*arguments)

    @staticmethod
    def token_level(rate, burst, tokens, elapsed):
        if elapsed < 0:
            raise misuse("a bucket's time is %d nanoseconds after now" % -elapsed)
        return min(burst * 10 ** 9, tokens + rate * elapsed)

    def asserted(self, file, line):
        pass

    # Histories

    def log_find(self, version, number, log, key):
        self._noted.append((number, log, key))
        value = self._logs.get((number, log), {}).get(key)
        return value is not None, value

    def log_put(self, number, log, key, value):
        self._noted.append((number, log, key))
        self._logs.setdefault((number, log), {})[key] = value

    def unknown(self, number, name):
        return self._first or 0 if self._loaded.is_time(number, name) else 0

    def assume(self, condition):
        pass  # what an induction starts from: on real packets the start is what it is

    @staticmethod
    def condition(function):
        return function()

    def keys(self, number, name, is_log):
        """Those of which anything may have changed."""
        return [key for of, log, key in self._noted if (of, log) == (number, name)] if is_log else self._changed_keys(name)

    def _changed_keys(self, table):
        return list(self._tables[table].touched)

    # Configuration

    def option(self, name):
        return self._options[name]

    def pair(self, name, port):
        for inside, outside in self._pairs[name]:
            if port in (inside, outside):
                return True, inside, outside
        return False, 0, 0

    def listed(self, name, key):
        records, nothing = self._listed[name]
        return key in records, records.get(key, nothing)

    def _preferences_of(self, name, size):
        weight = [field for field, width in self._layout[name]["value"]]
        at = weight.index("weight") if "weight" in weight else None
        return Preferences([(hash_of(_words(key)), 1 if at is None else value[at])
                            for key, value in self._listed[name][0].items()], size)

    def pick(self, version, name, table, value):
        if version > 1:
            raise misuse("a choice is read off an entry that is looked up by its key")
        records, nothing = self._listed[name]
        keys, alive = list(records), self._tables[table]
        for number in self._preferences[name].order(value):
            if alive.find(version, keys[number]) is not None:
                return True, keys[number], records[keys[number]]
        return False, _nothing([size for field, size in self._layout[name]["key"]]), nothing

    def maglev_hash(self, words):
        if not 1 <= len(words) <= 5 or not all(0 <= word < 1 << 64 for word in words):
            raise misuse("maglev_hash takes 1 to 5 numbers of 64 bits")
        return hash_of(words)

    def longest(self, name, address):
        if not 0 <= address < 1 << 32:
            raise misuse("%d is no IPv4 address" % address)
        for length in range(32, -1, -1):
            present, value = self.route(name, address >> 32 - length << 32 - length, length)
            if present:
                break
        return present, value

    def route(self, name, prefix, length):
        routes, nothing = self._routes[name]
        return (prefix, length) in routes, routes.get((prefix, length), nothing)

    # State

    def find(self, version, table, key):
        if version < 2:
            entry = self._tables[table].find(version, key)
        elif self._done is not None:
            entry = self._done.entry(table, key)
        else:
            raise Unseen()
        if entry is None:
            return False, _nothing(self._widths[table][1]), 0, 0
        kind, value, last_use = entry
        return True, value, kind, last_use

    def slot(self, version, table, key):
        return self._tables[table].slots.of(version, key)

    def at(self, version, table, slot):
        key = self._tables[table].at(version, slot)
        if key is None:
            return False, *[_nothing(widths) for widths in self._widths[table]], 0, 0
        return True, key, *self.find(version, table, key)[1:]

    def insert(self, table, key, kind, value):
        stored = self._tables[table]
        if key not in stored.entry and len(stored.entry) >= stored.capacity:
            stored.touched[key] = None
            return False
        self._fits(table, key, kind, value)
        stored.store(key, kind, value)
        return True

    def put(self, table, key, kind, value):
        self._present(table, key)
        self._fits(table, key, kind, value)
        self._tables[table].store(key, kind, value)

    def touch(self, table, key):
        kind, value, last_use = self._present(table, key)
        self._tables[table].store(key, kind, value)

    def erase(self, table, key):
        self._present(table, key)
        self._tables[table].remove(key)

    def _present(self, table, key):
        entry = self._tables[table].entry.get(key)
        if entry is None:
            raise misuse("the key is not in '%s'" % table)
        return entry

    def _fits(self, table, key, kind, value):
        if not 0 <= kind < len(self._tables[table].lifetimes):
            raise misuse("'%s' has no lifetime class %d" % (table, kind))
        for fields, sizes in zip((key, value), self._widths[table]):
            for field, size in zip(fields, sizes):
                if not _field_fits(field, size):
                    raise misuse("a field of %d bytes in '%s' is given a value that does not fit" % (size, table))

    def count(self, version, table):
        stored = self._tables[table]
        return len(stored.entry) if version else stored.count_before

    def capacity(self, table):
        return self._tables[table].capacity


def _options(loaded, given):
    """The value of each option, as numbers: an Enum may be given as its word."""
    values = {}
    for name, kind in loaded.options:
        if loaded.is_list(name):
            continue
        if name not in given:
            raise ValueError("option '%s' has no value" % name)
        words = loaded.enum_words(name)
        value = given[name]
        values[name] = words.index(value) if words and isinstance(value, str) else value
    for name in given:
        if name not in values:
            raise ValueError("there is no option '%s'" % name)
    return values


def _lists(loaded, given):
    """The records of each list option, as tuples."""
    for name in given:
        if not loaded.is_list(name):
            raise ValueError("there is no list '%s'" % name)
    return {name: [tuple(record) for record in given.get(name, [])] for name, kind in loaded.options
            if loaded.is_list(name)}


def _pairs(name, members, ports):
    """The pairs of a PortPairs option: disjoint, and of ports that exist."""
    used = [port for pair in members for port in pair]
    if len(set(used)) != len(used) or not all(0 <= port < ports for port in used):
        raise ValueError("'%s': pairs are disjoint, and of ports that exist" % name)
    return members


def _listed(listed, members):
    """({key: value} of a Listed option, the value of a key that is not listed)."""
    sizes, keys = [size for field, size in listed["key"] + listed["value"]], len(listed["key"])
    records = {}
    for member in members:
        if len(member) != len(sizes) or not all(map(_field_fits, member, sizes)):
            raise ValueError("'%s': a record does not have the fields of its key and its value, or one does not fit"
                             % listed["name"])
        if member[:keys] in records:
            raise ValueError("'%s': a key is listed twice" % listed["name"])
        records[member[:keys]] = member[keys:]
    return records, _nothing(sizes[keys:])


def _routes(routes, members):
    """({(prefix, length): value} of a Routes option, the value of a prefix that is not listed)."""
    sizes, listed = [size for field, size in routes["value"]], {}
    for prefix, *value in members:
        if len(value) != len(sizes) or not all(map(_field_fits, value, sizes)):
            raise ValueError("'%s': a record does not have the fields of a route, or one does not fit" % routes["name"])
        address, length = prefix
        if not 0 <= length <= 32 or not 0 <= address < 1 << 32 or address & (1 << 32 - length) - 1:
            raise ValueError("'%s': (%d, %d) is no prefix" % (routes["name"], address, length))
        if (address, length) in listed:
            raise ValueError("'%s': a prefix is listed twice" % routes["name"])
        listed[address, length] = tuple(value)
    return listed, _nothing(sizes)


def _field_fits(field, size):
    parts, width = (field, 64) if size == 16 else ((field,), 8 * size)
    return all(0 <= part < 1 << width for part in parts)


def _words(raw):
    """The numbers of a record, each as two words, the lower first."""
    pairs = [field[::-1] if isinstance(field, tuple) else (field, 0) for field in raw]
    return [word for pair in pairs for word in pair]


def _nothing(sizes):
    """A value that means nothing, for a key that is absent."""
    return tuple((0, 0) if size == 16 else 0 for size in sizes)


class Reference:
    """A specification as a network function of its own.

    options   values by name: numbers (nanoseconds for durations), a word for an Enum, (hi, lo) for an IPv6
              address, (address, length) for a prefix
    ports     how many there are
    lists     records by name: (inside, outside) for PortPairs, the fields of the key and then of the value for
              Listed; ((address, length), the fields of the value …) for Routes
    watched   violated() will be asked for: properties with a history follow every step"""

    def __init__(self, loaded, options=None, ports=2, lists=None, watched=True):
        self.loaded = loaded
        self.backend = Concrete(loaded, options or {}, ports, lists)
        self.watched = watched
        self._violated = []

    def step(self, packet, port, now, done=None):
        """Handles one packet. now: nanoseconds, never less than before. done: what a network function did with it, which
        choices are read off (a Done); without, each is what the specification says otherwise. Returns the ports that it
        leaves by, as a bit mask, and its bytes as they leave. Raises NotAllowed, SpecError or what else the specification
        raises."""
        previous = _backend.use(self.backend)
        try:
            self.backend.begin(packet, port, now, done)
            mask = run_spec(self.loaded).ports
            sent = self.backend.end(mask)
        finally:
            _backend.use(previous)
        if self.watched:
            self._violated = list(_violations(self.loaded, self.backend, True))
        return mask, sent

    def broken(self):
        """(invariant, table, key) of each entry that the last step looked up or changed, and of which an invariant does
        not hold now."""
        return [(name, table, key) for table, keys in self.touched().items()
                for name, key in _broken(self.loaded, self.backend, table, dict(zip(keys, self.entries_of(table, keys))))]

    def violated(self):
        """The names of the properties that the last step violates: none, if specification and
        properties agree."""
        return self._violated + list(_violations(self.loaded, self.backend, False))

    def live(self, table):
        """How many entries are present."""
        return len(self.backend._tables[table].entry)

    def entries(self, table):
        """What is present: {key: (class, value, last use in ticks)}, keys and values as tuples of fields."""
        return dict(self.backend._tables[table].entry)

    def entries_of(self, table, keys):
        """What is present of these keys, None for each that is absent."""
        entry = self.backend._tables[table].entry
        return [entry.get(key) for key in keys]

    def limits(self, table):
        """(shift, capacity, lifetimes of its classes in ticks)."""
        stored = self.backend._tables[table]
        return stored.shift, stored.capacity, stored.lifetimes

    def choose_slots(self, table, choose):
        """For a table with slots=True: choose(key) answers the slot that a new entry gets, below the capacity and of no
        entry that is present, or None for any."""
        self.backend._tables[table].slots.choose = choose

    def slots(self, table):
        """{slot: key} of what is present, for a table with slots=True."""
        return dict(self.backend._tables[table].slots.owner)

    def touched(self):
        """By table, the keys that the last step looked up or changed, in that order."""
        return {name: list(table.touched) for name, table in self.backend._tables.items()}

    def changed(self):
        """By table, the keys whose entries the last step stored or removed."""
        return {name: list(table.changed) for name, table in self.backend._tables.items()}


class _Observed(Concrete):
    """What something did that is no specification: its tables are as they were found, before and after."""

    def observe(self, packet, port, now, before, after, mask, sent, slots):
        self.begin(packet, port, now)
        self._seen = before, after
        self._slots = slots
        self._sent = mask
        self._bytes = bytearray(sent)

    def find(self, version, table, key):
        entry = self._seen[version][table].get(key)
        if entry is None:
            return super().find(version, table, key)  # its tables are empty
        kind, value, last_use = entry
        return True, value, kind, last_use

    def slot(self, version, table, key):
        return self._slots[version][table].get(key, 0)

    def at(self, version, table, slot):
        keys = [key for key, number in self._slots[version][table].items() if number == slot]
        if not keys:
            return super().at(version, table, slot)
        return True, keys[0], *self.find(version, table, keys[0])[1:]

    def count(self, version, table):
        return len(self._seen[version][table])

    def _changed_keys(self, table):
        return list(self._seen[1][table])


class Observer:
    """Holds the properties against what a network function was seen to do. Parameters as for Reference."""

    def __init__(self, loaded, options=None, ports=2, lists=None):
        self.loaded = loaded
        self.backend = _Observed(loaded, options or {}, ports, lists)

    def violated(self, packet, port, now, before, after, mask, sent, slots=({}, {})):
        """{name of a property that this step violates: the exception that says where}.

        packet, port, now   as for Reference.step
        before, after       {table: entries as Reference.entries has them}, without those expired at now
        mask, sent          the ports that it left by, and its bytes then
        slots               ({table: {key: slot}} before, after), for the tables with slots=True"""
        self.backend.observe(packet, port, now, before, after, mask, sent, slots)
        return {**_violations(self.loaded, self.backend, True), **_violations(self.loaded, self.backend, False)}


    def broken(self, now, entries):
        """(invariant, table, key) where an invariant does not hold of one of these entries, {table: entries as
        Reference.entries has them}."""
        self.backend.begin(b"", 0, now)
        return [(name, table, key) for table, of in entries.items()
                for name, key in _broken(self.loaded, self.backend, table, of)]


def _broken(loaded, backend, table, entries):
    """(invariant, key) for each of these entries of a table, {key: (class, value, last use) or None}, that breaks one."""
    previous = _backend.use(backend)
    try:
        return [(name, key)
                for index, (name, of, title) in enumerate(loaded.invariants) if of == table
                for key, entry in entries.items()
                if entry is not None and not run_invariant(loaded, index, key, entry[1], entry[0], entry[2])]
    finally:
        _backend.use(previous)


def _violations(loaded, backend, histories):
    """{name: exception} of the properties that the packet at hand violates: of those with a history, or of the others."""
    previous = _backend.use(backend)
    violated = {}
    try:
        for index, prop in enumerate(loaded.props):
            if (loaded.histories[index] is not None) != histories:
                continue
            try:
                follow_prop(loaded, index)
            except AssertionError as error:
                violated[prop[0]] = error
        return violated
    finally:
        _backend.use(previous)
