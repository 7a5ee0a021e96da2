"""Answers that go on: `ping`, `call` and `monitor` with real ends."""

import json
import subprocess
import threading
import unittest

from lab import box, sipp
import test_calls
import test_terminal

ARCHITECTURE = test_calls.ARCHITECTURE
FAR = test_calls.FAR


class Ping(test_calls.SceneTest):
    """The kernel answers the addresses of this machine."""

    def test_ping(self):
        address = self.scene.network.far
        said = self.scene.box.shell(f"ping {address}")
        self.assertEqual(said.count(f"{address} answers after "), 5, said)
        self.assertIn("5 sent, 5 answered, between ", said)
        self.assert_clean_end()
        requests = self.scene.wire.packets(
            f"icmp.type == 8 && ip.dst == {address}", ["icmp.checksum.status"])
        self.assertEqual([packet["icmp.checksum.status"] for packet in requests], ["1"] * 5)
        answers = self.scene.wire.packets(
            f"icmp.type == 0 && ip.src == {address} && icmp.resp_to", [])
        self.assertEqual(len(answers), 5, "tshark knows whose answers they are")

    def test_nobody_there(self):
        # A network that is none of this machine's, and no route leads to.
        said = self.scene.box.shell("ping 192.0.2.77")
        self.assertTrue(
            "not sent: " in said or "5 sent, 0 answered" in said, said)


class TestCall(test_calls.SceneTest):
    """`call` with a far party that answers, and one that is busy."""

    def test_answered(self):
        self.scene.far_party()
        said = self.scene.box.shell(f"call 1 {FAR} 2")
        for words in ("--> ", "INVITE sip:" + FAR, "180 Ringing (INVITE)", "200 Ok (INVITE)",
                      "BYE sip:", "the test call is over"):
            self.assertIn(words, said)
        self.assertIn("on hook", self.scene.box.shell("show port 1"))
        history = self.scene.box.shell("show call history")
        self.assertIn(FAR, history)
        self.assert_clean_end()

    def test_busy(self):
        self.scene.play(
            sipp.Sipp(self.scene.run, sipp.busy(), self.scene.network.far, "busy"))
        said = self.scene.box.shell(f"call 1 {FAR}")
        self.assertIn("486 ", said)
        self.assertIn("the test call is over", said)
        self.assert_clean_end()


class Monitor(test_calls.SceneTest):
    """`monitor` where a person sits, and for a program."""

    def test_on_a_terminal(self):
        terminal = test_terminal.Terminal(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.scene.box.console], 80)
        self.addCleanup(terminal.close)
        terminal.expect("lab> ")
        terminal.type("monitor\r")
        terminal.expect("Ctrl-C ends it")
        self.scene.box.shell("register now")
        for words in ("SIP --> ", "REGISTER sip:", "SIP <-- ", "200 OK (REGISTER)"):
            terminal.expect(words)
        terminal.type("\x03")
        terminal.expect("lab> ")
        terminal.type("show version\r")
        terminal.expect("tipring 0")

    def test_for_a_program(self):
        program = subprocess.Popen(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.scene.box.console, "--json",
             "monitor"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.wait, 5)
        self.addCleanup(program.kill)
        self.assertIn("Ctrl-C", json.loads(program.stdout.readline())["line"])
        self.scene.box.shell("register now")
        # A box that says nothing more ends the program, and with it the reading.
        alarm = threading.Timer(20, program.kill)
        alarm.start()
        self.addCleanup(alarm.cancel)
        lines = []
        while not any("200 OK (REGISTER)" in line for line in lines):
            lines.append(json.loads(program.stdout.readline())["line"])
        self.assertTrue(any("REGISTER sip:" in line for line in lines))


if __name__ == "__main__":
    unittest.main()
