# SPDX-License-Identifier: BSD-3-Clause
"""What properties have in common: which flow a packet is of, and whether it is to be spread at all."""

from vigor import *
from spec import datagram_of, flow_of, vip_of


def flow_for(packet, config):
    """The Flow of a packet to a virtual service, or None: it is for none, a later fragment, or a heartbeat."""
    ip = packet.ip
    if ip is None or ip.later_fragment or (ip.tcp is None and ip.udp is None) or is_heartbeat(ip, config):
        return None
    flow = flow_of(ip)
    return flow if vip_of(ip, flow) in config.vips else None


def entry_for(packet, before, after, config):
    """Where it says to whom a packet goes that is sent: its flow's entry, or its datagram's. None: nowhere."""
    flow, ip = flow_for(packet, config), packet.ip
    if flow is not None:
        return after.flows.get(flow)
    datagram = datagram_of(packet, ip) if ip is not None and ip.later_fragment else None
    return None if datagram is None else before.fragments.get(datagram)


def is_heartbeat(ip, config):
    return ip.udp is not None and ip.udp.dst_port == config.heartbeat_port
