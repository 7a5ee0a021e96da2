"""When bytes arrived on a socket, read by a process of its own.

The tests' threads take turns in one interpreter, and the host has other work: a reader among them
would be late by what they take. This one has a processor's next turn, and does nothing else.
"""

import multiprocessing
import os
import socket
import time

#: SCHED_FIFO; above what stands for hardware.
PRIORITY = 11


def _stamp(source, pipe):
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except PermissionError:
        pass  # A host that allows no priority delays the machine as well, which its watch tells.
    while True:
        try:
            piece = source.recv(65536)
        except OSError:
            piece = b""
        pipe.send((time.monotonic(), piece))
        if not piece:
            return


class Stamps:
    """Reads a connected socket; what is written to it remains the caller's."""

    def __init__(self, source):
        self._source = source
        self._pipe, there = multiprocessing.Pipe()
        self._reader = multiprocessing.Process(target=_stamp, args=(source, there), daemon=True)
        self._reader.start()
        there.close()

    def pieces(self):
        """Yields (CLOCK_MONOTONIC in seconds, bytes) until the other side closes."""
        while True:
            try:
                at, piece = self._pipe.recv()
            except (EOFError, OSError):
                return
            if not piece:
                return
            yield at, piece

    def close(self):
        """Ends the reading."""
        try:
            self._source.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The other side was faster.
        self._reader.join(5)
