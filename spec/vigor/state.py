# SPDX-License-Identifier: BSD-3-Clause
"""State and configuration as a specification sees them."""

from vigor import _backend
from vigor.errors import misuse
from vigor.types import Backends, BackendsView, Listed, ListedView, PairsView, PortPairs, Routes, RoutesView
from vigor.values import IPv6Addr


class Entry:
    """What a table holds for a key, as it was when it was looked up.

    The fields of the value record are attributes. key: the key. state: number of the lifetime class.
    last_use: the tick (now >> shift) at which it was last used."""

    def __init__(self, key, value, state, last_use, slot):
        self.key = key
        self.value = value
        self.state = state
        self.last_use = last_use
        self._slot = slot

    @property
    def slot(self):
        """A number below the capacity that no other present entry of the table has, and that stays as long as this
        one is present. Which one a new entry gets is the network function's choice. For tables with slots=True."""
        return self._slot()

    def __getattr__(self, name):
        try:
            return getattr(self.__dict__["value"], name)
        except (KeyError, AttributeError):
            raise misuse("an entry of this table has no field '%s'" % name) from None


def _no_slot():
    raise misuse("an invariant does not speak of slots")


def invariant(table):
    """Marks a function of spec.py as an invariant: what it returns holds of every present entry of this table, between
    packets, whatever came before.

        @invariant("flows")
        def ports(entry, config):
            '''A flow's port is one of its key's two'''
            return one_of(entry.port, entry.key.inside, entry.key.outside)

    The verifier proves that every packet leaves the table so, then and at any later time, and uses it where packets find
    entries. It never assumes one that it did not prove. entry: an Entry, without a slot; config: the options. now()
    and ports() may be asked for."""

    if not isinstance(table, str):
        raise misuse('an invariant names its table: @invariant("flows")')

    def mark(function):
        function.invariant_of = table
        return function

    return mark


class TableView:
    """A table of the state. Expired entries are absent."""

    def __init__(self, name, table, version, writable):
        self._name = name
        self._table = table
        self._version = version
        self._writable = writable

    def _find(self, key):
        return _backend.current.find(self._version, self._name, self._key(key))

    def _entry(self, key, value, state, last_use, slot):
        record = self._table.value
        return Entry(key, None if record is None else record.of_raw(value), state, last_use, slot)

    def entry_of(self, key, value, state, last_use):
        """For the loader: see StateView.entry_of."""
        return self._entry(self._table.key.of_raw(key), value, state, last_use, _no_slot)

    def _slots(self):
        if not self._table.slots:
            raise misuse("'%s' is declared without slots=True" % self._name)
        return _backend.current

    def _key(self, key):
        if type(key) is not self._table.key:
            raise misuse("the keys of '%s' are %s" % (self._name, self._table.key.__name__))
        return key.raw()

    def _value(self, state, fields):
        table = self._table
        if state is None:
            if len(table.lifetimes) > 1:
                raise misuse("'%s' has %d lifetime classes: say state=" % (self._name, len(table.lifetimes)))
            state = 0
        if table.value is None:
            if fields:
                raise misuse("'%s' stores no value" % self._name)
            return state, ()
        return state, table.value(**fields).raw()

    def _current(self):
        if not self._writable:
            raise misuse("a property changes nothing")
        return _backend.current

    def __contains__(self, key):
        """The key is present. Python's `in` decides."""
        present, value, state, last_use = self._find(key)
        return bool(present)

    def get(self, key):
        """The Entry of the key, or None. Decides whether it is present."""
        present, value, state, last_use = self._find(key)
        if not present:
            return None
        return self._entry(key, value, state, last_use,
                           lambda: self._slots().slot(self._version, self._name, self._key(key)))

    def at(self, slot):
        """The Entry whose slot this number is, or None: see Entry.slot. Decides whether there is one. Its key is
        Entry.key. For tables with slots=True."""
        present, key, value, state, last_use = self._slots().at(self._version, self._name, slot)
        if not present:
            return None
        return self._entry(self._table.key.of_raw(key), value, state, last_use, lambda: slot)

    def __getitem__(self, key):
        """The Entry of the key, which is present: it is an error of the specification if not."""
        entry = self.get(key)
        if entry is None:
            raise misuse("the key is not in '%s'" % self._name)
        return entry

    def insert(self, key, state=None, **fields):
        """Stores the key with this lifetime class and these fields, last use now. A present key
        gets the new ones. False iff it is absent and the table full; then nothing changes."""
        state, value = self._value(state, fields)
        return self._current().insert(self._name, self._key(key), state, value)

    def put(self, key, state=None, **fields):
        """Gives a present key this lifetime class and these fields, last use now."""
        state, value = self._value(state, fields)
        self._current().put(self._name, self._key(key), state, value)

    def refresh(self, key):
        """Sets the last use of a present key to now. Decides, and says whether it is present."""
        backend = self._current()
        if key in self:
            backend.touch(self._name, self._key(key))
            return True
        return False

    def erase(self, key):
        """Ends the entry of a present key."""
        self._current().erase(self._name, self._key(key))

    @property
    def count(self):
        """How many entries are present."""
        return _backend.current.count(self._version, self._name)

    @property
    def capacity(self):
        """How many entries fit."""
        return _backend.current.capacity(self._name)

    @property
    def full(self):
        """As many entries are present as fit."""
        return self.count == self.capacity

    @property
    def tick(self):
        """Now, as this table counts time: what last_use is after a refresh."""
        return _backend.current.now() >> self._table.shift

    def would_live(self, at, state=0):
        """An entry that was last used at this time, in nanoseconds, would be present now. state: its lifetime class. A
        condition. Lifetimes are whole ticks, rounded up: what this says is off by less than two ticks."""
        shift, lives = self._table.shift, False
        age = self.tick - (at >> shift)
        for number, lifetime in enumerate(self._table.lifetimes):
            lasts = _backend.current.option(lifetime) if isinstance(lifetime, str) else lifetime
            lives = lives | ((state == number) & (age <= lasts + (1 << shift) - 1 >> shift))
        return lives


class StateView:
    """The tables of the state, as attributes."""

    def __init__(self, tables, version, writable, view=TableView):
        for name, table in tables.items():
            self.__dict__[name] = view(name, table, version, writable)

    def entry_of(self, name, key, value, state, last_use):
        """For the loader: an Entry as if it had been looked up. It has no slot."""
        return self.__dict__[name].entry_of(key, value, state, last_use)

    def __getattr__(self, name):
        raise misuse("State has no table '%s'" % name)

    def __setattr__(self, name, value):
        raise misuse("tables change by insert, put, refresh and erase")


class ConfigView:
    """The options, as attributes."""

    def __init__(self, options):
        self.__dict__["_options"] = options

    def __getattr__(self, name):
        kind = self._options.get(name)
        if kind is None:
            raise misuse("Config has no option '%s'" % name)
        if kind is PortPairs:
            return PairsView(name)
        if isinstance(kind, Backends):
            return BackendsView(name, kind)
        if isinstance(kind, Listed):
            return ListedView(name, kind)
        if isinstance(kind, Routes):
            return RoutesView(name, kind)
        raw = _backend.current.option(name)
        return IPv6Addr(*raw) if kind is IPv6Addr else kind.read(raw)

    def __setattr__(self, name, value):
        raise misuse("options do not change")
