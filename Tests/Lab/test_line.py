"""`test port N` with a telephone at the end of the line, which judges what it hears."""

import json
import re
import subprocess
import unittest

from lab import box, handsets, linphone, process, scene, speech
import test_calls

ARCHITECTURE = test_calls.ARCHITECTURE
FAR = test_calls.FAR


class Tester:
    """A person at the console who tests a line."""

    def __init__(self, case, words):
        gateway = case.scene.box
        self.program = process.Program(
            "test-" + words.replace(" ", "-"),
            [*box.launcher(ARCHITECTURE), "shell", "--socket", gateway.console,
             f"test port {words}"], case.scene.run.folder)
        case.addCleanup(self.program.stop)

    def expect(self, words, seconds=10):
        """Waits for a line; what its pattern found."""
        return self.program.wait_for(words, seconds)[0]

    def expect_end(self, seconds=10):
        """Waits for the end of the answer."""
        self.expect("^the test is over", seconds)


class Line(handsets.Handsets, unittest.TestCase):
    """A line before there is an SBC: every sound on it is the test's."""

    def setUp(self):
        self.scene = scene.Scene(self.id().rsplit(".", 1)[1], architecture=ARCHITECTURE)
        self.addCleanup(self.scene.stop)
        self.scene.start(sbc=False)

    def assert_clean_end(self):
        """SIGTERM ends the firmware with 0."""
        self.assertEqual(self.scene.box.stop(), 0, "exit code after SIGTERM")

    def test_ring(self):
        tester = Tester(self, "1 ring")
        self.phone.wait("ring", 5)
        tester.expect("^ring: the burst is over, not lifted")
        tester.expect_end()
        # China rings for 1 s of 5 s: what rings on is no test.
        self.phone.wait("ring-end", 8)
        rings = self.phone.events("ring count")
        self.assertEqual(len(rings), 1, [ring.text for ring in rings])
        self.assertIn("on hook", self.scene.box.shell("show port 1"))
        self.assert_clean_end()

    def test_ring_trip(self):
        tester = Tester(self, "1 ring")
        self.phone.wait("ring", 5)
        self.phone.lift()
        found = tester.expect(r"^ring: lifted after (\d\.\d\d) s")
        self.assertLess(float(found[1]), 1.0)
        tester.expect_end()
        self.phone.wait("ring-end", 5)
        self.assertEqual(len(self.phone.events("ring-trip")), 1)
        self.phone.hang_up()
        self.assert_clean_end()

    def test_loop(self):
        tester = Tester(self, "1 loop")
        tester.expect("^loop: on the hook;")
        self.phone.lift()
        tester.expect(r"^loop: \d+\.\d\d s  lifted")
        self.phone.do("flash 250")
        flash = tester.expect(r"s  hook flash of (\d+) ms")
        self.assertLess(abs(int(flash[1]) - 250), 30)
        self.phone.pulse("3")
        digit = tester.expect(r"s  digit 3 by pulses, breaks of (\d+) ms")
        self.assertLess(abs(int(digit[1]) - 61), 12)
        self.phone.hang_up()
        tester.expect("s  hung up")
        # Nobody waits for the rest of the 15 s.
        tester.expect("^loop: over, on the hook", 1)
        tester.expect_end(1)
        self.assert_clean_end()

    def test_hanging_up_ends_all_of_it(self):
        tester = Tester(self, "1")
        tester.expect("^loop: on the hook;")
        self.phone.lift()
        self.phone.do("pause 500")
        self.phone.hang_up()
        self.phone.wait("ring", 5)
        self.phone.lift()
        tester.expect("^tone: dial tone for 5 s")
        self.phone.wait("tone dial", 4)
        self.phone.hang_up()
        tester.expect("^tone: over: hung up")
        for test in ("dtmf", "erl", "talk"):
            tester.expect(f"^{test}: left out: hung up")
        tester.expect_end()
        self.assertIn("on hook", self.scene.box.shell("show port 1"))
        self.assert_clean_end()

    def test_tone(self):
        tester = Tester(self, "1 tone")
        tester.expect("^tone: lift the handset")
        self.phone.lift()
        heard = self.phone.wait("tone dial", 4)
        self.assertIn("450", heard.text)
        self.assertLess(abs(float(heard["level"]) + 10), 0.5)
        tester.expect("^tone: over")
        tester.expect_end()
        self.assertIn("off hook, not registered", self.scene.box.shell("show port 1"))
        self.phone.hang_up()
        self.assert_clean_end()

    def test_dtmf(self):
        tester = Tester(self, "1 dtmf")
        tester.expect("^dtmf: lift the handset")
        self.phone.lift()
        tester.expect("^dtmf: press keys")
        self.phone.do("pause 500")
        for keys, low, high in (("147*", -9, -7), ("2580", -20, -17), ("369#", -6, -9.5)):
            self.phone.do(f"dial {keys} 100 100 {low}/{high}")
            for key in keys:
                digit = tester.expect(
                    rf"s  digit {re.escape(key)}: low (\S+) dBm0, high (\S+) dBm0, twist (\S+) dB")
                self.assertLess(abs(float(digit[1]) - low), 0.5, digit[0])
                self.assertLess(abs(float(digit[2]) - high), 0.5, digit[0])
                self.assertLess(abs(float(digit[3]) - (high - low)), 0.5, digit[0])
        tester.expect("^dtmf: over", 10)
        tester.expect_end()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_echo_return_loss(self):
        self.phone.lift()
        for hybrid, loss in (("18.4", 18.4), ("6 40", 6), ("30 150", 30), ("off", None)):
            self.phone.do(f"hybrid {hybrid}")
            tester = Tester(self, "1 erl")
            found = tester.expect(r"^erl: echo return loss (\S+) dB( or more)?")
            if loss is None:
                self.assertEqual((found[1], found[2]), ("60.0", " or more"))
            else:
                self.assertLess(abs(float(found[1]) - loss), 0.5, found[0])
                self.assertIsNone(found[2], found[0])
            tester.expect_end()
        self.phone.hang_up()
        self.assert_clean_end()

    def test_talk(self):
        self.make_speech()
        tester = Tester(self, "1 talk")
        tester.expect("^talk: lift the handset")
        self.phone.lift()
        tester.expect("^talk: speak")
        self.phone.record(self.heard_here)
        self.phone.do(f"play {self.ours}")
        self.phone.wait("play-done", 18)
        self.phone.do("pause 1500")
        self.phone.record_stop()
        self.phone.hang_up()
        tester.expect("^talk: over: hung up")
        tester.expect_end()
        self.assert_speech(self.ours, self.heard_here)
        late = speech.onset(self.heard_here) - speech.onset(self.ours)
        self.assertTrue(1.0 <= late < 1.2, f"{late:.3f} s later")
        self.assert_clean_end()

    def test_all_with_nobody_there(self):
        done = subprocess.run(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", self.scene.box.console, "--json",
             "test port 2"], capture_output=True, text=True, timeout=90, check=False)
        lines = [json.loads(line).get("line") for line in done.stdout.splitlines()]
        self.assertEqual(lines, [
            "testing port 2; Ctrl-C ends it",
            "loop: on the hook; lift, tap the hook, dial, hang up; 15 s",
            "loop: nothing happened", "ring: one burst", "ring: the burst is over, not lifted",
            "tone: lift the handset", "tone: left out: not lifted", "dtmf: left out: not lifted",
            "erl: left out: not lifted", "talk: left out: not lifted", "the test is over", None])
        self.assert_clean_end()


class Incoming(test_calls.SceneTest):
    """A call that comes in while a line is tested."""

    def test_call_ends_the_test(self):
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMA",)).start()
        self.addCleanup(far.stop)
        tester = Tester(self, "1 loop")
        tester.expect("^loop: on the hook;")
        far.call(f"sip:6001@{self.scene.network.sbc}")
        tester.expect("^a call comes in: the test is over")
        self.phone.wait("ring", 5)
        self.assertIn(FAR, self.phone.wait("caller-id", 5).text)
        self.phone.lift()
        far.wait_connected()
        self.assertIn("the port is busy", self.scene.box.shell("test port 1 talk"))
        self.phone.hang_up()
        far.wait_ended()
        far.stop()
        self.assert_clean_end()


if __name__ == "__main__":
    unittest.main()
