"""Calls on the booted board: what the telephones hear, the pins show and the wire carries."""

import os
import unittest

from lab import handsets, host_watch, linphone, sipp

from boardlab import carrier, scene, xruns

BOARD = os.environ.get("TIPRING_BOARD", "qemu-virt")
FAR = scene.FAR_NUMBER
#: IEEE 802.1Q priorities that the configuration gives by default; ARP has none.
SIP_PRIORITY, MEDIA_PRIORITY, OTHER_PRIORITY = 3, 5, 0


class BoardTest(handsets.Handsets, unittest.TestCase):
    """A test on a freshly booted board."""

    board = BOARD
    settings = ()
    address = None
    network = carrier.Network

    def setUp(self):
        self.scene = scene.Scene(
            self.id().rsplit(".", 1)[1], self.board, self.settings, self.address,
            network=self.network())
        self.addCleanup(self.scene.stop)
        self.begin()

    def begin(self):
        """Boots; a test that wants it otherwise says so."""
        self.scene.start()

    def assert_wire(self):
        """Every frame of the board had the VLAN's tag and the priority of its kind."""
        network = self.scene.network
        self.assertEqual(self.scene.wire.strays, [], "frames untagged or of another VLAN")
        wrong = {
            "SIP": f"sip and vlan.priority != {SIP_PRIORITY}",
            "media": f"(rtp or rtcp) and vlan.priority != {MEDIA_PRIORITY}"}
        for kind, words in wrong.items():
            packets = self.scene.recording().packets(
                f"{network.source_field} == {network.box} and not (icmp or icmpv6) and {words}",
                ["vlan.priority"])
            self.assertEqual([packet.fields for packet in packets], [], kind)


class Speech(BoardTest):
    """Two-way speech with a far party, judged by PESQ; the wire and the card are clean."""

    def setUp(self):
        super().setUp()
        self.make_speech()
        self.make_first_call()
        self.watch = host_watch.HostWatch()
        self.addCleanup(self.watch.stop)

    def make_first_call(self):
        """A call that the emulator translates, so that the one that is judged only runs.

        What a board would wait for in its first call is the flash: that is judged here.
        """
        before = self.scene.major_faults()
        self.call_briefly(FAR)
        self.assertEqual(self.scene.major_faults() - before, 0, "pages read from the flash")
        self.first_streams = len(self.scene.recording().rtp_streams())

    def assert_streams(self, count):
        """tshark sees that many streams more without a loss; no xrun of the card was ours.

        The board cannot see when the host stood still, and counts such an xrun as its own.
        """
        streams = self.scene.recording().rtp_streams()
        self.assertEqual(
            [stream.lost for stream in streams], [0] * (self.first_streams + count),
            "lost packets")
        self.watch.stop()
        log = self.scene.show("log")
        edges = self.scene.machine.lines.lines[0].edges
        lifted_at = next(at for at, name, level in edges if name == "hook" and level)
        found = xruns.read(log)
        self.assertIn(f": {len(found)} xruns ", self.scene.show("media"))
        offset = xruns.clock_offset(log, lifted_at)
        # While it starts, the emulator translates what later only runs.
        found = [xrun for xrun in found if xrun.at - offset >= self.watch.began]
        if found:
            self.assertEqual(xruns.judge(found, offset, self.watch), 0, log)

    def test_outgoing_call(self):
        self.assert_outgoing_call(FAR)
        self.assert_streams(2)
        self.assert_wire()

    def test_incoming_call(self):
        far = linphone.Linphone(
            self.scene.run, FAR, self.scene.network.far, ("PCMU",)).start()
        self.assertEqual(self.assert_incoming_call(far, "6001", patience=8)["number"], FAR)
        self.assert_streams(2)
        self.assert_wire()


class IPv6(BoardTest):
    """The voice VLAN on IPv6 alone."""

    network = carrier.IPv6Network

    def test_call(self):
        """A far party on IPv6 echoes what the telephone says; every frame is tagged as on IPv4."""
        far = sipp.Sipp(
            self.scene.run, sipp.answer_and_wait(), self.scene.network.far, "far", echo=True)
        far.start()
        self.addCleanup(far.stop)
        self.make_speech()
        self.dial(FAR)
        self.phone.wait("silence", 8)
        self.phone.do(f"play {self.ours}")
        self.phone.wait("speech", 5)
        self.phone.wait("play-done", 25)
        self.phone.hang_up()
        far.wait_done()
        streams = self.scene.recording().rtp_streams()
        self.assertEqual([stream.lost for stream in streams], [0, 0])
        self.assert_wire()


class Bell(BoardTest):
    """Ring current, measured at the pins of the line circuit."""

    BURSTS = 3
    ROUNDS = 5
    HERTZ = 25
    #: A pin that turns this soon after the host stood still shows the host's time, in seconds.
    RECOVERY = 0.05
    STOOD_STILL = 0.002

    def ring(self, bursts):
        """Rings port 2 so often; returns the moments of its bursts and those of its reversals."""
        line = self.scene.machine.lines.lines[1]
        line.edges.clear()
        self.dial("6002")
        line.wait_edges("ring-mode", 2 * bursts, 5 + 5 * bursts)
        self.phone.hang_up()
        edges = list(line.edges)
        mode = [at for at, name, _ in edges if name == "ring-mode"]
        turns = [at for at, name, _ in edges if name == "reverse"]
        return list(zip(mode[0::2], mode[1::2]))[:bursts], turns

    def test_frequency_and_cadence(self):
        # The emulator translates code when it first runs, for 10 ms and more: not what is measured.
        self.ring(1)
        judged = 0
        for _ in range(self.ROUNDS):
            watch = host_watch.HostWatch()
            bursts, turns = self.ring(self.BURSTS)
            watch.stop()
            judged += self.judge(bursts, turns, lambda *moments: all(
                watch.stalled(at - self.RECOVERY, at + 0.001) < self.STOOD_STILL
                for at in moments))
            if judged >= self.BURSTS:
                return
        self.fail(f"only {judged} bursts that the host did not disturb")

    def judge(self, bursts, turns, is_quiet):
        """Asserts what the host left undisturbed; returns how many bursts that were."""
        judged = 0
        for start, end in bursts:
            inside = [at for at in turns if start < at < end]
            if not is_quiet(start, end, inside[0], inside[-1]):
                continue
            judged += 1
            self.assertAlmostEqual(end - start, 1.0, delta=0.010)
            hertz = (len(inside) - 1) / (inside[-1] - inside[0]) / 2
            self.assertAlmostEqual(hertz / self.HERTZ, 1, delta=0.01)
        for (_, end), (start, _) in zip(bursts, bursts[1:]):
            if is_quiet(end, start):
                self.assertAlmostEqual(start - end, 4.0, delta=0.010)
        return judged

    def test_trip(self):
        """A handset lifted in the burst, and one between bursts: no ring current any more."""
        for is_inside in (True, False):
            self.dial("6002")
            self.other.wait("ring", 8)
            if not is_inside:
                self.other.wait("ring-off", 8)
            lifted = self.other.lift()
            self.other.wait("feed forward", 5)
            self.other.do("pause 1000")
            rings = [at for at, name, level in self.scene.machine.lines.lines[1].edges
                     if name == "ring-mode" and level]
            self.assertLess(rings[-1], lifted.t)
            self.other.hang_up()
            self.phone.wait("tone busy", 5)
            self.phone.hang_up()


class Hook(BoardTest):
    """The hook pin: a bouncing contact, a flash, a dial."""

    #: What the board debounces, in seconds: a host that holds a level for longer makes an edge.
    DEBOUNCE = 0.010
    ROUNDS = 5
    LIFT, HANG_UP = (0.002, 0.001, 0.002, 0.003), (0.001, 0.002, 0.002, 0.003)

    def test_bounce(self):
        """A contact that bounces for 8 ms is one lift, and one hang-up."""
        for _ in range(self.ROUNDS):
            before, watch = self.scene.show("log"), host_watch.HostWatch()
            longest = max(self.longest(moments, watch) for moments in self.bounce_twice(watch))
            if longest < self.DEBOUNCE:
                break
            print(f"a level for {longest * 1000:.1f} ms; {watch.words()}")
        else:
            self.fail(f"the host disturbed each of {self.ROUNDS} rounds")
        log = self.scene.show("log")
        for words in ("port 1: loop closed", "port 1: loop open"):
            self.assertEqual(log.count(words) - before.count(words), 1, log)

    def bounce_twice(self, watch):
        """Lifts and hangs up; returns the moments of the levels of both."""
        line = self.scene.machine.lines.lines[0]
        lifted = line.bounce(True, self.LIFT)
        line.wait_fed("forward", 3)
        hung_up = line.bounce(False, self.HANG_UP)
        line.wait_fed("standby", 3)
        watch.stop()
        return lifted, hung_up

    @staticmethod
    def longest(moments, watch):
        """How long the board may have seen a level of the bounce, in seconds."""
        apart = max(after - before for before, after in zip(moments, moments[1:]))
        return apart + watch.stalled(moments[0], moments[-1])

    def test_flash_in_a_call(self):
        """A flash is no hang-up, and nothing is lost by it."""
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        self.other.wait("silence", 5)
        self.phone.do("flash")
        self.phone.do("pause 1500")
        self.assertEqual(self.scene.show("ports").count("talking"), 2)

    def test_pulse_dialling(self):
        self.phone.lift()
        self.phone.wait("tone dial", 5)
        self.phone.pulse("6002")
        self.other.wait("ring", 8)
        self.phone.hang_up()


if __name__ == "__main__":
    unittest.main()
