"""`tipring shell` on a real pseudo-terminal."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import termios
import time
import unittest

from lab import box, process, run as run_module, users

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")


class Terminal:
    """A program at a terminal of so many columns; what it prints is kept."""

    def __init__(self, arguments, columns, rows=24):
        self.text = ""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvp(arguments[0], arguments)
        self.rows = rows
        self.resize(columns)

    def resize(self, columns):
        """Gives the terminal another width; the kernel sends SIGWINCH."""
        fcntl.ioctl(
            self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, columns, 0, 0))

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


class Json(unittest.TestCase):
    """`tipring shell --json`, read by Python's decoder."""

    def setUp(self):
        run = run_module.Run(self.id().rsplit(".", 1)[1])
        self.box = box.Box(run, architecture=ARCHITECTURE).start()
        self.addCleanup(self.box.stop)

    def ask(self, *words, **more):
        """The objects that the shell prints, and its exit status."""
        done = subprocess.run(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.box.console, "--json", *words],
            capture_output=True, text=True, timeout=20, check=False, **more)
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode

    def test_tables(self):
        (answer,), status = self.ask("show ports")
        self.assertEqual(status, 0)
        self.assertEqual(
            [(row["port"], row["number"]) for row in answer["tables"][0]],
            [(1, "6001"), (2, "6002")])
        answers, status = self.ask(input="show version\nshow log\n")
        self.assertEqual((len(answers), status), (2, 0))
        self.assertIn("started", " ".join(answers[1]["lines"]))

    def test_line_that_is_too_long(self):
        (answer,), status = self.ask("x" * 1000)
        self.assertEqual((answer["column"], answer["lines"], status), (1, [], 1))
        self.assertIn("longer than 512 bytes", answer["error"])

    def test_refusal(self):
        (answer,), status = self.ask("show", "nothing")
        self.assertEqual((answer["column"], status), (6, 1))
        self.assertTrue(answer["error"].startswith("'nothing' is not known"))


class Login(unittest.TestCase):
    """`tipring login` at a pseudo-terminal, in front of a program that says how it was called."""

    def setUp(self):
        self.run_ = run_module.Run(self.id().rsplit(".", 1)[1])
        with open(self.run_.path("delivered"), "w", encoding="utf-8") as file:
            file.write(users.FILE)
        self.terminal = self.open()

    def open(self, state="failures", *more, stored=None):
        """The prompt, as getty would start it."""
        stored = stored or self.run_.path("stored.conf")
        terminal = Terminal(
            [*box.launcher(ARCHITECTURE), "login", "--config", stored,
             "--delivered", self.run_.path("delivered"), "--state", self.run_.path(state),
             "--operator-id", "1000", *more, "/bin/echo"], 80)
        self.addCleanup(terminal.close)
        terminal.expect("login: ")
        return terminal

    def enter(self, terminal, name, password):
        """Answers both prompts."""
        terminal.type(name + "\r")
        terminal.expect("Password: ")
        terminal.type(password + "\r")

    def test_the_delivered_password_and_an_own_one(self):
        self.enter(self.terminal, "admin", users.PASSWORD)
        self.terminal.expect("--delivered")
        os.rename(self.run_.path("delivered"), self.run_.path("stored.conf.users"))
        other = self.open()
        self.enter(other, "admin", users.PASSWORD)
        self.assertNotIn(users.PASSWORD, other.expect("--login"))

    def test_strangers(self):
        for name, password in [
                ("admin", ""), ("root", users.PASSWORD), ("operator", users.PASSWORD),
                ("tipring", "admin")]:
            self.enter(self.terminal, name, password)
            self.terminal.expect("Login incorrect")
            self.terminal.expect("login: ", 10)
        self.enter(self.terminal, "admin", "Console-2")
        self.terminal.expect("login: ", 15)
        self.enter(self.terminal, "admin", "Console-3")
        self.terminal.expect("nothing is taken for 300 s")
        with open(self.run_.path("failures"), encoding="ascii") as file:
            self.assertEqual(file.read().split()[:2], ["5", "1"])

    def test_a_console_that_is_elsewhere(self):
        """The program is told where the configuration puts it, running or not."""
        gateway = box.Box(self.run_, architecture=ARCHITECTURE).start()
        self.addCleanup(gateway.stop)
        terminal = self.open(stored=gateway.configuration)
        self.enter(terminal, "admin", users.PASSWORD)
        terminal.expect(f"--socket {gateway.console} --delivered")

    def test_without_a_place_for_failures(self):
        terminal = self.open(os.path.join("none", "failures"))
        for _ in range(2):
            self.enter(terminal, "admin", "Console-2")
            terminal.expect("Login incorrect")
            terminal.expect("login: ", 10)
        began = time.monotonic()
        self.enter(terminal, "admin", "Console-2")
        terminal.expect("login: ", 10)
        self.assertGreater(time.monotonic() - began, 3.9, "the third wrong one costs 4 s")
        self.enter(terminal, "admin", users.PASSWORD)
        terminal.expect("--delivered", 15)

    def test_wrong_passwords_are_in_the_log(self):
        gateway = box.Box(self.run_, architecture=ARCHITECTURE).start()
        self.addCleanup(gateway.stop)
        terminal = self.open("failures", "--socket", gateway.console)
        for name in ("admin", "Geheim-7"):
            self.enter(terminal, name, "Console-2")
            terminal.expect("Login incorrect")
            terminal.expect("login: ", 10)
        log = gateway.shell("show log")
        self.assertIn("login: wrong name or password of admin\n", log)
        self.assertIn("login: wrong name or password of a stranger\n", log)
        self.assertNotIn("Geheim", log)


if __name__ == "__main__":
    unittest.main()
