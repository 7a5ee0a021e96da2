"""The far party: linphonec, which plays and records WAV files in place of a sound card."""

import os
import shutil

from . import process

SETTINGS = """[sip]
sip_port=5060
sip_tcp_port=0
sip_tls_port=0
bind_address={address}
contact=sip:{user}@{address}
guess_hostname=0
use_info=0
handle_content_encoding=none
use_rfc2833=1
use_ipv6=0
ipv6_migration_done=1
{encryption}
[net]
dns_srv_enabled=0
[rtp]
bind_address={address}
audio_rtp_port={port}
jitter_buffer_algorithm=basic
audio_adaptive_jitt_comp_enabled=0
audio_jitt_comp=100
[sound]
echocancellation=0
agc=0
[video]
capture=0
display=0
automatically_initiate=0
automatically_accept=0
[misc]
file_transfer_server_url=
{codecs}
"""
CODEC = """[audio_codec_{index}]
mime={name}
rate=8000
enabled=1
"""
PLAIN = "media_encryption=none"
#: SRTP with keys of SDES, and nothing else.
SECURED = "media_encryption=srtp\nmedia_encryption_mandatory=1\nsrtp_crypto_suites={suite}"
#: An account that registers; only with one has it a Contact that can say `isfocus`.
ACCOUNT = """[proxy_0]
reg_proxy=<sip:{sbc}>
reg_identity=sip:{user}@lab.example
reg_expires=600
reg_sendregister=1
[auth_info_0]
username={user}
passwd={password}
realm=lab.example
"""
FIRST_RTP_PORT = 17000


class Linphone:
    """One linphonec bound to its own address; it needs no account, the SBC knows where it is."""

    #: The password of its account, if it has one.
    password = None

    def __init__(self, run, user, address, codecs=("PCMA", "PCMU"), name="linphone", suite=None):
        self.user = user
        self.address = address
        self.run = run
        self.name = name
        self._codecs = codecs
        #: The suite of SRTP; without one, plain RTP.
        self._encryption = SECURED.format(suite=suite) if suite else PLAIN
        # It binds every address, so two on one machine need two ports.
        self.rtp_port = FIRST_RTP_PORT + 2 * int(address.rsplit(".", 1)[1])
        self.program = None

    def start(self):
        """Starts it; returns when it takes commands."""
        home = self.run.path(self.name + ".home")
        # Without this folder it cannot make its database and then opens no socket at all.
        os.makedirs(os.path.join(home, ".local", "share", "linphone"))
        settings = os.path.join(home, "linphonerc")
        codecs = "".join(
            CODEC.format(index=index, name=name) for index, name in enumerate(self._codecs))
        with open(settings, "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(
                address=self.address, user=self.user, port=self.rtp_port, codecs=codecs,
                encryption=self._encryption))
            if self.password:
                file.write(ACCOUNT.format(
                    sbc=self.run.network.sbc, user=self.user, password=self.password))
        environment = dict(os.environ, HOME=home, LC_ALL="C")
        self.program = process.Program(
            self.name, [*process.real_time(), shutil.which("linphonec") or "/usr/bin/linphonec",
                        "-c", settings], self.run.folder, environment)
        self._command("soundcard use files", "Using wav files")
        self._choose_codecs()
        return self

    def _command(self, text, answer, seconds=10):
        self.program.send(text)
        return self.program.wait_for(answer, seconds)

    def _choose_codecs(self):
        self.program.mark()
        self._command("codec list", r"PCMU \(8000\)")
        for line in self.program.matches(r"^ *\d+: .*(enabled|disabled)$"):
            index, _, rest = line.text.strip().partition(":")
            wanted = rest.split()[0] in self._codecs
            if rest.endswith("enabled") and not wanted:
                self.program.send(f"codec disable {index}")

    def speak(self, wav):
        """Plays this file in the calls from now on."""
        self._command(f"play {wav}", "play")

    def record(self, wav):
        """Records into this file in the calls from now on."""
        self._command(f"record {wav}", "record")

    def answer_by_itself(self, wanted=True):
        """Answers every incoming call at once, or leaves it ringing."""
        self.program.send("autoanswer " + ("enable" if wanted else "disable"))
        self.program.wait_for("Auto answer (enabled|disabled)", 5)

    def call(self, uri):
        """Calls a SIP URI."""
        self.program.mark()
        self.program.send(f"call {uri}")

    def answer(self):
        """Answers the call that rings."""
        self.program.send("answer")

    def merge(self, first, second):
        """Answers its second call, which waits, and makes one conference of both."""
        self.program.send("pause")
        self.program.wait_for(f"Call {first} .*paused", 10)
        self.program.send(f"answer {second}")
        self.program.wait_for(f"Call {second} .*connected", 10)
        for call in (first, second):
            self.program.send(f"conference add {call}")

    def hang_up(self):
        """Ends its call."""
        self.program.send("terminate")

    def send_digits(self, digits):
        """Sends digits as telephone events (RFC 4733)."""
        for digit in digits:
            self.program.send(digit)

    def wait_incoming(self, seconds=10):
        """Waits until a call rings; returns the caller's text."""
        found, line = self.program.wait_for(r"Receiving new incoming call from (.*?), ", seconds)
        return found.group(1), line.at

    def wait_connected(self, seconds=10):
        """Waits for the answered call and its media; returns the time of the answer."""
        at = self.program.wait_for(r"Call \d+ .*connected", seconds)[1].at
        self.program.wait_for(r"Media streams established", seconds)
        return at

    def wait_ended(self, seconds=10):
        """Waits for the end of the call; returns the time."""
        return self.program.wait_for(r"Call \d+ .*ended", seconds)[1].at

    def wait_refused(self, seconds=10):
        """Waits until its call has failed; returns the time."""
        return self.program.wait_for(r"Call \d+ .*error", seconds)[1].at

    def digits_heard(self):
        """The digits that arrived as events."""
        return "".join(
            line.text.split()[2] for line in self.program.matches(r"Receiving tone \S"))

    def stop(self):
        """Ends it in a way that completes the recording."""
        if self.program.is_running:
            try:
                self.program.send("quit")
                self.program.wait_exit(5)
            except process.LabError:
                pass
        self.program.stop()
