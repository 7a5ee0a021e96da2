"""Size and memory of the board against their targets; times are a matter of tools/bench."""

import os
import unittest

from boardlab import machine
from test_calls import BOARD, BoardTest

ROOT_LIMIT_BYTES = 8 << 20
IDLE_LIMIT_KIB, TWO_CALLS_LIMIT_KIB = 3 << 10, 4 << 10


class Figures(BoardTest):
    """What the flash and the memory have to hold."""

    def say(self, words):
        """Prints a figure beside the test's name."""
        print(f"{words} … ", end="", flush=True)

    def test_size(self):
        size = os.path.getsize(os.path.join(machine.image_folder(BOARD), "root.squashfs"))
        self.say(f"root file system {size} bytes")
        self.assertLessEqual(size, ROOT_LIMIT_BYTES)

    def test_memory(self):
        idle = self.scene.memory_kib()
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        self.other.wait("feed forward", 5)
        self.phone.do("pause 2000")
        calls = self.scene.memory_kib()
        self.say(f"PSS {idle} KiB idle, {calls} KiB with two ports in a call")
        self.assertLessEqual(idle, IDLE_LIMIT_KIB)
        self.assertLessEqual(calls, TWO_CALLS_LIMIT_KIB)


if __name__ == "__main__":
    unittest.main()
