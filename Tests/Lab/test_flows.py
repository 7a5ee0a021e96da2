"""Registration by a flow (RFC 5626), kept as the SBC wants it (RFC 6223)."""

import unittest

from lab import linphone
from test_calls import FAR
from test_transports import StreamTest


class FlowTest(StreamTest):
    """A registrar that knows flows."""

    registered = False

    def prepare(self):
        super().prepare()
        self.scene.sbc.outbound = True
        self.scene.settings += ["sip keep-alive 0"]

    def setUp(self):
        super().setUp()
        self.scene.sbc.wait_registered("6001")

    def caller(self):
        """A far party that calls the box."""
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMU",), name="caller").start()
        self.addCleanup(far.stop)
        far.call(f"sip:6001@{self.scene.network.sbc}")
        return far


class Flows(FlowTest):
    """Calls come by the connection that the box made, where the SBC can do so."""

    def test_flow(self):
        """The binding has our instance and flow; a call comes by it and asks for the same way."""
        sbc, network = self.scene.sbc, self.scene.network
        self.box_says("show registrations detail", "flow          1\n")
        self.assertEqual(sbc.binding_field("6001", "Reg-Id"), "1")
        self.assertRegex(sbc.binding_field("6001", "Instance"), "<urn:uuid:")
        far = self.caller()
        self.answer_briefly(far)
        far.stop()
        self.assert_clean_end()
        wire = self.scene.wire
        calls = wire.packets(
            f'ip.src == {network.sbc} && ip.dst == {network.box} && sip.Method == "INVITE"',
            ["tcp.dstport"])
        self.assertEqual(len(calls), 1)
        # The SBC would connect to this port; the flow has another one.
        self.assertNotEqual(calls[0]["tcp.dstport"], "5060")
        answers = wire.packets(
            f'ip.src == {network.sbc} && sip.CSeq.method == "REGISTER" && sip.Status-Code == 200',
            ["sip.Require", "sip.Via"])
        self.assertEqual({packet["sip.Require"] for packet in answers[:1]}, {"outbound"})
        talked = wire.packets(
            f'ip.src == {network.box} && sip.CSeq.method == "INVITE" && sip.Status-Code == 200',
            ["sip.Contact"])
        self.assertIn(";ob>", talked[0]["sip.Contact"])

    def test_first_hop_lacks_support(self):
        """439: registered at once, without a flow."""
        self.scene.sbc.set_fault("noflow")
        self.scene.sbc.forget_binding("6001")
        self.scene.box.shell("register now")
        self.scene.sbc.wait_registered("6001")
        self.assertIn("knows no flows (RFC 5626)", self.scene.box.shell("show log"))
        self.assertEqual(self.scene.sbc.binding_field("6001", "Reg-Id"), "0", "none")
        self.assert_clean_end()


class Kept(FlowTest):
    """An SBC that ends silent connections after 8 s, and says how often it wants a ping."""

    lifetime = 8

    def test_kept_as_wanted(self):
        """The Via that comes back with keep=5 counts more than Flow-Timer and what is set."""
        self.scene.sbc.set_fault("keep", 5)
        self.scene.box.shell("register now")
        self.phone.do("pause 11000", 14)
        self.assertEqual(self.connections(), 1)
        self.assertNotIn("the connection ended", self.scene.box.shell("show log"))
        self.assert_clean_end()
        pings = self.scene.wire.packets(
            f"ip.src == {self.scene.network.box} && tcp.len == 4", ["tcp.payload"])
        self.assertGreaterEqual([ping["tcp.payload"] for ping in pings].count("0d0a0d0a"), 2)


if __name__ == "__main__":
    unittest.main()


class Datagrams(FlowTest):
    """A flow of UDP, kept by STUN (RFC 5626 §4.4.2), which the SBC answers at its SIP port."""

    transport = "udp"

    def prepare(self):
        super().prepare()
        self.scene.settings += ["sip outbound on"]

    def test_flow(self):
        """The binding has our flow, a call comes, and STUN says where the SBC sees us."""
        sbc, network = self.scene.sbc, self.scene.network
        self.box_says("show registrations detail", "flow          1\n")
        self.assertEqual(sbc.binding_field("6001", "Reg-Id"), "1")
        far = self.caller()
        self.answer_briefly(far)
        far.stop()
        sbc.set_fault("keep", 5)
        self.scene.box.shell("register now")
        self.box_says("show counters", "keep-alives", 12)
        self.assert_clean_end()
        answers = self.scene.wire.packets(
            f"ip.src == {network.sbc} && stun.type == 0x0101",
            ["stun.att.ipv4", "stun.att.port", "ip.dst", "udp.dstport"])
        self.assertGreater(len(answers), 0)
        for answer in answers:
            self.assertEqual(
                (answer["stun.att.ipv4"], answer["stun.att.port"]),
                (network.box, answer["udp.dstport"]))
