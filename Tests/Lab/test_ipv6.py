"""SIP and media by IPv6: everybody at ::1."""

import unittest

from lab import box, handsets, kamailio, phone, process, run, sipp, speech
from test_calls import ARCHITECTURE, FAR

NUMBER = "6001"
MEDIA = "c=IN IP6 ::1"


class IPv6(handsets.Handsets, unittest.TestCase):
    """Registration and calls, with descriptions of IPv6 in both directions."""

    def setUp(self):
        self.network = run.LoopbackIPv6()
        self.addCleanup(self.network.close)
        self.run_folder = run.Run("ipv6-" + self.id().rsplit(".", 1)[1], self.network)
        self.addCleanup(process.stop_all)
        self.sbc = kamailio.Kamailio(self.run_folder, [NUMBER]).start()
        self.addCleanup(self.sbc.stop)
        self.sbc.add_trunk(FAR, self.network.far, self.network.far_port)
        self.box = box.Box(
            self.run_folder, [NUMBER], architecture=ARCHITECTURE,
            local=f"{self.network.box} port {self.network.box_port}").start()
        self.addCleanup(self.box.stop)
        self.telephone = phone.Phone(
            self.run_folder, box.phone_binary(), self.box.line_socket(1))
        self.addCleanup(self.telephone.stop)
        self.telephone.wait("connected", 15)
        self.binding = self.sbc.wait_registered(NUMBER)

    @property
    def phone(self):
        """The telephone at port 1."""
        return self.telephone

    def far(self, steps):
        """The far party, which echoes what it hears."""
        party = sipp.Sipp(
            self.run_folder, steps, self.network.far, "far", echo=True,
            port=self.network.far_port).start()
        self.addCleanup(party.stop)
        return party

    def test_outgoing_call(self):
        """The Contact and the description are those of ::1; the far party echoes speech."""
        ours = speech.make(self.run_folder.folder, "ours", speech.OUTGOING_TEXT)
        self.assertEqual(self.binding, f"sip:{NUMBER}@[::1]:{self.network.box_port}")
        far = self.far(sipp.answer_and_wait())
        self.dial(FAR)
        self.phone.wait("silence", 8)
        self.phone.do(f"play {ours}")
        self.phone.wait("speech", 5)
        self.phone.hang_up()
        far.wait_done()
        self.assertIn(MEDIA, far.received("INVITE")[-1])
        self.assertEqual(self.box.stop(), 0)
        self.sbc.wait_unregistered(NUMBER)

    def test_incoming_call(self):
        """Both descriptions are those of ::1; speech goes out and comes back."""
        ours = speech.make(self.run_folder.folder, "ours", speech.OUTGOING_TEXT)
        far = self.far(sipp.call_and_talk(NUMBER, 4000))
        self.phone.wait("ring", 5)
        self.phone.lift()
        self.phone.do(f"play {ours}")
        self.phone.wait("speech", 5)
        self.phone.wait("tone busy", 8)
        self.phone.hang_up()
        far.wait_done()
        with open(self.run_folder.path("far.messages"), encoding="utf-8") as file:
            trace = file.read()
        # Its own description, and that of the box in the 200.
        self.assertEqual(trace.count(MEDIA), 2, trace)


if __name__ == "__main__":
    unittest.main()
