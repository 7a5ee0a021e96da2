"""rtpengine in userspace: carries the media of the SBC, with or without SRTP on either side."""

import shutil
import socket

from . import process

CONTROL_PORT = 2223


class Relay:
    """One relay at an address of its own; the SBC tells it what to do at its control port."""

    def __init__(self, run):
        self.run = run
        self.address = run.network.relay
        #: Where Kamailio finds it.
        self.control = f"udp:{self.address}:{CONTROL_PORT}"
        self.program = None

    def start(self):
        """Starts it and returns when it answers a ping."""
        self.program = process.Program("rtpengine", [
            shutil.which("rtpengine") or "/usr/bin/rtpengine", "--foreground", "--log-stderr",
            "--table=-1", f"--interface={self.address}", "--port-min=30000", "--port-max=30199",
            f"--listen-ng={self.address}:{CONTROL_PORT}", "--num-threads=2",
            f"--pidfile={self.run.path('rtpengine.pid')}"], self.run.folder)
        process.wait_until(self._answers, 10, "the relay's control port")
        return self

    def _answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.2)
            try:
                asker.connect((self.address, CONTROL_PORT))
                asker.send(b"1 d7:command4:pinge")
                return b"pong" in asker.recv(1000)
            except OSError:
                return False

    def stop(self):
        """Ends it."""
        self.program.stop()
