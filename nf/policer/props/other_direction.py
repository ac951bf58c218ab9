# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import is_policed


def prop(packet, before, after, out, config):
    """The other direction is never policed: every whole packet passes, however many came before."""
    pair = config.pairs.find(packet.port)
    if pair is not None and packet.ip is not None and not is_policed(packet, pair, config):
        assert out.ports == 1 << pair.partner
