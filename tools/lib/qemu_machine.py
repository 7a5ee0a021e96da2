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


def command_line(image, words=()):
    """The kernel's words: those of the image, then others."""
    with open(os.path.join(image, "cmdline"), encoding="utf-8") as file:
        return " ".join([file.read().strip(), *words])


def arguments(board, image, disk, initrd=None, kernel_words=()):
    """Everything but consoles and network, which differ between a person and a test."""
    rows = description(board)
    return [
        PROGRAMS[rows["architecture"]], *rows["qemu"].split(), "-accel", "tcg",
        "-nodefaults", "-display", "none",
        "-kernel", os.path.join(image, "kernel"),
        "-initrd", initrd or os.path.join(image, "initrd"),
        "-dtb", os.path.join(image, "board.dtb"),
        "-append", command_line(image, kernel_words),
        "-drive", f"if=none,id=disk,file={disk}", "-device", "virtio-blk-pci,drive=disk",
        "-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset"]


def main():
    """Replaces this program by QEMU."""
    board, image, disk, *more = sys.argv[1:]
    words = arguments(board, image, disk) + [
        "-serial", "mon:stdio", "-netdev", "user,id=uplink",
        "-device", "virtio-net-pci,netdev=uplink,romfile=", *more]
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
