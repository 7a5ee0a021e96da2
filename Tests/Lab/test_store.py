"""The stored configuration and the record of resets: what a process leaves for the next one."""

import os
import signal
import socket
import subprocess
import time
import unittest

from lab import box, kamailio, process, run as run_module

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")


class Store(unittest.TestCase):
    """`tipring install`, and a start from what it left."""

    def setUp(self):
        self.run_ = run_module.Run(self.id().rsplit(".", 1)[1])
        self.box = box.Box(self.run_, architecture=ARCHITECTURE)
        self.addCleanup(process.stop_all)
        self.addCleanup(self.box.stop)
        self.new, self.stored = self.run_.path("new.conf"), self.run_.path("stored.conf")

    def install(self, text):
        """Installs a configuration; the exit code and what was said."""
        with open(self.new, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(
            [*box.launcher(ARCHITECTURE), "install", self.new, "--config", self.stored],
            capture_output=True, text=True, timeout=20, check=False)
        return done.returncode, done.stdout + done.stderr

    def named(self, hostname):
        """The box's configuration under another name."""
        return self.box.text().replace("hostname lab", f"hostname {hostname}")

    def content(self, path):
        """A file's text."""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_install_keeps_the_one_before(self):
        self.assertEqual(self.install(self.named("first"))[0], 0)
        self.assertEqual(self.install(self.named("second"))[0], 0)
        self.assertIn("hostname second", self.content(self.stored))
        self.assertIn("hostname first", self.content(self.stored + ".1"))

    def test_a_mistake_changes_nothing(self):
        self.install(self.named("good"))
        code, said = self.install(self.named("bad") + "sip expires soon\n")
        self.assertEqual(code, 1)
        self.assertRegex(said, r"new\.conf: line \d+, column \d+: sip expires: 'soon'")
        self.assertIn("hostname good", self.content(self.stored))
        self.assertFalse(os.path.exists(self.stored + ".1"))

    def test_a_broken_file_does_not_replace_the_good_one_before(self):
        self.install(self.named("first"))
        self.install(self.named("second"))
        with open(self.stored, "w", encoding="utf-8") as file:
            file.write("hostname torn\nsip ser")
        self.install(self.named("third"))
        self.assertIn("hostname third", self.content(self.stored))
        self.assertIn("hostname first", self.content(self.stored + ".1"))

    def test_a_folder_that_takes_nothing(self):
        self.stored = "/proc/tipring.conf"
        code, said = self.install(self.named("nowhere"))
        self.assertEqual(code, 1)
        self.assertIn("/proc/tipring.conf", said)
        self.assertIn("nothing was changed", said)

    def start(self, *more):
        """`tipring run` from the stored file."""
        program = process.Program(
            "stored", [*box.launcher(ARCHITECTURE), "run", "--config", self.stored, *more],
            self.run_.folder)
        process.wait_until(lambda: os.path.exists(self.box.console), 10, "the console")
        return program

    def restart(self, program):
        """Kills the process without a word and starts another one."""
        program.send_signal(signal.SIGKILL)
        program.wait_exit(10)
        os.unlink(self.box.console)
        return self.start()

    def test_commit_stores_and_keeps_the_ones_before(self):
        self.install(self.named("first"))
        program = self.start()
        for number in range(2, 14):
            said = self.box.dialogue("configure", f"hostname box{number}", "commit")
            self.assertEqual(said, "committed\n")
        self.assertIn("hostname box13", self.content(self.stored))
        self.assertIn("hostname box12", self.content(self.stored + ".1"))
        self.assertIn("hostname box3", self.content(self.stored + ".10"))
        self.assertFalse(os.path.exists(self.stored + ".11"))
        self.assertIn(kamailio.password_of("6001"), self.content(self.stored))
        self.assertEqual(os.stat(self.stored).st_mode & 0o077, 0)
        said = self.box.dialogue("configure", "rollback 2", "commit")
        self.assertEqual(said, "- hostname box13\n+ hostname box11\ncommitted\n")
        program = self.restart(program)
        self.assertIn("host name box11", self.box.shell("show version"))

    def test_a_trial_survives_a_restart(self):
        self.install(self.named("known"))
        program = self.start()
        said = self.box.dialogue("configure", "hostname tried", "commit confirm 5")
        self.assertIn("on trial", said)
        self.assertEqual(self.content(self.stored + ".trial"), "5")
        program = self.restart(program)
        self.assertIn("host name tried", self.box.shell("show version"))
        self.assertEqual(self.box.dialogue("configure", "commit"), "kept\n")
        self.assertFalse(os.path.exists(self.stored + ".trial"))
        self.restart(program)
        self.assertEqual(self.box.dialogue("configure", "commit"), "nothing to commit\n")

    def test_a_folder_that_is_gone_takes_no_commit(self):
        folder = self.run_.path("folder")
        os.makedirs(folder)
        self.stored = os.path.join(folder, "stored.conf")
        self.install(self.named("first"))
        self.start()
        os.rename(folder, folder + "-gone")
        said = self.box.dialogue("configure", "hostname second", "commit", "compare")
        self.assertRegex(said, r"stored\.conf: .*: nothing was changed\n")
        self.assertIn("+ hostname second", said)
        self.assertIn("host name first", self.box.shell("show version"))

    def test_factory_reset(self):
        self.install(self.named("first"))
        self.install(self.named("second"))
        program = self.start()
        self.assertIn("forgotten", self.box.dialogue("factory-reset confirm"))
        self.assertEqual(program.wait_exit(10), 0)
        self.assertFalse(os.path.exists(self.stored))
        self.assertFalse(os.path.exists(self.stored + ".1"))

    def test_an_idle_console_is_closed_and_its_lines_are_kept(self):
        self.install(self.named("first"))
        self.start()
        said = self.box.dialogue("configure", "console idle 1", "commit")
        self.assertEqual(said, "committed\n")
        with socket.socket(socket.AF_UNIX) as console:
            console.settimeout(75)
            console.connect(self.box.console)
            console.sendall(b"configure\nhostname half\n")
            began = time.monotonic()
            while console.recv(4096):
                pass
            self.assertGreater(time.monotonic() - began, 55)
        self.assertIn("+ hostname half", self.box.dialogue("configure", "compare"))

    def test_restart_ends_in_order(self):
        self.install(self.named("first"))
        program = self.start()
        self.assertEqual(self.box.dialogue("restart"), "restarting\n")
        self.assertEqual(program.wait_exit(10), 0)

    def test_a_torn_file_starts_the_one_before(self):
        self.install(self.named("first"))
        self.install(self.named("second"))
        with open(self.stored, "r+", encoding="utf-8") as file:
            file.truncate(70)
        self.start()
        self.assertIn("host name first", self.box.shell("show version"))
        self.assertRegex(
            self.box.shell("show log"), r"running .*stored\.conf\.1, because .*stored\.conf")

    def test_the_reason_of_the_start(self):
        state = self.run_.path("state")
        os.makedirs(state)
        self.install(self.named("box"))
        expected = ["first start", "ended without a word", "restart in order"]
        for sentence, farewell in zip(expected, (signal.SIGKILL, signal.SIGTERM, None)):
            program = self.start("--state", state)
            self.assertIn(sentence, self.box.shell("show reset"))
            if farewell:
                program.send_signal(farewell)
                program.wait_exit(10)
                if os.path.exists(self.box.console):
                    os.unlink(self.box.console)


if __name__ == "__main__":
    unittest.main()
