"""The board's figures against their targets, printed; boot and memory on an emulated processor."""

import os
import time
import unittest

from boardlab import machine
from test_calls import BOARD, BoardTest

ROOT_LIMIT_BYTES = 8 << 20
IDLE_LIMIT_KIB, TWO_CALLS_LIMIT_KIB = 3 << 10, 4 << 10
#: From the kernel's start to both ports registered, by the guest's own clock.
REGISTERED_LIMIT_SECONDS = 6.0
#: From the start of the process to its first REGISTER on the wire.
REGISTER_LIMIT_SECONDS = 0.100


class Figures(BoardTest):
    """Sizes, memory and times."""

    STARTS = 5

    def begin(self):
        self.scene.start()
        # The kernel's clock begins with the kernel; the shell answers at once.
        self.uptime = float(self.scene.shell("cat /proc/uptime").split()[0])

    def say(self, words):
        """Prints a figure beside the test's name."""
        print(f"{words} … ", end="", flush=True)

    def test_size(self):
        size = os.path.getsize(os.path.join(machine.image_folder(BOARD), "root.squashfs"))
        self.say(f"root file system {size} bytes")
        self.assertLessEqual(size, ROOT_LIMIT_BYTES)

    def test_boot_to_registered(self):
        log = self.scene.shell("tipring shell show log")
        self.say(f"registered within {self.uptime:.2f} s of the kernel's start")
        self.assertEqual(log.count(": registered"), 2, log)
        self.assertLessEqual(self.uptime, REGISTERED_LIMIT_SECONDS)

    def test_start_to_register(self):
        """Processes of our own, while init starts nothing anew."""
        self.scene.shell("cp /data/tipring/tipring.conf /tmp/; kill -TSTP 1; killall tipring")
        times = sorted(self.start_to_register() for _ in range(self.STARTS))
        median = times[self.STARTS // 2]
        self.say("REGISTER after " + " ".join(f"{value * 1000:.0f}" for value in times)
                 + " ms, emulated")
        self.assertLessEqual(median, REGISTER_LIMIT_SECONDS)

    def start_to_register(self):
        """Starts a process, times its first REGISTER on the wire, ends it."""
        shell = self.scene.machine.shell
        self.scene.shell("while pidof tipring; do usleep 10000; done")
        shell.send(
            "echo begin; tipring run --config /tmp/tipring.conf "
            "--board /etc/tipring/board.conf >/dev/null 2>&1 & usleep 500000; kill $!; wait $!\n")
        shell.wait_for("begin\n", 5)
        began = time.time()
        self.scene.shell("true")
        sent = [packet.at - began for packet in self.scene.recording().packets(
            f"sip.Method == REGISTER and sip.Expires > 0 "
            f"and ip.src == {self.scene.network.box}", [])
            if packet.at > began]
        self.assertTrue(sent, "no REGISTER")
        return sent[0]

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
