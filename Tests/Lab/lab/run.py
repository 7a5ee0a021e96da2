"""One run of the lab: its folder, its loopback network and its processor architecture."""

import os
import socket
import time

from . import process

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.path.join(TOP, ".build")
FIRST_NETWORK = 10
LAST_NETWORK = 250


class Addresses:
    """Who has which address in the network of a run; `address` tells that of a host."""

    def address(self, host):
        """The address of one host."""
        raise NotImplementedError

    @property
    def prefix(self):
        """What every address of the network begins with."""
        return self.address("")

    @staticmethod
    def host(address):
        """An address as URIs have it: IPv6 in brackets."""
        return f"[{address}]" if ":" in address else address

    @property
    def box(self):
        """The firmware."""
        return self.address(1)

    @property
    def sbc(self):
        """The SBC and registrar."""
        return self.address(10)

    @property
    def backup(self):
        """The SBC that serves when the first does not."""
        return self.address(11)

    @property
    def icscf(self):
        """The I-CSCF of an IMS core, whose P-CSCF is at the SBC's address."""
        return self.address(12)

    @property
    def scscf(self):
        """The S-CSCF of an IMS core."""
        return self.address(13)

    @property
    def hss(self):
        """The HSS of an IMS core."""
        return self.address(14)

    @property
    def far(self):
        """The far party."""
        return self.address(20)

    @property
    def second_far(self):
        """Another far party."""
        return self.address(21)

    @property
    def relay(self):
        """Who carries the media between the two sides of the SBC."""
        return self.address(30)

    @property
    def stranger(self):
        """An address that the firmware must not listen to."""
        return self.address(66)

    #: The words before a program of the carrier, and before the box.
    carrier_side, box_side = (), ()

    @property
    def range(self):
        """The whole network, for a capture filter."""
        return f"{self.address(0)}/24"


class Network(Addresses):
    """A network 127.0.N.0/24 that no other run on this machine uses."""

    def __init__(self):
        for number in range(FIRST_NETWORK, LAST_NETWORK):
            # The name in the abstract socket space is the lock; it ends with this process.
            self._lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self._lock.bind(f"\0tipring-lab-{number}")
            except OSError:
                self._lock.close()
                continue
            self._number = number
            return
        raise process.LabError("no free loopback network")

    def address(self, host):
        """The address of one host."""
        return f"127.0.{self._number}.{host}"


class LoopbackIPv6(Addresses):
    """Everybody at ::1, the only address of IPv6 that loopback has; ports tell them apart."""

    box_port, far_port = 5070, 5090

    def __init__(self):
        # There is one such network on a machine; the name ends with this process.
        self._lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._lock.bind("\0tipring-lab-ipv6")
        except OSError as error:
            self._lock.close()
            raise process.LabError("another run of the lab uses ::1") from error

    def address(self, host):
        """The address of one host."""
        return "::1"

    def close(self):
        """Lets another run have it."""
        self._lock.close()


class Run:
    """The folder of one run, `.build/lab/NAME`, and its network."""

    def __init__(self, name, network=None):
        stamp = time.strftime("%Y%m%d-%H%M%S")
        self.folder = os.path.join(BUILD, "lab", f"{stamp}-{os.getpid()}-{name}")
        os.makedirs(self.folder)
        self.network = network or Network()

    def path(self, *parts):
        """A path inside the run's folder."""
        return os.path.join(self.folder, *parts)
