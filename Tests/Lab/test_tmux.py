"""The line editor inside tmux, which draws what our control sequences mean to a terminal."""

import os
import unittest

from lab import box, process, run as run_module, tmux

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")


class Window(unittest.TestCase):
    """A window of 60 columns and 12 rows, with the shell in it."""

    def setUp(self):
        name = self.id().rsplit(".", 1)[1]
        run = run_module.Run(name)
        self.box = box.Box(run, architecture=ARCHITECTURE).start()
        self.addCleanup(process.stop_all)
        self.addCleanup(self.box.stop)
        self.window = tmux.Tmux(
            f"tipring-{name}-{os.getpid()}",
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.box.console], 60, 12)
        self.addCleanup(self.window.close)
        self.window.wait_row("lab>")

    def test_history_and_search(self):
        for line in ("show version", "show ports"):
            self.window.type(line)
            self.window.wait_row("lab> " + line)
            self.window.press("Enter")
            self.window.wait_row("lab>")
        self.window.press("Up", "Up")
        self.window.wait_row("lab> show version")
        self.window.press("Down")
        self.window.wait_row("lab> show ports")
        self.window.press("C-u")
        self.window.wait_row("lab>")
        self.window.press("C-r")
        self.window.type("vers")
        process.wait_until(
            lambda: "show version" in self.window.screen()[-1], 5, "the line that was found")
        self.window.press("Enter")
        rows = self.window.wait_row("lab>")
        self.assertIn("host name lab", "\n".join(rows))

    def test_editing(self):
        self.window.type("show verXsion")
        self.window.press("Left", "Left", "Left", "Left", "BSpace")
        self.window.wait_row("lab> show version")
        self.assertEqual(self.window.cursor(), len("lab> show ver"))
        self.window.press("C-a")
        self.window.type("x")
        self.window.wait_row("lab> xshow version")
        self.window.press("C-h", "C-e", "C-w")
        self.window.wait_row("lab> show")
        self.window.type("reg")
        self.window.press("Tab")
        self.window.wait_row("lab> show registrations")
        self.window.press("C-c")
        self.window.wait_row("lab>")
        self.window.type("show ?")
        rows = self.window.wait_row("--more--")
        self.assertTrue(rows[0].startswith("  status"), rows)
        self.assertEqual(len(rows), 12, "the window is full, and nothing has left it")
        self.window.press("q")
        self.window.wait_row("lab> show")

    def test_a_long_line_in_a_window_that_changes(self):
        line = "show " + " ".join(f"word{i}" for i in range(12))
        self.window.type(line)
        shown = process.wait_until(
            lambda: self.window.screen()[-1].endswith("word11") and self.window.screen(), 5,
            "the line")
        self.assertTrue(all(len(row) <= 60 for row in shown))
        self.window.resize(40, 12)
        process.wait_until(
            lambda: self.window.screen()[-1].endswith("word11")
            and len(self.window.screen()[-1]) <= 40, 5, "the narrower line")
        self.window.press("C-a")
        process.wait_until(
            lambda: ("lab> " + line).startswith(self.window.screen()[-1]), 5, "its beginning")

    def test_wide_characters(self):
        for line in ("configure", "language zh", "commit"):
            self.window.type(line)
            self.window.press("Enter")
        self.window.wait_row("lab(config)#")
        self.window.type("port 1 display-name 前台电话")
        self.window.wait_row("lab(config)# port 1 display-name 前台电话")
        self.assertEqual(self.window.cursor(), len("lab(config)# port 1 display-name ") + 8)
        self.window.press("Left", "Left", "BSpace")
        self.window.wait_row("lab(config)# port 1 display-name 前电话")
        self.assertEqual(self.window.cursor(), len("lab(config)# port 1 display-name ") + 2)
        self.window.press("Enter")
        self.window.wait_row("lab(config*)#")
        self.assertIn("前电话", self.box.dialogue("configure", "compare"))


if __name__ == "__main__":
    unittest.main()
