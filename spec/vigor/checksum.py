# SPDX-License-Identifier: BSD-3-Clause
"""The Internet checksum: RFC 1071; its incremental update: RFC 1624."""


def fold(total):
    """The 16-bit one's complement sum that a sum of fewer than 2**16 16-bit words folds to."""
    total = (total & 0xFFFF) + (total >> 16)
    return (total & 0xFFFF) + (total >> 16)


def complement(word):
    """The one's complement of 16 bits."""
    return 0xFFFF - word


def words16(number, size):
    """The 16-bit words of a number of size bytes (even), most significant first."""
    return [(number >> shift) & 0xFFFF for shift in range(8 * size - 16, -1, -16)]


def checksum(packet, start, size, initial=0):
    """RFC 1071: the checksum of size bytes, a constant, from byte `start` of the packet: the complement
    of their one's complement sum. An odd last byte is padded with 0. initial: a sum of 16-bit
    words to begin with, as for a pseudo header."""
    total = initial
    for at in range(0, size - 1, 2):
        total = total + packet.word(start + at, 2)
    if size % 2:
        total = total + (packet.word(start + size - 1, 1) << 8)
    return complement(fold(total))


def update(old, before, after):
    """RFC 1624, equation 3: the checksum that `old` becomes when the 16-bit words `before` become the words
    `after`: HC' = ~(~HC + ~m + m'). A right checksum stays right, a wrong one stays wrong."""
    total = complement(old)
    for word in before:
        total = total + complement(word)
    for word in after:
        total = total + word
    return complement(fold(total))
