"""Calls with real peers: what the caller hears, what the wire says, how good the speech is."""

import os
import unittest

from lab import handsets, linphone, scene, sipp, speech

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")
FAR = scene.FAR_NUMBER


class SceneTest(handsets.Handsets, unittest.TestCase):
    """A test inside a scene, and that the firmware ends cleanly after it."""

    numbers = ("6001", "6002")
    algorithm = "MD5"
    settings = ()
    nonce_seconds = 30
    #: Whether every number is registered before the test begins.
    registered = True

    def make_scene(self, name):
        """The scene of a test, before it starts."""
        return scene.Scene(
            name, self.numbers, self.algorithm, self.settings, ARCHITECTURE, self.nonce_seconds)

    def setUp(self):
        self.scene = self.make_scene(self.id().rsplit(".", 1)[1])
        self.addCleanup(self.scene.stop)
        self.prepare()
        self.scene.start(self.registered)
        self.run_path = self.scene.run.path

    def prepare(self):
        """What a test needs before the scene starts."""

    def assert_clean_end(self):
        """SIGTERM ends the firmware with 0, its bindings are gone, its packets were well-formed."""
        self.assertEqual(self.scene.box.stop(), 0, "exit code after SIGTERM")
        for number in self.numbers:
            self.scene.sbc.wait_unregistered(number)
        self.scene.wire.stop()
        malformed = [packet.fields for packet in self.scene.wire.malformed()]
        self.assertEqual(malformed, [], "tshark's opinion of our packets")


class Registration(SceneTest):
    """REGISTER with a digest of MD5, de-registration at the end."""

    def test_register_and_leave(self):
        self.assertIn(self.scene.network.box, self.scene.sbc.binding("6001"))
        self.assert_clean_end()
        words = self.scene.wire.ladder("sip.CSeq.method == REGISTER")
        self.assertEqual(words.count("REGISTER>"), words.count("200 REGISTER<")
                         + words.count("401 REGISTER<") + words.count("100 REGISTER<"))


class RegistrationSHA256(Registration):
    """The same with SHA-256 (RFC 8760)."""

    algorithm = "SHA-256"


class RegistrationOldNonce(SceneTest):
    """A nonce that the SBC takes no more: one more try with the new one (RFC 7616 §3.3)."""

    nonce_seconds = 1

    def test_old_nonce(self):
        self.phone.do("pause 2500")
        self.assert_clean_end()
        words = self.scene.wire.ladder("sip.CSeq.method == REGISTER")
        self.assertEqual(words.count("401 REGISTER<"), 2 * len(self.numbers), words)


class Speech(SceneTest):
    """Two-way speech, judged by PESQ."""

    def setUp(self):
        super().setUp()
        self.make_speech()

    def test_outgoing_call(self):
        self.assert_outgoing_call(FAR)
        self.assert_clean_end()
        self.assertEqual(
            [stream.lost for stream in self.scene.wire.rtp_streams()], [0, 0], "lost packets")

    def test_incoming_call(self):
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMU",)).start()
        self.assertIn(FAR, self.assert_incoming_call(far, "6001").text)
        self.assert_clean_end()

    def test_port_to_port(self):
        self.dial("6002")
        self.other.wait("ring", 5)
        self.phone.wait("tone ringback", 5)
        self.other.lift()
        self.other.wait("silence", 5)
        self.converse()
        self.assert_clean_end()


class CallerIDForms(SceneTest):
    """What a port is set to is what its telephone decodes."""

    settings = ("port 1 caller-id bell202-sdmf", "port 2 caller-id v23")

    def test_forms(self):
        for caller, called, number, form in (
                (self.other, self.phone, "6002", "sdmf"), (self.phone, self.other, "6001", "mdmf")):
            self.dial("6001" if caller is self.other else "6002", caller)
            answer = called.wait("caller-id", 8)
            self.assertIn(f"format={form} number={number}", answer.text)
            caller.hang_up()
            called.wait("ring-end", 12)
        self.assert_clean_end()


class Tones(SceneTest):
    """What the caller hears when the call does not come about."""

    def test_busy(self):
        flow = self.scene.play(
            sipp.Sipp(self.scene.run, sipp.busy(), self.scene.network.far, "busy"))
        self.dial(FAR)
        self.phone.wait("tone busy", 5)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_vacant_number(self):
        self.dial("7999")
        self.phone.wait("tone vacant", 6)
        self.phone.hang_up()
        self.assert_clean_end()

    def test_congestion(self):
        self.scene.play(sipp.Sipp(
            self.scene.run, sipp.refuse(503, "Service Unavailable"), self.scene.network.far,
            "congestion"))
        self.dial(FAR)
        self.phone.wait("tone congestion", 6)
        self.phone.hang_up()
        self.assert_clean_end()

    def test_no_answer_then_cancel(self):
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.ring_until_cancel(), self.scene.network.far, "ringing"))
        self.dial(FAR)
        self.phone.wait("tone ringback", 6)
        self.phone.hang_up()
        flow.wait_done()
        self.assert_clean_end()

    def test_pulse_dialling(self):
        flow = self.scene.play(
            sipp.Sipp(self.scene.run, sipp.busy(), self.scene.network.far, "pulse"))
        self.phone.lift()
        self.phone.wait("tone dial", 3)
        self.phone.pulse(FAR)
        self.phone.wait("tone busy", 5)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()


class Flows(SceneTest):
    """Exact flows of SIPp."""

    def test_early_media(self):
        raw = self.run_path("early.alaw")
        wav = speech.make(self.scene.run.folder, "early", speech.INCOMING_TEXT)
        speech.to_a_law(wav, raw)
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.early_media(raw, 4000, 1000), self.scene.network.far, "early"))
        self.dial(FAR)
        self.phone.wait("speech", 5)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_hold_and_resume(self):
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.hold_and_resume(1000), self.scene.network.far, "hold", echo=True))
        self.dial(FAR)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_caller_cancels(self):
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.call_and_cancel("6001", 3000), self.scene.network.second_far,
            "caller"))
        self.phone.wait("ring", 5)
        flow.wait_done()
        self.phone.wait("ring-end", 12)
        self.phone.lift()
        self.phone.wait("tone dial", 3)
        self.phone.hang_up()
        self.assert_clean_end()

    def test_busy_port(self):
        self.phone.lift()
        self.phone.wait("tone dial", 3)
        flow = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.call_refused("6001", 486), self.scene.network.second_far,
            "caller"))
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_digits_both_ways(self):
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.phone.dial("159")
        far.program.wait_for("Receiving tone 9", 5)
        self.assertEqual(far.digits_heard(), "159")
        far.send_digits("246")
        self.phone.wait("digits 246", 5)
        self.phone.hang_up()
        far.wait_ended()
        self.assert_clean_end()
