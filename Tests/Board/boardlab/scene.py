"""A board on a carrier's network: cable, SBC, the booted image, telephones on its ports."""

import tempfile
import time

from lab import (
    box, canary, capture, kamailio, phone, process, run as run_module, scene as lab_scene)

from . import carrier, machine, wire

FAR_NUMBER = lab_scene.FAR_NUMBER
NUMBERS = ("6001", "6002")
BOOT_SECONDS = 60
#: In the guest's shell: the gateway's process, not that of a login or of a console.
GATEWAY = "$(ps | awk '/tipring run --[c]onfig/ {print $1}')"


def configuration(network, address=None, server=True, settings=()):
    """A board's configuration for a carrier's network, with a number on each of its two ports."""
    lines = [
        "hostname board", "country cn", "network interface eth0", "network vlan 100",
        f"network address {address or f'{network.box}/{network.prefix_bits}'}",
        f"sip domain {kamailio.REALM}",
        "digit-map (6xxx|7xxx|[0-589]x.T|[0-589]x.#)"]
    if server:
        lines.append(f"sip server {network.sbc}")
    for port, number in enumerate(NUMBERS, 1):
        lines += [
            f"port {port} enable", f"port {port} number {number}",
            f"port {port} password {kamailio.password_of(number)}"]
    return "\n".join([*lines, *settings]) + "\n"


class Scene(lab_scene.FarParties):
    """Boots a board whose configuration is the laboratory's; `settings` are lines more."""

    def __init__(self, name, board, settings=(), address=None, server=True, network=None):
        self.board = board
        self.network = network or carrier.Network()
        self.run = run_module.Run(f"board-{name}", self.network)
        self.settings = list(settings)
        self.address = address
        self.server = server
        self.canary = canary.Canary()
        self._sockets = tempfile.TemporaryDirectory(prefix="tipring-cable-")
        self.wire = wire.Wire(self._sockets.name, carrier.TAP, pcap=self.run.path("wire.pcap"))
        self.network.plug_in()
        self.sbc = kamailio.Kamailio(self.run, NUMBERS)
        self.machine = None
        self.phones = []
        self._others = []

    def text(self):
        """The board's configuration."""
        return configuration(self.network, self.address, self.server, self.settings)

    def start(self, registered=True, phones=True):
        """Starts the SBC and boots; returns when both ports are registered."""
        self.sbc.start()
        self.sbc.add_trunk(FAR_NUMBER, self.network.far)
        self.boot(registered)
        if phones:
            self.plug_in_phones()
        return self

    def boot(self, registered=True, disk=None):
        """Boots the machine from a disk, by default one that holds the configuration."""
        if not self.machine:
            disk = disk or machine.provisioned_disk(self.run, self.board, self.text())
            self.machine = machine.Machine(self.run, self.board, disk, self.wire)
        self.machine.start()
        if registered:
            self.wait_registered()
        self.machine.shell.wait_ready(BOOT_SECONDS)

    def wait_registered(self, seconds=BOOT_SECONDS):
        """Waits until the SBC knows both ports; returns how long after the machine's start."""
        for number in NUMBERS:
            self.sbc.wait_registered(number, seconds)
        return time.monotonic() - self.machine.started_at

    def boot_again(self, registered=True):
        """Pulls the plug and puts it back, with what is on the disk."""
        disk = self.machine.disk
        self.machine.stop()
        self.forget_registrations()
        self.machine = machine.Machine(self.run, self.board, disk, self.wire)
        self.boot(registered)

    def forget_registrations(self):
        """Makes the SBC forget, so that a new registration can be waited for."""
        for number in NUMBERS:
            self.sbc.forget_binding(number)

    def plug_in_phones(self):
        """Puts a telephone on each port."""
        for port, number in enumerate(NUMBERS, 1):
            telephone = phone.Phone(
                self.run, box.phone_binary(), self.machine.socket(f"line{port}"),
                f"phone-{number}")
            telephone.wait("connected", 15)
            self.phones.append(telephone)

    def shell(self, command, **more):
        """What a command in the guest prints."""
        return self.machine.shell.run(command, **more)

    def show(self, what):
        """What the box's console answers to `show WHAT`."""
        return self.shell(f"tipring shell show {what}")

    def memory_kib(self):
        """The proportional set size of the firmware."""
        line = self.shell(f"grep ^Pss: /proc/{GATEWAY}/smaps_rollup")
        return int(line.split()[1])

    def major_faults(self):
        """How often the firmware has waited for a page of the flash (proc(5), `majflt`)."""
        return int(self.shell(f"awk '{{print $12}}' /proc/{GATEWAY}/stat"))

    def recording(self):
        """The wire so far, to be read with tshark."""
        read = capture.Capture(self.run)
        read.path = self.run.path("wire.pcap")
        return read

    def stop(self):
        """Ends everything."""
        for other in reversed(self._others):
            other.stop()
        for telephone in self.phones:
            telephone.stop()
        if self.machine:
            self.machine.stop()
        if self.sbc.program:
            self.sbc.stop()
        self.wire.close()
        self._sockets.cleanup()
        process.stop_all()
        self.canary.stop()
