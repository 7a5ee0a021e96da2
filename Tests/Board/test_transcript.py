"""Every command of the console on the serial line, letter by letter, as on a pseudo-terminal."""

import os

from lab import run as run_module, transcript
from test_calls import BoardTest

FILE = os.path.join(run_module.TOP, "Tests", "Fixtures", "console", "everything.transcript")
STOP = r"--more--$"
#: The login's prompt, behind whatever init and the shell have to say.
LEFT = r"login: $"


class Transcript(BoardTest):
    """The sessions of the file, one after the other, each behind a login."""

    def read(self, pattern, seconds=30):
        """What comes up to a pattern, pages turned; the pattern's match."""
        text = ""
        while True:
            before, found = self.scene.machine.console.wait_for(f"{pattern}|{STOP}", seconds)
            text += before
            if found[0] != "--more--":
                return text, found
            text += found[0]
            self.scene.machine.console.send(" ")

    def carry_out(self, step, values, is_last):
        """Types a step's line; what the box answers, and the prompt behind it."""
        console = self.scene.machine.console
        console.send(transcript.filled(step.typed, values) + "\r")
        text = ""
        if step.is_interrupted:
            before, found = console.wait_for(transcript.LIVE, 30)
            text = before + found[0]
            console.send("\x03")
        more, found = self.read(LEFT if is_last else transcript.WAITING.pattern, 60)
        return transcript.answer_in(text + more), "" if is_last else found["prompt"]

    maxDiff = None

    def test_every_command(self):
        values = {
            "host": "board", "box": self.scene.network.box, "sbc": self.scene.network.sbc}
        mismatches = []
        self.scene.machine.console.send("\n")
        for name, steps in transcript.read(FILE, "board").items():
            self.scene.machine.log_in()
            prompt = "board> "
            # Whatever init says of the program that has ended stands behind the last answer.
            steps[-1].answer += "{lines}"
            for step in steps:
                said, following = self.carry_out(step, values, step is steps[-1])
                words = step.mismatch(prompt, said, values)
                mismatches += [f"{name}, {words}"] if words else []
                prompt = following
            self.scene.machine.console.send("\n")
        self.assertEqual(mismatches, [])
