"""The analog telephone: `analog-phone` driven over its command lines."""

import re
import shlex

from . import process

OK, ERROR = "ok", "error"
DIGIT_PAUSE_SECONDS = 0.1


class PhoneError(process.LabError):
    """The telephone refused a command or did not see in time what was waited for."""


class Answer:
    """An answer or event: its words and its fields; `t` is CLOCK_MONOTONIC in seconds."""

    def __init__(self, text):
        words = shlex.split(text)
        self.text = text
        self.fields = dict(word.split("=", 1) for word in words[1:] if re.match(r"^[\w-]+=", word))
        self.words = [word for word in words[1:] if not re.match(r"^[\w-]+=", word)]
        self.t = int(self.fields.get("t", 0)) / 1e9

    def __getitem__(self, name):
        return self.fields[name]

    def get(self, name, default=None):
        """A field that may be absent."""
        return self.fields.get(name, default)


class Phone:
    """One telephone at the socket of one port. Every command waits for its own answer."""

    def __init__(self, run, binary, socket, name="phone", country="cn"):
        self.name = name
        self.program = process.Program(
            name, [*process.real_time(), binary, socket, "--country", country, "--patience",
                   "15000"], run.folder)

    def do(self, command, seconds=10):
        """Gives a command; returns its answer, raises `PhoneError` if it is refused."""
        verb = command.split()[0]
        self.program.mark()
        self.program.send(command)
        found, _ = self.program.wait_for(rf"^(ok|error) {re.escape(verb)}\b.*", seconds)
        if found.group(1) == ERROR:
            raise PhoneError(f"{self.name}: {command}: {found.group(0)}")
        return Answer(found.group(0))

    def wait(self, what, seconds=5.0):
        """Waits for a tone, a ring, speech, a polarity… as the telephone's `wait` names them."""
        return self.do(f"wait {what} {int(seconds * 1000)}", seconds + 5)

    def lift(self):
        """Takes the handset off."""
        return self.do("lift")

    def hang_up(self):
        """Puts the handset back, until the box has seen that it is no flash."""
        answer = self.do("hang-up")
        self.wait("feed standby", 3)
        return answer

    def dial(self, digits):
        """Dials by DTMF and waits for the end of the last digit."""
        self.do(f"dial {digits}")
        return self.wait("dial-done", 2 + 0.4 * len(digits))

    def pulse(self, digits):
        """Dials by breaks of the loop and waits for the end."""
        self.do(f"pulse {digits}")
        return self.wait("dial-done", 2 + 2.0 * len(digits))

    def converse(self, speech, recording):
        """Records what is heard and, after a second, speaks a file."""
        self.record(recording)
        # linphone settles its jitter buffer in the first second and drops what does not fit.
        self.do("pause 1000")
        self.do(f"play {speech}")

    def converse_end(self):
        """Waits until the speech has arrived at the other end and completes the recording."""
        self.wait("play-done", 25)
        self.do("pause 500")
        self.record_stop()

    def record(self, path):
        """Begins to record what the earpiece hears."""
        return self.do(f"record {path}")

    def record_stop(self):
        """Completes the recording."""
        return self.do("record stop")

    def hear(self):
        """What is heard now."""
        return self.do("hear")

    def events(self, word):
        """Every event of a kind so far."""
        return [Answer(line.text) for line in self.program.matches(rf"^event {word}\b")]

    def stop(self):
        """Takes the telephone off the line."""
        self.program.stop()
