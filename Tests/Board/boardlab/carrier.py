"""The carrier's network behind the cable: a TAP with the addresses of SBC and far parties.

It lives in a network namespace of its own, which `Tests/Board/run` enters before anything starts.
"""

import subprocess

TAP = "carrier"


class Network:
    """The addresses of one board's network, in the words of the other laboratory."""

    def __init__(self, prefix="10.100.0"):
        self._prefix = prefix

    def address(self, host):
        """The address of one host."""
        return f"{self._prefix}.{host}"

    @property
    def box(self):
        """The board."""
        return self.address(1)

    @property
    def sbc(self):
        """The SBC and registrar."""
        return self.address(10)

    @property
    def far(self):
        """The far party."""
        return self.address(20)

    @property
    def stranger(self):
        """An address that the firmware must not listen to."""
        return self.address(66)

    @property
    def range(self):
        """The whole network."""
        return f"{self.address(0)}/24"

    def plug_in(self):
        """Gives the carrier's addresses to the TAP, which must exist."""
        for host in (10, 20, 66, 254):
            subprocess.run(
                ["ip", "address", "add", f"{self.address(host)}/24", "dev", TAP], check=True)
        # The far end speaks IPv4; its own neighbour discovery would only be noise on the wire.
        with open(f"/proc/sys/net/ipv6/conf/{TAP}/disable_ipv6", "w", encoding="ascii") as file:
            file.write("1")
        subprocess.run(["ip", "link", "set", "dev", TAP, "up"], check=True)
