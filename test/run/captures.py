# SPDX-License-Identifier: BSD-3-Clause
"""Capture files and frames for the runtime's tests: written and read byte by byte, by nobody else's library."""
import socket
import struct

NANOSECOND_MAGIC = 0xA1B23C4D
ETHERNET = 1


def header(magic=NANOSECOND_MAGIC, link=ETHERNET):
    return struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, link)


def record(stamp, data, original=None):
    seconds, nanoseconds = divmod(stamp, 10**9)
    return struct.pack("<IIII", seconds, nanoseconds, len(data), original or len(data)) + data


def write(path, frames):
    """frames: (time in ns, bytes) in the order of the file."""
    with open(path, "wb") as file:
        file.write(header())
        for stamp, data in frames:
            file.write(record(stamp, data))


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", content)
    assert magic == NANOSECOND_MAGIC and link == ETHERNET, (hex(magic), link)
    frames, at = [], 24
    while at < len(content):
        seconds, nanoseconds, held, original = struct.unpack_from("<IIII", content, at)
        assert held == original
        data = content[at + 16:at + 16 + held]
        assert len(data) == held, "cut short"
        frames.append((seconds * 10**9 + nanoseconds, data))
        at += 16 + held
    return frames


def udp(source, source_port, destination, destination_port, payload=b""):
    """An Ethernet frame; checksums are left zero."""
    datagram = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0,
                     socket.inet_aton(source), socket.inet_aton(destination))
    return bytes.fromhex("020000000002" "020000000001" "0800") + ip + datagram
