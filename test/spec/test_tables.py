# SPDX-License-Identifier: BSD-3-Clause
"""Tables of the concrete backend against the plainest model of what libvig/flow_table.h says."""

import random
import unittest

import support as s
from vigor import SpecError
from vigor._load import explain

SPEC = """
from vigor import *
class Key(Record):
    id: U8
class Value(Record):
    v: U16
class Config:
    capacity: U32
    long: Nanoseconds
class State:
    t = Table(Key, Value, capacity="capacity", lifetimes=("long", 100), shift=4, slots=True)
def spec(packet, state, config):
    key = Key(packet.data[1])
    kind, value = packet.data[2], packet.data[3]
    match packet.data[0]:
        case 0:
            return forward(packet, to=[0]) if state.t.insert(key, state=kind, v=value) else drop()
        case 1:
            return forward(packet, to=0) if state.t.refresh(key) else drop()
        case 2:
            if key in state.t:
                state.t.put(key, state=kind, v=value)
        case 3:
            if key in state.t:
                state.t.erase(key)
        case 4:
            entry = state.t.get(key)
            return drop() if entry is None else forward(packet, to=entry.state)
        case 5:
            return forward(packet, to=0) if state.t.full else drop()
        case 6:
            state.t.put(key, state=kind, v=value)
        case 7:
            state.t.insert(key, state=9, v=value)
        case 8:
            state.t.insert(key, state=0, v=1 << 16)
        case 9:
            state.t.insert(key, v=1)
        case 10:
            return forward(packet, to=state.t[key].nothing)
        case 11:
            entry = state.t.at(value)
            return drop() if entry is None or entry.slot != value else forward(packet, to=state.t[entry.key].slot)
    return drop()
"""


class Model:
    """Everything is scanned at every step."""

    def __init__(self, capacity, lifetimes, shift):
        self.capacity, self.lifetimes, self.shift = capacity, lifetimes, shift
        self.stored = {}

    def live(self, now):
        return {key: entry for key, entry in self.stored.items()
                if (now >> self.shift) - entry[2] <= self.lifetimes[entry[0]]}

    def step(self, what, key, kind, value, now):
        live, tick = self.live(now), now >> self.shift
        self.stored = live
        if what == 0:
            if key not in live and len(live) == self.capacity:
                return 0
            live[key] = (kind, (value,), tick)
            return 1
        if what == 5:
            return int(len(live) == self.capacity)
        if key not in live:
            return 0
        if what == 1:
            live[key] = live[key][:2] + (tick,)
            return 1
        if what == 2:
            live[key] = (kind, (value,), tick)
        if what == 3:
            del live[key]
        if what == 4:
            return 1 << live[key][0]
        return 0


def made(capacity=3):
    with s.folder(SPEC) as place:
        return s.Reference(s.load(place), {"capacity": capacity, "long": 500}, 2)


class Tables(unittest.TestCase):
    def test_against_the_model(self):
        chance = random.Random(3)
        for capacity in (1, 3, 5):
            reference = made(capacity)
            model = Model(capacity, [32, 7], 4)  # 500 and 100 ns in ticks of 16, rounded up
            now, slots = 0, {}
            for _ in range(4000):
                now += chance.choice([0, 1, 7, 15, 16, 40, 90, 200])
                call = chance.randrange(6), chance.randrange(7), chance.randrange(2), chance.randrange(9)
                mask, sent = reference.step(bytes(call), 0, now)
                before, stored = model.live(now), None
                self.assertEqual(mask, model.step(call[0], call[1], call[2], call[3], now), call)
                stored = model.live(now)
                self.assertEqual(reference.entries("t"), {(key,): entry for key, entry in stored.items()})
                self.assertEqual(reference.live("t"), len(stored))
                self.assert_before(reference, before)
                slots = self.assert_slots(reference, capacity, slots, before, stored)

    def assert_slots(self, reference, capacity, slots_before, before, stored):
        """Each entry has a slot of its own, and keeps it; what was there before the step is told as it was."""
        backend = reference.backend
        slots = {key: backend.slot(1, "t", (key,)) for key in stored}
        self.assertEqual(len(set(slots.values())), len(slots))
        self.assertEqual({slot: (key,) for key, slot in slots.items()}, reference.slots("t"))
        for slot in range(capacity):
            for version, entries, known in (0, before, slots_before), (1, stored, slots):
                present, key, value, kind, last = backend.at(version, "t", slot)
                self.assertEqual(present, slot in [known[key] for key in entries])
                if present:
                    self.assertEqual((known[key[0]], entries[key[0]]), (slot, (kind, value, last)))
        self.assertFalse(backend.at(1, "t", capacity)[0])
        for key in set(before) & set(stored):
            self.assertEqual(slots[key], slots_before[key])
        for key in before:
            self.assertEqual(backend.slot(0, "t", (key,)), slots_before[key])
        return slots

    def test_slots_are_chosen_from_outside(self):
        reference = made(capacity=5)
        wanted = iter([4, None, 1, None, None])
        reference.choose_slots("t", lambda key: next(wanted))
        for key in range(5):
            reference.step(bytes([0, key, 0, 0]), 0, 0)
        self.assertEqual(reference.slots("t"), {4: (0,), 0: (1,), 1: (2,), 2: (3,), 3: (4,)})

    def assert_before(self, reference, before):
        for key in range(7):
            present, value, kind, last = reference.backend.find(0, "t", (key,))
            self.assertEqual((kind, value, last) if present else None, before.get(key))
        self.assertEqual(reference.backend.count(0, "t"), len(before))

    def test_the_last_tick_of_a_lifetime(self):
        reference = made()
        reference.step(bytes([0, 1, 1, 0]), 0, 0)
        self.assertEqual(reference.step(bytes([4, 1, 0, 0]), 0, 7 * 16 + 15)[0], 2)
        self.assertEqual(reference.step(bytes([4, 1, 0, 0]), 0, 8 * 16)[0], 0)

    def test_an_entry_by_its_slot(self):
        reference = made()
        self.assertEqual(reference.step(bytes([11, 9, 0, 0]), 0, 0)[0], 0)
        for key in (5, 6):
            reference.step(bytes([0, key, 0, 0]), 0, 0)
        self.assertEqual([reference.step(bytes([11, 9, 0, slot]), 0, 0)[0] for slot in range(4)], [1, 2, 0, 0])

    def test_slots_are_declared(self):
        with s.folder(SPEC.replace(", slots=True", "")) as place:
            reference = s.Reference(s.load(place), {"capacity": 3, "long": 500}, 2)
        with self.assertRaisesRegex(SpecError, "declared without slots=True"):
            reference.step(bytes([11, 9, 0, 0]), 0, 0)

    def test_touched(self):
        reference = made()
        reference.step(bytes([0, 1, 0, 0]), 0, 0)
        self.assertEqual(reference.touched(), {"t": [(1,)]})
        reference.step(bytes([5, 1, 0, 0]), 0, 0)
        self.assertEqual(reference.touched(), {"t": []})

    def test_mistakes(self):
        for what, code, words in [(6, "state.t.put(key, state=kind, v=value)", "not in 't'"),
                                  (7, "state.t.insert(key, state=9, v=value)", "no lifetime class 9"),
                                  (8, "state.t.insert(key, state=0, v=1 << 16)", "does not fit"),
                                  (9, "state.t.insert(key, v=1)", "say state="),
                                  (10, "return forward(packet, to=state.t[key].nothing)", "not in 't'")]:
            error = None
            try:
                made().step(bytes([what, 1, 0, 0]), 0, 0)
            except SpecError as caught:
                error = caught
            file, line, message = explain(error)
            self.assertTrue(file.endswith("spec.py"))
            self.assertEqual(SPEC.split("\n")[line - 1].strip(), code)
            self.assertIn(words, message)

    def test_time_and_ports_are_checked(self):
        reference = made()
        reference.step(bytes(4), 0, 10)
        with self.assertRaises(ValueError):
            reference.step(bytes(4), 0, 9)
        with self.assertRaises(ValueError):
            reference.step(bytes(4), 2, 10)

    def test_long_traces_do_not_scan(self):
        reference = made(capacity=200)
        table = reference.backend._tables["t"]
        for now in range(0, 100_000, 16):
            reference.step(bytes([0, now // 16 % 200, now // 16 % 2, 0]), 0, now)
        self.assertEqual(sum(map(len, table.order)), len(table.entry))
        self.assertLessEqual(len(table.entry), 33 // 2 + 9)


if __name__ == "__main__":
    unittest.main()
