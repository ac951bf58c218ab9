# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import InterfacePort


def prop(packet, before, after, out, config):
    """What is not ARP is taken only by the Ethernet address of the interface that it came in by."""
    if packet.length < 14 or packet.ethernet.type == ETHERTYPE_ARP:
        return
    here = config.interfaces.find(InterfacePort(packet.port))
    if here is None or packet.ethernet.dst != here.mac:
        assert out.dropped
