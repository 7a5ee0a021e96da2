"""QEMU's monitor (QMP): objects of the machine, faults, events."""

import collections
import json
import threading
import time

from lab import process

from . import sockets


class Monitor:
    """Commands with their answers; events are kept until somebody waits for them."""

    def __init__(self, path):
        self._socket = sockets.connect(path)
        self._changed = threading.Condition()
        self._answers = collections.deque()
        self.events = []
        threading.Thread(target=self._read, daemon=True).start()
        self.do("qmp_capabilities")

    def _read(self):
        with self._socket.makefile("r", encoding="utf-8") as lines:
            try:
                for line in lines:
                    self._take(json.loads(line))
            except OSError:
                pass

    def _take(self, message):
        with self._changed:
            if "event" in message:
                message["at"] = time.monotonic()
                self.events.append(message)
            elif "QMP" not in message:
                self._answers.append(message)
            self._changed.notify_all()

    def do(self, command, **arguments):
        """What a command returns."""
        text = json.dumps({"execute": command, "arguments": arguments})
        self._socket.sendall(text.encode() + b"\n")
        with self._changed:
            if not self._changed.wait_for(lambda: self._answers, 10):
                raise process.LabError(f"the monitor does not answer {command}")
            answer = self._answers.popleft()
        if "error" in answer:
            raise process.LabError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def wait_event(self, name, seconds, after=0.0):
        """Waits for an event of that name later than `after`; returns it."""
        def found():
            return next((event for event in self.events
                         if event["event"] == name and event["at"] > after), None)
        with self._changed:
            if not self._changed.wait_for(found, seconds):
                raise process.LabError(f"no event {name} within {seconds:g} s")
            return found()

    def path_of(self, kind):
        """The path of the one device of a type."""
        for entry in self.do("qom-list", path="/machine/unattached"):
            if entry["type"] == f"child<{kind}>":
                return f"/machine/unattached/{entry['name']}"
        raise process.LabError(f"the machine has no {kind}")

    def close(self):
        """Ends the conversation."""
        self._socket.close()
