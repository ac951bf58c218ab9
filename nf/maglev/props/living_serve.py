# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import flow_for
from spec import DSR, hash_of, vip_of


def prop(packet, before, after, out, config):
    """A new flow is dropped only if nobody lives, or if the packet does not fit the tunnel to whom it goes to."""
    flow = flow_for(packet, config)
    if flow is not None and flow not in before.flows:
        picked = config.backends.pick(before.alive, hash_of(flow, config.vips.find(vip_of(packet.ip, flow))))
        if picked is None:
            assert out.dropped
        elif picked[1].delivery == DSR:
            assert out.to(picked[1].port)
