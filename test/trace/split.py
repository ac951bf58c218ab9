#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Puts a middlebox into a trace: one capture becomes two, what its inside sent and what its outside sent.

Usage: split.py TRACE FOLDER [PREFIX/LENGTH]

Writes FOLDER/in0.pcap (frames whose sender is inside the prefix) and FOLDER/in1.pcap (all others); every frame
of the trace is in one of them, with its time. Without a prefix it takes the one that most conversations cross:
the most packets between addresses that both sent, begun from inside; then the shortest, then the lowest.
"""
import collections
import ipaddress
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec"))
from vigor import capture

IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD


def addresses(frame):
    """Sender and receiver of a frame at the network layer, or None."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == IPV4 and len(frame) >= 34:
        return ipaddress.ip_address(frame[26:30]), ipaddress.ip_address(frame[30:34])
    if kind == ARP and len(frame) >= 42:
        return ipaddress.ip_address(frame[28:32]), ipaddress.ip_address(frame[38:42])
    if kind == IPV6 and len(frame) >= 54:
        return ipaddress.ip_address(frame[22:38]), ipaddress.ip_address(frame[38:54])
    return None


def conversations(frames):
    """Packets exchanged by each pair of addresses that both sent; the one that began stands first."""
    count, began = collections.Counter(), {}
    for _, frame in frames:
        pair = addresses(frame)
        if pair is not None and int.from_bytes(frame[12:14], "big") != ARP:
            began.setdefault(frozenset(pair), pair)
            count[pair] += 1
    return {pair: count[pair] + count[pair[::-1]] for pair in began.values()
            if pair[0] != pair[1] and count[pair[::-1]] > 0}


def best_prefix(frames):
    talks = conversations(frames)
    if not talks:
        sys.exit("nobody in this trace answers anybody: there is no prefix to choose")
    candidates = {ipaddress.ip_network((begun, length), strict=False)
                  for begun, _ in talks for length in range(begun.max_prefixlen + 1)}

    def merit(network):
        crossing = sum(packets for (begun, other), packets in talks.items()
                       if begun in network and other not in network)
        return -crossing, network.prefixlen, network.version, int(network.network_address)

    return min(candidates, key=merit)


def split(frames, inside):
    """The frames of each side, and how many cross outwards, cross inwards, and do not cross."""
    sides, outwards, inwards, others = ([], []), 0, 0, 0
    for stamp, frame in frames:
        pair = addresses(frame)
        here = [pair is not None and address in inside for address in pair or (None, None)]
        sides[0 if here[0] else 1].append((stamp, frame))
        outwards += here == [True, False]
        inwards += here == [False, True]
        others += here[0] == here[1]
    return sides, (outwards, inwards, others)


def main(trace, folder, prefix=None):
    try:
        frames = list(capture.read(trace))
    except capture.CaptureError as error:
        sys.exit(str(error))
    inside = ipaddress.ip_network(prefix) if prefix else best_prefix(frames)
    sides, (outwards, inwards, others) = split(frames, inside)
    os.makedirs(folder, exist_ok=True)
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    print(f"{len(frames)} packets; inside is {inside}: {len(sides[0])} sent from inside, {len(sides[1])} from outside; "
          f"{outwards} cross outwards, {inwards} inwards, {others} neither")


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
