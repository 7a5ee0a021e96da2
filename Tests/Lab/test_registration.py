"""Registration at an IMS core, what its notifier tells, and what a deceiver answers."""

import re
import unittest

from lab import aka, box, dialogs, phone, process, puppet, scene, sipp
from test_calls import ARCHITECTURE, FAR, SceneTest

IMS = ("sip profile ims", 'sip access-network "GPON;fiber-location=\\"A7\\""')


class Agreement(SceneTest):
    """An SBC that wants to agree on SRTP as far as itself (RFC 3329)."""

    numbers = ("6001",)
    settings = ("sip srtp offered", "sip security-agreement media")

    def test_media(self):
        self.scene.sbc.set_fault("mediasec")
        self.scene.sbc.forget_binding("6001")
        self.scene.box.shell("register now")
        self.scene.sbc.wait_registered("6001")
        self.assertIn("agreement     msrp-tls;mediasec, sdes-srtp;mediasec",
                      self.scene.box.shell("show registrations detail"))
        self.call_briefly(FAR)
        self.assert_clean_end()
        words = self.scene.wire.ladder("sip.CSeq.method == REGISTER || sip.CSeq.method == INVITE")
        self.assertEqual(words.count("494 REGISTER<"), 1, words)
        self.assertNotIn("494 INVITE<", words)
        with open(self.scene.wire.path, "rb") as file:
            self.assertIn(b"a=3ge2ae:requested\r\n", file.read())


class Core(SceneTest):
    """Kamailio with the header fields of an IMS core."""

    numbers = ("6001",)
    settings = IMS

    def setUp(self):
        super().setUp()
        self.scene.sbc.set_fault("ims")

    def details(self):
        """What the box has learnt."""
        return self.scene.box.shell("show registrations detail")

    def wait_details(self, pattern, seconds=10):
        """Waits until the box says it."""
        return process.wait_until(
            lambda: re.search(pattern, self.details()), seconds, f"'{pattern}' in the details")

    def registers(self, fields):
        """Fields of every REGISTER on the wire."""
        return self.scene.wire.packets('sip.Method == "REGISTER"', fields)

    def test_profile_on_the_wire(self):
        """The first Authorization is empty, what the 200 says is used by the next call."""
        self.scene.box.shell("register now")
        self.wait_details(r"path +<sip:term@")
        said = self.details()
        sbc = self.scene.network.sbc
        self.assertIn("identity      <sip:6001@lab.example>", said)
        self.assertIn("<tel:+86106001>", said)
        self.assertIn(f"route         <sip:orig@{sbc};lr>", said)
        self.assertIn("reg event     refused with 405", said)
        self.call_briefly(FAR)
        self.assert_clean_end()
        nonces = [packet["sip.auth.nonce"] for packet in self.registers(["sip.auth.nonce"])]
        self.assertEqual(nonces[0], '""')
        self.assertNotIn('""', nonces[1:])
        access = self.scene.wire.packets(
            f"ip.src == {self.scene.network.box} && sip.Method",
            ["sip.Method", "sip.P-Access-Network-Info", "sip.Route"])
        self.assertTrue({"REGISTER", "INVITE", "ACK", "BYE", "SUBSCRIBE"}.issubset(
            {packet["sip.Method"] for packet in access}))
        for packet in access:
            expected = "" if packet["sip.Method"] == "ACK" else 'GPON;fiber-location="A7"'
            self.assertEqual(packet["sip.P-Access-Network-Info"], expected, packet.fields)
        invites = [packet for packet in access if packet["sip.Method"] == "INVITE"]
        self.assertEqual({packet["sip.Route"] for packet in invites}, {f"<sip:orig@{sbc};lr>"})

    def test_use_proxy(self):
        """305 to another port of the same SBC is followed, credentials and all."""
        self.scene.sbc.forget_binding("6001")
        self.scene.sbc.set_fault("proxy", 5080)
        self.scene.box.shell("register now")
        self.scene.sbc.wait_registered("6001")
        # The box gives its binding back at the port that it was provisioned with.
        self.scene.sbc.clear_fault("proxy")
        self.assert_clean_end()
        words = self.scene.wire.ladder("udp.port == 5080 && sip.CSeq.method == REGISTER")
        self.assertIn("200 REGISTER<", words)

    def test_restoration(self):
        """A core that lost us says so to a call: an initial registration follows."""
        self.scene.box.shell("register now")
        self.wait_details("route +<sip:orig@")
        self.scene.sbc.forget_binding("6001")
        self.scene.sbc.set_fault("restore")
        self.dial(FAR)
        self.scene.sbc.wait_registered("6001", 5)
        self.phone.hang_up()
        self.scene.sbc.clear_fault("restore")
        self.assertIn("has lost the registration", self.scene.box.shell("show log"))
        self.assert_clean_end()
        words = self.scene.wire.ladder()
        lost = words.index("504 INVITE<")
        self.assertIn("REGISTER>", words[lost:lost + 4])

    def notifier(self, *steps):
        """A SIPp that the core's SUBSCRIBEs go to."""
        self.scene.sbc.add_trunk("notifier", self.scene.network.far)
        peer = self.scene.play(sipp.Sipp(
            self.scene.run,
            [sipp.receive_subscribe(), sipp.accept_subscribe(600), *steps],
            self.scene.network.far, name="notifier"))
        # What was refused once is asked for again by a box that starts.
        self.scene.box.stop()
        self.scene.box = box.Box(
            self.scene.run, self.numbers, self.settings, ARCHITECTURE, name="again").start()
        return peer

    def document(self, *arguments):
        """A document of our contact."""
        return sipp.reginfo(
            arguments[0], f"sip:6001@{self.scene.network.box}:5060", *arguments[1:])

    def test_probation(self):
        """The network ends the registration for two seconds."""
        peer = self.notifier(
            sipp.notify(1, "active;expires=600", self.document(0, "active", "registered")),
            sipp.receive_status(200), sipp.pause(500),
            sipp.notify(2, "terminated;reason=noresource", self.document(
                1, "terminated", "probation", 'retry-after="2"')),
            sipp.receive_status(200))
        peer.wait_done(20)
        self.wait_details("ended by the network|registering")
        self.wait_details("port 1: registered")
        self.assertIn("ended the registration for 2 s", self.scene.box.shell("show log"))
        self.assert_clean_end()
        words = self.scene.wire.ladder("sip && !(sip.Method == SUBSCRIBE)")
        told = [place for place, word in enumerate(words) if word == "NOTIFY<"]
        self.assertGreaterEqual(len(told), 2)
        self.assertIn("REGISTER>", words[told[-1]:])

    def test_rejected(self):
        """The network wants us no more: the call ends, no REGISTER until somebody asks for it."""
        peer = self.notifier(
            sipp.notify(1, "active;expires=600", self.document(0, "active", "registered")),
            sipp.receive_status(200), sipp.pause(6000),
            sipp.notify(2, "terminated;reason=rejected", self.document(
                1, "terminated", "rejected")),
            sipp.receive_status(200))
        telephone = phone.Phone(
            self.scene.run, box.phone_binary(), self.scene.box.line_socket(1), "phone-again")
        self.scene.phones.append(telephone)
        self.scene.sbc.wait_registered("6001")
        caller = self.scene.play(sipp.Sipp(
            self.scene.run, dialogs.call_until_bye("6001"), self.scene.network.second_far,
            "caller"))
        telephone.wait("ring", 5)
        telephone.lift()
        peer.wait_done(20)
        caller.wait_done(5)
        telephone.wait("tone busy", 3)
        telephone.hang_up()
        self.wait_details("port 1: ended by the network")
        said = self.scene.box.shell("explain port 1")
        self.assertIn("the network has ended the registration", said)
        self.assertNotIn("next try", said)
        self.scene.box.shell("register now")
        self.wait_details("port 1: registered")
        self.assert_clean_end()


class Deceiver(unittest.TestCase):
    """A puppet in the place of the SBC."""

    def start(self, *settings):
        """Starts a box before the puppet, whose REGISTER is answered as was said."""
        self.scene = scene.Scene(
            self.id().rsplit(".", 1)[1], ("6001",), settings=settings,
            architecture=ARCHITECTURE)
        self.addCleanup(self.scene.stop)
        self.puppet = puppet.Puppet(self.scene.run)
        self.addCleanup(self.puppet.close)

    def run_box(self):
        """Starts the box."""
        self.scene.start(registered=False, sbc=False)

    def wait_state(self, words):
        """Waits for a state in `show registrations`."""
        process.wait_until(
            lambda: words in self.scene.box.shell("show registrations"), 10, words)

    def test_foreign_realm(self):
        """A challenge of another realm learns nothing."""
        self.start(*IMS)
        self.puppet.answers = [(
            "401 Unauthorized",
            'WWW-Authenticate: Digest realm="evil.example", nonce="x", qop="auth"\r\n')]
        self.run_box()
        self.wait_state("challenge of another realm")
        sent = [data for data in self.puppet.received if data.startswith(b"REGISTER ")]
        self.assertEqual(len(sent), 1)
        self.assertNotIn(b"evil.example", sent[0])

    def test_weaker_digest(self):
        """A server that asked for SHA-512-256 does not get MD5 afterwards."""
        self.start()
        challenge = 'WWW-Authenticate: Digest realm="lab.example", nonce="{}", qop="auth", ' \
            "algorithm={}\r\n"
        self.puppet.answers = [
            ("401 Unauthorized", challenge.format("a", "SHA-512-256")), ("200 OK", ""),
            ("401 Unauthorized", challenge.format("b", "MD5"))]
        self.run_box()
        self.puppet.wait("^REGISTER .*algorithm=SHA-512-256")
        self.wait_state("registered")
        self.scene.box.shell("register now")
        self.wait_state("challenge weaker than before")
        self.assertFalse(any(b"algorithm=MD5" in data for data in self.puppet.received))

    def test_key_agreement(self):
        """AKAv1-MD5: the right answer, and AUTS for a challenge that was there before."""
        key, opc = "465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf"
        home = aka.HomeNetwork(key, opc)
        self.start(*IMS, f"port 1 aka key {key}", f"port 1 aka opc {opc}")
        challenge = 'WWW-Authenticate: Digest realm="lab.example", nonce="{}", qop="auth", ' \
            "algorithm=AKAv1-MD5\r\n"
        randoms = [bytes([number]) * 16 for number in (1, 2)]
        # The second challenge is older than the first one.
        nonces = [home.nonce(*pair) for pair in ((640, randoms[0]), (320, randoms[1]))]
        self.puppet.answers = [
            ("401 Unauthorized", challenge.format(nonces[0])), ("200 OK", ""),
            ("401 Unauthorized", challenge.format(nonces[1]))]
        self.run_box()
        first = self.puppet.wait("^REGISTER .*nonce=\"" + re.escape(nonces[0]))
        self.assertTrue(home.accepts(first, randoms[0]), first)
        self.wait_state("registered")
        self.scene.box.shell("register now")
        second = self.puppet.wait("^REGISTER .*auts=")
        self.assertEqual(home.terminal_sequence(second, randoms[1]), 640)

    def test_second_key_agreement(self):
        """AKAv2-MD5 where both are offered, and no answer to AKAv1-MD5 after it."""
        key, opc = "465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf"
        home = aka.HomeNetwork(key, opc)
        self.start(*IMS, f"port 1 aka key {key}", f"port 1 aka opc {opc}")
        challenge = 'WWW-Authenticate: Digest realm="lab.example", nonce="{}", qop="auth", ' \
            "algorithm=AKAv{}-MD5\r\n"
        randoms = [bytes([number]) * 16 for number in (1, 2)]
        nonces = [home.nonce(*pair) for pair in ((320, randoms[0]), (640, randoms[1]))]
        self.puppet.answers = [
            ("401 Unauthorized", challenge.format(nonces[0], 1) + challenge.format(nonces[0], 2)),
            ("200 OK", ""), ("401 Unauthorized", challenge.format(nonces[1], 1))]
        self.run_box()
        first = self.puppet.wait("^REGISTER .*algorithm=AKAv2-MD5")
        self.assertTrue(home.accepts(first, randoms[0], 2), first)
        self.assertFalse(home.accepts(first, randoms[0], 1), first)
        self.wait_state("registered")
        self.scene.box.shell("register now")
        self.wait_state("challenge weaker than before")
        self.assertFalse(any(b"AKAv1" in data for data in self.puppet.received))

    def test_proxy_elsewhere(self):
        """305 to a host that nobody provisioned gets no REGISTER."""
        self.start()
        stranger = puppet.Puppet(self.scene.run, self.scene.network.stranger)
        self.addCleanup(stranger.close)
        self.puppet.answers = [(
            "305 Use Proxy", f"Contact: <sip:{stranger.address}>\r\n")]
        self.run_box()
        self.wait_state("refused with 305")
        self.assertEqual(stranger.received, [])

    def test_seen_address(self):
        """The binding is renewed with the address that the Via of the 200 tells."""
        self.start("sip contact seen")
        seen = self.scene.network.second_far
        self.puppet.seen = f"received={seen};rport=40001"
        self.run_box()
        moved = self.puppet.wait(f"^REGISTER .*Contact: <sip:6001@{seen}:40001>").decode()
        self.assertIn(
            f"Contact: <sip:6001@{self.scene.network.box}:5060>;expires=0", moved)
        self.wait_state("registered")
        self.assertIn(f"sip:6001@{seen}:40001", self.scene.box.shell("show registrations detail"))


if __name__ == "__main__":
    unittest.main()
