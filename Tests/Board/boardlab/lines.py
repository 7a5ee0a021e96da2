"""The two wires of every port: pins and sound of the board, made into the lines of telephones.

A telephone connects as to a simulated line. What it does to the loop becomes a level of the hook
pin; what the board's pins say becomes the feed that it is told; the card's periods are its sound.
"""

import os
import selectors
import socket
import threading
import time

from lab import process

PINS = ("hook", "ring-mode", "reverse", "lamp")
PERIOD_BYTES = 160
ROLE_BYTES = 64


class Line:
    """One port's wires: its pins in the machine, and the telephone that is plugged in."""

    def __init__(self, first_pin, set_hook):
        self._first_pin = first_pin
        self._set_hook = set_hook
        self._lock = threading.Lock()
        self._levels = {}
        self._fed = None
        self.control = None
        self.audio = None
        #: Every change of a pin: (time, name, level).
        self.edges = []

    def plug_in(self, control):
        """Takes a telephone's line and tells it what it is fed."""
        with self._lock:
            self.control, self._fed = control, None
            self._tell()

    def hear(self, packet):
        """Takes what the telephone did to the loop; nothing at all is a handset put back."""
        closed = packet == b"loop closed"
        self.edges.append((time.monotonic(), "hook", closed))
        self._set_hook(closed)

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
        if feed == self._fed or not self.control:
            return
        self._fed = feed
        try:
            self.control.send(b"feed " + feed.encode())
        except OSError:
            pass  # The telephone is gone, which its socket tells as well.

    def set_contact(self, closed):
        """Closes the contact at the hook pin, or opens it, whatever is wired there."""
        self._set_hook(closed)

    def bounce(self, closed, pauses):
        """Moves the hook with a contact that bounces: so long at each level before it settles.

        Returns the moments of the levels, the last one's too; a host that is late makes them lie
        farther apart than was wanted.
        """
        level, clock, moments = closed, threading.Event(), []
        for pause in pauses:
            moments.append(time.monotonic())
            self._set_hook(level)
            clock.wait(pause)
            level = not level
        moments.append(time.monotonic())
        self._set_hook(closed)
        return moments

    def wait_fed(self, feed, seconds):
        """Waits until the line is fed so."""
        process.wait_until(lambda: self._fed == feed, seconds, f"the feed {feed}")

    def wait_edges(self, name, count, seconds):
        """Waits until a pin has changed so many times."""
        process.wait_until(
            lambda: sum(edge[1] == name for edge in self.edges) >= count, seconds,
            f"{count} edges of {name}")

    def exchange(self, heard):
        """Gives the telephone a period and returns what it says, silence without an answer."""
        if not self.audio:
            return bytes(PERIOD_BYTES)
        try:
            self.audio.send(heard)
        except BlockingIOError:
            pass  # It has not read the last ones.
        except OSError:
            self.audio = None
            return bytes(PERIOD_BYTES)
        try:
            said = self.audio.recv(PERIOD_BYTES * 2)
        except OSError:
            said = b""
        return said if len(said) == PERIOD_BYTES else bytes(PERIOD_BYTES)


class Lines:
    """The wires of all ports, with one stream of periods from the card and back; one thread."""

    def __init__(self, folder, qtest, gpio, audio_path, count=2):
        self._selector = selectors.DefaultSelector()
        self._wake, self._stop = socket.socketpair()
        self.lines = [self._line(folder, port, qtest, gpio) for port in range(count)]
        qtest.on_pin = self._observe
        qtest.ask(f"irq_intercept_out {gpio}")
        self._sound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sound.connect(audio_path)
        self._held = b""
        self._watch(self._sound, self._pump)
        self._watch(self._wake, None)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _line(self, folder, port, qtest, gpio):
        pin = port * len(PINS)

        def set_hook(closed):
            try:
                qtest.ask(f"set_irq_in {gpio} unnamed-gpio-in {pin} {int(closed)}")
            except OSError:
                pass  # The machine is gone.
        line = Line(pin, set_hook)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(os.path.join(folder, f"line{port + 1}"))
        listener.listen(4)
        self._watch(listener, lambda: self._welcome(listener, line))
        return line

    def _watch(self, end, serve):
        self._selector.register(end, selectors.EVENT_READ, serve)

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data()

    def _welcome(self, listener, line):
        peer, _ = listener.accept()
        self._watch(peer, lambda: self._introduce(peer, line))

    def _introduce(self, peer, line):
        """The first packet says which of its two connections a telephone has made."""
        self._selector.unregister(peer)
        role = peer.recv(ROLE_BYTES)
        if role == b"audio":
            peer.setblocking(False)
            line.audio = peer
        elif role == b"line":
            line.plug_in(peer)
            self._watch(peer, lambda: self._listen(peer, line))
        else:
            peer.close()

    def _listen(self, peer, line):
        try:
            packet = peer.recv(ROLE_BYTES)
        except OSError:
            packet = b""
        line.hear(packet)
        if not packet:
            self._selector.unregister(peer)
            peer.close()

    def _observe(self, pin, level, at):
        for line in self.lines:
            line.observe(pin, level, at)

    def _pump(self):
        size = PERIOD_BYTES * len(self.lines)
        try:
            piece = self._sound.recv(size - len(self._held))
        except OSError:
            piece = b""
        if not piece:
            return self._selector.unregister(self._sound)
        self._held += piece
        if len(self._held) == size:
            frame, self._held = self._held, b""
            self._exchange(frame)

    def _exchange(self, frame):
        channels = len(self.lines)
        said = bytearray(len(frame))
        for channel, line in enumerate(self.lines):
            heard = bytearray(PERIOD_BYTES)
            for offset in range(2):
                heard[offset::2] = frame[2 * channel + offset::2 * channels]
            answer = line.exchange(heard)
            for offset in range(2):
                said[2 * channel + offset::2 * channels] = answer[offset::2]
        try:
            self._sound.sendall(said)
        except OSError:
            pass  # The machine is gone.

    def close(self):
        """Takes all wires away."""
        self._stop.send(b"x")
        self._thread.join()
        for end in [key.fileobj for key in self._selector.get_map().values()]:
            self._selector.unregister(end)
            end.close()
        for line in self.lines:
            if line.audio:
                line.audio.close()
        self._stop.close()
        self._selector.close()
