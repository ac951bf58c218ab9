# SPDX-License-Identifier: BSD-3-Clause
"""Who answers when a specification reads, writes or decides: real packets, or the verifier.

A backend is an object with these methods. Version 0 is the packet as it arrived and the state
before it; version 1 is what this run has made of them so far. Of length, word and find there is a version 2: what the
network function, which is done with the packet, has left. They and sent_ports raise Unseen where no function is run.

    length(version), word(version, index, n), write(index, n, value)
    grow_front(n), grow_back(n), trim_front(n), trim_back(n)
    port(), ports(), now(), option(name), pair(name, port), listed(name, key)
    longest(name, address), route(name, prefix, length), pick(version, name, table, hash), maglev_hash(words)
    sent_ports(), unchanged()
    find(version, table, key), insert(table, key, class, value), put(table, key, class, value)
    touch(table, key), erase(table, key), count(version, table), capacity(table)
    slot(version, table, key), at(version, table, slot)
    select(condition, a, b), merge(function, arguments), token_level(rate, burst, tokens, elapsed)
    asserted(file, line)

Of the history of a property, by its number (vigor.history):

    log_find(version, number, log, key), log_put(number, log, key, value), unknown(number, name)
    assume(condition), condition(function): all its cases in one
    surely(condition), looked(table), arbitrary(number, name, is_log), look_later(yes), once(level, function): the verifier only
    keys(number, name, is_log): real packets only

Numbers are mathematical integers. Under the verifier they and the conditions made from them are
symbolic, so the library only calculates and compares: it never hashes, prints, indexes with or
takes the identity of a value, and each `if` on one is a question to a solver. Conditions are
therefore joined with & and | where both sides are safe to evaluate.
"""

import functools

from vigor.errors import misuse


class _Nobody:
    def __getattr__(self, name):
        raise misuse("a specification runs only on a backend: see vigor.concrete.Reference")


class Lasting:
    """What an invariant may ask a backend: the tables, the configuration, the clock. Not the packet at hand, though there is
    one: an invariant is shown of what one packet leaves and used where another comes, which is not the same packet."""

    _ASKED = frozenset(("find", "count", "capacity", "slot", "at", "pick", "option", "pair", "listed", "longest", "route",
                        "maglev_hash", "token_level", "now", "ports", "select", "merge", "log_find", "unknown", "asserted"))

    def __init__(self, backend):
        self._backend = backend

    def __getattr__(self, name):
        if name not in self._ASKED:
            raise misuse("an invariant holds between packets: it asks nothing about a packet")
        return getattr(self._backend, name)


current = _Nobody()
merging = False  # a pure function runs


def use(backend):
    """Makes this backend the one that answers from now on; gives back the one before it."""
    global current
    previous, current = current, backend
    return previous


def lasting(says, *arguments):
    """What an invariant says."""
    previous = use(Lasting(current))
    try:
        return says(*arguments)
    finally:
        use(previous)


def pure(function):
    """Marks a function without side effects that takes numbers and returns a flat tuple of
    numbers and conditions. The verifier explores it once and joins its outcomes, so that
    the decisions inside do not multiply the paths of the specification around it."""

    @functools.wraps(function)
    def merged(*arguments):
        global merging
        outer, merging = merging, True
        try:
            return current.merge(function, arguments)
        finally:
            merging = outer

    return merged
