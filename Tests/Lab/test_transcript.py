"""Every command of the console on a real pseudo-terminal, letter by letter."""

import os
import select
import time
import unittest

from lab import box, process, run as run_module, transcript
import test_calls
import test_terminal

ARCHITECTURE = test_calls.ARCHITECTURE
FILE = os.path.join(run_module.TOP, "Tests", "Fixtures", "console", "everything.transcript")
#: So wide and high that neither a line is cut nor a page turned.
COLUMNS, ROWS = 200, 500
#: Sessions that end the process; whoever would start it again is not here.
ENDINGS = ("starting again", "as from the factory")


class Console:
    """A terminal at which a session is typed."""

    def __init__(self, gateway):
        self.terminal = test_terminal.Terminal(
            [*box.launcher(ARCHITECTURE), "shell", "--socket", gateway.console], COLUMNS, ROWS)
        self.prompt = ""
        self.read(lambda text: transcript.WAITING.search(text))

    def read(self, is_enough, seconds=30):
        """What comes until it is enough; at the end of everything what there is."""
        deadline = time.monotonic() + seconds
        text, self.terminal.text = self.terminal.text, ""
        while not is_enough(text):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.terminal.descriptor], [], [], left)[0]:
                raise process.LabError(f"no prompt: {text!r}")
            try:
                text += os.read(self.terminal.descriptor, 65536).decode("utf-8", "replace")
            except OSError:
                break
        found = transcript.WAITING.search(text)
        if found:
            self.prompt = found["prompt"]
            text = text[:found.start()]
        return text

    def carry_out(self, step, values, is_last):
        """Types a step's line; what the box answers."""
        typed = transcript.filled(step.typed, values)
        self.terminal.type(typed + "\r")
        text = ""
        if step.is_interrupted:
            text = self.read(lambda said: transcript.LIVE in said)
            self.terminal.type("\x03")
        text += self.read(
            (lambda said: False) if is_last else lambda said: transcript.WAITING.search(said))
        return transcript.answer_in(text)


class Transcript(test_calls.SceneTest):
    """The sessions of the file, one after the other."""

    maxDiff = None

    def test_every_command(self):
        values = {
            "host": "lab", "box": self.scene.network.box, "sbc": self.scene.network.sbc}
        sessions = transcript.read(FILE, "lab")
        mismatches = []
        for name, steps in sessions.items():
            if not self.scene.box.program.is_running:
                self.scene.box.start()
            console = Console(self.scene.box)
            for step in steps:
                prompt = console.prompt
                said = console.carry_out(step, values, step is steps[-1])
                mismatches.append(step.mismatch(prompt, said, values))
                if step.typed == "help":
                    self.assertEqual(transcript.untried(said, sessions), [])
            console.terminal.close()
            if name in ENDINGS or steps[-1].typed == "restart":
                self.assertEqual(self.scene.box.program.wait_exit(10), 0, name)
        self.assertEqual([words for words in mismatches if words], [])


if __name__ == "__main__":
    unittest.main()
