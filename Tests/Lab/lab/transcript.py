"""A session at the console as a file: what is typed, and what the box has to answer, letter by letter.

A line `@ words` is typed; the lines below it, up to the next one, are the answer. What differs from
run to run stands in braces: see PIECES. A line `lab| ` or `board| ` counts in that place only.
"""

import re

#: What may stand in braces, as regular expressions.
PIECES = {
    "n": r"\d+", "clock": r"\d+:\d\d:\d\d", "time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "word": r"\S+", "line": r"[^\n]*", "lines": r"(?:[^\n]*\n)*?"}
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MORE = re.compile(r"--more--\r\x1b\[K")


class Step:
    """A line that is typed, and its answer."""

    def __init__(self, typed, answer):
        self.typed = typed
        self.answer = answer

    def mismatch(self, said, values):
        """Where an answer is not the right one; an empty text when it is."""
        if re.fullmatch(_expression(self.answer, values), _even(said)):
            return ""
        return f"{self.typed!r}: wanted\n{self.answer}\nsaid\n{said}"


def read(path, place):
    """The steps of a file for a place: `lab` or `board`."""
    steps = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            where, mark, rest = line.partition("| ")
            if mark and where in ("lab", "board"):
                if where != place:
                    continue
                line = rest
            if line.startswith("@ "):
                steps.append(Step(line[2:].rstrip("\n"), ""))
            elif steps:
                steps[-1].answer += line
    return steps


def commands_of(help_text):
    """The words of every command that `help` lists, in order."""
    listed = (re.fullmatch(r"  (\S+(?: \S+)*?)(?:  +\S.*)", line)
              for line in help_text.splitlines())
    return [found[1] for found in listed if found]


def untried(help_text, steps):
    """The commands of `help` that no step tries."""
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


def _even(text):
    """Columns are as wide as their widest cell, which differs: one space is as good as several."""
    return re.sub(r" +", " ", re.sub(r" +\n", "\n", text))


def _expression(answer, values):
    pieces = re.split(r"\{(\w+)\}", _even(answer))
    return "".join(
        re.escape(piece) if index % 2 == 0
        else PIECES.get(piece) or re.escape(values[piece])
        for index, piece in enumerate(pieces))
