# SPDX-License-Identifier: BSD-3-Clause
"""What a standard leaves open, and the network function decides.

A choice is read off what the function did, and must be one that may be made. So a specification with choices says which
outcomes are right: those that it computes itself from what it reads off them. Whatever expression names the value, there
is nothing to search for and nothing to assume: if the expression finds the wrong value, or the function made another choice
elsewhere, what the specification computes from it is not what the function did."""

from vigor import _backend
from vigor.errors import NotAllowed, Unseen, misuse
from vigor.packet import Packet
from vigor.state import TableView
from vigor.types import Port, Type
from vigor.values import IPv6Addr, between, ports

DONE = 2  # the version of packet and state that the function left: see vigor._backend

seen = None  # a Seen while a specification runs


def choose(kind, from_, *, otherwise, where=None):
    '''A value that the network function chooses, of this type (U8 to U64, IPv4Addr, IPv6Addr, MacAddr, Nanoseconds, Port).

        ip.identification = choose(U16, lambda seen: seen.packet.data[18, 2], otherwise=0,
                                   where=lambda value: value != 0xFFFF)

    from_       tells it from what the function did, a Seen: the packet as it was sent, the ports, the state afterwards
    otherwise   the value where what from_ asks for is not there: nothing was sent, the packet is shorter, a header or an
                entry is None. Also where no function is run beside the specification
    where       what must hold of the value, whichever of the two it is. Every value of the type if not given

    A function whose choice is not allowed violates the specification. Both functions are called once.'''
    if seen is None:
        raise misuse("only a specification leaves a choice: a property or an invariant looks at what was chosen")
    if _backend.merging:
        raise misuse("choose in a pure function: what the network function did is not one of its arguments")
    value = _read(from_, otherwise)
    if not _of_kind(kind, value):
        raise NotAllowed(value, None)
    if where is not None and not _condition(where(value)):
        raise NotAllowed(value, where)
    return value


def _read(from_, otherwise):
    try:
        return from_(seen)
    except Unseen:
        return otherwise
    except AttributeError as error:
        if error.name is None or error.obj is not None:  # not an attribute of None: a name that nothing has
            raise
        return otherwise


def _of_kind(kind, value):
    """Whether the value is one of the type."""
    if kind is IPv6Addr:
        if not isinstance(value, IPv6Addr):
            raise misuse("an IPv6Addr is to be chosen: from_ and otherwise answer one")
        return True
    if kind is not Port and not (isinstance(kind, Type) and kind.chosen):
        raise misuse("choose makes a number of a type that has a range, or an IPv6Addr")
    if value is None or isinstance(value, (bool, IPv6Addr)):
        raise misuse("a number is to be chosen: from_ and otherwise answer one")
    return between(value, 0, ports() - 1 if kind is Port else (1 << 8 * kind.chosen) - 1)


def _condition(holds):
    if holds is None:
        raise misuse("where= returns a condition; there is a way through it that returns nothing")
    return holds


class Seen:
    """What the network function did with the packet, as `choose` reads it. What is not there makes the choice `otherwise`."""

    def __init__(self, state):
        self.state = state  # after the packet: entries by key; None where absent
        self._packet = SeenPacket(DONE, writable=False)

    @property
    def ports(self):
        """Bit p is set iff the packet was sent out of port p."""
        return _backend.current.sent_ports()

    @property
    def packet(self):
        """The packet as it was sent: not there if it was dropped."""
        if self.ports == 0:
            raise Unseen()
        return self._packet


class SeenPacket(Packet):
    """A packet whose bytes beyond the end are not there, which is no mistake of the specification."""

    def word(self, index, size):
        if index + size > self.length:
            raise Unseen()
        return super().word(index, size)


class SeenTable(TableView):
    """A table as the function left it: entries by key."""

    def __getitem__(self, key):
        entry = self.get(key)
        if entry is None:
            raise Unseen()
        return entry

    def _slots(self):
        raise misuse("an entry's slot is the function's choice already: state.%s says it" % self._name)

    @property
    def count(self):
        """Not told."""
        raise misuse("a choice is read off an entry, not off how many there are")
