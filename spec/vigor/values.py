# SPDX-License-Identifier: BSD-3-Clause
"""Calculating with values that may be symbolic, without deciding anything."""

from vigor import _backend


def select(condition, a, b):
    """a where the condition holds, else b. Unlike `a if condition else b` it makes one value
    instead of two cases; both a and b are always evaluated. Numbers, conditions, IPv6Addr."""
    if isinstance(condition, bool):
        return a if condition else b
    if isinstance(a, IPv6Addr):
        return IPv6Addr(select(condition, a.hi, b.hi), select(condition, a.lo, b.lo))
    return _backend.current.select(condition, a, b)


def not_(condition):
    """The opposite condition, without deciding it (`not` decides). Never write ~ for it:
    in Python ~True is the number -2, which counts as true."""
    return condition == False  # noqa: E712: the comparison is the point


def one_of(number, *choices):
    """The number equals one of the choices: one condition (`in` decides once for each)."""
    condition = False
    for choice in choices:
        condition = condition | (number == choice)
    return condition


def between(number, low, high):
    """low <= number <= high, both included, as one condition (a chained comparison decides twice)."""
    return (number >= low) & (number <= high)


def now():
    """The time at which the packet is handled: nanoseconds, never decreasing."""
    return _backend.current.now()


def ports():
    """How many ports there are; they are numbered from 0."""
    return _backend.current.ports()


class IPv6Addr:
    """An IPv6 address: hi and lo are its first and last 64 bits.
    As a type in a Record or in Config it stands for 16 bytes in network order."""

    size = 16
    alignment = 1
    __hash__ = None

    def __init__(self, hi, lo=None):
        if lo is None:
            number = _parse6(hi)
            hi, lo = number >> 64, number & 0xFFFFFFFFFFFFFFFF
        self.hi = hi
        self.lo = lo

    def __eq__(self, other):
        if not isinstance(other, IPv6Addr):
            return NotImplemented
        return (self.hi == other.hi) & (self.lo == other.lo)

    def __ne__(self, other):
        if not isinstance(other, IPv6Addr):
            return NotImplemented
        return (self.hi != other.hi) | (self.lo != other.lo)


def _parse6(text):
    import ipaddress
    return int(ipaddress.IPv6Address(text))
