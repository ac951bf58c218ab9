# SPDX-License-Identifier: BSD-3-Clause
"""Over whole runs: see vigor.history. The firewall's tables are its own affair; what passed, and when, is written down here."""

from vigor import *
from spec import Flow4, Flow6, incoming, outgoing


class Time(Record):
    at: U64


class History:
    asked4 = Log(Flow4, Time)  # when the inside last sent a packet of the flow that passed
    asked6 = Log(Flow6, Time)


def prop(packet, before, after, out, config, history):
    """Whatever comes in on a flow was preceded by a packet from the inside that passed on it."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.port == pair.inside or not out.sent or packet.ip is None:
        return
    flow = incoming(packet.ip, pair)
    if flow is not None:
        assert flow in asked(history, packet.ip)


def record(packet, before, after, out, config, history):
    pair = config.pairs.find(packet.port)
    if pair is None or packet.port != pair.inside or not out.sent or packet.ip is None:
        return
    flow = outgoing(packet.ip, pair)
    if flow is not None:
        asked(history, packet.ip).put(flow, at=now())


def asked(history, ip):
    return history.asked4 if ip.version == 4 else history.asked6


@invariant("flows4")
def asked_for4(entry, state, config, history):
    """The inside has sent something on every flow of IPv4 that is known"""
    return entry.key in history.asked4


@invariant("flows6")
def asked_for6(entry, state, config, history):
    """The inside has sent something on every flow of IPv6 that is known"""
    return entry.key in history.asked6
