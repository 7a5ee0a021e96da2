"""What tests of calls have in common: two telephones, how one dials, how well speech arrived."""

from . import speech

LEAST_MOS = 4.2


class Handsets:
    """A mixin of a test case that has a `scene` with telephones."""

    @property
    def phone(self):
        """The telephone at port 1."""
        return self.scene.phones[0]

    @property
    def other(self):
        """The telephone at port 2."""
        return self.scene.phones[1]

    def dial(self, digits, telephone=None):
        """Lifts, waits for dial tone, dials."""
        telephone = telephone or self.phone
        telephone.lift()
        telephone.wait("tone dial", 5)
        telephone.dial(digits)

    def make_speech(self):
        """Two texts to say, and where the two ends record what they hear."""
        folder = self.scene.run.folder
        self.ours = speech.make(folder, "ours", speech.OUTGOING_TEXT)
        self.theirs = speech.make(folder, "theirs", speech.INCOMING_TEXT, "en-us")
        self.heard_far, self.heard_here = (
            self.scene.run.path(name) for name in ("far.wav", "here.wav"))

    def assert_speech(self, reference, recording):
        """The recording holds the reference well enough."""
        value = speech.mos(reference, recording)
        self.assertIsNotNone(value, f"{recording} is silent")
        self.assertGreaterEqual(
            value, LEAST_MOS, f"{recording}; {self.scene.canary.words()}")

    def assert_outgoing_call(self, number):
        """Calls a far party; both speak, the telephone hangs up, and both were heard well."""
        far = self.scene.far_party(self.theirs, self.heard_far)
        self.dial(number)
        far.wait_connected()
        self.phone.converse(self.ours, self.heard_here)
        self.phone.converse_end()
        self.phone.hang_up()
        far.wait_ended()
        far.stop()
        self.assert_speech(self.ours, self.heard_far)
        self.assert_speech(self.theirs, self.heard_here)

    def assert_incoming_call(self, far, number, patience=5):
        """A far party calls, both speak, it hangs up; returns what the caller ID said."""
        self.addCleanup(far.stop)
        far.speak(self.theirs)
        far.record(self.heard_far)
        far.call(f"sip:{number}@{self.scene.network.sbc}")
        self.phone.wait("ring", patience)
        caller = self.phone.wait("caller-id", patience)
        self.phone.wait("ring", 8)
        self.phone.lift()
        far.wait_connected()
        self.phone.converse(self.ours, self.heard_here)
        self.phone.converse_end()
        far.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        far.stop()
        self.assert_speech(self.ours, self.heard_far)
        self.assert_speech(self.theirs, self.heard_here)
        return caller

    def converse(self):
        """Each of two telephones in a call hears the other well; the second one hangs up."""
        self.phone.converse(self.ours, self.heard_here)
        self.other.converse(self.theirs, self.heard_far)
        self.phone.converse_end()
        self.other.converse_end()
        self.other.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
        self.assert_speech(self.ours, self.heard_far)
        self.assert_speech(self.theirs, self.heard_here)

    def call_briefly(self, number):
        """Calls a far party, and hangs up as soon as it has answered."""
        far = self.scene.far_party(name="brief")
        self.dial(number)
        far.wait_connected()
        self.phone.hang_up()
        far.wait_ended()
        far.stop()

    def answer_briefly(self, far):
        """Answers the call of a far party, which hangs up at once."""
        self.phone.wait("ring", 5)
        self.phone.lift()
        far.wait_connected()
        far.hang_up()
        self.phone.wait("tone busy", 5)
        self.phone.hang_up()
