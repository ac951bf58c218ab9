# SPDX-License-Identifier: BSD-3-Clause
"""Which of several backends a flow goes to: "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016),
section 3.4, over all backends that are listed, and an order of preference behind it.

Numbers here are what they are in every instance: nothing depends on a secret."""

from vigor import _backend

_WORD = (1 << 64) - 1
TRIES = 64      # entries of the table that are tried
FREE = None


def maglev_hash(*words):
    """A hash of 1 to 5 numbers of 64 bits: 64 bits. Of equal numbers always the same; to the verifier any such function."""
    return _backend.current.maglev_hash(tuple(words))


def _mix(x):
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & _WORD
    x = (x ^ x >> 27) * 0x94d049bb133111eb & _WORD
    return x ^ x >> 31


def hash_of(words):
    """maglev_hash of plain numbers, any number of them."""
    value = len(words)
    for word in words:
        value = _mix(value * 0x9e3779b97f4a7c15 + word & _WORD)
    return _mix(value)


def prime_from(least):
    """The smallest prime number that is not below."""
    while least < 2 or any(least % d == 0 for d in range(2, int(least ** 0.5) + 1)):
        least += 1
    return least


def fill(backends, size):
    """The table: for each entry the number of a backend. backends: (name, weight) of each. None: none has a weight.

    Section 3.4: permutation[i][j] = (offset + j * skip) mod M; the backends take turns, and each takes the first entry
    in its permutation that is still free. A weight is a share of the turns: a backend takes one whenever what it has
    earned, its weight a round, pays for one, which costs the highest weight."""
    most = max([weight for name, weight in backends], default=0)
    if not most:
        return None
    table, left = [FREE] * size, size
    at = [_mix(name) % size for name, weight in backends]
    skip = [_mix(~name & _WORD) % (size - 1) + 1 for name, weight in backends]
    earned = [0] * len(backends)
    while left:
        for number, (name, weight) in enumerate(backends):
            earned[number] += weight
            if earned[number] < most or not left:
                continue
            earned[number] -= most
            while table[at[number]] is not FREE:
                at[number] = (at[number] + skip[number]) % size
            table[at[number]] = number
            left -= 1
    return table


class Preferences:
    """Each hash's order of preference of all backends: what the table says at the hash, at its hash, and so on, TRIES
    times, and then all backends as they are listed, from a place on that the next hash says.

    backends: (name, weight) of each, as listed. size: of the table, which has the next prime number of entries."""

    def __init__(self, backends, size):
        self._weights = [weight for name, weight in backends]
        self._table = fill(backends, prime_from(size))

    def order(self, value):
        """The numbers of backends, best first. Some come more than once."""
        if self._table is None:
            return
        for _ in range(TRIES):
            yield self._table[(value >> 32) * len(self._table) >> 32]
            value = hash_of((value,))
        count = len(self._weights)
        first = (value >> 32) * count >> 32
        for i in range(count):
            if self._weights[(first + i) % count]:
                yield (first + i) % count
