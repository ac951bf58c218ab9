# SPDX-License-Identifier: BSD-3-Clause
from vigor import *

SECOND = 1_000_000_000


def prop(packet, before, after, out, config):
    """With rfc_timers on it does not run with lifetimes that RFC 4787 REQ-5, RFC 5382 REQ-5 or RFC 5508 REQ-2 forbid."""
    if config.rfc_timers == "on":
        assert config.udp >= 120 * SECOND
        assert config.established >= 7440 * SECOND
        assert config.transitory >= 240 * SECOND
        assert config.query >= 60 * SECOND
