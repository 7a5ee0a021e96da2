"""Conferences: who takes part, as the focus tells; linphone and SIPp are focuses."""

import re
import unittest

from lab import kamailio, linphone, process, sipp
from test_calls import FAR
from test_sessions import SessionTest


class ConferenceTest(SessionTest):
    """What these tests ask of the box and of the wire."""

    def shown(self):
        """What the list of calls says."""
        return self.scene.box.shell("show calls")

    def wait_shown(self, pattern, seconds=15):
        """Waits until the list of calls says it."""
        try:
            process.wait_until(
                lambda: re.search(pattern, self.shown()), seconds, f"'{pattern}' in the calls")
        except process.LabError as error:
            log = self.scene.box.shell("show log")
            raise AssertionError(f"{error}; there is:\n{self.shown()}\n{log}") from error

    def subscribed(self):
        """What the box asked for: the event, what it reads, and for how long."""
        fields = ["sip.Event", "sip.Accept", "sip.Expires"]
        return [tuple(packet[field] for field in fields) for packet in self.scene.wire.packets(
            f'ip.src == {self.scene.network.box} && sip.Method == "SUBSCRIBE"', fields)]


class Linphone(ConferenceTest):
    """linphone merges two calls, and is the focus from then on."""

    def start_far(self):
        """A linphone with an account, without which its Contact does not say what it is."""
        self.scene.sbc.add_trunk("notifier", self.scene.network.far)
        self.scene.sbc.add_user(FAR)
        far = linphone.Linphone(self.scene.run, FAR, self.scene.network.far)
        far.password = kamailio.password_of(FAR)
        self.addCleanup(far.stop)
        far.start()
        self.scene.sbc.wait_registered(FAR)
        return far

    def test_merged(self):
        """Its re-INVITE says so; both calls are told of three, until one leaves."""
        far = self.start_far()
        self.dial(FAR)
        far.wait_incoming()
        far.answer()
        far.wait_connected()
        self.assertNotIn("conference", self.shown())
        self.dial(FAR, self.other)
        far.wait_incoming()
        far.merge(1, 2)
        for port in (1, 2):
            self.wait_shown(rf"call \d+ of port {port}: conference of 3\n")
        shown = self.shown()
        for entity in ("6001@lab.example", "6002@lab.example", f"{FAR}@{self.scene.network.far}"):
            self.assertEqual(
                len(re.findall(rf"^sip:{re.escape(entity)} .*connected", shown, re.M)), 2, shown)
        self.other.hang_up()
        process.wait_until(
            lambda: "conference" not in self.shown(), 10, "the end of the conference")
        self.assertIn("in progress", self.shown())
        self.phone.hang_up()
        far.wait_ended()
        log = self.scene.box.shell("show log")
        self.assertRegex(log, r"call \d+: conference of 3\n")
        self.assertRegex(log, r"call \d+: no conference any more\n")
        far.stop()
        self.assert_clean_end()
        asked = set(self.subscribed())
        reads = ("conference", "application/conference-info+xml")
        self.assertEqual(asked, {(*reads, "3600"), (*reads, "0")})
        self.assertEqual(
            self.said(
                f"ip.src == {self.scene.network.box} && sip.CSeq.method == NOTIFY "
                "&& sip.Status-Code != 200", "sip.Status-Code"), [])


class Focus(ConferenceTest):
    """SIPp answers as a focus, and another one as its notifier."""

    numbers = ("6001",)

    def call_focus(self, steps):
        """Calls a focus whose notifier plays these steps; returns both."""
        self.scene.sbc.add_trunk("notifier", self.scene.network.second_far)
        notifier = self.play(steps, "notifier", calls=True)
        focus = self.play(sipp.answer_and_wait(";isfocus"), "focus")
        self.dial(FAR)
        return focus, notifier

    def test_told(self):
        """The whole, a gap that asks for the whole again, the end with the call."""
        three = [f"sip:{user}@lab.example" for user in ("6001", "ann", "bob")]
        focus, notifier = self.call_focus(sipp.tell_conference(
            first=sipp.conference(1, "full", *three),
            missing=sipp.conference(3, "partial", "-sip:bob@lab.example"),
            whole=sipp.conference(4, "full", *three[:2])))
        self.wait_shown("call 1 of port 1: conference of 3\n")
        self.wait_shown("call 1 of port 1: conference of 2\n")
        self.assertNotIn("sip:bob", self.shown())
        self.phone.hang_up()
        focus.wait_done()
        notifier.wait_done()
        self.assertNotIn("conference", self.shown())
        self.assert_clean_end()
        self.assertEqual([expires for _, _, expires in self.subscribed()], ["3600", "3600", "0"])

    def test_refused(self):
        """A focus that does not know the event is asked once, and the call goes on."""
        focus, notifier = self.call_focus(
            [sipp.receive("SUBSCRIBE"), sipp.reply(489, "Bad Event")])
        notifier.wait_done()
        process.wait_until(
            lambda: "call 1: SUBSCRIBE to the conference answered with 489"
            in self.scene.box.shell("show log"), 10, "the refusal in the log")
        self.phone.do("pause 2000")
        self.assertIn("in progress", self.shown())
        self.phone.hang_up()
        focus.wait_done()
        self.assert_clean_end()
        self.assertEqual(len(self.subscribed()), 1)


if __name__ == "__main__":
    unittest.main()
