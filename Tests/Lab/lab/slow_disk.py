"""A disk whose writes become lasting only when the test lets them."""

import errno
import os
import select
import subprocess

from . import process

SOURCE = os.path.join(os.path.dirname(__file__), "..", "peers", "slow_disk.c")


class SlowDisk:
    """While it is shut, a process with its environment waits in every fsync(2)."""

    def __init__(self, run):
        self._gate = run.path("slow-disk")
        self._writer = None
        library = run.path("slow-disk.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-Wall", "-o", library, SOURCE], check=True)
        self.environment = dict(os.environ, LD_PRELOAD=library, SLOW_DISK=self._gate)

    def shut(self):
        """From now on every write waits."""
        os.mkfifo(self._gate)

    def wait_for_write(self):
        """Waits until somebody waits in a write."""
        process.wait_until(self._holds_writer, 10, "a write")

    def let_one_pass(self):
        """Lets the next write through, and keeps later ones waiting."""
        self.wait_for_write()
        self._release()

    def forget(self):
        """Whoever waited is dead."""
        os.unlink(self._gate)
        self._close()

    def open(self):
        """Lets the next write through, and every later one."""
        self.wait_for_write()
        os.unlink(self._gate)
        self._release()

    def _holds_writer(self):
        if self._writer is None:
            try:
                self._writer = os.open(self._gate, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
        return self._writer is not None

    def _release(self):
        os.write(self._writer, b"!")
        # Whoever waited has to be on its way before the next one is waited for.
        gone = select.poll()
        gone.register(self._writer, 0)
        if not gone.poll(10_000):
            raise process.LabError("whoever waited in a write still does")
        self._close()

    def _close(self):
        os.close(self._writer)
        self._writer = None
