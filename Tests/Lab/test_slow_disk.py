"""A flash that takes seconds: what somebody at a console waits for, no telephone does."""

import os
import re
import signal
import socket
import unittest

from lab import process, slow_disk
from test_calls import ARCHITECTURE, SceneTest

END_OF_ANSWER = b"\x04"


class Console:
    """A console that says when its answer is there."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(path)
        self._rest = b""

    def send(self, *lines):
        """Types lines, whether or not the ones before are answered."""
        self._socket.sendall("".join(line + "\n" for line in lines).encode())

    def answer(self):
        """The next answer, without its prompt."""
        while END_OF_ANSWER not in self._rest:
            piece = self._socket.recv(4096)
            if not piece:
                raise process.LabError(f"the console is closed behind {self._rest!r}")
            self._rest += piece
        answer, self._rest = self._rest.split(END_OF_ANSWER, 1)
        return answer.split(b"\x1e")[0].decode()

    def is_silent(self):
        """Whether no answer has come."""
        self._socket.setblocking(False)
        try:
            self._rest += self._socket.recv(4096)
        except BlockingIOError:
            pass
        self._socket.settimeout(10)
        return not self._rest

    def close(self):
        """Hangs up."""
        self._socket.close()


@unittest.skipUnless(ARCHITECTURE == "host", "the library is this machine's")
class SlowDisk(SceneTest):
    """A real process whose fsync(2) waits for the test."""

    def prepare(self):
        self.disk = slow_disk.SlowDisk(self.scene.run)
        self.scene.environment = self.disk.environment

    def console(self, *lines):
        """A console with a candidate."""
        console = Console(self.scene.box.console)
        self.addCleanup(console.close)
        for line in lines:
            console.send(line)
            console.answer()
        return console

    def stored(self):
        """What the next start would take."""
        with open(self.scene.box.configuration, encoding="utf-8") as file:
            return file.read()

    def test_calls_go_on_while_a_commit_waits(self):
        console = self.console("configure", "hostname slow")
        self.disk.shut()
        # What is typed behind it has its turn afterwards.
        console.send("commit", "compare", "exit", "show version")
        self.disk.wait_for_write()
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        process.wait_until(
            lambda: self.scene.box.shell("show ports").count("talking") == 2, 5, "the call")
        self.phone.hang_up()
        self.other.wait("tone busy", 5)
        self.other.hang_up()
        self.assertTrue(console.is_silent(), "not committed before it is safe")
        self.assertIn("hostname lab", self.stored())
        refused = self.scene.box.dialogue("configure", "commit", "discard")
        self.assertEqual(refused.count("another change is being stored; try again\n"), 2, refused)
        words = "the storage does not answer"
        process.wait_until(
            lambda: words in self.scene.box.shell("show alarms"), 10, "the alarm")
        self.disk.open()
        self.assertEqual(console.answer(), "committed\n")
        process.wait_until(
            lambda: words not in self.scene.box.shell("show alarms"), 5, "the alarm's end")
        self.assertIn("hostname slow", self.stored())
        self.assertEqual(console.answer(), "the candidate is what is stored\n")
        self.assertEqual(console.answer(), "")
        self.assertIn("host name slow", console.answer())
        self.assert_clean_end()

    def test_killed_in_each_write_of_a_commit(self):
        """Whichever it is, what is stored is the old one or the new one, whole."""
        names = []
        for passed in range(4):
            console = self.console("configure", f"hostname slow{passed}")
            self.disk.shut()
            console.send("commit")
            for _ in range(passed):
                self.disk.let_one_pass()
            self.disk.wait_for_write()
            self.scene.box.program.send_signal(signal.SIGKILL)
            self.scene.box.program.wait_exit(10)
            self.disk.forget()
            os.unlink(self.scene.box.console)
            self.scene.box.restart()
            shown = self.scene.box.shell("show version")
            names.append(re.search(r"host name (\w+)", shown)[1])
        self.assertEqual(names, ["lab", "lab", "lab", "slow3"])

    def test_an_end_waits_for_what_is_under_way(self):
        console = self.console("configure", "hostname slow")
        self.disk.shut()
        console.send("commit")
        self.disk.wait_for_write()
        self.scene.box.program.send_signal(signal.SIGTERM)
        self.scene.sbc.wait_unregistered("6001")
        self.assertTrue(self.scene.box.program.is_running)
        self.disk.open()
        self.assertEqual(self.scene.box.program.wait_exit(10), 0)
        self.assertIn("hostname slow", self.stored())

    def test_a_console_that_leaves(self):
        """Nobody waits for the answer; the change is stored all the same, and told of."""
        console = self.console("configure", "hostname slow")
        self.disk.shut()
        console.send("commit")
        self.disk.wait_for_write()
        console.close()
        self.disk.open()
        process.wait_until(
            lambda: "+ hostname slow" in self.scene.box.shell("show log"), 5, "the change")
        self.assertIn("hostname slow", self.stored())
        self.assert_clean_end()


if __name__ == "__main__":
    unittest.main()
