#!/usr/bin/env python3
"""The bench: ours beside the peers, one subject alone on the machine at a time.

Started by `tools/bench [NAME…]`; NAME is a part of a row's name. A table on standard output, the
same as JSON in .build/bench/bench.json.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests",
                                "Lab"))
from lab import capture, kamailio, process, run as run_module, scene, sipp  # noqa: E402

import meters  # noqa: E402
import subjects  # noqa: E402

WINDOW_SECONDS = 10.0
REPEATS = 20
USERS = [str(6001 + index) for index in range(8)]


class Rows:
    """Figures by row and subject, in the order in which they came."""

    def __init__(self, names):
        self.names = names
        self.figures = {}

    def wants(self, row):
        """Whether a row was asked for."""
        return not self.names or any(name in row for name in self.names)

    def set(self, row, subject, value, digits=2):
        """One figure; shown at once."""
        self.figures.setdefault(row, {})[subject] = round(value, digits)
        print(f"  {subject:<14} {row:<52} {value:>12.{digits}f}", flush=True)

    def table(self):
        """The whole table as text."""
        columns = list(dict.fromkeys(name for row in self.figures.values() for name in row))
        lines = [f"{'':<52}" + "".join(f"{name:>16}" for name in columns)]
        for row, figures in self.figures.items():
            lines.append(f"{row:<52}" + "".join(
                f"{figures[name] if name in figures else '–':>16}" for name in columns))
        return "\n".join(lines)


class Course:
    """One subject with its SBC on a network of its own."""

    def __init__(self, kind, answers, record=False):
        self.run = run_module.Run("bench-" + kind.__name__.lower())
        self.sbc = kamailio.Kamailio(self.run, USERS).start()
        self.wire = capture.Capture(self.run) if record else None
        if self.wire:
            self.wire.start()
        self.subject = kind(self.run, answers).start()
        self.callers = []
        for number in sorted(set(self.subject.callees(len(USERS)))):
            self.sbc.wait_registered(number)

    def call(self, calls, seconds):
        """So many calls that talk; media is echoed by the caller. Returns when all talk."""
        self.subject.prepare(calls)
        numbers = self.subject.callees(calls)
        # One SIPp sends to a list of numbers in turn.
        table = self.run.path(f"callees-{calls}.csv")
        with open(table, "w", encoding="ascii") as file:
            file.write("SEQUENTIAL\n" + "".join(number + ";\n" for number in numbers))
        caller = sipp.Sipp(
            self.run, sipp.call_and_talk("[field0]", int(seconds * 1000)),
            self.run.network.second_far, f"caller-{calls}", calls=calls, rate=10, echo=True)
        caller.arguments += ["-inf", table]
        self.callers.append(caller.start())
        path = self.run.path(f"caller-{calls}.messages")
        process.wait_until(
            lambda: os.path.exists(path) and answered(path) >= calls, 15, f"{calls} calls")
        meters.pass_time(1.0)
        return caller

    def stop(self):
        """Ends everything."""
        for caller in self.callers:
            caller.stop()
        self.subject.stop()
        if self.wire:
            self.wire.stop()
        self.sbc.stop()
        process.stop_all()


def answered(path):
    """How many calls SIPp has seen answered and acknowledged."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return sum(1 for line in file if line.startswith("ACK sip:"))


def measure_size(rows, kind):
    """Stripped bytes on disk."""
    row = "stripped size, x86-64, KiB"
    if rows.wants(row):
        rows.set(row, kind.name, kind.bytes() / 1024, 0)


def measure_idle(rows, kind):
    """Memory and wake-ups when registered and nobody calls; start to registered."""
    course = Course(kind, answers=True, record=True)
    pid = course.subject.pid
    meters.pass_time(1.0)
    rows.set("PSS idle, KiB", kind.name, meters.pss_kib(pid), 0)
    rows.set("wake-ups per second, idle", kind.name, meters.wake_ups_per_second(pid, 5.0), 1)
    started = course.subject.started_wall
    course.stop()
    done = course.wire.packets(
        'sip.CSeq.method == "REGISTER" && sip.Status-Code == 200', ["ip.src"])
    rows.set("process start to first REGISTER 200, ms", kind.name, (done[0].at - started) * 1000)


def measure_calls(rows, kind, calls):
    """Memory, CPU and system calls of so many calls with media."""
    course = Course(kind, answers=True)
    pid = course.subject.pid
    try:
        course.call(calls, 4 * WINDOW_SECONDS)
        words = f"{calls} call" + ("s" if calls > 1 else "")
        rows.set(f"PSS with {words}, KiB", kind.name, meters.pss_kib(pid), 0)
        # A neighbour on the machine disturbs one window more easily than most of them.
        cpu = statistics.median(
            meters.cpu_ms_per_second(pid, WINDOW_SECONDS / 2) for _ in range(3))
        rows.set(f"CPU ms per call-second, {words}", kind.name, cpu / calls)
        total, most = meters.system_calls_per_second(
            pid, WINDOW_SECONDS, course.run.path("strace"))
        rows.set(f"system calls per call-second, {words}", kind.name, total / calls, 1)
        print(f"  {'':<14}   per second: {', '.join(most)}", flush=True)
    finally:
        course.stop()


def measure_answer_time(rows, kind):
    """INVITE to 180 at the subject's own interface, median."""
    course = Course(kind, answers=False, record=True)
    try:
        for index in range(REPEATS):
            caller = sipp.Sipp(
                course.run, sipp.call_and_cancel("6001", 20), course.run.network.second_far,
                f"ring-{index}")
            course.callers.append(caller.start())
            caller.wait_done(20)
    finally:
        course.stop()
    packets = course.wire.sip('sip.CSeq.method == "INVITE"')
    address, asked, delays = course.run.network.box, {}, []
    for packet in packets:
        call = packet["sip.Call-ID"]
        if packet["sip.Method"] == "INVITE" and packet["ip.dst"] == address:
            asked.setdefault(call, packet.at)
        elif packet["sip.Status-Code"] == "180" and packet["ip.src"] == address:
            if call in asked:
                delays.append((packet.at - asked.pop(call)) * 1000)
    rows.set(f"INVITE to 180, ms, median of {len(delays)}", kind.name,
             statistics.median(delays), 3)


def measure_latencies(rows):
    """Ours alone: what the subscriber waits for."""
    place = scene.Scene("latency", architecture="x86_64")
    place.start()
    tones, rings = [], []
    try:
        trace = meters.Trace(
            place.box.program.pid, "write,sendto", place.run.path("latency.strace"))
        first, second = place.phones
        for _ in range(REPEATS):
            first.lift()
            tones.append(float(first.wait("tone dial", 3)["since-lift-ms"]))
            first.dial("6002")
            second.wait("ring", 5)
            rings.append([event.t for event in second.events("ring")
                          if event.get("count") == "1"][-1])
            # Between two bursts of ringback, so that the next dial tone is a tone of its own.
            first.wait("silence", 6)
            first.hang_up()
            second.wait("ring-end", 12)
        calls = trace.stop()
    finally:
        place.stop()
    name = subjects.Tipring.name
    rows.set(f"off-hook to dial tone, ms, median of {REPEATS}", name, statistics.median(tones))
    waits = digit_waits(calls)
    rows.set(f"last digit recognized to INVITE, ms, median of {len(waits)}", name,
             statistics.median(waits))
    # The telephone's clock is CLOCK_MONOTONIC, the wire's is the wall: one offset joins them.
    offset, came = monotonic_to_wall(), {}
    for packet in place.wire.sip('sip.Method == "INVITE"'):
        if packet["ip.dst"] == place.network.box:
            came.setdefault(packet["sip.Call-ID"], packet.at)
    rung = [((ring + offset) - at) * 1000 for at, ring in zip(sorted(came.values()), rings)]
    rows.set(f"INVITE to ringing, ms, median of {len(rung)}", name, statistics.median(rung))


def digit_waits(calls):
    """From the media thread's word about the last digit (a write to the eventfd) to the INVITE."""
    waits, woken, invited = [], None, 0.0
    for at, text in calls:
        if re.match(r'write\(\d+, "\\1\\0\\0\\0\\0\\0\\0\\0", 8', text):
            woken = at
        elif text.startswith("sendto(") and '"INVITE ' in text and woken is not None:
            # The second INVITE of a call carries the digest.
            if at - invited > 1.0:
                waits.append((at - woken) * 1000)
            invited = at
    return waits


def monotonic_to_wall():
    """What to add to CLOCK_MONOTONIC for the wall clock, seconds."""
    return time.time() - time.monotonic()


def measure_parsing(rows):
    """Instructions to parse, by tools/bench.d/parse/run."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parse", "run")
    done = subprocess.run([script], stdout=subprocess.PIPE, text=True, check=True)
    names = {"ours": subjects.Tipring.name, "osip": "libosip2", "re": "libre", "sofia": "sofia-sip"}
    figures_of = json.loads(done.stdout)
    for name, figures in figures_of.pop("call").items():
        for direction, count in figures.items():
            rows.set(f"instructions, a whole call, {direction}", names[name], count, 0)
    for name, figures in figures_of.items():
        if name in names:
            rows.set("instructions, INVITE of 941 bytes", names[name], figures["invite_941"], 0)
            rows.set("instructions, 200 of 452 bytes", names[name], figures["ok_452"], 0)


def main():
    """Measures what was asked for."""
    process.own_children()
    rows = Rows(sys.argv[1:])
    kinds = [subjects.Baresip]
    if subjects.Tipring.is_built():
        kinds.insert(0, subjects.Tipring)
    for kind in kinds:
        print(f"{kind.name}", flush=True)
        measure_size(rows, kind)
        if any(map(rows.wants, ("PSS idle", "wake-ups", "REGISTER"))):
            measure_idle(rows, kind)
        if rows.wants("INVITE to 180"):
            measure_answer_time(rows, kind)
        for calls in (1, 8):
            if any(map(rows.wants, ("PSS with", "CPU", "system calls"))):
                measure_calls(rows, kind, calls)
    if rows.wants("off-hook latencies") and subjects.Tipring in kinds:
        measure_latencies(rows)
    if rows.wants("instructions"):
        measure_parsing(rows)
    print("\n" + rows.table())
    folder = os.path.join(run_module.BUILD, "bench")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "bench.json"), "w", encoding="utf-8") as file:
        json.dump(rows.figures, file, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    main()
