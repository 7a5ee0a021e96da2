"""Emergency calls, causes of the telephone network, transfers, with SIPp as the far party."""

import re
import unittest

from lab import box, process, scene, sipp
from test_calls import ARCHITECTURE
from test_sessions import SessionTest

FAR = scene.FAR_NUMBER


class Emergency(SessionTest):
    """A box whose accounts are barred."""

    numbers = ("6001",)

    def test_barred(self):
        self.scene.sbc.add_trunk("110", self.scene.network.far)
        self.scene.sbc.set_fault("barred", 1)
        self.scene.box.shell("register now")
        process.wait_until(
            lambda: "refused with 403" in self.scene.box.shell("show registrations"), 10, "the 403")
        # The box does not give back what it was refused.
        self.scene.sbc.forget_binding("6001")
        flow = self.play(sipp.answer_and_leave(1000), "police")
        self.phone.lift()
        self.phone.do("pause 500")
        self.phone.dial("110")
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assertRegex(self.scene.box.shell("show calls"), r"emergency +110 ")
        self.scene.sbc.clear_fault("barred")
        self.assert_clean_end()
        self.assertEqual(set(self.said("sip.Method == INVITE", "sip.Priority")), {"emergency"})

    def test_during_line_test(self):
        """Somebody at the console tries the line; somebody at the telephone needs the police."""
        self.scene.sbc.add_trunk("119", self.scene.network.far)
        flow = self.play(sipp.answer_and_leave(1000), "fire")
        tester = process.Program(
            "tester", [
                *box.launcher(ARCHITECTURE), "shell", "--socket", self.scene.box.console,
                "test port 1"], self.scene.run.folder)
        self.addCleanup(tester.stop)
        tester.wait_for("^loop: on the hook", 10)
        self.phone.lift()
        self.phone.do("pause 300")
        self.phone.dial("119")
        tester.wait_for("somebody dials: the test is over", 10)
        self.phone.wait("tone busy", 10)
        flow.wait_done()
        self.phone.hang_up()
        self.assert_clean_end()


class Causes(SessionTest):
    """Reason with Q.850 (RFC 3326, RFC 6432): the ear knows it."""

    numbers = ("6001",)

    def test_refusals(self):
        for cause, code, tone in ((1, 500, "vacant"), (17, 480, "busy"), (34, 486, "congestion")):
            flow = self.play(
                sipp.refuse(code, "Refused", f"Reason: Q.850;cause={cause}\n"), f"cause-{cause}")
            self.dial(FAR)
            self.phone.wait(f"tone {tone}", 6)
            flow.wait_done()
            self.phone.hang_up()
            self.assertIn(
                f"refused with {code}, cause {cause}", self.scene.box.shell("show calls"))
        self.assert_clean_end()

    def test_hang_ups(self):
        flow = self.play(sipp.answer_and_leave(1000, "Reason: Q.850;cause=42\n"), "overload")
        self.dial(FAR)
        self.phone.wait("tone congestion", 10)
        flow.wait_done()
        self.phone.hang_up()
        flow = self.play(sipp.answer_and_wait(), "ours")
        self.dial(FAR)
        process.wait_until(
            lambda: "talking" in self.scene.box.shell("show ports"), 10, "the answer")
        self.phone.hang_up()
        flow.wait_done()
        self.assert_clean_end()
        source = f"ip.src == {self.scene.network.box}"
        self.assertEqual(
            self.said(f"{source} && sip.Method == BYE", "sip.Reason"), ["Q.850;cause=16"])


class Transfer(SessionTest):
    """REFER and Replaces to us."""

    def test_blind(self):
        flow = self.play(sipp.transfer("6002", 500), "transfer")
        self.dial(FAR)
        self.other.wait("ring", 10)
        self.phone.wait("tone ringback", 5)
        self.other.lift()
        flow.wait_done()
        ports = self.scene.box.shell("show ports")
        self.assertEqual(ports.count("talking"), 2, ports)
        self.other.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(
            self.ladder("sip.CSeq.method == REFER || sip.Method == NOTIFY"),
            ["REFER<", "202 REFER>", "NOTIFY>", "NOTIFY>", "NOTIFY>"])

    def test_replaced(self):
        """Another far party takes the call over: no tone, one call in the list."""
        first = self.play(sipp.answer_and_wait(), "first")
        self.dial(FAR)
        process.wait_until(
            lambda: "talking" in self.scene.box.shell("show ports"), 10, "the answer")
        with open(self.run_path("first.messages"), encoding="utf-8") as file:
            said = file.read()
        call, ours, theirs = (re.search(pattern, said)[1] for pattern in (
            r"Call-ID: (\S+)", r"From:.*;tag=(\S+)", r"To:.*;tag=(far\w+)"))
        second = self.play(
            sipp.take_over("6001", f"{call};to-tag={ours};from-tag={theirs}", 1000), "second",
            calls=True)
        first.wait_done()
        self.phone.wait("tone busy", 10)
        second.wait_done()
        self.phone.hang_up()
        calls = self.scene.box.shell("show calls")
        self.assertEqual(calls.count(" out "), 1, calls)
        self.assert_clean_end()
        self.assertEqual(len(self.phone.events("tone busy")), 1)


if __name__ == "__main__":
    unittest.main()
