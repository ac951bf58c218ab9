# SPDX-License-Identifier: BSD-3-Clause
"""Capture files: pcap and pcapng read frame by frame, nanosecond pcap written. Ethernet only."""

import struct

ETHERNET = 1
LONGEST = 1 << 24  # of a frame or block: more is a broken file
SECOND = 1_000_000_000
LATEST = (1 << 32) * SECOND - 1

_MAGIC = {  # first four bytes: byte order, nanoseconds in the unit of the second half of a time stamp
    b"\xa1\xb2\xc3\xd4": (">", 1000), b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1), b"\x4d\x3c\xb2\xa1": ("<", 1),
}
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _PACKET = 0x0A0D0D0A, 1, 2, 3, 6


class CaptureError(Exception):
    """A file is no capture, or not whole."""


def read(path):
    """Generates (time in ns, bytes) for each frame, in the order of the file. Of a frame that was cut when it was
    captured, the bytes that are there. Raises CaptureError."""
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
            if magic in _MAGIC:
                yield from _read_pcap(path, file, *_MAGIC[magic])
            elif magic == struct.pack("<I", _SECTION):
                yield from _read_pcapng(path, file)
            else:
                raise CaptureError("%s: neither pcap nor pcapng" % path)
    except OSError as error:
        raise CaptureError("%s: %s" % (path, error.strerror)) from None


def write(path, frames):
    """Makes the file anew from (time in ns, bytes). What is later than the format can say, in the year 2106, is
    written as the last time that it can."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, ETHERNET))
        for stamp, data in frames:
            file.write(struct.pack("<IIII", *divmod(min(stamp, LATEST), SECOND), len(data), len(data)) + data)


def merge(paths):
    """Generates (port, time in ns, bytes) of several captures, one a port, in the order in which a run with
    the captures' clock processes them: of the frames that are next, the oldest; of equally old ones, that of the
    lowest port. Time stands still where a capture's goes back."""
    readers = [read(path) for path in paths]
    heads = [next(reader, None) for reader in readers]
    now = 0
    while any(head is not None for head in heads):
        port = min((port for port, head in enumerate(heads) if head is not None), key=lambda port: heads[port][0])
        stamp, data = heads[port]
        now = max(now, stamp)
        yield port, now, data
        heads[port] = next(readers[port], None)


def _take(path, file, size):
    if size > LONGEST:
        raise CaptureError("%s: broken at byte %d: %d bytes in one piece" % (path, file.tell(), size))
    data = file.read(size)
    if len(data) != size:
        raise CaptureError("%s: it ends in the middle of a frame" % path)
    return data


def _demand_ethernet(path, link):
    if link & 0xFFFF != ETHERNET:
        raise CaptureError("%s: its frames are not Ethernet (link type %d)" % (path, link & 0xFFFF))


def _read_pcap(path, file, order, unit):
    _demand_ethernet(path, struct.unpack(order + "16xI", _take(path, file, 20))[0])
    while True:
        header = file.read(16)
        if not header:
            return
        header += _take(path, file, 16 - len(header))
        seconds, part, held, whole = struct.unpack(order + "IIII", header)
        yield seconds * SECOND + part * unit, _take(path, file, held)


def _read_pcapng(path, file):
    """Blocks: type, length, body, length again."""
    file.seek(0)
    order, interfaces = "<", []
    while True:
        head = file.read(8)
        if not head:
            return
        head += _take(path, file, 8 - len(head))
        if head[:4] == struct.pack("<I", _SECTION):
            mark = _take(path, file, 4)
            order = "<" if mark == struct.pack("<I", 0x1A2B3C4D) else ">"
            size = struct.unpack(order + "4xI", head)[0]
            _take(path, file, _rest(path, size, 12))
            interfaces = []
            continue
        kind, size = struct.unpack(order + "II", head)
        body = _take(path, file, _rest(path, size, 8))[:-4]
        if kind == _INTERFACE:
            interfaces.append(_interface(path, order, body))
        elif kind in (_PACKET, _OLD_PACKET):
            yield _packet(path, order, body, interfaces, kind)
        elif kind == _SIMPLE:
            raise CaptureError("%s: it has frames without time stamps" % path)


def _rest(path, size, read_already):
    if size % 4 or size < read_already + 4:
        raise CaptureError("%s: a block of %d bytes" % (path, size))
    return size - read_already


def _interface(path, order, body):
    """Units of its time stamps in a second, and seconds to be added."""
    _demand_ethernet(path, struct.unpack_from(order + "H", body.ljust(8, b"\0"))[0])
    units, offset, at = 1_000_000, 0, 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4:at + 4 + size]
        if code == 9 and size == 1:
            units = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == 14 and size == 8:
            offset = struct.unpack(order + "q", value)[0]
        elif code == 0:
            break
        at += 4 + (size + 3) // 4 * 4
    return units, offset


def _packet(path, order, body, interfaces, kind):
    if len(body) < 20:
        raise CaptureError("%s: a frame's block is too short" % path)
    index, high, low, held = struct.unpack_from(order + ("IIII" if kind == _PACKET else "H2xIII"), body)
    if index >= len(interfaces) or held > len(body) - 20:
        raise CaptureError("%s: a frame's block contradicts itself" % path)
    units, offset = interfaces[index]
    return offset * SECOND + (high << 32 | low) * SECOND // units, body[20:20 + held]
