# SPDX-License-Identifier: BSD-3-Clause
"""The network function itself, with the real libVig: drives vigor-host (run/host/session.h tells its language)."""

import subprocess
import tempfile

FILL = 0xA5     # of one's complement neither +0 nor -0, so that a checksum tells whether it counts such bytes
BATCH = 40_000  # bytes that are put into the pipe, whatever is answered: fewer than it holds


class HostError(Exception):
    """vigor-host could not do what it was told."""


class FunctionEnded(Exception):
    """The function crashed or does not return."""


class Host:
    """A function being run. program: vigor-host. so: the function's file. conf: a .conf file, or None. guard: end
    it where it touches memory that it was not lent. fill: what the free bytes around a packet hold (without guard)."""

    def __init__(self, program, so, ports, conf=None, guard=False, limit_ms=None, fill=FILL):
        command = [program, so, "--ports", str(ports)]
        if conf is not None:
            command += ["--conf", conf]
        if guard:
            command += ["--guard"]
        if not guard:
            command += ["--fill", str(fill)]
        if limit_ms is not None:
            command += ["--limit-ms", str(limit_ms)]
        self._errors = tempfile.TemporaryFile()
        self.objects = 0  # how many there are figures of
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                             stderr=self._errors)
        except OSError as error:
            self._errors.close()
            raise HostError("%s: %s" % (program, error.strerror)) from None

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        self.close()

    def close(self):
        for stream in (self._process.stdin, self._process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        self._process.wait()
        self._errors.close()

    def tell(self, lines):
        """Sends lines, BATCH bytes or one line at most; their answers are then to be read."""
        try:
            self._process.stdin.write("".join(line + "\n" for line in lines).encode() + b"sync\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # what it still had to say is to be read, and says why

    def answer(self):
        """The next line of answers. Raises FunctionEnded or HostError where the session has ended."""
        line = self._process.stdout.readline().decode()
        word = line.split(" ", 1)[0]
        if word in ("crashed", "hangs"):
            raise FunctionEnded(line.strip())
        if word in ("error", "refused"):
            raise HostError(line.strip())
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise HostError(self._errors.read().decode(errors="replace").strip() or "vigor-host ended")
        return line.rstrip("\n")

    def answers(self):
        """The lines up to "done"."""
        lines = []
        while True:
            line = self.answer()
            if line == "done":
                return lines
            lines.append(line)

    def configuration(self):
        """({option: (lo, hi)}, {list: [[(lo, hi), …], …]}) as it would start now. Lists without records are
        left out."""
        options, lists = {}, {}
        self.tell(["options"])
        for line in self.answers():
            word, name, *rest = line.split(" ")
            if word == "option":
                options[name] = (int(rest[1]), int(rest[2]))
            else:
                lists.setdefault(name, []).append([tuple(int(part) for part in value.split(":")) for value in rest])
        return options, lists

    def start(self, options=None, lists=None):
        """Runs nf_init. options: {name: (lo, hi)}; lists: {name: [[field, …], …]}, a field being a number or
        (lo, hi)."""
        for name, (low, high) in (options or {}).items():
            self.tell(["option %s %d %d" % (name, low, high)])
        for name, records in (lists or {}).items():
            for record in records:
                self.tell(["record %s %s" % (name, " ".join(_field(value) for value in record))])
        self.tell(["start"])
        self.answer()
        self.tell(["figures 0"])
        self.objects = len(self.answers())

    def tables(self):
        """{name: Layout} of the function's tables."""
        return self._layouts("table")

    def lists(self):
        """{name: Layout} of what its lists are kept in."""
        return self._layouts("list")

    def _layouts(self, what):
        layouts = {}
        self.tell(["tables"])
        for line in self.answers():
            word, name, *rest = line.split(" ")
            if word == "field":
                field, offset, size, order = rest
                layout.fields[name].append((field, int(offset), int(size), order))
                continue
            layout = Layout(name, *[int(number) for number in rest])
            if word == what:
                layouts[name] = layout
        return layouts

    def step(self, port, now, data):
        """Shows it one packet. Returns the mask of ports, and its bytes as they are then: None if it
        answered a packet outside its buffer."""
        self.tell([packet_line(port, now, data)])
        return read_sent(self.answer())

    def dump(self, layout, now):
        """{key: (class, value, tick)} of what is live, as in vigor.concrete."""
        return self.dump_all(layout, now)[0]

    def dump_all(self, layout, now):
        """(what dump answers, {key: slot})."""
        self.tell(["dump %s %d" % (layout.name, now)])
        entries, slots = {}, {}
        for line in self.answers():
            word, key, kind, tick, value, slot = line.split(" ")
            key = layout.decode("key", key)
            entries[key] = (int(kind), layout.decode("value", value), int(tick))
            slots[key] = int(slot)
        return entries, slots

    def slot(self, layout, key, now):
        """The slot of a key, or None if it is absent."""
        self.tell([key_line("slot", layout, key, now)])
        word, *number = self.answer().split(" ")
        return int(number[0]) if number else None


class Layout:
    """A table or list as the function has it: how its records are laid out. fields: by part ("key", "value"),
    [(name, offset, bytes, "host" or "network")]."""

    def __init__(self, name, shift=0, capacity=0, *lifetimes):
        self.name = name
        self.shift = shift
        self.capacity = capacity
        self.lifetimes = list(lifetimes)  # in ticks
        self.fields = {"key": [], "value": []}

    def encode(self, part, raw):
        """The bytes of a record in hexadecimal, as far as its last field. raw: a number for each field, (hi, lo) for
        16 bytes."""
        fields = self.fields[part]
        data = bytearray(max((offset + size for name, offset, size, order in fields), default=0))
        for (name, offset, size, order), value in zip(fields, raw):
            number = value[0] << 64 | value[1] if size == 16 else value
            data[offset:offset + size] = number.to_bytes(size, "big" if order == "network" else "little")
        return data.hex()

    def decode(self, part, text):
        """The inverse of encode."""
        data = bytes.fromhex(text)
        raw = []
        for name, offset, size, order in self.fields[part]:
            number = int.from_bytes(data[offset:offset + size], "big" if order == "network" else "little")
            raw.append((number >> 64, number & (1 << 64) - 1) if size == 16 else number)
        return tuple(raw)


def _field(value):
    return "%d:%d" % tuple(value) if isinstance(value, (tuple, list)) else "%d" % value


def key_line(word, layout, key, now):
    return "%s %s %s %d" % (word, layout.name, layout.encode("key", key) or "-", now)


def packet_line(port, now, data):
    return "packet %d %d %s" % (port, now, data.hex() or "-")


def read_sent(line):
    """(mask, bytes) of the answer to a packet: bytes None if it was outside its buffer."""
    word, mask, *data = line.split(" ")
    if word == "broken":
        return int(mask, 16), None
    return int(mask, 16), b"" if data[0] == "-" else bytes.fromhex(data[0])
