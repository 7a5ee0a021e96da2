"""What goes wrong outside: each fault has its clear outcome, and the line is never stuck."""

import glob
import os
import random
import signal
import socket
import subprocess
import unittest

from lab import box, process, puppet, run as run_module, scene, sipp
from test_calls import ARCHITECTURE, FAR, SceneTest

FIXTURES = os.path.join(run_module.TOP, "Tests", "Fixtures", "rfc4475")


class Outages(SceneTest):
    """The SBC refuses, is silent, dies."""

    def test_sbc_is_missing_at_boot(self):
        self.scene.stop()
        self.scene = scene.Scene("missing-at-boot", self.numbers, architecture=ARCHITECTURE)
        self.addCleanup(self.scene.stop)
        self.scene.start(registered=False, sbc=False)
        phone = self.scene.phones[0]
        phone.lift()
        # The line says by a tone that it has no service, and does not stay silent.
        phone.wait("sound", 5)
        phone.hang_up()
        self.scene.sbc.start()
        # RFC 5626 §4.5: at most 30 s until the second try, all of it spread.
        self.scene.sbc.wait_registered("6001", 65)

    def test_sbc_is_killed_in_a_call(self):
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.scene.sbc.kill()
        self.phone.hang_up()
        self.phone.lift()
        self.phone.wait("sound", 5)
        self.phone.hang_up()
        self.assertTrue(self.scene.box.program.is_running)
        self.assertIn("6001", self.scene.box.shell("show registrations"))

    def test_service_unavailable(self):
        self.scene.sbc.set_fault("reply", 503)
        self.dial(FAR)
        self.phone.wait("tone congestion", 6)
        self.phone.hang_up()
        self.scene.sbc.clear_fault("reply")
        self.assertTrue(self.scene.box.program.is_running)

    def test_interval_too_brief(self):
        """423 at the start: the firmware asks again for Min-Expires (RFC 3261 §10.2.8)."""
        self.scene.box.stop()
        self.scene.sbc.set_fault("minexpires", 7000)
        self.scene.box = box.Box(self.scene.run, self.numbers, (), ARCHITECTURE, name="again")
        self.scene.box.start()
        self.scene.sbc.wait_registered("6001")
        self.scene.box.stop()
        self.scene.wire.stop()
        self.assertIn("423 REGISTER<", self.scene.wire.ladder())

    def test_wrong_password(self):
        """401 again and again ends after the second: no storm of REGISTERs."""
        self.scene.box.stop()
        self.scene.sbc.add_user("6001", "another secret")
        self.scene.box = box.Box(self.scene.run, self.numbers, (), ARCHITECTURE, name="again")
        self.scene.box.start()
        self.scene.sbc.wait_registered("6002")
        self.assertIsNone(self.scene.sbc.binding("6001"))
        self.scene.box.stop()
        self.scene.wire.stop()
        tries = [packet for packet in self.scene.wire.packets(
            'sip.Method == "REGISTER" && sip.to.user == "6001"', ["sip.Call-ID"])]
        self.assertLess(len(tries), 20)


class HostileWire(unittest.TestCase):
    """Datagrams that no honest peer sends."""

    def setUp(self):
        self.scene = scene.Scene("hostile", architecture=ARCHITECTURE)
        self.addCleanup(self.scene.stop)
        self.puppet = puppet.Puppet(self.scene.run)
        self.addCleanup(self.puppet.close)
        self.scene.start(registered=False, sbc=False)
        self.puppet.wait("^REGISTER ")

    def assert_alive(self, call):
        """It still answers, and its line still has dial tone."""
        self.assertTrue(self.scene.box.program.is_running)
        self.puppet.ask(call)
        phone = self.scene.phones[0]
        phone.lift()
        phone.wait("tone dial", 3)
        phone.hang_up()

    def test_torture_messages(self):
        """The 49 messages of RFC 4475."""
        paths = sorted(glob.glob(os.path.join(FIXTURES, "*.dat")))
        self.assertEqual(len(paths), 49)
        for path in paths:
            with open(path, "rb") as file:
                self.puppet.send(file.read())
            name = os.path.basename(path).removesuffix(".dat")
            self.puppet.ask(f"after-{name}")
        # Some of them ring a telephone of ours; a call of a puppet ends by our own bounds.
        self.assertTrue(self.scene.box.program.is_running)

    def test_noise(self):
        """Random bytes, cut and bent messages, empty and largest datagrams."""
        seed = int(os.environ.get("TIPRING_LAB_SEED", "4475"))
        print(f"(seed {seed}) ", end="", flush=True)
        source = random.Random(seed)
        honest = self.puppet.options("noise")
        self.puppet.send(b"")
        self.puppet.send(b"\r\n\r\n")
        self.puppet.send(b"A" * 65000)
        largest = b"X: " + b"y" * 60000 + b"\r\nMax-Forwards"
        self.puppet.send(honest.replace(b"Max-Forwards", largest))
        for _ in range(300):
            bent = bytearray(honest)
            for _ in range(source.randrange(1, 8)):
                bent[source.randrange(len(bent))] = source.randrange(256)
            self.puppet.send(bytes(bent[:source.randrange(1, len(bent))]))
        self.assert_alive("after-noise")

    def test_stranger(self):
        """An INVITE from an address that is not the SBC's is dropped and counted."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((self.scene.network.stranger, 5060))
            stranger.settimeout(0.5)
            stranger.sendto(
                self.puppet.options("stranger"), (self.scene.network.box, 5060))
            with self.assertRaises(TimeoutError):
                stranger.recv(4096)
        self.assert_alive("after-stranger")


class StrangeMedia(SceneTest):
    """RTP from a stranger does not reach the ear."""

    def test_rtp_of_a_stranger(self):
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.phone.wait("silence", 5)
        port = int(self._media_port())
        packet = bytes([0x80, 8, 0, 1, 0, 0, 0, 1, 9, 9, 9, 9]) + b"\x2a" * 160
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((self.scene.network.stranger, 4000))
            for _ in range(100):
                stranger.sendto(packet, (self.scene.network.box, port))
        self.phone.hang_up()
        self.assert_clean_end()

    def _media_port(self):
        """Where the firmware receives, from the wire so far."""
        return process.wait_until(self._announced, 5, "our description on the wire")

    def _announced(self):
        found = self.scene.wire.packets(
            f"sdp && ip.src == {self.scene.network.box}", ["sdp.media.port"])
        return found[0]["sdp.media.port"] if found else None


class Configuration(unittest.TestCase):
    """`tipring check` names the line and the reason of every mistake."""

    MISTAKES = (
        ("hostname", 1), ("country atlantis", 2), ("sip server 1.2.3.4.5", 3), ("frobnicate 7", 4),
        ("port 99 enable", 5), ("port 1 number x y z", 6), ("media port-base 3", 7),
        ("digit-map (x", 8), ("sip expires 1", 9), ("port 1 codec opus", 10))

    def test_every_line_wrong(self):
        run = run_module.Run("check")
        path = run.path("wrong.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line, _ in self.MISTAKES))
        done = subprocess.run([*box.launcher(ARCHITECTURE), "check", path],
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertNotEqual(done.returncode, 0)
        said = done.stdout + done.stderr
        for line, number in self.MISTAKES:
            self.assertRegex(said, rf"(?m)(^|:|line ){number}\b", f"{line}: {said}")


class Stop(SceneTest):
    """SIGTERM in a call: BYE, de-registration, exit 0."""

    def test_stop_in_a_call(self):
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.scene.box.program.send_signal(signal.SIGTERM)
        far.wait_ended()
        self.assertEqual(self.scene.box.program.wait_exit(10), 0)
        self.scene.sbc.wait_unregistered("6001")

    def test_stop_while_it_rings(self):
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.ring_until_cancel(), self.scene.network.far, "ringing"))
        self.dial(FAR)
        self.phone.wait("tone ringback", 6)
        self.scene.box.program.send_signal(signal.SIGTERM)
        flow.wait_done()
        self.assertEqual(self.scene.box.program.wait_exit(10), 0)
