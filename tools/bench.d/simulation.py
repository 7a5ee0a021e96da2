"""Days of two boxes in virtual time, one per seed, and what all of them together had behind them.

The test itself says what is stuck or left; this adds up what it prints for each seed.
"""

import json
import os
import re
import subprocess
import sys
import time

LINE = re.compile(r"^simulation (began|ended) (\d+)(.*)$")
TROUBLE = re.compile(r"recorded an issue|Fatal error|error:|↳")


def follow(process, seeds, began):
    """(sums, seeds that ended, seeds that did not, lines that tell of failures)."""
    sums, running, ended, trouble = {}, set(), 0, []
    for line in process.stdout:
        match = LINE.match(line.strip())
        if not match:
            if TROUBLE.search(line):
                trouble.append(line.rstrip())
                print(line.rstrip(), file=sys.stderr)
            continue
        what, seed, rest = match.groups()
        if what == "began":
            running.add(int(seed))
            continue
        running.discard(int(seed))
        ended += 1
        for name, number in (pair.split("=") for pair in rest.split()):
            sums[name] = sums.get(name, 0) + int(number)
        if ended % 10 == 0:
            print(f"  … {ended} of {seeds} seeds, {time.monotonic() - began:.0f} s",
                  file=sys.stderr, flush=True)
    return sums, ended, sorted(running), trouble


def main():
    """simulation.py TEST-PROGRAM FIRST LAST HOURS"""
    program, first, last, hours = sys.argv[1], *map(int, sys.argv[2:5])
    began, cpu = time.monotonic(), os.times()
    with subprocess.Popen(
            [program, "--testing-library", "swift-testing", "--filter", r"SimulationTests/long"],
            env={**os.environ, "SIMULATION": f"{first} {last} {hours}"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace") as process:
        sums, ended, unfinished, trouble = follow(process, last - first + 1, began)
    spent = os.times()
    figures = {
        "seeds": ended, "hours_each": hours, "failed": process.returncode != 0,
        "wall_s": round(time.monotonic() - began, 1),
        "cpu_s": round(spent.children_user + spent.children_system
                       - cpu.children_user - cpu.children_system, 1),
        "unfinished": unfinished, **sums}
    os.makedirs(".build/bench", exist_ok=True)
    with open(".build/bench/simulation.json", "w", encoding="utf-8") as file:
        json.dump({**figures, "trouble": trouble}, file, indent=1)
    for name, value in figures.items():
        print(f"{name:<24} {value}")
    sys.exit(0 if process.returncode == 0 and ended == last - first + 1 else 1)


if __name__ == "__main__":
    main()
