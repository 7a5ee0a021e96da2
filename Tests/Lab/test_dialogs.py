"""Dialogs that a far party bends (RFC 3261, 3262, 3311, 5009, 6228), with SIPp as that party."""

from lab import dialogs, scene, sipp, speech
from test_sessions import SessionTest

FAR = scene.FAR_NUMBER


class Called(SessionTest):
    """The box calls."""

    def until_busy(self, flow):
        """Dials, and waits until the far party has hung up."""
        self.dial(FAR)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_forks(self):
        self.until_busy(self.play(dialogs.forks(500), "forks"))
        self.assertEqual(
            self.ladder("sip.Method == ACK || sip.CSeq.method == BYE"),
            # The first ACK is that of the challenge.
            ["ACK>", "ACK>", "ACK>", "BYE>", "200 BYE<", "BYE<", "200 BYE>"])
        self.assertEqual(
            [tag[:3] for tag in self.said("sip.Method == BYE", "sip.to.tag")][:1], ["thr"])

    def test_answer_in_another_dialog(self):
        self.until_busy(self.play(dialogs.answer_unreliably_first(), "other"))
        self.assertEqual(
            self.ladder("sip.Method == PRACK || sip.Method == ACK"), ["ACK>", "PRACK>", "ACK>"])

    def test_both_laws(self):
        raw = self.run_path("other-law.alaw")
        speech.to_a_law(
            speech.make(self.scene.run.folder, "other-law", speech.INCOMING_TEXT), raw)
        flow = self.play(dialogs.answer_with_both_laws(raw, 4000), "laws")
        self.dial(FAR)
        self.phone.wait("speech", 6)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_answer_crosses_cancel(self):
        flow = self.play(dialogs.answer_a_cancel(), "cross")
        self.dial(FAR)
        self.phone.wait("tone ringback", 5)
        self.phone.hang_up()
        flow.wait_done()
        self.assert_clean_end()
        self.assertEqual(
            self.ladder("sip.Method == CANCEL || sip.Method == ACK || sip.Method == BYE"),
            ["ACK>", "CANCEL>", "ACK>", "BYE>"])

    def test_redirected(self):
        flow = self.play(
            sipp.refuse(302, "Moved Temporarily", "Contact: <sip:6002@lab.example>\n"), "moved")
        self.dial(FAR)
        self.phone.wait("tone congestion", 5)
        flow.wait_done()
        self.phone.hang_up()
        self.assertEqual(self.other.events("ring"), [], "nobody is called by a stranger's word")
        self.assert_clean_end()

    def test_transferred_without_a_subscription(self):
        flow = self.play(dialogs.transfer_quietly("6002", 300), "quiet")
        self.dial(FAR)
        self.other.wait("ring", 10)
        self.other.lift()
        flow.wait_done()
        self.other.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(self.ladder("sip.Method == NOTIFY"), [])


class Written(SessionTest):
    """How numbers are written, and withheld (RFC 3966, RFC 3323, RFC 3325)."""

    settings = ("sip number-form phone", "port 1 privacy id")

    def test_withheld(self):
        flow = self.play(sipp.answer_and_leave(300), "private")
        self.dial(FAR)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        invite = flow.received("INVITE")[0]
        self.assertRegex(invite, f"^INVITE sip:{FAR}@lab.example;user=phone SIP/2.0")
        self.assertIn("<sip:anonymous@anonymous.invalid>;tag=", invite)
        self.assertIn("\nPrivacy: id", invite)


class Authorized(SessionTest):
    """Early media by the network's word (RFC 5009)."""

    settings = ("sip profile ims",)

    def play_early(self, value):
        """A far party with media before the answer, and the network's word on it."""
        raw = self.run_path("early.alaw")
        speech.to_a_law(speech.make(self.scene.run.folder, "early", speech.INCOMING_TEXT), raw)
        flow = self.play(dialogs.authorized_media(raw, value, 3000), "early")
        self.dial(FAR)
        return flow

    def finish(self, flow):
        """The call is refused in the end."""
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(
            set(self.said("sip.Method == INVITE", "sip.P-Early-Media")), {"supported"})

    def test_authorized(self):
        flow = self.play_early("sendrecv")
        self.phone.wait("speech", 5)
        self.finish(flow)
        self.assertEqual(self.phone.events("tone ringback"), [])

    def test_denied(self):
        flow = self.play_early("inactive")
        self.phone.wait("tone ringback", 5)
        self.finish(flow)
        self.assertEqual(self.phone.events("speech"), [])


class Calling(SessionTest):
    """The far party calls."""

    def answer(self, steps, name):
        """Lifts when it rings, and waits until the far party has hung up."""
        flow = self.play(steps, name, calls=True)
        self.phone.wait("ring", 5)
        self.phone.do("pause 500")  # What comes while it rings is on its way.
        self.phone.lift()
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_methods(self):
        self.answer(dialogs.methods("6001"), "methods")
        refusals = self.said("sip.Status-Code == 405 || sip.Status-Code == 501", "sip.Allow")
        self.assertEqual(len(refusals), 2)
        for allow in refusals:
            self.assertIn("INVITE, ", allow)
            self.assertNotIn("MESSAGE", allow)
        self.assertEqual(self.said("sip.Status-Code == 420", "sip.Unsupported"), ["teapot"])

    def test_offers(self):
        self.answer(dialogs.offers("6001"), "offers")
        self.assertEqual(
            self.ladder("sip.CSeq.method == UPDATE && sip.Status-Code || sip.Status-Code == 488"),
            ["200 UPDATE>", "200 UPDATE>", "488 INVITE>"])

    def test_early_update(self):
        self.answer(dialogs.early_update("6001"), "update")
        self.assertEqual(
            self.ladder("sip.Status-Code == 200 && !(sip.CSeq.method == REGISTER)"),
            ["200 PRACK>", "200 UPDATE>", "200 INVITE>", "200 BYE>"])

    def test_update_meets_an_open_offer(self):
        self.answer(dialogs.early_update("6001", is_too_early=True), "open")
        after = self.said("sip.Status-Code == 500", "sip.Retry-After")
        self.assertEqual(len(after), 1)
        self.assertLessEqual(int(after[0]), 10)

    def test_without_offer(self):
        self.answer(dialogs.call_without_offer("6001"), "empty")
        answer = self.said(
            "sip.Status-Code == 200 && sip.CSeq.method == INVITE", "sdp.media")
        self.assertTrue(answer[0].startswith("audio "), answer)

    def test_parts(self):
        self.answer(dialogs.call_with_parts("6001"), "parts")
        answer = self.said("sip.Status-Code == 200 && sip.CSeq.method == INVITE", "sdp.media")
        self.assertTrue(answer[0].startswith("audio "), answer)

    def test_called_party(self):
        """The call is for the number that the network names, whose Contact it is or not."""
        flow = self.play(
            dialogs.say_who("6001", "P-Called-Party-ID: <sip:6002@lab.example>\n"), "called",
            calls=True)
        self.other.wait("ring", 5)
        flow.wait_done()
        self.assertEqual(self.phone.events("ring"), [])
        self.assert_clean_end()

    def identity(self, fields):
        """What the caller ID says of a call with these fields."""
        flow = self.play(
            dialogs.say_who("6001", "".join(field + "\n" for field in fields)), "who", calls=True)
        said = self.phone.wait("caller-id", 8).text
        flow.wait_done()
        return said

    def test_asserted_identity(self):
        said = self.identity([
            'P-Asserted-Identity: "Li" <sip:+861082325588@lab.example;user=phone>',
            "P-Asserted-Identity: <tel:+861082325588>"])
        self.assertIn("1082325588", said)
        self.assert_clean_end()

    def test_privacy(self):
        said = self.identity([
            "P-Asserted-Identity: <sip:+861082325588@lab.example>", "Privacy: id"])
        self.assertNotIn("82325588", said)
        self.assert_clean_end()

    def test_diverted(self):
        """The record of a call says by whom it was sent here (RFC 5806)."""
        self.identity(["Diversion: <sip:82320001@lab.example>;reason=no-answer"])
        self.assertIn("82320001", self.scene.box.shell("show calls"))
        self.assert_clean_end()
