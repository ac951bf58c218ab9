# SPDX-License-Identifier: BSD-3-Clause
"""Over whole runs: see vigor.history. What the load balancer remembers of a flow is its own affair; where each packet went is
written down here."""

from vigor import *
from flows import flow_for
from spec import Address, Flow

class Went(Record):
    address: IPv6Addr
    at: U64


class History:
    went = Log(Flow, Went)  # the backend to which the flow's last packet that was remembered went, and when that was


def prop(packet, before, after, out, config, history):
    """A flow changes its backend only if that has died since its last packet, however long the two have been talking, unless it
    was silent for flow_lifetime."""
    flow = flow_for(packet, config)
    last = None if flow is None else history.went.get(flow)
    if last is None or not out.sent or not before.flows.would_live(last.at):
        return
    own = Address(last.address)
    if own in before.alive and own in config.backends:
        to = after.flows.get(flow)
        assert to is not None and to.address == last.address


def record(packet, before, after, out, config, history):
    flow = flow_for(packet, config)
    entry = None if flow is None else after.flows.get(flow)
    if entry is not None and entry.last_use == after.flows.tick:
        history.went.put(flow, address=entry.address, at=now())


@invariant("went")
def remembered(entry, state, config, history):
    """A flow that was last heard of less than flow_lifetime ago is in the table, and with the backend to which it went"""
    if entry.at > now():
        return False
    if not state.flows.would_live(entry.at):
        return True
    flow = state.flows.get(entry.key)
    if flow is None:
        return False
    return (flow.address == entry.address) & (flow.last_use >= entry.at >> 26)
