"""The carrier's network behind the cable: a TAP with the addresses of SBC and far parties.

It lives in a network namespace of its own, which `Tests/Board/run` enters before anything starts.
"""

import subprocess

from lab import run

TAP = "carrier"


class Network(run.Addresses):
    """The addresses of one board's network."""

    def __init__(self, prefix="10.100.0"):
        self._prefix = prefix

    def address(self, host):
        """The address of one host."""
        return f"{self._prefix}.{host}"

    def plug_in(self):
        """Gives the carrier's addresses to the TAP, which must exist."""
        for host in (10, 20, 66, 254):
            subprocess.run(
                ["ip", "address", "add", f"{self.address(host)}/24", "dev", TAP], check=True)
        # The far end speaks IPv4; its own neighbour discovery would only be noise on the wire.
        with open(f"/proc/sys/net/ipv6/conf/{TAP}/disable_ipv6", "w", encoding="ascii") as file:
            file.write("1")
        subprocess.run(["ip", "link", "set", "dev", TAP, "up"], check=True)
