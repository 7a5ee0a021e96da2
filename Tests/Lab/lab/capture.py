"""The wire of the lab: everything on our loopback network, recorded and read with tshark."""

import json
import os
import socket
import subprocess

from . import process

TSHARK = ["tshark", "-n", "-Q", "-o", "udp.check_checksum:FALSE", "--enable-heuristic", "rtp_udp"]


class Packet:
    """One packet: the fields that were asked for, as text, first occurrence."""

    def __init__(self, names, values):
        self.fields = dict(zip(names, values))

    def __getitem__(self, name):
        return self.fields[name]

    @property
    def at(self):
        """Arrival, seconds since the epoch, as dumpcap saw it."""
        return float(self.fields["frame.time_epoch"])


class Stream:
    """What tshark says about one RTP stream."""

    def __init__(self, source, destination, payload, packets, lost, worst_delta, worst_jitter):
        self.source = source
        self.destination = destination
        self.payload = payload
        self.packets = packets
        self.lost = lost
        self.worst_delta_ms = worst_delta
        self.worst_jitter_ms = worst_jitter


class Capture:
    """A recording of the network of one run; read it after `stop()`."""

    def __init__(self, run, name="wire"):
        self.run = run
        self.path = run.path(name + ".pcapng")
        self.program = None

    def start(self):
        """Starts to record; returns when packets are seen."""
        self.program = process.Program(
            "dumpcap", ["dumpcap", "-q", "-i", "lo", "-f", f"net {self.run.network.range}",
                        "-B", "16", "-w", self.path], self.run.folder)
        self.program.wait_for(r"^File: ", 15)
        return self

    def stop(self):
        """Ends the recording after everything that was sent before is in the file."""
        if self.program and self.program.is_running:
            marker = f"end of {os.path.basename(self.run.folder)}".encode()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(marker, (self.run.network.address(254), 9))
            process.wait_until(lambda: self._holds(marker), 5, "the end of the recording")
        self.program.stop(number=2)

    def _holds(self, marker):
        with open(self.path, "rb") as file:
            file.seek(max(0, os.path.getsize(self.path) - 65536))
            return marker in file.read()

    def packets(self, display_filter, names, occurrence="f"):
        """The fields of every packet that the display filter lets through.

        Of a field that is there several times the first one, or with `a` all, with commas between.
        """
        wanted = ["frame.time_epoch", *names]
        arguments = [*TSHARK, "-r", self.path, "-Y", display_filter, "-T", "fields",
                     "-E", "separator=/t", "-E", f"occurrence={occurrence}"]
        for name in wanted:
            arguments += ["-e", name]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 2):
            raise process.LabError(f"tshark: {done.stderr}")
        return [Packet(wanted, line.split("\t")) for line in done.stdout.splitlines()]

    def sip(self, display_filter="sip"):
        """SIP messages as packets with source, method, status, Call-ID and CSeq method."""
        return self.packets(display_filter, [
            "ip.src", "ip.dst", "sip.Method", "sip.Status-Code", "sip.Call-ID", "sip.CSeq.method"])

    def ladder(self, display_filter="sip"):
        """SIP as short words in order, such as `INVITE>` and `200 INVITE<` seen from the box."""
        words = []
        for packet in self.sip(display_filter):
            name = packet["sip.Method"] or (
                packet["sip.Status-Code"] + " " + packet["sip.CSeq.method"])
            words.append(name + (">" if packet["ip.src"] == self.run.network.box else "<"))
        return words

    def malformed(self):
        """Packets of ours that tshark's own expert calls malformed or in error.

        What the kernel says of a box that has left quotes somebody else's packet, cut short. SRTCP
        without its key is read as if it were plain; rtpengine and linphone judge that.
        """
        return self.packets(
            f"ip.src == {self.run.network.box} && !icmp && !srtcp"
            " && (_ws.malformed || _ws.expert.severity == error)",
            ["_ws.col.Protocol", "_ws.col.Info"])

    def rtp_streams(self):
        """Every RTP stream that the descriptions in the recording announce."""
        done = subprocess.run(
            [*TSHARK, "-r", self.path, "-q", "-z", "rtp,streams"],
            capture_output=True, text=True, check=False)
        prefix = self.run.network.prefix
        streams = []
        for line in done.stdout.splitlines():
            words = line.split()
            if len(words) < 16 or not words[2].startswith(prefix):
                continue
            # start end source port destination port SSRC payload packets lost (percent%) deltas…
            lost = next(index for index, word in enumerate(words) if word.startswith("("))
            streams.append(Stream(
                f"{words[2]}:{words[3]}", f"{words[4]}:{words[5]}",
                " ".join(words[7:lost - 2]), int(words[lost - 2]), int(words[lost - 1]),
                float(words[lost + 3]), float(words[lost + 6])))
        return streams

    def to_json(self):
        """The SIP ladder as JSON text, for a report."""
        return json.dumps(self.ladder())
