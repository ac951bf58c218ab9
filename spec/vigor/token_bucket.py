# SPDX-License-Identifier: BSD-3-Clause
"""Token buckets: so many bytes a second, and a stated burst (RFC 2697 section 3). Nothing is rounded.

A token pays for 10**-9 bytes: with time in nanoseconds, a rate of r bytes a second earns exactly r tokens in each."""

from vigor import _backend

BYTE = 10 ** 9  # tokens


def level(rate, burst, tokens, elapsed):
    """What a bucket holds after `elapsed` nanoseconds in which it only earned:

        min(burst * 10**9, tokens + rate * elapsed)

    in exact integers, however large the product is. rate: bytes a second; burst: bytes; tokens and the result:
    10**-9 bytes. elapsed is not negative."""
    return _backend.current.token_level(rate, burst, tokens, elapsed)


class Meter:
    """The meter of RFC 2697 with EBS 0, colour-blind: a packet is green or red.

    Section 3: the token count Tc begins at CBS and grows at the rate CIR, up to CBS. A packet of B bytes that
    arrives at time t is green iff Tc(t) - B >= 0, and then Tc is decremented by B; otherwise it is red and Tc
    stays. (Bucket E never holds a token, for it is as large as EBS: no packet is yellow.)

        rate    CIR, in bytes a second
        burst   CBS, in bytes

    A bucket is kept as its tokens at a time; what it holds later is worked out when it is asked for:

        tokens = meter.level(bucket.tokens, now() - bucket.last)
        green = tokens >= meter.cost(packet.length)

    What a meter lets pass in an interval of t seconds is at most burst + rate * t bytes: each step spends what was
    there and what was earned, and a bucket never holds more than the burst."""

    def __init__(self, rate, burst):
        self.rate = rate
        self.burst = burst

    @property
    def full(self):
        """Tokens of a full bucket."""
        return self.burst * BYTE

    def cost(self, size):
        """Tokens that a packet of `size` bytes costs."""
        return size * BYTE

    def level(self, tokens, elapsed):
        """Tokens of a bucket that held `tokens`, `elapsed` nanoseconds later."""
        return level(self.rate, self.burst, tokens, elapsed)
