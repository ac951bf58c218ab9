# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import entry_for, flow_for
from spec import Address


def prop(packet, before, after, out, config):
    """What is sent goes to the port of a listed backend that lives, whichever packet it is."""
    if not out.sent:
        return
    chosen = entry_for(packet, before, after, config)
    if chosen is not None:
        assert Address(chosen.address) in before.alive
        backend = config.backends.find(Address(chosen.address))
        assert backend is not None and out.to(backend.port)
    else:
        assert flow_for(packet, config) is not None and after.flows.full
