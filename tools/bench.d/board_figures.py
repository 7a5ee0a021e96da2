#!/usr/bin/env python3
"""Times, sizes and memory of the booted board in QEMU beside their targets.

Started by `tools/bench board`. A table on standard output, the same as JSON in
.build/bench/board.json. The processor is emulated: a time is many times that of a real one. How
many, the last rows tell: the same start of the same source for this machine's own processor.
"""

import json
import os
import subprocess
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[:0] = [os.path.join(TOP, "Tests", part) for part in ("Lab", "Board")]

from boardlab import machine, namespace, scene  # noqa: E402
from lab import box, capture, process, run as run_module  # noqa: E402

BOARD = "qemu-virt"
STARTS = 9


class Rows:
    """Figures with their targets, shown at once."""

    def __init__(self):
        self.figures = {}

    def set(self, row, value, target, unit):
        """One figure."""
        self.figures[row] = {"value": value, "target": target, "unit": unit}
        mark = "" if value <= target else "  ABOVE"
        print(f"  {row:<46}{value:>12} {unit:<6} target {target}{mark}", flush=True)

    def note(self, row, value, unit):
        """One figure that has no target."""
        self.figures[row] = {"value": value, "unit": unit}
        print(f"  {row:<46}{value:>12} {unit}", flush=True)

    def save(self):
        """The same as JSON."""
        folder = os.path.join(run_module.BUILD, "bench")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "board.json"), "w", encoding="utf-8") as file:
            json.dump(self.figures, file, indent=2)


def start_to_register(place):
    """Starts a process, times its first REGISTER on the wire in milliseconds, ends it."""
    shell = place.machine.shell
    place.shell("while pidof tipring; do usleep 10000; done")
    shell.send(
        "echo begin; tipring run --config /tmp/tipring.conf --board /etc/tipring/board.conf "
        ">/dev/null 2>&1 & usleep 500000; kill $!; wait $!\n")
    shell.wait_for("begin\n", 5)
    began = time.time()
    place.shell("true")
    sent = [packet.at - began for packet in place.recording().packets(
        f"sip.Method == REGISTER and sip.Expires > 0 and ip.src == {place.network.box}", [])
        if packet.at > began]
    if not sent:
        raise process.LabError("the process sent no REGISTER")
    return round(sent[0] * 1000)


def measure(place, rows):
    """Everything, on one booted board."""
    image = machine.image_folder(BOARD)
    rows.set("root file system, compressed",
             os.path.getsize(os.path.join(image, "root.squashfs")), 8 << 20, "bytes")
    rows.set("kernel's start to both ports registered",
             float(place.shell("cat /proc/uptime").split()[0]), 6.0, "s")
    rows.set("PSS, idle", place.memory_kib(), 3 << 10, "KiB")
    first, second = place.phones
    first.lift()
    first.wait("tone dial", 5)
    first.dial("6002")
    second.wait("ring", 8)
    second.lift()
    second.wait("feed forward", 5)
    first.do("pause 2000")
    rows.set("PSS, two ports in a call", place.memory_kib(), 4 << 10, "KiB")
    first.hang_up()
    second.hang_up()
    return start_times(place, rows)


def start_times(place, rows):
    """How long a start takes, with addresses drawn anew each time and with fixed ones.

    QEMU before 8.1 translates code anew where it finds it at another address; no processor does.
    """
    # Init starts nothing anew meanwhile; what plays the telephones takes no time from the board.
    place.shell("cp /data/tipring/tipring.conf /tmp/; kill -TSTP 1; killall tipring")
    place.shell("killall -STOP analog-side")
    anew = sorted(start_to_register(place) for _ in range(STARTS))[STARTS // 2]
    rows.set(f"process start to REGISTER, median of {STARTS}", anew, 100, "ms")
    place.shell("echo 0 > /proc/sys/kernel/randomize_va_space")
    fixed = sorted(start_to_register(place) for _ in range(STARTS))[STARTS // 2]
    rows.note("the same, translated once: addresses are fixed", fixed, "ms")
    return fixed


def start_here():
    """One start of the same firmware on this machine's processor, in milliseconds."""
    here = run_module.Run("start-here")
    recording = capture.Capture(here).start()
    gateway = box.Box(here, architecture="x86_64")
    began = time.time()
    try:
        gateway.start()
        process.wait_until(
            lambda: b"REGISTER sip:" in open(recording.path, "rb").read(), 5, "a REGISTER")
    finally:
        gateway.stop()
        recording.stop()
    return (recording.packets("sip.Method == REGISTER", [])[0].at - began) * 1000


def main():
    """Boots, measures, prints."""
    namespace.enter()
    process.own_children()
    rows = Rows()
    print(subprocess.run(["qemu-system-aarch64", "--version"], check=True, text=True,
                         capture_output=True).stdout.splitlines()[0], flush=True)
    place = scene.Scene("figures", BOARD)
    try:
        place.start()
        emulated = measure(place, rows)
    finally:
        place.stop()
    real = sorted(start_here() for _ in range(STARTS))[STARTS // 2]
    rows.note("the same, on this machine's own processor", round(real, 1), "ms")
    rows.note("emulation makes it slower by", round(emulated / real), "times")
    rows.save()


if __name__ == "__main__":
    main()
