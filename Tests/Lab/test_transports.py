"""SIP by TCP and TLS with real SBCs: registration, calls, lost connections, other SBCs."""

import socket
import unittest

from lab import authority, kamailio, linphone, process
from test_calls import FAR, SceneTest
from test_failover import SECOND_FAR


class StreamTest(SceneTest):
    """A box whose SIP goes by `transport`, and an SBC that takes it."""

    numbers = ("6001",)
    transport = "tcp"
    lifetime = 120

    def prepare(self):
        self.scene.sbc.streams = True
        self.scene.sbc.lifetime = self.lifetime
        self.scene.settings += [f"sip transport {self.transport}"]

    def box_says(self, command, words, seconds=10):
        """Waits until the answer to a command has the words."""
        return process.wait_until(
            lambda: words in self.scene.box.shell(command), seconds,
            f"'{command}' to say '{words}'")

    def connections(self):
        """How many TCP connections the box has made so far, by its log."""
        return self.scene.box.shell("show log").count(": connected by ")

    def requests(self, transport):
        """The methods of the box's requests by a transport, as the wire saw them."""
        words = self.scene.wire.ladder(f"{transport} && sip")
        return [word.rstrip(">") for word in words if word.endswith(">")]


class Calls(StreamTest):
    """Registration and calls in both directions by TCP."""

    def test_registration(self):
        self.assertIn(";transport=tcp", self.scene.sbc.binding("6001"))
        self.box_says("show status", f"{self.scene.sbc.endpoint} by TCP: connected for ")
        self.assertEqual(self.connections(), 1)
        self.assert_clean_end()
        self.assertEqual(self.scene.wire.ladder(
            f"udp && sip && ip.addr == {self.scene.network.box}"), [], "nothing by UDP")

    def test_outgoing_call(self):
        self.make_speech()
        self.assert_outgoing_call(FAR)
        self.assertEqual(self.connections(), 1, "one connection for everything")
        self.assert_clean_end()

    def test_incoming_call(self):
        """The SBC has no connection to our port, and makes one."""
        self.incoming()
        self.assert_clean_end()

    def incoming(self):
        """A call to the box, answered here, ended there."""
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMU",), name="caller").start()
        self.addCleanup(far.stop)
        far.call(f"sip:6001@{self.scene.network.sbc}")
        self.answer_briefly(far)

    def test_changed_while_it_runs(self):
        """To UDP and back without a restart: the SBC has one binding each time."""
        box = self.scene.box
        for transport, is_stream in (("udp", False), ("tcp", True)):
            box.dialogue("configure", f"sip transport {transport}", "commit", "exit")
            process.wait_until(
                lambda wanted=is_stream: ("transport=tcp" in self.scene.sbc.binding("6001"))
                == wanted, 5, f"a binding by {transport}")
        self.assert_clean_end()


class LostConnection(StreamTest):
    """The connection goes in the middle of a call: the call lives, its BYE makes a new one."""

    lifetime = 3
    numbers = ("6001",)

    def prepare(self):
        super().prepare()
        self.scene.settings += ["sip keep-alive 0"]

    def test_call_survives(self):
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.box_says("show log", "TCP: the connection ended", 20)
        self.assertIn("talking", self.scene.box.shell("show ports"))
        self.phone.hang_up()
        far.wait_ended()
        self.assertGreaterEqual(self.connections(), 2)
        self.assert_clean_end()


class KeptAlive(StreamTest):
    """CRLF keeps a connection that the SBC would end after three silent seconds."""

    lifetime = 4

    def prepare(self):
        super().prepare()
        self.scene.settings += ["sip keep-alive 2"]

    def test_kept(self):
        self.phone.do("pause 9000")
        self.assertEqual(self.connections(), 1)
        self.assertNotIn("the connection ended", self.scene.box.shell("show log"))
        self.assert_clean_end()


class Restart(StreamTest):
    """An SBC that dies and comes back without its bindings."""

    def test_registered_again(self):
        self.scene.sbc.kill()
        self.box_says("show status", "Connection refused")
        self.box_says("explain port 1", "; no connection: Connection refused")
        self.scene.sbc.start()
        self.scene.sbc.wait_registered("6001", 8)
        self.box_says("show status", "by TCP: connected for ")
        self.assert_clean_end()


class Failover(StreamTest):
    """Two SBCs by TCP: the second takes over at once when the first takes no connection."""

    def prepare(self):
        super().prepare()
        network = self.scene.network
        self.backup = kamailio.Kamailio(
            self.scene.run, self.numbers, name="backup", address=network.backup,
            streams=True).start()
        self.addCleanup(self.backup.stop)
        self.backup.add_trunk(SECOND_FAR, network.second_far)
        self.scene.settings += [f"sip backup-server {network.backup}", "sip heartbeat 5"]

    def test_first_dies(self):
        party = linphone.Linphone(
            self.scene.run, SECOND_FAR, self.scene.network.second_far, name="second").start()
        self.addCleanup(party.stop)
        party.answer_by_itself()
        self.scene.sbc.kill()
        self.backup.wait_registered("6001", 5)
        self.dial(SECOND_FAR)
        party.wait_connected()
        self.phone.hang_up()
        party.wait_ended()


class LongRequest(StreamTest):
    """RFC 3261 §18.1.1: a request that is too long for a datagram goes by TCP."""

    transport = "udp"

    def prepare(self):
        super().prepare()
        # With all this the INVITE is long enough.
        self.scene.settings += [
            "sip profile ims", f"sip user-agent {'x' * 64}", f"port 1 display-name {'z' * 64}",
            'sip access-network "ADSL;dsl-location=\\"' + "y" * 100 + '\\""']

    def long_call(self):
        """A call with an INVITE above 1,300 bytes."""
        self.call_briefly(FAR)

    def test_by_tcp(self):
        self.long_call()
        self.assertEqual(self.connections(), 1)
        self.assert_clean_end()
        self.assertIn("INVITE", self.requests("tcp"))
        self.assertIn("REGISTER", self.requests("udp"))


class LongRequestRefused(LongRequest):
    """The same where nobody takes TCP: by UDP after all."""

    def prepare(self):
        super().prepare()
        self.scene.sbc.streams = False

    def test_by_tcp(self):
        self.long_call()
        self.assertEqual(self.connections(), 0)
        self.box_says("show log", "TCP: Connection refused")
        self.assert_clean_end()
        self.assertIn("INVITE", self.requests("udp"))


class SecureTest(StreamTest):
    """An SBC by TLS with a certificate of an authority that the box trusts."""

    transport = "tls"
    days = 365

    def prepare(self):
        super().prepare()
        self.authority = authority.Authority(self.scene.run)
        self.scene.sbc.tls = self.server_certificate()
        self.scene.server = f"{self.scene.network.sbc} port 5061"
        self.scene.settings += [f"tls trust {self.authority.certificate}"]

    def server_certificate(self):
        """What the SBC shows."""
        return self.authority.server(self.scene.network.sbc, days=self.days)


class SecureCalls(SecureTest):
    """Registration and calls in both directions by one TLS connection."""

    def test_calls(self):
        self.assertIn(";transport=tls", self.scene.sbc.binding("6001"))
        self.make_speech()
        self.assert_outgoing_call(FAR)
        Calls.incoming(self)
        self.assertEqual(self.connections(), 1)
        self.box_says("show registrations detail", "by TLS: connected for ")
        self.assert_clean_end()
        self.assertEqual(self.scene.wire.ladder(
            f"sip && ip.addr == {self.scene.network.box}"), [], "nothing in the clear")

    def test_restart(self):
        """The SBC dies and comes back without its bindings."""
        self.scene.sbc.kill()
        self.scene.sbc.start()
        self.scene.sbc.wait_registered("6001", 8)
        self.assert_clean_end()


class SecureURIs(SecureTest):
    """RFC 5630: every URI of the box is `sips`; to the far party the SBC speaks plain SIP."""

    def prepare(self):
        super().prepare()
        self.scene.settings += ["sip scheme sips"]

    def test_calls(self):
        self.assertRegex(self.scene.sbc.binding("6001"), "^sips:6001@[0-9.]+:[0-9]+$")
        self.make_speech()
        self.assert_outgoing_call(FAR)
        Calls.incoming(self)
        self.assertEqual(self.connections(), 1)
        self.assert_clean_end()
        # What the SBC passed on shows what it was given.
        contacts = self.scene.wire.packets(
            f"ip.dst == {self.scene.network.far} && sip.CSeq.method == \"INVITE\""
            " && sip.contact.uri", ["sip.contact.uri"])
        self.assertEqual(
            {packet["sip.contact.uri"].split(":")[0] for packet in contacts}, {"sips"})


class NearItsEnd(SecureTest):
    """A certificate that ends soon is used and complained of."""

    days = 9

    def test_warning(self):
        self.box_says("show log", "SBC: the server's certificate expires in ")
        self.assert_clean_end()


class RefusedSBC(SecureTest):
    """Nobody registers at an SBC that is not who it should be; the words say why."""

    registered = False

    def refuse(self, words):
        """The SBC is refused with these words, which `explain` repeats."""
        self.box_says("show log", f"TLS: {words}")
        self.assertIn(words, self.scene.box.shell("explain port 1"))
        self.assertIsNone(self.scene.sbc.binding("6001"))


class StrangeAuthority(RefusedSBC):
    """A certificate that somebody else has signed."""

    def server_certificate(self):
        return authority.Authority(self.scene.run, "stranger").server(self.scene.network.sbc)

    def test_refused(self):
        self.refuse("the server's certificate is from nobody in tls trust")


class OtherName(RefusedSBC):
    """A certificate for another address."""

    def server_certificate(self):
        return self.authority.server("127.0.0.77")

    def test_refused(self):
        self.refuse("the server's certificate is for another name")


class Listener(StreamTest):
    """The box's own TCP port: open to SBCs alone, and unmoved by what they send."""

    transport = "udp"

    def connect(self, source):
        """A connection from an address to the box's SIP port."""
        connection = socket.create_connection(
            (self.scene.network.box, 5060), timeout=5, source_address=(source, 0))
        self.addCleanup(connection.close)
        return connection

    def test_strangers_are_closed(self):
        connection = self.connect(self.scene.network.far)
        self.assertEqual(connection.recv(1), b"")
        self.box_says("show counters", "datagrams from a stranger")
        self.assert_clean_end()

    def test_bad_bytes(self):
        """Nonsense ends the connection, a keep-alive is answered, OPTIONS as well."""
        nonsense = self.connect(self.scene.network.sbc)
        nonsense.sendall(b"GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        self.assertEqual(nonsense.recv(1), b"")
        good = self.connect(self.scene.network.sbc)
        good.sendall(b"\r\n\r\n")
        self.assertEqual(good.recv(2), b"\r\n")
        host = self.scene.network.sbc
        request = "\r\n".join([
            f"OPTIONS sip:6001@{self.scene.network.box} SIP/2.0",
            f"Via: SIP/2.0/TCP {host}:5060;branch=z9hG4bKlab;rport", "Max-Forwards: 70",
            f"From: <sip:lab@{host}>;tag=1", f"To: <sip:6001@{self.scene.network.box}>",
            "Call-ID: lab-1", "CSeq: 1 OPTIONS", "Content-Length: 0", "", ""]).encode()
        for piece in (request[:100], request[100:]):
            good.sendall(piece)
        self.assertTrue(good.recv(4096).startswith(b"SIP/2.0 200 "))
        self.assert_clean_end()


if __name__ == "__main__":
    unittest.main()
