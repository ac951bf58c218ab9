# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import flow_for
from spec import Address, datagram_of


def prop(packet, before, after, out, config):
    """What is sent goes to the port of a listed backend that lives, whichever packet it is."""
    if not out.sent:
        return
    flow, ip = flow_for(packet, config), packet.ip
    chosen = before.fragments.get(datagram_of(packet, ip)) if flow is None else after.flows.get(flow)
    if chosen is not None:
        assert Address(chosen.address) in before.alive
        backend = config.backends.find(Address(chosen.address))
        assert backend is not None and out.to(backend.port)
    else:
        assert flow is not None and after.flows.full
