"""The two wires of every port: pins and sound of the board, made into the lines of telephones.

A telephone connects as to a simulated line. What it does to the loop becomes a level of the hook
pin; what the board's pins say becomes the feed that it is told; the card's periods are its sound.
"""

import os
import socket
import threading
import time

PINS = ("hook", "ring-mode", "reverse", "lamp")
PERIOD_BYTES = 160
LOST_ANSWERS = 6


class Line:
    """One port's wires: a socket for telephones, and its pins in the machine."""

    def __init__(self, path, first_pin, set_hook):
        self._first_pin = first_pin
        self._set_hook = set_hook
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(path)
        self._listener.listen(4)
        self._lock = threading.Lock()
        self._control = None
        self._audio = None
        self._levels = {}
        self._fed = None
        #: Every change of a pin: (time, name, level).
        self.edges = []
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self):
        while True:
            try:
                peer, _ = self._listener.accept()
                role = peer.recv(64)
            except OSError:
                return
            if role == b"audio":
                peer.setblocking(False)
                self._audio = peer
            elif role == b"line":
                self._control, self._fed = peer, None
                self._tell()
                threading.Thread(target=self._listen, args=(peer,), daemon=True).start()

    def _listen(self, peer):
        while True:
            try:
                packet = peer.recv(64)
            except OSError:
                packet = b""
            try:
                if packet == b"loop closed":
                    self._set_hook(True)
                elif packet in (b"loop open", b""):
                    self._set_hook(False)
            except OSError:
                return  # The machine is gone.
            if not packet:
                return

    def observe(self, pin, level, at):
        """A pin of the machine changed; others' pins change nothing."""
        place = pin - self._first_pin
        if not 0 < place < len(PINS):
            return
        with self._lock:
            self.edges.append((at, PINS[place], level))
            self._levels[PINS[place]] = level
            self._tell()

    def _tell(self):
        levels = self._levels
        if levels.get("ring-mode"):
            feed = "ringing"
        elif levels.get("reverse"):
            feed = "reverse"
        else:
            feed = "forward" if levels.get("lamp") else "standby"
        if feed == self._fed or not self._control:
            return
        self._fed = feed
        try:
            self._control.send(b"feed " + feed.encode())
        except OSError:
            pass

    def exchange(self, heard):
        """Gives the telephone a period and returns what it says, silence without an answer."""
        peer = self._audio
        if not peer:
            return bytes(PERIOD_BYTES)
        try:
            peer.send(heard)
        except BlockingIOError:
            pass
        except OSError:
            self._audio = None
            return bytes(PERIOD_BYTES)
        try:
            said = peer.recv(PERIOD_BYTES * 2)
            return said if len(said) == PERIOD_BYTES else bytes(PERIOD_BYTES)
        except OSError:
            return bytes(PERIOD_BYTES)

    def close(self):
        """Takes the wires away."""
        for peer in (self._listener, self._control, self._audio):
            if peer:
                peer.close()


class Lines:
    """The wires of all ports, with one stream of periods from the card and back."""

    def __init__(self, folder, qtest, gpio, audio_path, count=2):
        self._qtest = qtest
        self.lines = []
        for port in range(count):
            first = port * len(PINS)

            def set_hook(closed, pin=first):
                qtest.ask(f"set_irq_in {gpio} unnamed-gpio-in {pin} {int(closed)}")
            self.lines.append(Line(os.path.join(folder, f"line{port + 1}"), first, set_hook))
        qtest.on_pin = self._observe
        qtest.ask(f"irq_intercept_out {gpio}")
        self._audio = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._audio.connect(audio_path)
        #: How many periods the card has played, and when the last one came.
        self.periods = 0
        self.last_period_at = 0.0
        threading.Thread(target=self._pump, daemon=True).start()

    def _observe(self, pin, level, at):
        for line in self.lines:
            line.observe(pin, level, at)

    def _pump(self):
        size = PERIOD_BYTES * len(self.lines)
        stream = self._audio.makefile("rb", buffering=0)
        held = b""
        while True:
            try:
                piece = stream.read(size - len(held))
            except OSError:
                return
            if not piece:
                return
            held += piece
            if len(held) < size:
                continue
            self._exchange(held)
            held = b""

    def _exchange(self, frame):
        self.periods += 1
        self.last_period_at = time.monotonic()
        channels = len(self.lines)
        said = bytearray(len(frame))
        for channel, line in enumerate(self.lines):
            heard = b"".join(
                frame[i:i + 2] for i in range(2 * channel, len(frame), 2 * channels))
            answer = line.exchange(heard)
            for offset in range(2):
                said[2 * channel + offset::2 * channels] = answer[offset::2]
        try:
            self._audio.sendall(said)
        except OSError:
            pass

    def close(self):
        """Takes all wires away."""
        self._audio.close()
        for line in self.lines:
            line.close()
