"""SRTP as far as the carrier's relay: rtpengine, with plain RTP behind it."""

import base64
import unittest

from lab import linphone, relay, sipp, speech
from test_calls import FAR
from test_srtp import COUNTER_80, MOST_SHARE, PLAIN_SIZE, SecuredTest

SUITES = (COUNTER_80, "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM")


class RelayTest(SecuredTest):
    """A box that requires SRTP, a relay that knows one suite, a far party that knows none."""

    #: What the relay may use.
    relay_suite = COUNTER_80
    tag = 10

    def prepare(self):
        super().prepare()
        self.scene.suite = None
        self.scene.sbc.relay = self.scene.play(relay.Relay(self.scene.run))

    def setUp(self):
        super().setUp()
        self.scene.sbc.set_relay_flags(
            " ".join(f"SDES-no-{suite}" for suite in SUITES if suite != self.relay_suite))
        self.make_speech()

    def assert_protected(self):
        """Tags and noise between box and relay; what the far party says is plain."""
        self.assert_no_forgery()
        self.assert_clean_end()
        network = self.scene.network
        for sender in (network.box, network.relay):
            self.assertLess(self.share(sender, PLAIN_SIZE + self.tag), MOST_SHARE, sender)
        self.assertEqual(self.payloads(network.box, PLAIN_SIZE), [], "no plain packet of ours")
        self.assertGreater(self.share(network.far, PLAIN_SIZE), MOST_SHARE)
        said = self.scene.wire.packets(
            f"ip.src == {network.sbc} && ip.dst == {network.box} && sdp.crypto.crypto_suite",
            ["sdp.crypto.crypto_suite"])
        self.assertEqual({packet["sdp.crypto.crypto_suite"] for packet in said},
                         {self.relay_suite})


class Counter80(RelayTest):
    """The suite that everybody knows."""

    def test_outgoing_call(self):
        self.assert_outgoing_call(FAR)
        self.assert_protected()


class GCM128(RelayTest):
    """RFC 7714 with the shorter key, chosen by the relay out of our offer."""

    relay_suite, tag = "AEAD_AES_128_GCM", 16

    def test_outgoing_call(self):
        self.assert_outgoing_call(FAR)
        self.assert_protected()


class GCM256(RelayTest):
    """RFC 7714 with the longer key, chosen by us: the relay offers nothing else."""

    relay_suite, tag = "AEAD_AES_256_GCM", 16

    def test_incoming_call(self):
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMA",)).start()
        self.assert_incoming_call(far, "6001")
        self.assert_protected()


class WrongKey(SecuredTest):
    """A far party that names a key and speaks without it: nothing is played, and a word why."""

    def test_incoming_call(self):
        self.make_speech()
        raw = self.run_path("theirs.alaw")
        speech.to_a_law(self.theirs, raw)
        key = base64.b64encode(bytes(range(30))).decode()
        body = sipp.description(port="[rtpstream_audio_port]").replace("RTP/AVP", "RTP/SAVP")
        body += f"a=crypto:1 {COUNTER_80} inline:{key}\n"
        far = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.call_and_play("6001", body, raw, 4000), self.scene.network.far,
            "wrong-key"))
        self.phone.wait("ring", 5)
        self.phone.lift()
        self.phone.record(self.heard_here)
        self.phone.do("pause 2500")
        self.phone.record_stop()
        self.assertIsNone(speech.mos(self.theirs, self.heard_here), "nothing was played")
        far.wait_done()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assertRegex(self.scene.box.shell("show media"), r" [1-9][0-9]+ forged, 0 replayed")
        self.assertIn("under another key", self.scene.box.shell("explain port 1"))
        self.assert_clean_end()


if __name__ == "__main__":
    unittest.main()
