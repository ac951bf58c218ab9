# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """What is sent is what arrived, byte for byte."""
    if out.sent:
        assert out.unchanged
