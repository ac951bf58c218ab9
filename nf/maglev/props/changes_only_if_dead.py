# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import flow_for
from spec import Address


def prop(packet, before, after, out, config):
    """A flow gets another backend only if its own is dead, and then one that lives."""
    flow = flow_for(packet, config)
    known = None if flow is None else before.flows.get(flow)
    then = None if known is None else after.flows.get(flow)
    if then is not None and not (then.address == known.address):
        assert Address(then.address) in before.alive
        assert Address(known.address) not in before.alive or Address(known.address) not in config.backends
