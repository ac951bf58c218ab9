# SPDX-License-Identifier: BSD-3-Clause
"""What properties have in common: which flow a packet is of, and whether it is to be spread at all."""

from vigor import *
from spec import flow_of, vip_of


def flow_for(packet, config):
    """The Flow of a packet to a virtual service, or None: it is for none, a later fragment, or a heartbeat."""
    ip = packet.ip
    if ip is None or ip.later_fragment or (ip.tcp is None and ip.udp is None) or is_heartbeat(ip, config):
        return None
    flow = flow_of(ip)
    return flow if vip_of(ip, flow) in config.vips else None


def is_heartbeat(ip, config):
    return ip.udp is not None and ip.udp.dst_port == config.heartbeat_port
