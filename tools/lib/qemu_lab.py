#!/usr/bin/env python3
"""Boots a board in the terminal with a carrier and telephones beside it, for tools/qemu --lab.

    qemu_lab.py BOARD IMAGE-FOLDER DISK FOLDER [WORD…]

The SBC is a Kamailio behind the board's voice VLAN, in a network of its own; the disk is made, with
a configuration for that SBC, when there is none. In FOLDER: line1, line2 … for telephones, `shell`
for a root shell, `qmp` and `qtest` of QEMU.
"""

import os
import subprocess
import sys

import qemu_machine

sys.path[:0] = [os.path.join(qemu_machine.TOP, "Tests", part) for part in ("Lab", "Board")]

from boardlab import (  # noqa: E402
    carrier, lines, machine, monitor, namespace, scene, sockets, wire)
from lab import kamailio, process, run as run_module  # noqa: E402


def keep_disk(run, board, disk):
    """The disk that keeps what the box writes, made when it is not there."""
    if os.path.exists(disk):
        return
    os.makedirs(os.path.dirname(disk), exist_ok=True)
    os.replace(
        machine.provisioned_disk(run, board, scene.configuration(run.network), users=None), disk)


def play(words, folder):
    """Runs QEMU in the terminal, telephones' sockets beside it; returns its exit status."""
    with subprocess.Popen(words) as program:
        wires = None
        try:
            qmp = monitor.Monitor(os.path.join(folder, "qmp"))
            qtest = sockets.QTest(os.path.join(folder, "qtest"))
            wires = lines.Lines(folder, qtest, qmp.path_of("pl061"), os.path.join(folder, "sound"))
            return program.wait()
        finally:
            # A closed terminal ends us by a signal: QEMU must not stay behind.
            program.terminate()
            if wires:
                wires.close()


def main():
    """Runs until QEMU ends; its exit status is ours."""
    board, image, disk, folder, *more = sys.argv[1:]
    namespace.enter()
    process.own_children()
    run = run_module.Run("qemu", carrier.Network())
    cable = wire.Wire(folder, carrier.TAP, pcap=run.path("wire.pcap"))
    run.network.plug_in()
    sbc = kamailio.Kamailio(run, scene.NUMBERS).start()
    keep_disk(run, board, disk)
    print(f"The SBC is {sbc.address} on VLAN {cable.vlan}; the wire: {run.path('wire.pcap')}",
          flush=True)
    initrd = os.path.join(qemu_machine.TOP, ".build", "board-lab", board, "initrd")
    words = (qemu_machine.arguments(board, image, f"{disk},format=raw", initrd)
             + qemu_machine.console() + cable.card() + qemu_machine.laboratory(folder) + more)
    try:
        status = play(words, folder)
    finally:
        sbc.stop()
        cable.close()
    sys.exit(status)


if __name__ == "__main__":
    main()
