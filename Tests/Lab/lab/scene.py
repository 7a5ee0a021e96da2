"""A whole laboratory: SBC, wire, firmware, telephones and a far party, ended together."""

from . import box, canary, capture, kamailio, linphone, phone, process, run as run_module

FAR_NUMBER = "7003"


class FarParties:
    """What has a `run`, a `network` and `_others` that end with it can have a far party."""

    #: The suite of SRTP that far parties require; without one, they speak plain RTP.
    suite = None

    def far_party(self, speech=None, recording=None, codecs=("PCMA", "PCMU"), name="linphone"):
        """A linphonec at the far number that answers by itself."""
        party = linphone.Linphone(
            self.run, FAR_NUMBER, self.network.far, codecs, name=name, suite=self.suite).start()
        self._others.append(party)
        if speech:
            party.speak(speech)
        if recording:
            party.record(recording)
        party.answer_by_itself()
        return party


class Scene(FarParties):
    """Starts what a test asks for, in the order in which it must start, and ends it all."""

    def __init__(self, name, numbers=("6001", "6002"), algorithm="MD5", settings=(),
                 architecture="host", nonce_seconds=30):
        self.run = run_module.Run(name)
        self.numbers = list(numbers)
        self.architecture = architecture
        self.settings = list(settings)
        #: What `sip server` says; without it the SBC's address.
        self.server = None
        #: What the firmware's process has for an environment; without it, ours.
        self.environment = None
        self.sbc = kamailio.Kamailio(
            self.run, self.numbers, algorithm, nonce_seconds=nonce_seconds)
        self.wire = capture.Capture(self.run)
        self.box = None
        self.phones = []
        self._others = []
        self.canary = canary.Canary()

    @property
    def network(self):
        """The loopback network of this run."""
        return self.run.network

    def start(self, registered=True, sbc=True):
        """Starts capture, SBC, firmware and one telephone a port."""
        self.wire.start()
        if sbc:
            self.sbc.start()
            self.sbc.add_trunk(FAR_NUMBER, self.network.far)
        self.box = box.Box(
            self.run, self.numbers, self.settings, self.architecture, self.server,
            environment=self.environment).start()
        for port, number in enumerate(self.numbers, 1):
            telephone = phone.Phone(
                self.run, box.phone_binary(), self.box.line_socket(port),
                f"phone-{number}")
            telephone.wait("connected", 15)
            self.phones.append(telephone)
        if registered and sbc:
            for number in self.numbers:
                self.sbc.wait_registered(number)
        return self

    def play(self, peer):
        """Starts a SIPp flow that ends with the scene."""
        self._others.append(peer)
        return peer.start()

    def stop(self):
        """Ends everything, far parties first; returns the firmware's exit code."""
        for other in reversed(self._others):
            other.stop()
        for telephone in self.phones:
            telephone.stop()
        code = self.box.stop() if self.box else None
        if self.sbc.program:
            self.sbc.stop()
        if self.wire.program:
            self.wire.stop()
        process.stop_all()
        self.canary.stop()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
