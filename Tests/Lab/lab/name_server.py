"""A DNS server whose records a test changes while the box asks it."""

import shutil
import socket

from . import process

PORT = 5300


class NameServer:
    """dnsmasq at an address of the run's network, with NAPTR, SRV and address records.

    It answers what it has with `seconds` to live and says of everything else in its domain that
    there is no such name.
    """

    def __init__(self, run, domain, seconds=10):
        self.run = run
        self.domain = domain
        self.seconds = seconds
        self.address = run.network.address(53)
        self.records = []
        self._starts = 0
        self.program = None

    def pointer(self, order, preference, service, target):
        """Adds a NAPTR record of the domain itself."""
        self.records.append(
            f"--naptr-record={self.domain},{order},{preference},s,{service},,{target}")

    def service(self, name, target, port, priority, weight):
        """Adds an SRV record."""
        self.records.append(f"--srv-host={name},{target},{port},{priority},{weight}")

    def host(self, name, address):
        """Adds an address."""
        self.records.append(f"--host-record={name},{address},{self.seconds}")

    def start(self):
        """Starts it with the records that it has now, and returns when it answers."""
        self._starts += 1
        self.program = process.Program(f"dnsmasq-{self._starts}", [
            shutil.which("dnsmasq") or "/usr/sbin/dnsmasq", "--keep-in-foreground",
            "--conf-file=/dev/null", "--log-facility=-", "--log-queries", "--no-resolv",
            "--no-hosts", "--bind-interfaces", f"--listen-address={self.address}",
            f"--port={PORT}", f"--pid-file={self.run.path('dnsmasq.pid')}", "--user=",
            f"--local=/{self.domain}/", f"--local-ttl={self.seconds}", *self.records],
            self.run.folder)
        self.program.wait_for(r"started, version", 10)
        return self

    def stop(self):
        """Ends it: from now on nobody is there."""
        if self.program:
            self.program.stop()
        self.program = None

    def change(self, *records):
        """Goes on with other records, each a tuple of a method's name and its arguments."""
        self.stop()
        self.records = []
        for method, *arguments in records:
            getattr(self, method)(*arguments)
        self.start()


class SilentServer:
    """A socket that takes questions and answers none."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, PORT))

    def stop(self):
        """Closes it."""
        self._socket.close()
