# SPDX-License-Identifier: BSD-3-Clause
"""Packets and table entries as people read them. Nothing here decides anything, and nothing is refused."""

import ipaddress

from vigor.types import IPv4Addr, MacAddr
from vigor.values import IPv6Addr

_ICMP = {0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request", 11: "time exceeded",
         12: "parameter problem"}
_ICMP6 = {1: "unreachable", 2: "packet too big", 3: "time exceeded", 4: "parameter problem", 128: "echo request",
          129: "echo reply", 133: "router solicitation", 134: "router advertisement",
          135: "neighbour solicitation", 136: "neighbour advertisement", 137: "redirect"}
_EXTENSIONS = {0: "hop-by-hop", 43: "routing", 44: "fragment", 51: "AH", 60: "destination options"}
_ERRORS, _ERRORS6 = (3, 5, 11, 12), (1, 2, 3, 4)


def line(data):
    """The headers of a frame, on one line. What is cut short is said to be."""
    if len(data) < 14:
        return "%d bytes: too short for Ethernet" % len(data)
    kind = _number(data, 12, 2)
    ends = "%s > %s" % (mac(data[6:12]), mac(data[0:6]))
    payload = data[14:]
    text = {0x0800: _ipv4, 0x86DD: _ipv6, 0x0806: _arp}.get(kind)
    if text is not None:
        return "%s, %s" % (ends, text(payload))
    return "%s, type 0x%04x%s, %d bytes" % (ends, kind, " (802.1Q)" if kind == 0x8100 else "", len(payload))


def dump(data, indent="    "):
    """The bytes, 16 a line."""
    lines = []
    for at in range(0, len(data), 16):
        row = data[at:at + 16]
        digits = " ".join("%02x" % byte for byte in row)
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append("%s%04x  %-47s  %s" % (indent, at, digits, letters))
    return "\n".join(lines) if lines else indent + "(no bytes)"


def mac(data):
    return ":".join("%02x" % byte for byte in data)


def ports(mask):
    """What becomes of a packet that leaves by these ports."""
    numbers = [str(port) for port in range(mask.bit_length()) if mask >> port & 1]
    if not numbers:
        return "dropped"
    return "sent out of port%s %s" % ("" if len(numbers) == 1 else "s", ", ".join(numbers))


def time(nanoseconds):
    return "%d.%09d s" % divmod(nanoseconds, 1_000_000_000)


def record(kind, raw):
    """A key or value of a table: raw as the backends have it, kind its Record class, or None."""
    if kind is None:
        return "()"
    fields = ["%s=%s" % (name, field(of, value)) for (name, of), value in zip(kind.fields, raw)]
    return "%s(%s)" % (kind.__name__, ", ".join(fields))


def field(kind, value):
    if kind is IPv6Addr:
        return str(ipaddress.IPv6Address(value[0] << 64 | value[1]))
    if kind is IPv4Addr:
        return str(ipaddress.IPv4Address(value))
    return mac(value.to_bytes(6, "big")) if kind is MacAddr else str(value)


def _number(data, at, size):
    return int.from_bytes(data[at:at + size], "big")


def _arp(data):
    if len(data) < 28 or data[:6] != bytes((0, 1, 8, 0, 6, 4)):
        return "ARP, not of IPv4 over Ethernet or cut short"
    kind = {1: "request", 2: "reply"}.get(_number(data, 6, 2), "operation %d" % _number(data, 6, 2))
    return "ARP %s from %s at %s for %s" % (kind, _address(data[14:18]), mac(data[8:14]), _address(data[24:28]))


def _address(data):
    return str(ipaddress.ip_address(bytes(data)))


def _ipv4(data):
    header = (data[0] & 15) * 4 if data else 0
    if len(data) < max(header, 20) or header < 20 or data[0] >> 4 != 4:
        return "IPv4, its header not whole"
    src, dst, protocol = _address(data[12:16]), _address(data[16:20]), data[9]
    total, fragment = _number(data, 2, 2), _number(data, 6, 2)
    notes = _length_note(total, len(data), header)
    if header > 20:
        notes += ", %d bytes of options" % (header - 20)
    offset = (fragment & 0x1FFF) * 8
    if offset or fragment & 0x2000:
        notes += ", fragment at %d%s" % (offset, ", more follow" if fragment & 0x2000 else ", the last")
    payload = data[header:max(header, min(total, len(data)))]
    return "IPv4 %s%s" % (_carried(src, dst, protocol, payload, offset, 1), notes)


def _length_note(said, present, least):
    if said < least or said > present:
        return ", length says %d of %d bytes" % (said, present)
    return ", %d bytes of padding" % (present - said) if said < present else ""


def _ipv6(data):
    if len(data) < 40 or data[0] >> 4 != 6:
        return "IPv6, its header not whole"
    src, dst, kind = _address(data[8:24]), _address(data[24:40]), data[6]
    size = _number(data, 4, 2)
    notes = _length_note(size, len(data) - 40, 0)
    payload, offset, names = data[40:40 + size], 0, []
    while kind in _EXTENSIONS and len(payload) >= 8 and len(names) < 16:
        names.append(_EXTENSIONS[kind])
        if kind == 44:
            offset = _number(payload, 2, 2) & 0xFFF8
            names[-1] += " at %d%s" % (offset, ", more follow" if payload[3] & 1 else "")
        units = 8 if kind == 44 else (payload[1] + 2) * 4 if kind == 51 else (payload[1] + 1) * 8
        kind, payload = payload[0], payload[units:]
        if offset:
            break
    if names:
        notes += ", after " + ", ".join(names)
    return "IPv6 %s%s" % (_carried(src, dst, kind, payload, offset, 58), notes)


def _carried(src, dst, protocol, payload, offset, icmp):
    """Where from, where to, and what, of a packet over IP."""
    name = {6: "TCP", 17: "UDP", 1: "ICMP", 58: "ICMPv6"}.get(protocol, "protocol %d" % protocol)
    ends = "%s > %s %s" % (src, dst, name)
    if offset:
        return "%s, %d bytes" % (ends, len(payload))
    if protocol in (6, 17) and len(payload) >= 8:
        ends = "%s > %s %s" % (_endpoint(src, payload[0:2]), _endpoint(dst, payload[2:4]), name)
        return ends + (_tcp(payload) if protocol == 6 else _udp(payload))
    if protocol == icmp and len(payload) >= 8:
        return ends + " " + _icmp(payload, protocol)
    return "%s, %d bytes%s" % (ends, len(payload), ": too short" if protocol in (6, 17, icmp) else "")


def _endpoint(address, port):
    return ("[%s]:%d" if ":" in address else "%s:%d") % (address, _number(port, 0, 2))


def _tcp(data):
    if len(data) < 20:
        return ", %d bytes: too short" % len(data)
    names = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
    flags = [name for bit, name in enumerate(names) if data[13] >> bit & 1]
    header = (data[12] >> 4) * 4
    whole = 20 <= header <= len(data)
    return " %s, %s" % ("+".join(flags) or "no flags",
                        "%d bytes" % (len(data) - header) if whole else "data offset %d of %d" % (header, len(data)))


def _udp(data):
    size = _number(data, 4, 2)
    return ", %d bytes%s" % (len(data) - 8, "" if size == len(data) else ", length says %d" % (size - 8))


def _icmp(data, protocol):
    names, errors, quoted = (_ICMP, _ERRORS, _ipv4) if protocol == 1 else (_ICMP6, _ERRORS6, _ipv6)
    text = names.get(data[0], "type %d" % data[0])
    if "echo" in text:
        return "%s, identifier %d, sequence %d" % (text, _number(data, 4, 2), _number(data, 6, 2))
    if data[0] in errors:
        return "%s (code %d) about {%s}" % (text, data[1], quoted(data[8:]))
    return "%s, code %d" % (text, data[1])
