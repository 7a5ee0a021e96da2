"""A trunk that registers for all ports at once (RFC 6140)."""

import unittest

from lab import kamailio, linphone, process
from test_calls import FAR, SceneTest

TRUNK = "6000"


class Trunk(SceneTest):
    """Two ports behind one registration; the SBC checks what a bulk REGISTER has to say."""

    registered = False
    settings = (
        f"sip trunk name {TRUNK}", f"sip trunk password {kamailio.password_of(TRUNK)}")

    def prepare(self):
        self.scene.sbc.users = [TRUNK, *self.numbers]

    def setUp(self):
        super().setUp()
        for number in ("6001", "6002", "6009"):
            self.scene.sbc.add_bulk_number(number, TRUNK)

    def call_from_far(self, number):
        """A caller at the far side."""
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMU",), name=f"to-{number}").start()
        self.addCleanup(far.stop)
        far.call(f"sip:{number}@{self.scene.network.sbc}")
        return far

    def test_calls(self):
        """Each number rings its port, an unknown one none; a call out has the port's number."""
        binding = self.scene.sbc.wait_registered(TRUNK)
        self.assertEqual(binding, f"sip:{self.scene.network.box}:5060;bnc")
        said = self.scene.box.shell("show registrations")
        self.assertEqual(said.count(" registered "), 2, said)
        self.assertIsNone(self.scene.sbc.binding("6001"))
        far = self.call_from_far("6002")
        second = self.scene.phones[1]
        second.wait("ring", 5)
        second.lift()
        far.wait_connected()
        far.hang_up()
        second.wait("tone busy", 5)
        second.hang_up()
        far.stop()
        nobody = self.call_from_far("6009")
        process.wait_until(
            lambda: "404" in self.scene.box.shell("show log"), 5, "the refusal of 6009")
        nobody.stop()
        party = self.scene.far_party()
        self.dial(FAR)
        party.wait_connected()
        self.phone.hang_up()
        party.wait_ended()
        party.stop()
        self.assertEqual(self.scene.box.stop(), 0)
        self.scene.sbc.wait_unregistered(TRUNK)
        self.scene.wire.stop()
        self.assertEqual([packet.fields for packet in self.scene.wire.malformed()], [])
        self.assert_wire()

    def assert_wire(self):
        """What the wire says: gin in every REGISTER, the port's own number in calls."""
        box = self.scene.network.box
        registers = self.scene.wire.packets(
            f'ip.src == {box} && sip.Method == "REGISTER"',
            ["sip.Require", "sip.Proxy-Require", "sip.to.user", "sip.Contact"])
        self.assertTrue(registers)
        for packet in registers:
            self.assertEqual(
                [packet[name] for name in ("sip.Require", "sip.Proxy-Require", "sip.to.user")],
                ["gin", "gin", TRUNK])
        invites = self.scene.wire.packets(
            f'ip.src == {box} && sip.Method == "INVITE"', ["sip.from.user", "sip.auth.username"])
        self.assertEqual({packet["sip.from.user"] for packet in invites}, {"6001"})
        self.assertIn(f'"{TRUNK}"', {packet["sip.auth.username"] for packet in invites})
        self.assertIn("404 INVITE>", self.scene.wire.ladder())

    def test_unsupported(self):
        """A registrar that knows no trunks: the box says so, and asks in no hurry."""
        self.scene.sbc.wait_registered(TRUNK)
        self.scene.sbc.set_fault("nobulk")
        self.scene.box.shell("register now")
        process.wait_until(
            lambda: "SBC knows no trunks" in self.scene.box.shell("show registrations"), 10,
            "the refusal")
        said = self.scene.box.shell("explain port 2")
        self.assertIn("the SBC registers no trunks (RFC 6140)", said)
        self.assertRegex(said, r"next try in 0:(09|1\d|20):")


if __name__ == "__main__":
    unittest.main()
