"""SRTP with keys in the descriptions: far parties that require it, and some that know nothing."""

import collections
import os
import re
import unittest

from lab import linphone
from test_calls import FAR, SceneTest

COUNTER_80 = "AES_CM_128_HMAC_SHA1_80"
COUNTER_32 = "AES_CM_128_HMAC_SHA1_32"
#: Audio of 20 ms has this many octets with its header; a tag comes on top.
PLAIN_SIZE = 12 + 160
#: A-law of speech says the same few bytes again and again; what is encrypted says all alike.
MOST_SHARE = 0.02


class SecuredTest(SceneTest):
    """A box with a policy, and a far party with a suite."""

    numbers = ("6001",)
    policy = "required"
    suite = COUNTER_80

    def prepare(self):
        self.scene.settings += [f"sip srtp {self.policy}"]
        self.scene.suite = self.suite

    def payloads(self, sender, size):
        """What the datagrams of audio from an address have behind the header and before the tag."""
        packets = self.scene.wire.packets(
            f"ip.src == {sender} && udp.length == {8 + size}", ["udp.payload"])
        return [bytes.fromhex(packet["udp.payload"])[12:PLAIN_SIZE] for packet in packets]

    def share(self, sender, size):
        """The share of the most frequent byte in what an address said."""
        payloads = self.payloads(sender, size)
        self.assertGreater(len(payloads), 100, f"packets of {size} octets from {sender}")
        counts = collections.Counter(byte for payload in payloads for byte in payload)
        return counts.most_common(1)[0][1] / counts.total()

    def assert_hidden(self, tag):
        """Both ways the wire carries tags and nothing that looks like speech."""
        network = self.scene.network
        for sender in (network.box, network.far):
            self.assertLess(self.share(sender, PLAIN_SIZE + tag), MOST_SHARE, sender)
            self.assertEqual(self.payloads(sender, PLAIN_SIZE), [], "no plain packet")

    def assert_no_forgery(self):
        """Every packet of the far party was authentic."""
        self.assertIn(" 0 forged, 0 replayed", self.scene.box.shell("show media"))

    def incoming_call(self):
        """The far party calls; both speak, the far party hangs up."""
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMA",), suite=self.suite).start()
        self.assert_incoming_call(far, "6001")


class Required(SecuredTest):
    """Both sides want SRTP and nothing else."""

    def test_outgoing_call(self):
        self.make_speech()
        self.assert_outgoing_call(FAR)
        self.assert_no_forgery()
        self.assert_clean_end()
        self.assert_hidden(10)

    def test_keys_are_shown_nowhere(self):
        box = self.scene.box
        box.shell("capture start 512")
        self.call_briefly(FAR)
        box.shell("capture stop")
        shown = box.shell("support-bundle") + box.shell("show log")
        with open(os.path.join(os.path.dirname(box.console), "capture.pcapng"), "rb") as file:
            capture = file.read()
        self.assert_clean_end()
        with open(self.scene.wire.path, "rb") as file:
            keys = set(re.findall(rb"inline:([A-Za-z0-9+/=]{30,})", file.read()))
        self.assertGreaterEqual(len(keys), 4, "three keys of ours and one of theirs on the wire")
        self.assertIn(b"inline:xxxx", capture)
        for key in keys:
            self.assertNotIn(key.decode(), shown)
            self.assertNotIn(key, capture)


class Offered(SecuredTest):
    """The far party requires what the box can."""

    policy = "offered"

    def test_incoming_call(self):
        self.make_speech()
        self.incoming_call()
        self.assert_no_forgery()
        self.assert_clean_end()
        self.assert_hidden(10)


class ShortTags(Offered):
    """The same with tags of 32 bits.

    linphone sends its reports with such tags too, against RFC 4568 §6.2.2, and so they are refused.
    """

    suite = COUNTER_32

    def assert_no_forgery(self):
        self.assertRegex(self.scene.box.shell("show media"), r" [0-9] forged, 0 replayed")

    def test_incoming_call(self):
        self.make_speech()
        self.incoming_call()
        self.assert_no_forgery()
        self.assert_clean_end()
        self.assert_hidden(4)


class BestEffort(SecuredTest):
    """A far party that knows nothing of SRTP: the call is plain, and good."""

    policy = "offered"
    suite = None

    def test_outgoing_call(self):
        self.make_speech()
        self.assert_outgoing_call(FAR)
        self.assert_clean_end()
        self.assertGreater(self.share(self.scene.network.box, PLAIN_SIZE), MOST_SHARE)


class Missing(SecuredTest):
    """SRTP is required, and the far party has none: no call, and a reason."""

    suite = None

    def test_incoming_call(self):
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMA",)).start()
        self.addCleanup(far.stop)
        far.call(f"sip:6001@{self.scene.network.sbc}")
        far.wait_refused()
        self.assertIn(
            "description refused: no usable key for SRTP", self.scene.box.shell("show log"))
        self.assert_clean_end()
        self.assertIn("488 INVITE>", self.scene.wire.ladder())


if __name__ == "__main__":
    unittest.main()
