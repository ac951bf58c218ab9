# SPDX-License-Identifier: BSD-3-Clause
"""Views: a header at a place in a packet, its fields read and written through."""

from vigor.errors import misuse
from vigor.values import IPv6Addr


class seen:
    """A property that is worked out at the first look and then kept, so that what it decides
    is decided once. What a write may make untrue is forgotten: see forget."""

    def __init__(self, function):
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


def forget(instance):
    """Drops what `seen` properties of the instance keep."""
    for kind in type(instance).__mro__:
        for name, attribute in kind.__dict__.items():
            if isinstance(attribute, seen):
                instance.__dict__.pop(name, None)


class Field:
    """A field of a header: size bytes from byte `at` of it, most significant first; a number.

    shape: the field says which headers there are or how long they are. After writing it, take
    views from the packet anew."""

    def __init__(self, at, size, doc, shape=False):
        self.at = at
        self.size = size
        self.shape = shape
        self.__doc__ = doc

    def __get__(self, view, owner):
        if view is None:
            return self
        return view.word(self.at, self.size)

    def __set__(self, view, value):
        view.set_word(self.at, self.size, value)
        if self.shape:
            forget(view)
            forget(view.packet)


class AddressField:
    """An IPv6 address in a header: 16 bytes from byte `at`; an IPv6Addr."""

    def __init__(self, at, doc):
        self.at = at
        self.__doc__ = doc

    def __get__(self, view, owner):
        if view is None:
            return self
        return IPv6Addr(view.word(self.at, 8), view.word(self.at + 8, 8))

    def __set__(self, view, value):
        view.set_word(self.at, 8, value.hi)
        view.set_word(self.at + 8, 8, value.lo)


class View:
    """A header that starts at byte `start` of the packet."""

    def __init__(self, packet, start):
        self.packet = packet
        self.start = start
        self._front = packet.front

    def word(self, at, size):
        """The number in size bytes (1 to 8) from byte `at` of the header, most significant first."""
        return self.packet.word(self._placed() + at, size)

    def set_word(self, at, size, value):
        """Writes what word would read."""
        self.packet.set_word(self._placed() + at, size, value)

    def _placed(self):
        if self._front != self.packet.front:
            raise misuse("this header was taken before the packet grew or shrank at the front: take it anew")
        return self.start


class Other:
    """Something that is not looked into: an EtherType or a protocol that has no view here, or a
    later fragment, which starts with no header of its own."""
