"""A real IMS core: CSCFs of Kamailio's IMS modules, an HSS behind them, calls through it all."""

import re
import unittest

from lab import aka, hss, ims, linphone, process
from lab.diameter import SUCCESS
from test_calls import ARCHITECTURE, FAR, SceneTest

KEY, OPC = "465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf"
ACCESS = 'GPON;fiber-location="A7"'
ABSENT = "6003"
#: Where the sequence number of the card stands, long after its first day.
SEQUENCE = 1000 * hss.SEQUENCE_STEP


class Core(SceneTest):
    """Port 1 proves itself by MD5, port 2 by AKA; a third subscriber is not there."""

    numbers = ("6001", "6002")
    key = KEY

    @property
    def settings(self):
        """What the box is provisioned with, beside its passwords."""
        return [
            "sip profile ims", 'sip access-network "GPON;fiber-location=\\"A7\\""',
            f"port 1 user {ims.private_of('6001')}", f"port 2 user {ims.private_of('6002')}",
            f"port 2 aka key {self.key}", f"port 2 aka opc {OPC}"]

    def make_scene(self, name):
        self.card = ims.subscriber("6002", aka.HomeNetwork(KEY, OPC))
        self.card.sequence = SEQUENCE
        subscribers = [ims.subscriber("6001"), self.card, ims.subscriber(ABSENT)]
        return ims.CoreScene(name, self.numbers, self.settings, ARCHITECTURE, subscribers)

    @property
    def core(self):
        """The core of the scene."""
        return self.scene.sbc

    def details(self, port):
        """What the box has learnt for one port."""
        text = self.scene.box.shell("show registrations detail")
        return re.search(rf"^port {port}: .*(?:\n  .*)*", text, re.M).group(0)

    def wait_details(self, port, pattern, seconds=10):
        """Waits until the box says it of a port."""
        return process.wait_until(
            lambda: re.search(pattern, self.details(port)), seconds,
            f"'{pattern}' of port {port}")

    def wait_assigned(self, number, *kinds):
        """Waits until the HSS was told these kinds of SAR, one after the other."""
        process.wait_until(
            lambda: self.core.assignments(number) == list(kinds), 5, f"SARs {kinds} of {number}")

    def requests(self, fields, display_filter="ip.dst"):
        """Fields of the requests that arrived somewhere in the core."""
        return self.scene.wire.packets(f"sip.Method && {display_filter}", fields)


class Registration(Core):
    """Three REGISTERs and what they lead to at every node."""

    def test_both_digests(self):
        """MD5 and AKA; the HSS sees a registration, a re-registration and its end."""
        for port, number in enumerate(self.numbers, 1):
            self.wait_details(port, "reg event +subscribed")
            said = self.details(port)
            names = [f"<{name}>" for name in (
                ims.default_identity(number), ims.registered_identity(number),
                f"tel:{ims.PREFIX}{number}")]
            self.assertIn(f"identity      {names[0]}", said)
            self.assertIn(f"identities    {', '.join(names)}", said)
            self.assertIn(f"route         <sip:orig@{self.core.scscf.endpoint};lr>", said)
            self.assertIn(f"path          <sip:term@{self.core.pcscf.endpoint};lr>", said)
        self.scene.box.shell("register now")
        for number in self.numbers:
            self.wait_assigned(number, hss.REGISTRATION, hss.RE_REGISTRATION)
        self.assert_clean_end()
        for number in self.numbers:
            self.wait_assigned(
                number, hss.REGISTRATION, hss.RE_REGISTRATION, hss.USER_DEREGISTRATION)
            asked = [code for code, _, public, _ in self.core.hss.requests
                     if public == ims.registered_identity(number)]
            self.assertEqual(asked[:4], [
                hss.USER_AUTHORIZATION, hss.AUTHENTICATION, hss.USER_AUTHORIZATION,
                hss.SERVER_ASSIGNMENT])
        self.assert_challenges()
        self.assert_access_network()

    def assert_challenges(self):
        """The first Authorization is empty; the keys of AKA stay inside of the core."""
        box = self.scene.network.box
        for number, algorithm in (("6001", "MD5"), ("6002", "AKAv1-MD5")):
            sent = self.requests(
                ["sip.auth.nonce", "sip.auth.username", "sip.auth.algorithm"],
                f'ip.src == {box} && sip.from.user == "{number}" && sip.Method == "REGISTER"')
            self.assertEqual(
                (sent[0]["sip.auth.nonce"], sent[0]["sip.auth.username"]),
                ('""', f'"{ims.private_of(number)}"'))
            self.assertEqual(sent[1]["sip.auth.algorithm"], algorithm)
        told = self.scene.wire.packets(
            'sip.Status-Code == 401 && (sip contains "ck=" || sip contains "ik=")', ["ip.dst"])
        keepers = {one["ip.dst"] for one in told}
        self.assertIn(self.core.pcscf.address, keepers)
        self.assertNotIn(box, keepers)

    def assert_access_network(self):
        """What the box says of its access line comes to the S-CSCF, with every request."""
        seen = self.requests(
            ["sip.Method", "sip.P-Access-Network-Info"],
            f"ip.dst == {self.core.scscf.address}")
        self.assertEqual({one["sip.Method"] for one in seen}, {"REGISTER", "SUBSCRIBE"})
        self.assertEqual({one["sip.P-Access-Network-Info"] for one in seen}, {ACCESS})

    def test_second_version(self):
        """An HSS that goes over to AKAv2: the S-CSCF challenges so, and takes the answer."""
        self.wait_details(2, "reg event +subscribed")
        self.card.version = 2
        self.scene.box.shell("register now")
        self.wait_assigned("6002", hss.REGISTRATION, hss.RE_REGISTRATION)
        self.assert_clean_end()
        sent = self.requests(
            ["sip.auth.algorithm"],
            f'ip.src == {self.scene.network.box} && sip.from.user == "6002" '
            '&& sip.Method == "REGISTER"')
        self.assertIn("AKAv2-MD5", [one["sip.auth.algorithm"] for one in sent])

    def test_sequence_number(self):
        """An HSS that has lost the card's SQN is told it, and everything goes on."""
        self.card.sequence = 0
        behind = self.core.hss.requests.copy()
        self.scene.box.shell("register now")
        self.wait_assigned("6002", hss.REGISTRATION, hss.RE_REGISTRATION)
        self.assertGreater(self.card.sequence, SEQUENCE)
        asked = [code for code, _, public, _ in self.core.hss.requests[len(behind):]
                 if public == ims.registered_identity("6002")]
        self.assertEqual(asked.count(hss.AUTHENTICATION), 2)
        self.assert_clean_end()


class Calls(Core):
    """Calls along P-CSCF, S-CSCF, I-CSCF, S-CSCF and P-CSCF."""

    def setUp(self):
        super().setUp()
        self.make_speech()
        for port in (1, 2):
            self.wait_details(port, "reg event +subscribed")

    def test_within(self):
        """Speech both ways, three numbers that ring elsewhere, and an operator who ends it all."""
        self.call_port_to_port()
        self.call_nobody()
        # A binding that is older than half a minute is renewed without a pause.
        self.wait_details(1, r"expires in +0:08:[0-2]\d", 30)
        self.end_registration()
        self.assert_clean_end()
        self.assert_route(ims.default_identity("6001"))

    def call_port_to_port(self):
        """The identity that the network knows is what is shown, and both speak."""
        self.dial("6002")
        caller = self.other.wait("caller-id", 8)
        self.assertIn(f"number={ims.PREFIX[1:]}6001", caller.text)
        self.other.lift()
        self.other.wait("silence", 5)
        self.converse()

    def call_nobody(self):
        """A number that nobody has, and a subscriber who is not there."""
        self.dial("7999")
        self.phone.wait("tone vacant", 6)
        self.phone.hang_up()
        self.dial(ABSENT)
        self.phone.wait("tone busy", 6)
        self.phone.hang_up()

    def end_registration(self):
        """RTR: the S-CSCF tells of it without a reason; the box comes back, and is called."""
        self.assertEqual(self.core.terminate("6001"), SUCCESS)
        self.core.wait_registered("6001")
        self.wait_details(1, "reg event +subscribed")
        self.dial("6001", self.other)
        self.phone.wait("ring", 5)
        self.other.hang_up()
        self.phone.wait("ring-end", 12)
        self.assertEqual(self.core.assignments("6002"), [hss.REGISTRATION])

    def assert_route(self, identity):
        """The INVITE goes along the Service-Route and comes along the Path."""
        box = self.scene.network.box
        invites = self.requests(
            ["ip.src", "ip.dst", "sip.Route", "sip.P-Preferred-Identity",
             "sip.P-Asserted-Identity", "sip.P-Access-Network-Info"],
            'sip.Method == "INVITE" && !sip.to.tag && sip.to.user == "6002"')
        self.assertEqual(
            [(one["ip.src"], one["ip.dst"]) for one in invites], [
                (box, self.core.pcscf.address),
                (self.core.pcscf.address, self.core.scscf.address),
                (self.core.scscf.address, self.core.icscf.address),
                (self.core.icscf.address, self.core.scscf.address),
                (self.core.scscf.address, self.core.pcscf.address),
                (self.core.pcscf.address, box)])
        self.assertEqual(
            invites[0]["sip.Route"], f"<sip:orig@{self.core.scscf.endpoint};lr>")
        self.assertEqual(invites[0]["sip.P-Preferred-Identity"], f"<{identity}>")
        self.assertEqual(invites[0]["sip.P-Access-Network-Info"], ACCESS)
        self.assertEqual(
            invites[4]["sip.Route"], f"<sip:term@{self.core.pcscf.endpoint};lr>")
        self.assertEqual(
            {one["sip.P-Asserted-Identity"] for one in invites[1:]}, {f"<{identity}>"})

    def test_beyond(self):
        """Calls from and to a far party outside of the core: speech one way, a digit back."""
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMA",)).start()
        self.addCleanup(far.stop)
        far.speak(self.theirs)
        # By the identity that the box has not registered itself, but that came with the set.
        far.call(f"sip:{ims.PREFIX}6001@{self.core.icscf.address}")
        self.assertIn(FAR, self.phone.wait("caller-id", 8).text)
        self.phone.lift()
        far.wait_connected()
        self.phone.wait("speech", 5)
        self.phone.dial("5")
        far.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assertEqual(far.digits_heard(), "5")
        far.answer_by_itself()
        self.dial(FAR)
        far.wait_connected()
        self.phone.hang_up()
        far.wait_ended()
        far.stop()
        self.assert_clean_end()


class Ended(Core):
    """The operator ends registrations that are young, and then does not want us."""

    def test_young(self):
        """A network that ends what it has just granted gets the next REGISTER after a pause."""
        for port in (1, 2):
            self.wait_details(port, "reg event +subscribed")
        self.assertEqual(self.core.terminate("6001"), SUCCESS)
        self.wait_details(1, r"next try in +0:00:[1-5]\d")
        self.assertEqual(self.core.assignments("6001"), [hss.REGISTRATION])
        gone = self.core.hss.find(ims.registered_identity("6001"))
        self.core.hss.subscribers.remove(gone)
        self.scene.box.shell("register now")
        self.wait_details(1, "port 1: refused with 403")
        self.assertIn("forbids 6001", self.scene.box.shell("explain port 1"))
        self.core.hss.subscribers.append(gone)
        self.scene.box.shell("register now")
        self.core.wait_registered("6001")
        self.wait_details(1, "port 1: registered")
        self.assert_clean_end()


class WrongSecrets(Core):
    """A password and a key that are not those of the HSS."""

    registered = False
    key = KEY[::-1]

    def make_scene(self, name):
        made = super().make_scene(name)
        made.sbc.hss.find(ims.registered_identity("6001")).password = "another"
        return made

    def test_wrong(self):
        self.wait_details(1, "port 1: refused with 403")
        said = self.scene.box.shell("explain port 1")
        self.assertIn("the password or the key is wrong", said)
        self.wait_details(2, "port 2: challenge made with another key")
        self.assertIn("check aka key", self.scene.box.shell("explain port 2"))
        self.assertEqual(self.core.assignments("6001") + self.core.assignments("6002"), [])
        self.assert_clean_end()


if __name__ == "__main__":
    unittest.main()
