#!/usr/bin/env python3
"""Boots a board in the terminal with telephones' sockets beside it, for tools/qemu --lab.

    qemu_lab.py BOARD IMAGE-FOLDER DISK FOLDER [WORD…]

In FOLDER: line1, line2 … for telephones, `shell` for a root shell, `qmp` and `qtest` of QEMU.
"""

import os
import subprocess
import sys

import qemu_machine

sys.path[:0] = [os.path.join(qemu_machine.TOP, "Tests", part) for part in ("Lab", "Board")]

from boardlab import lines, monitor, sockets  # noqa: E402


def main():
    """Runs until QEMU ends; its exit status is ours."""
    board, image, disk, folder, *more = sys.argv[1:]
    initrd = os.path.join(qemu_machine.TOP, ".build", "board-lab", board, "initrd")
    words = (qemu_machine.arguments(board, image, disk, initrd) + qemu_machine.terminal()
             + qemu_machine.laboratory(folder) + more)
    with subprocess.Popen(words) as program:
        qmp = monitor.Monitor(os.path.join(folder, "qmp"))
        qtest = sockets.QTest(os.path.join(folder, "qtest"))
        wires = lines.Lines(folder, qtest, qmp.path_of("pl061"), os.path.join(folder, "sound"))
        status = program.wait()
        wires.close()
    sys.exit(status)


if __name__ == "__main__":
    main()
