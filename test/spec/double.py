# SPDX-License-Identifier: BSD-3-Clause
"""A hostile stand-in for the verifier's symbolic values.

Every number and condition carries its concrete value inside, and a term that says how it was made. Anything
but calculating, comparing and deciding raises, so that a run shows that nothing else is done; and each decision
is written down, so that they can be counted."""

import operator

from support import Concrete


class Forbidden(TypeError):
    """Something was asked of a value that a symbolic value does not have."""


def _forbid(name):
    def refuse(self, *arguments):
        raise Forbidden(name)
    return refuse


class Value:
    """Raises for whatever a symbolic value cannot do."""

    __slots__ = ("value", "term", "log")

    def __init__(self, value, term, log):
        self.value, self.term, self.log = value, term, log


for _name in ("hash", "str", "repr", "format", "index", "int", "float", "len", "iter", "contains", "getitem", "call",
              "reduce", "reduce_ex", "copy", "deepcopy", "truediv", "rtruediv", "pow", "rpow", "invert", "neg", "abs",
              "round", "complex", "divmod"):
    setattr(Value, "__%s__" % _name, _forbid(_name))


class Number(Value):
    __slots__ = ()
    __bool__ = _forbid("the truth of a number")


class Condition(Value):
    __slots__ = ()

    def __bool__(self):
        self.log.append((self.term, self.value))
        return self.value


def _parts(value, log):
    if isinstance(value, Value):
        return value.value, value.term
    if isinstance(value, (bool, int)):
        return value, value
    return None


def _operation(function, name, made, swapped):
    def calculate(self, other):
        parts = _parts(other, self.log)
        if parts is None:
            return NotImplemented
        values, terms = (self.value, parts[0]), (self.term, parts[1])
        if swapped:
            values, terms = values[::-1], terms[::-1]
        if name in ("floordiv", "mod") and isinstance(terms[1], tuple):
            raise Forbidden("a divisor that is not a constant")
        result = function(*values)
        if made is Number and not 0 <= result < 1 << 64:
            raise Forbidden("a number that leaves 64 bits")
        return made(result, (name, *terms), self.log)
    return calculate


for _kind, _made, _names in [
        (Number, Number, ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor", "lshift", "rshift")),
        (Condition, Condition, ("and", "or", "xor"))]:
    for _name in _names:
        _function = getattr(operator, {"and": "and_", "or": "or_"}.get(_name, _name))
        setattr(_kind, "__%s__" % _name, _operation(_function, _name, _made, False))
        setattr(_kind, "__r%s__" % _name, _operation(_function, _name, _made, True))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Number, "__%s__" % _name, _operation(getattr(operator, _name), _name, Condition, False))
for _name in ("eq", "ne"):
    setattr(Condition, "__%s__" % _name, _operation(getattr(operator, _name), _name, Condition, False))
Number.__hash__ = Condition.__hash__ = _forbid("hash")


class Double:
    """A backend that answers in such values, over a concrete one."""

    def __init__(self, real):
        self.real = real
        self.log = []     # (term, value) of each decision of the specification
        self.merged = []  # the same inside merged functions
        self.writes = 0   # how often the packet or the state was changed: part of what a reading means

    def begin(self, packet, port, now, done=None):
        self.real.begin(packet, port, now, done)
        self.log, self.merged, self.writes = [], [], 0

    def decisions(self):
        """How many different questions the specification decided: one that is asked twice is free."""
        return len({term for term, value in self.log}), len({term for term, value in self.merged})

    def _wrap(self, value, term):
        if isinstance(value, tuple):
            return tuple(self._wrap(part, (term, place)) for place, part in enumerate(value))
        return (Condition if isinstance(value, bool) else Number)(value, term, self.log)

    def _bare(self, value):
        if isinstance(value, tuple):
            return tuple(self._bare(part) for part in value)
        return value.value if isinstance(value, Value) else value

    def _term(self, value):
        if isinstance(value, tuple):
            return tuple(self._term(part) for part in value)
        return value.term if isinstance(value, Value) else value

    def __getattr__(self, name):
        method = getattr(self.real, name)

        def call(*arguments):
            result = method(*self._bare(arguments))
            asks_state = name not in ("option", "pair", "listed", "longest", "route", "maglev_hash", "port", "ports", "now", "token_level")
            term = (name, self._term(arguments), self.writes if asks_state else 0)
            if name in ("write", "put", "log_put", "touch", "erase", "insert") or name.startswith(("grow", "trim")):
                self.writes += 1
            return None if result is None else self._wrap(result, term)
        return call

    def condition(self, function):
        return function()

    def keys(self, *arguments):
        return self.real.keys(*arguments)

    def select(self, condition, a, b):
        if not isinstance(condition, Condition):
            raise Forbidden("a select without a condition")
        chosen = a if condition.value else b
        return self._wrap(self._bare(chosen), ("select", condition.term, self._term(a), self._term(b)))

    def merge(self, function, arguments):
        before = len(self.log)
        results = function(*arguments)
        self.merged += self.log[before:]
        del self.log[before:]
        return self._wrap(self._bare(results), ("merge", function.__name__, self._term(arguments), self.writes))


def over(reference):
    """Makes a Reference answer in hostile values from now on."""
    assert isinstance(reference.backend, Concrete)
    double = Double(reference.backend)

    class Bridge:
        """What Reference itself calls is answered plainly."""

        def begin(self, packet, port, now, done=None):
            double.begin(packet, port, now, done)

        def end(self, mask):
            return double.real.end(double._bare(mask))

        def __getattr__(self, name):
            return getattr(double, name)

    reference.backend = Bridge()
    return double
