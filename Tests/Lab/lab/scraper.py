"""A monitoring system: asks the box for its page of metrics, as Prometheus would, and reads it."""

import http.client
import json
import os
import socket
import subprocess

from . import process, run

PYTHON = os.path.join(run.BUILD, "venv", "bin", "python")
READER = os.path.join(os.path.dirname(__file__), "exposition_reader.py")
PORT = 9100


def read(page):
    """What Prometheus's own client makes of a page: `[name, type, help, samples]` a family."""
    done = subprocess.run(
        [PYTHON, READER], input=page, capture_output=True, timeout=20, check=False)
    if done.returncode != 0:
        raise process.LabError(done.stderr.decode("utf-8", "replace"))
    return json.loads(done.stdout)


class Scraper:
    """Whoever asks the address of a box."""

    def __init__(self, address, port=PORT):
        self.address = address
        self.port = port

    def ask(self, path="/metrics", method="GET", seconds=5):
        """One request; the response, read, and its body."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=seconds)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def is_answered(self):
        """Whether the page comes."""
        try:
            return self.ask()[0].status == 200
        except (OSError, http.client.HTTPException):
            return False

    def connect(self, room=None):
        """A connection that asks for nothing yet; `room` is what it takes unread, in bytes."""
        made = socket.socket()
        if room:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        made.settimeout(10)
        made.connect((self.address, self.port))
        return made

    def samples(self):
        """The values of the page by `name{label="value",…}`, labels in alphabetical order."""
        samples = {}
        for _, _, _, found in read(self.ask()[1]):
            for name, labels, value in found:
                words = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
                samples[f"{name}{{{words}}}" if words else name] = value
        return samples

    def wait_for(self, series, value, seconds=5):
        """Waits until a series has a value."""
        process.wait_until(
            lambda: self.samples().get(series) == value, seconds, f"{series} to be {value}")


def receive_all(connection):
    """Everything until the end."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received
