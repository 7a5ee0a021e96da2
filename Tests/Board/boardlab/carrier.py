"""The carrier's network behind the cable: a TAP with the addresses of SBC and far parties.

It lives in a network namespace of its own, which `Tests/Board/run` enters before anything starts.
"""

import subprocess

from lab import run

TAP = "carrier"


class Network(run.Addresses):
    """The addresses of one board's network."""

    #: Who is on the carrier's side: the SBC, far parties, a stranger, the gateway.
    HOSTS = (10, 20, 66, 254)
    #: How many bits name the network, and how tshark names the field of the sender.
    prefix_bits, source_field = 24, "ip.src"

    def __init__(self, prefix="10.100.0"):
        self._prefix = prefix

    def address(self, host):
        """The address of one host."""
        return f"{self._prefix}.{host}"

    def plug_in(self):
        """Gives the carrier's addresses to the TAP, which must exist."""
        # The far end speaks IPv4; its own neighbour discovery would only be noise on the wire.
        self._set_ipv6("disable_ipv6", 1)
        self._add_addresses()

    def _add_addresses(self, *flags):
        for host in self.HOSTS:
            subprocess.run(
                ["ip", "address", "add", f"{self.address(host)}/{self.prefix_bits}", "dev", TAP,
                 *flags], check=True)
        subprocess.run(["ip", "link", "set", "dev", TAP, "up"], check=True)

    @staticmethod
    def _set_ipv6(name, value):
        with open(f"/proc/sys/net/ipv6/conf/{TAP}/{name}", "w", encoding="ascii") as file:
            file.write(str(value))


class IPv6Network(Network):
    """The same on IPv6 alone."""

    prefix_bits, source_field = 64, "ipv6.src"

    def __init__(self, prefix="fd00:100::"):
        super().__init__(prefix)

    @property
    def prefix(self):
        """What every address of the network begins with."""
        return self._prefix

    def address(self, host):
        """The address of one host."""
        return f"{self._prefix}{host:x}"

    def plug_in(self):
        """Gives the carrier's addresses to the TAP, which must exist."""
        self._set_ipv6("disable_ipv6", 0)
        self._add_addresses("nodad")
