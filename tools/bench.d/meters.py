"""What a process costs, read from the kernel: memory, CPU time, system calls, wake-ups."""

import os
import re
import subprocess
import threading


# Shared by every process of any machine, so only the proportional part counts.
COMMON = re.compile(r"/(libc|libm|ld-linux[\w-]*|libpthread|libdl)[.-][^/]*$")


def pss_kib(pid):
    """Proportional set size as if alone: libraries that only other programs of the bench happen
    to share (libcrypto, for one) count whole, libc in proportion."""
    total, path = 0, ""
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as file:
        for line in file:
            words = line.split()
            if re.match(r"^[0-9a-f]+-[0-9a-f]+$", words[0]):
                path = words[5] if len(words) > 5 else ""
                wanted = "Pss:" if COMMON.search(path) else "Rss:"
            elif words[0] == wanted:
                total += int(words[1])
    return total


def _tasks(pid):
    return [f"/proc/{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task")]


def cpu_ns(pid):
    """CPU time of all its threads, in nanoseconds (schedstat)."""
    total = 0
    for task in _tasks(pid):
        with open(task + "/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


def switches(pid):
    """How often its threads went to sleep by their own will."""
    total = 0
    for task in _tasks(pid):
        with open(task + "/status", encoding="ascii") as file:
            found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)
            total += int(found.group(1))
    return total


def pass_time(seconds):
    """A measuring window."""
    threading.Event().wait(seconds)


def cpu_ms_per_second(pid, seconds):
    """CPU milliseconds per second over a window."""
    before = cpu_ns(pid)
    pass_time(seconds)
    return (cpu_ns(pid) - before) / 1e6 / seconds


def wake_ups_per_second(pid, seconds):
    """Voluntary switches per second over a window."""
    before = switches(pid)
    pass_time(seconds)
    return (switches(pid) - before) / seconds


def system_calls_per_second(pid, seconds, report):
    """System calls per second by strace, and the five most frequent."""
    with subprocess.Popen(
            ["strace", "-c", "-f", "-q", "-o", report, "-p", str(pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
        pass_time(seconds)
        tracer.send_signal(2)
        tracer.wait(10)
    counted = []
    with open(report, encoding="ascii") as file:
        for line in file:
            found = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)\s*$", line)
            if found and found.group(2) != "total":
                counted.append((int(found.group(1)), found.group(2)))
    counted.sort(reverse=True)
    total = sum(count for count, _ in counted)
    return total / seconds, [f"{name} {count / seconds:.0f}" for count, name in counted[:5]]


class Trace:
    """strace of some system calls of all threads, with times; read it after `stop()`."""

    def __init__(self, pid, calls, path):
        self.path = path
        self._tracer = subprocess.Popen(
            ["strace", "-f", "-q", "-ttt", "-e", "trace=" + calls, "-o", path, "-p", str(pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        """Ends it; returns (seconds, text of the call) in order."""
        self._tracer.send_signal(2)
        self._tracer.wait(10)
        with open(self.path, encoding="utf-8", errors="replace") as file:
            found = [re.match(r"\d+\s+([\d.]+) (.*)", line) for line in file]
        return [(float(match.group(1)), match.group(2)) for match in found if match]
