"""A window of tmux: a terminal that we did not write, and what stands on its screen."""

import shutil
import subprocess

from . import process


class Tmux:
    """A program in a window of its own server; the server ends with it."""

    def __init__(self, name, command, columns=80, rows=24):
        self._server = [shutil.which("tmux") or "tmux", "-L", name, "-f", "/dev/null", "-u"]
        self._do("new-session", "-d", "-x", str(columns), "-y", str(rows), *command)

    def _do(self, *words):
        return subprocess.run(
            [*self._server, *words], check=True, capture_output=True, text=True,
            timeout=10).stdout

    def type(self, text):
        """Presses the keys of a text."""
        self._do("send-keys", "-l", text)

    def press(self, *keys):
        """Presses keys by tmux's names for them, such as Up and C-r."""
        self._do("send-keys", *keys)

    def resize(self, columns, rows):
        """Gives the window another size."""
        self._do("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self):
        """The rows that hold something, without blanks at their ends."""
        return [row.rstrip() for row in self._do("capture-pane", "-p").splitlines()
                if row.strip()]

    def cursor(self):
        """The column that the cursor stands in, from 0."""
        return int(self._do("display-message", "-p", "#{cursor_x}"))

    def wait_row(self, row, seconds=5):
        """Waits until the last row of the screen is this; returns all of them."""
        def shown():
            rows = self.screen()
            return rows if rows and rows[-1] == row else None
        try:
            return process.wait_until(shown, seconds, f"the row {row!r}")
        except process.LabError as error:
            raise process.LabError(f"{error}; the screen has {self.screen()}") from error

    def close(self):
        """Ends the server."""
        subprocess.run([*self._server, "kill-server"], check=False, capture_output=True,
                       timeout=10)
