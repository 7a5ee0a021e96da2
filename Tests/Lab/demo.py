#!/usr/bin/env python3
"""The demo: three calls with speech through a real SBC, as a table; or a telephone to play with.

Started by `tools/demo`, which builds and installs what this needs.
"""

import argparse
import subprocess
import sys
import time

from lab import box, linphone, phone, process, scene, speech

FAR = scene.FAR_NUMBER
LEAST_MOS = 4.2


class Table:
    """The steps with their times, printed while they happen."""

    def __init__(self, excuse):
        self.failed = []
        self.excuse = excuse

    def row(self, words, milliseconds=None, note=""):
        """One step that was seen."""
        taken = "" if milliseconds is None else f"{milliseconds:9.1f} ms"
        print(f"  {words:<46}{taken:>12}  {note}".rstrip(), flush=True)

    def heading(self, words):
        """The beginning of a call."""
        print(f"\n{words}", flush=True)

    def mos(self, words, reference, recording):
        """A line of speech quality; too little is a failure."""
        value = speech.mos(reference, recording)
        good = value is not None and value >= LEAST_MOS
        if not good:
            self.failed.append(f"{words}: {value} is less than {LEAST_MOS}; {self.excuse()}")
        shown = "silence" if value is None else f"{value:.2f}"
        print(f"  {words:<46}{'MOS-LQO ' + shown:>18}{'' if good else '  TOO LOW'}", flush=True)


class Demo:
    """The scene and its three calls."""

    def __init__(self, architecture):
        self.scene = scene.Scene("demo", architecture=architecture)
        self.table = Table(self.scene.canary.words)
        folder = self.scene.run.folder
        self.ours = speech.make(folder, "ours", speech.OUTGOING_TEXT)
        self.theirs = speech.make(folder, "theirs", speech.INCOMING_TEXT, "en-us")

    def path(self, name):
        """A file of this run."""
        return self.scene.run.path(name)

    def begin(self):
        """SBC, firmware, telephones."""
        self.table.heading("Kamailio (registrar, SBC), the firmware, two telephones")
        began = time.monotonic()
        self.scene.start()
        taken = time.monotonic() - began
        self.table.row("all started, 6001 and 6002 registered", taken * 1000)

    def dial(self, telephone, digits):
        """Lifts and dials, telling the times that the telephone measured."""
        telephone.lift()
        tone = telephone.wait("tone dial", 3)
        self.table.row("dial tone after lifting", float(tone["since-lift-ms"]),
                       f"{tone['hz']} Hz {tone['level']} dBm0")
        dialled = telephone.dial(digits)
        # The telephone is done after the pause behind the last digit.
        return dialled.t - phone.DIGIT_PAUSE_SECONDS

    def outgoing(self):
        """Port 1 calls linphonec."""
        self.table.heading(f"Outgoing: 6001 calls {FAR} (linphonec)")
        here, there = self.path("out-here.wav"), self.path("out-there.wav")
        far = self.scene.far_party(self.theirs, there)
        telephone = self.scene.phones[0]
        dialled = self.dial(telephone, FAR)
        _, ringing_at = far.wait_incoming()
        self.table.row("end of the last digit to the far party ringing",
                       (ringing_at - dialled) * 1000)
        connected = far.wait_connected()
        self.table.row("answered", (connected - dialled) * 1000)
        telephone.converse(self.ours, here)
        telephone.converse_end()
        telephone.hang_up()
        began = time.monotonic()
        ended = far.wait_ended()
        self.table.row("hung up; the far party's call ended", (ended - began) * 1000)
        far.stop()
        self.table.mos("speech to the far party", self.ours, there)
        self.table.mos("speech from the far party", self.theirs, here)

    def incoming(self):
        """linphonec calls port 1."""
        self.table.heading(f"Incoming: {FAR} (linphonec) calls 6001")
        here, there = self.path("in-here.wav"), self.path("in-there.wav")
        network = self.scene.network
        far = linphone.Linphone(self.scene.run, FAR, network.far, ("PCMU",), "caller").start()
        try:
            far.speak(self.theirs)
            far.record(there)
            telephone = self.scene.phones[0]
            began = time.monotonic()
            far.call(f"sip:6001@{network.sbc}")
            ring = telephone.wait("ring", 5)
            self.table.row("call to ringing", (ring.t - began) * 1000)
            caller = telephone.wait("caller-id", 5)
            self.table.row("caller ID in the first silence", None,
                           caller.get("number", caller.text))
            telephone.wait("ring", 8)
            lifted = telephone.lift()
            connected = far.wait_connected()
            self.table.row("lifted to answered at the far party", (connected - lifted.t) * 1000)
            telephone.converse(self.ours, here)
            telephone.converse_end()
            far.hang_up()
            tone = telephone.wait("tone busy", 5)
            self.table.row("the far party hung up: busy tone", None, f"{tone['hz']} Hz")
            telephone.hang_up()
        finally:
            far.stop()
        self.table.mos("speech to the far party", self.ours, there)
        self.table.mos("speech from the far party", self.theirs, here)

    def port_to_port(self):
        """Port 1 calls port 2 through the SBC."""
        self.table.heading("Port to port: 6001 calls 6002 through the SBC")
        first, second = self.scene.phones
        here, there = self.path("first.wav"), self.path("second.wav")
        dialled = self.dial(first, "6002")
        ring = second.wait("ring", 5)
        rang = second.events("ring")[-1].t or ring.t
        self.table.row("end of the last digit to ringing", (rang - dialled) * 1000)
        tone = first.wait("tone ringback", 5)
        self.table.row("ringback tone", None, f"{tone['hz']} Hz {tone['level']} dBm0")
        second.lift()
        second.wait("silence", 5)
        first.wait("silence", 5)
        first.converse(self.ours, here)
        second.converse(self.theirs, there)
        first.converse_end()
        second.converse_end()
        second.hang_up()
        first.wait("tone busy", 5)
        first.hang_up()
        self.table.mos("speech from 6001 to 6002", self.ours, there)
        self.table.mos("speech from 6002 to 6001", self.theirs, here)

    def end(self):
        """SIGTERM, and what the wire says."""
        self.table.heading("The end")
        began = time.monotonic()
        code = self.scene.box.stop()
        self.table.row("SIGTERM to exit", (time.monotonic() - began) * 1000, f"exit code {code}")
        if code != 0:
            self.table.failed.append(f"exit code {code}")
        self.scene.wire.stop()
        streams = self.scene.wire.rtp_streams()
        lost = sum(stream.lost for stream in streams)
        packets = sum(stream.packets for stream in streams)
        self.table.row("RTP on the wire", None,
                       f"{len(streams)} streams, {packets} packets, {lost} lost")


def interactive(demo):
    """Gives the terminal to the telephone at port 1; 6002 and the far party answer."""
    demo.scene.start()
    demo.scene.phones[0].stop()
    demo.scene.far_party(demo.theirs)
    print(f"\nYou are 6001. {FAR} answers and speaks; 6002 is the other port. Its telephone rings,"
          "\nand you hear ringback. Try: lift, dial " + FAR + ", hear, hang-up, help, quit.\n")
    subprocess.run(
        [box.phone_binary(), demo.scene.box.line_socket(1), "--interactive"],
        check=False)


def main():
    """Exit status 1 when a step failed or speech was too bad."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", default="host")
    parser.add_argument("--interactive", action="store_true")
    options = parser.parse_args()
    process.own_children()
    demo = Demo(options.arch)
    try:
        if options.interactive:
            interactive(demo)
            return
        for step in (demo.begin, demo.outgoing, demo.incoming, demo.port_to_port, demo.end):
            step()
    except process.LabError as error:
        demo.table.failed.append(str(error))
    finally:
        demo.scene.stop()
    if demo.table.failed:
        print("\nFAILED:\n  " + "\n  ".join(demo.table.failed))
        print(f"  recordings, logs and the wire: {demo.scene.run.folder}")
        sys.exit(1)
    if not options.interactive:
        print(f"\nAll is well. Recordings, logs and the wire: {demo.scene.run.folder}")


if __name__ == "__main__":
    main()
