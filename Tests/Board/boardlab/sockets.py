"""Line-wise conversations over Unix sockets: QEMU's monitors and consoles."""

import collections
import os
import re
import socket
import threading
import time

from lab import process

from . import stamp


def connect(path, seconds=10):
    """Connects to a socket that a program is about to offer."""
    def attempt():
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            peer.connect(path)
            return peer
        except OSError:
            peer.close()
            return None
    return process.wait_until(
        lambda: os.path.exists(path) and attempt(), seconds, f"the socket {path}")


class Conversation:
    """Bytes that arrive on a socket, read by a thread; waits are for patterns in what is unread."""

    def __init__(self, path, log_path=None):
        self.path = path
        self._socket = connect(path)
        self._changed = threading.Condition()
        self._unread = ""
        self._is_over = False
        self._log = open(log_path, "ab") if log_path else None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                piece = self._socket.recv(65536)
            except OSError:
                piece = b""
            with self._changed:
                if not piece:
                    self._is_over = True
                    self._changed.notify_all()
                    return
                if self._log:
                    self._log.write(piece)
                    self._log.flush()
                self._unread += piece.decode("utf-8", "replace")
                self._changed.notify_all()

    def send(self, text):
        """Writes text as it is."""
        self._socket.sendall(text.encode())

    def wait_for(self, pattern, seconds):
        """Waits for a pattern, drops everything up to its end, returns what stood before it."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                found = expression.search(self._unread)
                if found:
                    before = self._unread[:found.start()]
                    self._unread = self._unread[found.end():]
                    return before, found
                left = deadline - time.monotonic()
                if left <= 0 or self._is_over:
                    raise process.LabError(
                        f"{os.path.basename(self.path)}: no /{pattern}/ in {seconds:g} s; "
                        f"unread: {self._unread[-400:]!r}")
                self._changed.wait(left)

    def close(self):
        """Ends the conversation."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()


class Shell(Conversation):
    """A root shell in the guest: a command in, its output and exit status out."""

    def __init__(self, path, log_path):
        super().__init__(path, log_path)
        self._count = 0

    def run(self, command, seconds=20, check=True):
        """The output of a command."""
        self._count += 1
        mark = f"__end_{self._count}__"
        self.send(f"{command}\necho {mark} $?\n")
        before, found = self.wait_for(rf"{mark} (\d+)\r?\n", seconds)
        if check and found.group(1) != "0":
            raise process.LabError(f"{command}: status {found.group(1)}: {before}")
        return before.replace("\r", "")

    def wait_ready(self, seconds):
        """Waits until somebody in the guest answers."""
        deadline = time.monotonic() + seconds
        while True:
            self._count += 1
            self.send(f"echo __ready_{self._count}__\n")
            try:
                self.wait_for(rf"__ready_{self._count}__", 1)
                return
            except process.LabError:
                if time.monotonic() > deadline:
                    raise


class QTest:
    """The machine's pins: qtest of QEMU. Levels that change come as events with their time."""

    def __init__(self, path):
        self._socket = connect(path)
        self._answers = collections.deque()
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self.on_pin = lambda number, level, at: None
        self._stamps = stamp.Stamps(self._socket)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        rest = b""
        for now, piece in self._stamps.pieces():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                words = line.decode().split()
                if words[:1] == ["IRQ"]:
                    self.on_pin(int(words[2]), words[1] == "raise", now)
                else:
                    with self._changed:
                        self._answers.append(words)
                        self._changed.notify_all()

    def ask(self, text):
        """A command's answer, as words."""
        with self._turn:
            self._socket.sendall(text.encode() + b"\n")
            with self._changed:
                if not self._changed.wait_for(lambda: self._answers, 10):
                    raise process.LabError(f"qtest does not answer {text}")
                words = self._answers.popleft()
        if words[:1] != ["OK"]:
            raise process.LabError(f"qtest: {text}: {' '.join(words)}")
        return words[1:]

    def close(self):
        """Ends the conversation."""
        self._stamps.close()
        self._socket.close()
