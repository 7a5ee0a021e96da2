"""`tipring shell` on a real pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
import unittest

from lab import box, process, run as run_module

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")


class Terminal:
    """A program at a terminal of so many columns; what it prints is kept."""

    def __init__(self, arguments, columns):
        self.text = ""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvp(arguments[0], arguments)
        self.resize(columns)

    def resize(self, columns):
        """Gives the terminal another width; the kernel sends SIGWINCH."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, text):
        """Presses keys."""
        os.write(self.descriptor, text.encode())

    def expect(self, text, seconds=5):
        """Waits until the text was printed; returns everything up to it and forgets that."""
        deadline = time.monotonic() + seconds
        while text not in self.text:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.descriptor], [], [], left)[0]:
                raise process.LabError(f"the shell did not print {text!r}: {self.text!r}")
            self.text += os.read(self.descriptor, 4096).decode("utf-8", "replace")
        before, _, self.text = self.text.partition(text)
        return before + text

    def close(self):
        """Hangs up."""
        os.close(self.descriptor)
        try:
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass  # It has left by itself and a test has seen it.


class Shell(unittest.TestCase):
    """Line editing where a person sits."""

    def setUp(self):
        run = run_module.Run(self.id().rsplit(".", 1)[1])
        self.box = box.Box(run, architecture=ARCHITECTURE).start()
        self.addCleanup(process.stop_all)
        self.addCleanup(self.box.stop)
        self.terminal = Terminal(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.box.console], 80)
        self.addCleanup(self.terminal.close)
        self.terminal.expect("lab> ")

    def test_command(self):
        self.terminal.type("show ver\t\r")
        self.terminal.expect("host name lab")
        self.terminal.expect("lab> ")

    def test_configuration(self):
        self.terminal.type("conf\t\r")
        self.terminal.expect("lab(config)# ")
        self.terminal.type("sip e\t")
        self.terminal.expect("sip expires ")
        self.terminal.type("\x03")
        self.terminal.type("port 1 codec pcm\t")
        self.terminal.expect("pcmu")
        self.terminal.type("u\rcompare\r")
        self.terminal.expect("+ port 1 codec pcmu")
        self.terminal.expect("lab(config*)# ")
        self.terminal.type("commit\r")
        self.terminal.expect("committed")
        self.terminal.expect("lab(config)# ")
        self.terminal.type("exit\r")
        self.terminal.expect("lab> ")
        self.terminal.type("exit\r")
        os.waitpid(self.terminal.pid, 0)

    def test_a_narrower_window_is_drawn_anew(self):
        line = "show something that is longer than a narrow window"
        self.terminal.type(line)
        self.terminal.expect("window")
        self.terminal.resize(30)
        drawn = self.terminal.expect("window")
        self.assertNotIn("show something that is longer", drawn)
        self.terminal.resize(80)
        self.assertIn(line, self.terminal.expect("window"))


if __name__ == "__main__":
    unittest.main()
