# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes that packet loops are known to make, put into run/loop.c one at a time: loop_test must notice each.

Usage: loop_mutants.py ROOT, with ROOT the top of the source tree; CC is the compiler.
"""
import os
import subprocess
import sys
import tempfile

MUTANTS = [
    ("leak on drop", "	if ((egress & existing) == PORTS_NONE) {\n		discard(loop, frame->buffer);", "	if ((egress & existing) == PORTS_NONE) {"),
    ("leak of what cannot be shown", "false, PORTS_NONE);\n	discard(loop, frame->buffer);", "false, PORTS_NONE);"),
    ("double free of what is not sent", "		discard(loop, out[i].buffer);", "		discard(loop, out[i].buffer), discard(loop, out[i].buffer);"),
    ("free of what was sent", "for (uint32_t i = sent; i < count; i++)", "for (uint32_t i = 0; i < count; i++)"),
    ("leak of what is not sent", "for (uint32_t i = sent; i < count; i++)", "for (uint32_t i = sent + 1; i < count; i++)"),
    ("flood of one buffer", "if (ports_copy(loop->ports, &out, &copy))", "if (copy = out, true)"),
    ("queue sent twice", "	loop->queued[port] = 0;\n", ""),
    ("queue overrun", "if (loop->queued[port] == loop->burst)\n		drain", "if (loop->queued[port] == loop->burst + 1)\n		drain"),
    ("waste overrun", "if (loop->waste_count == loop->burst)", "if (loop->waste_count == loop->burst + 1)"),
    ("resent from the start", "out + sent, count - sent", "out, count - sent"),
    ("no patience", "tries < PATIENCE", "tries < 1 && sent == 0"),
    ("ports that do not exist", "dispatch(loop, frame, egress & existing)", "dispatch(loop, frame, egress)"),
    ("length limit off by one", "packet->length <= loop->limit && front", "packet->length < loop->limit && front"),
    ("length limit forgotten", "packet->length <= loop->limit && front", "front"),
    ("headroom forgotten", "front >= PACKET_HEADROOM &&", "front > 0 &&"),
    ("tailroom off by one", "room >= packet->length + PACKET_TAILROOM", "room + 1 >= packet->length + PACKET_TAILROOM"),
    ("end of the buffer forgotten", "packet->length <= high - at", "packet->length <= high"),
    ("start of the buffer forgotten", "low <= at && ", ""),
    ("the function's own bounds believed", "obey(loop, frame, port, egress, floor, ceiling);", "obey(loop, frame, port, egress, packet->floor, packet->ceiling);"),
    ("the function's own port believed", "obey(loop, frame, port, egress", "obey(loop, frame, packet->port % 4, egress"),
    ("stale hint", "loop->frames[i].packet.hint = 0;", ""),
    ("hint of the wrong stage", "packet, stage, packet->hint", "packet, stage, 0"),
    ("hint for what is not shown", "if (is_fit(loop, packet))", ""),
    ("clock read once for ever", "const uint64_t now = ports_clock(loop->ports);", "static uint64_t now; if (now == 0) now = ports_clock(loop->ports);"),
    ("waste kept for the next turn", "			drain(loop, port);\n	free_waste(loop);", "			drain(loop, port);"),
    ("last frame of a burst forgotten", "for (uint32_t i = 0; i < received; i++)\n		loop_step", "for (uint32_t i = 0; i + 1 < received; i++)\n		loop_step"),
    ("last port forgotten", "port < loop->port_count; port++)\n		received +=", "port + 1 < loop->port_count; port++)\n		received +="),
    ("sent counted as offered", "counters[port].sent += sent;", "counters[port].sent += count;"),
]


def compile(root, *words):
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-O1", "-w", "-fsanitize=address", f"-I{root}", *words],
                   check=True)


def is_noticed(root, folder, source):
    mutant, program = os.path.join(folder, "loop.c"), os.path.join(folder, "loop_test")
    with open(mutant, "w") as file:
        file.write(source)
    compile(root, mutant, os.path.join(folder, "test.o"), "-lcmocka", "-o", program)
    return subprocess.run([program], capture_output=True, timeout=60).returncode != 0


def main(root):
    with open(os.path.join(root, "run/loop.c")) as file:
        original = file.read()
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        compile(root, "-c", os.path.join(root, "test/run/loop_test.c"), "-o", os.path.join(folder, "test.o"))
        if is_noticed(root, folder, original):
            sys.exit("the loop without any mistake fails its tests")
        for name, old, new in MUTANTS:
            if original.count(old) != 1:
                sys.exit(f"{name}: the text to be changed occurs {original.count(old)} times in run/loop.c")
            if not is_noticed(root, folder, original.replace(old, new)):
                missed.append(name)
    print(f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} mistakes noticed")
    if missed:
        sys.exit("not noticed: " + "; ".join(missed))


main(sys.argv[1])
