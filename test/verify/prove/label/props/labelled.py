# SPDX-License-Identifier: BSD-3-Clause
from spec import Sender
from vigor import *


def prop(packet, before, after, out, config):
    """What is sent has its sender's label, which lasts."""
    if out.sent:
        sender = Sender(packet.data[6, 6])
        assert out.packet.data[14, 2] == after.labels[sender].label
        assert sender not in before.labels or after.labels[sender].label == before.labels[sender].label
