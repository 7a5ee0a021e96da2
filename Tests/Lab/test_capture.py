"""`capture`: tshark, which shares no code with the box, reads what it wrote of a call."""

import base64
import os
import re
import socket
import subprocess
import unittest
import zlib

from lab import box, process
from test_calls import ARCHITECTURE, SceneTest


#: The first of the box's media ports.
MEDIA_PORT = 16384


class Capture(SceneTest):
    """A call between the box's two ports, seen by the box itself."""

    def path(self):
        """Where the box puts the file."""
        return os.path.join(os.path.dirname(self.scene.box.console), "capture.pcapng")

    def read(self, *words):
        """What tshark prints of the file."""
        done = subprocess.run(
            ["tshark", "-n", "-r", self.path(), "-o", "ip.check_checksum:TRUE",
             "-o", "udp.check_checksum:TRUE", *words],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def call(self, pause_ms=0):
        """6001 calls 6002, who answers; 6001 hangs up after a pause."""
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        process.wait_until(
            lambda: self.scene.box.shell("show ports").count("talking") == 2, 5, "the call")
        if pause_ms:
            self.phone.do(f"pause {pause_ms}")
        self.phone.hang_up()
        self.other.wait("tone busy", 5)
        self.other.hang_up()

    def test_a_call(self):
        said = self.scene.box.shell("capture start 512")
        self.assertEqual(said, f"capturing to {self.path()}\n")
        self.call()
        said = self.scene.box.shell("capture stop")
        self.assertRegex(said, r"^\d+ packets, \d+ of 524288 bytes\n/.*capture\.pcapng\n$")
        self.assertEqual(os.stat(self.path()).st_mode & 0o077, 0)
        methods = self.read("-Y", "sip.Request-Line", "-T", "fields", "-e", "sip.Method")
        for method in ("INVITE", "ACK", "BYE"):
            self.assertGreaterEqual(methods.count(method), 2, methods)
        events = "\n".join(self.read("-Y", "syslog", "-T", "fields", "-e", "syslog.msg"))
        for words in ("port 1: loop closed", "port 1: digit 6", "port 2: ringing",
                      "port 2: loop closed", "port 1: loop open"):
            self.assertIn(words, events)
        damaged = self.read("-Y", "_ws.malformed || ip.checksum.status == 0 || "
                            "udp.checksum.status == 0")
        self.assertEqual(damaged, [])
        answers = self.read("-Y", "sip.auth.digest.response", "-T", "fields", "-e",
                            "sip.auth.digest.response")
        self.assertTrue(answers)
        self.assertEqual({answer.strip('"x') for answer in answers}, {""}, "masked")

    def test_media(self):
        """With `media` tshark finds the streams that the SIP of the same file announces."""
        self.assertEqual(
            self.scene.box.shell("capture start 2048 media"), f"capturing to {self.path()}\n")
        self.call(pause_ms=2000)
        self.scene.box.shell("capture stop")
        # The sums of what the kernel has not sent yet are the device's task.
        packets = self.read("-Y", "rtp", "-T", "fields", "-e", "rtp.ssrc", "-e", "rtp.setup-method",
                            "-e", "rtp.p_type")
        streams = {packet.split("\t")[0] for packet in packets}
        self.assertEqual({tuple(packet.split("\t")[1:]) for packet in packets}, {("SDP", "8")})
        self.assertEqual(len(streams), 2, "one in each direction")
        self.assertGreater(len(packets), 2 * 90)
        self.assertEqual(self.read("-Y", "_ws.malformed"), [])

    def printed(self):
        """The file as somebody with a serial cable gets it: each part with its length and sum."""
        content, part, parts = b"", 1, 1
        while part <= parts:
            said = self.scene.box.shell(f"capture print {part}")
            head, *lines, end, summary = said.splitlines()
            self.assertEqual((head, end), (f"begin-base64 600 capture.pcapng.{part}", "===="))
            self.assertLessEqual(max(len(line) for line in lines), 60)
            piece = base64.b64decode("".join(lines), validate=True)
            found = re.fullmatch(
                r"part (\d+) of (\d+): (\d+) of (\d+) bytes, CRC-32 ([0-9a-f]{8})", summary)
            self.assertEqual(int(found[1]), part)
            self.assertEqual(int(found[3]), len(piece))
            self.assertEqual(int(found[5], 16), zlib.crc32(piece))
            content, part, parts = content + piece, part + 1, int(found[2])
            self.assertEqual(int(found[4]), os.path.getsize(self.path()))
        return content, parts

    def test_print(self):
        """What a terminal kept is the file, also one of several parts; tshark opens it."""
        self.scene.box.shell("capture start 1024 media")
        self.assertEqual(
            self.scene.box.shell("capture print"), "a capture runs: capture stop first\n")
        self.call()
        self.call(pause_ms=2000)
        self.scene.box.shell("capture stop")
        content, parts = self.printed()
        with open(self.path(), "rb") as file:
            self.assertEqual(content, file.read())
        self.assertGreater(parts, 1)
        self.assertEqual(
            self.scene.box.shell(f"capture print {parts + 1}"), f"the file has {parts} parts\n")
        copy = self.scene.run.path("copy.pcapng")
        with open(copy, "wb") as file:
            file.write(content)
        os.replace(copy, self.path())
        self.assertGreaterEqual(
            self.read("-Y", "sip.Method == INVITE", "-T", "fields", "-e", "sip.Method").count(
                "INVITE"), 2)
        self.assertEqual(self.read("-Y", "_ws.malformed"), [])

    def test_media_of_others_stays_out(self):
        """What passes between others at a port of ours is nobody's business."""
        network = self.scene.network
        self.scene.box.shell("capture start media")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((network.far, 0))
            stranger.sendto(b"not for the box", (network.second_far, MEDIA_PORT))
            stranger.sendto(b"for the box", (network.box, MEDIA_PORT))
            process.wait_until(
                lambda: self.scene.box.shell("show capture").startswith("1 packets"), 5,
                "the one that is for the box")
        self.scene.box.shell("capture stop")
        self.assertEqual(
            self.read("-Y", "udp", "-T", "fields", "-e", "ip.dst"), [network.box])

    def test_without_media(self):
        """Without `media` there is none."""
        self.scene.box.shell("capture start")
        self.call()
        self.scene.box.shell("capture stop")
        self.assertEqual(self.read("-Y", "rtp"), [])

    def test_the_wire_tells_the_same(self):
        """Request for request, what the box says it sent is what the wire carried."""
        self.scene.box.shell("capture start")
        self.call()
        self.scene.box.shell("capture stop")
        fields = ["-T", "fields", "-e", "sip.CSeq.method", "-e", "sip.Call-ID", "-e",
                  "sip.Status-Code"]
        ours = self.read("-Y", "sip.CSeq.method == INVITE || sip.CSeq.method == BYE", *fields)
        self.scene.box.stop()
        self.scene.wire.stop()
        done = subprocess.run(
            ["tshark", "-n", "-r", self.scene.wire.path, "-Y",
             f"(sip.CSeq.method == INVITE || sip.CSeq.method == BYE) && ip.addr == "
             f"{self.scene.network.box}", *fields], capture_output=True, text=True, check=True)
        self.assertEqual(sorted(ours), sorted(done.stdout.splitlines()))

    def test_it_ends_at_its_limit(self):
        self.scene.box.shell("capture start 16")
        for _ in range(6):
            self.call()
        self.assertIn("no room for", self.scene.box.shell("show capture"))
        self.scene.box.shell("capture stop")
        self.assertLessEqual(os.path.getsize(self.path()), 16 * 1024)
        self.assertTrue(self.read("-Y", "sip"))

    def test_a_folder_that_takes_no_file(self):
        self.scene.box.stop()
        self.scene.box = box.Box(self.scene.run, self.numbers, (), ARCHITECTURE, name="again")
        self.scene.box.start()
        os.mkdir(self.path())
        self.assertRegex(self.scene.box.shell("capture start"), "capture.pcapng: .*directory")
        self.assertEqual(self.scene.box.shell("show capture"), "no capture runs\n")
        os.rmdir(self.path())


if __name__ == "__main__":
    unittest.main()
