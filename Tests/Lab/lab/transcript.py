"""Sessions at the console as a file: what is typed behind which prompt, and what the box answers.

A line `== NAME` begins a session; its last line ends it. What differs from run to run stands in
braces: see PIECES. A line `lab| ` or `board| ` counts in that place only; `^C` behind a line is
pressed when the box has said that it may be.
"""

import re

#: What may stand in braces, as regular expressions.
PIECES = {
    "n": r"\d+", "clock": r"\d+:\d\d:\d\d", "time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "word": r"\S+", "line": r"[^\n]*", "lines": r"(?:[^\n]*\n)*?"}
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MORE = re.compile(r"--more--\r\x1b\[K")


PROMPT = re.compile(
    r"(?P<prompt>(?:\{host\}|hall)(?:\(config\*?\))?[>#] |new password: |once more: |load> )")
#: How a prompt in front of an empty line looks on the wire.
WAITING = re.compile(
    r"\r(?P<prompt>(?:[a-z]+(?:\(config\*?\))?[>#]|new password:|once more:|load>) )\x1b\[K$")
#: What the box says when an answer goes on.
LIVE = "Ctrl-C "


class Step:
    """A line that is typed behind a prompt, and its answer."""

    def __init__(self, prompt, typed):
        self.prompt = prompt
        self.is_interrupted = typed.endswith(" ^C")
        self.typed = typed.removesuffix(" ^C")
        self.answer = ""

    def mismatch(self, prompt, said, values):
        """Where prompt or answer is not the right one; an empty text when they are."""
        if prompt != filled(self.prompt, values):
            return f"{self.typed!r}: behind the prompt {prompt!r}, not {self.prompt!r}"
        if re.fullmatch(_expression(self.answer, values), _even(said)):
            return ""
        return f"{self.typed!r}: wanted\n{self.answer}\nsaid\n{said}"


def read(path, place):
    """The sessions of a file for a place, `lab` or `board`: names, and their steps."""
    sessions = {}
    steps = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            where, mark, rest = line.partition("| ")
            if mark and where in ("lab", "board"):
                if where != place:
                    continue
                line = rest
            # An answer may end in the middle of a line: lines that nobody knows stand before.
            before, line = _split(line)
            if before:
                steps[-1].answer += before
            found = PROMPT.match(line)
            if line.startswith("== "):
                steps = sessions.setdefault(line[3:].strip(), [])
            elif found:
                steps.append(Step(found["prompt"], line[found.end():].rstrip("\n")))
            else:
                steps[-1].answer += line
    return sessions


def _split(line):
    begins = "{lines}"
    rest = line.removeprefix(begins)
    if rest != line and (PROMPT.match(rest) or rest.startswith("== ")):
        return begins, rest
    return "", line


def filled(text, values):
    """A text with the values that stand in it in braces."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def commands_of(help_text):
    """The words of every command that `help` lists, in order."""
    listed = (re.fullmatch(r"  (\S+(?: \S+)*?)(?:  +\S.*)", line)
              for line in help_text.splitlines())
    return [found[1] for found in listed if found]


def untried(help_text, sessions):
    """The commands of `help` that no step tries."""
    steps = [step for steps in sessions.values() for step in steps]

    def tries(command, typed):
        words = command.split()
        given = typed.split()
        return len(words) == len(given) and all(
            word == other or word.isupper() for word, other in zip(words, given))
    return [command for command in commands_of(help_text)
            if not any(tries(command, step.typed) for step in steps)]


def shown(screen):
    """What a terminal was sent, as the lines that a person read: prompt and echo are the first."""
    text = CONTROL.sub("", MORE.sub("", screen)).replace("\r\n", "\n")
    return "".join(
        line.rpartition("\r")[2] for line in text.splitlines(keepends=True))


def answer_in(text):
    """The answer in what a terminal was sent from the echo of a line to the prompt behind it."""
    answer = "".join(shown(text).splitlines(keepends=True)[1:]).strip("\n")
    return answer + "\n" if answer else ""


def _even(text):
    """Columns are as wide as their widest cell, which differs: one space is as good as several."""
    return re.sub(r" +", " ", re.sub(r" +\n", "\n", text))


def _expression(answer, values):
    pieces = re.split(r"\{(\w+)\}", _even(answer))
    return "".join(
        re.escape(piece) if index % 2 == 0
        else PIECES.get(piece) or re.escape(values[piece])
        for index, piece in enumerate(pieces))
