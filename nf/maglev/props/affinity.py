# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import flow_for
from spec import Address, living


def prop(packet, before, after, out, config):
    """A known flow stays with its backend while that lives, and is remembered anew."""
    flow = flow_for(packet, config)
    known = None if flow is None else before.flows.get(flow)
    if known is not None and living(Address(known.address), before, config) is not None:
        assert after.flows[flow].address == known.address
        assert after.flows[flow].last_use == after.flows.tick
