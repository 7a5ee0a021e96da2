#!/usr/bin/env python3
"""How QEMU plays a board: the words of its command line, for tools/qemu and for the board's tests.

    qemu_machine.py BOARD IMAGE-FOLDER DISK [WORD…]

starts it with the serial console in the terminal; further words go to QEMU.
"""

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = {"arm64": "qemu-system-aarch64", "armv7": "qemu-system-arm"}


def description(board):
    """The lines of the board's machine file, by their first word."""
    rows = {}
    with open(os.path.join(TOP, "board", board, "image", "machine"), encoding="utf-8") as file:
        for line in file:
            word, _, rest = line.strip().partition(" ")
            if word and not word.startswith("#"):
                rows[word] = rest
    return rows


def command_line(image):
    """The kernel's words, as the image has them."""
    with open(os.path.join(image, "cmdline"), encoding="utf-8") as file:
        return file.read().strip()


def arguments(board, image, disk, initrd=None):
    """Everything but consoles and network, which differ between a person and a test."""
    rows = description(board)
    return [
        PROGRAMS[rows["architecture"]], *rows["qemu"].split(), "-accel", "tcg",
        "-nodefaults", "-display", "none",
        "-kernel", os.path.join(image, "kernel"),
        "-initrd", initrd or os.path.join(image, "initrd"),
        "-dtb", os.path.join(image, "board.dtb"),
        "-append", command_line(image),
        "-drive", f"if=none,id=disk,file={disk}", "-device", "virtio-blk-pci,drive=disk",
        "-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset"]


def laboratory(folder):
    """Sockets in a folder: QEMU's monitor, the pins, a root shell and the telephones' sound.

    The last two need the laboratory's initrd (board_lab.sh).
    """
    def offer(name):
        return f"unix:{os.path.join(folder, name)},server=on,wait=off"

    def port(name, number):
        return ["-chardev", f"socket,id={name},path={os.path.join(folder, name)},"
                "server=on,wait=off",
                "-device", f"virtserialport,chardev={name},nr={number},name={name}"]
    return ["-qmp", offer("qmp"), "-qtest", offer("qtest"), "-qtest-log", "/dev/null",
            "-device", "virtio-serial-pci", *port("shell", 1), *port("sound", 2)]


def console():
    """The serial console in the terminal."""
    return ["-serial", "mon:stdio"]


def uplink():
    """A network that goes through this machine."""
    return ["-netdev", "user,id=uplink", "-device", "virtio-net-pci,netdev=uplink,romfile="]


def main():
    """Replaces this program by QEMU."""
    board, image, disk, *more = sys.argv[1:]
    words = arguments(board, image, disk) + console() + uplink() + more
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
