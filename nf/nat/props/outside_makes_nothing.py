# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import faces


def prop(packet, before, after, out, config):
    """What comes from outside makes no mapping and no contact."""
    inside, outside = faces(config)
    if packet.port != inside.port:
        assert after.mappings.count == before.mappings.count
        assert after.contacts.count == before.contacts.count
