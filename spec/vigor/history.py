# SPDX-License-Identifier: BSD-3-Clause
"""Histories: what a property writes down of every packet, so as to speak of more than one.

A property file with a class History is about whole runs, however long:

    class Sending(Record):
        at: U64

    class History:
        sent = Log(Flow, Sending)

    def record(packet, before, after, out, config, history):
        '''Called after each packet, whatever became of it.'''
        if out.sent and packet.port == config.inside:
            history.sent.put(flow_of(packet), at=now())

    @invariant("flows")
    def was_sent(entry, state, config, history):
        return entry.key in history.sent

    def prop(packet, before, after, out, config, history):
        '''Nothing comes in that does not answer something sent.'''
        if out.sent and packet.port == config.outside:
            assert flow_of(packet).reversed in history.sent

A history is made up for the proof: the network function knows nothing of it, and it has room for everything. It is
empty at the start. prop sees it as it was before the packet, record changes it afterwards.

What prop asserts is shown by induction over packets. The function's tables know less than the history, and what ties them
together are the property's own invariants: each says something of every entry of a table of State, or of a log of
History, that holds between packets, now and at any later time. It is shown of the empty start (there are no entries),
and of what each packet leaves if all of them held of what it found; prop is shown with what they say of the entries that
the function or prop itself looks up. None is assumed that is not shown.

An annotated name in History is an unknown that never changes: `since: Nanoseconds` is any time, and what is shown
holds for each. On real packets it is the time of the first one, or 0."""

from vigor import _backend
from vigor.errors import Excluded, misuse
from vigor.state import Entry, StateView, TableView
from vigor.types import LARGEST_KEY, LARGEST_VALUE, Record, _fits


class Log:
    """Declares a log of a History: for each key the record that was written last. Nothing ages, nothing is lost."""

    def __init__(self, key, value):
        for what, record, most in (("key", key, LARGEST_KEY), ("value", value, LARGEST_VALUE)):
            if not (isinstance(record, type) and issubclass(record, Record)) or not record.fields:
                raise misuse("the %s of a Log is a Record class with fields" % what)
            _fits(record, most, "a log's " + what)
        if any(field == name for name in ("key", "state", "last_use", "slot") for field, kind in value.fields):
            raise misuse("%s: key, state, last_use and slot are no names of fields in a log" % value.__name__)
        self.key = key
        self.value = value


class Note(Entry):
    """What a log holds for a key. The fields of the value record are attributes. key: the key."""

    def __init__(self, key, value):
        super().__init__(key, value, None, None, None)

    def __getattribute__(self, name):
        if name in ("state", "last_use", "slot"):
            raise misuse("a log's entries have no '%s': write down what is asked for later" % name)
        return super().__getattribute__(name)


class LogView:
    """A log, as it was before the packet (version 0) or as it is now (version 1)."""

    def __init__(self, number, name, log, version, writable, known):
        self._of = number, name
        self._log = log
        self._version = version
        self._writable = writable
        self._known = known

    def _key(self, key):
        if type(key) is not self._log.key:
            raise misuse("the keys of '%s' are %s" % (self._of[1], self._log.key.__name__))
        return key.raw()

    def get(self, key):
        """The Note of the key, or None. Decides whether there is one."""
        if self._version == 0 or self._writable:
            self._known(self._of[1], self._key(key))
        present, value = _backend.current.log_find(self._version, *self._of, self._key(key))
        return Note(key, self._log.value.of_raw(value)) if present else None

    def __contains__(self, key):
        """Something was written for the key. Python's `in` decides."""
        return self.get(key) is not None

    def __getitem__(self, key):
        """The Note of the key, which is there: it is an error of the property if not."""
        note = self.get(key)
        if note is None:
            raise misuse("nothing was written for the key in '%s'" % self._of[1])
        return note

    def put(self, key, **fields):
        """Writes this for the key, whatever stood there."""
        if not self._writable:
            raise misuse("only record() writes a history")
        if _backend.merging:
            raise misuse("a pure function writes no history: all its cases run, and one of them is meant")
        _backend.current.log_put(*self._of, self._key(key), self._log.value(**fields).raw())


class HistoryView:
    """The logs and unknowns of a history, as attributes. number: of its property."""

    def __init__(self, number, history, version, writable, known):
        for name, log in history.logs.items():
            self.__dict__[name] = LogView(number, name, log, version, writable, known)
        self.__dict__["_number"] = number
        self.__dict__["_unknowns"] = history.unknowns

    def __getattr__(self, name):
        kind = self._unknowns.get(name)
        if kind is None:
            raise misuse("History has no '%s'" % name)
        return kind.read(_backend.current.unknown(self._number, name))

    def __setattr__(self, name, value):
        raise misuse("a history changes by what is put into its logs")


class History:
    """What a property file declares. logs: {name: Log}; unknowns: {name: type}; record: its function;
    invariants: [Invariant]."""

    def __init__(self, logs, unknowns, record, invariants):
        self.logs = logs
        self.unknowns = unknowns
        self.record = record
        self.invariants = invariants


class Invariant:
    """says(entry, state, config, history) holds of every entry of the table or log `of`."""

    def __init__(self, of, says, title):
        self.of = of
        self.name = says.__name__
        self.says = says
        self.title = title


class _KnownTable(TableView):
    """A table before the packet: of each entry that is looked up, what holds of all is known.

    known(name, key): called with what is looked up."""

    def __init__(self, name, table, version, writable, known):
        super().__init__(name, table, version, writable)
        self._known = known

    def get(self, key):
        self._known(self._name, self._key(key))
        return super().get(key)

    def at(self, slot):
        entry = super().at(slot)
        if entry is not None:
            self._known(self._name, self._key(entry.key))
        return entry

    def __contains__(self, key):
        return self.get(key) is not None


class _Step:
    """One packet, of which a property with a history is shown."""

    def __init__(self, loaded, number, history):
        self.loaded = loaded
        self.number = number
        self.history = history
        self.busy = False  # an invariant is being evaluated: what it looks up itself is not asked about again
        self.before = StateView(loaded._table_types, 0, False, lambda *of: _KnownTable(*of, self.known))
        self.after = loaded.state(1, writable=False)

    def view(self, version, writable=False):
        return HistoryView(self.number, self.history, version, writable, self.known)

    def says(self, invariant, entry, version):
        holds = _backend.lasting(invariant.says, entry, self.after if version else self.before, self.loaded.config(),
                                 self.view(version))
        if holds is None:
            code = invariant.says.__code__
            raise misuse("%s:%d: an invariant returns a condition; there is a way through this one that returns nothing"
                         % (code.co_filename, code.co_firstlineno))
        return holds

    def known(self, of, key):
        """The hypothesis of the induction, of the entry of this key that the packet found, if there was one."""
        for invariant in self.history.invariants:
            if invariant.of == of and not self.busy:
                _backend.current.assume(self.holds(invariant, key, 0))

    def source(self, of, version):
        """The table or log of that name."""
        state = self.after if version else self.before
        return getattr(self.view(version) if of in self.history.logs else state, of)

    def holds(self, invariant, key, version):
        """The invariant holds of the key's entry, if there is one. A condition."""
        kind = self.history.logs.get(invariant.of) or self.loaded._table_types[invariant.of]
        source, key = self.source(invariant.of, version), kind.key.of_raw(key)

        def of_entry():
            entry = source.get(key)
            return True if entry is None else self.says(invariant, entry, version)

        busy, self.busy = self.busy, True
        holds = _backend.current.condition(of_entry)
        self.busy = busy
        return holds

    def find_known(self):
        """What holds of the entries that the function looked up. Its tables are known, histories only by way of them."""
        backend = _backend.current
        for invariant in self.history.invariants:
            if invariant.of not in self.history.logs:
                for key in backend.looked(invariant.of):
                    self.known(invariant.of, key)

    def property(self, prop, out, packet):
        prop(packet, self.before, self.after, out, self.loaded.config(), self.view(0))

    def write(self, out, packet):
        self.history.record(packet, self.before, self.after, out, self.loaded.config(), self.view(1, writable=True))

    def suppose(self, of, key):
        """What holds of the key's entry at the packet's time, and at an arbitrary later one."""
        for late in (False, True):
            _backend.current.look_later(late)
            self.known(of, key)
        _backend.current.look_later(False)

    def keeps(self, invariant, out, packet):
        """The induction's step, at an arbitrary key and an arbitrary time that is not before the packet's: what holds at
        both is what the packet before left, for either is a later time than its own."""
        backend = _backend.current
        key = backend.arbitrary(self.number, invariant.of, invariant.of in self.history.logs)
        backend.once(1, lambda: self.suppose(invariant.of, key))
        self.write(out, packet)
        backend.look_later(True)
        kept = self.holds(invariant, key, 1)
        backend.look_later(False)
        if not backend.surely(kept) and not kept:
            raise NotKept(invariant)


class NotKept(AssertionError):
    """A packet leaves an entry of which an invariant does not hold."""

    def __init__(self, invariant):
        super().__init__("invariant %s is not kept: %s" % (invariant.name, invariant.title))
        self.place = invariant.says.__code__.co_filename, invariant.says.__code__.co_firstlineno


def prove_part(loaded, number, history, part, prop, out, packet):
    """Part 0 of a property with a history is what it asserts; part i, that every packet keeps its invariant i - 1."""
    step = _Step(loaded, number, history)
    try:
        _backend.current.once(0, step.find_known)
        if part == 0:
            step.property(prop, out, packet)
        else:
            step.keeps(history.invariants[part - 1], out, packet)
    except Excluded:
        pass  # the hypothesis says that no packet comes here


def follow(loaded, number, history, prop, out, packet):
    """On real packets: holds the property against one, then writes it down, then looks whether the invariants hold of what
    may have changed. Raises AssertionError."""
    step = _Step(loaded, number, history)
    try:
        step.property(prop, out, packet)
    finally:
        step.write(out, packet)
    for invariant in history.invariants:
        for key in _backend.current.keys(number, invariant.of, invariant.of in history.logs):
            if not step.holds(invariant, key, 1):
                raise NotKept(invariant)
