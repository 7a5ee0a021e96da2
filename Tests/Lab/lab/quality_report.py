"""Reads `application/vq-rtcpxr` by the grammar of RFC 6035 §4.6.1, and nothing beside it."""

import re

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
PERCENT = r"\d{1,3}(?:\.\d)?"
MOS = r"[1-4]\.\d|5\.0"
COUNT = r"\d{1,5}"
ADDRESS = [("IP", r"[0-9a-fA-F.:]+"), ("PORT", COUNT), ("SSRC", r"0x[0-9a-fA-F]{1,8}")]
#: The lines of LocalMetrics and RemoteMetrics in their order: name, must it be, its parameters in
#: their order (name, form, must it be).
METRICS = [
    ("Timestamps", True, [("START", TIME, True), ("STOP", TIME, True)]),
    ("SessionDesc", False, [
        ("PT", r"\d{1,3}", False), ("PD", r"[\w-]+", False), ("SR", r"\d{1,6}", False),
        ("FD", r"\d{1,4}", False), ("FO", r"\d{1,5}", False), ("FPP", r"\d{1,2}", False),
        ("PPS", COUNT, False), ("PLC", "[0-3]", False), ("SSUP", "on|off", False)]),
    ("JitterBuffer", False, [
        ("JBA", "[0-3]", False), ("JBR", r"\d{1,2}", False), ("JBN", COUNT, False),
        ("JBM", COUNT, False), ("JBX", COUNT, False)]),
    ("PacketLoss", False, [("NLR", PERCENT, False), ("JDR", PERCENT, False)]),
    ("Delay", False, [
        ("RTD", COUNT, False), ("ESD", COUNT, False), ("SOWD", COUNT, False),
        ("IAJ", COUNT, False), ("MAJ", COUNT, False)]),
    ("QualityEst", False, [
        ("RLQ", r"\d{1,3}", False), ("RCQ", r"\d{1,3}", False), ("MOSLQ", MOS, False),
        ("MOSCQ", MOS, False), ("QoEEstAlg", r"[\w.]+", False)]),
]


class GrammarError(Exception):
    """Where the body leaves the grammar."""


class _Lines:
    def __init__(self, body):
        if not body.endswith("\r\n"):
            raise GrammarError("the last line has no end")
        self.left = body[:-2].split("\r\n")

    def take(self, name, required=True):
        """The value of the next line if it has that name."""
        match = re.fullmatch(rf"{name}[ \t]*:[ \t]*(.*)", self.left[0]) if self.left else None
        if match is None:
            if required:
                raise GrammarError(f"no {name} before {self.left[:1]}")
            return None
        self.left.pop(0)
        return match.group(1)


def _parameters(name, text, forms):
    found, words = {}, text.split(" ")
    for key, form, required in forms:
        match = re.fullmatch(rf"{key}=({form})", words[0]) if words else None
        if match:
            found[key] = match.group(1)
            words.pop(0)
        elif required:
            raise GrammarError(f"{name}: no {key} in '{text}'")
    if words:
        raise GrammarError(f"{name}: '{words[0]}' is out of its place or form")
    return found


def _metrics(lines):
    found = {}
    for name, required, forms in METRICS:
        text = lines.take(name, required)
        if text is not None:
            found[name] = _parameters(name, text, forms)
    return found


def read(body):
    """The report as nested dictionaries; raises `GrammarError`."""
    lines = _Lines(body)
    if lines.take("VQSessionReport") != "CallTerm":
        raise GrammarError("not the report of a call's end")
    report = {name: lines.take(name) for name in ("CallID", "LocalID", "RemoteID", "OrigID")}
    for name in ("LocalAddr", "RemoteAddr"):
        report[name] = _parameters(
            name, lines.take(name), [(key, form, True) for key, form in ADDRESS])
    for name in ("LocalMetrics", "RemoteMetrics"):
        text = lines.take(name, name == "LocalMetrics")
        if text is not None:
            report[name] = _metrics(lines)
    report["DialogID"] = lines.take("DialogID", False)
    if lines.left:
        raise GrammarError(f"'{lines.left[0]}' is out of its place")
    return report
