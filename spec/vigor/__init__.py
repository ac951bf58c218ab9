# SPDX-License-Identifier: BSD-3-Clause
"""What specifications of network functions are written with: `from vigor import *`.

A specification is ordinary Python, run in two ways with the same code: on real packets as an
executable reference (vigor.concrete), and by the verifier on all packets at once.
doc/specifications.md is the guide; the modules here are its reference.
"""

from vigor._backend import pure
from vigor.arp import Arp
from vigor.checksum import checksum, complement, fold, update, words16
from vigor.choice import choose
from vigor.errors import SpecError
from vigor.ethernet import ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_VLAN, Ethernet
from vigor.history import Log
from vigor.icmp import Icmp
from vigor.ip import IP
from vigor.ipv4 import IPv4
from vigor.ipv6 import IPv6
from vigor.maglev import maglev_hash
from vigor.outcome import Outcome, drop, flood, forward
from vigor.packet import Packet
from vigor.state import invariant
from vigor.tcp import Tcp
from vigor.token_bucket import Meter, level
from vigor.types import (U8, U16, U32, U64, Backends, Enum, IPv4Addr, Listed, MacAddr, Nanoseconds, Port, PortPairs,
                         Prefix4, Record, Routes, Table)
from vigor.udp import Udp
from vigor.values import IPv6Addr, between, not_, now, one_of, ports, select
from vigor.view import Other

__all__ = [
    "Arp", "Backends", "ETHERTYPE_ARP", "ETHERTYPE_IPV4", "ETHERTYPE_IPV6", "ETHERTYPE_VLAN", "Enum", "Ethernet", "IP",
    "IPv4", "IPv4Addr", "IPv6", "IPv6Addr", "Icmp", "Listed", "Log", "MacAddr", "Meter", "Nanoseconds", "Other", "Outcome",
    "Packet", "Port", "PortPairs", "Prefix4", "Record", "Routes", "SpecError", "Table", "Tcp", "U16", "U32", "U64", "U8",
    "Udp", "between", "checksum", "choose", "complement", "drop", "flood", "fold", "forward", "invariant", "level",
    "maglev_hash", "not_", "now", "one_of", "ports", "pure", "select", "update", "words16",
]
