# SPDX-License-Identifier: BSD-3-Clause
"""Nop: ports 2k and 2k + 1 are wired together; every byte leaves as it came.

What arrives by the last of an odd number of ports has nowhere to go and is dropped."""

from vigor import *


def spec(packet, state, config):
    partner = packet.port ^ 1
    if partner < ports():
        return forward(packet, to=partner)
    return drop()
