"""How late this machine wakes a process that only wants to wake: the lab's excuse, or not."""

import threading
import time

PERIOD_SECONDS = 0.01


class Canary:
    """A thread that wants to wake every 10 ms and keeps the worst delay, in milliseconds."""

    def __init__(self):
        self.worst_ms = 0.0
        self.late_wakes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sing, daemon=True)
        self._thread.start()

    def _sing(self):
        due = time.monotonic() + PERIOD_SECONDS
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            late = (time.monotonic() - due) * 1000
            self.worst_ms = max(self.worst_ms, late)
            if late > 20.0:
                self.late_wakes += 1
            due = time.monotonic() + PERIOD_SECONDS

    def stop(self):
        """Ends it; returns what it saw, in words."""
        self._stop.set()
        self._thread.join(1)
        return self.words()

    def words(self):
        """What it saw so far."""
        return (f"the machine woke a waiting process up to {self.worst_ms:.0f} ms late, "
                f"{self.late_wakes} times by more than 20 ms")
