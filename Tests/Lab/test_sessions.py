"""Reliable provisional responses and session timers, with SIPp as the far party."""

from lab import scene, sipp, speech
from test_calls import SceneTest

FAR = scene.FAR_NUMBER


class SessionTest(SceneTest):
    """What these tests ask of the wire."""

    def play(self, steps, name, calls=False):
        """Starts a far party that is called, or one that calls."""
        network = self.scene.network
        return self.scene.play(sipp.Sipp(
            self.scene.run, steps, network.second_far if calls else network.far, name))

    def said(self, display_filter, field):
        """A field of every message between box and SBC that the filter lets through."""
        ends = f"ip.addr == {self.scene.network.box} && ip.addr == {self.scene.network.sbc}"
        return [packet[field] for packet in
                self.scene.wire.packets(f"{ends} && ({display_filter})", [field])]

    def ladder(self, display_filter):
        """The ladder between box and SBC."""
        return self.scene.wire.ladder(f"ip.addr == {self.scene.network.box} && ({display_filter})")


class Reliable(SessionTest):
    """RFC 3262, both roles."""

    def test_reliable_early_media(self):
        raw = self.run_path("early.alaw")
        speech.to_a_law(speech.make(self.scene.run.folder, "early", speech.INCOMING_TEXT), raw)
        flow = self.play(sipp.reliable_early_media(raw, 3000, 1000), "early")
        self.dial(FAR)
        self.phone.wait("speech", 5)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        acknowledged = self.said("sip.Method == PRACK", "sip.RAck")
        self.assertRegex(" ".join(acknowledged), r"^4711 \d+ INVITE 4712 \d+ INVITE$")
        self.assertEqual(
            self.ladder("sip.CSeq.method == PRACK"), 2 * ["PRACK>", "200 PRACK<"])

    def test_required_by_caller(self):
        flow = self.play(sipp.call_reliably("6001", 0, 500), "caller", calls=True)
        self.phone.wait("ring", 5)
        self.phone.do("pause 500")  # Nobody lifts before a PRACK that is on its way.
        self.phone.lift()
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(self.said("sip.Status-Code == 180", "sip.Require"), ["100rel"])
        self.assertEqual(
            self.ladder("sip.CSeq.method == PRACK || sip.Status-Code == 200 && "
                        "sip.CSeq.method == INVITE"),
            ["PRACK<", "200 PRACK>", "200 INVITE>"])

    def test_answer_waits_for_acknowledgement(self):
        flow = self.play(sipp.call_reliably("6001", 2000, 500, offers=False), "caller", calls=True)
        self.phone.wait("ring", 5)
        self.phone.lift()
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        # The 180 with the offer came again after 0.5 and 1.5 s; the phone was lifted long before.
        self.assertEqual(
            self.ladder("sip.Status-Code == 180 || sip.CSeq.method == PRACK || "
                        "sip.Status-Code == 200 && sip.CSeq.method == INVITE"),
            3 * ["180 INVITE>"] + ["PRACK<", "200 PRACK>", "200 INVITE>"])
        self.assertEqual(
            self.said("sip.Status-Code == 200 && sip.CSeq.method == INVITE", "sdp.version"), [""])


class Timers(SessionTest):
    """RFC 4028, both roles."""

    settings = ("sip session expires 300",)

    def test_longer_interval(self):
        flow = self.play(sipp.demand_interval(2400, 500), "demand")
        self.dial(FAR)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        asked = self.said("sip.Method == INVITE && sip.Proxy-Authorization", "sip.Session-Expires")
        self.assertEqual(asked, ["300", "2400"])
        self.assertEqual(self.said("sip.Min-SE && sip.Method == INVITE", "sip.Min-SE"), ["2400"])

    def test_refresh_received(self):
        flow = self.play(sipp.refresh(90, 500), "refresh")
        self.dial(FAR)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        answered = self.said(
            f"ip.src == {self.scene.network.box} && sip.Status-Code == 200 && "
            "(sip.CSeq.method == UPDATE || sip.CSeq.method == INVITE)", "sip.Session-Expires")
        self.assertEqual(answered, 2 * ["90;refresher=uac"])

    def test_refresh_sent(self):
        flow = self.play(sipp.be_refreshed(90), "refreshed")
        self.dial(FAR)
        self.phone.wait("tone busy", 60)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(
            self.said("sip.Method == UPDATE", "sip.Session-Expires"), ["90;refresher=uac"])
        answered, refreshed = (
            next(packet.at for packet in self.scene.wire.sip(
                f"ip.addr == {self.scene.network.box} && ({words})"))
            for words in ("sip.Status-Code == 200 && sip.CSeq.method == INVITE",
                          "sip.Method == UPDATE"))
        self.assertAlmostEqual(refreshed - answered, 45, delta=1)
