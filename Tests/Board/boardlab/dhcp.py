"""The carrier's DHCP server: dnsmasq on the voice network."""

from lab import process

from . import carrier


class Dhcp:
    """A server that gives the one address `host`, and `options` as dnsmasq writes them."""

    def __init__(self, run, network, host, options=()):
        self._run = run
        self._network = network
        self._host = host
        self._options = options
        self._program = None

    @property
    def address(self):
        """The address that it gives."""
        return self._network.address(self._host)

    def start(self):
        """Starts it."""
        words = [
            "dnsmasq", "--keep-in-foreground", "--log-facility=-", "--port=0",
            "--conf-file=/dev/null",
            f"--interface={carrier.TAP}", "--bind-interfaces", "--dhcp-authoritative",
            "--no-ping", "--log-dhcp", f"--dhcp-range={self.address},{self.address},2m",
            f"--dhcp-leasefile={self._run.path(f'leases-{self._host}')}",
            *(f"--dhcp-option={option}" for option in self._options)]
        self._program = process.Program(f"dnsmasq-{self._host}", words, self._run.folder)
        self._program.wait_for("started|DHCP, IP range", 5)
        return self

    def stop(self):
        """Ends it."""
        if self._program:
            self._program.stop()
            self._program = None
