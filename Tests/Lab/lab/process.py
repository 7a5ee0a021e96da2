"""Programs that the lab starts: their output as events, and the promise that none stays behind."""

import atexit
import ctypes
import functools
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOP_SECONDS = 5.0

_libc = ctypes.CDLL(None, use_errno=True)
_running = []


class LabError(Exception):
    """Something in the lab did not happen in time, or not as it should."""


class Line:
    """One line of a program's output and when it was read (CLOCK_MONOTONIC, seconds)."""

    def __init__(self, text, at):
        self.text = text
        self.at = at


def _die_with_parent():
    os.setpgid(0, 0)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Program:
    """A child in its own process group; its output is read by a thread and can be waited for."""

    def __init__(self, name, arguments, folder, environment=None):
        self.name = name
        self.lines = []
        self._next = 0
        self._changed = threading.Condition()
        self._partial_seen = False
        self.log_path = os.path.join(folder, name + ".log")
        self._log = open(self.log_path, "wb")
        self._log.write((" ".join(arguments) + "\n").encode())
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=folder, env=environment, preexec_fn=_die_with_parent)
        self.started_at = time.monotonic()
        _running.append(self)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        """The process identifier."""
        return self.process.pid

    def _read(self):
        descriptor = self.process.stdout.fileno()
        rest = b""
        while True:
            try:
                piece = os.read(descriptor, 65536)
            except OSError:
                piece = b""
            now = time.monotonic()
            if not piece:
                break
            self._log.write(piece)
            self._log.flush()
            *whole, rest = (rest + piece).split(b"\n")
            with self._changed:
                for line in whole:
                    self.lines.append(Line(line.decode("utf-8", "replace").rstrip("\r"), now))
                self._changed.notify_all()
        with self._changed:
            if rest:
                self.lines.append(Line(rest.decode("utf-8", "replace"), time.monotonic()))
            self.lines.append(Line("(end of output)", time.monotonic()))
            self._changed.notify_all()
        self._log.close()

    def send(self, text):
        """Writes one line to the program's input."""
        try:
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise LabError(f"{self.name} does not read any more: {error}") from error

    def mark(self):
        """Forgets what was printed so far: later waits look only at what comes from now on."""
        with self._changed:
            self._next = len(self.lines)

    def wait_for(self, pattern, seconds, keep=False):
        """Waits for a line that matches and returns (match, line); consumes it unless `keep`."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + seconds
        with self._changed:
            position = self._next
            while True:
                while position < len(self.lines):
                    line = self.lines[position]
                    position += 1
                    found = expression.search(line.text)
                    if found:
                        if not keep:
                            self._next = position
                        return found, line
                left = deadline - time.monotonic()
                if left <= 0 or (self.lines and self.lines[-1].text == "(end of output)"):
                    raise LabError(
                        f"{self.name}: no line like /{pattern}/ in {seconds:g} s; last lines:\n  "
                        + "\n  ".join(line.text for line in self.lines[-8:])
                        + f"\n  ({self.log_path})")
                self._changed.wait(left)

    def matches(self, pattern):
        """Every line printed so far that matches."""
        expression = re.compile(pattern)
        with self._changed:
            return [line for line in self.lines if expression.search(line.text)]

    @property
    def is_running(self):
        """Whether the program has not ended."""
        return self.process.poll() is None

    def wait_exit(self, seconds):
        """Waits for the end and returns the exit code."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{self.name} still runs after {seconds:g} s") from error
        self._reader.join(1)
        return code

    def send_signal(self, number):
        """Sends a signal to the program alone."""
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, seconds=STOP_SECONDS):
        """Ends the whole process group, kindly first; returns the exit code."""
        if self in _running:
            _running.remove(self)
        code = self.process.poll()
        if code is None:
            self._group_signal(number)
            try:
                code = self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                code = None
        self._group_signal(signal.SIGKILL)
        if code is None:
            code = self.process.wait()
        self._reader.join(1)
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        return code

    def _group_signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


@functools.cache
def real_time():
    """Words before a command that stands for hardware, so that a busy host does not make gaps."""
    words = ["chrt", "-f", "10"]
    try:
        allowed = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return words if allowed else []


def stop_all():
    """Ends every program of this run, the youngest first, and reaps what they left."""
    while _running:
        _running[-1].stop()
    _reap_orphans()


def _reap_orphans():
    """Grandchildren whose parent died come to us (subreaper): they end too.

    What watches the machine is ours as well, and stays.
    """
    own = str(os.getpid())
    watchers = {str(child.pid) for child in multiprocessing.active_children()}
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or entry in watchers:
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                parent = file.read().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == own:
            try:
                os.kill(int(entry), signal.SIGKILL)
                os.waitpid(int(entry), 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def _on_signal(number, _frame):
    sys.exit(128 + number)


def own_children():
    """Makes this process answer for everything that it starts, whatever way it ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    atexit.register(stop_all)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _on_signal)


def wait_until(condition, seconds, words, poll=None):
    """Waits until `condition()` is true. `poll` is an event source with `wait(seconds)`."""
    event = poll or threading.Event()
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        left = deadline - time.monotonic()
        if left <= 0:
            raise LabError(f"{words}: not within {seconds:g} s")
        event.wait(min(left, 0.02))
