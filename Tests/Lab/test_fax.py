"""Fax by G.711: spandsp's machine at the telephone's line, SIPp and the box itself as far ends."""

from lab import dialogs, fax, scene
from test_sessions import SessionTest

FAR = scene.FAR_NUMBER


class FaxTest(SessionTest):
    """What these tests ask of the box's descriptions."""

    def offered(self):
        """What the box says of data in its re-INVITEs, each once."""
        return self.words("sip.Method == INVITE && sip.to.tag")

    def answered(self):
        """What the box says of data in its answers to INVITEs, each once."""
        return self.words("sip.Status-Code == 200 && sip.CSeq.method == INVITE")

    def words(self, display_filter):
        """The attributes about data of every description of the box's, each list once."""
        network = self.scene.network
        packets = self.scene.wire.packets(
            f"ip.src == {network.box} && ip.dst == {network.sbc} && sdp && {display_filter}",
            ["sdp.media_attr"], "a")
        names = ("fax", "modem", "ecan", "gpmd", "silenceSupp")
        return list(dict.fromkeys(
            " ".join(word for word in packet["sdp.media_attr"].split(",")
                     if word.startswith(names)) for packet in packets))


MODEM = "modem silenceSupp:off - - - - ecan:fb off - gpmd:8 vbd=yes;ecan=off"
MACHINE = "fax silenceSupp:off - - - - ecan:fb on - gpmd:8 vbd=yes;ecan=on"


class Called(FaxTest):
    """A fax machine at port 1 is called."""

    def assert_told(self, refusal=None):
        """The machine answers, the caller is told what it is; returns the flow of the caller."""
        flow = self.play(dialogs.call_a_fax("6001", refusal), "sender", calls=True)
        sound = fax.answer(self.run_path("machine.wav"), 5)
        self.phone.wait("ring", 10)
        self.phone.lift()
        self.phone.do(f"play {sound}")
        self.phone.wait("play-done", 10)
        self.phone.hang_up()
        flow.wait_done()
        self.assert_clean_end()
        self.assertEqual(self.offered(), [MODEM, MACHINE])
        return flow

    def test_the_caller_agrees(self):
        invites = self.assert_told().received("INVITE")
        self.assertEqual(["m=audio" in text and "RTP/AVP 8\r\n" in text for text in invites],
                         2 * [True])

    def test_the_caller_refuses(self):
        self.assert_told(refusal=488)


class Calling(FaxTest):
    """A fax machine at port 1 calls."""

    def test_the_called_side_tells(self):
        flow = self.play(dialogs.answer_as_fax(), "machine")
        self.dial(FAR)
        flow.wait_done()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(self.answered(), [MODEM, MACHINE])


class Both(FaxTest):
    """One machine at port 2, what it says heard at port 1."""

    def test_identification_arrives(self):
        sound = fax.answer(self.run_path("machine.wav"), 5)
        heard = self.run_path("heard.wav")
        self.dial("6002")
        self.other.wait("ring", 10)
        self.other.lift()
        self.phone.record(heard)
        self.other.do(f"play {sound}")
        self.other.wait("play-done", 10)
        self.phone.do("pause 500")
        self.phone.record_stop()
        self.other.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assert_clean_end()
        self.assertEqual(self.offered(), [MODEM, MACHINE])
        self.assertEqual(self.answered(), ["", MODEM, MACHINE])
        self.assertEqual(fax.frames_heard(heard), [fax.DIS])
