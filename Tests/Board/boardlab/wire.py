"""The carrier's end of the cable: 802.1Q ended in user space, and everything on it recorded.

QEMU's network card sends and takes one frame a datagram. Frames of the voice VLAN lose their tag
and go to a TAP where SBC and far parties are; theirs get the tag. Others are counted, not passed.
"""

import collections
import fcntl
import os
import select
import socket
import struct
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
ETHERTYPE_VLAN = 0x8100
TAG_BYTES = 4
ADDRESS_BYTES = 12
LONGEST_FRAME = 1600
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


class Wire:
    """The cable between the board and the carrier's network; `vlan` None is an untagged one."""

    def __init__(self, folder, tap="carrier", vlan=100, pcap=None):
        self.vlan = vlan
        self.guest_path = os.path.join(folder, "net-guest")
        self.host_path = os.path.join(folder, "net-host")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.host_path)
        self._tap = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self._tap, TUNSETIFF, struct.pack("16sH", tap.encode(), IFF_TAP | IFF_NO_PI))
        self._pcap = open(pcap, "wb", buffering=0) if pcap else None
        if self._pcap:
            self._pcap.write(PCAP_HEADER)
        self._wake, self._stop = os.pipe()
        #: What the board sent: frames by (VLAN, priority), None for an untagged one.
        self.sent = collections.Counter()
        #: The untagged frames of the board, and those of another VLAN.
        self.strays = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def card(self):
        """QEMU's words for a network card at the board's end."""
        return ["-netdev", "dgram,id=cable,local.type=unix,"
                f"local.path={self.guest_path},remote.type=unix,remote.path={self.host_path}",
                "-device", "virtio-net-pci,id=uplink,netdev=cable,romfile="]

    def _run(self):
        ends = {self._socket: self._from_guest, self._tap: self._from_tap}
        while True:
            ready, _, _ = select.select([*ends, self._wake], [], [])
            if self._wake in ready:
                return
            for end in ready:
                ends[end]()

    def _record(self, frame):
        if not self._pcap:
            return
        now = time.time()
        header = struct.pack(
            "<IIII", int(now), int(now % 1 * 1e6), len(frame), len(frame))
        self._pcap.write(header + frame)

    def _from_guest(self):
        frame = self._socket.recv(LONGEST_FRAME)
        self._record(frame)
        inner = self._inner(frame)
        if inner is None:
            self.strays.append(frame)
        else:
            os.write(self._tap, inner)

    def _inner(self, frame):
        """The frame without its tag; None when it is not of the voice VLAN."""
        kind, tag = struct.unpack_from("!HH", frame, ADDRESS_BYTES)
        if kind != ETHERTYPE_VLAN:
            self.sent[None] += 1
            return frame if self.vlan is None else None
        self.sent[(tag & 0xFFF, tag >> 13)] += 1
        if tag & 0xFFF != self.vlan:
            return None
        return frame[:ADDRESS_BYTES] + frame[ADDRESS_BYTES + TAG_BYTES:]

    def _from_tap(self):
        frame = os.read(self._tap, LONGEST_FRAME)
        if self.vlan is not None:
            tag = struct.pack("!HH", ETHERTYPE_VLAN, self.vlan)
            frame = frame[:ADDRESS_BYTES] + tag + frame[ADDRESS_BYTES:]
        self._record(frame)
        try:
            self._socket.sendto(frame, socket.MSG_DONTWAIT, self.guest_path)
        except OSError:
            pass  # The machine is not there, or its card takes no more.

    def close(self):
        """Cuts the cable for good."""
        os.write(self._stop, b"x")
        self._thread.join()
        self._socket.close()
        for descriptor in (self._tap, self._wake, self._stop):
            os.close(descriptor)
        if self._pcap:
            self._pcap.close()
