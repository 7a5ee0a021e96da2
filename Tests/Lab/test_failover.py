"""Two SBCs: the first dies in a call, the second takes over, the first comes back."""

import time
import unittest

from lab import box, kamailio, linphone
from test_calls import ARCHITECTURE, FAR, SceneTest

SECOND_FAR = "7004"
#: From the last digit of a call that the dead SBC would have carried to the answer, in seconds.
LONGEST_DETOUR = 4.0


class Failover(SceneTest):
    """Speech goes on, the next call goes through, and everything returns without a loss."""

    def prepare(self):
        network = self.scene.network
        self.backup = kamailio.Kamailio(
            self.scene.run, self.numbers, name="backup", address=network.backup).start()
        self.addCleanup(self.backup.stop)
        self.backup.add_trunk(FAR, network.far)
        self.backup.add_trunk(SECOND_FAR, network.second_far)
        self.scene.settings += [
            f"sip backup-server {network.backup}", "sip heartbeat 5", "sip fail-back 5"]

    def second_far_party(self):
        """A linphonec at another number, which answers by itself."""
        party = linphone.Linphone(
            self.scene.run, SECOND_FAR, self.scene.network.second_far, name="second").start()
        self.addCleanup(party.stop)
        party.answer_by_itself()
        return party

    def test_first_dies_in_a_call(self):
        self.make_speech()
        far = self.scene.far_party(self.theirs, self.heard_far)
        second = self.second_far_party()
        self.dial(FAR)
        far.wait_connected()
        self.phone.converse(self.ours, self.heard_here)

        self.scene.sbc.kill()
        self.dial(SECOND_FAR, self.other)
        dialled_at = time.monotonic()
        second.wait_connected()
        self.assertLess(time.monotonic() - dialled_at, LONGEST_DETOUR)
        for number in self.numbers:
            self.backup.wait_registered(number)
        self.phone.converse_end()
        self.assertIn(
            f"SBC: {self.backup.endpoint}; instead of it {self.scene.sbc.endpoint}"
            " (does not answer)", self.scene.box.shell("show status"))

        self.scene.sbc.start()
        for number in self.numbers:
            self.scene.sbc.wait_registered(number, 30)
        self.assertEqual(self.scene.box.shell("show ports").count("talking"), 2)
        self.phone.hang_up()
        far.wait_ended()
        self.other.hang_up()
        second.wait_ended()
        far.stop()
        self.assert_speech(self.ours, self.heard_far)
        self.assert_speech(self.theirs, self.heard_here)
        self.assert_clean_end()

    def test_first_is_dead_at_the_start(self):
        """The box registers at the second within a few seconds."""
        self.scene.sbc.kill()
        self.scene.box.stop()
        for number in self.numbers:
            self.backup.forget_binding(number)
        self.scene.box = box.Box(
            self.scene.run, self.numbers, self.scene.settings, ARCHITECTURE, name="again").start()
        for number in self.numbers:
            self.backup.wait_registered(number, 5)


if __name__ == "__main__":
    unittest.main()
