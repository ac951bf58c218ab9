# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the specification package share: frames made by hand, and throw-away specifications."""

import contextlib
import os
import struct
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "spec"))
sys.dont_write_bytecode = True

from vigor import _backend  # noqa: E402
from vigor._load import load  # noqa: E402
from vigor.concrete import Concrete, Reference  # noqa: E402
from vigor.packet import Packet  # noqa: E402

SECOND = 1_000_000_000
MACS = bytes.fromhex("020000000001" "020000000002")
INSIDE4, OUTSIDE4 = bytes([10, 0, 0, 1]), bytes([192, 0, 2, 7])
INSIDE6, OUTSIDE6 = bytes.fromhex("20010db8" + "00" * 11 + "01"), bytes.fromhex("20010db9" + "00" * 11 + "02")
FIN, SYN, RST, ACK = 1, 2, 4, 16


def frame(ether_type, payload):
    return MACS + struct.pack(">H", ether_type) + payload


def ipv4(protocol, payload, src=INSIDE4, dst=OUTSIDE4, options=b"", fragment=0, total=None):
    total = 20 + len(options) + len(payload) if total is None else total
    return struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, total, 1, fragment, 64, protocol, 0) \
        + src + dst + options + payload


def ipv6(header, payload, src=INSIDE6, dst=OUTSIDE6, size=None):
    return struct.pack(">IHBB", 6 << 28, len(payload) if size is None else size, header, 64) + src + dst + payload


def frame4(protocol, payload, **more):
    return frame(0x0800, ipv4(protocol, payload, **more))


def frame6(header, payload, **more):
    return frame(0x86DD, ipv6(header, payload, **more))


def tcp(flags, src_port=1000, dst_port=80, offset=5, payload=b""):
    return struct.pack(">HHIIBBHHH", src_port, dst_port, 1, 2, offset << 4, flags, 3, 4, 5) \
        + bytes(4 * max(offset - 5, 0)) + payload


def udp(src_port=1000, dst_port=53, payload=b"hi", length=None):
    return struct.pack(">HHHH", src_port, dst_port, 8 + len(payload) if length is None else length, 0) + payload


def icmp(kind, identifier=77, payload=b"", code=0):
    return struct.pack(">BBHHH", kind, code, 0, identifier, 1) + payload


def arp():
    return frame(0x0806, struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + bytes(20))


def extension(following, units=0):
    """A hop-by-hop, routing or destination options header."""
    return bytes([following, units]) + bytes(6 + 8 * units)


def authentication(following, units=1):
    return bytes([following, units]) + bytes(4 * (units + 2) - 2)


def fragment6(following, offset=0, more=0):
    return struct.pack(">BBHI", following, 0, offset << 3 | more, 9)


def chain(headers, last, payload):
    """(first number, bytes) of the extension headers (number, maker) before `last`."""
    numbers = [number for number, make in headers] + [last]
    made = b"".join(make(following) for (number, make), following in zip(headers, numbers[1:]))
    return numbers[0], made + payload


@contextlib.contextmanager
def on(data, loaded=None):
    """The Packet that views these bytes, while it is the one that a backend has."""
    from vigor._load import Loaded
    backend = Concrete(loaded or Loaded(""), {}, 2, {})
    backend.begin(data, 0, 0)
    previous = _backend.use(backend)
    try:
        yield Packet(1, writable=True)
    finally:
        _backend.use(previous)


@contextlib.contextmanager
def folder(spec=None, **props):
    """A folder with this spec.py and these props."""
    with tempfile.TemporaryDirectory() as place:
        if spec is not None:
            write(os.path.join(place, "spec.py"), spec)
        if props:
            os.mkdir(os.path.join(place, "props"))
        for name, text in props.items():
            write(os.path.join(place, "props", name + ".py"), text)
        yield place


def write(file, text):
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(text)


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as stream:
        return stream.read()


OPTIONS = {"capacity4": 4, "capacity6": 4, "opening": 240 * SECOND, "established": 7440 * SECOND,
           "closing": 10 * SECOND, "udp": 300 * SECOND, "echo": 60 * SECOND, "other": "drop"}


def firewall(where=None, ports=3, **options):
    """A firewall with the pair 0 (inside), 1 (outside); port 2 is in no pair."""
    loaded = load(where or os.path.join(ROOT, "nf", "firewall"))
    return Reference(loaded, {**OPTIONS, **options}, ports, {"pairs": [(0, 1)]})
