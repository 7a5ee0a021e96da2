"""When this machine did not run what was ready to run: the host's part of a missed moment.

A process of its own for each CPU, of higher priority than anything in the laboratory, wants to
wake every millisecond. What wakes later than it should was not run by the machine under the
machine; the moments are kept, so that what went wrong elsewhere can be laid beside them.
"""

import bisect
import multiprocessing
import os
import time

PERIOD = 0.001
#: A waking this much later than wanted is a stall, in seconds: well above what a timer costs.
STALL = 0.0003
PRIORITY = 50


def _watch(cpu, pipe):
    os.sched_setaffinity(0, {cpu})
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except PermissionError:
        pass  # Then the laboratory's own load counts as well, and the report says so.
    stalls = []
    due = time.monotonic() + PERIOD
    while not pipe.poll(max(0.0, due - time.monotonic())):
        now = time.monotonic()
        if now - due > STALL:
            stalls.append((due, now))
        due = now + PERIOD
    pipe.send((stalls, os.sched_getscheduler(0) == os.SCHED_FIFO))


class HostWatch:
    """Watches from the start to `stop()`; after that it answers for any window of that time."""

    def __init__(self):
        #: The first moment of which it knows (CLOCK_MONOTONIC, seconds).
        self.began = time.monotonic()
        self._watchers = []
        for cpu in sorted(os.sched_getaffinity(0)):
            here, there = multiprocessing.Pipe()
            watcher = multiprocessing.Process(target=_watch, args=(cpu, there), daemon=True)
            watcher.start()
            self._watchers.append((watcher, here))
        self.stalls = []
        self.is_real_time = True
        self._ended = self.began

    def stop(self):
        """Ends it; a second time does nothing."""
        if not self._watchers:
            return
        found = []
        for watcher, pipe in self._watchers:
            pipe.send("stop")
            stalls, is_real_time = pipe.recv()
            found += stalls
            self.is_real_time &= is_real_time
            watcher.join(5)
        self._watchers = []
        self._ended = time.monotonic()
        self.stalls = _union(found)

    def stalled(self, begin, end):
        """Seconds of a window in which at least one CPU stood still."""
        place = bisect.bisect_left(self.stalls, (begin, begin))
        total = 0.0
        for start, stop in self.stalls[max(0, place - 1):]:
            if start >= end:
                break
            total += max(0.0, min(stop, end) - max(start, begin))
        return total

    def longest(self):
        """The longest time for which a CPU stood still, in seconds."""
        return max((stop - start for start, stop in self.stalls), default=0.0)

    def chance(self, length, least):
        """The share of all windows of that length in which `least` seconds or more stood still."""
        count = max(1, int((self._ended - self.began - length) / 0.01))
        hits = sum(self.stalled(self.began + n * 0.01, self.began + n * 0.01 + length) >= least
                   for n in range(count))
        return hits / count

    def words(self):
        """What it saw, in words."""
        total = sum(stop - start for start, stop in self.stalls)
        return (f"the host stood still {len(self.stalls)} times, {total:.3f} s together, "
                f"at most {self.longest() * 1000:.1f} ms"
                + ("" if self.is_real_time else " (watched without priority: our own load counts)"))


def _union(pieces):
    joined = []
    for start, stop in sorted(pieces):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
