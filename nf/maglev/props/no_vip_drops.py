# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import flow_for


def prop(packet, before, after, out, config):
    """What is not for a virtual service goes nowhere, and no flow is made of it; later fragments apart."""
    ip = packet.ip
    if ip is None or not ip.later_fragment and flow_for(packet, config) is None:
        assert out.dropped
        assert after.flows.count == before.flows.count
