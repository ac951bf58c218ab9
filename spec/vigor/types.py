# SPDX-License-Identifier: BSD-3-Clause
"""The types of fields and options, records, and the declaration of tables."""

import ipaddress

from vigor import _backend
from vigor.errors import misuse
from vigor.values import IPv6Addr


class Type:
    """What a field or an option holds. size: bytes in a Record (0: not allowed in one). chosen: bytes of the numbers that
    are its values (0: they are no numbers, or of a range that depends)."""

    def __init__(self, name, size, alignment=None, parse=None, chosen=0):
        self.__name__ = name
        self.size = size
        self.chosen = chosen or size
        self.alignment = alignment or size
        self.parse = parse

    def __call__(self, text):
        """The number that a written constant stands for: IPv4Addr("10.0.0.1")."""
        if self.parse is None:
            raise misuse("%s is a type: it makes no values" % self.__name__)
        return self.parse(text)

    def read(self, raw):
        """The value of an option of this type, from what the backend says."""
        return raw


def _parse_mac(text):
    parts = text.split(":")
    if len(parts) != 6:
        raise misuse("'%s' is not a MAC address" % text)
    return int("".join(part.zfill(2) for part in parts), 16)


U8 = Type("U8", 1)
U16 = Type("U16", 2)
U32 = Type("U32", 4)
U64 = Type("U64", 8)
IPv4Addr = Type("IPv4Addr", 4, parse=lambda text: int(ipaddress.IPv4Address(text)))
MacAddr = Type("MacAddr", 6, alignment=1, parse=_parse_mac)
Nanoseconds = Type("Nanoseconds", 0, chosen=8)
Port = Type("Port", 0)


class Prefix4Value:
    """An IPv4 prefix: address and length in bits, 0 to 32."""

    def __init__(self, address, length):
        self.address = address
        self.length = length

    def contains(self, address):
        """The first `length` bits of the address are those of the prefix."""
        shift = 32 - self.length
        return (address >> shift) == (self.address >> shift)


class _Prefix4(Type):
    """An option that is an IPv4 prefix: its value is a Prefix4Value."""

    def read(self, raw):
        return Prefix4Value(raw[0], raw[1])


Prefix4 = _Prefix4("Prefix4", 0)


class Word:
    """The value of an Enum option: compares with the words of its type only."""

    __hash__ = None

    def __init__(self, words, number):
        self.words = words
        self.number = number

    def __eq__(self, word):
        if word not in self.words:
            raise misuse("'%s' is none of: %s" % (word, ", ".join(self.words)))
        return self.number == self.words.index(word)

    def __ne__(self, word):
        if word not in self.words:
            raise misuse("'%s' is none of: %s" % (word, ", ".join(self.words)))
        return self.number != self.words.index(word)


class Enum(Type):
    """An option that is one of these words: other: Enum("drop", "pass")."""

    def __init__(self, *words):
        if not words or not all(isinstance(word, str) for word in words):
            raise misuse("Enum takes its words: Enum(\"drop\", \"pass\")")
        super().__init__("Enum(%s)" % ", ".join(words), 0)
        self.words = words

    def read(self, raw):
        return Word(self.words, raw)


PortPairs = Type("PortPairs", 0)  # a list option whose records are pairs of ports: see PairsView


class Pair:
    """A pair of ports that belong together, as found for one of them.
    inside, outside: port numbers. partner: the other one of the port that was asked for."""

    def __init__(self, port, inside, outside):
        from vigor.values import select
        self.inside = inside
        self.outside = outside
        self.partner = select(port == inside, outside, inside)


class PairsView:
    """The pairs of a PortPairs option."""

    def __init__(self, name):
        self._name = name

    def find(self, port):
        """The Pair that this port belongs to, or None. Decides whether there is one."""
        present, inside, outside = _backend.current.pair(self._name, port)
        if present:
            return Pair(port, inside, outside)
        return None


class Listed(Type):
    """A list option whose records are a key and what is said of it: stations: Listed(Station, Place).
    The option's fields are those of the key Record and then those of the value Record; no key is listed twice."""

    def __init__(self, key, value):
        for what, record, most in (("key", key, LARGEST_KEY), ("value", value, LARGEST_VALUE)):
            if not (isinstance(record, type) and issubclass(record, Record)) or not record.fields:
                raise misuse("the %s of a Listed is a Record class with fields" % what)
            _fits(record, most, "a list's " + what)
        super().__init__("Listed", 0)
        self.key = key
        self.value = value


class ListedView:
    """The records of a Listed option."""

    def __init__(self, name, kind):
        self._name = name
        self._kind = kind

    def _find(self, key):
        if type(key) is not self._kind.key:
            raise misuse("the keys of '%s' are %s" % (self._name, self._kind.key.__name__))
        return _backend.current.listed(self._name, key.raw())

    def find(self, key):
        """The value Record that is listed for this key, or None. Decides whether there is one."""
        present, value = self._find(key)
        return self._kind.value.of_raw(value) if present else None

    def __contains__(self, key):
        """The key is listed. Python's `in` decides."""
        present, value = self._find(key)
        return bool(present)


class Backends(Listed):
    """A list option whose records are backends that flows are spread over: backends: Backends(Address, Backend, size=4096).
    The key takes 16 bytes. A field 'weight' of the value, if there is one, is the backend's share; with weight 0 it gets
    no new flows. size: of the Maglev table, the name of an option or a number."""

    def __init__(self, key, value, *, size):
        super().__init__(key, value)
        if not 8 < key.c_size() <= 16:
            raise misuse("the key of Backends takes 9 to 16 bytes")
        if not isinstance(size, str) and not (type(size) is int and size > 0):
            raise misuse("the size of Backends is the name of an option or a positive number")
        self.__name__ = "Backends"
        self.size = size


class BackendsView(ListedView):
    """The records of a Backends option."""

    def pick(self, alive, hashed):
        """(key Record, value Record) of the backend that a flow with this hash (64 bits) goes to, or None. Decides whether
        there is one. alive: the table of the state whose present keys are the backends that live.

        Each hash has an order of preference of all backends with a weight, fixed by the configuration; the pick is the first
        in it that is alive. None: none is."""
        present, key, value = _backend.current.pick(alive._version, self._name, alive._name, hashed)
        return (self._kind.key.of_raw(key), self._kind.value.of_raw(value)) if present else None


class Routes(Type):
    """A list option whose records are routes, a prefix and what is said of it: routes: Routes(Hop).
    The option's fields are the prefix and then those of the Record; no prefix is listed twice."""

    def __init__(self, value):
        if not (isinstance(value, type) and issubclass(value, Record)) or not value.fields:
            raise misuse("the value of Routes is a Record class with fields")
        _fits(value, LARGEST_VALUE, "a route's value")
        super().__init__("Routes", 0)
        self.value = value


class RoutesView:
    """The routes of a Routes option."""

    def __init__(self, name, kind):
        self._name = name
        self._kind = kind

    def longest(self, address):
        """The value Record of the longest prefix that contains this address, or None. Decides whether there is one."""
        present, value = _backend.current.longest(self._name, address)
        return self._kind.value.of_raw(value) if present else None

    def get(self, prefix, length):
        """The value Record that is listed for exactly this prefix, or None. Decides whether there is one."""
        present, value = self.look(prefix, length)
        return value if present else None

    def look(self, prefix, length):
        """The same without a decision: (it is listed, its value Record, which means something only if it is)."""
        present, value = _backend.current.route(self._name, prefix, length)
        return present, self._kind.value.of_raw(value)


def is_type(candidate):
    return candidate is IPv6Addr or isinstance(candidate, Type)


def type_name(kind):
    return kind.__name__


class Record:
    """A group of fields, kept as the key or the value of a table. Its annotations give the fields
    in the order in which the C struct has them:

        class Flow(Record):
            src: IPv4Addr
            src_port: U16

    Flow(src, src_port) makes one. Two are equal (one condition) iff all fields are."""

    fields = ()
    __hash__ = None

    def __init_subclass__(cls):
        super().__init_subclass__()
        fields = list(cls.fields)
        for name, kind in cls.__dict__.get("__annotations__", {}).items():
            if not is_type(kind) or not kind.size:
                raise misuse("%s.%s: a field of a Record is U8, U16, U32, U64, IPv4Addr, IPv6Addr or MacAddr"
                             % (cls.__name__, name))
            fields.append((name, kind))
        cls.fields = tuple(fields)

    def __init__(self, *values, **named):
        names = [name for name, kind in self.fields]
        if len(values) > len(names):
            raise misuse("%s has %d fields, not %d" % (type(self).__name__, len(names), len(values)))
        given = dict(zip(names, values))
        for name, value in named.items():
            if name not in names or name in given:
                raise misuse("%s: '%s' is no field of it, or is given twice" % (type(self).__name__, name))
            given[name] = value
        for name in names:
            if name not in given:
                raise misuse("%s: field '%s' is missing" % (type(self).__name__, name))
            setattr(self, name, given[name])

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        equal = True
        for name, kind in self.fields:
            equal = equal & (getattr(self, name) == getattr(other, name))
        return equal

    def __ne__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return (self == other) == False  # noqa: E712: does not decide

    def raw(self):
        """The fields as the backend takes them: numbers; (hi, lo) for an IPv6 address."""
        return tuple(_raw(getattr(self, name)) for name, kind in self.fields)

    @classmethod
    def of_raw(cls, raw):
        """The inverse of raw."""
        return cls(*[IPv6Addr(*value) if kind is IPv6Addr else value
                     for (name, kind), value in zip(cls.fields, raw)])

    @classmethod
    def c_size(cls):
        """Bytes of the C struct with these fields in this order, without trailing padding."""
        at = 0
        for name, kind in cls.fields:
            at = -(-at // kind.alignment) * kind.alignment + kind.size
        return at


def _raw(value):
    return (value.hi, value.lo) if isinstance(value, IPv6Addr) else value


LARGEST_KEY = 40    # bytes: the widest compiled flow table has keys of 5 words ...
LARGEST_VALUE = 32  # ... and values of 4
MOST_CLASSES = 8


class Table:
    """Declares a table of the state: a map from key records to value records whose entries expire.

    key, value   Record classes; value may be None
    capacity     the name of the option that says how many entries fit, or a number
    lifetime     the name of the option that says how long an entry lives unused, or nanoseconds
    lifetimes    instead of lifetime: one for each lifetime class, in the order of the classes
    shift        time in the table is counted in ticks of 2**shift nanoseconds
    slots        the specification asks for slots (Entry.slot, at)

    An entry is present iff tick - last_use <= lifetime of its class, in ticks, rounded up."""

    def __init__(self, key, value=None, *, capacity, lifetime=None, lifetimes=None, shift=26, slots=False):
        if not (isinstance(key, type) and issubclass(key, Record)) or not key.fields:
            raise misuse("the key of a Table is a Record class with fields")
        if value is not None and not (isinstance(value, type) and issubclass(value, Record)):
            raise misuse("the value of a Table is a Record class or None")
        if (lifetime is None) == (lifetimes is None):
            raise misuse("a Table has either lifetime= or lifetimes=")
        lifetimes = (lifetime,) if lifetimes is None else tuple(lifetimes)
        if not 1 <= len(lifetimes) <= MOST_CLASSES:
            raise misuse("a Table has 1 to %d lifetime classes" % MOST_CLASSES)
        for what in (capacity, *lifetimes):
            if not isinstance(what, str) and not (type(what) is int and what > 0):
                raise misuse("capacities and lifetimes are option names or positive numbers")
        if type(shift) is not int or not 0 <= shift <= 40:
            raise misuse("the shift of a Table is 0 to 40")
        _fits(key, LARGEST_KEY, "a table's key")
        if value is not None:
            _fits(value, LARGEST_VALUE, "a table's value")
            for name in ("key", "state", "last_use", "slot"):
                if any(field == name for field, kind in value.fields):
                    raise misuse("%s.%s: every entry has a '%s' already" % (value.__name__, name, name))
        self.key = key
        self.value = value
        self.capacity = capacity
        self.lifetimes = lifetimes
        self.shift = shift
        self.slots = slots


def _fits(record, most, what):
    if record.c_size() > most:
        raise misuse("%s takes %d bytes: %s has at most %d"
                     % (record.__name__, record.c_size(), what, most))
