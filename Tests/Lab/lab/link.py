"""A cable between a carrier's network and the box's, each in a namespace of its own."""

import os
import shutil
import sys

from . import process, run as run_module

HELPER = os.path.join(os.path.dirname(__file__), "..", "peers", "link_ends.py")


class Link(run_module.Addresses):
    """A network fd00:77::/64 of which nobody outside knows; `plug_in` makes it."""

    #: What the interface of the box is called, and that of the carrier.
    device, carrier_device = "voice", "carrier0"

    def __init__(self):
        self._ends = None
        self._program = None

    prefix = "fd00:77::"

    def address(self, host):
        """The address of one host."""
        return f"{self.prefix}{host:x}"

    def plug_in(self, folder):
        """Makes both networks and the cable."""
        self._program = process.Program("link", [
            "unshare", "--map-root-user", "--net", "--mount", sys.executable,
            os.path.abspath(HELPER), f"{self.sbc}/64"], folder)
        found, _ = self._program.wait_for(r"ends (\d+) (\d+)", 10)
        self._ends = found.groups()
        return self

    @property
    def carrier_side(self):
        """The words before a program of the carrier."""
        return self._entry(0)

    @property
    def box_side(self):
        """The words before a program of the box."""
        return self._entry(1)

    def _entry(self, end):
        return ["nsenter", "--target", self._ends[end], "--user", "--preserve-credentials",
                "--net", "--mount"]

    def stop(self):
        """Takes the cable and both networks away."""
        if self._program:
            self._program.stop()


class Dhcpv6Server:
    """dnsmasq at the carrier's end: router advertisements, DHCPv6 without addresses, names.

    `options` are those of DHCPv6 as dnsmasq writes them; the name of the SBC is `sbc.lab.example`.
    """

    def __init__(self, run, network, options):
        self._run = run
        self._network = network
        self.options = options
        self._starts = 0
        self.program = None

    def start(self):
        """Starts it; it answers when this returns."""
        self._starts += 1
        network = self._network
        self.program = process.Program(f"dhcpv6-{self._starts}", [
            *network.carrier_side, shutil.which("dnsmasq") or "/usr/sbin/dnsmasq",
            "--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--log-dhcp",
            "--log-queries", "--no-resolv", "--no-hosts", "--user=", "--group=",
            "--bind-interfaces", f"--interface={network.carrier_device}",
            f"--pid-file={self._run.path('dhcpv6.pid')}",
            f"--dhcp-leasefile={self._run.path('dhcpv6.leases')}", "--enable-ra",
            f"--dhcp-range={network.prefix},ra-stateless", "--local=/lab.example/",
            f"--host-record=sbc.lab.example,{network.sbc}",
            *(f"--dhcp-option=option6:{option}" for option in self.options)], self._run.folder)
        self.program.wait_for("started, version", 10)
        return self

    def change(self, options):
        """Goes on with other options."""
        self.stop()
        self.options = options
        return self.start()

    def stop(self):
        """Ends it."""
        if self.program:
            self.program.stop()
        self.program = None
